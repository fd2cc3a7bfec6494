//! Annotations of finished objects: not too large, and none that Kustomize chokes on.

use super::{Part, retired};
use crate::diagnostic::{Check, Key};
use crate::source::{Node, NodeId, Sources};
use crate::tree::{Map, Tree};

/// Bytes of the annotations of one object that the API server takes.
const MOST_BYTES: usize = 256 * 1024;

/// Reports annotations of an object that the API server or Kustomize would refuse.
pub(super) fn check(tree: &Tree, part: &Part, check: &mut Check<'_>) {
    let own = tree.at(&["metadata", "annotations"]).and_then(Tree::as_map);
    let pod = tree.at(&["spec", "template", "metadata", "annotations"]).and_then(Tree::as_map);
    for annotations in own.into_iter().chain(pod) {
        oversized(annotations, part, check);
    }
    for (key, value) in own.into_iter().flat_map(Map::iter) {
        odd(key, value, part, check);
    }
    for (key, _) in own.into_iter().chain(pod).flat_map(Map::iter) {
        if let Some(instead) = retired::annotation(key) {
            let message = format!("nobody reads the annotation `{key}` any more");
            let report = match written(part, key, check) {
                Ok(node) => check.warning("retired-annotation", node, message),
                Err(component) => check.warning("retired-annotation", Key(&component), message),
            };
            report.help(format!("write {instead} in its place"));
        }
    }
}

fn oversized(annotations: &Map, part: &Part, check: &mut Check<'_>) {
    let size: usize =
        annotations.iter().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
    if size > MOST_BYTES {
        check
            .error(
                "annotations-too-large",
                Key(&[part.section, &part.name]),
                format!(
                    "the annotations of `{}` have {size} bytes, Kubernetes allows {MOST_BYTES}",
                    part.name
                ),
            )
            .help("move large texts to a config");
    }
}

/// Kustomize reads these annotations again as YAML 1.1 when it sets a namespace, and fails.
fn odd(key: &str, value: &Tree, part: &Part, check: &mut Check<'_>) {
    let (what, help) = if is_no_text(key) {
        (
            format!(
                "Kustomize cannot read the annotation `{key}`: it takes the key for something else than text"
            ),
            format!("write a key with a prefix, such as `example.com/{key}`"),
        )
    } else if value.as_str().is_some_and(|text| text.starts_with('\t') && text.contains('\n')) {
        (
            format!(
                "Kustomize cannot read the annotation `{key}`: a text of several lines starts with a tab"
            ),
            "start the text with a space or a letter".to_owned(),
        )
    } else {
        return;
    };
    match written(part, key, check) {
        Ok(node) => check.error("odd-annotation", node, what),
        Err(component) => check.error("odd-annotation", Key(&component), what),
    }
    .help(help);
}

/// Where a component's annotation is written; else the component, as it comes from somewhere above.
fn written(part: &Part, key: &str, check: &Check<'_>) -> Result<NodeId, [String; 2]> {
    let component = [part.section.to_owned(), part.name.clone()];
    let place = check.node(&component).and_then(|node| key_below(check.sources(), node, key));
    place.ok_or(component)
}

/// Whether YAML 1.1 reads a plain key as a number, a date, a boolean or nothing.
fn is_no_text(key: &str) -> bool {
    let lower = key.to_lowercase();
    let digits = lower.replace('_', "");
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().any(|(prefix, radix)| {
        digits.strip_prefix(prefix).is_some_and(|rest| u64::from_str_radix(rest, radix).is_ok())
    });
    let date = lower.split('-').count() == 3
        && lower.split('-').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
    let number = lower.starts_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok();
    matches!(&*lower, "true" | "false" | "null") || radix || date || number
}

/// The key of this text in a node or below it.
fn key_below(sources: &Sources, node: NodeId, text: &str) -> Option<NodeId> {
    match sources.node(node) {
        Node::List(items) => items.iter().find_map(|item| key_below(sources, *item, text)),
        Node::Map(_) => sources.entries(node).find_map(|(key, value)| {
            if sources.text(key) == Some(text) { Some(key) } else { key_below(sources, value, text) }
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_no_text;

    #[test]
    fn keys_that_are_no_text() {
        for key in ["012", "1.5", "true", "Null", "0x1F", "1_000", "1e3", "2001-01-01", "0o14"] {
            assert!(is_no_text(key), "{key}");
        }
        for key in ["on", "yes", "a", "1a", "example.com/1", "1.2.3", "v1", "1-2"] {
            assert!(!is_no_text(key), "{key}");
        }
    }
}
