//! Vertical autoscaling beside horizontal autoscaling: both would act on one measure.

use super::super::vpa::UpdateMode;
use super::Subject;
use crate::diagnostic::Check;

/// Reports a vertical autoscaler that changes what a horizontal one measures by.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    let (Some(vpa), Some(scaling)) = (&workload.vpa, &workload.autoscaling) else { return };
    if vpa.mode == UpdateMode::Off {
        return;
    }
    // Without a measure it is the CPU.
    let cpu = scaling.cpu.is_some() || scaling.memory.is_none();
    let measured = [("cpu", cpu), ("memory", scaling.memory.is_some())];
    let both: Vec<&str> = measured
        .into_iter()
        .filter(|(name, measured)| *measured && vpa.controlled().contains(name))
        .map(|(name, _)| name)
        .collect();
    if both.is_empty() {
        return;
    }
    let here = subject.at.key("vpa");
    check
        .error(
            "vpa-autoscaling",
            &here,
            format!("both autoscalers act on the {} of `{}`", both.join(" and the "), subject.blueprint.name),
        )
        .label(&subject.at.key("autoscaling"), "this one counts in shares of what is requested")
        .help("write `vpa: Off`, which only recommends, or name other `resources`");
}
