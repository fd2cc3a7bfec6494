//! The priority of pods: one of those that the platform declares, if it declares any.

use super::Subject;
use crate::diagnostic::{Check, Key, suggest};

/// Classes that every cluster has.
const SYSTEM: [&str; 2] = ["system-cluster-critical", "system-node-critical"];

/// Reports a priority that nobody declares.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let priorities = &subject.scope.header.policy.priorities;
    let Some(priority) = subject.blueprint.pod.priority.as_deref() else { return };
    // Where none are declared, the classes are those of the cluster.
    if priorities.is_empty() || priorities.contains(priority) || SYSTEM.contains(&priority) {
        return;
    }
    let known: Vec<&str> = priorities.keys().collect();
    let help = suggest(priority, known.iter().copied()).map_or_else(
        || {
            format!(
                "use one of: {}; or add it: `policy: {{ priorities: {{ {priority}: 1000 }} }}`",
                known.join(", ")
            )
        },
        |near| format!("did you mean `{near}`?"),
    );
    check
        .error(
            "unknown-priority",
            &subject.at.key("priority"),
            format!("there is no priority `{priority}` in this platform"),
        )
        .label(Key(&["policy", "priorities"]), "these are declared")
        .help(help);
}
