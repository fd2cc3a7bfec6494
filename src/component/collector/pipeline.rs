//! The files that the two tiers read.

use super::{GRPC, HEALTH, HTTP, METRICS};
use crate::component::readymade::text::{map, yaml};
use crate::tree::Tree;

/// What the second tier keeps, and how much it holds.
#[derive(Debug)]
pub(super) struct Rules {
    /// Percent of the traces that are kept anyway.
    pub(super) share: f64,
    /// Milliseconds above which a trace is kept.
    pub(super) slow_ms: u64,
    /// Seconds for which the spans of a trace are awaited.
    pub(super) wait_seconds: u64,
    /// Traces that are held at a time.
    pub(super) traces: u32,
    /// Traces that begin in a second.
    pub(super) rate: u64,
}

/// The first tier: spans with one trace id go to one pod of the second. It batches nothing: the exporter has a queue
/// for each of them, and a batch would be taken apart again.
pub(super) fn gateway(sampler: &str) -> String {
    let exporter = map([
        ("routing_key", "traceID".into()),
        ("protocol", map([("otlp", map([("tls", map([("insecure", true.into())]))]))])),
        (
            "resolver",
            map([(
                "dns",
                map([
                    ("hostname", sampler.into()),
                    ("port", GRPC.to_string().into()),
                    ("interval", "5s".into()),
                ]),
            )]),
        ),
    ]);
    yaml(&map([
        ("receivers", receivers(&[("grpc", GRPC), ("http", HTTP)])),
        ("processors", map([limiter()])),
        ("exporters", map([("loadbalancing", exporter)])),
        ("extensions", extensions()),
        ("service", service(&["memory_limiter"], "loadbalancing")),
    ]))
}

/// The second tier: whole traces are chosen, then what is left is batched.
pub(super) fn sampler(rules: &Rules, jaeger: &str) -> String {
    let policy = |name: &'static str, kind: &'static str, rule: Tree| {
        map([("name", name.into()), ("type", kind.into()), (kind, rule)])
    };
    let mut sampling = vec![
        ("decision_wait".to_owned(), format!("{}s", rules.wait_seconds).into()),
        ("num_traces".to_owned(), Tree::from(i64::from(rules.traces))),
    ];
    if rules.rate > 0 {
        let rate = i64::try_from(rules.rate).unwrap_or(i64::MAX);
        sampling.push(("expected_new_traces_per_sec".to_owned(), rate.into()));
    }
    let slow = i64::try_from(rules.slow_ms).unwrap_or(i64::MAX);
    sampling.push((
        "policies".to_owned(),
        Tree::List(vec![
            policy("errors", "status_code", map([("status_codes", Tree::List(vec!["ERROR".into()]))])),
            policy("slow", "latency", map([("threshold_ms", slow.into())])),
            policy("share", "probabilistic", map([("sampling_percentage", number(rules.share))])),
        ]),
    ));
    let sampling = Tree::Map(sampling.into_iter().map(|(key, value)| (key.into(), value)).collect());
    let exporter = map([("endpoint", jaeger.into()), ("tls", map([("insecure", true.into())]))]);
    yaml(&map([
        ("receivers", receivers(&[("grpc", GRPC)])),
        ("processors", map([limiter(), ("tail_sampling", sampling), ("batch", map([]))])),
        ("exporters", map([("otlp", exporter)])),
        ("extensions", extensions()),
        ("service", service(&["memory_limiter", "tail_sampling", "batch"], "otlp")),
    ]))
}

#[expect(clippy::cast_possible_truncation, reason = "a percentage")]
fn number(percent: f64) -> Tree {
    if percent.fract() == 0.0 { Tree::from(percent as i64) } else { Tree::Float(percent) }
}

fn receivers(protocols: &[(&'static str, u16)]) -> Tree {
    let protocol = |port: u16| map([("endpoint", format!("0.0.0.0:{port}").into())]);
    let all = protocols.iter().map(|(name, port)| ((*name).into(), protocol(*port))).collect();
    map([("otlp", map([("protocols", Tree::Map(all))]))])
}

fn limiter() -> (&'static str, Tree) {
    let limits = map([
        ("check_interval", "1s".into()),
        ("limit_percentage", 80.into()),
        ("spike_limit_percentage", 20.into()),
    ]);
    ("memory_limiter", limits)
}

fn extensions() -> Tree {
    map([("health_check", map([("endpoint", format!("0.0.0.0:{HEALTH}").into())]))])
}

fn service(processors: &[&str], exporter: &str) -> Tree {
    let list = |names: &[&str]| Tree::List(names.iter().map(|name| (*name).into()).collect());
    let prometheus = map([("host", "0.0.0.0".into()), ("port", i64::from(METRICS).into())]);
    let reader = map([("pull", map([("exporter", map([("prometheus", prometheus)]))]))]);
    map([
        ("extensions", list(&["health_check"])),
        (
            "pipelines",
            map([(
                "traces",
                map([
                    ("receivers", list(&["otlp"])),
                    ("processors", list(processors)),
                    ("exporters", list(&[exporter])),
                ]),
            )]),
        ),
        ("telemetry", map([("metrics", map([("readers", Tree::List(vec![reader]))]))])),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_tier_chooses_before_it_batches() {
        let rules = Rules { share: 10.0, slow_ms: 500, wait_seconds: 10, traces: 50_000, rate: 0 };
        let text = sampler(&rules, "jaeger:4317");
        assert!(
            text.contains("processors:\n      - memory_limiter\n      - tail_sampling\n      - batch\n"),
            "{text}"
        );
        assert!(
            text.contains("type: probabilistic\n      probabilistic:\n        sampling_percentage: 10\n"),
            "{text}"
        );
        assert!(!gateway("collector-sampler").contains("batch"));
    }
}
