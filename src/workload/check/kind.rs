//! Fields that only some kinds of workload have.

use super::super::Kind::{self, CronJob, DaemonSet, Deployment, Job, StatefulSet};
use super::super::{Strategy, batch};
use super::{Subject, list, removal};
use crate::diagnostic::Check;

/// Reports fields that the kind does not have, and those that it lacks.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    let running: &[Kind] = &[Deployment, StatefulSet, DaemonSet];
    let scaling: &[Kind] = &[Deployment, StatefulSet];
    let batch: &[Kind] = &[Job, CronJob];
    let rows: [(&str, bool, &[Kind]); 15] = [
        ("replicas", workload.replicas.is_some(), scaling),
        ("autoscaling", workload.autoscaling.is_some(), scaling),
        ("disruptionBudget", workload.disruption_budget.is_some(), scaling),
        ("singleton", workload.singleton, scaling),
        ("vpa", workload.vpa.is_some(), running),
        ("strategy", workload.strategy != Strategy::default(), running),
        ("minReadySeconds", workload.min_ready_seconds.is_some(), running),
        ("revisionHistoryLimit", workload.revision_history_limit.is_some(), running),
        ("progressDeadlineSeconds", workload.progress_deadline_seconds.is_some(), &[Deployment]),
        ("claimTemplates", !workload.claim_templates.is_empty(), &[StatefulSet]),
        ("podManagement", workload.pod_management.is_some(), &[StatefulSet]),
        ("claimRetention", workload.claim_retention.is_some(), &[StatefulSet]),
        ("job", workload.job != batch::JobRules::default(), batch),
        ("cron", workload.cron.is_some(), &[CronJob]),
        ("activeDeadlineSeconds", subject.blueprint.pod.active_deadline_seconds.is_some(), batch),
    ];
    for (field, set, kinds) in rows {
        if set && !kinds.contains(&workload.kind) {
            misplaced(subject, field, kinds, check);
        }
    }
    if workload.kind == CronJob && workload.cron.is_none() {
        check
            .error(
                "missing-field",
                &subject.at.key("kind"),
                format!("the CronJob `{}` has no `cron`", subject.blueprint.name),
            )
            .help("add `cron: { schedule: \"0 3 * * *\" }`");
    }
    let job = &workload.job;
    let indexed = job.completion_mode == Some(batch::CompletionMode::Indexed);
    let rules = subject.at.key("job");
    if job.backoff_limit_per_index.is_some() && !indexed {
        check
            .error(
                "kind-field",
                &rules.key("backoffLimitPerIndex"),
                "`backoffLimitPerIndex` is for Jobs whose pods have numbers",
            )
            .help("add `completionMode: Indexed`, or use `backoffLimit`");
    }
    if indexed && job.completions.is_none() {
        check
            .error("missing-field", &rules.key("completionMode"), "an indexed Job has no `completions`")
            .help("add `completions: 3` with the number of pods that must succeed");
    }
}

fn misplaced(subject: &Subject<'_>, field: &str, kinds: &[Kind], check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    let code = if field == "autoscaling" { "autoscaling-kind" } else { "kind-field" };
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let here = subject.at.key(field);
    let kind = subject.at.key("kind");
    let way_out = removal(check, &here, field);
    let said = check.node(&kind.path()).is_some();
    let help = format!("{way_out}, or choose a kind that has it: {}", list(&names));
    let report = check
        .error(code, &here, format!("a {} has no `{field}`", workload.kind.name()))
        .with_base(&here)
        .help(help);
    if said {
        report.label(&kind, "the kind is chosen here");
    }
}
