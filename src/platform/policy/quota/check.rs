//! Whether a quota and a limit range admit every pod that the platform makes.

use super::super::super::Platform;
use super::super::super::demand::{Ask, Demand, Demands, Stay};
use super::{Most, cpu, in_unit, memory};
use crate::diagnostic::{At, Check, Key};

/// Reports what would be refused.
pub(in super::super) fn check(platform: &Platform, demands: &Demands, most: &Most, check: &mut Check<'_>) {
    let policy = &platform.scope.header.policy;
    // Other namespaces have neither.
    let here =
        || demands.workloads.iter().filter(|demand| !platform.scope.homes.contains_key(&demand.component));
    if policy.quota.is_some() {
        for demand in here() {
            if policy.limits.is_none() && (demand.is_silent() || demand.unlimited() != (false, false)) {
                silent(platform, demand, check);
            }
            if demand.stay == Stay::PerNode && platform.scope.header.nodes.is_empty() {
                check
                    .error(
                        "quota-nodes",
                        Key(&["policy", "quota"]),
                        format!("how many pods `{}` has depends on the number of nodes", demand.name),
                    )
                    .label(Key(&place(platform, demand)), "it runs on every node")
                    .help(
                        "say what nodes there are: `nodes: { workers: { count: 3, cpu: 4, memory: 16Gi } }`",
                    );
            }
        }
        too_small(platform, most, check);
    }
    if policy.limits.is_some() {
        for demand in here() {
            demand.containers.iter().for_each(|ask| range(platform, demand, ask, check));
        }
    }
}

/// Section and name of the component of a workload.
fn place(platform: &Platform, demand: &Demand) -> [String; 2] {
    let part = platform.parts.iter().find(|part| part.name == demand.component);
    [part.map_or("services", |part| part.section).to_owned(), demand.component.clone()]
}

fn silent(platform: &Platform, demand: &Demand, check: &mut Check<'_>) {
    check
        .error("quota-silent", Key(&place(platform, demand)),
            format!(
                "the quota would refuse the pods of `{}`: a container lacks a request or a limit of CPU or memory",
                demand.name
            ),
        )
        .label(Key(&["policy", "quota"]), "this asks every container to say what it needs")
        .help("add `resources` to every container, or `policy: { limits: {} }`, which gives defaults");
}

/// Hard limits by hand below what is computed.
fn too_small(platform: &Platform, most: &Most, check: &mut Check<'_>) {
    let Some(quota) = &platform.scope.header.policy.quota else { return };
    let root = At::root();
    let policy = root.key("policy");
    let place = policy.key("quota");
    let hard = place.key("hard");
    for (name, needed, unit) in most.hard(0) {
        let Some(given) = quota.hard.get(name) else { continue };
        if in_unit(name, given).is_none_or(|given| given >= needed) {
            continue;
        }
        let text = match unit {
            1000 => cpu(needed),
            1 => needed.to_string(),
            _ => memory(needed),
        };
        check
            .error(
                "quota-too-small",
                &hard.key(name),
                format!("`{name}: {given}` does not admit the {text} that the platform needs at its most"),
            )
            .help(format!("write at least `{text}`, or remove it: the quota is computed"));
    }
}

/// A container beyond the range, or one whose request is above the limit that it is given.
fn range(platform: &Platform, demand: &Demand, ask: &Ask, check: &mut Check<'_>) {
    let Some(limits) = &platform.scope.header.policy.limits else { return };
    let default = limits.limits();
    let rows = [
        ("cpu", ask.requests.0, ask.limits.0, default.cpu),
        ("memory", ask.requests.1, ask.limits.1, default.memory),
    ];
    for (name, request, limit, default) in rows {
        let write = |number: u64| if name == "cpu" { cpu(number) } else { memory(number) };
        let max = limits.max.get(name).and_then(|text| in_unit(name, text));
        let own = limit.unwrap_or(default);
        let place = self::place(platform, demand);
        if let Some(max) = max.filter(|max| own > *max) {
            check
                .error(
                    "limit-range",
                    Key(&place),
                    format!(
                        "`{}` may use {} of {name}, the limit range allows {}",
                        ask.name,
                        write(own),
                        write(max)
                    ),
                )
                .label(Key(&["policy", "limits", "max", name]), "this is the most")
                .help(format!("raise it to `{}`, or remove it: it is computed", write(own)));
        }
        if let Some(request) = request.filter(|request| limit.is_none() && *request > default) {
            check
                .error(
                    "limit-range",
                    Key(&place),
                    format!(
                        "`{}` requests {} of {name} and states no limit: the limit range gives it {}",
                        ask.name,
                        write(request),
                        write(default)
                    ),
                )
                .label(Key(&["policy", "limits"]), "it follows from this")
                .help(format!("add `resources: {{ limits: {{ {name}: {} }} }}`", write(request)));
        }
    }
}
