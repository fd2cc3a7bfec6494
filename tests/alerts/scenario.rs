//! Load, latency, failures and shortages, made up for the thresholds that stand in the rules themselves.

use serde_json::{Value as Json, json};
use serde_yaml::Value;

/// A series that marks rules as kgen's own.
const MARK: &str = "app:http_requests:rate5m";

/// Length of every scenario, in minutes: longer than the longest wait. A window that is longer still sees the same shares.
const MINUTES: u32 = 40;

/// Whether kgen has derived these rules.
pub(super) fn is_derived(rules: &Value) -> bool {
    rules_of(rules).any(|rule| rule["record"] == MARK)
}

fn rules_of(rules: &Value) -> impl Iterator<Item = &Value> {
    let groups = rules["groups"].as_sequence().map(Vec::as_slice).unwrap_or_default();
    groups.iter().flat_map(|group| group["rules"].as_sequence().map(Vec::as_slice).unwrap_or_default())
}

/// Tests for promtool: two for every alert.
///
/// # Panics
/// If there is no scenario for an alert.
pub(super) fn tests(file: &str, rules: &Value) -> Json {
    let facts = Facts::of(rules);
    let mut tests = Vec::new();
    for rule in rules_of(rules).filter(|rule| rule["alert"].is_string()) {
        let (name, expression) = (text(&rule["alert"]), text(&rule["expr"]));
        let severity = text(&rule["labels"]["severity"]);
        for (factor, fires) in [(1.1, true), (0.9, false)] {
            let series = facts.series(name, expression, factor);
            assert!(!series.is_empty(), "{name} has no scenario");
            let firing = format!(
                "count(ALERTS{{alertname=\"{name}\", severity=\"{severity}\", alertstate=\"firing\"}})"
            );
            let expected = if fires { json!([{ "labels": "{}", "value": 1 }]) } else { json!([]) };
            tests.push(json!({
                "name": format!("{name} ({severity}) {}", if fires { "fires" } else { "rests" }),
                "interval": "1m",
                "input_series": series.into_iter().map(|(series, values)| json!({ "series": series, "values": values })).collect::<Vec<_>>(),
                "promql_expr_test": [{ "expr": firing, "eval_time": format!("{MINUTES}m"), "exp_samples": expected }],
            }));
        }
    }
    json!({ "rule_files": [file], "evaluation_interval": "1m", "tests": tests })
}

/// A series and its values, in promtool's notation.
type Series = (String, String);

/// Names that the recording rules use.
struct Facts {
    namespace: String,
    requests: String,
    duration: String,
    status: String,
    entry: String,
}

impl Facts {
    fn of(rules: &Value) -> Self {
        let record = |name: &str| {
            let found = rules_of(rules).find(|rule| rule["record"] == name);
            text(&found.unwrap_or_else(|| panic!("nothing records {name}"))["expr"]).to_owned()
        };
        let (rate, total) = (record(MARK), record("platform:http_requests:rate5m"));
        let failures = record("app:http_errors:ratio_rate5m");
        let status = between(&failures, "", "=~\"5..\"").rsplit(['{', ' ']).next().unwrap().to_owned();
        Self {
            namespace: namespace(&rate).to_owned(),
            requests: between(&rate, "rate(", "{").to_owned(),
            duration: between(&record("app:http_request_duration_seconds:p95_5m"), "rate(", "_bucket{")
                .to_owned(),
            status,
            entry: apps(&total).first().cloned().unwrap_or_else(|| "web".to_owned()),
        }
    }

    fn series(&self, name: &str, expression: &str, factor: f64) -> Vec<Series> {
        let fires = factor > 1.0;
        match name {
            "RequestRateHigh" => self.load(last_number(expression) * factor, 0.0),
            "ErrorRateHigh" | "ErrorBudgetBurns" => self.load(100.0, last_number(expression) * factor),
            "LatencyP95High" | "LatencyP99High" => self.latency(last_number(expression), fires),
            "ServiceUnavailable" => {
                let apps = apps(expression);
                apps.iter().enumerate().map(|(n, app)| self.up(app, 0, n > 0 || !fires)).collect()
            }
            "PodsUnavailable" => {
                let app = &apps(expression)[0];
                vec![self.up(app, 0, true), self.up(app, 1, !fires)]
            }
            "AutoscalingAtMaximum" => {
                let first = expression.lines().next().unwrap();
                let most = after(first, ">= ").unwrap().trim().parse::<u32>().unwrap();
                let pods = if fires { most } else { most - 1 };
                (0..pods).map(|pod| self.up(&apps(first)[0], pod, true)).collect()
            }
            "MemoryExhausted" | "CpuExhausted" => {
                let first = expression.lines().next().unwrap();
                let limit: f64 = between(first, " / ", " > ").parse().unwrap();
                let used = limit * last_number(first) * factor;
                let metric = between(first, "by (namespace, pod) (", "{").trim_start_matches("rate(");
                let app = &apps(&first.replace("container=", "app="))[0];
                let series = format!(
                    "{metric}{{namespace=\"{}\", pod=\"{app}-0\", container=\"{app}\", app=\"{app}\"}}",
                    self.namespace
                );
                let counted = name == "CpuExhausted";
                vec![(series, if counted { rising(used) } else { steady(used) })]
            }
            "VolumeExhausted" => {
                let volume = |metric: &str| {
                    format!("{metric}{{namespace=\"{}\", persistentvolumeclaim=\"data\"}}", self.namespace)
                };
                let used = last_number(expression) * factor * 1000.0;
                vec![
                    (volume("kubelet_volume_stats_used_bytes"), steady(used.min(1000.0))),
                    (volume("kubelet_volume_stats_capacity_bytes"), steady(1000.0)),
                ]
            }
            _ => Vec::new(),
        }
    }

    /// Requests a second at a service that an edge leads to, of which a share fails.
    fn load(&self, rate: f64, failing: f64) -> Vec<Series> {
        let series = |status: &str| {
            let Self { namespace, requests, entry, .. } = self;
            format!(
                "{requests}{{namespace=\"{namespace}\", app=\"{entry}\", pod=\"{entry}-0\", {}=\"{status}\"}}",
                self.status
            )
        };
        let mut all = vec![(series("200"), rising(rate * (1.0 - failing)))];
        if failing > 0.0 {
            all.push((series("500"), rising(rate * failing)));
        }
        all
    }

    /// Requests that all take between once and twice the limit, or half of it.
    fn latency(&self, limit: f64, slow: bool) -> Vec<Series> {
        let within = |factor: f64| if slow && factor < 2.0 { 0.0 } else { 10.0 };
        let bucket = |le: &str, count: f64| {
            let Self { namespace, duration, .. } = self;
            (
                format!(
                    "{duration}_bucket{{namespace=\"{namespace}\", app=\"web\", pod=\"web-0\", le=\"{le}\"}}"
                ),
                rising(count),
            )
        };
        let mut all: Vec<Series> = [0.5, 1.0, 2.0]
            .iter()
            .map(|factor| bucket(&format!("{}", limit * factor), within(*factor)))
            .collect();
        all.push(bucket("+Inf", 10.0));
        all
    }

    fn up(&self, app: &str, pod: u32, is: bool) -> Series {
        let series = format!("up{{namespace=\"{}\", app=\"{app}\", pod=\"{app}-{pod}\"}}", self.namespace);
        (series, steady(f64::from(u8::from(is))))
    }
}

/// A counter that rises by so much a second.
fn rising(per_second: f64) -> String {
    format!("0+{:.6}x{MINUTES}", per_second * 60.0)
}

/// A gauge that stays.
fn steady(value: f64) -> String {
    format!("{value:.6}+0x{MINUTES}")
}

/// All applications that an expression names.
fn apps(expression: &str) -> Vec<String> {
    let quoted = |part: &str| part.split('"').nth(1).unwrap_or_default().to_owned();
    let all = expression.split("app=").skip(1).map(quoted);
    all.flat_map(|names| names.split('|').map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The threshold: what stands behind the last `>`.
fn last_number(expression: &str) -> f64 {
    let text = expression.rsplit("> ").next().unwrap().trim();
    text.parse().unwrap_or_else(|_| panic!("no threshold in {expression}"))
}

/// The platform's namespace: the first one of a matcher.
fn namespace(rate: &str) -> &str {
    let found = ["namespace=\"", "namespace=~\""].iter().find_map(|start| after(rate, start));
    found.unwrap_or("shop").split(['"', '|']).next().unwrap_or_default()
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = after(text, from).unwrap_or_else(|| panic!("no {from:?} in {text}"));
    rest.split(to).next().unwrap_or(rest)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
