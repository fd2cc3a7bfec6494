//! The file `kustomization.yaml`.

use crate::tree::{Map, Tree, yaml};

/// What a kustomization says; an empty part is left out.
#[derive(Debug, Default)]
pub(super) struct Kustomization<'a> {
    /// The namespace that its objects are put into.
    pub namespace: Option<&'a str>,
    /// Folders and files of objects.
    pub resources: Vec<String>,
    /// Files of patches.
    pub patches: Vec<String>,
}

impl Kustomization<'_> {
    /// Writes it as YAML.
    pub(super) fn write(self, out: &mut String) {
        let mut map = Map::new();
        map.push("apiVersion", "kustomize.config.k8s.io/v1beta1".into());
        map.push("kind", "Kustomization".into());
        if let Some(namespace) = self.namespace {
            map.push("namespace", namespace.into());
        }
        if !self.resources.is_empty() {
            map.push("resources", Tree::List(self.resources.into_iter().map(Tree::Str).collect()));
        }
        if !self.patches.is_empty() {
            let path = |path: String| Tree::Map([("path".into(), Tree::Str(path))].into_iter().collect());
            map.push("patches", Tree::List(self.patches.into_iter().map(path).collect()));
        }
        yaml::write(&Tree::Map(map), out);
    }
}
