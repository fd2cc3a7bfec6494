//! The shape check: the published JSON Schema, compiled to a table and walked over the marked tree.
//!
//! Every structural mistake of a run is reported at once; decoding cannot fail afterwards.

use crate::source::Sources;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

mod mistake;
mod walk;

/// A compiled schema.
#[derive(Debug)]
pub struct Shape {
    rules: Vec<Rule>,
    root: usize,
}

/// What a node must be.
#[derive(Clone, Debug, Default)]
struct Rule {
    text: bool,
    /// Whether a bare number or boolean is meant to be text.
    integer: bool,
    number: bool,
    boolean: bool,
    list: bool,
    map: bool,
    /// Anything goes, as in raw Kubernetes content.
    anything: bool,
    format: Option<String>,
    words: Vec<String>,
    minimum: Option<i64>,
    maximum: Option<i64>,
    items: Option<usize>,
    properties: BTreeMap<String, usize>,
    required: Vec<String>,
    rest: Option<usize>,
    closed: bool,
    keys: Option<String>,
    /// The rule for a scalar, where a map is allowed too.
    short: Option<usize>,
    examples: Vec<String>,
}

impl Shape {
    /// Compiles a schema that was made by `spec::schema` or `schemars`.
    pub fn compile(schema: &Value) -> Self {
        let mut compiler = Compiler { schema, rules: Vec::new(), known: BTreeMap::new() };
        let root = compiler.rule(schema);
        Self { rules: compiler.rules, root }
    }

    /// Compiles one definition of a schema.
    pub fn compile_definition(schema: &Value, name: &str) -> Self {
        let mut compiler = Compiler { schema, rules: Vec::new(), known: BTreeMap::new() };
        let root = compiler.definition(name);
        Self { rules: compiler.rules, root }
    }
}

struct Compiler<'a> {
    schema: &'a Value,
    rules: Vec<Rule>,
    known: BTreeMap<String, usize>,
}

impl Compiler<'_> {
    fn definition(&mut self, name: &str) -> usize {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let at = self.rules.len();
        self.rules.push(Rule::default());
        self.known.insert(name.to_owned(), at);
        let rule = match self.schema["$defs"].get(name) {
            Some(schema) => self.read(&schema.clone()),
            None => Rule { anything: true, ..Rule::default() },
        };
        self.rules[at] = rule;
        at
    }

    fn rule(&mut self, schema: &Value) -> usize {
        if let Some(name) =
            schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"))
        {
            return self.definition(name);
        }
        let rule = self.read(schema);
        self.rules.push(rule);
        self.rules.len() - 1
    }

    fn read(&mut self, schema: &Value) -> Rule {
        let Value::Object(map) = schema else { return Rule { anything: true, ..Rule::default() } };
        if let Some(name) =
            map.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"))
        {
            let at = self.definition(name);
            return self.rules[at].clone();
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let Some(Value::Array(options)) = map.get(key) {
                return self.options(options);
            }
        }
        let mut rule = Rule { format: text(map, "format"), ..Rule::default() };
        let types: Vec<&str> = match map.get("type") {
            Some(Value::String(kind)) => vec![kind],
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        for kind in &types {
            match *kind {
                "string" => rule.text = true,
                "integer" => rule.integer = true,
                "number" => rule.number = true,
                "boolean" => rule.boolean = true,
                "array" => rule.list = true,
                "object" => rule.map = true,
                _ => {}
            }
        }
        if let Some(Value::Array(words)) = map.get("enum") {
            rule.text = true;
            rule.words = words.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        }
        if let Some(word) = map.get("const").and_then(Value::as_str) {
            rule.text = true;
            rule.words = vec![word.to_owned()];
        }
        // What the schema does not bound, the type does.
        let (least, most) = rule.format.as_deref().filter(|_| rule.integer).map_or((None, None), width);
        rule.minimum = map.get("minimum").and_then(Value::as_i64).or(least);
        rule.maximum = map.get("maximum").and_then(Value::as_i64).or(most);
        rule.items = map.get("items").map(|items| self.rule(items));
        if let Some(Value::Object(properties)) = map.get("properties") {
            for (name, property) in properties {
                let at = self.rule(property);
                rule.properties.insert(name.clone(), at);
            }
        }
        if let Some(Value::Array(required)) = map.get("required") {
            rule.required = required.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        }
        match map.get("additionalProperties") {
            Some(Value::Bool(false)) => rule.closed = true,
            Some(Value::Bool(true)) | None => {}
            Some(rest) => rule.rest = Some(self.rule(rest)),
        }
        rule.keys = map
            .get("propertyNames")
            .and_then(|names| names.get("format"))
            .and_then(Value::as_str)
            .map(ToOwned::to_owned);
        if let Some(Value::Array(examples)) = map.get("examples") {
            rule.examples = examples.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        }
        let open = rule.map && !rule.closed && rule.rest.is_none() && rule.properties.is_empty();
        rule.anything = (types.is_empty() && rule.words.is_empty()) || open;
        rule
    }

    /// Words of several branches are one list of words; a scalar beside a map is a short form.
    fn options(&mut self, options: &[Value]) -> Rule {
        let rules: Vec<Rule> = options
            .iter()
            .filter(|option| option["type"] != "null")
            .map(|option| self.read(option))
            .collect();
        let mut maps = rules.iter().filter(|rule| rule.map);
        let scalars: Vec<&Rule> = rules.iter().filter(|rule| !rule.map).collect();
        let scalar = scalars.first().map(|first| Rule {
            words: scalars.iter().flat_map(|rule| rule.words.clone()).collect(),
            ..(*first).clone()
        });
        match (maps.next(), scalar) {
            (Some(map), Some(scalar)) => {
                self.rules.push(scalar);
                Rule { short: Some(self.rules.len() - 1), ..map.clone() }
            }
            (Some(rule), None) => rule.clone(),
            (None, Some(rule)) => rule,
            (None, None) => Rule { anything: true, ..Rule::default() },
        }
    }
}

/// The bounds of an integer type, as far as it is narrower than 64 bits.
fn width(format: &str) -> (Option<i64>, Option<i64>) {
    match format {
        "int8" => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        "int16" => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        "int32" => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        "uint8" => (Some(0), Some(u8::MAX.into())),
        "uint16" => (Some(0), Some(u16::MAX.into())),
        "uint32" => (Some(0), Some(u32::MAX.into())),
        "uint64" | "uint" => (Some(0), None),
        _ => (None, None),
    }
}

fn text(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key).and_then(Value::as_str).map(ToOwned::to_owned)
}

impl Rule {
    /// What is expected, in words.
    fn expected(&self) -> &'static str {
        match (self.map, self.list, self.short.is_some()) {
            (true, _, true) => "a text or a map",
            (true, _, false) => "a map",
            (_, true, _) => "a list",
            _ if self.integer => "a whole number",
            _ if self.boolean && !self.text => "true or false",
            _ if self.number && !self.text => "a number",
            _ => "text",
        }
    }
}

/// The texts that a walk reads.
type Texts<'a> = &'a Sources;

#[cfg(test)]
mod tests;
