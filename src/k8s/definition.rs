//! CustomResourceDefinitions: the kinds that operators add to Kubernetes, and the shape of their objects.
//!
//! A bundle of several documents is read too; what is no definition is passed over. The rules in CEL
//! (`x-kubernetes-validations`) are not evaluated: only an API server does that.

use crate::diagnostic::Findings;
use crate::source::{Node, NodeId, Sources};
use crate::tree::Tree;
pub use shape::Misfit;
use shape::Shape;
use std::collections::BTreeMap;

mod junction;
mod shape;

/// Definitions by group and kind.
#[derive(Debug, Default)]
pub struct Definitions {
    sources: Sources,
    found: BTreeMap<(String, String), Definition>,
}

#[derive(Debug)]
struct Definition {
    cluster: bool,
    versions: Vec<Version>,
}

#[derive(Debug)]
struct Version {
    name: String,
    served: bool,
    schema: Option<NodeId>,
}

/// What a definition says of an object.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// Nothing defines the kind; these are the kinds that are known in its group.
    Undefined(Vec<String>),
    /// The version is not served; these are.
    NotServed(Vec<String>),
    /// The object stands outside of namespaces and names one.
    OutsideNamespaces,
    /// What does not fit; nothing if all is well.
    Checked(Vec<Misfit>),
}

impl Definitions {
    /// Reads the definitions of a file, and returns how many there are.
    ///
    /// # Errors
    /// Why it is not YAML.
    pub fn add(&mut self, name: &str, text: &str) -> Result<usize, String> {
        let mut number = 0;
        for document in documents(text) {
            let mut findings = Findings::default();
            let Some(root) = self.sources.add(name, document.as_bytes(), &mut findings) else {
                let nothing = document.lines().all(|line| line.trim().is_empty() || line.starts_with('#'));
                let reason = findings.sorted().first().map(|finding| finding.message.clone());
                if nothing {
                    continue;
                }
                return Err(reason.unwrap_or_else(|| "it is not YAML".to_owned()));
            };
            let items = self.sources.get(root, "items").map(|items| self.sources.node(items));
            let roots = if let Some(Node::List(items)) = items { items.to_vec() } else { vec![root] };
            for root in roots {
                number += usize::from(self.define(root).is_some());
            }
        }
        Ok(number)
    }

    fn define(&mut self, root: NodeId) -> Option<()> {
        let sources = &self.sources;
        let text = |node, key: &str| sources.get(node, key).and_then(|node| sources.text(node));
        text(root, "kind").filter(|kind| *kind == "CustomResourceDefinition")?;
        let spec = sources.get(root, "spec")?;
        let names = sources.get(spec, "names")?;
        let id = (text(spec, "group")?.to_owned(), text(names, "kind")?.to_owned());
        let Node::List(versions) = sources.node(sources.get(spec, "versions")?) else { return None };
        let versions = versions.iter().filter_map(|version| {
            Some(Version {
                name: text(*version, "name")?.to_owned(),
                served: text(*version, "served") == Some("true"),
                schema: sources
                    .get(*version, "schema")
                    .and_then(|schema| sources.get(schema, "openAPIV3Schema")),
            })
        });
        let definition =
            Definition { cluster: text(spec, "scope") == Some("Cluster"), versions: versions.collect() };
        self.found.insert(id, definition);
        Some(())
    }

    /// What the definitions say of an object, whose namespace is written out.
    #[must_use]
    pub fn judge(&self, object: &Tree) -> Verdict {
        let text = |path: &[&str]| object.at(path).and_then(Tree::as_str).unwrap_or_default();
        let (group, version) = text(&["apiVersion"]).split_once('/').unwrap_or_default();
        let Some(definition) = self.found.get(&(group.to_owned(), text(&["kind"]).to_owned())) else {
            let same = self.found.keys().filter(|(of, _)| of == group);
            return Verdict::Undefined(same.map(|(_, kind)| kind.clone()).collect());
        };
        let Some(version) = definition.versions.iter().find(|known| known.served && known.name == version)
        else {
            let served = definition.versions.iter().filter(|known| known.served);
            return Verdict::NotServed(served.map(|known| format!("{group}/{}", known.name)).collect());
        };
        if definition.cluster && object.at(&["metadata", "namespace"]).is_some() {
            return Verdict::OutsideNamespaces;
        }
        Verdict::Checked(
            version.schema.map_or_else(Vec::new, |schema| Shape::new(&self.sources).object(schema, object)),
        )
    }
}

/// The documents of a file: lines that begin with `---` part them.
fn documents(text: &str) -> impl Iterator<Item = String> {
    let mut documents = vec![String::new()];
    for line in text.split_inclusive('\n') {
        let parts = line
            .strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '\r', '\t']));
        if parts {
            documents.push(String::new());
        } else if let Some(last) = documents.last_mut() {
            last.push_str(line);
        }
    }
    documents.into_iter().filter(|document| !document.trim().is_empty())
}

#[cfg(test)]
mod tests;
