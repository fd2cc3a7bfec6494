//! What was meant by a value of the wrong form, as one would write it on one line.

use super::super::walk::{StepKind, Walk};
use super::super::{Link, Rule, Texts};
use super::elsewhere::Ours;
use crate::source::{Node, NodeId};
use crate::tree::yaml::flow;
use crate::value::command;

/// The longest value that a help repeats.
const LONGEST: usize = 60;

/// What a value comes down to on one line: of a map that wraps one value, that value.
pub(super) fn gist(sources: Texts<'_>, id: NodeId) -> Option<String> {
    let text = match sources.node(id) {
        Node::Null => return None,
        Node::Scalar { text, plain: true } => text.to_owned(),
        Node::Scalar { text, .. } => flow(text).into_owned(),
        Node::List(items) => {
            let items: Option<Vec<_>> =
                items.iter().map(|item| Some(flow(sources.text(*item)?).into_owned())).collect();
            format!("[{}]", items?.join(", "))
        }
        Node::Map([]) => "{}".to_owned(),
        Node::Map(_) => wrapped(sources, id)?,
    };
    (text.len() <= LONGEST && !text.contains('\n')).then_some(text)
}

/// Kubernetes' ways to write one value as a map.
fn wrapped(sources: Texts<'_>, map: NodeId) -> Option<String> {
    let part = |key: &str| sources.get(map, key).and_then(|value| sources.text(value));
    if let Some(repository) = part("repository") {
        let registry = part("registry").map(|registry| format!("{registry}/")).unwrap_or_default();
        let end = match (part("tag"), part("digest")) {
            (_, Some(digest)) => format!("@{digest}"),
            (Some(tag), None) => format!(":{tag}"),
            (None, None) => ":TAG".to_owned(),
        };
        return Some(format!("{registry}{repository}{end}"));
    }
    match (part("name"), part("key")) {
        (Some(name), Some(key)) => return Some(format!("{name}/{key}")),
        (Some(name), None) => return Some(name.to_owned()),
        _ => {}
    }
    let mut entries = sources.entries(map);
    let (_, only) = entries.next()?;
    if entries.next().is_some() { None } else { gist(sources, only) }
}

impl<'a> Walk<'a> {
    /// Whether a value can stand where a rule holds, as far as its outer form tells.
    pub(super) fn accepts(&self, link: &Link, value: NodeId) -> bool {
        let rule = self.shape.follow(link);
        match self.sources.node(value) {
            Node::Null => true,
            Node::Map(_) => rule.map || rule.anything,
            Node::List(_) => rule.list || rule.anything,
            Node::Scalar { text, .. } => rule.anything || rule.scalar().is_some_and(|rule| rule.takes(text)),
        }
    }

    /// The one field of a map that a value without a field's name was meant for.
    pub(super) fn field_for(&self, rule: &'a Rule, value: NodeId) -> Option<&'a str> {
        let fits = |name: &&'a str| rule.properties.get(*name).is_some_and(|link| self.accepts(link, value));
        let required: Vec<&str> = rule.required.iter().map(String::as_str).filter(fits).collect();
        if let [only] = required[..] {
            return Some(only);
        }
        let telling = |name: &&str| match self.sources.node(value) {
            Node::Scalar { text, .. } => rule.properties.get(*name).is_some_and(|link| {
                let scalar = self.shape.follow(link).scalar();
                scalar.is_some_and(|rule| {
                    !rule.words.is_empty() || rule.format.as_deref().is_some_and(|f| is_telling(f, text))
                })
            }),
            _ => true,
        };
        let fields: Vec<&str> =
            rule.properties.keys().map(String::as_str).filter(fits).filter(telling).collect();
        match fields[..] {
            [only] if required.is_empty() => Some(only),
            _ => None,
        }
    }

    /// What a key that is no name, and its value, were meant to be.
    pub(in super::super) fn meant_by_key(
        &self,
        map: &Rule,
        rule: &Rule,
        key: &str,
        value: NodeId,
    ) -> Option<String> {
        let text = self.sources.text(value)?;
        let named = |format: &Option<String>, text: &str| {
            format.as_deref().is_some_and(|format| crate::value::check(format, text).is_ok())
        };
        if named(&map.keys, text) && rule.scalar().is_some_and(|rule| named(&rule.format, key)) {
            return Some(format!("write it the other way round: `{}: {}`", flow(text), flow(key)));
        }
        let below = self.shape.follow(rule.rest.as_ref()?);
        (named(&rule.keys, key) && below.scalar().is_some_and(|below| below.takes(text)))
            .then(|| self.under_a_name(&flow(key), &self.shown(Some(below), value)))
    }

    /// How an entry is written that lacks the name of what it belongs to.
    pub(super) fn under_a_name(&self, key: &str, value: &str) -> String {
        let section = self
            .around
            .iter()
            .rev()
            .find(|step| step.kind == StepKind::Field)
            .map_or("…", |step| step.name);
        format!("it belongs to an entry with a name: `{section}: {{ NAME: {{ {key}: {value} }} }}`")
    }

    /// An item of a list as an entry of a map by name, and as it stands there.
    pub(super) fn item(&self, map: &Rule, list: NodeId) -> (String, String) {
        let Node::List([first, ..]) = self.sources.node(list) else {
            return ("NAME: …".to_owned(), "- …".to_owned());
        };
        let rest = map.rest.as_ref().map(|rest| self.shape.follow(rest));
        if let Some(text) = self.sources.text(*first) {
            return (self.item_of_text(map, rest, text, *first), format!("- {text}"));
        }
        let item = self.sources.entry(*first, "name").map_or_else(
            || "- …".to_owned(),
            |(_, name)| format!("- name: {}", self.sources.text(name).unwrap_or("…")),
        );
        (self.item_of_map(map, rest, *first), item)
    }

    /// A text as an entry of a map by name.
    pub(super) fn item_of_text(&self, map: &Rule, rest: Option<&Rule>, text: &str, item: NodeId) -> String {
        let keyed =
            |key: &str| map.keys.as_deref().is_none_or(|format| crate::value::check(format, key).is_ok());
        match rest.and_then(Rule::scalar) {
            None if keyed(text) => format!("{text}: {{}}"),
            None => match text.split_once(':') {
                // Compose says in one line what there is and where it appears.
                Some((name, path)) if self.name() == "volumes" && keyed(name) => {
                    format!("{name}: {{ claim: {name} }}` and `mounts: {{ {}: {name} }}", flow(path))
                }
                _ => "NAME: …".to_owned(),
            },
            Some(value) => match text.split_once(['=', ':']) {
                // Compose: `NAME=text`, and numbers and paths with the outer one first.
                Some((name, rest)) if keyed(name) => format!("{name}: {}", flow(rest)),
                Some((name, rest)) if keyed(rest) => format!("{rest}: {}", flow(name)),
                Some((_, rest)) if !value.takes(text) && value.takes(rest) => {
                    format!("{}: {rest}", self.some_name())
                }
                _ => format!("{}: {}", self.some_name(), self.shown(rest, item)),
            },
        }
    }

    fn item_of_map(&self, map: &Rule, rest: Option<&Rule>, item: NodeId) -> String {
        let texts: Vec<(&str, NodeId)> = self
            .sources
            .entries(item)
            .filter_map(|(key, value)| Some((self.sources.text(key)?, value)))
            .collect();
        let is_key = |value: NodeId| {
            let text = self.sources.text(value);
            text.is_some_and(|text| map.keys.as_deref().is_none_or(|f| crate::value::check(f, text).is_ok()))
        };
        let named = texts.iter().position(|(key, value)| *key == "name" && is_key(*value));
        let Some(at) =
            named.or_else(|| map.keys.is_some().then(|| texts.iter().position(|(_, v)| is_key(*v)))?)
        else {
            return "NAME: …".to_owned();
        };
        let name = self.sources.text(texts[at].1).map(flow).unwrap_or_default();
        let others: Vec<(&str, NodeId)> =
            texts.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, other)| *other).collect();
        let Some(rest) = rest else { return format!("{name}: …") };
        if let [(_, value)] = others[..]
            && let (Some(scalar), Some(text)) = (rest.scalar(), self.sources.text(value))
            && scalar.takes(text)
        {
            return format!("{name}: {}", self.shown(Some(rest), value));
        }
        let fields: Vec<String> =
            others.iter().filter_map(|(key, value)| self.here(rest, key, *value)).collect();
        let more = if fields.len() < others.len() { ", …" } else { "" };
        if fields.is_empty() {
            format!("{name}: …")
        } else {
            format!("{name}: {{ {}{more} }}", fields.join(", "))
        }
    }

    /// A field with its value as it is written where a rule holds, if the field is known there or has another name.
    pub(super) fn here(&self, rule: &Rule, field: &str, value: NodeId) -> Option<String> {
        if let Some(link) = rule.properties.get(field) {
            return Some(format!("{field}: {}", self.shown(Some(self.shape.follow(link)), value)));
        }
        if let Some(ours) = Ours::of(rule, field) {
            return Some(self.written(rule, ours, value));
        }
        // A level that is only there to hold another one, such as `valueFrom`.
        let mut entries = self.sources.entries(value);
        let (key, inner) = entries.next()?;
        let known = self.sources.text(key).filter(|_| entries.next().is_none())?;
        self.here(rule, known, inner)
    }

    /// A field of another tool as it is written where a rule holds.
    pub(super) fn written(&self, rule: &Rule, ours: Ours, value: NodeId) -> String {
        let target = ours.path().try_fold(rule, |rule, name| {
            rule.properties.get(name).or(rule.rest.as_ref()).map(|link| self.shape.follow(link))
        });
        ours.written(&self.shown(target, value))
    }

    /// A value as it is written where a rule holds; `…` if that is no short answer.
    pub(super) fn shown(&self, rule: Option<&Rule>, value: NodeId) -> String {
        if let (Some(rule), Node::List([only])) = (rule, self.sources.node(value))
            && !rule.list
            && !rule.anything
        {
            return self.shown(Some(rule), *only);
        }
        let entries: Option<Vec<String>> = match rule.filter(|rule| rule.map) {
            Some(rule) => self
                .sources
                .entries(value)
                .map(|(key, value)| {
                    let name = self.sources.text(key)?;
                    let entry = || {
                        let rest = self.shape.follow(rule.rest.as_ref()?);
                        Some(format!("{}: {}", flow(name), self.shown(Some(rest), value)))
                    };
                    self.here(rule, name, value).or_else(entry)
                })
                .collect(),
            None => None,
        };
        let map = entries.filter(|entries| !entries.is_empty());
        let map = map.map(|entries| format!("{{ {} }}", entries.join(", ")));
        let text = match map {
            Some(map) => Some(map),
            None if rule.is_some_and(|rule| rule.map && rule.short.is_none()) => {
                gist(self.sources, value).filter(|_| !matches!(self.sources.node(value), Node::Map([_, ..])))
            }
            None => gist(self.sources, value),
        };
        text.filter(|text| text.len() <= LONGEST).unwrap_or_else(|| "…".to_owned())
    }

    /// A scalar as a list.
    pub(super) fn as_list(&self, rule: &Rule, text: &str) -> String {
        let item = rule.items.as_ref().map(|item| self.shape.follow(item));
        if item.is_some_and(|item| item.format.is_some() || !item.words.is_empty()) {
            let words = text.split([',', ' ']).filter(|word| !word.is_empty());
            return format!("write a list: `{}`", command::inline(words));
        }
        // The arguments alone cannot be given to a shell.
        if self.name() == "args" && command::words(text).is_none() {
            return "write a list, a word an item: no shell reads it, and `$(NAME)` is a variable's value"
                .to_owned();
        }
        if text.contains([' ', '\n']) {
            format!("write a list, a word an item, as no shell splits it: `{}`", command::list(text))
        } else {
            format!("write a list: `[{}]`", flow(text))
        }
    }
}

/// Whether a format says of a text more than that it is a word or a number.
fn is_telling(format: &str, text: &str) -> bool {
    !text.chars().all(|c| c.is_ascii_alphanumeric())
        && crate::value::FORMATS.iter().any(|(name, _)| *name == format)
}

impl Rule {
    /// Whether a scalar of this rule can have a text.
    pub(super) fn takes(&self, text: &str) -> bool {
        if self.text {
            let word = self.words.is_empty() || self.words.iter().any(|word| word == text);
            let format =
                self.format.as_deref().is_none_or(|format| crate::value::check(format, text).is_ok());
            return word && format;
        }
        (self.integer && text.parse::<i64>().is_ok())
            || (self.number && text.parse::<f64>().is_ok())
            || (self.boolean && matches!(text, "true" | "false"))
    }
}
