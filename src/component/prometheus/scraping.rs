//! `prometheus.yml`: which pods are scraped, and how.

use super::{CONFIG, Discovery};
use crate::needs::{Offer, Scrape};
use crate::scope::Scope;
use crate::tree::{Map, Tree, yaml};
use crate::value::Duration;

/// A component that has metrics.
pub(super) struct Target<'a> {
    name: &'a str,
    /// Label `app` of its pods.
    app: &'a str,
    scrape: &'a Scrape,
}

/// All of them, by name.
pub(super) fn targets(scope: &Scope) -> Vec<Target<'_>> {
    scope
        .offers
        .iter()
        .filter_map(|(name, offer)| {
            let Offer::Endpoint(endpoint) = offer else { return None };
            Some(Target { name, app: &endpoint.app, scrape: endpoint.metrics.as_ref()? })
        })
        .collect()
}

/// The text of `prometheus.yml`.
pub(super) fn text(interval: &str, discovery: Discovery, rules: bool, targets: &[Target<'_>]) -> String {
    let timeout = crate::pod::probe::seconds(&Duration::known(interval)).clamp(1, 10);
    let mut jobs = match discovery {
        Discovery::Components => targets.iter().map(component).collect(),
        Discovery::Namespace | Discovery::Cluster => vec![pods(discovery)],
    };
    if discovery == Discovery::Cluster {
        jobs.push(kubelet(
            "kubernetes-cadvisor",
            "/metrics/cadvisor",
            "container_(cpu|memory|fs|network)_.*",
        ));
        jobs.push(kubelet("kubernetes-volumes", "/metrics", "kubelet_volume_stats_.*"));
    }
    let mut config = map([(
        "global",
        map([
            ("scrape_interval", interval.into()),
            ("scrape_timeout", format!("{timeout}s").into()),
            ("evaluation_interval", interval.into()),
        ]),
    )]);
    if let Some(config) = config.as_map_mut() {
        if rules {
            config.push("rule_files", Tree::List(vec![format!("{CONFIG}/*.rules.yml").into()]));
        }
        config.push("scrape_configs", Tree::List(jobs));
    }
    let mut out = String::new();
    yaml::write(&config, &mut out);
    out
}

/// Every running pod with the annotation `prometheus.io/scrape: "true"`, at the port and the path that it names.
fn pods(discovery: Discovery) -> Tree {
    let mut search = Map::new();
    search.push("role", "pod".into());
    if discovery == Discovery::Namespace {
        search.push("namespaces", map([("own_namespace", true.into())]));
    }
    let annotation = |name: &str| format!("__meta_kubernetes_pod_annotation_prometheus_io_{name}");
    let address = [annotation("port"), "__meta_kubernetes_pod_ip".to_owned()];
    map([
        ("job_name", "kubernetes-pods".into()),
        ("kubernetes_sd_configs", Tree::List(vec![search.into()])),
        (
            "relabel_configs",
            Tree::List(vec![
                relabel(&[annotation("scrape")], &[("action", "keep"), ("regex", "true")]),
                relabel(
                    &["__meta_kubernetes_pod_phase".to_owned()],
                    &[("action", "drop"), ("regex", "Pending|Succeeded|Failed")],
                ),
                relabel(&[annotation("path")], &[("regex", "(.+)"), ("target_label", "__metrics_path__")]),
                relabel(
                    &address,
                    &[
                        ("regex", r"(\d+);(\d+\.\d+\.\d+\.\d+)"),
                        ("replacement", "$2:$1"),
                        ("target_label", "__address__"),
                    ],
                ),
                relabel(
                    &address,
                    &[
                        ("regex", r"(\d+);([0-9a-fA-F]*:[0-9a-fA-F:]*)"),
                        ("replacement", "[$2]:$1"),
                        ("target_label", "__address__"),
                    ],
                ),
                copy("__meta_kubernetes_namespace", "namespace"),
                copy("__meta_kubernetes_pod_name", "pod"),
                copy("__meta_kubernetes_pod_label_app", "app"),
            ]),
        ),
    ])
}

/// The pods of a component that run, each at its port with metrics.
fn component(target: &Target<'_>) -> Tree {
    let selector = map([("role", "pod".into()), ("label", format!("app={}", target.app).into())]);
    let search = map([
        ("role", "pod".into()),
        ("namespaces", map([("own_namespace", true.into())])),
        ("selectors", Tree::List(vec![selector])),
    ]);
    let port = target.scrape.port.to_string();
    map([
        ("job_name", target.name.into()),
        ("metrics_path", target.scrape.path.as_str().into()),
        ("kubernetes_sd_configs", Tree::List(vec![search])),
        (
            "relabel_configs",
            Tree::List(vec![
                relabel(
                    &["__meta_kubernetes_pod_container_port_number".to_owned()],
                    &[("action", "keep"), ("regex", &port)],
                ),
                relabel(
                    &["__meta_kubernetes_pod_phase".to_owned()],
                    &[("action", "drop"), ("regex", "Pending|Succeeded|Failed")],
                ),
                copy("__meta_kubernetes_namespace", "namespace"),
                copy("__meta_kubernetes_pod_name", "pod"),
                copy("__meta_kubernetes_pod_label_app", "app"),
            ]),
        ),
    ])
}

/// Metrics of the kubelet of every node, of which only those of this pattern are kept.
fn kubelet(job: &str, path: &str, keep: &str) -> Tree {
    const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
    map([
        ("job_name", job.into()),
        ("scheme", "https".into()),
        ("metrics_path", path.into()),
        ("authorization", map([("credentials_file", format!("{ACCOUNT}/token").into())])),
        // Kubelets serve with certificates that the cluster's authority has not signed unless it is set up to.
        ("tls_config", map([("insecure_skip_verify", true.into())])),
        ("kubernetes_sd_configs", Tree::List(vec![map([("role", "node".into())])])),
        ("relabel_configs", Tree::List(vec![copy("__meta_kubernetes_node_name", "node")])),
        (
            "metric_relabel_configs",
            Tree::List(vec![relabel(&["__name__".to_owned()], &[("action", "keep"), ("regex", keep)])]),
        ),
    ])
}

fn map<const N: usize>(entries: [(&'static str, Tree); N]) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn relabel(sources: &[String], rest: &[(&'static str, &str)]) -> Tree {
    let mut rule = Map::new();
    rule.push("source_labels", Tree::List(sources.iter().map(|label| label.as_str().into()).collect()));
    for (key, value) in rest {
        rule.push(*key, (*value).into());
    }
    rule.into()
}

fn copy(source: &str, target: &str) -> Tree {
    relabel(&[source.to_owned()], &[("target_label", target)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_interval_shortens_the_timeout() {
        let text = text("5s", Discovery::Namespace, false, &[]);
        assert!(text.starts_with("global:\n  scrape_interval: 5s\n  scrape_timeout: 5s\n"), "{text}");
        assert!(!text.contains("rule_files"));
    }

    #[test]
    fn only_the_cluster_is_searched_beyond_the_namespace() {
        let own = text("15s", Discovery::Namespace, true, &[]);
        let all = text("15s", Discovery::Cluster, true, &[]);
        assert!(own.contains("own_namespace: true") && !own.contains("kubernetes-cadvisor"));
        assert!(all.contains("kubernetes-cadvisor") && !all.contains("own_namespace"));
        assert!(own.contains("rule_files:\n- /etc/prometheus/*.rules.yml\n"), "{own}");
    }

    #[test]
    fn each_component_with_metrics_has_a_job() {
        let scrape = Scrape { port: 5007, path: "/metrics".to_owned(), annotated: true };
        let target = Target { name: "filediscovery", app: "filediscovery", scrape: &scrape };
        let text = text("15s", Discovery::Components, false, &[target]);
        let job = "
scrape_configs:
- job_name: filediscovery
  metrics_path: /metrics
  kubernetes_sd_configs:
  - role: pod
    namespaces:
      own_namespace: true
    selectors:
    - role: pod
      label: app=filediscovery
  relabel_configs:
  - source_labels:
    - __meta_kubernetes_pod_container_port_number
    action: keep
    regex: \"5007\"
";
        assert!(text.contains(job), "{text}");
        assert!(!text.contains("kubernetes-pods"), "{text}");
    }
}
