//! What is not there: fields that a merged spec must have.

use super::{Rule, Shape, Texts, mistake};
use crate::diagnostic::{Findings, suggest};
use crate::source::{Node, NodeId};
use std::borrow::Cow;
use std::collections::BTreeSet;

impl Shape {
    /// Whether a component lacks a field that it must have, in all of its layers.
    pub fn lacks(&self, sources: Texts<'_>, section: &str, layers: [Option<NodeId>; 2]) -> bool {
        let rest = self.root.properties.get(section).and_then(|link| self.follow(link).rest.as_ref());
        let Some(rule) = rest.map(|rest| self.follow(rest)) else { return false };
        let has = |field: &String| {
            let mut layers = layers.iter().flatten();
            layers.any(|layer| {
                sources.get(*layer, field).is_some() || mistake::misspelt(rule, sources, *layer, field)
            })
        };
        !rule.required.iter().all(has)
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
