//! The spec: its header, its sections, and the JSON Schema that is both published and checked.

use crate::component::SECTIONS;
use crate::header::Header;
use crate::load::Shape;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Keys of the spec that are neither header nor section.
pub const ENVIRONMENTS: &str = "environments";
/// What components of a section have when they do not say otherwise.
pub const DEFAULTS: &str = "defaults";

/// The definition of what an environment may say.
pub const ENVIRONMENT: &str = "Environment";
/// What the name of a definition begins with that requires nothing.
const PARTIAL: &str = "Partial";
const DEFINITIONS: &str = "#/$defs/";

/// Returns the JSON Schema (2020-12) of a spec: all of its pieces.
pub fn schema() -> Value {
    let mut pieces = Pieces::default();
    let mut schema = pieces.root();
    let mut environment = pieces.definition(ENVIRONMENT).unwrap_or_default();
    pieces.inline_sections(&mut schema);
    pieces.inline_sections(&mut environment);
    let names: Vec<String> = pieces.generator.definitions().keys().cloned().collect();
    let partial: Vec<String> = names.iter().map(|name| format!("{PARTIAL}{name}")).collect();
    let mut all: Map<String, Value> = names
        .into_iter()
        .chain(partial)
        .filter_map(|name| pieces.definition(&name).map(|definition| (name, definition)))
        .collect();
    all.insert(ENVIRONMENT.to_owned(), environment);
    schema["$defs"] = Value::Object(all);
    schema
}

/// The rules of that schema.
pub fn shape() -> Shape {
    let mut pieces = Pieces::default();
    let root = pieces.root();
    Shape::new(&root, Box::new(move |name| pieces.definition(name)))
}

/// The schema, piece by piece: a run makes those that its spec needs.
#[derive(Debug, Default)]
pub struct Pieces {
    generator: SchemaGenerator,
}

impl Pieces {
    /// The schema of a whole spec. A component is a reference to a definition that has its section's key.
    pub fn root(&mut self) -> Value {
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "kgen platform",
            "description": "A platform: its services, data stores, edges and environments.",
            "type": "object",
            "properties": self.properties(),
            "required": ["platform"],
            "additionalProperties": false,
        })
    }

    /// What a name stands for in references.
    pub fn definition(&mut self, name: &str) -> Option<Value> {
        if name == ENVIRONMENT {
            return Some(self.environment());
        }
        if let Some(whole) = name.strip_prefix(PARTIAL) {
            return self.definition(whole).map(partial);
        }
        let mut definition = match SECTIONS.iter().find(|section| section.key == name) {
            Some(section) => (section.schema)(&mut self.generator).to_value(),
            None => self.generator.definitions().get(name)?.clone(),
        };
        bound(&mut definition);
        Some(definition)
    }

    fn environment(&mut self) -> Value {
        let mut properties = self.properties();
        for not_there in ["platform", ENVIRONMENTS] {
            properties.shift_remove(not_there);
        }
        json!({
            "description": "What differs in an environment.",
            "type": "object",
            "properties": partial(Value::Object(properties)),
            "additionalProperties": false,
        })
    }

    fn properties(&mut self) -> Map<String, Value> {
        let mut properties = header(&mut self.generator);
        let mut defaults = Map::new();
        for section in SECTIONS {
            let component = format!("{DEFINITIONS}{}", section.key);
            let doc = format!("What every one of `{}` has unless it says otherwise.", section.key);
            defaults.insert(section.key.to_owned(), json!({ "$ref": component, "description": doc }));
            properties.insert(
                section.key.to_owned(),
                json!({
                    "description": section.doc,
                    "type": "object",
                    "propertyNames": { "type": "string", "format": "name" },
                    "additionalProperties": { "$ref": component },
                }),
            );
        }
        properties.insert(
            DEFAULTS.to_owned(),
            json!({
                "description": "What components have unless they say otherwise, by section.",
                "type": "object",
                "properties": partial(Value::Object(defaults)),
                "additionalProperties": false,
            }),
        );
        properties.insert(
            ENVIRONMENTS.to_owned(),
            json!({
                "description": "Environments by name: what differs there. Maps merge by key, lists are replaced, null removes. `environments/NAME.yaml` beside the spec says the same.",
                "type": "object",
                "propertyNames": { "type": "string", "format": "name" },
                "additionalProperties": { "$ref": format!("{DEFINITIONS}{ENVIRONMENT}") },
            }),
        );
        properties
    }

    /// Puts the schema of each section's components in the place of a reference to it.
    fn inline_sections(&mut self, schema: &mut Value) {
        let Value::Object(map) = schema else { return };
        let name = map.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix(DEFINITIONS));
        let section = name.filter(|name| {
            let whole = name.strip_prefix(PARTIAL).unwrap_or(name);
            SECTIONS.iter().any(|section| section.key == whole)
        });
        if let Some(Value::Object(component)) = section.and_then(|name| self.definition(name)) {
            let beside = std::mem::replace(map, component);
            map.extend(beside.into_iter().filter(|(key, _)| key != "$ref"));
        }
        map.values_mut().for_each(|value| self.inline_sections(value));
    }
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
    let mut schema = Header::json_schema(generator).to_value();
    bound(&mut schema);
    match schema["properties"].take() {
        Value::Object(properties) => properties,
        _ => Map::new(),
    }
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
                && let Some(name) = reference.strip_prefix(DEFINITIONS)
                && !name.starts_with(PARTIAL)
            {
                *reference = format!("{DEFINITIONS}{PARTIAL}{name}");
            }
            map.values_mut().for_each(relax);
        }
        Value::Array(items) => items.iter_mut().for_each(relax),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFINITIONS, PARTIAL, Pieces, SECTIONS, schema};
    use serde_json::Value;

    /// The schema with what its references stand for in their place.
    fn expanded(schema: &Value, definition: &mut dyn FnMut(&str) -> Option<Value>) -> Value {
        match schema {
            Value::Object(map) => {
                let reference = map.get("$ref").and_then(Value::as_str);
                if let Some(name) = reference.and_then(|path| path.strip_prefix(DEFINITIONS)) {
                    let whole = definition(name).unwrap_or_else(|| panic!("there is no definition {name}"));
                    return expanded(&whole, definition);
                }
                map.iter().map(|(key, value)| (key.clone(), expanded(value, definition))).collect()
            }
            Value::Array(items) => items.iter().map(|item| expanded(item, definition)).collect(),
            other => other.clone(),
        }
    }

    #[test]
    fn a_piece_alone_is_what_the_published_schema_says() {
        let published = schema();
        let mut all = |name: &str| published["$defs"].get(name).cloned();
        for section in SECTIONS {
            let whole = expanded(&published["properties"][section.key]["additionalProperties"], &mut all);
            let partial = &published["$defs"]["Environment"]["properties"][section.key];
            let partial = expanded(&partial["additionalProperties"], &mut all);
            for (name, said) in
                [(section.key.to_owned(), whole), (format!("{PARTIAL}{}", section.key), partial)]
            {
                let mut pieces = Pieces::default();
                let piece = pieces.definition(&name).expect("every section has a definition");
                assert!(expanded(&piece, &mut |name| pieces.definition(name)) == said, "{name}");
            }
        }
    }
}
