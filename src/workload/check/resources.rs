//! Requests and limits.

use super::Subject;
use crate::diagnostic::{At, Check};
use crate::value::Quantity;
use crate::value::format::scaled;

/// Bytes below which no memory and no volume is meant.
const LEAST_BYTES: f64 = 1_048_576.0;
/// Cores above which hardly any node is found.
const MOST_CORES: f64 = 64.0;

/// Reports requests above their limits, and quantities that are hardly meant.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    subject.containers(&mut |_, name, container, at| {
        let Some(resources) = &container.resources else { return };
        let place = at.key("resources");
        let (requests, limits) = (place.key("requests"), place.key("limits"));
        for (field, request) in resources.requests.iter() {
            let (here, there) = (requests.key(field), limits.key(field));
            suspicious(field, request, &here, check);
            let Some(limit) = resources.limits.get(field) else { continue };
            if let (Some(low), Some(high)) = (scaled(request), scaled(limit))
                && low > high
            {
                check
                    .error(
                        "request-over-limit",
                        &here,
                        format!("`{name}` asks for {request} of {field}, and may use {limit} only"),
                    )
                    .label(&there, "this is the limit")
                    .with_base(&here)
                    .help(format!("write a request of at most {limit}, or a limit of at least {request}"));
            }
        }
        for (field, limit) in resources.limits.iter() {
            suspicious(field, limit, &limits.key(field), check);
        }
    });
    let volumes = subject.at.key("volumes");
    for (name, volume) in subject.blueprint.pod.volumes.iter() {
        let here = volumes.key(name);
        if let Some(size) = volume.empty_dir.as_ref().and_then(|dir| dir.size_limit.as_ref()) {
            suspicious("storage", size, &here.key("emptyDir").key("sizeLimit"), check);
        }
        if let Some(claim) = &volume.ephemeral {
            suspicious("storage", &claim.storage, &here.key("ephemeral").key("storage"), check);
        }
    }
    let templates = subject.at.key("claimTemplates");
    for (name, claim) in subject.blueprint.workload.claim_templates.iter() {
        suspicious("storage", &claim.storage, &templates.key(name).key("storage"), check);
    }
}

fn suspicious(field: &str, quantity: &Quantity, at: &At<'_>, check: &mut Check<'_>) {
    let Some(value) = scaled(quantity) else { return };
    let digits: String = quantity.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let binary = quantity.ends_with('i');
    let bytes = matches!(field, "memory" | "storage" | "ephemeral-storage");
    let (fact, help) = if field == "cpu" && binary {
        (
            format!("`{quantity}` of CPU is {value} cores"),
            format!("write `{digits}m` for thousandths of a core"),
        )
    } else if field == "cpu" && value > MOST_CORES {
        (
            format!("`{quantity}` of CPU is {value} whole cores"),
            format!("write `{digits}m` for thousandths of a core"),
        )
    } else if bytes && value > 0.0 && value < LEAST_BYTES {
        let unit = if field == "memory" { "Mi" } else { "Gi" };
        (format!("`{quantity}` of {field} is {value} bytes"), format!("write `{digits}{unit}`"))
    } else {
        return;
    };
    check.warning("quantity-suspicious", at, fact).help(help);
}
