//! Disruption budgets: one limit, and one that lets a node be drained.

use super::{Subject, is_override};
use crate::diagnostic::Check;

/// Reports budgets that allow nothing.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    let Some(budget) = workload.disruption_budget.as_ref().filter(|_| workload.kind.scales()) else { return };
    let place = subject.at.key("disruptionBudget");
    let (least, most) = (place.key("minAvailable"), place.key("maxUnavailable"));
    if budget.min_available.is_some() && budget.max_unavailable.is_some() {
        check
            .error("budget-both", &least, "a disruption budget has one limit, this one has two")
            .label(&most, "this is the other one")
            .help("keep `maxUnavailable: 1`, which is right for any number of pods; `minAvailable: null` removes the other");
        return;
    }
    let pods = subject.blueprint.range().0;
    if let Some(text) = budget.max_unavailable.as_deref()
        && text.trim_end_matches('%') == "0"
    {
        check
            .error(
                "budget-blocks",
                &most,
                format!(
                    "`maxUnavailable: {text}` forbids every eviction: no node of the cluster could be drained"
                ),
            )
            .with_base(&most)
            .help("write `maxUnavailable: 1`");
    }
    let Some(text) = budget.min_available.as_deref().filter(|_| pods > 0) else { return };
    if kept(text, pods) < pods {
        return;
    }
    let scaled = workload.autoscaling.is_some();
    let counted = match (pods, scaled) {
        (1, false) => "there is 1 pod".to_owned(),
        (n, false) => format!("there are {n} pods"),
        (1, true) => "there may be only 1 pod".to_owned(),
        (n, true) => format!("there may be only {n} pods"),
    };
    let scaling = subject.at.key("autoscaling");
    let number = if scaled { scaling.key("min") } else { subject.at.key("replicas") };
    let said = check.node(&number.path()).is_some();
    let message =
        format!("{counted} and {text} must stay: that forbids every eviction, and no node could be drained");
    let help = "write `maxUnavailable: 1` instead of `minAvailable`: it is right for any number of pods";
    // What an environment overrides is what went wrong there.
    if is_override(check, &number) && !is_override(check, &least) {
        let report = check.error("budget-blocks", &number, message).with_base(&number);
        report.label(&least, "so many must stay").help(help);
        return;
    }
    let report = check.error("budget-blocks", &least, message).with_base(&least).help(help);
    if said {
        report.label(&number, "this is the number of pods");
    }
}

/// How many of the pods must stay; a share is rounded up, as Kubernetes does.
fn kept(text: &str, pods: u32) -> u32 {
    match text.strip_suffix('%') {
        Some(share) => share.parse::<u32>().map_or(0, |share| (share.saturating_mul(pods)).div_ceil(100)),
        None => text.parse().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn shares_are_rounded_up() {
        assert_eq!(kept("50%", 3), 2);
        assert_eq!(kept("67%", 3), 3);
        assert_eq!(kept("100%", 1), 1);
        assert_eq!(kept("2", 3), 2);
    }
}
