//! Fields that came with a certain Kubernetes version, against the lowest one that the spec supports.

use super::super::Kind;
use super::Subject;
use crate::diagnostic::{At, Check, Path};
use crate::pod::claim::AccessMode;
use crate::pod::container::Container;

/// Reports fields that the lowest supported version lacks.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let mut found: Vec<(u32, Path, &str)> = Vec::new();
    workload(subject, &mut found);
    pod(subject, &mut found);
    containers(subject, &mut found);
    let lowest = subject.scope.kubernetes;
    for (since, path, what) in found.into_iter().filter(|(since, ..)| *since > lowest) {
        let said = check.node(&["kubernetes".to_owned()]).is_some();
        let report = check
            .error_at(
                "needs-kubernetes",
                &path,
                format!("{what} needs Kubernetes 1.{since}, and the platform supports 1.{lowest} too"),
            )
            .help(format!("remove it, or write `kubernetes: \"1.{since}\"` at the top of the spec"));
        if said {
            report.label_key(&["kubernetes"], "this is the lowest version");
        }
    }
}

type Found<'a> = Vec<(u32, Path, &'a str)>;

fn workload(subject: &Subject<'_>, found: &mut Found<'_>) {
    let (workload, at) = (subject.blueprint.workload, subject.at);
    let mut note = |set: bool, since: u32, path: Path, what: &'static str| {
        if set {
            found.push((since, path, what));
        }
    };
    let budget = workload.disruption_budget.as_ref();
    note(
        budget.is_some_and(|budget| budget.unhealthy_pod_eviction_policy.is_some()),
        27,
        at.key("disruptionBudget").key("unhealthyPodEvictionPolicy").path(),
        "`unhealthyPodEvictionPolicy`",
    );
    note(workload.claim_retention.is_some(), 27, at.key("claimRetention").path(), "`claimRetention`");
    note(
        workload.autoscaling.as_ref().is_some_and(|scaling| scaling.main_container_only),
        30,
        at.key("autoscaling").key("mainContainerOnly").path(),
        "`mainContainerOnly`",
    );
    note(
        workload.job.backoff_limit_per_index.is_some(),
        29,
        at.key("job").key("backoffLimitPerIndex").path(),
        "`backoffLimitPerIndex`",
    );
    let zone = workload.cron.as_ref().is_some_and(|cron| cron.time_zone.is_some());
    note(zone, 27, at.key("cron").key("timeZone").path(), "`timeZone`");
    note(
        workload.kind == Kind::StatefulSet && workload.strategy.max_unavailable.is_some(),
        35,
        at.key("strategy").key("maxUnavailable").path(),
        "`maxUnavailable` of a StatefulSet",
    );
    if let Some(distribution) = workload.service.traffic_distribution.as_deref() {
        let since = if distribution == "PreferClose" { 31 } else { 34 };
        let what = if distribution == "PreferClose" {
            "`trafficDistribution`"
        } else {
            "this `trafficDistribution`"
        };
        note(true, since, at.key("service").key("trafficDistribution").path(), what);
    }
    let templates = at.key("claimTemplates");
    for (name, claim) in workload.claim_templates.iter() {
        let alone = claim.modes().contains(&AccessMode::ReadWriteOncePod);
        note(alone, 27, templates.key(name).key("accessModes").path(), "the access mode `ReadWriteOncePod`");
    }
}

fn pod(subject: &Subject<'_>, found: &mut Found<'_>) {
    let (pod, at) = (subject.blueprint.pod, subject.at);
    if pod.host_users == Some(false) {
        found.push((33, at.key("hostUsers").path(), "`hostUsers: false`"));
    }
    let spread = at.key("spread");
    for (topology, constraint) in pod.spread.iter() {
        let here = spread.key(topology);
        if !constraint.match_label_keys.is_empty() {
            found.push((27, here.key("matchLabelKeys").path(), "`matchLabelKeys`"));
        }
        if constraint.min_domains.is_some() {
            found.push((27, here.key("minDomains").path(), "`minDomains`"));
        }
    }
}

fn containers(subject: &Subject<'_>, found: &mut Found<'_>) {
    subject.containers(&mut |_, _, container, at| {
        if container.restart_policy.is_some() {
            found.push((29, at.key("restartPolicy").path(), "a sidecar among `initContainers`"));
        }
        if !container.resize_policy.is_empty() {
            found.push((33, at.key("resizePolicy").path(), "`resizePolicy`"));
        }
        if container.security_context.app_armor.is_some() {
            found.push((30, at.key("securityContext").key("appArmor").path(), "`appArmor`"));
        }
        if let Some(lifecycle) = &container.lifecycle {
            let here = at.key("lifecycle");
            for (name, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
                if hook.as_ref().is_some_and(|hook| hook.sleep.is_some()) {
                    found.push((30, here.key(name).key("sleep").path(), "a hook that sleeps"));
                }
            }
        }
        env(container, at, found);
        for (name, probe) in container.probes.iter() {
            if probe.termination_grace_period_seconds.is_some() {
                let path = at.key("probes").key(name).key("terminationGracePeriodSeconds").path();
                found.push((25, path, "`terminationGracePeriodSeconds` of a probe"));
            }
        }
    });
}

fn env(container: &Container, at: &At<'_>, found: &mut Found<'_>) {
    let place = at.key("env");
    for (name, value) in container.env.iter() {
        if value.field.as_deref() == Some("status.hostIPs") {
            found.push((29, place.key(name).key("field").path(), "`status.hostIPs`"));
        }
    }
}
