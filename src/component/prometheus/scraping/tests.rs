//! Texts of `prometheus.yml`.

use super::*;
use crate::header::Header;
use crate::needs::Endpoint;
use crate::value::Name;
use std::collections::BTreeMap;

/// A platform of one component with metrics at port 9090 of two pods, and port 80 of a Service.
fn scope(port: u16) -> Scope {
    with(Scrape {
        app: "api".to_owned(),
        pods: 2,
        service: Some(("api-service".to_owned(), port)),
        port: 9090,
        path: "/metrics".to_owned(),
        ..Scrape::default()
    })
}

/// A platform of one component with these metrics.
fn with(scrape: Scrape) -> Scope {
    let endpoint = Endpoint { metrics: Some(scrape), ..Endpoint::default() };
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

#[test]
fn parameters_are_in_the_request_however_pods_are_found() {
    let scope = with(Scrape {
        service: Some(("consul".to_owned(), 8500)),
        params: vec![("format".to_owned(), "prometheus".to_owned())],
        ..Scrape::default()
    });
    for discovery in [Discovery::Components, Discovery::Services] {
        let text = text("15s", discovery, false, &scope);
        assert!(text.contains("  params:\n    format:\n    - prometheus\n"), "{text}");
    }
    let text = text("15s", Discovery::Namespace, false, &scope);
    let rule = "
  - action: labelmap
    regex: __meta_kubernetes_pod_annotation_prometheus_io_param_(.+)
    replacement: __param_$1
";
    assert!(text.contains(rule), "{text}");
}

#[test]
fn pods_of_an_exporter_are_looked_for_in_place_of_those_of_the_component() {
    let exporter = Scrape { app: "kafka-exporter".to_owned(), ..Scrape::default() };
    let text = text("15s", Discovery::Components, false, &with(exporter));
    assert!(
        text.contains("- job_name: api\n") && text.contains("      label: app=kafka-exporter\n"),
        "{text}"
    );
}
