//! The wording of structural mistakes.

use super::walk::{StepKind, Walk};
use super::{Rule, Texts};
use crate::diagnostic::{Diagnostic, Findings, suggest};
use crate::source::{Node, NodeId};
use crate::tree::yaml::flow;

mod elsewhere;
mod empty;
mod field;
mod form;
mod number;

pub use elsewhere::ours;
pub(super) use field::misspelt;
use form::gist;

/// What the root of a file is called.
pub(super) const ROOT: &str = "the file";
/// How to start a file.
const START: &str = "start with `platform: NAME` and sections such as `services:` below it, without a dash";

/// A field in a message.
fn owner(name: &str) -> String {
    if name == ROOT { "a platform".to_owned() } else { format!("`{name}`") }
}

impl<'a> Walk<'a> {
    /// Reports a scalar that is not what its rule says.
    pub(super) fn scalar(&mut self, rule: &Rule, id: NodeId, text: &str, plain: bool) {
        let (name, span) = (self.name(), self.sources.span(id));
        let mut report = |code, message: String, help: String| {
            self.findings.push(Diagnostic::error(code, message).at(span, "").helped(help));
        };
        if rule.text {
            if !rule.words.is_empty() {
                if !rule.words.iter().any(|word| word == text) {
                    let help = suggest(text, rule.words.iter().map(String::as_str)).map_or_else(
                        || format!("use one of: {}", rule.words.join(", ")),
                        |near| format!("did you mean `{near}`? allowed: {}", rule.words.join(", ")),
                    );
                    report("unknown-word", format!("`{text}` is not a value of `{name}`"), help);
                }
            } else if let Some(format) = &rule.format
                && let Err(invalid) = crate::value::check(format, text)
            {
                report("invalid-value", invalid.reason, invalid.help.unwrap_or_default());
            }
        } else if rule.integer {
            number::integer(rule, text, plain, name, &mut report);
        } else if rule.boolean && !(plain && matches!(text, "true" | "false")) {
            let help = match text.to_lowercase().as_str() {
                "yes" | "on" | "y" | "true" | "1" => "write `true`".to_owned(),
                "no" | "off" | "n" | "false" | "0" => "write `false`".to_owned(),
                _ => "write `true` or `false`".to_owned(),
            };
            report("wrong-type", format!("`{name}` is true or false, not `{text}`"), help);
        } else if rule.number && !(plain && text.parse::<f64>().is_ok_and(f64::is_finite)) {
            report("wrong-type", format!("`{name}` is a number, not `{text}`"), "write a number".to_owned());
        }
    }

    fn wrong_type(&mut self, rule: &Rule, id: NodeId, found: &str, help: String) {
        let is_item = self.around.last().is_some_and(|step| step.kind == StepKind::Item);
        let item = if is_item { "an item of " } else { "" };
        let message = format!("{item}{} is {}, not {found}", owner(self.name()), rule.expected());
        self.findings
            .push(Diagnostic::error("wrong-type", message).at(self.sources.span(id), "").helped(help));
    }

    /// Reports a scalar where a map or a list must be.
    pub(super) fn not_a_collection(&mut self, rule: &'a Rule, id: NodeId, text: &str) {
        let name = self.name();
        let help = if name == ROOT {
            START.to_owned()
        } else if rule.list {
            self.as_list(rule, text)
        } else {
            let shown = gist(self.sources, id).unwrap_or_else(|| "…".to_owned());
            if let Some(field) = self.field_for(rule, id) {
                format!("write `{name}: {{ {field}: {shown} }}`")
            } else if let Some(rest) = &rule.rest {
                let is_entry = self.around.last().is_some_and(|step| step.kind == StepKind::Entry);
                match self.accepts(rest, id) {
                    true if is_entry => self.under_a_name(name, &shown),
                    fits if fits || text.contains([':', '=']) => {
                        let entry = self.item_of_text(rule, Some(self.shape.follow(rest)), text, id);
                        format!("write a map: `{name}: {{ {entry} }}`")
                    }
                    _ => "write a map: one `name: value` on each line, indented".to_owned(),
                }
            } else if text == "true" && rule.required.is_empty() {
                format!("write `{name}: {{}}`, with fields in it where the defaults do not fit")
            } else if text == "false" {
                format!("leave `{name}` out")
            } else if rule.required.is_empty() {
                let fields: Vec<&str> = rule.properties.keys().map(String::as_str).take(8).collect();
                format!("write a map with some of: {}", fields.join(", "))
            } else {
                let fields: Vec<_> = rule.required.iter().map(|field| format!("{field}: …")).collect();
                format!("write a map: `{name}: {{ {} }}`", fields.join(", "))
            }
        };
        self.wrong_type(rule, id, "a text", help);
    }

    /// A name for an entry here: that of an ingress for a route.
    fn some_name(&self) -> &'a str {
        if self.name() == "ports" {
            return "http";
        }
        let sections = (self.name() == "routes").then(|| self.sources.get(self.spec, "ingress")).flatten();
        let first = sections.and_then(|section| self.sources.entries(section).next());
        first.and_then(|(key, _)| self.sources.text(key)).unwrap_or("NAME")
    }

    /// Reports a list where something else must be.
    pub(super) fn not_a_list(&mut self, rule: &'a Rule, id: NodeId) {
        let name = self.name();
        let shown = || gist(self.sources, id).unwrap_or_else(|| "[…]".to_owned());
        let help = if name == ROOT {
            START.to_owned()
        } else if rule.map && rule.rest.is_some() {
            let (entry, item) = self.item(rule, id);
            format!(
                "write `{entry}` instead of `{item}`: `{name}` is a map by name, so that an environment can change one entry"
            )
        } else if let Some(field) = self.field_for(rule, id).filter(|_| rule.map) {
            format!("write `{name}: {{ {field}: {} }}`", shown())
        } else if let Some(text) = rule.scalar().and_then(|rule| self.one_text(rule, id)) {
            format!("write one value, without a dash or brackets: `{name}: {text}`")
        } else if rule.map {
            "remove the dash or the brackets: this is one map, not a list".to_owned()
        } else {
            "write one value, without a dash or brackets".to_owned()
        };
        self.wrong_type(rule, id, "a list", help);
    }

    /// A list of texts as one text.
    fn one_text(&self, rule: &Rule, list: NodeId) -> Option<String> {
        let Node::List(items) = self.sources.node(list) else { return None };
        let texts: Option<Vec<&str>> = items.iter().map(|item| self.sources.text(*item)).collect();
        let text = texts.filter(|texts| !texts.is_empty())?.join(",");
        rule.takes(&text).then(|| flow(&text).into_owned())
    }

    /// Reports a map where something else must be.
    pub(super) fn not_a_map(&mut self, rule: &Rule, id: NodeId) {
        // Somebody's template: its key is no text, which was reported.
        let span = self.sources.span(id);
        if self.sources.file(span).text.get(span.start as usize..).is_some_and(|text| text.starts_with("{{"))
        {
            return;
        }
        let gist = gist(self.sources, id).filter(|text| !text.starts_with('{'));
        let is_item = self.around.last().is_some_and(|step| step.kind == StepKind::Item);
        let help = match gist {
            Some(text) if rule.list && text.starts_with('[') => {
                format!("write the list itself: `{}: {text}`", self.name())
            }
            _ if rule.list => "write a list: each item on a line with `- ` before it".to_owned(),
            Some(text) if rule.takes(text.trim_matches('"')) => {
                if is_item {
                    format!("write the value alone: `- {text}`")
                } else {
                    format!("write the value alone: `{}: {text}`", self.name())
                }
            }
            _ => "write one value; a text with `{` or `: ` in it needs quotes".to_owned(),
        };
        self.wrong_type(rule, id, "a map", help);
    }

    /// Reports something that is meant as a field of a component, and stands where its name is expected.
    pub(super) fn not_indented(&mut self, key: NodeId) {
        let (name, field) = (self.name(), self.sources.text(key).unwrap_or_default());
        self.findings.push(
            Diagnostic::error(
                "wrong-type",
                format!("`{field}` is taken for a name in `{name}`, because it stands at this indentation"),
            )
            .at(self.sources.span(key), "")
            .helped(format!(
                "indent it further if it is a field of the entry above: entries of `{name}` are maps"
            )),
        );
    }

    /// Reports an item that says nothing: it could not be told from one that is not there.
    pub(super) fn empty_item(&mut self, id: NodeId) {
        self.findings.push(
            Diagnostic::error("wrong-type", format!("`{}` has an empty item", self.name()))
                .at(self.sources.span(id), "")
                .helped(
                    "write the item after the dash, or remove the dash; text that looks like null needs quotes",
                ),
        );
    }
}

/// Reports a field that must be there.
pub(super) fn missing(
    sources: Texts<'_>,
    map: NodeId,
    key: Option<NodeId>,
    field: &str,
    example: Option<&str>,
    meant: Option<&str>,
    findings: &mut Findings,
) {
    let owner = key
        .and_then(|key| sources.text(key))
        .map_or_else(|| "the spec".to_owned(), |name| format!("`{name}`"));
    let mut span = sources.span(key.unwrap_or(map));
    if key.is_none() {
        span.end = span.start;
    }
    let value = if field == "platform" { "shop" } else { example.unwrap_or("…") };
    let other = meant.map(|meant| format!(", or did you mean `{meant}`?")).unwrap_or_default();
    findings.push(
        Diagnostic::error("missing-field", format!("{owner} has no `{field}`"))
            .at(span, "")
            .helped(format!("add `{field}: {value}`{other}")),
    );
}
