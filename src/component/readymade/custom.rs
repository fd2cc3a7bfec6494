//! Custom resources: what an operator makes the component of.

use crate::k8s::{NAMESPACE, Object};
use crate::scope::LabelMap;
use crate::tree::{Map, Tree};
use crate::workload::patch::tree_of;

/// A custom resource in the platform's namespace.
#[derive(Debug)]
pub struct Custom<'a> {
    /// API group and version.
    pub api_version: &'a str,
    /// Kind.
    pub kind: &'a str,
    /// Name.
    pub name: &'a str,
    /// Labels.
    pub labels: LabelMap,
    /// What the operator is to do; what is `null` is left out.
    pub spec: serde_json::Value,
}

impl Custom<'_> {
    /// The object.
    pub fn object(self, component: &str) -> Object {
        let labels: Map = self.labels.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        let mut metadata = Map::new();
        metadata.push("name", self.name.into());
        metadata.push("namespace", NAMESPACE.into());
        metadata.push("labels", labels.into());
        let mut map = Map::new();
        map.push("apiVersion", self.api_version.into());
        map.push("kind", self.kind.into());
        map.push("metadata", metadata.into());
        map.push("spec", tree_of(&self.spec).unwrap_or_else(|| Map::new().into()));
        Object::from_tree(component, Tree::Map(map))
    }
}

/// The pods that the author describes, as the workload would have them that runs without an operator.
#[derive(Debug)]
pub struct Template(Option<Tree>);

impl Template {
    /// That of the first workload of some objects.
    pub fn of(objects: &[Object]) -> Self {
        let mut workloads =
            objects.iter().filter(|object| ["Deployment", "StatefulSet"].contains(&&*object.id().kind));
        Self(workloads.find_map(|workload| workload.tree.at(&["spec", "template"]).cloned()))
    }

    /// A part of it; `null` if it has none.
    pub fn part(&self, path: &[&str]) -> serde_json::Value {
        self.0.as_ref().and_then(|template| template.at(path)).map_or(serde_json::Value::Null, json_of)
    }
}

/// A tree as JSON.
fn json_of(tree: &Tree) -> serde_json::Value {
    match tree {
        Tree::Bool(value) => (*value).into(),
        Tree::Int(value) => (*value).into(),
        Tree::Float(value) => (*value).into(),
        Tree::Str(text) => text.clone().into(),
        Tree::List(items) => items.iter().map(json_of).collect(),
        Tree::Map(map) => map
            .iter()
            .map(|(key, value)| (key.to_string(), json_of(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
