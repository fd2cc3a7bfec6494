//! Where an object stands in the chart, and what a path in it is to the table of names.

use super::names::{self, Scope};
use super::slot::{Slot, Slots};
use super::values::Name;

/// Where an object stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Its kind.
    pub kind: String,
    /// Its name, for descriptions.
    pub object: String,
    /// Where the knobs of its workload are.
    pub section: Name,
    /// Where its own knobs are.
    pub block: Name,
    /// The container that needs no name among the knobs.
    pub main: Option<String>,
    /// How many claim templates it has.
    pub claims: usize,
    /// What scales it.
    pub autoscaler: Option<Autoscaler>,
}

/// What the template of a workload must know of its autoscaler.
#[derive(Clone, Debug)]
pub(super) struct Autoscaler {
    /// The knob that switches it.
    pub switch: Name,
    /// Whether each variant has it.
    pub present: Vec<Slot<bool>>,
    /// The fewest pods of each variant.
    pub least: Vec<Option<i64>>,
}

/// What a path in an object is to the table of names.
#[derive(Debug)]
pub(super) struct Spot {
    /// What the rest of the path is relative to.
    pub scope: Scope,
    /// Where the knobs are.
    pub prefix: Name,
    /// Number of steps before the rest.
    pub start: usize,
}

/// Kinds that run pods, with the path to the template.
pub(super) fn pod_path(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => Some(&["spec", "template"]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template"]),
        _ => None,
    }
}

impl Place {
    /// What a path in this object is.
    pub(super) fn spot(&self, path: &[String]) -> Spot {
        let section = || self.section.clone();
        let spot = |scope, prefix, start| Spot { scope, prefix, start };
        if let Some(pod) = pod_path(&self.kind) {
            return match path.strip_prefix_of(pod) {
                Some(rest) => match rest {
                    [spec, list, id, ..]
                        if spec == "spec" && (list == "containers" || list == "initContainers") =>
                    {
                        let mut prefix = section();
                        if list != "containers" || self.main.as_deref() != Some(names::bare(id)) {
                            prefix.extend([list.clone(), names::camel(names::bare(id))]);
                        }
                        spot(Scope::Container, prefix, pod.len() + 3)
                    }
                    _ => spot(Scope::Pod, section(), pod.len()),
                },
                None => match path {
                    [spec, list, id, ..] if spec == "spec" && list == "volumeClaimTemplates" => {
                        let mut prefix = section();
                        prefix.push("persistence".to_owned());
                        if self.claims > 1 {
                            prefix.push(names::camel(names::bare(id)));
                        }
                        spot(Scope::Claim, prefix, 3)
                    }
                    _ => spot(Scope::Workload, section(), 0),
                },
            };
        }
        let scope = match self.kind.as_str() {
            "PersistentVolumeClaim" => Scope::Claim,
            "HorizontalPodAutoscaler" => Scope::Autoscaler,
            "PodDisruptionBudget" => Scope::Budget,
            "Ingress" => Scope::Ingress,
            "ServiceAccount" => Scope::Account,
            "Namespace" => Scope::Namespace,
            _ => Scope::Object,
        };
        spot(scope, self.block.clone(), 0)
    }
}

trait StripPrefix {
    fn strip_prefix_of(&self, prefix: &[&str]) -> Option<&[String]>;
}

impl StripPrefix for [String] {
    fn strip_prefix_of(&self, prefix: &[&str]) -> Option<&[String]> {
        let rest = self.get(prefix.len()..)?;
        self.iter().zip(prefix).all(|(is, want)| is == want).then_some(rest)
    }
}

/// How the items of a list are told apart, so that each meets its like in other variants.
pub(super) fn identity(list: &str, slots: &Slots<'_>) -> Option<Vec<Option<Vec<String>>>> {
    const KEYS: &[&str] = &["name", "mountPath", "containerPort", "port", "key", "path", "ip", "topologyKey"];
    let keys = if list == "volumeMounts" { &KEYS[1..] } else { KEYS };
    let lists = |of: &dyn Fn(&crate::tree::Tree) -> Option<String>| -> Option<Vec<Option<Vec<String>>>> {
        slots
            .iter()
            .map(|slot| {
                let Slot::Here(tree) = slot else { return Some(None) };
                let ids: Option<Vec<String>> = tree.as_list()?.iter().map(of).collect();
                let ids = ids?;
                let unique = ids.iter().collect::<std::collections::BTreeSet<_>>().len() == ids.len();
                unique.then_some(Some(ids))
            })
            .collect()
    };
    keys.iter()
        .find_map(|key| lists(&|item| scalar(item.get(key)?)))
        .or_else(|| lists(&|item| scalar(item.at(&["metadata", "name"])?)))
        .or_else(|| lists(&metric))
        .or_else(|| lists(&source))
}

fn scalar(tree: &crate::tree::Tree) -> Option<String> {
    use crate::tree::Tree;
    match tree {
        Tree::Str(text) => Some(text.clone()),
        Tree::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Identity of a metric of an autoscaler.
fn metric(item: &crate::tree::Tree) -> Option<String> {
    let kind = item.get("type")?.as_str()?;
    let name = ["resource", "containerResource", "pods", "object", "external"]
        .iter()
        .find_map(|key| item.at(&[key, "name"]).or_else(|| item.at(&[key, "metric", "name"])))?;
    Some(format!("{kind}/{}", name.as_str()?))
}

/// Identity of a source of environment variables.
fn source(item: &crate::tree::Tree) -> Option<String> {
    ["configMapRef", "secretRef"]
        .iter()
        .find_map(|key| Some(format!("{key}/{}", item.at(&[key, "name"])?.as_str()?)))
}
