//! The Namespaces of an environment: the platform's own, and those beside it.

use crate::k8s::{NAMESPACE, Object};
use crate::platform::Platform;
use crate::tree::{Map, Tree};

/// The platform's own.
pub(super) fn own(platform: &Platform) -> Object {
    let header = &platform.scope.header;
    let mut labels = labels(platform, header.pod_security.name());
    for (key, value) in header.namespace_labels.iter() {
        labels.insert(key.to_owned(), Tree::from(&**value));
    }
    object(NAMESPACE, labels)
}

/// Those beside it.
pub(super) fn beside(platform: &Platform) -> impl Iterator<Item = Object> {
    platform.scope.homes().into_iter().map(|home| {
        let labels = labels(platform, home.level.name());
        object(&home.namespace, labels).in_file(format!("namespace-{}", home.word()))
    })
}

fn labels(platform: &Platform, level: &str) -> Map {
    let header = &platform.scope.header;
    let mut labels = Map::new();
    labels.push("app.kubernetes.io/part-of", Tree::from(&*header.platform));
    labels.push("app.kubernetes.io/managed-by", Tree::from("kgen"));
    labels.push("pod-security.kubernetes.io/enforce", Tree::from(level));
    if let Some(mesh) = &header.mesh {
        let (key, value) = mesh.label();
        labels.push(key, value.into());
    }
    labels
}

fn object(name: &str, labels: Map) -> Object {
    let mut metadata = Map::new();
    metadata.push("name", Tree::from(name));
    metadata.push("labels", Tree::Map(labels));
    let mut object = Map::new();
    object.push("apiVersion", Tree::from("v1"));
    object.push("kind", Tree::from("Namespace"));
    object.push("metadata", Tree::Map(metadata));
    Object::from_tree("cluster", Tree::Map(object))
}
