//! Overrides that change nothing: asked by taking each one away and building the objects again.

use super::Platform;
use super::memo::Memo;
use crate::component::{Component, SECTIONS, Section};
use crate::diagnostic::{At, Diagnostic, Findings};
use crate::header::Header;
use crate::needs::Needs;
use crate::source::{Node, NodeId, Sources};
use crate::spec::DEFAULTS;

/// The text of a file of the platform's folder, or why there is none.
pub type Read<'a> = dyn FnMut(&str) -> Result<String, String> + 'a;

/// Reports every leaf of an environment's part of the spec without which all objects are the same.
pub fn overrides(
    sources: &mut Sources,
    base: NodeId,
    overlay: NodeId,
    platform: &Platform,
    read: &mut Read<'_>,
    findings: &mut Findings,
) {
    for path in leaves(sources, overlay) {
        if bites(sources, base, overlay, &path, platform, read) {
            continue;
        }
        let Some((leaf, said)) = find(sources, overlay, &path).map(|leaf| (leaf, find(sources, base, &path)))
        else {
            continue;
        };
        let environment = platform.scope.environment.as_deref().unwrap_or_default();
        let name = path.join(".");
        let mut diagnostic = Diagnostic::warning(
            "dead-override",
            format!("the override of `{name}` changes nothing in `{environment}`"),
        )
        .at(sources.span(leaf), "");
        if let Some(said) = said {
            diagnostic = diagnostic.at(sources.span(said), "the base says");
        }
        findings.push(diagnostic.helped("remove it, or correct what it was meant to change"));
    }
}

/// Paths to everything in a map that is not a map with entries.
fn leaves(sources: &Sources, node: NodeId) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for (key, value) in sources.entries(node) {
        let key = sources.text(key).unwrap_or_default().to_owned();
        let below = match sources.node(value) {
            Node::Map(children) if !children.is_empty() => leaves(sources, value),
            _ => vec![Vec::new()],
        };
        paths.extend(below.into_iter().map(|path| [vec![key.clone()], path].concat()));
    }
    paths
}

fn find(sources: &Sources, root: NodeId, path: &[String]) -> Option<NodeId> {
    path.iter().try_fold(root, |node, key| sources.entry(node, key).map(|(_, value)| value))
}

/// A copy of the map without the leaf at a path.
fn without(sources: &mut Sources, map: NodeId, path: &[String]) -> NodeId {
    match path {
        [] => map,
        [leaf] => sources.without(map, leaf),
        [first, rest @ ..] => match sources.entry(map, first) {
            Some((_, value)) => {
                let smaller = without(sources, value, rest);
                sources.replace(map, first, smaller)
            }
            None => map,
        },
    }
}

/// Whether the objects differ without the leaf.
fn bites(
    sources: &mut Sources,
    base: NodeId,
    overlay: NodeId,
    path: &[String],
    platform: &Platform,
    read: &mut Read<'_>,
) -> bool {
    let section = path.first().and_then(|key| SECTIONS.iter().find(|section| section.key == key));
    if let (Some(section), [_, name, rest @ ..]) = (section, path)
        && component_bites(sources, section, base, overlay, name, rest, platform)
    {
        return true;
    }
    let smaller = without(sources, overlay, path);
    let root = sources.overlay(base, smaller);
    // What cannot be decoded lacks something that the override gives.
    if section.is_none() && crate::load::decode::<Header>(sources, root).is_err() {
        return true;
    }
    let mut scratch = Findings::default();
    let environment = platform.scope.environment.as_deref();
    let Some(other) = Platform::resolve(sources, root, environment, &mut Memo::default(), read, &mut scratch)
    else {
        return true;
    };
    beside_objects(&other.scope.header) != beside_objects(&platform.scope.header)
        || other.namespace() != platform.namespace()
        || other.parts.len() != platform.parts.len()
        || other.own_objects() != platform.own_objects()
        || other.parts.iter().zip(&platform.parts).any(|(one, two)| {
            other.objects(one) != platform.objects(two)
                || one.management(&other.scope) != two.management(&platform.scope)
        })
}

/// What a header says to others than objects: the domain is where ingresses are, and nothing else.
fn beside_objects(header: &Header) -> Header {
    Header { domain: None, ..header.clone() }
}

/// Whether the component's own objects differ: the quick answer to most questions.
fn component_bites(
    sources: &mut Sources,
    section: &Section,
    base: NodeId,
    overlay: NodeId,
    name: &str,
    rest: &[String],
    platform: &Platform,
) -> bool {
    let here = [section.key.to_owned(), name.to_owned()];
    let (Some(over), false) = (find(sources, overlay, &here), rest.is_empty()) else { return true };
    let mut node = without(sources, over, rest);
    if let Some(below) = find(sources, base, &here) {
        node = sources.overlay(below, node);
    }
    // The environment's defaults lie over those of the base, and both below the component.
    for root in [overlay, base] {
        if let Some(default) = find(sources, root, &[DEFAULTS.to_owned(), section.key.to_owned()]) {
            node = sources.overlay(default, node);
        }
    }
    let Some(part) = platform.parts.iter().find(|part| part.name == name) else { return false };
    // What cannot be decoded lacks something that the override gives.
    let Ok(component) = (section.decode)(sources, node) else { return true };
    // A dependency that is declared says something, even where no object follows from it.
    let mut needs = Needs::default();
    component.needs(name, &At::root().key(section.key).key(name), &mut needs);
    let objects = |component: &dyn Component| {
        let scope = &platform.scope;
        (component.objects(name, scope), component.management(name, scope), component.home())
    };
    needs != *part.needs || objects(&*component) != objects(&*part.component)
}
