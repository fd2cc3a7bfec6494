//! Recording rules and alerts that follow from the objectives and from the components of a platform.
//!
//! Prometheus reads them from a file, the Prometheus operator from a `PrometheusRule`: both hold the same groups.

use super::readymade::text;
use crate::header::objectives::metrics::quantile;
use crate::header::objectives::{Objectives, Threshold};
use crate::k8s::NAMESPACE;
use crate::k8s::provider::Provider;
use crate::needs::{Endpoint, Offer, Scrape};
use crate::scope::Scope;
use crate::tree::Tree;

mod exhaustion;
mod rule;

use rule::{Severity, alert, group, number, record};

/// What the Prometheus that evaluates the rules has collected.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reach {
    /// Whether it has the metrics of containers and volumes, from the nodes.
    pub containers: bool,
    /// Whether it sees other namespaces too.
    pub cluster: bool,
}

/// What the rules are about.
struct Watch<'a> {
    scope: &'a Scope,
    objectives: &'a Objectives,
    /// Components whose metrics are collected, with what is known of them and of those who give the metrics.
    watched: Vec<(&'a Endpoint, &'a Scrape)>,
    /// Matcher of what belongs to the platform; empty if nothing else is seen.
    own: String,
    reach: Reach,
}

/// The groups of rules of a platform; none if nothing is collected.
pub fn groups(scope: &Scope, reach: Reach) -> Vec<Tree> {
    let watched = scope
        .offers
        .values()
        .filter_map(|offer| match offer {
            Offer::Endpoint(endpoint) => Some((endpoint, endpoint.metrics.as_ref()?)),
            _ => None,
        })
        .collect();
    let own = if reach.cluster { own(scope) } else { String::new() };
    let watch = Watch { scope, objectives: &scope.header.objectives, watched, own, reach };
    let recorded = watch.scaling();
    if watch.watched.is_empty() && recorded.is_empty() {
        return Vec::new();
    }
    [
        group("autoscaling", recorded),
        group("records", watch.records()),
        group("objectives", watch.promises()),
        group("budget", watch.budget()),
        group("availability", watch.availability()),
        group("exhaustion", exhaustion::rules(&watch)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The platform's namespace, and those beside it.
fn own(scope: &Scope) -> String {
    let homes = scope.homes();
    let all: Vec<&str> =
        std::iter::once(NAMESPACE).chain(homes.iter().map(|home| home.namespace.as_str())).collect();
    let matches = if homes.is_empty() { "=" } else { "=~" };
    format!("namespace{matches}\"{}\"", all.join("|"))
}

/// Names of the recorded series; `app` and `platform` say what each is summed up by.
const RATE: &str = "app:http_requests:rate5m";
const TOTAL: &str = "platform:http_requests:rate5m";
const PODS: &str = "app:pods:up";
const P95: &str = "app:http_request_duration_seconds:p95_5m";
const P99: &str = "app:http_request_duration_seconds:p99_5m";

fn errors(level: &str, window: &str) -> String {
    format!("{level}:http_errors:ratio_rate{window}")
}

impl Watch<'_> {
    /// Matchers of the platform and more, as they stand between braces.
    fn and(&self, more: &str) -> String {
        let comma = if self.own.is_empty() || more.is_empty() { "" } else { ", " };
        format!("{}{comma}{more}", self.own)
    }

    /// Series that autoscalers need.
    fn scaling(&self) -> Vec<Tree> {
        // KEDA asks queries itself.
        if self.scope.header.scaler() != Some(Provider::PrometheusAdapter) {
            return Vec::new();
        }
        let endpoints = self.scope.offers.keys().filter_map(|name| self.scope.endpoint(name));
        let series = endpoints.flat_map(|endpoint| &endpoint.scaled_by);
        series.filter_map(|series| Some(record(&series.name, series.query.as_ref()?))).collect()
    }

    /// What dashboards, alerts and people who plan capacity look at.
    fn records(&self) -> Vec<Tree> {
        if self.watched.is_empty() {
            return Vec::new();
        }
        let names = &self.objectives.metrics;
        let share = |by: &str, window: &str, matchers: &str| {
            let failed = names.failure_rate(matchers, by, window);
            let all = names.rate(matchers, by, window);
            // Where nothing fails there is no series of failures: that is a share of zero.
            format!("({failed} or 0 * {all}) / ({all} > 0)")
        };
        let app = "namespace, app";
        let entries = self.and(&self.entries());
        let mut rules = vec![
            record(RATE, &names.rate(&self.own, app, "5m")),
            record(&errors("app", "5m"), &share(app, "5m", &self.own)),
            record(P95, &quantile("0.95", names.duration(), &self.own, app, "5m")),
            record(P99, &quantile("0.99", names.duration(), &self.own, app, "5m")),
            record(PODS, &format!("sum by (namespace, app) (up{{{}}})", self.and("app!=\"\""))),
            record(TOTAL, &names.rate(&entries, "namespace", "5m")),
        ];
        if self.objectives.error_budget().is_some() {
            rules
                .extend(["5m", "30m", "1h", "6h"].map(|window| {
                    record(&errors("platform", window), &share("namespace", window, &entries))
                }));
        }
        rules
    }

    /// The services at which the platform's load is counted once; all if no edge leads to any.
    fn entries(&self) -> String {
        let counted = &self.objectives.counted;
        let routed = |app: &str| match &counted[..] {
            [] => self.scope.routes.iter().any(|route| route.component == app),
            _ => counted.iter().any(|name| **name == *app),
        };
        let apps: Vec<&str> = self
            .watched
            .iter()
            .map(|(endpoint, _)| endpoint.app.as_str())
            .filter(|app| routed(app))
            .collect();
        match apps[..] {
            [] => String::new(),
            [one] => format!("app=\"{one}\""),
            _ => format!("app=~\"{}\"", apps.join("|")),
        }
    }

    /// Load, latency and errors against what is promised.
    fn promises(&self) -> Vec<Tree> {
        let wait = self.objectives.wait();
        let mut rules = Vec::new();
        let mut at = |name: &str, series: &str, level: Option<f64>, severity: Severity, what: &str| {
            let Some(level) = level else { return };
            let expression = format!("{series}{} > {}", braced(&self.own), number(level));
            rules.push(alert(name, &expression, wait, severity, what));
        };
        let both =
            |level: Threshold| [(level.warning, Severity::Warning), (level.critical, Severity::Critical)];
        for (level, severity) in both(self.objectives.request_alert()) {
            let what = "{{ $labels.namespace }} serves {{ $value | humanize }} requests a second";
            at("RequestRateHigh", TOTAL, level, severity, what);
        }
        let (p95, p99) = self.objectives.latency_seconds();
        let slow = |share: &str| {
            format!(
                "{share} of the requests of {{{{ $labels.app }}}} take up to {{{{ $value | humanizeDuration }}}}"
            )
        };
        at("LatencyP95High", P95, p95, Severity::Warning, &slow("95 %"));
        at("LatencyP99High", P99, p99, Severity::Critical, &slow("99 %"));
        for (level, severity) in both(self.objectives.error_alert()) {
            let what = "{{ $labels.app }} fails {{ $value | humanizePercentage }} of its requests";
            at("ErrorRateHigh", &errors("app", "5m"), level, severity, what);
        }
        rules
    }

    /// The budget for errors: used up in two days at 14.4 times its rate, in five days at 6 times.
    fn budget(&self) -> Vec<Tree> {
        let Some(budget) = self.objectives.error_budget() else { return Vec::new() };
        [("1h", "5m", 14.4, Severity::Critical), ("6h", "30m", 6.0, Severity::Warning)]
            .into_iter()
            .filter(|(_, _, speed, _)| speed * budget < 1.0)
            .map(|(long, short, speed, severity)| {
                let level = number(speed * budget);
                let own = braced(&self.own);
                let expression = format!(
                    "{}{own} > {level} and {}{own} > {level}",
                    errors("platform", long),
                    errors("platform", short)
                );
                let what = "{{ $labels.namespace }} fails {{ $value | humanizePercentage }} of its requests: \
                            the errors that the month allows do not last";
                alert("ErrorBudgetBurns", &expression, "2m", severity, what)
            })
            .collect()
    }

    /// Components that do not answer, and autoscalers that have no more to give.
    fn availability(&self) -> Vec<Tree> {
        let mut rules = Vec::new();
        let absent: Vec<String> = self
            .watched
            .iter()
            .filter(|(_, scrape)| scrape.pods > 0)
            .map(|(_, scrape)| format!("absent(up{{{}}} == 1)", self.and(&format!("app=\"{}\"", scrape.app))))
            .collect();
        if !absent.is_empty() {
            let what = "No pod of {{ $labels.app }} answers";
            rules.push(alert("ServiceUnavailable", &absent.join("\nor "), "2m", Severity::Critical, what));
        }
        let several: Vec<&str> =
            self.watched.iter().filter(|(_, s)| s.pods > 1).map(|(_, s)| s.app.as_str()).collect();
        if !several.is_empty() {
            let pods = format!("up{{{}}} == 0", self.and(&one_of("app", &several)));
            let what = "{{ $value }} pods of {{ $labels.app }} do not answer";
            let expression = format!("count by (namespace, app) ({pods})");
            rules.push(alert("PodsUnavailable", &expression, "10m", Severity::Warning, what));
        }
        let endpoints = self.watched.iter().map(|(endpoint, _)| endpoint);
        let scaled = endpoints.filter(|endpoint| endpoint.pods.1 > endpoint.pods.0.max(1));
        let full: Vec<String> = scaled
            .map(|endpoint| {
                format!("{PODS}{{{}}} >= {}", self.and(&format!("app=\"{}\"", endpoint.app)), endpoint.pods.1)
            })
            .collect();
        if !full.is_empty() {
            let what = "{{ $labels.app }} runs as many pods as it may: {{ $value }}";
            rules.push(alert("AutoscalingAtMaximum", &full.join("\nor "), "15m", Severity::Warning, what));
        }
        rules
    }
}

/// Matchers in braces; nothing if there are none.
fn braced(matchers: &str) -> String {
    if matchers.is_empty() { String::new() } else { format!("{{{matchers}}}") }
}

/// The matcher of one of several values.
fn one_of(label: &str, values: &[&str]) -> String {
    match values {
        [one] => format!("{label}=\"{one}\""),
        _ => format!("{label}=~\"{}\"", values.join("|")),
    }
}

/// The groups as a file of rules; none if there are none.
pub fn file(scope: &Scope, reach: Reach) -> Option<String> {
    let groups = groups(scope, reach);
    if groups.is_empty() {
        return None;
    }
    Some(text::yaml(&text::map([("groups", Tree::List(groups))])))
}
