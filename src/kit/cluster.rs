//! `cluster.sh`: makes the cluster of an environment, in the one that manages it.

use super::inventory::Content;
use super::shell::{array, word};
use super::{Made, Whole};
use crate::fill::fill;
use crate::k8s::{NAMESPACE, ObjectId, with_namespace};
use crate::platform::Platform;
use crate::tree::Tree;
use std::fmt::Write as _;

const SCRIPT: &str = include_str!("../../templates/ops/cluster.sh");
const GUIDE: &str = include_str!("../../templates/ops/docs/cluster.md");

/// An object for the managing cluster, with its file below `cluster/ENVIRONMENT/`.
struct Managing {
    id: ObjectId,
    file: String,
    tree: Tree,
}

/// The script; nothing where clusters are not made.
pub(super) fn files(kit: &Whole<'_>) -> Vec<Made> {
    let made: Vec<_> = environments(kit).collect();
    if made.is_empty() {
        return Vec::new();
    }
    let names: Vec<_> = made.iter().map(|(content, _)| content.name.as_str()).collect();
    let cases: String = made.iter().map(|(content, objects)| case(content, objects)).collect();
    let text = fill(
        SCRIPT,
        &[
            ("HEADER", kit.outline.header().trim_end()),
            ("ENVIRONMENTS", &names.join(", ")),
            ("CASES", cases.trim_end()),
        ],
    );
    vec![Made::program("cluster.sh", text)]
}

/// What the deployment guide says of it, where this environment has one.
pub(super) fn guide(kit: &Whole<'_>, main: &Content) -> String {
    let here = environments(kit).find(|(content, _)| content.name == main.name);
    here.map_or_else(String::new, |_| fill(GUIDE, &[("ENVIRONMENT", &main.name)]))
}

/// Environments whose cluster is made, each with its objects.
fn environments<'k>(kit: &'k Whole<'k>) -> impl Iterator<Item = (&'k Content, Vec<Managing>)> {
    let all = kit.contents.iter().zip(kit.platforms);
    all.map(|(content, platform)| (content, objects(content, platform)))
        .filter(|(_, found)| !found.is_empty())
}

fn objects(content: &Content, platform: &Platform) -> Vec<Managing> {
    let parts = platform.parts.iter();
    parts
        .flat_map(|part| {
            part.management(&platform.scope).into_iter().map(|object| Managing {
                id: object.id(),
                file: format!("{}/{}.yaml", part.name, object.file),
                tree: with_namespace(&object.tree, &content.namespace),
            })
        })
        .collect()
}

/// What the script knows of an environment.
fn case(content: &Content, objects: &[Managing]) -> String {
    let text = |object: &Managing, path: &[&str]| {
        object.tree.at(path).and_then(Tree::as_str).unwrap_or_default().replace(NAMESPACE, &content.namespace)
    };
    let name = |object: &Managing| text(object, &["metadata", "name"]);
    let namespace = |object: &Managing| text(object, &["metadata", "namespace"]);
    let is_chart = |object: &&Managing| object.id.kind == "HelmChart";
    let charts: Vec<_> = objects
        .iter()
        .filter(is_chart)
        .map(|object| {
            let target = text(object, &["spec", "targetNamespace"]);
            format!("{} {} {} {target}", name(object), object.file, namespace(object))
        })
        .collect();
    let rest = || objects.iter().filter(|object| !is_chart(object));
    let files: Vec<_> = rest().map(|object| format!("{} {}", object.file, namespace(object))).collect();
    let clusters = || rest().filter(|object| object.id.kind == "Cluster");
    let made: Vec<_> = clusters().map(|object| format!("{} {}", name(object), namespace(object))).collect();
    let credentials: Vec<_> = clusters()
        .filter_map(|object| {
            let credential = text(object, &["spec", "cloudCredentialSecretName"]);
            credential.split_once(':').map(|(namespace, name)| format!("{name} {namespace}"))
        })
        .collect();
    let mut out = format!("{})\n", word(&content.name));
    for (list, items) in
        [("charts", charts), ("files", files), ("clusters", made), ("credentials", credentials)]
    {
        let _ = write!(out, "{}", array(list, &items, "  "));
    }
    out + "  ;;\n"
}
