//! Walking the marked tree along the rules.

use super::{Rule, Shape, Texts, mistake};
use crate::diagnostic::{Diagnostic, Findings, suggest};
use crate::source::{Node, NodeId};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Unknown fields of one map that are reported.
const MOST_UNKNOWN: usize = 100;

impl Shape {
    /// Reports every node that is not what the schema says; what is missing is another question.
    pub fn check(&self, sources: Texts<'_>, root: NodeId, findings: &mut Findings) {
        self.node(sources, root, &self.root, mistake::ROOT, findings);
    }

    /// Like [`Shape::check`], for a text that is what a definition says.
    pub fn check_part(&self, definition: &str, sources: Texts<'_>, root: NodeId, findings: &mut Findings) {
        self.node(sources, root, &self.definition(definition), mistake::ROOT, findings);
    }

    fn node(&self, sources: Texts<'_>, id: NodeId, rule: &Rule, name: &str, findings: &mut Findings) {
        if rule.anything && !rule.map {
            return;
        }
        match sources.node(id) {
            Node::Null => {}
            Node::Scalar { text, plain } => match &rule.short {
                Some(short) => mistake::scalar(short, sources, id, text, plain, name, findings),
                None if rule.map || rule.list => {
                    mistake::not_a_collection(rule, sources, id, text, name, findings);
                }
                None => mistake::scalar(rule, sources, id, text, plain, name, findings),
            },
            Node::List(items) => match &rule.items {
                Some(item) if rule.list => {
                    let item = self.follow(item);
                    for id in items {
                        if sources.is_null(*id) {
                            mistake::empty_item(sources, *id, name, findings);
                        }
                        self.node(sources, *id, item, name, findings);
                    }
                }
                _ => mistake::list(rule, sources, id, name, findings),
            },
            Node::Map(_) if rule.map => {
                if !rule.anything {
                    self.map(sources, id, rule, name, findings);
                }
            }
            Node::Map(_) => mistake::map(rule, sources, id, name, findings),
        }
    }

    fn map(&self, sources: Texts<'_>, id: NodeId, rule: &Rule, name: &str, findings: &mut Findings) {
        // Each unknown field is compared with all known ones; a map of thousands of them is another file.
        let mut unknown = 0;
        for (key, value) in sources.entries(id) {
            let field = sources.text(key).unwrap_or_default();
            if let Some(property) = rule.properties.get(field) {
                self.node(sources, value, self.follow(property), field, findings);
            } else if let Some(rest) = &rule.rest {
                let rest = self.follow(rest);
                if let Some(format) = &rule.keys
                    && let Err(invalid) = crate::value::check(format, field)
                {
                    let mut diagnostic =
                        Diagnostic::error("invalid-name", invalid.reason).at(sources.span(key), "");
                    diagnostic.help = invalid.help;
                    findings.push(diagnostic);
                }
                let is_field = rest.properties.contains_key(field);
                if is_field
                    && rest.short.is_none()
                    && !matches!(sources.node(value), Node::Map(_) | Node::Null)
                {
                    mistake::not_indented(sources, key, field, name, findings);
                } else {
                    self.node(sources, value, rest, field, findings);
                }
            } else if rule.closed && unknown < MOST_UNKNOWN {
                unknown += 1;
                mistake::unknown_field(
                    rule,
                    sources,
                    id,
                    key,
                    name,
                    self.section_with(rule, field),
                    findings,
                );
            }
        }
    }

    /// The collection here whose entries have a field: where people meant to write it.
    fn section_with<'a>(&'a self, rule: &'a Rule, field: &str) -> Option<&'a str> {
        let services = rule.properties.get_key_value("services").into_iter();
        let mut sections = services.chain(rule.properties.iter());
        sections.find_map(|(name, section)| {
            let entry = self.follow(self.follow(section).rest.as_ref()?);
            entry.properties.contains_key(field).then_some(name.as_str())
        })
    }

    /// Reports fields that a merged spec lacks, once each, however many environments lack them too; nodes of the wrong
    /// kind were reported before.
    pub fn check_missing(
        &self,
        sources: Texts<'_>,
        root: NodeId,
        lacks: &mut Lacks,
        findings: &mut Findings,
    ) {
        let mut walk = Missing { sources, path: Vec::new(), lacks, findings };
        walk.node(self, root, &self.root, None, None);
    }
}

/// Paths of fields that were found missing.
pub type Lacks = BTreeSet<String>;

/// A walk that looks for what is not there.
struct Missing<'a> {
    sources: Texts<'a>,
    path: Vec<Cow<'a, str>>,
    lacks: &'a mut Lacks,
    findings: &'a mut Findings,
}

impl Missing<'_> {
    fn node(
        &mut self,
        shape: &Shape,
        id: NodeId,
        rule: &Rule,
        key: Option<NodeId>,
        collection: Option<NodeId>,
    ) {
        let sources = self.sources;
        match sources.node(id) {
            Node::Map(_) if rule.map => {
                for field in &rule.required {
                    if sources.get(id, field).is_some() || mistake::misspelt(rule, sources, id, field) {
                        continue;
                    }
                    if self.lacks.insert(format!("{}\0{field}", self.path.join("\0"))) {
                        let example =
                            rule.properties.get(field).and_then(|link| shape.follow(link).examples.first());
                        let meant = collection.zip(key).and_then(|(map, key)| sibling(sources, map, key));
                        let example = example.map(String::as_str);
                        mistake::missing(sources, id, key, field, example, meant, self.findings);
                    }
                }
                for (key, value) in sources.entries(id) {
                    let field = sources.text(key).unwrap_or_default();
                    self.path.push(Cow::Borrowed(field));
                    if let Some(next) = rule.properties.get(field) {
                        self.node(shape, value, shape.follow(next), Some(key), None);
                    } else if let Some(next) = &rule.rest {
                        self.node(shape, value, shape.follow(next), Some(key), Some(id));
                    }
                    self.path.pop();
                }
            }
            Node::List(items) => {
                if let Some(next) = &rule.items {
                    let next = shape.follow(next);
                    for item in items {
                        // Items have no names: where one was written tells it from the others.
                        self.path.push(Cow::Owned(sources.span(*item).start.to_string()));
                        self.node(shape, *item, next, None, None);
                        self.path.pop();
                    }
                }
            }
            _ => {}
        }
    }
}

/// The other key of a map that is most like this one: a typo makes a new entry.
fn sibling(sources: &crate::source::Sources, map: NodeId, key: NodeId) -> Option<&str> {
    let name = sources.text(key)?;
    let others =
        sources.entries(map).filter_map(|(other, _)| sources.text(other)).filter(|other| *other != name);
    suggest(name, others)
}
