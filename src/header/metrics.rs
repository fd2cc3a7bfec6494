//! How metrics reach those who want them: what holds for all components unless one says otherwise.

use crate::diagnostic::{At, Check};
use crate::value::{HttpUrl, Labels};
use schemars::JsonSchema;
use serde::Deserialize;

/// Who collects metrics, and who scales by them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MetricsRules {
    /// Who is told where metrics are: pods carry annotations, or the Prometheus operator gets a `ServiceMonitor`.
    /// Exporters of databases follow it too. Default: annotations.
    pub through: Option<Through>,
    /// Labels of every `ServiceMonitor` and `PrometheusRule`: those by which the operator's Prometheus selects them.
    pub labels: Labels,
    /// Who gives autoscalers the metrics of `autoscaling.metrics`. Default: nobody, and then such metrics are refused.
    pub autoscaling: Option<Provider>,
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

/// Who gives autoscalers metrics other than CPU and memory.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Provider {
    /// The Prometheus adapter answers for the API `custom.metrics.k8s.io`. Its rules come with a component of the
    /// section `monitoring`.
    PrometheusAdapter,
    /// KEDA: a `ScaledObject` takes the place of the HorizontalPodAutoscaler, which KEDA makes itself.
    Keda,
}

impl MetricsRules {
    /// Whether the Prometheus operator is told where metrics are, unless a component says otherwise.
    pub fn monitored(&self) -> bool {
        self.through == Some(Through::ServiceMonitor)
    }

    /// Reports what has no effect; `at` is its place.
    pub fn check(&self, at: &At<'_>, check: &mut Check<'_>) {
        if self.server.is_some() && self.autoscaling != Some(Provider::Keda) {
            check
                .error(
                    "metrics-server",
                    &at.key("server"),
                    "nobody asks this Prometheus: only KEDA needs its address",
                )
                .help("remove `server`, or write `autoscaling: keda`");
        }
    }
}
