//! What the pods of a platform request of nodes, read from its finished objects.

use super::Part;
use crate::k8s::Object;
use crate::scope::{Demand, Scope};
use crate::tree::Tree;
use crate::value::format::scaled;
use std::collections::BTreeMap;

/// The demands of all workloads.
pub(super) fn of(parts: &[Part], scope: &Scope) -> Vec<Demand> {
    parts.iter().flat_map(|part| demands(&part.own_objects(scope))).collect()
}

fn demands(objects: &[Object]) -> Vec<Demand> {
    objects
        .iter()
        .filter_map(|object| {
            let spec = object.tree.at(&["spec", "template", "spec"])?;
            let replicas = whole(object.tree.at(&["spec", "replicas"])).unwrap_or(1);
            let (least, most) = range(object, objects).unwrap_or((replicas, replicas));
            let sum = |resource: &str| -> f64 {
                let containers = spec.get("containers").and_then(Tree::as_list).unwrap_or_default();
                containers.iter().filter_map(|container| requested(container, resource)).sum()
            };
            Some(Demand {
                cpu: sum("cpu"),
                memory: sum("memory"),
                least,
                most,
                node_selector: selector(spec),
            })
        })
        .collect()
}

/// Fewest and most pods, if an autoscaler has a say.
fn range(object: &Object, objects: &[Object]) -> Option<(u32, u32)> {
    let id = object.id();
    let scaler = objects.iter().find(|other| {
        let target = |key: &str| other.tree.at(&["spec", "scaleTargetRef", key]).and_then(Tree::as_str);
        target("name") == Some(&id.name) && target("kind").is_none_or(|kind| kind == id.kind)
    })?;
    let said = |keys: [&str; 2]| keys.iter().find_map(|key| whole(scaler.tree.at(&["spec", key])));
    Some((said(["minReplicas", "minReplicaCount"])?, said(["maxReplicas", "maxReplicaCount"])?))
}

/// A request; a limit alone is one too.
fn requested(container: &Tree, resource: &str) -> Option<f64> {
    let amount = |kind: &str| container.at(&["resources", kind, resource]);
    match amount("requests").or_else(|| amount("limits"))? {
        Tree::Str(text) => scaled(text),
        Tree::Int(number) => i32::try_from(*number).ok().map(f64::from),
        Tree::Float(number) => Some(*number),
        _ => None,
    }
}

fn selector(spec: &Tree) -> BTreeMap<String, String> {
    let labels = spec.get("nodeSelector").and_then(Tree::as_map);
    labels
        .into_iter()
        .flat_map(|labels| labels.iter())
        .filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned())))
        .collect()
}

fn whole(tree: Option<&Tree>) -> Option<u32> {
    if let Some(Tree::Int(number)) = tree { u32::try_from(*number).ok() } else { None }
}
