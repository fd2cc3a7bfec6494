//! Codes about images, commands, volumes, secrets, and those who choose pods.

use super::{Code, row};

pub(super) const CODES: &[Code] = &[
    row(
        "command-line",
        "A whole command line in place of the program.",
        "No shell splits it: the container ends at once, because there is no program of that name.",
    ),
    row(
        "empty-entry",
        "An entry without a value, outside of an environment.",
        "It is left out in silence: null takes away what would be there otherwise, and nothing would.",
    ),
    row(
        "moving-tag",
        "A tag of an image that has no number, such as `main` or `stable`.",
        "It may be another image tomorrow, and nodes that have one do not ask again: two pods of one workload run different programs.",
    ),
    row(
        "no-volume",
        "A server of data whose data live in its container.",
        "They are gone with the pod, at the next update of the node at the latest.",
    ),
    row(
        "secret-type",
        "A secret whose keys do not fit its type.",
        "Kubernetes would refuse it, or a node would find no credentials in it.",
    ),
    row(
        "selects-nothing",
        "A raw object that selects labels which nothing has.",
        "A Service would have no pods, a monitor nothing to scrape, a budget nothing to protect; in silence.",
    ),
    row(
        "selector-label",
        "The label `app` with a value of the author's.",
        "Deployments, Services, budgets and policies find a component's pods by it: the API server refuses a template without it, and a Service finds nothing.",
    ),
    row(
        "unused-config",
        "A config that no pod reads.",
        "Its name may be a typo of the one that is read: then an environment's value never arrives.",
    ),
    row(
        "unused-claim",
        "A claim that no pod mounts.",
        "It costs what it costs, or somebody believes that data are in it; a StatefulSet makes claims of its own.",
    ),
];
