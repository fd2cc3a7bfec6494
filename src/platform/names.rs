//! Names: unique in the platform, and short enough with everything that is added to them.

use super::provided::Takers;
use super::{Part, annotations};
use crate::diagnostic::{Check, Key, Report};
use crate::k8s::{NAMESPACE, Object, ObjectId};
use crate::scope::Scope;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Names that are folders of the output.
const RESERVED: &[&str] =
    &["cluster", "config", "claims", "policy", "secrets", "service-accounts", "internet"];

/// Reports names that two components share, and reserved ones.
pub fn unique(parts: &[Part], check: &mut Check<'_>) {
    let mut seen: BTreeMap<&str, &Part> = BTreeMap::new();
    for part in parts {
        if RESERVED.contains(&part.name.as_str()) {
            check
                .error(
                    "reserved-name",
                    Key(&[part.section, &part.name]),
                    format!("the name `{}` is reserved", part.name),
                )
                .help("choose another name: this one is a folder of the output, or has a meaning in `uses`");
        }
        let told = || check.has_said("duplicate-name", &two(&part.name));
        if let Some(first) = seen.insert(&part.name, part).filter(|_| !told()) {
            check
                .error("duplicate-name", Key(&[part.section, &part.name]), two(&part.name))
                .label(Key(&[first.section, &first.name]), "the first one is here")
                .help("names are unique across sections: `uses` and folders go by name alone");
        }
    }
}

fn two(name: &str) -> String {
    format!("there are two components `{name}`")
}

/// Longest name of a kind, and why.
fn limit(kind: &str) -> (usize, &'static str) {
    match kind {
        "CronJob" => (52, "a Job's name adds 11 characters"),
        "StatefulSet" => (52, "a label of its pods adds a hash of 11 characters"),
        "Job" => (63, "a label of its pods holds it"),
        "Deployment" | "DaemonSet" | "Service" | "Namespace" => (63, "Kubernetes allows no more"),
        _ => (253, "Kubernetes allows no more"),
    }
}

/// What is known of the names of objects, which come as they are built.
pub struct Names<'a> {
    takers: Takers<'a>,
    found: Vec<(&'a Part, ObjectId)>,
}

impl<'a> Names<'a> {
    /// Nothing yet.
    pub fn of(parts: &'a [Part], scope: &'a Scope) -> Self {
        Self { takers: Takers::of(parts, scope), found: Vec::new() }
    }

    /// Looks at objects of a component.
    pub fn look(&mut self, part: &'a Part, objects: &[Object], check: &mut Check<'_>) {
        self.takers.check(part, objects, check);
        for object in objects {
            annotations::check(&object.tree, part, check);
            self.found.push((part, object.id()));
        }
    }

    /// Reports objects that share an identity, and names that are too long. What the platform makes as a whole,
    /// `own`, is there first: a component is at fault that makes it again.
    pub fn report(mut self, parts: &'a [Part], own: &[Object], namespace: &str, check: &mut Check<'_>) {
        let order: BTreeMap<&str, usize> =
            parts.iter().enumerate().map(|(n, part)| (part.name.as_str(), n)).collect();
        self.found.sort_by_key(|(part, _)| order.get(part.name.as_str()).copied());
        let own: BTreeSet<ObjectId> = own.iter().map(Object::id).collect();
        let mut seen: BTreeMap<ObjectId, &Part> = BTreeMap::new();
        for (part, id) in self.found {
            let name = id.name.replace(NAMESPACE, namespace);
            too_long(part, &id, &name, check);
            if own.contains(&id) {
                twice(part, &id, &name, check)
                    .label(Key(&["policy"]), "the first one follows from this")
                    .help("give it another name, or leave it to `policy`");
            }
            match seen.entry(id) {
                Entry::Occupied(first) => {
                    twice(part, first.key(), &name, check)
                        .label(
                            Key(&[first.get().section, &first.get().name]),
                            "the first one comes from here",
                        )
                        .help("give one of them another name in `names`");
                }
                Entry::Vacant(place) => {
                    place.insert(part);
                }
            }
        }
    }
}

fn too_long(part: &Part, id: &ObjectId, name: &str, check: &mut Check<'_>) {
    let (most, why) = limit(&id.kind);
    if name.len() <= most {
        return;
    }
    let derived = if name == part.name { String::new() } else { format!(", derived from `{}`,", part.name) };
    check
        .error(
            "name-too-long",
            Key(&[part.section, &part.name]),
            format!(
                "the name `{name}` of the {}{derived} has {} characters, {most} are allowed: {why}",
                id.kind,
                name.len()
            ),
        )
        .help(format!("shorten the name by {}, or set another in `names`", name.len() - most));
}

fn twice<'c, 'a>(part: &Part, id: &ObjectId, name: &str, check: &'c mut Check<'a>) -> Report<'c, 'a> {
    check.error(
        "duplicate-object",
        Key(&[part.section, &part.name]),
        format!("`{}` makes a second {} `{name}`", part.name, id.kind),
    )
}
