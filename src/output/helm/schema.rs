//! values.schema.json: closed, self-contained, described.

use super::values::{Branch, Leaf, Section, Shape};
use crate::output::Outline;
use serde_json::{Map, Value, json};

/// The schema of the chart's values.
pub(super) fn text(outline: &Outline, root: &Section) -> String {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": format!("Values of the chart {}", outline.platform),
    });
    let Value::Object(body) = section(None, root) else { return String::new() };
    if let Value::Object(schema) = &mut schema {
        schema.extend(body);
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            // Helm adds it to every chart.
            properties.insert("global".to_owned(), json!({ "type": "object", "description": "Unused" }));
        }
    }
    let mut text = serde_json::to_string_pretty(&schema).expect("internal error: a schema is JSON");
    text.push('\n');
    text
}

fn section(title: Option<&str>, section: &Section) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (key, branch) in &section.entries {
        let schema = match branch {
            Branch::Section(inner) => {
                required.push(key.clone());
                self::section(Some(key), inner)
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
    if let Some(title) = title {
        schema.insert("title".to_owned(), title.into());
    }
    if !section.about.is_empty() {
        schema.insert("description".to_owned(), section.about.clone().into());
    }
    schema.insert("type".to_owned(), "object".into());
    schema.insert("additionalProperties".to_owned(), false.into());
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.insert("properties".to_owned(), properties.into());
    schema.into()
}

fn leaf(leaf: &Leaf) -> Value {
    let mut schema = match leaf.shape {
        Shape::Str => json!({ "type": "string" }),
        Shape::Int if leaf.is_never_negative() => json!({ "type": "integer", "minimum": 0 }),
        Shape::Int => json!({ "type": "integer" }),
        Shape::Float => json!({ "type": "number" }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Scalar => json!({ "type": ["integer", "string"] }),
        Shape::Strings => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Shape::Map => json!({ "type": "object" }),
        Shape::List => json!({ "type": "array" }),
        Shape::Any => json!({}),
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("description".to_owned(), leaf.about.clone().into());
    }
    schema
}
