//! Raw objects of Kubernetes' own kinds: in a version that is served, and of the shape that it takes.

use super::Extra;
use crate::diagnostic::{At, Check};
use crate::k8s::api;
use crate::workload::check::{patch, version};

/// Reports what the API server would refuse, that of the lowest Kubernetes version too.
pub(super) fn check(extra: &Extra, at: &At<'_>, lowest: u32, check: &mut Check<'_>) {
    let (Some(kind), Some(written)) = (extra.text("/kind"), extra.text("/apiVersion")) else { return };
    let current = api::version(kind);
    if let Some(current) = current
        && api::is_outdated(kind, written)
    {
        check
            .error(
                "api-version",
                &at.key("apiVersion"),
                format!("Kubernetes serves no {kind} in the version `{written}`"),
            )
            .help(format!("write `apiVersion: {current}`, and look at the fields that changed with it"));
        return;
    }
    if api::lacks(written, kind) {
        check
            .error(
                "api-version",
                &at.key("apiVersion"),
                format!("`{written}` is Kubernetes' own, and has no kind {kind}"),
            )
            .label(&at.key("kind"), "this kind")
            .help(
                "custom resources have the group of whoever defines them, such as `monitoring.coreos.com/v1`: see the \
                 kind's documentation, or correct its name",
            );
        return;
    }
    let metadata = at.key("metadata");
    if current.is_none()
        && let Some(node) = check.node(&metadata.path())
    {
        patch::report("ObjectMeta", node, lowest, check);
    }
    version::api(kind, written, &at.key("apiVersion"), lowest, check);
    if current == Some(written)
        && let Some(node) = check.node(&at.path())
    {
        patch::report(kind, node, lowest, check);
    }
}
