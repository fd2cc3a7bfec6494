//! The spec: its header, its sections, and the JSON Schema that is both published and checked.

use crate::component::SECTIONS;
use crate::header::Header;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// Keys of the spec that are neither header nor section.
pub const ENVIRONMENTS: &str = "environments";
/// What components of a section have when they do not say otherwise.
pub const DEFAULTS: &str = "defaults";

/// Returns the JSON Schema (2020-12) of a spec.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut properties = header(&mut generator);
    let mut defaults = Map::new();
    for section in SECTIONS {
        let component = (section.schema)(&mut generator).to_value();
        defaults.insert(
            section.key.to_owned(),
            described(
                &component,
                &format!("What every one of `{}` has unless it says otherwise.", section.key),
            ),
        );
        properties.insert(
            section.key.to_owned(),
            json!({
                "description": section.doc,
                "type": "object",
                "propertyNames": { "type": "string", "format": "name" },
                "additionalProperties": component,
            }),
        );
    }
    let definitions = Value::Object(generator.take_definitions(true).into_iter().collect());
    let partial = |value: &Value| partial(value.clone());
    let mut overlay = properties.clone();
    overlay.shift_remove("platform");
    properties.insert(
        DEFAULTS.to_owned(),
        json!({
            "description": "What components have unless they say otherwise, by section.",
            "type": "object",
            "properties": partial(&Value::Object(defaults)),
            "additionalProperties": false,
        }),
    );
    overlay.insert(DEFAULTS.to_owned(), properties[DEFAULTS].clone());
    properties.insert(
        ENVIRONMENTS.to_owned(),
        json!({
            "description": "Environments by name: what differs there. Maps merge by key, lists are replaced, null removes. `environments/NAME.yaml` beside the spec says the same.",
            "type": "object",
            "propertyNames": { "type": "string", "format": "name" },
            "additionalProperties": { "$ref": "#/$defs/Environment" },
        }),
    );
    let mut all = Map::new();
    if let Value::Object(definitions) = &definitions {
        all.extend(definitions.clone());
        all.extend(definitions.iter().map(|(name, schema)| (format!("Partial{name}"), partial(schema))));
    }
    all.insert(
        "Environment".to_owned(),
        json!({
            "description": "What differs in an environment.",
            "type": "object",
            "properties": partial(&Value::Object(overlay)),
            "additionalProperties": false,
        }),
    );
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kgen platform",
        "description": "A platform: its services, data stores, edges and environments.",
        "type": "object",
        "properties": properties,
        "required": ["platform"],
        "additionalProperties": false,
        "$defs": all,
    });
    bound(&mut schema);
    schema
}

/// Kubernetes' whole numbers end at 2^31 - 1.
fn bound(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("format").is_some_and(|format| format == "uint32") {
                map.entry("maximum").or_insert_with(|| json!(i32::MAX));
            }
            map.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

fn header(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let schema = Header::json_schema(generator).to_value();
    schema["properties"].as_object().cloned().unwrap_or_default()
}

fn described(schema: &Value, text: &str) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(map) = &mut schema {
        map.insert("description".to_owned(), Value::String(text.to_owned()));
    }
    schema
}

/// The same schema with nothing required, for what is merged over or under something else.
fn partial(mut schema: Value) -> Value {
    relax(&mut schema);
    schema
}

fn relax(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("required").is_some_and(Value::is_array) {
                map.shift_remove("required");
            }
            if let Some(Value::String(reference)) = map.get_mut("$ref")
                && let Some(name) = reference.strip_prefix("#/$defs/")
                && !name.starts_with("Partial")
            {
                *reference = format!("#/$defs/Partial{name}");
            }
            map.values_mut().for_each(relax);
        }
        Value::Array(items) => items.iter_mut().for_each(relax),
        _ => {}
    }
}
