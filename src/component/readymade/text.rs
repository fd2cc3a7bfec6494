//! Texts of YAML files that servers read.

use crate::tree::{Map, Tree, yaml};

/// A map in this order.
pub fn map<const N: usize>(entries: [(&'static str, Tree); N]) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
}

/// The text of a file that holds this tree.
pub fn yaml(tree: &Tree) -> String {
    let mut out = String::new();
    yaml::write(tree, &mut out);
    out
}
