//! Texts of `prometheus.yml`.

use super::*;
use crate::header::Header;
use crate::pod::container::Port;
use crate::value::Name;
use std::collections::BTreeMap;

/// A platform of one component with metrics at port 9090 of two pods, and port 80 of a Service.
fn scope(port: u16) -> Scope {
    let service = Port { container: 9090, service: Some(port), ..Port::default() };
    let endpoint = Endpoint {
        app: "api".to_owned(),
        service: Some("api-service".to_owned()),
        ports: vec![("http".to_owned(), service)],
        metrics: Some(Scrape::annotated(9090)),
        pods: (2, 2),
        ..Endpoint::default()
    };
    Scope {
        header: Header { platform: Name::known("shop"), ..Header::default() },
        environment: None,
        kubernetes: 30,
        offers: [("api".to_owned(), Offer::Endpoint(endpoint))].into(),
        homes: BTreeMap::new(),
        routes: Vec::new(),
        demands: Vec::new(),
        files: BTreeMap::new(),
    }
}

#[test]
fn a_short_interval_shortens_the_timeout() {
    let text = text("5s", Discovery::Namespace, false, &scope(80));
    assert!(text.starts_with("global:\n  scrape_interval: 5s\n  scrape_timeout: 5s\n"), "{text}");
    assert!(!text.contains("rule_files"));
}

#[test]
fn only_the_cluster_is_searched_beyond_the_namespace() {
    let own = text("15s", Discovery::Namespace, true, &scope(80));
    let all = text("15s", Discovery::Cluster, true, &scope(80));
    assert!(own.contains("own_namespace: true") && !own.contains("kubernetes-cadvisor"));
    assert!(all.contains("kubernetes-cadvisor") && !all.contains("own_namespace"));
    assert!(own.contains("rule_files:\n- /etc/prometheus/*.rules.yml\n"), "{own}");
}

#[test]
fn components_have_a_job_each() {
    let scope = scope(80);
    let pods = text("15s", Discovery::Components, false, &scope);
    let job = "
scrape_configs:
- job_name: api
  metrics_path: /metrics
  kubernetes_sd_configs:
  - role: pod
    namespaces:
      own_namespace: true
    selectors:
    - role: pod
      label: app=api
  relabel_configs:
  - source_labels:
    - __meta_kubernetes_pod_container_port_number
    action: keep
    regex: \"9090\"
";
    assert!(pods.contains(job) && !pods.contains("kubernetes-pods"), "{pods}");
    // What else the platform runs and asks to be scraped, without what has a job already.
    let others = "
- job_name: other-workloads
  kubernetes_sd_configs:
  - role: pod
    namespaces:
      own_namespace: true
    selectors:
    - role: pod
      label: app.kubernetes.io/part-of=shop
  relabel_configs:
  - source_labels:
    - __meta_kubernetes_pod_label_app
    action: drop
    regex: api
  - source_labels:
    - __meta_kubernetes_pod_annotation_prometheus_io_scrape
    action: keep
";
    assert!(pods.contains(others), "{pods}");
    let fixed = text("15s", Discovery::Services, false, &scope);
    assert!(fixed.contains("  - targets:\n    - api-service:80\n    labels:\n      app: api\n"), "{fixed}");
}
