//! Homes: namespaces of components that do not live in the platform's own.

use crate::k8s::{NAMESPACE, Object};
use crate::tree::Tree;
use crate::value::level::PodSecurity;

/// A namespace that the platform makes beside its own, for what must not lower the level of everything else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home {
    /// Its name; may hold [`NAMESPACE`].
    pub namespace: String,
    /// The level of Pod Security that it enforces.
    pub level: PodSecurity,
}

/// Kinds that stay in the platform's namespace: these rights are about what is there.
const STAYING: &[&str] = &["Role", "RoleBinding"];

impl Home {
    /// What its name has beyond the platform's, for names of files.
    pub fn word(&self) -> String {
        self.namespace.replace(NAMESPACE, "").trim_matches('-').to_owned()
    }

    /// Takes in what was made for the platform's namespace.
    #[must_use]
    pub fn take_in(&self, mut object: Object) -> Object {
        let stays =
            object.tree.get("kind").and_then(Tree::as_str).is_some_and(|kind| STAYING.contains(&kind));
        if let Some(metadata) = object.tree.get_mut("metadata").filter(|_| !stays) {
            self.rename(metadata);
        }
        if let Some(Tree::List(subjects)) = object.tree.get_mut("subjects") {
            for subject in subjects {
                self.rename(subject);
            }
        }
        object
    }

    fn rename(&self, holder: &mut Tree) {
        if let Some(Tree::Str(namespace)) = holder.get_mut("namespace")
            && namespace == NAMESPACE
        {
            namespace.clone_from(&self.namespace);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::serialize::to_tree;
    use serde_json::json;

    #[test]
    fn rights_stay_where_what_they_are_about_is() {
        let home = Home { namespace: format!("{NAMESPACE}-logging"), level: PodSecurity::Privileged };
        let object = |kind: &str| {
            let subject = json!({ "kind": "ServiceAccount", "name": "shipper", "namespace": NAMESPACE });
            let object = json!({ "apiVersion": "v1", "kind": kind,
                "metadata": { "name": "shipper", "namespace": NAMESPACE }, "subjects": [subject] });
            home.take_in(Object::from_tree("shipper", to_tree(&object, |_, _| ()))).tree
        };
        let namespace = |tree: &Tree, path: &[&str]| tree.at(path).and_then(Tree::as_str).unwrap().to_owned();
        for (kind, there) in [("DaemonSet", &*home.namespace), ("RoleBinding", NAMESPACE)] {
            let tree = object(kind);
            assert_eq!(namespace(&tree, &["metadata", "namespace"]), there, "{kind}");
            assert_eq!(namespace(&tree, &["subjects", "0", "namespace"]), home.namespace, "{kind}");
        }
        assert_eq!(home.word(), "logging");
    }
}
