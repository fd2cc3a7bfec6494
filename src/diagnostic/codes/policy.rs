//! Codes about the rules for all pods: network, priorities, quotas.

use super::{Code, row};

pub(super) const CODES: &[Code] = &[
    row(
        "policy-dns",
        "A raw network policy that isolates pods from name servers.",
        "No name could be looked up, so that nothing would be reached.",
    ),
    row(
        "policy-internet",
        "An empty namespace selector that is meant to be the Internet.",
        "It means all pods of the cluster: nothing outside would be reached, and everything inside.",
    ),
    row(
        "policy-namespace-label",
        "A namespace selected by a label that namespaces do not have by themselves.",
        "The policy would match nothing.",
    ),
    row(
        "policy-raw-pods",
        "Raw pods that no network policy selects, where everything is denied.",
        "Nobody would reach them, and they nobody.",
    ),
    row(
        "policy-scrape",
        "Metrics for a Prometheus that is not allowed to fetch them.",
        "Its targets would be down for ever.",
    ),
    row(
        "unknown-priority",
        "A priority that `policy.priorities` does not have.",
        "The pods would be refused: there is no such class.",
    ),
];
