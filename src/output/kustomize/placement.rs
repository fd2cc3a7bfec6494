//! Which objects the `namespace:` of an overlay may touch.
//!
//! The transformer overwrites every namespace that it meets, gives one to cluster-scoped custom
//! resources and renames Namespaces. So objects of the platform's namespace stand in a
//! kustomization with `namespace:`, all others in one without.

use crate::k8s::NAMESPACE;
use crate::output::{Family, Part};
use crate::tree::Tree;

/// The objects of a component that share a kustomization.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// Folder below the component's, with a slash before it; empty if the component is not split.
    pub folder: &'static str,
    /// Whether the objects live in the platform's namespace.
    pub own: bool,
    /// The objects, in the order of the component.
    pub families: Vec<&'a Family>,
}

/// Splits a component into one group, or two if some of its objects live elsewhere.
pub(super) fn groups(part: &Part) -> Vec<Group<'_>> {
    let places: Vec<Place> = part.objects.iter().map(place).collect();
    let any_own = places.contains(&Place::Own);
    let split = any_own && places.contains(&Place::Elsewhere);
    let of = |own: bool| Group {
        folder: match (split, own) {
            (false, _) => "",
            (true, true) => "/own-namespace",
            (true, false) => "/elsewhere",
        },
        own,
        families: part
            .objects
            .iter()
            .zip(&places)
            .filter(|(_, place)| match place {
                Place::Own => own,
                Place::Elsewhere => !own,
                Place::Either => own == any_own,
            })
            .map(|(family, _)| family)
            .collect(),
    };
    [of(true), of(false)].into_iter().filter(|group| !group.families.is_empty()).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the platform's namespace.
    Own,
    /// In another namespace, or in none and unknown to Kustomize.
    Elsewhere,
    /// In none, and Kustomize knows it: the transformer leaves it alone.
    Either,
}

/// Cluster-scoped kinds that Kustomize knows as such; a Namespace it renames.
const CLUSTER_SCOPED: &[&str] = &[
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "IngressClass",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
];

fn place(family: &Family) -> Place {
    let mut trees = family.base.iter().chain(family.environments.iter().flatten());
    if trees.clone().any(binds_default_account_elsewhere) {
        return Place::Elsewhere;
    }
    match trees.next().and_then(|tree| tree.at(&["metadata", "namespace"])).and_then(Tree::as_str) {
        Some(NAMESPACE) => Place::Own,
        None if CLUSTER_SCOPED.contains(&family.id.kind.as_str()) => Place::Either,
        _ => Place::Elsewhere,
    }
}

/// The transformer writes its namespace into each subject of a binding that is named `default`.
fn binds_default_account_elsewhere(tree: &Tree) -> bool {
    let text = |tree: &Tree, key: &str| tree.get(key).and_then(Tree::as_str).map(str::to_owned);
    text(tree, "kind").is_some_and(|kind| kind == "RoleBinding" || kind == "ClusterRoleBinding")
        && tree.get("subjects").and_then(Tree::as_list).is_some_and(|subjects| {
            subjects.iter().any(|subject| {
                text(subject, "name").as_deref() == Some("default")
                    && text(subject, "namespace").as_deref() != Some(NAMESPACE)
            })
        })
}
