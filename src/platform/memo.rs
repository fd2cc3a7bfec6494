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
    decoded: BTreeMap<(&'static str, String, NodeId), Decoded>,
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
        let key = (section.key, name.to_owned(), node);
        if let Some(known) = self.decoded.get(&key) {
            return Ok(known.clone());
        }
        let component: Rc<dyn Component> = (section.decode)(sources, node)?.into();
        let mut needs = Needs::default();
        let root = At::root();
        component.needs(name, &root.key(section.key).key(name), &mut needs);
        let decoded = Decoded { component, needs: Rc::new(needs) };
        self.decoded.insert(key, decoded.clone());
        Ok(decoded)
    }
}
