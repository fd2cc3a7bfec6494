//! How the metrics of a workload are found: a ServiceMonitor, or annotations for a scraper.

use super::Blueprint;
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
    /// Who is told: pods carry annotations, or the Prometheus operator gets a ServiceMonitor. Default: annotations.
    pub through: Option<Through>,
}

/// How a scraper learns of a workload.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Through {
    /// `prometheus.io/scrape`, `/port` and `/path` at the pods.
    Annotations,
    /// A ServiceMonitor for the Prometheus operator.
    ServiceMonitor,
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
    endpoints: Vec<MonitorEndpoint>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MonitorEndpoint {
    port: String,
    path: String,
    interval: Option<String>,
}

impl Metrics {
    /// Name and number of the port.
    pub fn port(&self, blueprint: &Blueprint<'_>) -> Option<(String, u16)> {
        let ports = blueprint.container.ports();
        let found = match &self.port {
            Some(reference) => blueprint.container.find_port(reference),
            None => ports.iter().find(|(name, _)| *name == "metrics").or_else(|| ports.first()).cloned(),
        };
        found.map(|(name, port)| (name.to_owned(), port.container))
    }

    fn path(&self) -> &str {
        self.path.as_deref().unwrap_or("/metrics")
    }

    fn monitored(&self) -> bool {
        self.through == Some(Through::ServiceMonitor)
    }

    /// What a scraper must know.
    pub fn scrape(&self, blueprint: &Blueprint<'_>) -> Option<Scrape> {
        self.port(blueprint).map(|(_, port)| Scrape {
            port,
            path: self.path().to_owned(),
            annotated: !self.monitored(),
        })
    }

    /// The annotations that tell a scraper; none with a ServiceMonitor.
    pub fn annotations(&self, blueprint: &Blueprint<'_>) -> LabelMap {
        let Some((_, port)) = self.port(blueprint).filter(|_| !self.monitored()) else {
            return LabelMap::new();
        };
        [("scrape", "true".to_owned()), ("port", port.to_string()), ("path", self.path().to_owned())]
            .into_iter()
            .map(|(key, value)| (format!("prometheus.io/{key}"), value))
            .collect()
    }

    /// The ServiceMonitor, if that is the way.
    pub fn object(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> Option<Object> {
        let (port, _) = self.port(blueprint).filter(|_| self.monitored())?;
        let monitor = ServiceMonitor {
            api_version: "monitoring.coreos.com/v1",
            kind: "ServiceMonitor",
            metadata: meta(
                &blueprint.workload.names.service_monitor(blueprint.name),
                scope.labels(blueprint.name, &blueprint.workload.labels),
            ),
            spec: MonitorSpec {
                selector: crate::pod::scheduling::select(&scope.selector(blueprint.name)),
                endpoints: vec![MonitorEndpoint {
                    port,
                    path: self.path().to_owned(),
                    interval: self.interval.as_ref().map(ToString::to_string),
                }],
            },
        };
        Some(Object::new(blueprint.name, &monitor))
    }
}
