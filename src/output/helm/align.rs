//! Lists of several variants: which item is which.

use super::slot::{Slot, Slots};
use crate::tree::Tree;

/// The items of all variants by identity; none if they have none, or the variants disagree about
/// their order.
pub(super) fn aligned<'t>(list: &str, slots: &Slots<'t>) -> Option<Vec<(String, Slots<'t>)>> {
    merged(slots, &identity(list, slots)?)
}

/// The slots of an item of the lists in these slots.
pub(super) fn nth<'t>(slots: &Slots<'t>, at: usize) -> Slots<'t> {
    slots
        .iter()
        .map(|slot| match slot {
            Slot::Here(tree) => tree.as_list().and_then(|list| list.get(at)).map_or(Slot::Absent, Slot::Here),
            Slot::Absent => Slot::Absent,
            Slot::Skip => Slot::Skip,
        })
        .collect()
}

/// The keys of all lists, each list's order kept as far as they agree.
pub(super) fn union<T: PartialEq + Clone>(lists: impl Iterator<Item = Vec<T>>) -> Vec<T> {
    let mut all: Vec<T> = Vec::new();
    for list in lists {
        let mut after = 0;
        for key in list {
            if let Some(at) = all.iter().position(|known| *known == key) {
                after = at + 1;
            } else {
                all.insert(after, key);
                after += 1;
            }
        }
    }
    all
}

/// The items of all variants by identity; none if the variants disagree about their order.
fn merged<'t>(slots: &Slots<'t>, ids: &[Option<Vec<String>>]) -> Option<Vec<(String, Slots<'t>)>> {
    let all = union(ids.iter().flatten().cloned());
    for ids in ids.iter().flatten() {
        let mut rest = all.iter();
        if !ids.iter().all(|id| rest.any(|known| known == id)) {
            return None;
        }
    }
    let slot = |id: &String, (slot, ids): (&Slot<&'t Tree>, &Option<Vec<String>>)| match (slot, ids) {
        (Slot::Here(tree), Some(ids)) => ids
            .iter()
            .position(|known| known == id)
            .and_then(|at| tree.as_list()?.get(at))
            .map_or(Slot::Absent, Slot::Here),
        (Slot::Absent, _) => Slot::Absent,
        _ => Slot::Skip,
    };
    Some(
        all.iter()
            .map(|id| (id.clone(), slots.iter().zip(ids).map(|pair| slot(id, pair)).collect()))
            .collect(),
    )
}

/// How the items of a list are told apart, so that each meets its like in other variants.
fn identity(list: &str, slots: &Slots<'_>) -> Option<Vec<Option<Vec<String>>>> {
    const KEYS: &[&str] = &["name", "mountPath", "containerPort", "port", "key", "path", "ip", "topologyKey"];
    let keys = if list == "volumeMounts" { &KEYS[1..] } else { KEYS };
    let lists = |of: &dyn Fn(&Tree) -> Option<String>| -> Option<Vec<Option<Vec<String>>>> {
        slots
            .iter()
            .map(|slot| {
                let Slot::Here(tree) = slot else { return Some(None) };
                let ids: Option<Vec<String>> = tree.as_list()?.iter().map(of).collect();
                let ids = ids?;
                let unique = ids.iter().collect::<std::collections::BTreeSet<_>>().len() == ids.len();
                unique.then_some(Some(ids))
            })
            .collect()
    };
    keys.iter()
        .find_map(|key| lists(&|item| scalar(item.get(key)?)))
        .or_else(|| lists(&|item| scalar(item.at(&["metadata", "name"])?)))
        .or_else(|| lists(&metric))
        .or_else(|| lists(&source))
}

fn scalar(tree: &Tree) -> Option<String> {
    match tree {
        Tree::Str(text) => Some(text.clone()),
        Tree::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Identity of a metric of an autoscaler.
fn metric(item: &Tree) -> Option<String> {
    let kind = item.get("type")?.as_str()?;
    let name = ["resource", "containerResource", "pods", "object", "external"]
        .iter()
        .find_map(|key| item.at(&[key, "name"]).or_else(|| item.at(&[key, "metric", "name"])))?;
    Some(format!("{kind}/{}", name.as_str()?))
}

/// Identity of a source of environment variables.
fn source(item: &Tree) -> Option<String> {
    ["configMapRef", "secretRef"]
        .iter()
        .find_map(|key| Some(format!("{key}/{}", item.at(&[key, "name"])?.as_str()?)))
}
