//! Homes: which components live beside the platform's namespace, and what has to live there with them.

use super::Part;
use crate::diagnostic::{Check, Key, Path};
use crate::k8s::NAMESPACE;
use crate::needs::Need;
use crate::scope::Scope;
use crate::scope::home::Home;
use std::collections::BTreeMap;

/// The homes of all components that have one. Pods read secrets, configs and the like of their own namespace only, so
/// what they name lives where they do; reports what is named from two namespaces.
pub(super) fn of(parts: &[Part], scope: &Scope, check: &mut Check<'_>) -> BTreeMap<String, Home> {
    elsewhere(parts, check);
    let homes: BTreeMap<&str, Home> =
        parts.iter().filter_map(|part| Some((&*part.name, part.component.home()?))).collect();
    let mut all: BTreeMap<String, Home> = BTreeMap::new();
    if homes.is_empty() {
        return all;
    }
    let own = scope.own_namespace();
    for part in parts {
        let Some(home) = homes.get(&*part.name) else { continue };
        all.insert(part.name.clone(), home.clone());
        if home.namespace == own {
            let place = part.at(|at| at.key("namespace").path());
            taken(&part.name, &own, &place, check);
        }
    }
    // By what is named: where it is first, with who names it.
    let mut seen: BTreeMap<&str, (&str, &Part)> = BTreeMap::new();
    for part in parts {
        let home = homes.get(&*part.name);
        let namespace = home.map_or(NAMESPACE, |home| &home.namespace);
        for (place, need) in part.needs.iter() {
            let Some(name) = held(need) else { continue };
            let (first, other) = *seen.entry(name).or_insert((namespace, part));
            if first != namespace {
                two(name, &part.name, other, place, check);
            } else if let Some(home) = home {
                all.insert(name.to_owned(), home.clone());
            }
        }
    }
    all
}

/// Reports what reads something that was put into a namespace of somebody else.
fn elsewhere(parts: &[Part], check: &mut Check<'_>) {
    let away: BTreeMap<&str, (&str, &Part)> =
        parts.iter().filter_map(|part| Some((&*part.name, (part.component.elsewhere()?, part)))).collect();
    for part in parts {
        for (place, need) in part.needs.iter() {
            let Some((namespace, other)) = held(need).and_then(|name| away.get(name)) else { continue };
            let (name, reader) = (&other.name, &part.name);
            check
                .error(
                    "two-namespaces",
                    place,
                    format!("`{name}` is in the namespace `{namespace}`, where `{reader}` cannot read it"),
                )
                .label(Key(&[other.section, name, "namespace"]), "it is put there")
                .help("leave that `namespace` out, or declare another one for what is read here");
        }
    }
}

/// The name of what a pod can only have from its own namespace.
fn held(need: &Need) -> Option<&str> {
    match need {
        Need::Config { name, .. }
        | Need::Secret { name, .. }
        | Need::Variables { name, .. }
        | Need::Claim { name }
        | Need::ServiceAccount { name } => Some(name),
        _ => None,
    }
}

fn two(name: &str, one: &str, other: &Part, place: &Path, check: &mut Check<'_>) {
    check
        .error(
            "two-namespaces",
            place,
            format!("`{name}` would have to be in two namespaces: `{one}` and `{}` live apart", other.name),
        )
        .label(Key(&[other.section, &other.name]), "this reads it too")
        .help(format!("declare another one beside `{name}`, with what `{one}` reads, and name that here"));
}

fn taken(name: &str, namespace: &str, place: &Path, check: &mut Check<'_>) {
    check
        .error(
            "two-namespaces",
            place,
            format!("`{namespace}` is the platform's own namespace, from which `{name}` must be apart"),
        )
        .help("name another one, or leave `namespace` out");
}
