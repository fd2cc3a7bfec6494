//! Raw objects: whole, in a version that is served, and of the shape that Kubernetes takes.

use super::Extra;
use crate::diagnostic::{At, Check};
use crate::k8s::api;
use crate::workload::check::patch;

/// Reports what the API server would refuse.
pub(super) fn check(extra: &Extra, at: &At<'_>, check: &mut Check<'_>) {
    let fields = [
        ("apiVersion", "/apiVersion", "apiVersion: v1"),
        ("kind", "/kind", "kind: ConfigMap"),
        ("metadata.name", "/metadata/name", "metadata: { name: … }"),
    ];
    for (field, pointer, example) in fields {
        if extra.text(pointer).is_none() {
            check
                .error_key("extra-shape", &at.path(), format!("the raw object has no `{field}`"))
                .help(format!("add `{example}` as the Kubernetes API has it"));
        }
    }
    let (Some(kind), Some(written)) = (extra.text("/kind"), extra.text("/apiVersion")) else { return };
    let Some(version) = api::version(kind) else { return };
    if api::is_outdated(kind, written) {
        check
            .error(
                "api-version",
                &at.key("apiVersion"),
                format!("Kubernetes serves no {kind} in the version `{written}`"),
            )
            .help(format!("write `apiVersion: {version}`, and look at the fields that changed with it"));
    } else if written == version
        && let Some(node) = check.node(&at.path())
    {
        patch::report(kind, node, check);
    }
}
