//! Codes about the rules for all pods: network, priorities, quotas.

use super::{Code, row};

pub(super) const CODES: &[Code] = &[
    row(
        "apart-nodes",
        "More pods that must be on different nodes than there are nodes.",
        "The last ones would wait for ever, and none could move when a node fails.",
    ),
    row(
        "capacity-claim",
        "A figure of the platform's size that is not the computed one.",
        "Whoever plans with it plans wrong.",
    ),
    row("limit-range", "A container outside the limit range of its namespace.", "Its pods would be refused."),
    row("nodes-too-small", "Pods for which the stated nodes have no room.", "They would wait for ever."),
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
        "quota-nodes",
        "A quota for a number of pods that depends on the number of nodes.",
        "It cannot be computed before the nodes are known.",
    ),
    row(
        "quota-silent",
        "A container that does not say what it needs, under a quota.",
        "Its pods would be refused.",
    ),
    row(
        "quota-too-small",
        "A quota below what the platform needs at its most.",
        "The last pods would be refused, when they are needed most.",
    ),
    row(
        "singleton",
        "Something that would make a second pod where there must be one.",
        "Two of them would do the work twice, or against each other.",
    ),
    row(
        "unknown-priority",
        "A priority that `policy.priorities` does not have.",
        "The pods would be refused: there is no such class.",
    ),
    row(
        "vpa-autoscaling",
        "Vertical and horizontal autoscaling by one resource.",
        "One changes what the other measures by; together they run away.",
    ),
];
