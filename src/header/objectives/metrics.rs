//! The convention by which services count requests: names of metrics and labels.

use crate::value::{MetricLabel, MetricName};
use schemars::JsonSchema;
use serde::Deserialize;

/// Names of the metrics and labels by which the services count. The defaults are those of most client libraries.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MetricNames {
    /// Counter of requests. Default: `http_requests_total`; `http_request_duration_seconds_count` serves as well.
    pub requests: Option<MetricName>,
    /// Histogram of the time that requests took, in seconds. Default: `http_request_duration_seconds`.
    pub duration: Option<MetricName>,
    /// Histogram of the time that queries of databases took, in seconds. Default: `db_query_duration_seconds`.
    pub query_duration: Option<MetricName>,
    /// Label of the counter that holds the status. Default: `status`; others are `code` and `status_code`.
    pub status_label: Option<MetricLabel>,
    /// Values of that label that mean failure, as a regular expression. Default: `5..`, which matches `500` and `5xx`.
    pub failed: Option<String>,
}

impl MetricNames {
    /// The counter of requests.
    pub fn requests(&self) -> &str {
        self.requests.as_deref().unwrap_or("http_requests_total")
    }

    /// The histogram of the time that requests took.
    pub fn duration(&self) -> &str {
        self.duration.as_deref().unwrap_or("http_request_duration_seconds")
    }

    /// The histogram of the time that queries took.
    pub fn query_duration(&self) -> &str {
        self.query_duration.as_deref().unwrap_or("db_query_duration_seconds")
    }

    /// Requests a second: a sum of rates over `window` of the series that match, by these labels.
    pub fn rate(&self, matchers: &str, by: &str, window: &str) -> String {
        format!("sum{}(rate({}{{{matchers}}}[{window}]))", grouped(by), self.requests())
    }

    /// Failing requests a second, like `rate`.
    pub fn failure_rate(&self, matchers: &str, by: &str, window: &str) -> String {
        let comma = if matchers.is_empty() { "" } else { ", " };
        self.rate(&format!("{matchers}{comma}{}", self.failed()), by, window)
    }

    /// The matcher of failed requests, e.g. `status=~"5.."`.
    pub fn failed(&self) -> String {
        let label = self.status_label.as_deref().unwrap_or("status");
        let failed = self.failed.as_deref().unwrap_or("5..").replace('\\', "\\\\").replace('"', "\\\"");
        format!("{label}=~\"{failed}\"")
    }
}

/// A quantile of a histogram over `window`, of the series that match, by these labels.
pub fn quantile(quantile: &str, histogram: &str, matchers: &str, by: &str, window: &str) -> String {
    let by = if by.is_empty() { "le".to_owned() } else { format!("{by}, le") };
    format!(
        "histogram_quantile({quantile}, sum by ({by}) (rate({histogram}_bucket{{{matchers}}}[{window}])))"
    )
}

fn grouped(by: &str) -> String {
    if by.is_empty() { String::new() } else { format!(" by ({by}) ") }
}
