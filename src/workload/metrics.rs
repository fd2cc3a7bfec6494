//! How the metrics of a workload are found: a ServiceMonitor, or annotations for a scraper.

use super::Blueprint;
use crate::header::metrics::Through;
use crate::needs::Scrape;
use crate::scope::{LabelMap, Scope};
use crate::value::format::MetricLabel;
use crate::value::{Duration, Keyed, PortRef, Scalar, UrlPath};
use schemars::JsonSchema;
use serde::Deserialize;

mod monitor;

/// Where a workload's metrics are, and who is told.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Metrics {
    /// The port. Default: the one named `metrics`, else the first.
    pub port: Option<PortRef>,
    /// The path. Default: `/metrics`.
    pub path: Option<UrlPath>,
    /// Parameters of the request by name, e.g. `format: prometheus`; pods carry each as the annotation
    /// `prometheus.io/param_NAME`. Default: none.
    pub params: Keyed<MetricLabel, Scalar>,
    /// Seconds and the like between requests. Default: that of the scraper.
    pub interval: Option<Duration>,
    /// Who is told: pods carry annotations, or the Prometheus operator gets a ServiceMonitor.
    /// Default: that of the platform, `metrics.through`.
    pub through: Option<Through>,
}

/// The port that metrics are at.
struct Found {
    name: String,
    number: u16,
    /// Its number at the Service, if that has it too.
    service: Option<u16>,
}

impl Metrics {
    /// Metrics at a port of this name or number.
    pub fn at(port: &str) -> Self {
        Self { port: Some(PortRef::known(port)), ..Self::default() }
    }

    /// The port, which a sidecar may have.
    fn found(&self, blueprint: &Blueprint<'_>) -> Option<Found> {
        let ports = blueprint.container.ports();
        let found = match &self.port {
            Some(reference) => blueprint.container.find_port(reference),
            None => ports.iter().find(|(name, _)| *name == "metrics").or_else(|| ports.first()).cloned(),
        };
        let found = found.map(|(name, port)| Found {
            name: name.to_owned(),
            number: port.container,
            service: port.at_service(),
        });
        let mut beside = blueprint.pod.sidecars.iter().map(|(_, sidecar)| sidecar);
        found.or_else(|| {
            let reference = self.port.as_ref()?;
            let (name, port) = beside.find_map(|sidecar| sidecar.find_port(reference))?;
            Some(Found { name: name.to_owned(), number: port.container, service: None })
        })
    }

    /// Whether there is such a port.
    pub fn is_served(&self, blueprint: &Blueprint<'_>) -> bool {
        self.found(blueprint).is_some()
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
        let found = self.found(blueprint)?;
        let service = || blueprint.workload.names.service(blueprint.name);
        Some(Scrape {
            app: blueprint.name.to_owned(),
            pods: blueprint.pods().1,
            service: found.service.map(|port| (service(), port)),
            port: found.number,
            path: self.path().to_owned(),
            params: self.params.iter().map(|(name, value)| (name.to_owned(), value.0.clone())).collect(),
            annotated: self.through != Some(Through::ServiceMonitor),
            through: self.through,
        })
    }

    /// The annotations that tell a scraper; none with a ServiceMonitor.
    pub fn annotations(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> LabelMap {
        let Some(found) = self.found(blueprint).filter(|_| !self.monitored(scope)) else {
            return LabelMap::new();
        };
        let usual = [("scrape", "true".to_owned()), ("port", found.number.to_string())];
        let usual = usual.into_iter().chain([("path", self.path().to_owned())]);
        let params = self.params.iter().map(|(name, value)| (format!("param_{name}"), value.0.clone()));
        usual
            .map(|(key, value)| (key.to_owned(), value))
            .chain(params)
            .map(|(key, value)| (format!("prometheus.io/{key}"), value))
            .collect()
    }
}
