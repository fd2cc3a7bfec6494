//! The shape of a spec: the JSON Schema of its types, compiled to a table and walked over a tree.
//!
//! The published schema and this checker are therefore the same thing.

use crate::diagnostic::Findings;
use crate::source::{NodeId, Sources};

mod compile;
mod expect;
mod rule;
mod walk;

use rule::Rule;

/// How much of the spec a tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything: required fields must be there.
    Whole,
    /// A part that is laid over something else: nothing is required.
    Partial,
}

/// A compiled schema.
#[derive(Debug)]
pub struct Shape {
    rules: Vec<Rule>,
    root: usize,
}

impl Shape {
    /// Compiles a JSON Schema as `schemars` makes it; keywords that it does not make are ignored.
    #[must_use]
    pub fn compile(schema: &serde_json::Value) -> Self {
        compile::compile(schema)
    }

    /// Reports everything in the tree that does not have the shape.
    pub fn check(&self, sources: &Sources, root: NodeId, extent: Extent, findings: &mut Findings) {
        walk::walk(self, sources, root, extent, findings);
    }
}

#[cfg(test)]
mod tests;
