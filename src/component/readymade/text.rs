//! Texts of YAML files that servers read.

use crate::k8s::{NAMESPACE, with_namespace};
use crate::tree::{Map, Tree, yaml};

/// A map in this order.
pub fn map<const N: usize>(entries: [(&'static str, Tree); N]) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
}

/// The text of a file that holds this tree. The platform's namespace stays a marker in it.
pub fn yaml(tree: &Tree) -> String {
    // The marker itself would be escaped.
    const STAND_IN: &str = "kgen-namespace-kgen";
    let mut out = String::new();
    yaml::write(&with_namespace(tree, STAND_IN), &mut out);
    out.replace(STAND_IN, NAMESPACE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_namespace_stays_a_marker() {
        let text = yaml(&map([("path", format!("/logs/*_{NAMESPACE}_*.log").into())]));
        assert_eq!(text, format!("path: /logs/*_{NAMESPACE}_*.log\n"));
    }
}
