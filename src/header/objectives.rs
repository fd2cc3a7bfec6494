//! What a platform promises, stated once: alerts, autoscaling, dashboards and load tests read it here.

use crate::diagnostic::{At, Check};
use crate::value::format::{Name, fine_seconds, per_second, share};
use crate::value::{Duration, Rate, Share, Text};
use metrics::MetricNames;
use schemars::JsonSchema;
use serde::Deserialize;

pub mod metrics;

/// What a platform promises, and when somebody is to be told that it is at risk.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Objectives {
    /// Requests that the platform must serve: its capacity.
    pub requests: Option<Rate>,
    /// The services at which requests to the platform are counted, where others are called by these and by an edge.
    /// Default: those that edges lead to.
    pub counted: Vec<Text<Name>>,
    /// How long requests may take.
    pub latency: Latency,
    /// Most requests that may fail, in percent of all: beyond it the platform counts as broken.
    pub errors: Option<Share>,
    /// Requests that must succeed over a month, in percent of all. The rest is the budget for errors; an alert
    /// warns when it is used up so fast that it does not last.
    pub availability: Option<Share>,
    /// When somebody is told, where that does not follow from the objectives.
    pub alerts: Alerts,
    /// Names of the metrics and labels by which the services count all this.
    pub metrics: MetricNames,
}

/// How long requests may take, by the share of them that is faster.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Latency {
    /// Time within which 95 % of the requests are answered.
    pub p95: Option<Duration>,
    /// Time within which 99 % of the requests are answered.
    pub p99: Option<Duration>,
}

/// When somebody is told.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Alerts {
    /// Load. Default: a warning at 90 % of `requests`, critical at all of it.
    pub requests: RequestAlert,
    /// Failing requests. Default: a warning at a fifth of `errors`, critical at all of it.
    pub errors: ErrorAlert,
    /// Share of a container's limit of CPU or memory, or of a volume, at which a warning comes. Default: 90%.
    pub resources: Option<Share>,
    /// How long a threshold must be passed until somebody is told. Default: 5m.
    pub wait: Option<Duration>,
}

/// Thresholds of the load.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RequestAlert {
    /// Load at which a warning comes.
    pub warning: Option<Rate>,
    /// Load at which somebody must act at once.
    pub critical: Option<Rate>,
}

/// Thresholds of failing requests.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ErrorAlert {
    /// Share of failing requests at which a warning comes.
    pub warning: Option<Share>,
    /// Share of failing requests at which somebody must act at once.
    pub critical: Option<Share>,
}

/// Two thresholds of one measure, as far as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Threshold {
    /// At which a warning comes.
    pub warning: Option<f64>,
    /// At which somebody must act at once.
    pub critical: Option<f64>,
}

/// Part of the capacity at which a warning comes.
const BUSY: f64 = 0.9;
/// Part of the errors that may be at which a warning comes.
const EARLY: f64 = 0.2;

impl Objectives {
    /// Whether anything is promised.
    pub fn is_stated(&self) -> bool {
        self.requests.is_some()
            || self.latency != Latency::default()
            || self.errors.is_some()
            || self.availability.is_some()
    }

    /// Requests a second that the platform must serve.
    pub fn requests_per_second(&self) -> Option<f64> {
        self.requests.as_deref().and_then(per_second)
    }

    /// Seconds within which 95 % and 99 % of the requests are answered.
    pub fn latency_seconds(&self) -> (Option<f64>, Option<f64>) {
        (
            self.latency.p95.as_ref().map(|span| fine_seconds(span)),
            self.latency.p99.as_ref().map(|span| fine_seconds(span)),
        )
    }

    /// Share of the requests that may fail, from 0 to 1.
    pub fn error_share(&self) -> Option<f64> {
        self.errors.as_deref().and_then(share)
    }

    /// Share of the requests that may fail over a month, from 0 to 1.
    pub fn error_budget(&self) -> Option<f64> {
        self.availability.as_deref().and_then(share).map(|share| 1.0 - share)
    }

    /// Requests a second at which somebody is told.
    pub fn request_alert(&self) -> Threshold {
        let stated = |rate: &Option<Rate>| rate.as_deref().and_then(per_second);
        let requests = self.requests_per_second();
        Threshold {
            warning: stated(&self.alerts.requests.warning).or_else(|| requests.map(|rate| rate * BUSY)),
            critical: stated(&self.alerts.requests.critical).or(requests),
        }
    }

    /// Share of failing requests at which somebody is told.
    pub fn error_alert(&self) -> Threshold {
        let stated = |percent: &Option<Share>| percent.as_deref().and_then(share);
        let errors = self.error_share();
        Threshold {
            warning: stated(&self.alerts.errors.warning).or_else(|| errors.map(|share| share * EARLY)),
            critical: stated(&self.alerts.errors.critical).or(errors),
        }
    }

    /// Share of a limit or of a volume at which somebody is told.
    pub fn resource_alert(&self) -> f64 {
        self.alerts.resources.as_deref().and_then(share).unwrap_or(0.9)
    }

    /// How long a threshold must be passed until somebody is told.
    pub fn wait(&self) -> &str {
        self.alerts.wait.as_deref().unwrap_or("5m")
    }

    /// Reports what contradicts itself; `at` is its place.
    pub fn check(&self, at: &At<'_>, check: &mut Check<'_>) {
        self.order(at, check);
        let alerts = at.key("alerts");
        let lowest = |threshold: Threshold| {
            let both = threshold.warning.into_iter().chain(threshold.critical);
            both.reduce(f64::min)
        };
        if let (Some(capacity), Some(alert)) = (self.requests_per_second(), lowest(self.request_alert()))
            && alert > capacity
        {
            late("no alert comes before the load is beyond the capacity", "requests", at, check);
        }
        // An objective and its alert must leave time between them, or the alert only says what is lost.
        if let (Some(objective), Some(alert)) = (self.error_share(), lowest(self.error_alert()))
            && alert >= objective
            && objective > 0.0
        {
            late("no alert comes before as many requests fail as may fail", "errors", at, check);
        }
        for (field, text) in [("errors", &self.errors), ("availability", &self.availability)] {
            let empty = if field == "errors" { 0.0 } else { 1.0 };
            if text.as_deref().and_then(share) == Some(empty) {
                check
                    .error(
                        "objective-unreachable",
                        &at.key(field),
                        "nothing may fail at all, and no server can promise that",
                    )
                    .help("state what must be kept, such as `errors: 1%` or `availability: 99.9%`");
            }
        }
        for (field, text) in
            [("warning", &self.alerts.errors.warning), ("critical", &self.alerts.errors.critical)]
        {
            if text.as_deref().and_then(share) == Some(0.0) {
                let errors = alerts.key("errors");
                check
                    .error("objective-unreachable", &errors.key(field), "this alert never rests")
                    .help("write a share above zero, or leave the field out");
            }
        }
    }

    /// Reports thresholds that stand the wrong way round.
    fn order(&self, at: &At<'_>, check: &mut Check<'_>) {
        let (latency, alerts) = (at.key("latency"), at.key("alerts"));
        let (requests, errors) = (alerts.key("requests"), alerts.key("errors"));
        let (p95, p99) = self.latency_seconds();
        let pairs = [
            (p95, p99, latency.key("p95"), latency.key("p99"), "95 % of the requests take longer than 99 %"),
            (
                self.request_alert().warning,
                self.request_alert().critical,
                requests.key("warning"),
                requests.key("critical"),
                "the warning comes after the critical alert",
            ),
            (
                self.error_alert().warning,
                self.error_alert().critical,
                errors.key("warning"),
                errors.key("critical"),
                "the warning comes after the critical alert",
            ),
        ];
        for (low, high, first, second, message) in pairs {
            if let (Some(low), Some(high)) = (low, high)
                && low > high
            {
                let report = check.error("objective-order", &first, message);
                report.label(&second, "this is the other one").help("swap the two, or correct one of them");
            }
        }
    }
}

fn late(message: &str, field: &str, at: &At<'_>, check: &mut Check<'_>) {
    let alerts = at.key("alerts");
    let group = alerts.key(field);
    let (place, example) = match field {
        "requests" => (group.key("warning"), "90 % of it"),
        _ => (group.key("warning"), "a fifth of it"),
    };
    check
        .error("alert-too-late", &place, message)
        .label(&at.key(field), "this is the objective")
        .help(format!("write a lower `warning`, or leave it out: it comes at {example} then"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Text;

    #[test]
    fn thresholds_follow_from_objectives() {
        let objectives = Objectives {
            requests: Some(Text::known("22000/s")),
            errors: Some(Text::known("5%")),
            latency: Latency { p95: Some(Text::known("500ms")), p99: Some(Text::known("1s")) },
            alerts: Alerts {
                requests: RequestAlert { critical: Some(Text::known("25000/s")), ..RequestAlert::default() },
                ..Alerts::default()
            },
            ..Objectives::default()
        };
        let near = |a: Option<f64>, b: f64| a.is_some_and(|a| (a - b).abs() < 1e-9);
        assert!(near(objectives.request_alert().warning, 19_800.0));
        assert!(near(objectives.request_alert().critical, 25_000.0));
        assert!(near(objectives.error_alert().warning, 0.01));
        assert!(near(objectives.error_alert().critical, 0.05));
        assert_eq!(objectives.latency_seconds(), (Some(0.5), Some(1.0)));
        assert!(!Objectives::default().is_stated());
    }
}
