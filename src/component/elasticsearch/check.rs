//! What can be wrong with an Elasticsearch cluster by itself.

use super::{Elasticsearch, Operator};
use crate::diagnostic::{At, Check};
use crate::pod::probe::seconds;
use crate::value::format::scaled;

/// Reports it.
pub(super) fn check(search: &Elasticsearch, name: &str, at: &At<'_>, check: &mut Check<'_>) {
    let resources = search.resources();
    let limit = resources.limits.get("memory");
    if let (Some(heap), Some(limit)) = (&search.heap, limit)
        && scaled(heap) > scaled(limit)
    {
        check
            .error(
                "memory-over-limit",
                &at.key("heap"),
                format!("the heap of `{name}` may have {heap}, its container {limit}"),
            )
            .label(&at.key("resources").key("limits").key("memory"), "the limit")
            .help("leave half of the limit to the files' cache, or remove `heap`: that is its default");
    }
    if let Some(retention) = search.retention.as_ref().filter(|retention| seconds(&retention.after) < 3600) {
        let place = at.key("retention");
        check
            .error("out-of-range", &place, format!("indices are deleted after {}", retention.after))
            .help("write `1d` or more: an index is deleted with everything in it");
    }
    match search.operator {
        Some(Operator::Eck) => operated(search, name, at, check),
        None => secured(search, name, at, check),
    }
}

/// Nodes with logins take other nodes only by certificates; a single node has no others.
fn secured(search: &Elasticsearch, name: &str, at: &At<'_>, check: &mut Check<'_>) {
    if search.password.is_some() && search.certificate.is_none() && search.replicas() > 1 {
        check
            .error(
                "missing-field",
                &at.key("password"),
                format!("`{name}` has logins and several nodes, and no `certificate`: they would not start"),
            )
            .help("add `certificate: NAME` with a secret that holds `tls.crt`, `tls.key` and `ca.crt`");
    }
    if search.certificate.is_some() && search.password.is_none() {
        check
            .error(
                "missing-field",
                &at.key("certificate"),
                format!("`{name}` has `certificate` without `password`: there are no logins at all"),
            )
            .help("add `password: SECRET/KEY`, or remove `certificate`");
    }
}

/// The operator has its own way with some fields.
fn operated(search: &Elasticsearch, name: &str, at: &At<'_>, check: &mut Check<'_>) {
    let names = at.key("names");
    let service = names.key("service");
    let (claim, cluster, certificate) = (at.key("claimName"), at.key("clusterName"), at.key("certificate"));
    let fields = [
        (&claim, "claimName", search.claim_name.is_some()),
        (&cluster, "clusterName", search.cluster_name.is_some()),
        (&certificate, "certificate", search.certificate.is_some()),
        (&service, "names.service", search.names.service.is_some()),
    ];
    for (place, field, _) in fields.into_iter().filter(|(_, _, set)| *set) {
        check
            .error("operator-field", place, format!("the operator chooses `{field}` of `{name}` itself"))
            .help(format!("remove `{field}`, or `operator`"));
    }
    let own = format!("{name}-es-elastic-user/elastic");
    if search.password.as_deref() != Some(own.as_str()) {
        check
            .error(
                "operator-field",
                &at.key("password"),
                format!("the operator puts the password of `{name}` into `{own}`"),
            )
            .help(format!("write `password: {own}`, and declare the secret in `secrets`"));
    }
}
