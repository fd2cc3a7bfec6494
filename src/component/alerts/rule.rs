//! One rule, one group, as Prometheus reads them.

use crate::tree::{Map, Tree};

/// How urgent an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Severity {
    /// Somebody should look at it today.
    Warning,
    /// Somebody must act at once.
    Critical,
}

impl Severity {
    const fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// A series that is computed and kept.
pub(super) fn record(series: &str, expression: &str) -> Tree {
    map([("record", series.into()), ("expr", expression.into())])
}

/// An alert; `what` is the sentence that people read.
pub(super) fn alert(name: &str, expression: &str, wait: &str, severity: Severity, what: &str) -> Tree {
    map([
        ("alert", name.into()),
        ("expr", expression.into()),
        ("for", wait.into()),
        ("labels", map([("severity", severity.word().into())])),
        ("annotations", map([("summary", what.into())])),
    ])
}

/// A group of rules; none if there are none.
pub(super) fn group(name: &str, rules: Vec<Tree>) -> Option<Tree> {
    (!rules.is_empty()).then(|| map([("name", name.into()), ("rules", Tree::List(rules))]))
}

/// A number as PromQL reads it, without the noise of binary fractions.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn map<const N: usize>(entries: [(&'static str, Tree); N]) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
}
