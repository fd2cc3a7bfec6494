//! What can be wrong with `policy`, and with raw network policies beside it.

use super::super::Part;
use crate::diagnostic::{At, Check, Key};
use crate::header::policy::network::Mode;
use crate::needs::Offer;
use crate::scope::Scope;

mod raw;

/// Reports what is wrong with the rules for all pods.
pub fn check(parts: &[Part], scope: &Scope, check: &mut Check<'_>) {
    let rules = &scope.header.policy.network;
    let denied = rules.mode == Mode::DefaultDeny;
    raw::check(parts, scope, denied, check);
    if !denied {
        return;
    }
    let monitored = |name: &&String| {
        let endpoint = scope.endpoint(name);
        endpoint.and_then(|endpoint| endpoint.metrics.as_ref()).is_some_and(|scrape| !scrape.annotated)
    };
    let own = parts
        .iter()
        .any(|part| part.needs.iter().any(|(_, need)| matches!(need, crate::needs::Need::Metrics { .. })));
    if rules.scrape.is_none()
        && !own
        && let Some(name) = scope.offers.keys().find(monitored)
    {
        let section = parts.iter().find(|part| part.name == *name).map_or("services", |part| part.section);
        let root = At::root();
        let policy = root.key("policy");
        check
            .warning(
                "policy-scrape",
                &policy.key("network"),
                format!("nobody may scrape the metrics of `{name}`: Prometheus is outside of the platform"),
            )
            .label(Key(&[section, name.as_str(), "metrics"]), "a ServiceMonitor tells it")
            .help("say where it runs: `network: { mode: default-deny, scrape: monitoring }`");
    }
    for part in parts.iter().filter(|part| matches!(scope.offers.get(&part.name), Some(Offer::Raw))) {
        raw::pods(part, parts, scope, check);
    }
}
