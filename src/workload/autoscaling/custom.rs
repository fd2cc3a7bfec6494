//! Metrics other than CPU and memory by which a workload is scaled.

use crate::header::objectives::Objectives;
use crate::header::objectives::metrics::quantile;
use crate::k8s::NAMESPACE;
use crate::needs::Series;
use crate::value::format::{Name, fine_seconds, per_second, scaled, share};
use crate::value::{Duration, Keyed, MetricName, Quantity, Rate, Share};
use k8s_openapi::api::autoscaling::v2;
use k8s_openapi::apimachinery::pkg::api::resource;
use schemars::JsonSchema;
use serde::Deserialize;

/// Metrics other than CPU and memory to aim at.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CustomMetrics {
    /// Requests that one pod is to serve.
    pub requests: Option<Rate>,
    /// Latency to aim at: the time within which 95 % of the requests are answered, in percent of the objective
    /// `latency.p95` of the platform.
    pub latency: Option<Share>,
    /// Time within which 95 % of the queries of databases are to be answered.
    pub query_duration: Option<Duration>,
    /// Further ones by name.
    pub custom: Keyed<Name, CustomMetric>,
}

/// A metric with a target: either one that the pods count, or a query.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomMetric {
    /// A metric of the pods themselves, e.g. `active_connections`.
    #[serde(default)]
    pub metric: Option<MetricName>,
    /// A query in PromQL with one number as its answer, e.g. the length of a queue.
    #[serde(default)]
    pub query: Option<String>,
    /// What one pod is to have of it.
    pub target: Quantity,
}

/// Names under which the Prometheus adapter gives what pods count.
pub const REQUESTS: &str = "http_requests_per_second";
/// The same, for latency.
pub const LATENCY: &str = "http_request_duration_p95_seconds";
/// The same, for queries of databases.
pub const QUERY_DURATION: &str = "db_query_duration_p95_seconds";

/// The time over which rates are taken: long enough for four scrapes, short enough to follow the load.
pub const WINDOW: &str = "2m";

/// One thing to aim at, in both languages: the API's and PromQL.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its name for the API.
    pub name: String,
    /// Whether the pods count it, and not somebody else.
    pub pods: bool,
    /// The value of all pods together, in PromQL.
    pub query: String,
    /// What to aim at.
    pub target: f64,
    /// Whether the target is that of one pod, and not of all together.
    pub each: bool,
}

impl CustomMetrics {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Everything to aim at, for the pods of this name.
    pub fn measures(&self, name: &str, objectives: &Objectives) -> Vec<Measure> {
        let names = &objectives.metrics;
        let matchers = format!("namespace=\"{NAMESPACE}\", app=\"{name}\"");
        // No request at all gives no quantile, and no reason to keep pods.
        let slow = |histogram: &str| {
            format!("({}) > 0 or vector(0)", quantile("0.95", histogram, &matchers, "", WINDOW))
        };
        let mut all = Vec::new();
        all.extend(self.requests.as_deref().and_then(per_second).map(|target| Measure {
            name: REQUESTS.to_owned(),
            pods: true,
            query: names.rate(&matchers, "", WINDOW),
            target,
            each: true,
        }));
        let latency = self.latency.as_deref().and_then(share);
        all.extend(latency.zip(objectives.latency_seconds().0).map(|(share, seconds)| Measure {
            name: LATENCY.to_owned(),
            pods: true,
            query: slow(names.duration()),
            target: share * seconds,
            each: false,
        }));
        all.extend(self.query_duration.as_ref().map(|duration| Measure {
            name: QUERY_DURATION.to_owned(),
            pods: true,
            query: slow(names.query_duration()),
            target: fine_seconds(duration),
            each: false,
        }));
        all.extend(self.custom.iter().map(|(key, custom)| custom.measure(name, key, &matchers)));
        all
    }

    /// The series of the further ones; the API has no place for a query, so Prometheus records it.
    pub fn series(&self, name: &str) -> Vec<Series> {
        let series = |(key, custom): (&str, &CustomMetric)| match (&custom.metric, &custom.query) {
            (Some(metric), _) => Series { name: metric.to_string(), query: None },
            (None, query) => Series { name: recorded(name, key), query: query.clone() },
        };
        self.custom.iter().map(series).collect()
    }
}

impl CustomMetric {
    fn measure(&self, name: &str, key: &str, matchers: &str) -> Measure {
        let target = scaled(&self.target).unwrap_or_default();
        match (&self.metric, &self.query) {
            (Some(metric), _) => Measure {
                name: metric.to_string(),
                pods: true,
                query: format!("sum({metric}{{{matchers}}})"),
                target,
                each: true,
            },
            (None, query) => Measure {
                name: recorded(name, key),
                pods: false,
                query: query.clone().unwrap_or_default(),
                target,
                each: true,
            },
        }
    }
}

/// The series that records a query.
fn recorded(name: &str, key: &str) -> String {
    format!("autoscaling:{}:{}", name.replace('-', "_"), key.replace('-', "_"))
}

impl Measure {
    /// What the HorizontalPodAutoscaler is told.
    pub fn metric(&self) -> v2::MetricSpec {
        let metric = v2::MetricIdentifier { name: self.api_name(), selector: None };
        let target = v2::MetricTarget {
            type_: "AverageValue".to_owned(),
            average_value: Some(resource::Quantity(quantity(self.target))),
            ..v2::MetricTarget::default()
        };
        if self.pods {
            v2::MetricSpec {
                type_: "Pods".to_owned(),
                pods: Some(v2::PodsMetricSource { metric, target }),
                ..v2::MetricSpec::default()
            }
        } else {
            v2::MetricSpec {
                type_: "External".to_owned(),
                external: Some(v2::ExternalMetricSource { metric, target }),
                ..v2::MetricSpec::default()
            }
        }
    }

    /// Its name where no colon may stand.
    pub fn api_name(&self) -> String {
        self.name.replace(':', "_")
    }
}

/// A number as a quantity, in thousandths if it is none of whole units.
#[expect(clippy::cast_possible_truncation, reason = "targets are far below the limits of whole numbers")]
pub fn quantity(number: f64) -> String {
    let thousandths = (number * 1000.0).round() as i64;
    if thousandths % 1000 == 0 { (thousandths / 1000).to_string() } else { format!("{thousandths}m") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_quantities() {
        assert_eq!(quantity(200.0), "200");
        assert_eq!(quantity(0.4), "400m");
        assert_eq!(quantity(1.5), "1500m");
    }
}
