//! Workloads of which there must never be two pods.

use super::super::{Strategy, StrategyType};
use super::Subject;
use crate::diagnostic::Check;

/// Reports what would make a second pod, or keep the only one from ever leaving its node.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    if !workload.singleton || !workload.kind.scales() {
        return;
    }
    let Strategy { r#type, max_surge, .. } = &workload.strategy;
    let rolling = *r#type == Some(StrategyType::RollingUpdate) || max_surge.is_some();
    let budget = workload.disruption_budget.as_ref().is_some_and(|budget| budget.min_available.is_some());
    let rows = [
        ("autoscaling", workload.autoscaling.is_some(), "autoscaling makes more pods"),
        ("replicas", workload.replicas.is_some_and(|replicas| replicas > 1), "these are several pods"),
        ("strategy", rolling, "a rolling update runs the new pod beside the old one"),
        ("disruptionBudget", budget, "the only pod could never be evicted"),
    ];
    for (field, _, why) in rows.into_iter().filter(|(_, wrong, _)| *wrong) {
        check
            .error(
                "singleton",
                &subject.at.key(field),
                format!("there must never be two pods of `{}`: {why}", subject.blueprint.name),
            )
            .label(&subject.at.key("singleton"), "this says so")
            .help(format!("remove `{field}` (`{field}: null` where it comes from `defaults`)"));
    }
}
