//! Where an object stands in the chart, and what a path in it is to the table of names.

use super::names::{self, Scope};
use super::slot::Slot;
use super::values::Name;
use crate::k8s::order::arrange;
use crate::tree::{Map, Tree};

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
    /// Fields that nobody may choose, with dots.
    pub fixed: &'static [&'static str],
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// What the rest of the path is relative to.
    pub scope: Scope,
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
    /// Whether nobody may choose what is at a path.
    pub(super) fn is_fixed<S: AsRef<str>>(&self, path: impl AsRef<[S]>) -> bool {
        let path = path.as_ref();
        self.fixed.iter().any(|fixed| fixed.split('.').eq(path.iter().map(AsRef::as_ref)))
    }

    /// What a path in this object is.
    pub(super) fn spot(&self, path: &[String]) -> Spot {
        let spot = |scope, start| Spot { scope, start };
        let Some(pod) = pod_path(&self.kind) else {
            let scope = match self.kind.as_str() {
                "PersistentVolumeClaim" => Scope::Claim,
                "HorizontalPodAutoscaler" => Scope::Autoscaler,
                "PodDisruptionBudget" => Scope::Budget,
                "Ingress" => Scope::Ingress,
                "ServiceAccount" => Scope::Account,
                "Namespace" => Scope::Namespace,
                _ => Scope::Object,
            };
            return spot(scope, 0);
        };
        let inside = path.len() >= pod.len() && path.iter().zip(pod).all(|(is, want)| is == want);
        match &path[if inside { pod.len() } else { 0 }..] {
            [spec, list, _, ..]
                if inside && spec == "spec" && (list == "containers" || list == "initContainers") =>
            {
                spot(Scope::Container, pod.len() + 3)
            }
            _ if inside => spot(Scope::Pod, pod.len()),
            [spec, list, _, ..] if spec == "spec" && list == "volumeClaimTemplates" => spot(Scope::Claim, 3),
            _ => spot(Scope::Workload, 0),
        }
    }

    /// Where the knobs of a path are.
    pub(super) fn prefix(&self, path: &[String], spot: Spot) -> Name {
        if pod_path(&self.kind).is_none() {
            return self.block.clone();
        }
        let mut prefix = self.section.clone();
        let item = |at: usize| names::bare(&path[at]);
        match spot.scope {
            Scope::Container => {
                let (list, name) = (&path[spot.start - 2], item(spot.start - 1));
                if list != "containers" || self.main.as_deref() != Some(name) {
                    prefix.extend([list.clone(), names::camel(name)]);
                }
            }
            Scope::Claim => {
                prefix.push("persistence".to_owned());
                if self.claims > 1 {
                    prefix.push(names::camel(item(2)));
                }
            }
            _ => {}
        }
        prefix
    }
}

/// Where a key that no variant has belongs among the keys of the map at the path.
pub(super) fn position(place: &Place, path: &[String], keys: &[&str], key: &str) -> usize {
    let spot = place.spot(path);
    let rest: Vec<&str> = path[spot.start..].iter().map(String::as_str).collect();
    let name = match (spot.scope, rest.as_slice()) {
        (_, ["metadata"]) => "ObjectMeta",
        (Scope::Pod, ["spec"]) => "PodSpec",
        (Scope::Container, []) => "Container",
        (Scope::Claim, ["spec"]) => "PersistentVolumeClaimSpec",
        (Scope::Ingress, ["spec"]) => "IngressSpec",
        (Scope::Workload, ["spec"]) if place.kind == "StatefulSet" => "StatefulSetSpec",
        _ => "DeploymentSpec",
    };
    let with = keys.iter().chain([&key]).map(|key| ((*key).to_owned().into(), Tree::Bool(true)));
    let mut sorted: Map = with.collect();
    arrange(name, &mut sorted);
    let before = sorted.keys().take_while(|known| *known != key).last();
    before.map_or(0, |before| keys.iter().position(|known| known == before).map_or(keys.len(), |at| at + 1))
}
