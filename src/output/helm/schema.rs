//! values.schema.json: closed, self-contained, described.
//!
//! Sections that occur more than once are written once, under `definitions`: Helm's time for a
//! schema grows with its text.

use super::shape::{QUANTITIES, Shape};
use super::values::{Branch, Leaf, Section};
use crate::output::Outline;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The schema of the chart's values.
pub(super) fn text(outline: &Outline, root: &Section) -> String {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".to_owned(), format!("Values of the chart {}", outline.platform).into());
    let mut shared = Shared::default();
    shared.definitions.insert(QUANTITIES.to_owned(), Shape::quantities());
    shared.count(root);
    schema.extend(shared.body(root));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        // Helm adds it to every chart.
        properties.insert("global".to_owned(), json!({ "type": "object", "description": "Unused" }));
    }
    schema.insert("definitions".to_owned(), shared.definitions.into());
    let mut text =
        serde_json::to_string_pretty(&Value::Object(schema)).expect("internal error: a schema is JSON");
    text.push('\n');
    text
}

/// A digest of what a section says; the text of a large platform's would be held many times over.
type Signature = [u8; 32];

/// Sections by what they say.
#[derive(Default)]
struct Shared {
    /// How often each occurs.
    counts: BTreeMap<Signature, usize>,
    /// Names of those that are defined already.
    names: BTreeMap<Signature, String>,
    /// Those that occur more than once.
    definitions: Map<String, Value>,
}

impl Shared {
    /// Counts the section and those in it.
    fn count(&mut self, section: &Section) {
        for branch in section.entries.values() {
            if let Branch::Section(inner) = branch {
                self.count(inner);
            }
        }
        *self.counts.entry(signature(section)).or_default() += 1;
    }

    /// The schema of the section `key`.
    fn section(&mut self, key: &str, section: &Section) -> Value {
        let mut schema = Map::new();
        schema.insert("title".to_owned(), key.into());
        if !section.about.is_empty() {
            schema.insert("description".to_owned(), section.about.clone().into());
        }
        let signature = signature(section);
        if section.entries.len() < 2 || self.counts.get(&signature).is_none_or(|count| *count < 2) {
            schema.extend(self.body(section));
            return schema.into();
        }
        let name = if let Some(name) = self.names.get(&signature) {
            name.clone()
        } else {
            let body = self.body(section);
            let mut numbers = 1..=self.definitions.len() + 1;
            let number = numbers.find(|number| !self.definitions.contains_key(&numbered(key, *number)));
            let name = numbered(key, number.unwrap_or(1));
            self.definitions.insert(name.clone(), body.into());
            self.names.insert(signature, name.clone());
            name
        };
        schema.insert("allOf".to_owned(), json!([{ "$ref": format!("#/definitions/{name}") }]));
        schema.into()
    }

    fn body(&mut self, section: &Section) -> Map<String, Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (key, branch) in &section.entries {
            let schema = match branch {
                Branch::Section(inner) => {
                    required.push(key.clone());
                    self.section(key, inner)
                }
                Branch::Leaf(knob) => {
                    if !knob.optional {
                        required.push(key.clone());
                    }
                    leaf(knob)
                }
            };
            properties.insert(key.clone(), schema);
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        schema.insert("additionalProperties".to_owned(), false.into());
        if !required.is_empty() {
            schema.insert("required".to_owned(), required.into());
        }
        schema.insert("properties".to_owned(), properties.into());
        schema
    }
}

fn signature(section: &Section) -> Signature {
    let mut digest = Sha256::new();
    for (key, branch) in &section.entries {
        digest.update(format!("{key}\u{0}"));
        match branch {
            Branch::Section(inner) => digest.update(signature(inner)),
            Branch::Leaf(knob) => {
                let (shape, signed) = (knob.shape, knob.is_never_negative());
                digest
                    .update(format!("{shape:?}\u{0}{}\u{0}{signed}\u{0}{}\u{0}", knob.optional, knob.about));
            }
        }
    }
    digest.finalize().into()
}

fn numbered(key: &str, number: usize) -> String {
    if number == 1 { key.to_owned() } else { format!("{key}{number}") }
}

fn leaf(leaf: &Leaf) -> Value {
    let mut schema = leaf.shape.schema();
    if leaf.shape == Shape::Int && leaf.is_never_negative() {
        schema["minimum"] = 0.into();
    }
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), leaf.about.clone().into());
    }
    schema
}
