//! From JSON Schema to the table of rules.

use super::{
    Shape,
    rule::{Field, Fields, List, Rule, RuleId, Scalar},
};
use crate::value;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The range that a format of an integer stands for, where the schema does not state it.
const INTEGERS: &[(&str, i128, i128)] = &[
    ("int8", i8::MIN as i128, i8::MAX as i128),
    ("int16", i16::MIN as i128, i16::MAX as i128),
    ("int32", i32::MIN as i128, i32::MAX as i128),
    ("int64", i64::MIN as i128, i64::MAX as i128),
    ("int", i64::MIN as i128, i64::MAX as i128),
    ("uint8", 0, u8::MAX as i128),
    ("uint16", 0, u16::MAX as i128),
    ("uint32", 0, u32::MAX as i128),
    ("uint64", 0, u64::MAX as i128),
    ("uint", 0, u64::MAX as i128),
];

pub(super) fn compile(schema: &Value) -> Shape {
    let mut compiler = Compiler { document: schema, rules: Vec::new(), references: BTreeMap::new() };
    let root = compiler.rule(schema);
    Shape { rules: compiler.rules, root }
}

struct Compiler<'s> {
    document: &'s Value,
    rules: Vec<Rule>,
    /// Rules of `$ref`s, entered before they are compiled, because types may be recursive.
    references: BTreeMap<&'s str, RuleId>,
}

impl<'s> Compiler<'s> {
    fn rule(&mut self, schema: &'s Value) -> RuleId {
        if let Some(target) = only_reference(schema) {
            if let Some(id) = self.references.get(target) {
                return *id;
            }
            let id = self.reserve();
            self.references.insert(target, id);
            let rule = self.target(target).map_or_else(anything, |schema| self.compiled(schema, 0));
            self.rules[id] = rule;
            return id;
        }
        let id = self.reserve();
        let rule = self.compiled(schema, 0);
        self.rules[id] = rule;
        id
    }

    fn reserve(&mut self) -> RuleId {
        self.rules.push(Rule::default());
        self.rules.len() - 1
    }

    fn target(&self, reference: &str) -> Option<&'s Value> {
        self.document.pointer(reference.strip_prefix('#')?)
    }

    /// Compiles one schema in place; `hops` bounds references that lead to themselves.
    fn compiled(&mut self, schema: &'s Value, hops: usize) -> Rule {
        let Value::Object(object) = schema else {
            return if *schema == Value::Bool(false) { Rule::default() } else { anything() };
        };
        if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
            return match self.target(reference) {
                Some(target) if hops < 32 => self.compiled(target, hops + 1),
                _ => anything(),
            };
        }
        for union in ["oneOf", "anyOf"] {
            if let Some(Value::Array(branches)) = object.get(union) {
                return self.union(branches, hops);
            }
        }
        if let Some([single]) = object.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            return self.compiled(single, hops + 1);
        }
        if let Some(word) = object.get("const") {
            return words(std::slice::from_ref(word));
        }
        if let Some(Value::Array(list)) = object.get("enum") {
            return words(list);
        }
        self.typed(object)
    }

    fn union(&mut self, branches: &'s [Value], hops: usize) -> Rule {
        let mut union = Rule::default();
        for branch in branches {
            let rule = self.compiled(branch, hops + 1);
            union.anything |= rule.anything;
            for scalar in rule.scalars {
                match (union.scalars.iter_mut().find(|s| matches!(s, Scalar::Words(_))), scalar) {
                    (Some(Scalar::Words(known)), Scalar::Words(words)) => known.extend(words),
                    (_, scalar) => union.scalars.push(scalar),
                }
            }
            union.list = union.list.take().or(rule.list);
            union.maps.extend(rule.maps);
        }
        let chooses = union.maps.len() > 1 && union.maps.iter().all(is_variant);
        let single = union.maps.len() == 1
            && branches.len() > 1
            && union.maps.iter().all(is_variant)
            && !union.scalars.is_empty();
        if chooses || single {
            let mut choice = Fields { choice: true, ..Fields::default() };
            for variant in union.maps.drain(..) {
                choice.known.extend(
                    variant.known.into_iter().map(|(name, field)| (name, Field { required: false, ..field })),
                );
            }
            for scalar in &union.scalars {
                if let Scalar::Words(words) = scalar {
                    choice.words.extend(words.iter().cloned());
                }
            }
            union.maps.push(choice);
        }
        union
    }

    fn typed(&mut self, object: &'s Map<String, Value>) -> Rule {
        let mut rule = Rule::default();
        let types: Vec<&str> = match object.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ if object.contains_key("properties") || object.contains_key("additionalProperties") => {
                vec!["object"]
            }
            _ if object.contains_key("items") => vec!["array"],
            _ => return anything(),
        };
        // What is a number is text as well, and the form of the text decides.
        let is_text = types.contains(&"string");
        for name in types {
            match name {
                "integer" | "number" | "boolean" if is_text => {}
                "string" => rule.scalars.push(text(object)),
                "integer" => rule.scalars.push(integer(object)),
                "number" => rule.scalars.push(number(object)),
                "boolean" => rule.scalars.push(Scalar::Boolean),
                "array" => rule.list = Some(self.list(object)),
                "object" => {
                    let fields = self.fields(object);
                    rule.maps.push(fields);
                }
                // Null means absent everywhere.
                _ => {}
            }
        }
        rule
    }

    fn list(&mut self, object: &'s Map<String, Value>) -> List {
        let item = object.get("items").unwrap_or(&Value::Bool(true));
        List {
            item: self.rule(item),
            min: count(object, "minItems", 0),
            max: count(object, "maxItems", u64::MAX),
            unique: object.get("uniqueItems") == Some(&Value::Bool(true)),
        }
    }

    fn fields(&mut self, object: &'s Map<String, Value>) -> Fields {
        let required: Vec<&str> = object
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut fields = Fields { min: count(object, "minProperties", 0), ..Fields::default() };
        if let Some(Value::Object(properties)) = object.get("properties") {
            for (name, schema) in properties {
                let field = Field {
                    rule: self.rule(schema),
                    required: required.contains(&name.as_str()),
                    about: self.about(schema),
                };
                fields.known.insert(name.clone(), field);
            }
        }
        let patterns = object.get("patternProperties").and_then(Value::as_object);
        let rest = patterns.and_then(|p| p.values().next()).or(object.get("additionalProperties"));
        let rest = rest.unwrap_or(&Value::Bool(true));
        fields.rest = (*rest != Value::Bool(false)).then(|| self.rule(rest));
        fields.names = object.get("propertyNames").map(|schema| self.rule(schema));
        fields
    }

    /// The first sentence of a description, here or where a reference leads.
    fn about(&self, schema: &'s Value) -> String {
        let own = schema.get("description").and_then(Value::as_str);
        let target = || self.target(schema.get("$ref")?.as_str()?)?.get("description")?.as_str();
        let text = own.or_else(target).unwrap_or_default();
        let line = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        line.split_once(". ").map_or(line.as_str(), |(first, _)| first).trim_end_matches('.').to_owned()
    }
}

/// A reference and nothing that would change its meaning.
fn only_reference(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str)
}

fn anything() -> Rule {
    Rule { anything: true, ..Rule::default() }
}

fn words(list: &[Value]) -> Rule {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    };
    Rule { scalars: vec![Scalar::Words(list.iter().filter_map(text).collect())], ..Rule::default() }
}

/// A variant of an enum with content: one required key and no other.
fn is_variant(fields: &Fields) -> bool {
    fields.rest.is_none() && fields.known.len() == 1 && fields.known.values().all(|field| field.required)
}

fn text(object: &Map<String, Value>) -> Scalar {
    let check = object.get("format").and_then(Value::as_str).and_then(value::find);
    Scalar::Text { check, min: count(object, "minLength", 0), max: count(object, "maxLength", u64::MAX) }
}

fn integer(object: &Map<String, Value>) -> Scalar {
    let format = object.get("format").and_then(Value::as_str);
    let (low, high) = INTEGERS
        .iter()
        .find(|(name, ..)| Some(*name) == format)
        .map_or((i64::MIN.into(), i64::MAX.into()), |(_, low, high)| (*low, *high));
    let bound = |key: &str| {
        let value = object.get(key)?;
        #[expect(clippy::cast_possible_truncation, reason = "bounds of schemas are whole and small")]
        value
            .as_i64()
            .map(i128::from)
            .or_else(|| value.as_u64().map(i128::from))
            .or(value.as_f64().map(|v| v as i128))
    };
    let min = bound("minimum").or(bound("exclusiveMinimum").map(|v| v + 1)).map_or(low, |min| min.max(low));
    let max = bound("maximum").or(bound("exclusiveMaximum").map(|v| v - 1)).map_or(high, |max| max.min(high));
    Scalar::Integer { min, max }
}

fn number(object: &Map<String, Value>) -> Scalar {
    let bound = |key: &str| object.get(key).and_then(Value::as_f64);
    Scalar::Number {
        min: bound("minimum").unwrap_or(f64::NEG_INFINITY),
        max: bound("maximum").unwrap_or(f64::INFINITY),
    }
}

fn count(object: &Map<String, Value>, key: &str, default: u64) -> u64 {
    object.get(key).and_then(Value::as_u64).unwrap_or(default)
}
