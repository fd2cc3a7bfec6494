//! Printing of templates: YAML with Helm's actions in it.

use super::form::is_trimmed;
use crate::k8s::NAMESPACE;
use crate::tree::{Tree, yaml};
use std::fmt::Write as _;

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// A literal scalar or empty collection.
    Literal(Tree),
    /// A map.
    Map(Vec<Field>),
    /// A list.
    List(Vec<Item>),
    /// An expression that gives a scalar, or a collection in flow style.
    Inline(String),
    /// An expression that gives lines of YAML.
    Block(String),
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    /// The key; none if the node is a block of further entries of this map.
    pub key: Option<String>,
    /// The value.
    pub node: Node,
    /// What opens the condition under which the entry is there, e.g. `with .Values.x`.
    pub guard: Option<String>,
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// The value.
    pub node: Node,
    /// What opens the condition under which the item is there.
    pub guard: Option<String>,
}

const RELEASE: &str = "{{ .Release.Namespace }}";

/// Writes the template of an object.
pub(super) fn write(node: &Node, out: &mut String) {
    if let Node::Map(fields) = node {
        self::fields(fields, None, 0, out);
    }
}

/// Writes the entries of a map, except the one at `written`.
fn fields(fields: &[Field], written: Option<usize>, indent: usize, out: &mut String) {
    for (_, field) in fields.iter().enumerate().filter(|(n, _)| Some(*n) != written) {
        guarded(field.guard.as_deref(), indent, out, |out| {
            pad(indent, out);
            self::field(field, indent, out);
        });
    }
}

fn guarded(guard: Option<&str>, indent: usize, out: &mut String, body: impl FnOnce(&mut String)) {
    if let Some(guard) = guard {
        pad(indent, out);
        let _ = writeln!(out, "{{{{- {guard} }}}}");
    }
    body(out);
    if guard.is_some() {
        pad(indent, out);
        out.push_str("{{- end }}\n");
    }
}

/// Writes an entry without the spaces before it.
fn field(field: &Field, indent: usize, out: &mut String) {
    let Some(key) = &field.key else {
        match &field.node {
            Node::Block(expression) => {
                let _ = writeln!(out, "{{{{- {expression} | nindent {indent} }}}}");
            }
            // JSON on one line cannot stand among other entries.
            Node::Inline(json) => {
                let _ = writeln!(out, "{{{{- range $key, $value := fromJson ({json}) }}}}");
                pad(indent, out);
                out.push_str("{{ toJson $key }}: {{ toJson $value }}\n");
                pad(indent, out);
                out.push_str("{{- end }}\n");
            }
            _ => {}
        }
        return;
    };
    out.push_str(&text_in_line(key, &yaml::key(key)));
    out.push(':');
    match &field.node {
        Node::Map(inner) => {
            out.push('\n');
            fields(inner, None, indent + 2, out);
        }
        Node::List(inner) => {
            out.push('\n');
            items(inner, indent, out);
        }
        Node::Block(expression) => {
            // Deeper than the key, or an empty list would end the map.
            let indent = indent + 2;
            out.push('\n');
            pad(indent, out);
            let _ = writeln!(out, "{{{{- {expression} | nindent {indent} }}}}");
        }
        Node::Inline(expression) => {
            let _ = writeln!(out, " {{{{ {expression} }}}}");
        }
        Node::Literal(tree) => literal(tree, indent, out),
    }
}

fn items(items: &[Item], indent: usize, out: &mut String) {
    for item in items {
        guarded(item.guard.as_deref(), indent, out, |out| {
            pad(indent, out);
            self::item(&item.node, indent, out);
        });
    }
}

fn item(node: &Node, indent: usize, out: &mut String) {
    out.push('-');
    match node {
        Node::Map(fields) => {
            // An entry that is always there stands beside the dash.
            let first = fields.iter().position(|field| field.guard.is_none() && field.key.is_some());
            if let Some(first) = first {
                out.push(' ');
                self::field(&fields[first], indent + 2, out);
            } else {
                out.push('\n');
            }
            self::fields(fields, first, indent + 2, out);
        }
        Node::List(inner) => {
            out.push('\n');
            items(inner, indent + 2, out);
        }
        Node::Block(expression) => {
            out.push('\n');
            pad(indent + 2, out);
            let _ = writeln!(out, "{{{{- {expression} | nindent {} }}}}", indent + 2);
        }
        Node::Inline(expression) => {
            let _ = writeln!(out, " {{{{ {expression} }}}}");
        }
        Node::Literal(tree) => literal(tree, indent, out),
    }
}

/// Writes a literal after its colon or dash, and the end of the line.
fn literal(tree: &Tree, indent: usize, out: &mut String) {
    match tree {
        Tree::Str(text) if yaml::is_block(&text.replace(NAMESPACE, "x")) && !is_trimmed(text) => {
            let mut lines = String::new();
            yaml::entry("x", &Tree::Str(escape(text, RELEASE)), indent, &mut lines);
            // Escapes may end a line in spaces only if the text did: it is a block still.
            out.push_str(&lines[2..]);
        }
        Tree::Str(text) => {
            out.push(' ');
            out.push_str(&text_in_line(text, &yaml::scalar(text)));
            out.push('\n');
        }
        other => {
            let mut line = String::new();
            yaml::entry("x", other, indent, &mut line);
            out.push_str(&line[2..]);
        }
    }
}

/// The text as it stands in a line, given how YAML writes it.
fn text_in_line(text: &str, yaml: &str) -> String {
    if text == NAMESPACE {
        return "{{ .Release.Namespace | quote }}".to_owned();
    }
    if !text.contains(NAMESPACE) && is_trimmed(text) && !yaml.starts_with(['"', '\'']) {
        return escape(&format!("'{}'", yaml.replace('\'', "''")), RELEASE);
    }
    if !text.contains(NAMESPACE) {
        return escape(yaml, RELEASE);
    }
    // Written piece by piece in double quotes: what the namespace is called must not matter.
    let pieces: Vec<String> = text
        .split(NAMESPACE)
        .map(|piece| {
            let quoted = yaml::scalar(&format!("{piece}{NAMESPACE}")).into_owned();
            let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix("\\uE000\""));
            inner.unwrap_or_default().to_owned()
        })
        .collect();
    format!("\"{}\"", escape(&pieces.join(NAMESPACE), RELEASE))
}

/// Text that a template gives back as it is, with `release` for the namespace.
pub(super) fn escape(text: &str, release: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '\u{E000}']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix(NAMESPACE) {
            out.push_str(release);
            rest = after;
            continue;
        }
        let run = rest.len() - rest.trim_start_matches('{').len();
        // A brace just before an action would become a part of it.
        if run > 1 || rest[run..].starts_with(NAMESPACE) {
            let _ = write!(out, "{{{{ \"{}\" }}}}", &rest[..run]);
        } else {
            out.push('{');
        }
        rest = &rest[run..];
    }
    out.push_str(rest);
    out
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
