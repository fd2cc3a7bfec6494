//! Merging: maps by key, everything else replaced, null removes.

use super::{Node, NodeId, Sources};

impl Sources {
    /// Returns `over` merged over `base`. A null stays, so that it also removes a default below.
    pub fn overlay(&mut self, base: NodeId, over: NodeId) -> NodeId {
        let (Node::Map(below), Node::Map(above)) = (self.node(base), self.node(over)) else {
            return self.replacing(base, over);
        };
        let (below, above) = (below.to_vec(), above.to_vec());
        let mut children = below.clone();
        for pair in above.chunks_exact(2) {
            let old = self.text(pair[0]).and_then(|name| self.position(base, name));
            match old {
                Some(at) => {
                    children[2 * at] = pair[0];
                    children[2 * at + 1] = self.overlay(below[2 * at + 1], pair[1]);
                }
                None => children.extend_from_slice(pair),
            }
        }
        let span = self.span(over);
        let merged = self.push_map(span, &children);
        self.nodes[merged.0 as usize].base = Some(base);
        merged
    }

    /// A copy of `over` that remembers what it replaces.
    fn replacing(&mut self, base: NodeId, over: NodeId) -> NodeId {
        let mut record = self.nodes[over.0 as usize].clone();
        record.base = Some(base);
        let id = self.push(record.span, record.kind);
        self.nodes[id.0 as usize].base = record.base;
        id
    }

    /// Returns the map with another value for a key that it has.
    pub fn replace(&mut self, map: NodeId, key: &str, value: NodeId) -> NodeId {
        let Node::Map(children) = self.node(map) else { return map };
        let mut children = children.to_vec();
        if let Some(at) = self.position(map, key) {
            children[2 * at + 1] = value;
        }
        let (span, base) = (self.span(map), self.base(map));
        let id = self.push_map(span, &children);
        self.nodes[id.0 as usize].base = base;
        id
    }

    /// Returns the map with other values, in the order of its keys.
    pub fn with_values(&mut self, map: NodeId, values: &[NodeId]) -> NodeId {
        let Node::Map(children) = self.node(map) else { return map };
        let keys = children.chunks_exact(2).map(|pair| pair[0]);
        let children: Vec<NodeId> = keys.zip(values).flat_map(|(key, value)| [key, *value]).collect();
        let (span, base) = (self.span(map), self.base(map));
        let id = self.push_map(span, &children);
        self.nodes[id.0 as usize].base = base;
        id
    }

    /// Returns the map without a key.
    pub fn without(&mut self, map: NodeId, key: &str) -> NodeId {
        let Node::Map(children) = self.node(map) else { return map };
        let kept: Vec<NodeId> = children
            .chunks_exact(2)
            .filter(|pair| self.text(pair[0]) != Some(key))
            .flatten()
            .copied()
            .collect();
        let span = self.span(map);
        self.push_map(span, &kept)
    }
}
