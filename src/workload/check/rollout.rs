//! Updates: strategies that the kind has, and that can begin.

use super::super::color::{Shade, Switch};
use super::super::{Kind, StrategyType};
use super::Subject;
use crate::diagnostic::{At, Check};
use crate::value::IntOrPercent;

/// Reports strategies that the kind does not have, and updates that could never start.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    let strategy = &workload.strategy;
    let place = subject.at.key("strategy");
    let kind = workload.kind;
    if matches!(kind, Kind::Job | Kind::CronJob) {
        return;
    }
    if let Some(chosen) = strategy.r#type {
        let fits = match chosen {
            StrategyType::RollingUpdate => true,
            StrategyType::Recreate | StrategyType::BlueGreen => kind == Kind::Deployment,
            StrategyType::OnDelete => kind != Kind::Deployment,
        };
        if !fits {
            let other = if kind == Kind::Deployment { "Recreate" } else { "OnDelete" };
            check
                .error(
                    "strategy-kind",
                    &place.key("type"),
                    format!("a {} has no strategy `{chosen:?}`", kind.name()),
                )
                .help(format!("write `RollingUpdate` or `{other}`"));
            return;
        }
    }
    colors(subject, check);
    let parted = strategy.r#type == Some(StrategyType::BlueGreen);
    let rolling = parted || strategy.r#type.is_none_or(|chosen| chosen == StrategyType::RollingUpdate);
    let rows = [
        ("maxSurge", strategy.max_surge.is_some(), rolling && kind != Kind::StatefulSet),
        ("maxUnavailable", strategy.max_unavailable.is_some(), rolling),
        ("partition", strategy.partition.is_some(), rolling && kind == Kind::StatefulSet),
    ];
    for (field, _, _) in rows.into_iter().filter(|(_, set, fits)| *set && !fits) {
        let message = if rolling {
            format!("a {} has no `{field}`", kind.name())
        } else {
            format!("`{field}` is for rolling updates, and there are none")
        };
        check.error("strategy-kind", &place.key(field), message).help(format!("remove `{field}`"));
    }
    if rolling {
        stuck(kind, strategy.max_surge.as_ref(), strategy.max_unavailable.as_ref(), &place, check);
    }
}

/// Two colours need a Service that chooses; their fields say nothing to other strategies.
fn colors(subject: &Subject<'_>, check: &mut Check<'_>) {
    let strategy = &subject.blueprint.workload.strategy;
    let place = subject.at.key("strategy");
    let parted = strategy.r#type == Some(StrategyType::BlueGreen);
    let argo = strategy.through == Some(Switch::ArgoRollouts);
    let own = [
        ("active", strategy.active.is_some()),
        ("blue", strategy.blue != Shade::default()),
        ("green", strategy.green != Shade::default()),
    ];
    for (field, _) in own.into_iter().filter(|(_, set)| *set && (!parted || argo)) {
        let (message, help) = if argo {
            (format!("Argo Rollouts knows no `{field}`: its controller chooses"), "remove it")
        } else {
            (format!("`{field}` is for blue-green updates"), "add `type: BlueGreen`, or remove it")
        };
        check.error("strategy-kind", &place.key(field), message).help(help);
    }
    if strategy.through.is_some() && !parted {
        check
            .error("strategy-kind", &place.key("through"), "`through` is for blue-green updates")
            .help("add `type: BlueGreen`, or remove it");
    }
    if parted && subject.blueprint.endpoint().service.is_none() {
        check
            .error(
                "strategy-kind",
                &place.key("type"),
                format!("`{}` has no Service whose traffic could be switched", subject.blueprint.name),
            )
            .help("give it a port, or use another strategy");
    }
}

fn stuck(
    kind: Kind,
    surge: Option<&IntOrPercent>,
    unavailable: Option<&IntOrPercent>,
    at: &At<'_>,
    check: &mut Check<'_>,
) {
    let none = |text: Option<&IntOrPercent>, default: bool| {
        text.map_or(default, |text| text.trim_end_matches('%') == "0")
    };
    let (more, fewer) = (at.key("maxSurge"), at.key("maxUnavailable"));
    let (no_surge, all_stay) = match kind {
        Kind::Deployment => (none(surge, false), none(unavailable, true)),
        Kind::DaemonSet => (none(surge, true), none(unavailable, false)),
        _ => (true, none(unavailable, false)),
    };
    let place = if surge.is_some() { &more } else { &fewer };
    if no_surge && all_stay {
        let default = if unavailable.is_none() { " (the default)" } else { "" };
        let message = match kind {
            Kind::StatefulSet => "an update may take no pod away: it could never begin".to_owned(),
            _ => format!("an update may neither add a pod nor take one away{default}: it could never begin"),
        };
        let help = match kind {
            Kind::StatefulSet => "remove `maxUnavailable`",
            _ => "write `maxSurge: 1`, or `maxUnavailable: 1` if the pods may not be more",
        };
        let report = check.error("rollout-deadlock", place, message).with_base(place).help(help);
        if unavailable.is_some() && surge.is_some() {
            report.label(&fewer, "and no pod may be missing");
        }
    } else if kind == Kind::DaemonSet && !no_surge && !all_stay {
        check
            .error("strategy-kind", place, "a DaemonSet either adds pods at an update or takes them away")
            .help("add `maxUnavailable: 0` to `maxSurge`, or remove `maxSurge`");
    }
}
