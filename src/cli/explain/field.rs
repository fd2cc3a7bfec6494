//! A field of the spec, as its JSON Schema describes it.

use crate::load::ours;
use crate::spec::{DEFAULTS, ENVIRONMENTS};
use serde_json::{Map, Value};
use std::fmt::Write;

/// A field is looked for by its name alone so deep, and so many places are named.
const DEEPEST: usize = 5;
const MOST: usize = 5;

/// A place in the schema, with references followed.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    root: &'a Value,
    path: Vec<String>,
    required: bool,
    /// The schema as it stands at the place, and those that it leads to; the first that says
    /// something wins.
    nodes: Vec<&'a Map<String, Value>>,
}

impl<'a> Field<'a> {
    /// The spec as a whole.
    pub(super) fn root(schema: &'a Value) -> Self {
        Self::new(schema, schema, Vec::new(), false)
    }

    fn new(root: &'a Value, node: &'a Value, path: Vec<String>, required: bool) -> Self {
        let mut field = Self { root, path, required, nodes: Vec::new() };
        field.follow(node, 0);
        field
    }

    /// Gathers a schema and what it refers to; a schema that is one of several (or null) counts.
    fn follow(&mut self, node: &'a Value, depth: usize) {
        let Some(map) = node.as_object().filter(|_| depth < 16) else { return };
        self.nodes.push(map);
        let target =
            map.get("$ref").and_then(Value::as_str).and_then(|r| self.root.pointer(r.strip_prefix('#')?));
        if let Some(target) = target {
            self.follow(target, depth + 1);
        }
        for word in ["allOf", "anyOf", "oneOf"] {
            let branches = map.get(word).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            for branch in branches {
                self.follow(branch, depth + 1);
            }
        }
    }

    /// The path, as one would write it.
    pub(super) fn path(&self) -> String {
        self.path.join(".")
    }

    /// The path in a sentence.
    pub(super) fn title(&self) -> String {
        if self.path.is_empty() { "the spec".to_owned() } else { format!("`{}`", self.path()) }
    }

    /// The field of a name; through a map, `*` or any name may stand for an entry or be left out.
    pub(super) fn step(&self, name: &str) -> Option<Self> {
        let name = name.trim_end_matches("[]");
        let child = |node: &'a Value, name: &str, required: bool| {
            let path = self.path.iter().cloned().chain([name.to_owned()]).collect();
            Self::new(self.root, node, path, required)
        };
        let direct = self.properties().find(|(known, _)| known.as_str() == name);
        if let Some((_, node)) = direct {
            return Some(child(node, name, self.requires(name)));
        }
        let entry = child(self.entries()?, "*", false);
        if name == "*" {
            return Some(entry);
        }
        let is_name = self.is_name(name, &entry.names());
        entry.step(name).or_else(|| is_name.then_some(entry))
    }

    /// Whether a word that is no field of an entry is the name of one: it can be a name, does not look
    /// like a field, and means none in other tools.
    fn is_name(&self, word: &str, fields: &[&str]) -> bool {
        let form = self.find("propertyNames").and_then(|names| names.get("format")?.as_str());
        form.is_none_or(|form| crate::value::check(form, word).is_ok())
            && fields.iter().all(|field| strsim::osa_distance(field, word) > word.len() / 4)
            && !ours(word).any(|ours| fields.contains(&ours))
    }

    /// Paths of the fields with a name: a few, the shortest and those of services first.
    pub(super) fn fields_named(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut level = vec![self.clone()];
        for _ in 0..DEEPEST {
            let mut next = Vec::new();
            for field in &level {
                let entries = field.entries().map(|_| "*");
                // What an environment says is the same once more.
                let names = field
                    .properties()
                    .map(|(name, _)| name.as_str())
                    .filter(|name| !(field.path.is_empty() && [ENVIRONMENTS, DEFAULTS].contains(name)));
                next.extend(names.chain(entries).filter_map(|name| field.step(name)));
            }
            let named = next.iter().filter(|field| field.path.last().is_some_and(|last| last == name));
            found.extend(named.map(Self::path));
            level = next;
        }
        found.sort_by_key(|path| (path.matches('.').count(), !path.starts_with("services.")));
        found.dedup();
        found.truncate(MOST);
        found
    }

    /// Names of the fields, or of those of an entry.
    pub(super) fn names(&self) -> Vec<&'a str> {
        if self.properties().next().is_none()
            && let Some(entry) = self.entries()
        {
            return Self::new(self.root, entry, Vec::new(), false).names();
        }
        let mut names: Vec<&str> = self.properties().map(|(name, _)| name.as_str()).collect();
        names.dedup();
        names
    }

    /// Everything that is known about it.
    pub(super) fn describe(&self) -> String {
        let mut text = String::new();
        let kind = self.kind();
        let title = if self.path.is_empty() { self.title() } else { self.path() };
        let must = if self.required { ", required" } else { "" };
        let _ = writeln!(text, "{title}: {kind}{must}");
        for line in self.text("description").unwrap_or_default().lines() {
            let _ = writeln!(text, "{}{line}", if line.is_empty() { "" } else { "  " });
        }
        if let Some(default) = self.find("default").filter(|value| !value.is_null()) {
            let _ = writeln!(text, "\ndefault: {default}");
        }
        for (word, name) in
            [("minimum", "at least"), ("maximum", "at most"), ("format", "form"), ("pattern", "form")]
        {
            // The width of a number in memory is no concern of who writes one.
            let width = |value: &&Value| {
                value.as_str().is_some_and(|form| form.contains("int") && kind.contains("number"))
            };
            if let Some(value) = self.find(word).filter(|value| !width(value)) {
                let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let _ = writeln!(text, "{name}: {shown}");
            }
        }
        let choices = self.choices();
        if !choices.is_empty() {
            text.push_str("\none of:\n");
            print_rows(&mut text, &choices);
        }
        let entry = self.entries().map(|node| Self::new(self.root, node, Vec::new(), false));
        let (title, shown) = match &entry {
            Some(entry) if self.properties().next().is_none() => ("each entry", entry),
            _ => ("fields", self),
        };
        let rows: Vec<[String; 3]> = shown
            .properties()
            .map(|(name, node)| {
                let field = Self::new(self.root, node, Vec::new(), false);
                let star = if shown.requires(name) { " (required)" } else { "" };
                [name.clone(), field.kind(), format!("{}{star}", field.summary())]
            })
            .collect();
        if !rows.is_empty() {
            let _ = writeln!(text, "\n{title}:");
            print_rows(&mut text, &rows);
        } else if let Some(entry) = entry {
            let _ = writeln!(text, "\n{title}: {}", entry.summary());
        }
        text
    }

    /// The first sentence of the description and the one about the default; `e.g.` ends none.
    fn summary(&self) -> String {
        let text = self.text("description").unwrap_or_default();
        let paragraph = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let sentence = |from: usize| {
            let rest = &paragraph[from..];
            let ends = |at: &usize| !rest[..*at].ends_with("e.g") && !rest[..*at].ends_with("i.e");
            let end = rest.match_indices(". ").map(|(at, _)| at).find(ends);
            rest[..end.map_or(rest.len(), |at| at + 1)].trim_end()
        };
        let first = sentence(0);
        match paragraph[first.len()..].find("Default: ") {
            Some(at) => format!("{first} {}", sentence(first.len() + at)),
            None => first.to_owned(),
        }
    }

    /// In words, what may be written there.
    fn kind(&self) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        for node in &self.nodes {
            let named = match node.get("type") {
                Some(Value::String(name)) => vec![name.as_str()],
                Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
                _ if node.contains_key("const") => vec!["string"],
                _ => Vec::new(),
            };
            for name in named {
                let word = match name {
                    "string" => "text",
                    "integer" => "whole number",
                    "boolean" => "true or false",
                    "array" => "list",
                    "object" if self.entries().is_some() => "map",
                    "object" => "fields",
                    "null" => continue,
                    other => other,
                };
                if !kinds.contains(&word) {
                    kinds.push(word);
                }
            }
        }
        if kinds.is_empty() { "anything".to_owned() } else { kinds.join(" or ") }
    }

    /// Values to choose from, with what they mean.
    fn choices(&self) -> Vec<[String; 2]> {
        let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut choices = Vec::new();
        for node in &self.nodes {
            if let Some(value) = node.get("const") {
                let what = node.get("description").and_then(Value::as_str).unwrap_or_default();
                choices.push([shown(value), what.replace('\n', " ")]);
            }
            let values = node.get("enum").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            choices.extend(
                values.iter().filter(|value| !value.is_null()).map(|value| [shown(value), String::new()]),
            );
        }
        choices
    }

    /// The fields of a map, or of each item of a list.
    fn properties(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let items = self.find("items").map(|items| Self::new(self.root, items, Vec::new(), false).nodes);
        let nodes: Vec<_> = self.nodes.iter().copied().chain(items.into_iter().flatten()).collect();
        nodes.into_iter().filter_map(|node| node.get("properties")?.as_object()).flatten()
    }

    /// The schema of a map's entries.
    fn entries(&self) -> Option<&'a Value> {
        self.nodes.iter().find_map(|node| {
            let pattern = || node.get("patternProperties")?.as_object()?.values().next();
            node.get("additionalProperties").filter(|value| value.is_object()).or_else(pattern)
        })
    }

    fn requires(&self, name: &str) -> bool {
        let required = self.nodes.iter().filter_map(|node| node.get("required")?.as_array());
        required.flatten().any(|value| value.as_str() == Some(name))
    }

    fn find(&self, word: &str) -> Option<&'a Value> {
        self.nodes.iter().find_map(|node| node.get(word))
    }

    fn text(&self, word: &str) -> Option<&'a str> {
        self.nodes.iter().find_map(|node| node.get(word)?.as_str())
    }
}

/// Prints names and what they are, in columns.
fn print_rows<const N: usize>(text: &mut String, rows: &[[String; N]]) {
    let width = |n: usize| rows.iter().map(|row| row[n].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..N).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("  {cell:width$}"));
        let _ = writeln!(text, "{}", cells.collect::<String>().trim_end());
    }
}
