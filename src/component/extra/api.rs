//! Raw objects of Kubernetes' own kinds: in a version that is served, and of the shape that it takes.

use super::Extra;
use crate::diagnostic::{At, Check};
use crate::k8s::api;
use crate::workload::check::patch;

/// Reports what the API server would refuse.
pub(super) fn check(extra: &Extra, at: &At<'_>, check: &mut Check<'_>) {
    let (Some(kind), Some(written)) = (extra.text("/kind"), extra.text("/apiVersion")) else { return };
    let Some(version) = api::version(kind) else {
        let metadata = at.key("metadata");
        if let Some(node) = check.node(&metadata.path()) {
            patch::report("ObjectMeta", node, check);
        }
        return;
    };
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
