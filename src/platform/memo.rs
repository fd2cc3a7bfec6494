//! What the base and the environments share: a component that none of them touches is merged and decoded once.

use crate::component::{Component, Section};
use crate::diagnostic::At;
use crate::load::DecodeError;
use crate::needs::Needs;
use crate::source::{NodeId, Sources};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Work that was done for another variant of the same spec.
#[derive(Debug, Default)]
pub struct Memo {
    merged: BTreeMap<(NodeId, NodeId), NodeId>,
    /// The variants of each component, by the key of its section and its name.
    decoded: BTreeMap<(&'static str, String), Vec<(NodeId, Decoded)>>,
}

/// A component and what it refers to.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The component.
    pub component: Rc<dyn Component>,
    /// What it refers to, with the places.
    pub needs: Rc<Needs>,
}

impl Memo {
    /// A component's node merged over the defaults of its section.
    pub fn merge(&mut self, sources: &mut Sources, default: NodeId, node: NodeId) -> NodeId {
        *self.merged.entry((default, node)).or_insert_with(|| sources.overlay(default, node))
    }

    /// The component of a node.
    pub fn decode(
        &mut self,
        sources: &Sources,
        section: &'static Section,
        name: &str,
        node: NodeId,
    ) -> Result<Decoded, DecodeError> {
        let variants = self.decoded.entry((section.key, name.to_owned())).or_default();
        if let Some((_, known)) = variants.iter().find(|(known, _)| *known == node) {
            return Ok(known.clone());
        }
        let mut component = (section.decode)(sources, node)?;
        let mut needs = Needs::default();
        let root = At::root();
        component.needs(name, &root.key(section.key).key(name), &mut needs);
        let mut needs = Rc::new(needs);
        if let Some((_, first)) = variants.first() {
            component.share(&*first.component);
            if needs == first.needs {
                needs = Rc::clone(&first.needs);
            }
        }
        let decoded = Decoded { component: component.into(), needs };
        variants.push((node, decoded.clone()));
        Ok(decoded)
    }
}
