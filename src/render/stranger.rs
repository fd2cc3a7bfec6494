//! Overrides of components that the base does not have: after a renaming, or by a typo.

use super::Project;
use crate::component::SECTIONS;
use crate::diagnostic::{Diagnostic, suggest};
use crate::load::Shape;
use crate::source::NodeId;
use crate::spec::DEFAULTS;

impl Project {
    /// Returns an environment's part of the spec without components that it overrides, and that are not in the base,
    /// which are reported. A component that is whole is one of the environment's own.
    pub(super) fn without_strangers(
        &mut self,
        base: NodeId,
        (name, over): (&str, NodeId),
        shape: &Shape,
    ) -> NodeId {
        let mut kept = over;
        for section in SECTIONS.iter().map(|section| section.key) {
            let Some(entries) = self.sources.get(over, section) else { continue };
            let of = |part: Option<NodeId>| self.sources.get(part?, section);
            let (below, defaults) = (of(Some(base)), of(self.sources.get(base, DEFAULTS)));
            let known =
                |component: &str| below.is_some_and(|below| self.sources.entry(below, component).is_some());
            let strangers: Vec<(NodeId, String)> = self
                .sources
                .entries(entries)
                .filter(|(_, value)| !self.sources.is_null(*value))
                .filter(|(_, value)| shape.lacks(&self.sources, section, [Some(*value), defaults]))
                .filter_map(|(key, _)| Some((key, self.sources.text(key)?.to_owned())))
                .filter(|(_, component)| !known(component))
                .collect();
            let mut left = entries;
            for (key, component) in strangers {
                let others = below.into_iter().flat_map(|below| self.sources.entries(below));
                let others: Vec<&str> = others.filter_map(|(key, _)| self.sources.text(key)).collect();
                let help = match (suggest(&component, others.iter().copied()), &others[..]) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, []) => format!("add `{component}` to `{section}` of the base"),
                    (None, others) => format!(
                        "`{section}` of the base has: {}; a component of `{name}` alone is written in full",
                        others.join(", ")
                    ),
                };
                let message = format!("`{name}` overrides `{component}`, which the base does not have");
                self.findings.push(
                    Diagnostic::error("unknown-override", message)
                        .at(self.sources.span(key), "")
                        .helped(help),
                );
                left = self.sources.without(left, &component);
            }
            if left != entries {
                kept = self.sources.replace(kept, section, left);
            }
        }
        kept
    }
}
