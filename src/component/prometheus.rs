//! Prometheus: finds annotated pods by the API server, scrapes and keeps their metrics.

use super::alerts::{self, Reach};
use super::readymade::{self, KeptNames, OwnConfig, Readymade, Routes, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Need, Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::Resources;
use crate::pod::probe::{Probe, Probes, seconds};
use crate::scope::{RouteTo, Scope};
use crate::value::format::{Name, scaled};
use crate::value::{Duration, Image, Keyed, Labels, ObjectName, Quantity, Short, Text, Version};
use crate::workload::access::{Access, AccessRule};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

mod scraping;

/// A Prometheus server that scrapes every pod with the annotation `prometheus.io/scrape: "true"`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Prometheus {
    /// Prometheus' version; the default image is `prom/prometheus:vVERSION`. Default: 3.5.0.
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    image: Option<Image>,
    /// Size of the claim. Default: none; the metrics go with the pod.
    storage: Option<Quantity>,
    /// Storage class of the claim. Default: that of the cluster.
    storage_class: Option<ObjectName>,
    /// Name of the claim. Default: the component's name and `-data`.
    claim_name: Option<ObjectName>,
    /// Name of the `ConfigMap` with `prometheus.yml`. Default: the component's name and `-config`.
    config_name: Option<Text<Name>>,
    /// How long metrics are kept; with `storage` also no more than 90 % of it. Default: 15d.
    retention: Option<Duration>,
    /// Time between two requests to a pod. Default: 15s.
    scrape_interval: Option<Duration>,
    /// Where pods are looked for. Default: namespace.
    discovery: Discovery,
    /// Whether it evaluates the rules and alerts that follow from the platform's objectives and components.
    /// Default: true, if there are objectives.
    alerts: Option<bool>,
    /// Files of the platform's folder with alerting and recording rules, by name; the short form is the path.
    rules: Keyed<Name, Short<super::readymade::TextFile>>,
    /// CPU and memory. Default: 250m and 512Mi requested, 1 and 2Gi at most.
    resources: Option<Resources>,
    /// Routes from ingresses, by the ingress's name; the short form is the path. Whoever gets in by one may do what the
    /// pages allow: Prometheus and Jaeger ask nobody who they are.
    routes: Routes,
    /// Names of objects that must be kept.
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    labels: Labels,
    /// Placement, identity and escapes.
    pod: Tuning,
}

/// Where Prometheus looks for pods.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Discovery {
    /// In the platform's namespace; the rights are those of a Role.
    #[default]
    Namespace,
    /// In the platform's namespace, with a job of its own for each component that has metrics, named after it, and one
    /// for what else components run; pods of nobody's are not asked. The rights are those of a Role.
    Components,
    /// In all namespaces, and the containers and volumes of the nodes; needs a `ClusterRole`.
    Cluster,
    /// Nowhere: one fixed address for each component that has metrics, that of its Service. No rights at the API
    /// server are needed; a Service with several pods gives the metrics of any one of them.
    Services,
}

const PORT: u16 = 9090;
const CONFIG: &str = "/etc/prometheus";
const DATA: &str = "/prometheus";
/// The file of the rules that follow from the platform.
const DERIVED: &str = "platform.rules.yml";
const MIB: f64 = 1_048_576.0;

impl Prometheus {
    fn server(&self, name: &str) -> Readymade {
        let version = self.version.as_ref().map_or("3.5.0", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("prom/prometheus:v{version}"));
        let resources = self.resources.clone().unwrap_or_else(|| Resources::of("250m", "512Mi", "1", "2Gi"));
        let mut made = Readymade::new(image, User { user: 65534, group: 65534 }, resources, &self.pod);
        made.known_as(&self.names, &self.labels);
        made.workload.routes = self.routes.clone();
        // Two servers cannot share the data.
        made.recreated();
        made.port("http", PORT);
        made.container.args = Some(self.args());
        made.container.probes = probes();
        made.volume("data", DATA, readymade::storage(&self.claim(name), self.storage.as_ref()));
        made.pod.termination_grace_period_seconds = Some(300);
        made.workload.access = self.access();
        made.workload.metrics = Some(Metrics::default());
        made
    }

    fn readymade(&self, name: &str, scope: &Scope) -> Readymade {
        let mut made = self.server(name);
        made.config("config", CONFIG, &self.config(name, scope));
        made.workload.access.beside = scope.homes().into_iter().cloned().collect();
        made
    }

    /// Rules that follow from the platform; none if there is nothing to watch.
    fn derived(&self, scope: &Scope) -> Option<String> {
        let cluster = self.discovery == Discovery::Cluster;
        let wanted = self.alerts.unwrap_or_else(|| scope.header.objectives.is_stated());
        wanted.then(|| alerts::file(scope, Reach { containers: cluster, cluster })).flatten()
    }

    fn args(&self) -> Vec<String> {
        let mut args = vec![
            format!("--config.file={CONFIG}/prometheus.yml"),
            format!("--storage.tsdb.path={DATA}"),
            format!("--storage.tsdb.retention.time={}", self.retention.as_deref().unwrap_or("15d")),
        ];
        args.extend(self.size().map(|size| format!("--storage.tsdb.retention.size={size}MB")));
        args
    }

    /// Nine tenths of the claim in MiB, which Prometheus calls MB: the rest is for its log and compaction.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is whole and positive"
    )]
    fn size(&self) -> Option<u64> {
        let bytes = self.storage.as_deref().and_then(scaled)?;
        Some((bytes * 0.9 / MIB) as u64)
    }

    fn claim(&self, name: &str) -> String {
        self.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned)
    }

    fn config(&self, name: &str, scope: &Scope) -> OwnConfig {
        let mut data: std::collections::BTreeMap<_, _> = self
            .rules
            .iter()
            .map(|(rules, file)| (format!("{rules}.rules.yml"), file.text(&scope.files).to_owned()))
            .collect();
        data.extend(self.derived(scope).map(|text| (DERIVED.to_owned(), text)));
        let interval = self.scrape_interval.as_deref().unwrap_or("15s");
        let text = scraping::text(interval, self.discovery, !data.is_empty(), scope);
        data.insert("prometheus.yml".to_owned(), text);
        let name = self.config_name.as_deref().map_or_else(|| format!("{name}-config"), ToOwned::to_owned);
        OwnConfig { name, data }
    }

    fn access(&self) -> Access {
        match self.discovery {
            Discovery::Services => Access::default(),
            Discovery::Namespace | Discovery::Components => {
                Access { rules: vec![AccessRule::read(&["pods"])], ..Access::default() }
            }
            Discovery::Cluster => Access {
                cluster_rules: vec![
                    AccessRule::read(&["nodes", "pods"]),
                    AccessRule { verbs: vec!["get".to_owned()], ..AccessRule::read(&["nodes/metrics"]) },
                ],
                ..Access::default()
            },
        }
    }
}

fn probes() -> Probes {
    let get = |path, period, failures| Probe::http(path, period).timeout(5).failures(failures);
    Probes {
        // After a crash the log of hours is read again first.
        startup: Some(get("/-/ready", 10, 90)),
        liveness: Some(get("/-/healthy", 15, 4)),
        readiness: Some(get("/-/ready", 10, 3)),
    }
}

impl Component for Prometheus {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        for (rules, file) in self.rules.iter() {
            needs.push(&at.key("rules").key(rules), Need::File { path: file.file.clone() });
        }
        let cluster = self.discovery == Discovery::Cluster;
        needs.push(&at.key("discovery"), Need::Metrics { cluster });
        readymade::need_routes(&at.key("routes"), &self.routes, needs);
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.server(name).endpoint(name))
    }

    fn routes(&self, name: &str) -> Vec<RouteTo> {
        self.server(name).blueprint(name).routes()
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        if let Some(interval) = self.scrape_interval.as_ref().filter(|interval| seconds(interval) == 0) {
            check
                .error(
                    "out-of-range",
                    &at.key("scrapeInterval"),
                    format!("`{interval}` is less than a second"),
                )
                .help("write `5s` or more: every request of every pod costs");
        }
        if let Some(size) = self.size().filter(|size| *size < 512) {
            check
                .error("out-of-range", &at.key("storage"), format!("metrics do not fit into {size} MiB"))
                .help("write at least `1Gi`: Prometheus writes its log in pieces of 128 MiB");
        }
        if self.rules.contains("platform") && self.derived(scope).is_some() {
            check
                .error(
                    "duplicate-name",
                    &at.key("rules").key("platform"),
                    format!("`{DERIVED}` follows from the platform"),
                )
                .help("choose another name for these rules, or write `alerts: false`");
        }
        if self.discovery == Discovery::Services {
            scraping::check(at, scope, check);
        }
        self.readymade(name, scope).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(name, &self.labels);
        let mut objects = vec![self.config(name, scope).object(name, "configmap", labels.clone())];
        objects.extend(self.storage.as_ref().map(|storage| {
            let spec = Claim::of(storage.clone(), self.storage_class.clone());
            readymade::claim(name, &self.claim(name), &spec, labels)
        }));
        objects.extend(self.readymade(name, scope).objects(name, scope));
        objects
    }
}
