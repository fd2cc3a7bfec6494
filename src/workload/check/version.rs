//! Fields and APIs that came with a certain Kubernetes version, against the lowest one that the spec supports.

use super::super::Kind;
use super::Subject;
use crate::diagnostic::{At, Check, Key, Path, Report};
use crate::k8s::since::{self, Served, Since};
use crate::pod::claim::AccessMode;
use crate::pod::container::Container;
use crate::source::NodeId;

/// Reports fields of the spec that the lowest supported version lacks.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let mut found: Found<'_> = Vec::new();
    workload(subject, &mut found);
    pod(subject, &mut found);
    containers(subject, &mut found);
    for (since, path, what) in found {
        field(since, what, Place::Path(&path), subject.scope.kubernetes, check);
    }
}

/// Reports a field of one of Kubernetes' types, by its key in raw content.
pub(super) fn raw_field(of: &str, key: NodeId, lowest: u32, check: &mut Check<'_>) {
    let name = check.sources().text(key).unwrap_or_default();
    if let Some(since) = since::field(of, name) {
        field(since, &format!("`{name}` of Kubernetes' {of}"), Place::Key(key), lowest, check);
    }
}

/// Where a field stands.
#[derive(Clone, Copy)]
enum Place<'a> {
    Path(&'a Path),
    Key(NodeId),
}

fn field(since: Since, what: &str, place: Place<'_>, lowest: u32, check: &mut Check<'_>) {
    match since {
        Since::Minor(needed) if needed > lowest => {
            let said = is_said(check);
            let message = lacks(what, needed, lowest);
            let report = match place {
                Place::Path(path) => check.error("needs-kubernetes", path, message),
                Place::Key(key) => check.error("needs-kubernetes", key, message),
            };
            ways_out(report, said, needed);
        }
        Since::Minor(_) => {}
        Since::Gate(gate) => {
            let message = format!("{what} needs the feature gate `{gate}`, which is off by default");
            let report = match place {
                Place::Path(path) => check.warning("feature-gate", path, message),
                Place::Key(key) => check.warning("feature-gate", key, message),
            };
            report.help("turn it on in every cluster of the platform, or remove the field");
        }
    }
}

/// Reports an API that the lowest supported version does not serve.
pub fn api(kind: &str, version: &str, at: &At<'_>, lowest: u32, check: &mut Check<'_>) {
    match since::api(kind, version, lowest) {
        Served::Yes => {}
        Served::From(needed) => {
            let said = is_said(check);
            let what = format!("a {kind} in the version `{version}`");
            ways_out(check.error("needs-kubernetes", at, lacks(&what, needed, lowest)), said, needed);
        }
        Served::Until(last) => {
            check
                .error(
                    "api-version",
                    at,
                    format!("Kubernetes serves no {kind} in the version `{version}` after 1.{last}"),
                )
                .help(since::serving(kind, lowest).map_or_else(
                    || "remove it".to_owned(),
                    |version| {
                        format!("write `apiVersion: {version}`, and look at the fields that changed with it")
                    },
                ));
        }
    }
}

fn lacks(what: &str, needed: u32, lowest: u32) -> String {
    format!("{what} needs Kubernetes 1.{needed}, and the platform supports 1.{lowest} too")
}

/// Whether the spec says the lowest version; else it is the default.
fn is_said(check: &Check<'_>) -> bool {
    check.node(&["kubernetes".to_owned()]).is_some()
}

fn ways_out(report: Report<'_, '_>, said: bool, needed: u32) {
    let report =
        report.help(format!("remove it, or write `kubernetes: \"1.{needed}\"` at the top of the spec"));
    if said {
        report.label(Key(&["kubernetes"]), "this is the lowest version");
    }
}

/// Since when something can be used, where it stands, and what it is.
type Found<'a> = Vec<(Since, Path, &'a str)>;

/// Since when a field can be used that is in Kubernetes' table.
fn since(of: &str, name: &str) -> Since {
    since::field(of, name).unwrap_or_else(|| unreachable!("internal error: {of}.{name} was always there"))
}

fn workload(subject: &Subject<'_>, found: &mut Found<'_>) {
    let (workload, at) = (subject.blueprint.workload, subject.at);
    let mut note = |set: bool, since: Since, path: Path, what: &'static str| {
        if set {
            found.push((since, path, what));
        }
    };
    let budget = workload.disruption_budget.as_ref();
    note(
        budget.is_some_and(|budget| budget.unhealthy_pod_eviction_policy.is_some()),
        since("PodDisruptionBudgetSpec", "unhealthyPodEvictionPolicy"),
        at.key("disruptionBudget").key("unhealthyPodEvictionPolicy").path(),
        "`unhealthyPodEvictionPolicy`",
    );
    note(
        workload.claim_retention.is_some(),
        since("StatefulSetSpec", "persistentVolumeClaimRetentionPolicy"),
        at.key("claimRetention").path(),
        "`claimRetention`",
    );
    note(
        workload.autoscaling.as_ref().is_some_and(|scaling| scaling.main_container_only == Some(true)),
        since("MetricSpec", "containerResource"),
        at.key("autoscaling").key("mainContainerOnly").path(),
        "`mainContainerOnly`",
    );
    note(
        workload.job.backoff_limit_per_index.is_some(),
        since("JobSpec", "backoffLimitPerIndex"),
        at.key("job").key("backoffLimitPerIndex").path(),
        "`backoffLimitPerIndex`",
    );
    note(
        workload.kind == Kind::StatefulSet && workload.strategy.max_unavailable.is_some(),
        since("RollingUpdateStatefulSetStrategy", "maxUnavailable"),
        at.key("strategy").key("maxUnavailable").path(),
        "`maxUnavailable` of a StatefulSet",
    );
    if let Some(distribution) = workload.service.traffic_distribution.as_deref() {
        let (needed, what) = if distribution == "PreferClose" {
            (since("ServiceSpec", "trafficDistribution"), "`trafficDistribution`")
        } else {
            (Since::Minor(34), "this `trafficDistribution`")
        };
        note(true, needed, at.key("service").key("trafficDistribution").path(), what);
    }
    let templates = at.key("claimTemplates");
    for (name, claim) in workload.claim_templates.iter() {
        let alone = claim.modes().contains(&AccessMode::ReadWriteOncePod);
        note(
            alone,
            Since::Minor(27),
            templates.key(name).key("accessModes").path(),
            "the access mode `ReadWriteOncePod`",
        );
    }
}

fn pod(subject: &Subject<'_>, found: &mut Found<'_>) {
    let (pod, at) = (subject.blueprint.pod, subject.at);
    if pod.host_users == Some(false) {
        found.push((since("PodSpec", "hostUsers"), at.key("hostUsers").path(), "`hostUsers: false`"));
    }
    let spread = at.key("spread");
    for (topology, constraint) in pod.spread.iter() {
        let here = spread.key(topology);
        let labels = since("TopologySpreadConstraint", "matchLabelKeys");
        if !constraint.match_label_keys.is_empty() {
            found.push((labels, here.key("matchLabelKeys").path(), "`matchLabelKeys`"));
        }
        let domains = since("TopologySpreadConstraint", "minDomains");
        if constraint.min_domains.is_some() {
            found.push((domains, here.key("minDomains").path(), "`minDomains`"));
        }
    }
}

fn containers(subject: &Subject<'_>, found: &mut Found<'_>) {
    subject.containers(&mut |_, _, container, at| {
        if container.restart_policy.is_some() {
            let needed = since("Container", "restartPolicy");
            found.push((needed, at.key("restartPolicy").path(), "a sidecar among `initContainers`"));
        }
        if !container.resize_policy.is_empty() {
            let needed = since("Container", "resizePolicy");
            found.push((needed, at.key("resizePolicy").path(), "`resizePolicy`"));
        }
        if container.security_context.app_armor.is_some() {
            let needed = since("SecurityContext", "appArmorProfile");
            found.push((needed, at.key("securityContext").key("appArmor").path(), "`appArmor`"));
        }
        if container.security_context.proc_mount.is_some() {
            let needed = since("SecurityContext", "procMount");
            found.push((needed, at.key("securityContext").key("procMount").path(), "`procMount`"));
        }
        if let Some(lifecycle) = &container.lifecycle {
            let here = at.key("lifecycle");
            let needed = since("LifecycleHandler", "sleep");
            for (name, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
                if hook.as_ref().is_some_and(|hook| hook.sleep.is_some()) {
                    found.push((needed, here.key(name).key("sleep").path(), "a hook that sleeps"));
                }
            }
        }
        env(container, at, found);
    });
}

fn env(container: &Container, at: &At<'_>, found: &mut Found<'_>) {
    let place = at.key("env");
    for (name, value) in container.env.iter() {
        if value.field.as_deref() == Some("status.hostIPs") {
            found.push((Since::Minor(29), place.key(name).key("field").path(), "`status.hostIPs`"));
        }
    }
}
