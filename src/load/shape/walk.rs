//! Walking the marked tree along the rules.

use super::{Rule, Shape, Texts, mistake};
use crate::diagnostic::{Diagnostic, Findings};
use crate::source::{Node, NodeId};

/// Unknown fields of one map that are reported.
const MOST_UNKNOWN: usize = 100;

/// A walk over one text.
pub(super) struct Walk<'a> {
    pub(super) shape: &'a Shape,
    pub(super) sources: Texts<'a>,
    /// The whole spec, of which the text is perhaps an environment's part.
    pub(super) spec: NodeId,
    /// Whether it is one.
    pub(super) is_part: bool,
    /// From the root to the node that is looked at.
    pub(super) around: Vec<Step<'a>>,
    pub(super) findings: &'a mut Findings,
}

/// A step of a walk.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    /// The key; for an item that of its list.
    pub(super) name: &'a str,
    pub(super) rule: &'a Rule,
    pub(super) kind: StepKind,
}

/// Where a step leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StepKind {
    /// To a field, or to the root.
    Field,
    /// To an entry, whose name is the author's.
    Entry,
    /// To an item of a list.
    Item,
}

impl Shape {
    /// Reports every node that is not what the schema says; what is missing is another question.
    pub fn check(&self, sources: Texts<'_>, root: NodeId, findings: &mut Findings) {
        self.walk(&self.root, sources, [root, root], findings);
    }

    /// Like [`Shape::check`], for a text that is what a definition says, and belongs to a spec.
    pub fn check_part(
        &self,
        definition: &str,
        sources: Texts<'_>,
        [spec, part]: [NodeId; 2],
        findings: &mut Findings,
    ) {
        self.walk(&self.definition(definition), sources, [spec, part], findings);
    }

    fn walk(&self, rule: &Rule, sources: Texts<'_>, [spec, part]: [NodeId; 2], findings: &mut Findings) {
        let mut walk =
            Walk { shape: self, sources, spec, is_part: part != spec, around: Vec::new(), findings };
        walk.step(part, Step { name: mistake::ROOT, rule, kind: StepKind::Field });
    }
}

impl<'a> Walk<'a> {
    fn step(&mut self, id: NodeId, step: Step<'a>) {
        self.around.push(step);
        self.node(id, step.rule);
        self.around.pop();
    }

    /// The key under which the node stands.
    pub(super) fn name(&self) -> &'a str {
        self.around.last().map_or(mistake::ROOT, |step| step.name)
    }

    fn node(&mut self, id: NodeId, rule: &'a Rule) {
        if rule.anything && !rule.map {
            return;
        }
        match self.sources.node(id) {
            Node::Null => {}
            Node::Scalar { text, plain } => match &rule.short {
                Some(short) => self.scalar(short, id, text, plain),
                None if rule.map || rule.list => self.not_a_collection(rule, id, text),
                None => self.scalar(rule, id, text, plain),
            },
            Node::List(items) => match &rule.items {
                Some(item) if rule.list => {
                    let rule = self.shape.follow(item);
                    for id in items {
                        if self.sources.is_null(*id) {
                            self.empty_item(*id);
                        }
                        self.step(*id, Step { name: self.name(), rule, kind: StepKind::Item });
                    }
                }
                _ => self.not_a_list(rule, id),
            },
            Node::Map(_) if rule.map => {
                if !rule.anything {
                    self.map(id, rule);
                }
            }
            Node::Map(_) => self.not_a_map(rule, id),
        }
    }

    fn map(&mut self, id: NodeId, rule: &'a Rule) {
        if self.pasted(id, rule) {
            return;
        }
        // Each unknown field is compared with all known ones; a map of thousands of them is another file.
        let mut unknown = 0;
        for (key, value) in self.sources.entries(id) {
            let name = self.sources.text(key).unwrap_or_default();
            if let Some(property) = rule.properties.get(name) {
                let rule = self.shape.follow(property);
                self.step(value, Step { name, rule, kind: StepKind::Field });
            } else if let Some(rest) = &rule.rest {
                self.entry(rule, self.shape.follow(rest), key, value);
            } else if rule.closed && unknown < MOST_UNKNOWN {
                unknown += 1;
                self.unknown_field(rule, id, key);
            }
        }
    }

    /// An entry of a map by name.
    fn entry(&mut self, map: &'a Rule, rule: &'a Rule, key: NodeId, value: NodeId) {
        let name = self.sources.text(key).unwrap_or_default();
        if let Some(format) = &map.keys
            && let Err(invalid) = crate::value::check(format, name)
        {
            let meant = self.meant_by_key(map, rule, name, value);
            let understood = meant.is_some();
            let mut diagnostic =
                Diagnostic::error("invalid-name", invalid.reason).at(self.sources.span(key), "");
            diagnostic.help = meant.or(invalid.help);
            self.findings.push(diagnostic);
            if understood {
                return;
            }
        }
        if self.sources.is_null(value) {
            self.empty_entry(rule, key);
            return;
        }
        let is_field = rule.properties.contains_key(name);
        if is_field && rule.short.is_none() && !matches!(self.sources.node(value), Node::Map(_)) {
            self.not_indented(key);
        } else {
            self.step(value, Step { name, rule, kind: StepKind::Entry });
        }
    }
}
