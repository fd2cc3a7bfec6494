//! One tree laid over another: maps merge by key, everything else is replaced.

use super::{Data, Node, NodeId, Sources};
use std::collections::BTreeMap;

/// Above this many comparisons of keys an index of the base's keys pays.
const INDEX_FROM: usize = 1024;

impl Sources {
    /// Lays `over` over `base` and returns the merged tree, which shares all untouched nodes.
    ///
    /// Maps merge by key: the base's order, then new keys. Lists and scalars are replaced. A null
    /// replaces too and stays in the tree, so that a later overlay may fill the key again; whoever
    /// reads the tree takes it as absent. What replaced something else remembers it as its origin.
    pub fn overlay(&mut self, base: NodeId, over: NodeId) -> NodeId {
        if base == over {
            return base;
        }
        let (Node::Map(old), Node::Map(new)) = (self.node(base), self.node(over)) else {
            let data: Data = self.data(over).clone();
            return self.replacing(base, data);
        };
        let (old, new) = (old.to_vec(), new.to_vec());
        let at = self.places(&old, &new);
        let mut merged = old;
        for ((key, value), at) in new.into_iter().zip(at) {
            match at {
                Some(at) => merged[at] = (key, self.overlay(merged[at].1, value)),
                None => merged.push((key, value)),
            }
        }
        let span = self.span(over);
        let id = self.push_map(span, &merged);
        self.origins.insert(id, base);
        id
    }

    fn replacing(&mut self, base: NodeId, data: Data) -> NodeId {
        let id = self.push(data);
        self.origins.insert(id, base);
        id
    }

    /// Where each new key stands among the old ones.
    fn places(&self, old: &[(NodeId, NodeId)], new: &[(NodeId, NodeId)]) -> Vec<Option<usize>> {
        if old.len().saturating_mul(new.len()) < INDEX_FROM {
            let place = |key| old.iter().position(|(k, _)| self.text(*k) == self.text(key));
            return new.iter().map(|(key, _)| place(*key)).collect();
        }
        let index: BTreeMap<&str, usize> =
            old.iter().enumerate().map(|(at, (key, _))| (self.text(*key), at)).collect();
        new.iter().map(|(key, _)| index.get(self.text(*key)).copied()).collect()
    }
}
