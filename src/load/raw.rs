//! Parts of a spec that are Kubernetes YAML as it is: kept as trees.

use super::scalar::{Core, core, number_hint, old_boolean};
use crate::diagnostic::{Diagnostic, Findings};
use crate::source::{Node, NodeId, Sources};
use crate::tree::{Key, Map, Tree};
use serde::de::{self, Deserialize, Deserializer};
use std::{borrow::Cow, fmt};

/// The name by which the decoder knows that a value keeps its own types.
pub(super) const RAW: &str = "kgen raw tree";

/// A field of a spec that holds Kubernetes YAML as it is; its schema admits everything.
///
/// Plain scalars are booleans and numbers as in [`to_tree`], not text as elsewhere in a spec.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw(pub Tree);

/// Returns the tree of a node. Plain scalars are what YAML 1.2's core schema makes of them; what
/// YAML readers disagree on (`012`, `0o14`, `1_000`, `yes`) stays text, and [`check_raw`] refuses it.
/// Entries and items that are null are left out.
#[must_use]
pub fn to_tree(sources: &Sources, node: NodeId) -> Tree {
    match sources.node(node) {
        Node::Null => Tree::Map(Map::new()),
        Node::Scalar { text, plain: false } => Tree::from(text),
        Node::Scalar { text, plain: true } => match core(text) {
            Core::Bool(value) => Tree::Bool(value),
            Core::Int(value) => Tree::Int(value),
            Core::Float(value) => Tree::Float(value),
            Core::Text => Tree::from(text),
        },
        Node::List(items) => {
            let items = items.iter().filter(|item| !sources.is_null(**item));
            Tree::List(items.map(|item| to_tree(sources, *item)).collect())
        }
        Node::Map(entries) => {
            let entries = entries.iter().filter(|(_, value)| !sources.is_null(*value));
            let entry = |(key, value): &(NodeId, NodeId)| {
                (Cow::Owned(sources.text(*key).to_owned()), to_tree(sources, *value))
            };
            Tree::Map(entries.map(entry).collect())
        }
    }
}

/// Reports the scalars of raw YAML that tools read differently, and nulls inside lists.
pub fn check_raw(sources: &Sources, node: NodeId, findings: &mut Findings) {
    match sources.node(node) {
        Node::Null | Node::Scalar { plain: false, .. } => {}
        Node::Scalar { text, plain: true } => {
            if let Some(diagnostic) = ambiguous(sources, node, text) {
                findings.push(diagnostic);
            }
        }
        Node::List(items) => {
            for item in items {
                if sources.is_null(*item) {
                    findings.push(
                        Diagnostic::error("wrong-type", "a list may not hold an empty item")
                            .label(sources.mark(Some(node), *item), "")
                            .help("remove the item, or write what it should be"),
                    );
                }
                check_raw(sources, *item, findings);
            }
        }
        Node::Map(entries) => {
            for (_, value) in entries {
                check_raw(sources, *value, findings);
            }
        }
    }
}

fn ambiguous(sources: &Sources, node: NodeId, text: &str) -> Option<Diagnostic> {
    if core(text) != Core::Text {
        return None;
    }
    let (reason, help) = if let Some(value) = old_boolean(text) {
        (format!("`{text}` is text to some YAML readers and `{value}` to others"), format!("write `{value}`"))
    } else if let Some(hint) = number_hint(text).filter(|_| !text.ends_with('%')) {
        (format!("YAML readers do not agree on what `{text}` is"), hint)
    } else if matches!(text.to_ascii_lowercase().as_str(), ".inf" | "-.inf" | "+.inf" | ".nan")
        || (text.len() > 18 && text.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit()))
    {
        (format!("`{text}` is a number that Kubernetes cannot hold"), "write a smaller number".to_owned())
    } else {
        return None;
    };
    Some(
        Diagnostic::error("ambiguous-value", reason)
            .label(sources.span(node), "ambiguous")
            .help(format!("{help}; for text put it into quotes: `\"{text}\"`")),
    )
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, Visitor).map(Self)
    }
}

impl schemars::JsonSchema for Raw {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Raw".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        true.into()
    }
}

struct Visitor;

/// An item of a list or the value of a key: a tree, or nothing.
struct Item(Option<Tree>);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Items).map(Self)
    }
}

struct Items;

impl<'de> de::Visitor<'de> for Items {
    type Value = Option<Tree>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(Visitor).map(Some)
    }
}

impl<'de> de::Visitor<'de> for Visitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(Self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Int(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::from(value))
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Map(Map::new()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut items = Vec::with_capacity(list.size_hint().unwrap_or(0));
        while let Some(Item(item)) = list.next_element()? {
            items.extend(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Map::new();
        while let Some((key, Item(value))) = map.next_entry::<String, Item>()? {
            if let Some(value) = value {
                entries.push(Key::Owned(key), value);
            }
        }
        Ok(Tree::Map(entries))
    }
}
