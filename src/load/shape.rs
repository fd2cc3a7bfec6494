//! The shape check: the published JSON Schema, walked over the marked tree.
//!
//! Every structural mistake of a run is reported at once; decoding cannot fail afterwards. A definition
//! becomes a rule when the walk first comes to it, so that a run pays for what its spec uses.

use crate::source::Sources;
use serde_json::{Map, Value};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

mod missing;
mod mistake;
mod walk;

pub use missing::Lacks;
pub use mistake::ours;

/// The rules of a schema.
pub struct Shape {
    root: Rule,
    definitions: RefCell<Box<Definitions>>,
    known: RefCell<BTreeMap<String, Rc<Rule>>>,
}

/// Makes the definition that a name stands for in references.
pub(super) type Definitions = dyn FnMut(&str) -> Option<Value>;

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
    items: Option<Link>,
    properties: BTreeMap<String, Link>,
    required: Vec<String>,
    rest: Option<Link>,
    closed: bool,
    keys: Option<String>,
    /// The rule for a scalar, where a map is allowed too.
    short: Option<Box<Rule>>,
    examples: Vec<String>,
}

/// The way to the rule of a part.
#[derive(Clone, Debug)]
enum Link {
    /// It stands here.
    Rule(Box<Rule>),
    /// It is that of a definition, which is looked up once.
    Definition(String, OnceCell<Rc<Rule>>),
}

impl Shape {
    /// The rules of a schema that was made by `spec` or `schemars`.
    pub fn new(schema: &Value, definitions: Box<Definitions>) -> Self {
        let mut shape =
            Self { root: Rule::default(), definitions: RefCell::new(definitions), known: RefCell::default() };
        shape.root = shape.read(schema);
        shape
    }

    fn follow<'a>(&self, link: &'a Link) -> &'a Rule {
        match link {
            Link::Rule(rule) => rule,
            Link::Definition(name, rule) => rule.get_or_init(|| self.definition(name)),
        }
    }

    fn definition(&self, name: &str) -> Rc<Rule> {
        if let Some(known) = self.known.borrow().get(name) {
            return Rc::clone(known);
        }
        let schema = (self.definitions.borrow_mut())(name);
        let rule = Rc::new(schema.map_or_else(Rule::anything, |schema| self.read(&schema)));
        self.known.borrow_mut().insert(name.to_owned(), Rc::clone(&rule));
        rule
    }

    fn link(&self, schema: &Value) -> Link {
        match options(schema).as_deref() {
            // An optional value is one of two: it, and null.
            Some([only]) => self.link(only),
            _ => match reference(schema) {
                Some(name) => Link::Definition(name.to_owned(), OnceCell::new()),
                None => Link::Rule(Box::new(self.read(schema))),
            },
        }
    }

    fn read(&self, schema: &Value) -> Rule {
        let Value::Object(map) = schema else { return Rule::anything() };
        if let Some(name) = reference(schema) {
            return (*self.definition(name)).clone();
        }
        if let Some(options) = options(schema) {
            return self.either(&options);
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
        rule.items = map.get("items").map(|items| self.link(items));
        if let Some(Value::Object(properties)) = map.get("properties") {
            for (name, property) in properties {
                rule.properties.insert(name.clone(), self.link(property));
            }
        }
        if let Some(Value::Array(required)) = map.get("required") {
            rule.required = required.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        }
        match map.get("additionalProperties") {
            Some(Value::Bool(false)) => rule.closed = true,
            Some(Value::Bool(true)) | None => {}
            Some(rest) => rule.rest = Some(self.link(rest)),
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
    fn either(&self, options: &[&Value]) -> Rule {
        let rules: Vec<Rule> = options.iter().map(|option| self.read(option)).collect();
        let mut maps = rules.iter().filter(|rule| rule.map);
        let scalars: Vec<&Rule> = rules.iter().filter(|rule| !rule.map).collect();
        let scalar = scalars.first().map(|first| Rule {
            words: scalars.iter().flat_map(|rule| rule.words.clone()).collect(),
            ..(*first).clone()
        });
        match (maps.next(), scalar) {
            (Some(map), Some(scalar)) => Rule { short: Some(Box::new(scalar)), ..map.clone() },
            (Some(rule), None) => rule.clone(),
            (None, Some(rule)) => rule,
            (None, None) => Rule::anything(),
        }
    }
}

/// The name in a reference to a definition.
fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

/// The schemas of which a value has one, without null.
fn options(schema: &Value) -> Option<Vec<&Value>> {
    let all = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| schema.get(key)?.as_array())?;
    Some(all.iter().filter(|option| option["type"] != "null").collect())
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
    fn anything() -> Self {
        Self { anything: true, ..Self::default() }
    }

    /// The rule of a scalar here, if there may be one.
    fn scalar(&self) -> Option<&Self> {
        match &self.short {
            Some(short) => Some(short),
            None => (!self.map && !self.list && !self.anything).then_some(self),
        }
    }

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
