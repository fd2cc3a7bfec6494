//! What the objects of a platform ask of a cluster: pods, CPU, memory and volumes, at the fewest and at the most pods.
//!
//! Read from finished objects, so that patches, raw objects and custom resources of operators count as they are.

use super::pods::{containers, template};
use super::{Part, Platform};
use crate::k8s::Object;
use crate::scope::{self, Scope};
use crate::tree::Tree;
use amount::Amount;
use std::collections::BTreeMap;

pub use span::Span;

pub mod amount;
mod operated;
mod span;

/// How long pods stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stay {
    /// Until somebody ends them.
    #[default]
    Always,
    /// The same, one on every node.
    PerNode,
    /// Until their work is done.
    Ends,
}

/// Pods beyond the wanted number while they are replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Surge {
    /// The old ones go first.
    #[default]
    None,
    /// So many.
    Pods(u64),
    /// A share in percent.
    Share(u64),
}

/// What one container asks for and may use; none where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// Its name.
    pub name: String,
    /// Requests: CPU in thousandths of a core, and memory in bytes.
    pub requests: (Option<u64>, Option<u64>),
    /// Limits of the same.
    pub limits: (Option<u64>, Option<u64>),
}

/// What the pods of one workload ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// The component.
    pub component: String,
    /// Kind of the workload.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Number of pods.
    pub pods: Span,
    /// Pods beyond it while all of them are replaced.
    pub surge: Surge,
    /// How long they stay.
    pub stay: Stay,
    /// What each container says.
    pub containers: Vec<Ask>,
    /// What a pod requests.
    pub requests: Amount,
    /// What a pod may use.
    pub limits: Amount,
    /// Bytes of the claims of each pod.
    pub claims: Vec<u64>,
    /// Whether two of them never share a node.
    pub apart: bool,
    /// Labels that the node must have.
    pub nodes: BTreeMap<String, String>,
}

/// A claim of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The component.
    pub component: String,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Everything that a platform asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Workloads, in the order of the platform.
    pub workloads: Vec<Demand>,
    /// Claims that belong to no StatefulSet.
    pub volumes: Vec<Volume>,
    /// What autoscalers say of workloads, by kind and name.
    pub scaled: BTreeMap<(String, String), Span>,
}

impl Demands {
    /// What the objects of these components ask for.
    pub fn of(platform: &Platform) -> Self {
        Self::of_parts(&platform.parts, &platform.scope)
    }

    /// The same before the platform is put together.
    pub fn of_parts(parts: &[Part], scope: &Scope) -> Self {
        let mut demands = Self::default();
        for part in parts {
            demands.add(&part.name, &part.own_objects(scope));
        }
        demands.settled()
    }

    /// Adds what the objects of a component ask for.
    pub fn add(&mut self, component: &str, objects: &[Object]) {
        for object in objects {
            if let Some((target, span)) = scaler(&object.tree) {
                self.scaled.entry(target).or_insert(span);
            }
            self.object(component, &object.tree);
        }
    }

    /// The same once all are known: autoscalers may be of other components.
    #[must_use]
    pub fn settled(mut self) -> Self {
        for demand in &mut self.workloads {
            if let Some(span) = self.scaled.get(&(demand.kind.clone(), demand.name.clone())) {
                demand.pods = *span;
            }
        }
        self
    }

    /// Pods that stay, without those that are on every node.
    pub fn pods(&self) -> Span {
        let staying = self.workloads.iter().filter(|demand| demand.stay == Stay::Always);
        staying.fold(Span::default(), |sum, demand| sum.plus(demand.pods))
    }

    /// What pods that stay request of nodes; those that are on every node grow with them.
    pub fn on_nodes(self) -> impl Iterator<Item = scope::Demand> {
        #[allow(clippy::cast_precision_loss)]
        let count = |number: u64| number as f64;
        let pods = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        self.workloads.into_iter().filter(|demand| demand.stay == Stay::Always).map(move |demand| {
            scope::Demand {
                cpu: count(demand.requests.cpu) / 1000.0,
                memory: count(demand.requests.memory),
                least: pods(demand.pods.least),
                most: pods(demand.pods.most),
                node_selector: demand.nodes,
            }
        })
    }

    fn object(&mut self, component: &str, tree: &Tree) {
        let kind = tree.get("kind").and_then(Tree::as_str).unwrap_or_default();
        let name = tree.at(&["metadata", "name"]).and_then(Tree::as_str).unwrap_or_default();
        let own = || Demand {
            component: component.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            ..Demand::default()
        };
        let operated = operated::read(tree, own);
        if kind == "PersistentVolumeClaim" {
            let bytes = storage(tree);
            self.volumes.push(Volume { component: component.to_owned(), name: name.to_owned(), bytes });
        } else if !operated.is_empty() {
            // Some of them have a template as workloads have, and count their pods by another field.
            self.workloads.extend(operated);
        } else if let Some(template) = template(tree) {
            let mut demand = own();
            demand.read(tree, kind);
            demand.pod(template.get("spec"));
            self.workloads.push(demand);
        } else if kind == "Pod" {
            let mut demand = Demand { pods: Span::of(1), ..own() };
            demand.pod(tree.get("spec"));
            self.workloads.push(demand);
        }
    }
}

impl Demand {
    /// How many pods a workload has, and how they are replaced.
    fn read(&mut self, tree: &Tree, kind: &str) {
        let number = |path: &[&str]| tree.at(path).and_then(whole);
        self.pods = Span::of(match kind {
            "DaemonSet" => 0,
            "Job" => number(&["spec", "parallelism"]).unwrap_or(1),
            "CronJob" => number(&["spec", "jobTemplate", "spec", "parallelism"]).unwrap_or(1),
            _ => number(&["spec", "replicas"]).unwrap_or(1),
        });
        self.stay = match kind {
            "DaemonSet" => Stay::PerNode,
            "Job" | "CronJob" => Stay::Ends,
            _ => Stay::Always,
        };
        self.surge = match kind {
            "Deployment" if tree.at(&["spec", "strategy", "type"]) != Some(&Tree::from("Recreate")) => {
                Surge::read(tree.at(&["spec", "strategy", "rollingUpdate", "maxSurge"]))
            }
            "Rollout" if tree.at(&["spec", "strategy", "blueGreen"]).is_some() => Surge::Share(100),
            "Rollout" => Surge::read(tree.at(&["spec", "strategy", "canary", "maxSurge"])),
            _ => Surge::None,
        };
        let templates = tree.at(&["spec", "volumeClaimTemplates"]).and_then(Tree::as_list);
        self.claims = templates.unwrap_or_default().iter().map(storage).collect();
    }

    /// What a pod asks for: all containers that run side by side, or the largest one that runs before them.
    pub(super) fn pod(&mut self, spec: Option<&Tree>) {
        let Some(spec) = spec else { return };
        let early = spec.get("initContainers").and_then(Tree::as_list).unwrap_or_default();
        let mut beside = (Amount::default(), Amount::default());
        let mut before = (Amount::default(), Amount::default());
        for container in early {
            let (request, limit) = Ask::read(container).amounts();
            if container.get("restartPolicy").and_then(Tree::as_str) == Some("Always") {
                beside = (beside.0.plus(request), beside.1.plus(limit));
                before = (before.0.most(beside.0), before.1.most(beside.1));
            } else {
                before = (before.0.most(beside.0.plus(request)), before.1.most(beside.1.plus(limit)));
            }
        }
        for container in spec.get("containers").and_then(Tree::as_list).unwrap_or_default() {
            let (request, limit) = Ask::read(container).amounts();
            beside = (beside.0.plus(request), beside.1.plus(limit));
        }
        self.requests = beside.0.most(before.0);
        self.limits = beside.1.most(before.1);
        self.containers = containers(spec).map(Ask::read).collect();
        let selector = spec.get("nodeSelector").and_then(Tree::as_map);
        self.nodes = selector
            .into_iter()
            .flat_map(crate::tree::Map::iter)
            .filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned())))
            .collect();
        let terms = ["affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"];
        self.apart = spec.at(&terms).and_then(Tree::as_list).unwrap_or_default().iter().any(|term| {
            let host = term.get("topologyKey").and_then(Tree::as_str) == Some("kubernetes.io/hostname");
            let app = term.at(&["labelSelector", "matchLabels", "app"]).and_then(Tree::as_str);
            host && app == Some(&*self.name)
        });
    }

    /// Number and bytes of the claims of so many pods.
    pub fn claimed(&self, pods: u64) -> (u64, u64) {
        let bytes = self.claims.iter().fold(0, |sum: u64, bytes| sum.saturating_add(*bytes));
        (pods.saturating_mul(self.claims.len() as u64), pods.saturating_mul(bytes))
    }

    /// Whether a container has no limit of CPU, and whether one has none of memory.
    pub fn unlimited(&self) -> (bool, bool) {
        let any = |limit: fn(&Ask) -> Option<u64>| self.containers.iter().any(|ask| limit(ask).is_none());
        (any(|ask| ask.limits.0), any(|ask| ask.limits.1))
    }

    /// Whether a container requests no CPU or no memory.
    pub fn is_silent(&self) -> bool {
        self.containers.iter().any(|ask| {
            let (request, limit) = (ask.requests, ask.limits);
            request.0.or(limit.0).is_none() || request.1.or(limit.1).is_none()
        })
    }
}

impl Ask {
    /// What a container says.
    pub fn read(container: &Tree) -> Self {
        let name = container.get("name").and_then(Tree::as_str).unwrap_or_default().to_owned();
        Self { name, ..Self::of(container.get("resources")) }
    }

    /// What resources say.
    pub fn of(resources: Option<&Tree>) -> Self {
        let value = |side: &str, resource: &str| {
            resources.and_then(|resources| resources.at(&[side, resource])).and_then(amount::text)
        };
        let pair = |side: &str| {
            let cpu = value(side, "cpu").and_then(|text| amount::millicores(&text));
            (cpu, value(side, "memory").and_then(|text| amount::bytes(&text)))
        };
        Self { name: String::new(), requests: pair("requests"), limits: pair("limits") }
    }

    /// Requests and limits; a limit alone is also the request.
    fn amounts(&self) -> (Amount, Amount) {
        let amount = |cpu: Option<u64>, memory: Option<u64>| Amount {
            cpu: cpu.unwrap_or_default(),
            memory: memory.unwrap_or_default(),
        };
        let (requests, limits) = (self.requests, self.limits);
        (amount(requests.0.or(limits.0), requests.1.or(limits.1)), amount(limits.0, limits.1))
    }
}

impl Surge {
    fn read(value: Option<&Tree>) -> Self {
        let number = |text: &str| text.parse::<u64>().ok();
        match value {
            Some(Tree::Int(pods)) => Self::Pods(u64::try_from(*pods).unwrap_or_default()),
            Some(Tree::Str(text)) => match text.strip_suffix('%').and_then(number) {
                Some(share) => Self::Share(share),
                None => number(text).map_or(Self::default_share(), Self::Pods),
            },
            _ => Self::default_share(),
        }
    }

    /// Kubernetes' own.
    const fn default_share() -> Self {
        Self::Share(25)
    }

    /// Pods beyond a number of them; a share is rounded up, as Kubernetes does.
    #[must_use]
    pub const fn of(self, pods: u64) -> u64 {
        match self {
            Self::Pods(more) if pods > 0 => more,
            Self::Share(share) => pods.saturating_mul(share).div_ceil(100),
            Self::Pods(_) | Self::None => 0,
        }
    }
}

/// What an autoscaler is for, and between how many pods it scales.
fn scaler(tree: &Tree) -> Option<((String, String), Span)> {
    let kind = tree.get("kind").and_then(Tree::as_str)?;
    let (least, most) = match kind {
        "HorizontalPodAutoscaler" => (("minReplicas", 1), ("maxReplicas", 1)),
        "ScaledObject" => (("minReplicaCount", 0), ("maxReplicaCount", 100)),
        _ => return None,
    };
    let text = |key: &str| tree.at(&["spec", "scaleTargetRef", key]).and_then(Tree::as_str);
    let number = |(key, default): (&str, u64)| tree.at(&["spec", key]).and_then(whole).unwrap_or(default);
    let span = Span { least: number(least), most: number(most) };
    Some(((text("kind").unwrap_or("Deployment").to_owned(), text("name")?.to_owned()), span))
}

fn whole(tree: &Tree) -> Option<u64> {
    if let Tree::Int(number) = tree { u64::try_from(*number).ok() } else { None }
}

/// The size of a claim.
fn storage(claim: &Tree) -> u64 {
    let text = claim.at(&["spec", "resources", "requests", "storage"]).and_then(amount::text);
    text.and_then(|text| amount::bytes(&text)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_pods_are_rounded_up() {
        let of = |text: &str, pods| Surge::read(Some(&Tree::from(text))).of(pods);
        assert_eq!([10, 15, 20].map(|pods| of("25%", pods)), [3, 4, 5]);
        assert_eq!((of("2", 10), of("100%", 3), of("25%", 0)), (2, 3, 0));
        assert_eq!(Surge::read(None).of(4), 1);
        assert_eq!(Surge::read(Some(&Tree::Int(1))).of(4), 1);
        assert_eq!(Surge::None.of(4), 0);
    }
}
