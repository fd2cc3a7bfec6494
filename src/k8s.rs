//! Kubernetes' vocabulary: objects, their identity, and the order in which people write fields.

use crate::tree::{Map, Tree, serialize::to_tree};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

pub mod api;
pub mod certificate;
pub mod definition;
pub mod istio;
pub mod nginx;
pub mod order;
pub mod provider;
pub mod since;
pub mod text;

/// Stands for the platform's own namespace inside a tree, alone or within a longer text.
///
/// Environments that differ by namespace only have equal trees this way: raw output replaces it,
/// Kustomize leaves it to `namespace:`, Helm writes `.Release.Namespace`. A spec cannot hold it
/// (private-use characters are refused when it is read).
pub const NAMESPACE: &str = "\u{E000}";

/// What an object is, in every environment alike: the namespace is left out on purpose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// API group and version as written, e.g. `apps/v1` or `v1`.
    pub api_version: String,
    /// Kind, e.g. `Deployment`.
    pub kind: String,
    /// `metadata.name`; may hold [`NAMESPACE`] for cluster-scoped objects.
    pub name: String,
    /// A namespace other than the platform's own, where the object names one.
    pub namespace: Option<String>,
}

/// One Kubernetes object of one environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The folder that its file goes to: the component's name, or `cluster`.
    pub component: String,
    /// The file's name without `.yaml`, e.g. `deployment`.
    pub file: String,
    /// Fields that nobody may choose afterwards, with dots: other parts of the platform rest on them.
    pub fixed: &'static [&'static str],
    /// The object itself; `metadata.namespace` is [`NAMESPACE`] for the platform's namespace.
    pub tree: Tree,
}

impl Object {
    /// Makes an object of a component from a typed struct; the file is named after the kind.
    pub fn new<T: Serialize>(component: &str, object: &T) -> Self {
        Self::from_tree(component, to_tree(object, order::arrange))
    }

    /// Makes an object of a component from a tree that has `apiVersion`, `kind` and `metadata`.
    #[must_use]
    pub fn from_tree(component: &str, mut tree: Tree) -> Self {
        prune(&mut tree);
        let file = tree.get("kind").and_then(Tree::as_str).map(order::file_name).unwrap_or_default();
        Self { component: component.to_owned(), file, fixed: &[], tree }
    }

    /// Names the file otherwise, for a component with several objects of one kind.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    /// The object's identity.
    #[must_use]
    pub fn id(&self) -> ObjectId {
        let text = |path: &[&str]| self.tree.at(path).and_then(Tree::as_str).unwrap_or_default().to_owned();
        let namespace = text(&["metadata", "namespace"]);
        ObjectId {
            api_version: text(&["apiVersion"]),
            kind: text(&["kind"]),
            name: text(&["metadata", "name"]),
            namespace: (!namespace.is_empty() && namespace != NAMESPACE).then_some(namespace),
        }
    }
}

/// Drops what says nothing: `status`, and empty labels and annotations, which Kustomize drops too.
fn prune(tree: &mut Tree) {
    if let Some(map) = tree.as_map_mut() {
        map.remove("status");
        if let Some(metadata) = map.get_mut("metadata").and_then(Tree::as_map_mut) {
            for key in ["labels", "annotations"] {
                if metadata.get(key).is_some_and(Tree::is_empty) {
                    metadata.remove(key);
                }
            }
        }
    }
}

/// Metadata of an object in the platform's namespace.
#[must_use]
pub fn meta(name: &str, labels: std::collections::BTreeMap<String, String>) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(NAMESPACE.to_owned()),
        labels: Some(labels),
        ..ObjectMeta::default()
    }
}

/// Returns a copy of the tree with the platform's namespace written out.
#[must_use]
pub fn with_namespace(tree: &Tree, namespace: &str) -> Tree {
    match tree {
        Tree::Str(text) if text.contains(NAMESPACE) => Tree::Str(text.replace(NAMESPACE, namespace)),
        Tree::List(items) => Tree::List(items.iter().map(|item| with_namespace(item, namespace)).collect()),
        Tree::Map(map) => Tree::Map(
            map.iter().map(|(key, value)| (key.clone(), with_namespace(value, namespace))).collect::<Map>(),
        ),
        other => other.clone(),
    }
}
