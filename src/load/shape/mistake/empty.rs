//! Entries without a value: null takes away what lies below, and in the base nothing does.

use super::super::Rule;
use super::super::walk::{StepKind, Walk};
use crate::diagnostic::Diagnostic;
use crate::source::NodeId;

/// Fields that are laid over others, as environments are.
const LAYERS: &[&str] = &["environments", "blue", "green"];

impl Walk<'_> {
    /// Reports an entry that says nothing and removes nothing.
    pub(in super::super) fn empty_entry(&mut self, rule: &Rule, key: NodeId) {
        let name = self.sources.text(key).unwrap_or_default();
        if self.is_layer() || self.has_default(name) {
            return;
        }
        let help = if rule.scalar().is_some_and(|rule| rule.text) {
            format!("write `{name}: \"\"` for an empty text, or remove it")
        } else if rule.map && rule.required.is_empty() {
            format!("write `{name}: {{}}`, or remove it")
        } else {
            format!("give `{name}` a value, or remove it")
        };
        self.findings.push(
            Diagnostic::warning("empty-entry", format!("`{name}` has no value, and is left out"))
                .at(self.sources.span(key), "null is for environments, which remove with it")
                .helped(help),
        );
    }

    /// Whether this is laid over something.
    fn is_layer(&self) -> bool {
        let field = |name: &str| LAYERS.contains(&name);
        self.is_part || self.around.iter().any(|step| step.kind == StepKind::Field && field(step.name))
    }

    /// Whether `defaults` says something of an entry of this map.
    fn has_default(&self, name: &str) -> bool {
        let [_, section, component, rest @ ..] = &self.around[..] else { return false };
        let at = |node: Option<NodeId>, name: &str| self.sources.get(node?, name);
        let mut node = at(self.sources.get(self.spec, "defaults"), section.name);
        for step in rest {
            node = at(node, step.name);
        }
        component.kind == StepKind::Entry && at(node, name).is_some()
    }
}
