//! The shape of a custom resource: its structural OpenAPI schema, walked beside the object.

use super::junction;
use crate::load::{Resolved, resolve};
use crate::source::{Node, NodeId, Sources};
use crate::tree::{Map, Tree};
use regex_lite::Regex;
use std::cell::RefCell;
use std::collections::BTreeMap;

mod words;

/// Something in an object that its definition does not take.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// Where it is in the object: keys and indices.
    pub path: Vec<String>,
    /// What is wrong, with the path in front.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// A walk over one object.
pub(super) struct Shape<'a> {
    pub(super) sources: &'a Sources,
    /// Patterns by text; none where they cannot be read.
    patterns: RefCell<BTreeMap<&'a str, Option<Regex>>>,
    path: Vec<String>,
    found: Vec<Misfit>,
    /// Whether fields are judged that the schema does not name: not within alternatives.
    closed: bool,
}

impl<'a> Shape<'a> {
    /// A walk by schemas that stand in these texts.
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, patterns: RefCell::default(), path: Vec::new(), found: Vec::new(), closed: true }
    }

    /// Everything in an object that does not fit.
    pub(super) fn object(mut self, schema: NodeId, object: &Tree) -> Vec<Misfit> {
        self.value(schema, object, true);
        self.found
    }

    /// Whether a value fits what an alternative says of it.
    pub(super) fn fits(&self, schema: NodeId, value: &Tree) -> bool {
        let mut part = Self { closed: false, ..Self::new(self.sources) };
        part.value(schema, value, false);
        part.found.is_empty()
    }

    pub(super) fn report(&mut self, problem: &str, help: impl Into<String>) {
        let message = format!("`{}` {problem}", words::path(&self.path));
        self.found.push(Misfit { path: self.path.clone(), message, help: help.into() });
    }

    fn report_at(&mut self, key: &str, problem: &str, help: impl Into<String>) {
        self.path.push(key.to_owned());
        self.report(problem, help);
        self.path.pop();
    }

    /// `whole` says that it is an object of its own: it has `apiVersion`, `kind` and `metadata`.
    fn value(&mut self, schema: NodeId, value: &Tree, whole: bool) {
        if !self.has_type(schema, value) {
            return;
        }
        match value {
            Tree::Map(map) => {
                let whole = whole || self.flag(schema, "x-kubernetes-embedded-resource");
                self.map(schema, map, whole);
            }
            Tree::List(items) => self.list(schema, items),
            Tree::Str(text) => self.text(schema, text),
            Tree::Int(number) => {
                #[allow(clippy::cast_precision_loss)]
                self.number(schema, *number as f64);
            }
            Tree::Float(number) => self.number(schema, *number),
            Tree::Bool(_) => {}
        }
        self.word(schema, value);
        junction::check(self, schema, value);
    }

    fn has_type(&mut self, schema: NodeId, value: &Tree) -> bool {
        let wanted = if self.flag(schema, "x-kubernetes-int-or-string") {
            "int-or-string"
        } else {
            self.string(schema, "type").unwrap_or_default()
        };
        let fits = match value {
            Tree::Map(_) => wanted == "object",
            Tree::List(_) => wanted == "array",
            Tree::Str(_) => matches!(wanted, "string" | "int-or-string"),
            Tree::Int(_) => matches!(wanted, "integer" | "number" | "int-or-string"),
            Tree::Float(_) => wanted == "number",
            Tree::Bool(_) => wanted == "boolean",
        };
        if !fits && !wanted.is_empty() {
            self.report(
                &format!("is {}, not {}", words::kind(value), words::wanted(wanted)),
                words::cure(wanted, value),
            );
        }
        fits || wanted.is_empty()
    }

    fn map(&mut self, schema: NodeId, map: &Map, whole: bool) {
        let properties = self.sources.get(schema, "properties");
        let rest = self.sources.get(schema, "additionalProperties");
        let open = !self.closed
            || self.flag(schema, "x-kubernetes-preserve-unknown-fields")
            || rest.is_some_and(|rest| self.sources.text(rest) == Some("true"));
        for (key, value) in map.iter() {
            let own = whole && matches!(key.as_ref(), "apiVersion" | "kind" | "metadata");
            let known = properties.and_then(|properties| self.sources.get(properties, key));
            let rest = rest.filter(|rest| matches!(self.sources.node(*rest), Node::Map(_)));
            match known.or(rest) {
                Some(schema) => {
                    self.path.push(key.to_string());
                    // The definition knows little of metadata, Kubernetes the rest.
                    let closed = self.closed;
                    self.closed &= !own;
                    self.value(schema, value, false);
                    self.closed = closed;
                    self.path.pop();
                }
                None if own || open => {}
                None => {
                    let fields = self.fields(properties);
                    self.report_at(key, "is no field of this kind", words::instead(key, &fields));
                }
            }
        }
        self.required(schema, properties, map);
        self.bounds(schema, ("minProperties", "maxProperties"), map.len(), "entries");
    }

    fn required(&mut self, schema: NodeId, properties: Option<NodeId>, map: &Map) {
        for name in self.strings(schema, "required") {
            let defaulted = properties
                .and_then(|properties| self.sources.get(properties, name))
                .is_some_and(|property| self.sources.get(property, "default").is_some());
            if !map.contains(name) && !defaulted {
                let problem = format!("has no `{name}`, which is required");
                self.report(&problem, format!("write `{name}: …`"));
            }
        }
    }

    fn list(&mut self, schema: NodeId, items: &[Tree]) {
        if let Some(item) = self.sources.get(schema, "items") {
            for (n, value) in items.iter().enumerate() {
                self.path.push(n.to_string());
                self.value(item, value, false);
                self.path.pop();
            }
        }
        self.bounds(schema, ("minItems", "maxItems"), items.len(), "entries");
        let keys = match self.string(schema, "x-kubernetes-list-type") {
            Some("set") => Vec::new(),
            Some("map") => self.strings(schema, "x-kubernetes-list-map-keys"),
            _ => return,
        };
        let key = |item: &Tree| -> Tree {
            if keys.is_empty() {
                return item.clone();
            }
            Tree::List(keys.iter().filter_map(|key| item.get(key).cloned()).collect())
        };
        let names: Vec<Tree> = items.iter().map(key).collect();
        for (n, name) in names.iter().enumerate() {
            if names[..n].contains(name) {
                let by = if keys.is_empty() { String::new() } else { format!(" by `{}`", keys.join("`, `")) };
                self.report_at(&n.to_string(), &format!("is there twice{by}"), "remove one of the two");
            }
        }
    }

    fn text(&mut self, schema: NodeId, text: &str) {
        self.bounds(schema, ("minLength", "maxLength"), text.chars().count(), "characters");
        if let Some(pattern) = self.string(schema, "pattern")
            && !self.matches(pattern, text)
        {
            self.report(
                &format!("has a form that is not taken: `{text}`"),
                format!("it must match `{pattern}`"),
            );
        }
        if self.string(schema, "format") == Some("date-time") && !words::is_time(text) {
            self.report(&format!("is no time: `{text}`"), "write it as `2026-01-31T23:59:59Z`");
        }
    }

    fn matches(&self, pattern: &'a str, text: &str) -> bool {
        let mut patterns = self.patterns.borrow_mut();
        let known = patterns.entry(pattern).or_insert_with(|| Regex::new(pattern).ok());
        known.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }

    fn number(&mut self, schema: NodeId, number: f64) {
        let said = |key: &str| self.string(schema, key).and_then(|text| text.parse::<f64>().ok());
        let (least, most) = match self.string(schema, "format") {
            Some("int32") => (Some(f64::from(i32::MIN)), Some(f64::from(i32::MAX))),
            _ => (None, None),
        };
        let (least, most) = (said("minimum").or(least), said("maximum").or(most));
        let (over, under) = (self.flag(schema, "exclusiveMinimum"), self.flag(schema, "exclusiveMaximum"));
        let step = said("multipleOf").filter(|step| *step > 0.0);
        if let Some(least) = least.filter(|least| number < *least || (over && number <= *least)) {
            let bound = if over { "more than" } else { "at least" };
            self.report(&format!("is {number}"), format!("it must be {bound} {least}"));
        }
        if let Some(most) = most.filter(|most| number > *most || (under && number >= *most)) {
            let bound = if under { "less than" } else { "at most" };
            self.report(&format!("is {number}"), format!("it must be {bound} {most}"));
        }
        if let Some(step) = step.filter(|step| (number / step).fract() != 0.0) {
            self.report(&format!("is {number}"), format!("it must be a multiple of {step}"));
        }
    }

    fn word(&mut self, schema: NodeId, value: &Tree) {
        let Some(Node::List(allowed)) = self.sources.get(schema, "enum").map(|node| self.sources.node(node))
        else {
            return;
        };
        let is = |node: &NodeId| match (self.sources.node(*node), value) {
            (Node::Scalar { text, .. }, Tree::Str(word)) => text == word,
            (Node::Scalar { text, plain: true }, Tree::Bool(flag)) => resolve(text) == Resolved::Bool(*flag),
            (Node::Scalar { text, plain: true }, Tree::Int(number)) => {
                resolve(text) == Resolved::Int(*number)
            }
            _ => false,
        };
        if !allowed.iter().any(is) {
            let words: Vec<&str> = allowed.iter().filter_map(|node| self.sources.text(*node)).collect();
            self.report(
                &format!("has a value that is not taken: {}", words::show(value)),
                words::choose(value, &words),
            );
        }
    }

    fn bounds(&mut self, schema: NodeId, (least, most): (&str, &str), number: usize, what: &str) {
        let said = |key: &str| self.string(schema, key).and_then(|text| text.parse::<usize>().ok());
        let (least, most) = (said(least), said(most));
        if let Some(least) = least.filter(|least| number < *least) {
            self.report(&format!("has {number} {what}"), format!("at least {least} are wanted"));
        }
        if let Some(most) = most.filter(|most| number > *most) {
            self.report(&format!("has {number} {what}"), format!("at most {most} are taken"));
        }
    }

    fn fields(&self, properties: Option<NodeId>) -> Vec<&'a str> {
        let entries = properties.into_iter().flat_map(|properties| self.sources.entries(properties));
        entries.filter_map(|(key, _)| self.sources.text(key)).collect()
    }

    fn flag(&self, schema: NodeId, key: &str) -> bool {
        self.string(schema, key) == Some("true")
    }

    fn string(&self, schema: NodeId, key: &str) -> Option<&'a str> {
        self.sources.get(schema, key).and_then(|node| self.sources.text(node))
    }

    /// The texts of a list.
    pub(super) fn strings(&self, schema: NodeId, key: &str) -> Vec<&'a str> {
        match self.sources.get(schema, key).map(|node| self.sources.node(node)) {
            Some(Node::List(items)) => items.iter().filter_map(|item| self.sources.text(*item)).collect(),
            _ => Vec::new(),
        }
    }
}
