//! Patches of finished objects: they hit something, and they fit the Kubernetes API.

use super::super::patch::Patches;
use super::version;
use crate::diagnostic::{At, Check, Key, suggest};
use crate::k8s::{Object, api};
use crate::load::{Resolved, resolve};
use crate::source::{Node, NodeId};
use crate::tree::Tree;

/// Reports patches of what is not there, and fields that Kubernetes does not have.
pub fn check(patches: &Patches, objects: &[Object], at: &At<'_>, lowest: u32, check: &mut Check<'_>) {
    let has_pod = objects.iter().any(|object| kind(object).is_some_and(api::has_pods));
    let mut targets: Vec<&str> = objects.iter().map(|object| object.file.as_str()).collect();
    if has_pod {
        targets.extend(["pod", "container"]);
    }
    for target in patches.keys() {
        let here = at.key(target);
        if !targets.contains(&target) {
            let help = suggest(target, targets.iter().copied()).map_or_else(
                || format!("patch one of: {}", targets.join(", ")),
                |near| format!("did you mean `{near}`? there is: {}", targets.join(", ")),
            );
            check
                .error(
                    "patch-target",
                    Key(&here.path()),
                    format!("the component has no object `{target}` that could be patched"),
                )
                .help(help);
            continue;
        }
        let Some(node) = check.node(&here.path()) else { continue };
        let kind = objects.iter().find(|object| object.file == target).and_then(kind);
        let name = match (target, kind) {
            (_, Some(kind)) => kind,
            ("pod", None) => "PodSpec",
            _ => "Container",
        };
        report(name, node, lowest, check);
    }
}

/// Reports everything in a node that does not fit the Kubernetes type of this name, or that came
/// after the lowest version.
pub fn report(name: &str, node: NodeId, lowest: u32, check: &mut Check<'_>) {
    let reading = api::read(name, check.sources(), node);
    for (of, key) in reading.fields {
        version::raw_field(of, key, lowest, check);
    }
    for misfit in reading.misfits {
        let help = misfit.help.unwrap_or_else(|| match check.sources().node(misfit.node) {
            Node::Scalar { text, plain: false } if !matches!(resolve(text), Resolved::Text(_)) => {
                format!("remove the quotes: `{text}`")
            }
            _ => "write it as the Kubernetes API has it".to_owned(),
        });
        check.error("patch-field", misfit.node, misfit.message).help(help);
    }
}

fn kind(object: &Object) -> Option<&str> {
    object.tree.get("kind").and_then(Tree::as_str)
}
