//! Changes to finished objects: the way to a field of Kubernetes that the spec does not have.

use crate::k8s::Object;
use crate::tree::{Map, Tree};
use crate::value::Keyed;
use crate::value::format::Name;
use crate::value::raw::Raw;

/// Patches by the object's file name, or `pod`, or `container`.
pub type Patches = Keyed<Name, Raw>;

impl Patches {
    /// Applies the patches to the objects of a component.
    pub fn apply(&self, objects: &mut [Object]) {
        for (target, patch) in self.iter() {
            for object in objects.iter_mut() {
                if let Some(tree) = find(object, target) {
                    merge(tree, &patch.0);
                }
            }
        }
    }
}

/// Paths to the pod's spec in the kinds that have one.
const POD: &[&[&str]] =
    &[&["spec", "jobTemplate", "spec", "template", "spec"], &["spec", "template", "spec"]];

fn find<'a>(object: &'a mut Object, target: &str) -> Option<&'a mut Tree> {
    if object.file == target {
        return Some(&mut object.tree);
    }
    if target != "pod" && target != "container" {
        return None;
    }
    let path = *POD.iter().find(|path| object.tree.at(path).is_some())?;
    let pod = path.iter().try_fold(&mut object.tree, |tree, key| tree.get_mut(key))?;
    if target == "pod" {
        return Some(pod);
    }
    match pod.get_mut("containers")? {
        Tree::List(containers) => containers.first_mut(),
        _ => None,
    }
}

/// Merges maps by key, replaces everything else; null removes.
pub fn merge(tree: &mut Tree, patch: &serde_json::Value) {
    match (tree, patch) {
        (Tree::Map(map), serde_json::Value::Object(patch)) => {
            for (key, value) in patch {
                if value.is_null() {
                    map.remove(key);
                } else if let Some(old) = map.get_mut(key) {
                    merge(old, value);
                } else {
                    let mut new = Tree::Map(Map::new());
                    merge(&mut new, value);
                    map.push(key.clone(), new);
                }
            }
        }
        (tree, patch) => {
            if let Some(new) = tree_of(patch) {
                *tree = new;
            }
        }
    }
}

/// The tree of a raw value; none for null.
pub fn tree_of(value: &serde_json::Value) -> Option<Tree> {
    use serde_json::Value;
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => Tree::Bool(*flag),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Tree::Float(number.as_f64().unwrap_or_default()), Tree::Int)
        }
        Value::String(text) => Tree::Str(text.clone()),
        Value::Array(items) => Tree::List(items.iter().filter_map(tree_of).collect()),
        Value::Object(map) => Tree::Map(
            map.iter().filter_map(|(key, value)| Some((key.clone().into(), tree_of(value)?))).collect(),
        ),
    })
}
