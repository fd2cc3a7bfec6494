//! How metrics reach those who want them: what holds for all components unless one says otherwise.

use crate::value::{HttpUrl, Labels};
use schemars::JsonSchema;
use serde::Deserialize;

/// Who collects metrics, and whom KEDA asks for them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MetricsRules {
    /// Who is told where metrics are: pods carry annotations, or the Prometheus operator gets a `ServiceMonitor`.
    /// Exporters of databases follow it too. Default: annotations.
    pub through: Option<Through>,
    /// Labels of every `ServiceMonitor` and `PrometheusRule`: those by which the operator's Prometheus selects them.
    pub labels: Labels,
    /// Address of the Prometheus that KEDA asks. Default: that of the component `prometheus`.
    pub server: Option<HttpUrl>,
}

/// How a scraper learns of a workload.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Through {
    /// `prometheus.io/scrape`, `/port` and `/path` at the pods.
    Annotations,
    /// A ServiceMonitor for the Prometheus operator.
    ServiceMonitor,
}

impl MetricsRules {
    /// Whether the Prometheus operator is told where metrics are, unless a component says otherwise.
    pub fn monitored(&self) -> bool {
        self.through == Some(Through::ServiceMonitor)
    }
}
