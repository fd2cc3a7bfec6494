//! Names: unique in the platform, and short enough with everything that is added to them.

use super::provided::Takers;
use super::{Part, Platform, annotations};
use crate::diagnostic::{Check, Key};
use crate::k8s::{NAMESPACE, Object, ObjectId};
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
        if let Some(first) = seen.insert(&part.name, part) {
            check
                .error(
                    "duplicate-name",
                    Key(&[part.section, &part.name]),
                    format!("there are two components `{}`", part.name),
                )
                .label(Key(&[first.section, &first.name]), "the first one is here")
                .help("names are unique across sections: `uses` and folders go by name alone");
        }
    }
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

/// Reports objects that share an identity, and names that are too long.
pub fn objects(platform: &Platform, check: &mut Check<'_>) {
    let mut seen: BTreeMap<ObjectId, &Part> = BTreeMap::new();
    let namespace = platform.namespace();
    // What the platform makes as a whole is there first: a component is at fault that makes it again.
    let own: BTreeSet<ObjectId> = platform.own_objects().iter().map(Object::id).collect();
    let takers = Takers::of(platform);
    for part in &platform.parts {
        let objects = platform.objects(part);
        takers.check(part, &objects, check);
        for object in objects {
            let id = object.id();
            let name = id.name.replace(NAMESPACE, &namespace);
            let (most, why) = limit(&id.kind);
            if name.len() > most {
                let derived = if name == part.name {
                    String::new()
                } else {
                    format!(", derived from `{}`,", part.name)
                };
                check
                    .error("name-too-long", Key(&[part.section, &part.name]),
                        format!(
                            "the name `{name}` of the {}{derived} has {} characters, {most} are allowed: {why}",
                            id.kind,
                            name.len()
                        ),
                    )
                    .help(format!("shorten the name by {}, or set another in `names`", name.len() - most));
            }
            annotations::check(&object.tree, part, check);
            if own.contains(&id) {
                check
                    .error(
                        "duplicate-object",
                        Key(&[part.section, &part.name]),
                        format!("`{}` makes a second {} `{name}`", part.name, id.kind),
                    )
                    .label(Key(&["policy"]), "the first one follows from this")
                    .help("give it another name, or leave it to `policy`");
            }
            if let Some(first) = seen.get(&id) {
                check
                    .error(
                        "duplicate-object",
                        Key(&[part.section, &part.name]),
                        format!("`{}` makes a second {} `{name}`", part.name, id.kind),
                    )
                    .label(Key(&[first.section, &first.name]), "the first one comes from here")
                    .help("give one of them another name in `names`");
            } else {
                seen.insert(id, part);
            }
        }
    }
}
