//! The walk: a tree and its rules side by side, collecting everything that does not fit.

use super::{
    Extent, Shape,
    expect::{Mismatch, bounds, check, expected},
    rule::{Fields, List, Rule, RuleId, Scalar},
};
use crate::diagnostic::{
    Diagnostic, Findings,
    suggest::{list, suggest},
};
use crate::source::{Node, NodeId, Sources};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn walk(shape: &Shape, sources: &Sources, root: NodeId, extent: Extent, findings: &mut Findings) {
    let mut walk = Walk { shape, sources, extent, findings };
    walk.value(None, root, shape.root);
}

struct Walk<'w> {
    shape: &'w Shape,
    sources: &'w Sources,
    extent: Extent,
    findings: &'w mut Findings,
}

impl<'w> Walk<'w> {
    fn value(&mut self, key: Option<NodeId>, node: NodeId, rule: RuleId) {
        let rule: &'w Rule = &self.shape.rules[rule];
        if rule.anything {
            return;
        }
        match self.sources.node(node) {
            Node::Null => {}
            Node::Scalar { text, plain } => self.scalar(key, node, rule, text, plain),
            Node::List(items) => match &rule.list {
                Some(list) => self.list(key, node, list, items),
                None => self.mismatch(key, node, rule, "a list"),
            },
            Node::Map(entries) => match best(&rule.maps, entries, self.sources) {
                Some(fields) => self.map(key, node, fields, entries),
                None => self.mismatch(key, node, rule, "a map"),
            },
        }
    }

    fn scalar(&mut self, key: Option<NodeId>, node: NodeId, rule: &Rule, text: &str, plain: bool) {
        let mut first: Option<Mismatch> = None;
        for scalar in &rule.scalars {
            match check(scalar, text, plain) {
                Ok(()) => return,
                // The most telling reason: a form or range that was missed beats another type.
                Err(mismatch) => {
                    let better = first.as_ref().is_none_or(|old| old.code == "wrong-type");
                    if better && (first.is_none() || mismatch.code != "wrong-type") {
                        first = Some(mismatch);
                    }
                }
            }
        }
        let Some(mut mismatch) = first else {
            return self.mismatch(key, node, rule, &format!("`{text}`"));
        };
        if rule.scalars.len() > 1 && mismatch.code == "wrong-type" {
            mismatch.message = format!("expected {}, found `{text}`", expected(rule));
        }
        // Where words are only the short form of a map, the map's keys are choices too.
        let takes_more = rule.maps.iter().any(|map| map.choice && map.known.contains_key(text));
        if mismatch.code == "unknown-value" && takes_more {
            mismatch.message = format!("`{text}` needs more than its name");
            mismatch.help = Some(format!("write a map: `{{ {text}: … }}`"));
        }
        let span = self.sources.mark(key, node);
        self.push(Diagnostic::error(mismatch.code, mismatch.message).label(span, ""), mismatch.help);
    }

    fn list(&mut self, key: Option<NodeId>, node: NodeId, rule: &List, items: &[NodeId]) {
        let length = items.len() as u64;
        if length < rule.min || length > rule.max {
            let span = self.sources.mark(key, node);
            let message = format!("the list has {length} items");
            let help = format!("allowed: {}", bounds(rule.min, rule.max, "items"));
            self.push(Diagnostic::error("out-of-range", message).label(span, ""), Some(help));
        }
        let mut seen: BTreeMap<&str, NodeId> = BTreeMap::new();
        for item in items {
            match self.sources.node(*item) {
                Node::Null => {
                    let span = self.sources.mark(key, *item);
                    let diagnostic = Diagnostic::error("wrong-type", "a list may not hold an empty item");
                    self.push(diagnostic.label(span, ""), Some("remove the item, or fill it in".to_owned()));
                }
                Node::Scalar { text, .. } if rule.unique => match seen.get(text) {
                    Some(first) => {
                        let diagnostic =
                            Diagnostic::error("duplicate-item", format!("`{text}` is there twice"))
                                .label(self.sources.span(*item), "again here")
                                .label(self.sources.span(*first), "first written here");
                        self.push(diagnostic, Some("remove one of them".to_owned()));
                    }
                    None => {
                        seen.insert(text, *item);
                    }
                },
                _ => {}
            }
            self.value(None, *item, rule.item);
        }
    }

    fn map(&mut self, at: Option<NodeId>, node: NodeId, fields: &'w Fields, entries: &[(NodeId, NodeId)]) {
        let mut misspelt: BTreeSet<&str> = BTreeSet::new();
        for (key, value) in entries {
            let name = self.sources.text(*key);
            if let Some(field) = fields.known.get(name) {
                self.value(Some(*key), *value, field.rule);
                continue;
            }
            if let Some(names) = fields.names {
                self.name(*key, names);
            }
            match fields.rest {
                Some(rest) => self.value(Some(*key), *value, rest),
                None => misspelt.extend(self.unknown(*key, fields, entries)),
            }
        }
        let present = || entries.iter().filter(|(_, value)| !self.sources.is_null(*value));
        if fields.choice {
            let chosen: Vec<NodeId> = present().map(|(key, _)| *key).collect();
            self.choice(at, node, fields, &chosen);
        }
        if self.extent == Extent::Partial {
            return;
        }
        let count = present().count() as u64;
        for (name, field) in fields.known.iter().filter(|(_, field)| field.required) {
            if self.sources.get(node, name).is_none() && !misspelt.contains(name.as_str()) {
                self.missing(at, node, name, &field.about);
            }
        }
        if count < fields.min {
            let span = self.head(at, node);
            let help = format!("allowed: {}", bounds(fields.min, u64::MAX, "entries"));
            self.push(
                Diagnostic::error("out-of-range", "the map has too few entries").label(span, ""),
                Some(help),
            );
        }
    }

    fn name(&mut self, key: NodeId, rule: RuleId) {
        let text = self.sources.text(key);
        let rule = &self.shape.rules[rule];
        // Names are text, even where they look like a number.
        let scalars = rule.scalars.iter().filter(|s| matches!(s, Scalar::Text { .. } | Scalar::Words(_)));
        let mut mismatches: Vec<Mismatch> = Vec::new();
        for scalar in scalars {
            match check(scalar, text, true) {
                Ok(()) => return,
                Err(mismatch) => mismatches.push(mismatch),
            }
        }
        if let Some(Mismatch { code, message, help }) = mismatches.into_iter().next() {
            self.push(Diagnostic::error(code, message).label(self.sources.span(key), ""), help);
        }
    }

    /// Reports a key that is no field; returns the field that it is likely meant to be.
    fn unknown(&mut self, key: NodeId, fields: &'w Fields, entries: &[(NodeId, NodeId)]) -> Option<&'w str> {
        let name = self.sources.text(key);
        let written = |field: &str| entries.iter().any(|(key, _)| self.sources.text(*key) == field);
        let free = fields.known.keys().map(String::as_str).filter(|field| !written(field));
        let near = suggest(name, free);
        let help = match near {
            _ if fields.words.iter().any(|word| word == name) => format!("write the word alone: `{name}`"),
            Some(near) => format!("did you mean `{near}`?"),
            None if fields.known.is_empty() => "the map takes no fields".to_owned(),
            None => format!("known here: {}", list(fields.known.keys().map(String::as_str))),
        };
        let diagnostic = Diagnostic::error("unknown-field", format!("unknown field `{name}`"))
            .label(self.sources.span(key), "unknown field");
        self.push(diagnostic, Some(help));
        near
    }

    fn choice(&mut self, at: Option<NodeId>, node: NodeId, fields: &Fields, chosen: &[NodeId]) {
        let names = list(fields.known.keys().chain(&fields.words).map(String::as_str));
        match chosen {
            [_] => {}
            [] if self.extent == Extent::Partial => {}
            [] => {
                let span = self.head(at, node);
                let diagnostic = Diagnostic::error("missing-field", "a choice is missing").label(span, "");
                self.push(diagnostic, Some(format!("write one of {names}")));
            }
            [first, others @ ..] => {
                // The last one is most likely what an override wants.
                let last = others.last().unwrap_or(first);
                let (first_name, name) = (self.sources.text(*first), self.sources.text(*last));
                let diagnostic = Diagnostic::error(
                    "several-variants",
                    format!("both `{first_name}` and `{name}` are chosen"),
                )
                .label(self.sources.span(*last), "chosen here")
                .label(self.sources.span(*first), "and here");
                let help =
                    format!("keep one of them; an environment removes the other by `{first_name}: null`");
                self.push(diagnostic, Some(help));
            }
        }
    }

    fn missing(&mut self, at: Option<NodeId>, node: NodeId, name: &str, about: &str) {
        let error = Diagnostic::error("missing-field", format!("the field `{name}` is missing"));
        let diagnostic = match self.sources.entry(node, name) {
            // A null took it away.
            Some((key, _)) => error.label(self.sources.span(key), "has no value"),
            None => error.label(self.head(at, node), format!("has no `{name}`")),
        };
        let about = if about.is_empty() { String::new() } else { format!(" ({about})") };
        self.push(diagnostic, Some(format!("add `{name}: …`{about}")));
    }

    fn mismatch(&mut self, key: Option<NodeId>, node: NodeId, rule: &Rule, found: &str) {
        let span = self.sources.mark(key, node);
        let message = format!("expected {}, found {found}", expected(rule));
        let keyed = rule.maps.iter().any(|fields| fields.rest.is_some());
        let help = match self.sources.node(node) {
            Node::List(_) if keyed => Some(
                "collections are maps keyed by name, so that environments can change one entry: write \
                 `name: …` instead of `- name: …`"
                    .to_owned(),
            ),
            Node::Scalar { text, .. } if rule.list.is_some() && rule.maps.is_empty() => {
                Some(format!("write a list: `[{text}]`"))
            }
            Node::Scalar { text, .. } if rule.maps.iter().any(|fields| fields.known.contains_key(text)) => {
                Some(format!("write a map: `{{ {text}: … }}`"))
            }
            _ => match rule.maps.as_slice() {
                [fields] if !fields.known.is_empty() => {
                    Some(format!("the map's fields: {}", list(fields.known.keys().map(String::as_str))))
                }
                _ => None,
            },
        };
        self.push(Diagnostic::error("wrong-type", message).label(span, ""), help);
    }

    /// Where a map as a whole is marked: its key, or its first line.
    fn head(&self, key: Option<NodeId>, node: NodeId) -> crate::source::Span {
        key.map_or_else(|| self.sources.mark(None, node), |key| self.sources.span(key))
    }

    fn push(&mut self, diagnostic: Diagnostic, help: Option<String>) {
        self.findings.push(Diagnostic { help, ..diagnostic });
    }
}

/// Of several possible maps the one that knows most of the keys.
fn best<'f>(maps: &'f [Fields], entries: &[(NodeId, NodeId)], sources: &Sources) -> Option<&'f Fields> {
    let known =
        |fields: &Fields| entries.iter().filter(|(k, _)| fields.known.contains_key(sources.text(*k))).count();
    maps.iter().rev().max_by_key(|fields| known(fields))
}
