//! How the metrics of a workload are found: a ServiceMonitor, or annotations for a scraper.

use super::Blueprint;
use crate::header::metrics::Through;
use crate::k8s::{Object, meta};
use crate::needs::Scrape;
use crate::scope::{LabelMap, Scope};
use crate::value::{Duration, PortRef, UrlPath};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a workload's metrics are, and who is told.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Metrics {
    /// The port. Default: the one named `metrics`, else the first.
    pub port: Option<PortRef>,
    /// The path. Default: `/metrics`.
    pub path: Option<UrlPath>,
    /// Seconds and the like between requests. Default: that of the scraper.
    pub interval: Option<Duration>,
    /// Who is told: pods carry annotations, or the Prometheus operator gets a ServiceMonitor.
    /// Default: that of the platform, `metrics.through`.
    pub through: Option<Through>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceMonitor {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: MonitorSpec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MonitorSpec {
    selector: LabelSelector,
    /// Labels of the Service that every metric gets, as annotated pods give them theirs.
    target_labels: Vec<&'static str>,
    endpoints: Vec<MonitorEndpoint>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MonitorEndpoint {
    /// A port of the Service.
    port: Option<String>,
    /// A port of the pods that the Service does not have.
    target_port: Option<String>,
    path: String,
    interval: Option<String>,
}

impl Metrics {
    /// Metrics at a port of this name.
    pub fn at(port: &str) -> Self {
        Self { port: Some(PortRef::known(port)), ..Self::default() }
    }

    /// Name and number of the port, which a sidecar may have, and whether the Service has it too.
    pub fn port(&self, blueprint: &Blueprint<'_>) -> Option<(String, u16, bool)> {
        let ports = blueprint.container.ports();
        let found = match &self.port {
            Some(reference) => blueprint.container.find_port(reference),
            None => ports.iter().find(|(name, _)| *name == "metrics").or_else(|| ports.first()).cloned(),
        };
        let served = found.map(|(name, port)| (name.to_owned(), port.container, port.at_service().is_some()));
        let mut beside = blueprint.pod.sidecars.iter().map(|(_, sidecar)| sidecar);
        served.or_else(|| {
            let reference = self.port.as_ref()?;
            let (name, port) = beside.find_map(|sidecar| sidecar.find_port(reference))?;
            Some((name.to_owned(), port.container, false))
        })
    }

    fn path(&self) -> &str {
        self.path.as_deref().unwrap_or("/metrics")
    }

    /// Whether the Prometheus operator is told.
    pub fn monitored(&self, scope: &Scope) -> bool {
        self.through
            .map_or_else(|| scope.header.metrics.monitored(), |through| through == Through::ServiceMonitor)
    }

    /// What a scraper must know.
    pub fn scrape(&self, blueprint: &Blueprint<'_>) -> Option<Scrape> {
        self.port(blueprint).map(|(_, port, _)| Scrape {
            port,
            path: self.path().to_owned(),
            annotated: self.through != Some(Through::ServiceMonitor),
            through: self.through,
        })
    }

    /// The annotations that tell a scraper; none with a ServiceMonitor.
    pub fn annotations(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> LabelMap {
        let Some((_, port, _)) = self.port(blueprint).filter(|_| !self.monitored(scope)) else {
            return LabelMap::new();
        };
        [("scrape", "true".to_owned()), ("port", port.to_string()), ("path", self.path().to_owned())]
            .into_iter()
            .map(|(key, value)| (format!("prometheus.io/{key}"), value))
            .collect()
    }

    /// The ServiceMonitor, if that is the way.
    pub fn object(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> Option<Object> {
        let (port, _, served) = self.port(blueprint).filter(|_| self.monitored(scope))?;
        let mut metadata = meta(
            &blueprint.workload.names.service_monitor(blueprint.name),
            scope.labels(blueprint.name, &blueprint.workload.labels),
        );
        if let Some(labels) = &mut metadata.labels {
            let selected = scope.header.metrics.labels.iter();
            labels.extend(selected.map(|(key, value)| (key.to_owned(), value.to_string())));
        }
        let monitor = ServiceMonitor {
            api_version: "monitoring.coreos.com/v1",
            kind: "ServiceMonitor",
            metadata,
            spec: MonitorSpec {
                selector: crate::pod::scheduling::select(&scope.selector(blueprint.name)),
                target_labels: vec!["app"],
                endpoints: vec![MonitorEndpoint {
                    port: served.then(|| port.clone()),
                    target_port: (!served).then_some(port),
                    path: self.path().to_owned(),
                    interval: self.interval.as_ref().map(ToString::to_string),
                }],
            },
        };
        Some(Object::new(blueprint.name, &monitor))
    }
}
