//! Alternatives: `allOf`, `anyOf`, `oneOf` and `not` of a schema, which say what belongs together.

use super::shape::Shape;
use crate::source::{Node, NodeId, Sources};
use crate::tree::Tree;
use std::collections::BTreeSet;

/// Reports what none, or more than one, of the alternatives takes.
pub(super) fn check(shape: &mut Shape<'_>, schema: NodeId, value: &Tree) {
    let sources = shape.sources;
    for branch in branches(sources, schema, "allOf") {
        if !shape.fits(branch, value) {
            tell(shape, &[branch], "does not fit together");
        }
    }
    let any = branches(sources, schema, "anyOf");
    if !any.is_empty() && !any.iter().any(|branch| shape.fits(*branch, value)) {
        tell(shape, &any, "fits none of the alternatives");
    }
    let one = branches(sources, schema, "oneOf");
    match one.iter().filter(|branch| shape.fits(**branch, value)).count() {
        0 if !one.is_empty() => tell(shape, &one, "fits none of the alternatives"),
        0 | 1 => {}
        _ => tell(shape, &one, "fits several alternatives at once"),
    }
    if let Some(not) = sources.get(schema, "not")
        && shape.fits(not, value)
    {
        tell(shape, &[not], "has what must not be together");
    }
}

fn branches(sources: &Sources, schema: NodeId, key: &str) -> Vec<NodeId> {
    match sources.get(schema, key).map(|node| sources.node(node)) {
        Some(Node::List(branches)) => branches.to_vec(),
        _ => Vec::new(),
    }
}

fn tell(shape: &mut Shape<'_>, branches: &[NodeId], problem: &str) {
    let mut names = BTreeSet::new();
    for branch in branches {
        fields(shape, *branch, &mut names);
    }
    let help = if names.is_empty() {
        "compare it with the operator's documentation".to_owned()
    } else {
        format!(
            "choose among {}",
            names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        )
    };
    shape.report(problem, help);
}

/// The fields that alternatives speak of.
fn fields<'a>(shape: &Shape<'a>, schema: NodeId, names: &mut BTreeSet<&'a str>) {
    names.extend(shape.strings(schema, "required"));
    for key in ["allOf", "anyOf", "oneOf"] {
        for branch in branches(shape.sources, schema, key) {
            fields(shape, branch, names);
        }
    }
    if let Some(not) = shape.sources.get(schema, "not") {
        fields(shape, not, names);
    }
    if let Some(properties) = shape.sources.get(schema, "properties") {
        for (_, schema) in shape.sources.entries(properties) {
            fields(shape, schema, names);
        }
    }
}
