//! Rules of the Prometheus adapter: which series become metrics of the API, and by which query.

use crate::header::objectives::metrics::MetricNames;
use crate::scope::Scope;
use crate::tree::{Map, Tree, yaml};
use crate::workload::autoscaling::custom::{LATENCY, QUERY_DURATION, REQUESTS, WINDOW};
use std::collections::BTreeSet;

/// The text of `config.yaml`, as the adapter reads it from its `ConfigMap`.
pub(super) fn text(scope: &Scope) -> String {
    let names = &scope.header.objectives.metrics;
    let endpoints = scope.offers.keys().filter_map(|name| scope.endpoint(name));
    let series: Vec<_> = endpoints.flat_map(|endpoint| &endpoint.scaled_by).collect();
    let own: BTreeSet<&str> =
        series.iter().filter(|series| series.query.is_none()).map(|series| series.name.as_str()).collect();
    let own = own
        .into_iter()
        .map(|name| rule(name, name, "sum by (<<.GroupBy>>) (<<.Series>>{<<.LabelMatchers>>})"));
    let recorded: Vec<Tree> =
        series.iter().filter(|series| series.query.is_some()).map(|series| external(&series.name)).collect();
    let mut config = Map::new();
    config.push("rules", Tree::List(common(names).into_iter().chain(own).collect()));
    if !recorded.is_empty() {
        config.push("externalRules", Tree::List(recorded));
    }
    let mut text = String::new();
    yaml::write(&Tree::Map(config), &mut text);
    text
}

/// What every service counts.
fn common(names: &MetricNames) -> [Tree; 3] {
    let rate = format!("sum by (<<.GroupBy>>) (rate(<<.Series>>{{<<.LabelMatchers>>}}[{WINDOW}]))");
    let slow = format!(
        "histogram_quantile(0.95, sum by (<<.GroupBy>>, le) (rate(<<.Series>>{{<<.LabelMatchers>>}}[{WINDOW}])))"
    );
    [
        rule(names.requests(), REQUESTS, &rate),
        rule(&format!("{}_bucket", names.duration()), LATENCY, &slow),
        rule(&format!("{}_bucket", names.query_duration()), QUERY_DURATION, &slow),
    ]
}

/// A metric of pods.
fn rule(series: &str, name: &str, query: &str) -> Tree {
    let resource = |kind: &str| map([("resource", kind.into())]);
    map([
        ("seriesQuery", format!("{series}{{namespace!=\"\", pod!=\"\"}}").into()),
        (
            "resources",
            map([("overrides", map([("namespace", resource("namespace")), ("pod", resource("pod"))]))]),
        ),
        ("name", map([("as", name.into())])),
        ("metricsQuery", query.into()),
    ])
}

/// A metric of no object: one number for all.
fn external(series: &str) -> Tree {
    map([
        ("seriesQuery", series.into()),
        ("resources", map([("namespaced", false.into())])),
        ("name", map([("as", series.replace(':', "_").into())])),
        ("metricsQuery", "max(<<.Series>>{<<.LabelMatchers>>})".into()),
    ])
}

fn map<const N: usize>(entries: [(&'static str, Tree); N]) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
}
