//! `prometheus.yml`: which pods are scraped, and how.

use super::{CONFIG, Discovery};
use crate::component::readymade::text::yaml;
use crate::diagnostic::{At, Check};
use crate::needs::{Offer, Scrape};
use crate::scope::{Scope, home::Home};
use crate::tree::{Map, Tree};
use crate::value::Duration;
use std::collections::BTreeSet;

/// A component that has metrics.
struct Target<'a> {
    name: &'a str,
    scrape: &'a Scrape,
    /// Where it lives; none for the platform's namespace.
    home: Option<&'a Home>,
}

/// All of them, by name.
fn targets(scope: &Scope) -> Vec<Target<'_>> {
    scope
        .offers
        .iter()
        .filter_map(|(name, offer)| {
            let Offer::Endpoint(endpoint) = offer else { return None };
            Some(Target { name, scrape: endpoint.metrics.as_ref()?, home: scope.homes.get(name) })
        })
        .collect()
}

/// The text of `prometheus.yml`.
pub(super) fn text(interval: &str, discovery: Discovery, rules: bool, scope: &Scope) -> String {
    let targets = targets(scope);
    let timeout = crate::pod::probe::seconds(&Duration::known(interval)).clamp(1, 10);
    let mut jobs: Vec<Tree> = match discovery {
        Discovery::Components => {
            targets.iter().map(component).chain([others(&scope.header.platform, &targets)]).collect()
        }
        Discovery::Services => targets.iter().filter_map(service).collect(),
        Discovery::Namespace | Discovery::Cluster => vec![pods(discovery, &targets)],
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
    yaml(&config)
}

/// Prometheus' own namespace, and others.
fn namespaces<'a>(beside: impl Iterator<Item = &'a str>) -> Tree {
    let mut namespaces = Map::new();
    namespaces.push("own_namespace", true.into());
    let names: Vec<Tree> = beside.map(Tree::from).collect();
    if !names.is_empty() {
        namespaces.push("names", Tree::List(names));
    }
    namespaces.into()
}

/// Every running pod with the annotation `prometheus.io/scrape: "true"`, at the port and the path that it names.
fn pods(discovery: Discovery, targets: &[Target<'_>]) -> Tree {
    let mut search = Map::new();
    search.push("role", "pod".into());
    if discovery == Discovery::Namespace {
        let homes: BTreeSet<&Home> = targets.iter().filter_map(|target| target.home).collect();
        search.push("namespaces", namespaces(homes.iter().map(|home| &*home.namespace)));
    }
    annotated("kubernetes-pods", search, None)
}

/// Further workloads of the platform's components, such as the second tier of a collector: their annotations tell where
/// they have metrics.
fn others(platform: &str, targets: &[Target<'_>]) -> Tree {
    let part = format!("app.kubernetes.io/part-of={platform}");
    let selector = map([("role", "pod".into()), ("label", part.into())]);
    let search = map([
        ("role", "pod".into()),
        ("namespaces", map([("own_namespace", true.into())])),
        ("selectors", Tree::List(vec![selector])),
    ]);
    let known: Vec<&str> = targets.iter().map(|target| target.scrape.app.as_str()).collect();
    let known = relabel(
        &["__meta_kubernetes_pod_label_app".to_owned()],
        &[("action", "drop"), ("regex", &known.join("|"))],
    );
    annotated("other-workloads", search, (!targets.is_empty()).then_some(known))
}

/// A job of the pods that ask for it, at the port and the path that they name.
fn annotated(job: &str, search: impl Into<Tree>, first: Option<Tree>) -> Tree {
    let annotation = |name: &str| format!("__meta_kubernetes_pod_annotation_prometheus_io_{name}");
    let address = [annotation("port"), "__meta_kubernetes_pod_ip".to_owned()];
    let rules = [
        relabel(&[annotation("scrape")], &[("action", "keep"), ("regex", "true")]),
        relabel(
            &["__meta_kubernetes_pod_phase".to_owned()],
            &[("action", "drop"), ("regex", "Pending|Succeeded|Failed")],
        ),
        relabel(&[annotation("path")], &[("regex", "(.+)"), ("target_label", "__metrics_path__")]),
        map([
            ("action", "labelmap".into()),
            ("regex", annotation("param_(.+)").into()),
            ("replacement", "__param_$1".into()),
        ]),
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
    ];
    map([
        ("job_name", job.into()),
        ("kubernetes_sd_configs", Tree::List(vec![search.into()])),
        ("relabel_configs", Tree::List(first.into_iter().chain(rules).collect())),
    ])
}

/// The pods of a component that run, each at its port with metrics.
fn component(target: &Target<'_>) -> Tree {
    let selector = map([("role", "pod".into()), ("label", format!("app={}", target.scrape.app).into())]);
    let where_it_is = match target.home {
        None => namespaces(std::iter::empty()),
        Some(home) => map([("names", Tree::List(vec![home.namespace.as_str().into()]))]),
    };
    let search =
        map([("role", "pod".into()), ("namespaces", where_it_is), ("selectors", Tree::List(vec![selector]))]);
    let port = target.scrape.port.to_string();
    let rules = [
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
    ];
    let mut job = job(target);
    job.push("kubernetes_sd_configs", Tree::List(vec![search]));
    job.push("relabel_configs", Tree::List(rules.into()));
    job.into()
}

/// The job of a component, as far as it is the same however its pods are found.
fn job(target: &Target<'_>) -> Map {
    let scrape = target.scrape;
    let mut job = Map::new();
    job.push("job_name", target.name.into());
    job.push("metrics_path", scrape.path.as_str().into());
    let value = |value: &String| Tree::List(vec![value.as_str().into()]);
    let params: Map = scrape.params.iter().map(|(name, of)| (name.clone().into(), value(of))).collect();
    if !scrape.params.is_empty() {
        job.push("params", params.into());
    }
    job
}

/// The Service of a component; none if it does not have the port.
fn service(target: &Target<'_>) -> Option<Tree> {
    let fixed = map([
        ("targets", Tree::List(vec![address(target)?.into()])),
        ("labels", map([("app", target.scrape.app.as_str().into())])),
    ]);
    let mut job = job(target);
    job.push("static_configs", Tree::List(vec![fixed]));
    Some(job.into())
}

fn address(target: &Target<'_>) -> Option<String> {
    let (service, port) = target.scrape.service.as_ref()?;
    Some(target.home.map_or_else(
        || format!("{service}:{port}"),
        |home| format!("{service}.{}.svc:{port}", home.namespace),
    ))
}

/// Reports components that a fixed address does not reach, or reaches in part only.
pub(super) fn check(at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    let discovery = at.key("discovery");
    for target in targets(scope) {
        let (name, pods) = (target.name, target.scrape.pods);
        if address(&target).is_none() {
            check
                .error(
                    "fixed-target",
                    &discovery,
                    format!(
                        "the metrics of `{name}` are at port {}, which no Service has",
                        target.scrape.port
                    ),
                )
                .help("write `discovery: components`, which asks the pods themselves");
        } else if pods > 1 {
            check
                .warning(
                    "fixed-target",
                    &discovery,
                    format!("`{name}` has up to {pods} pods, and a fixed address reaches any one of them"),
                )
                .help("write `discovery: components`: counters of several pods in one series go up and down");
        }
    }
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
mod tests;
