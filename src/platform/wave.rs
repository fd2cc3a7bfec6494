//! Waves: in which order the components of a platform are applied, so that nothing comes before what it needs.
//!
//! The Namespace and what stands outside of namespaces come first, then rules, settings, data stores, work that is
//! done once, services by what they use of each other, and routes from outside at the end.

use super::{Part, Platform};
use crate::needs::Need;
use std::collections::BTreeMap;

/// When a component comes. Each stage begins when the one before it is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The Namespace, and what stands outside of namespaces; definitions of custom resources among it.
    Cluster,
    /// Rules for everything that follows: network policies, quotas, limits.
    Policies,
    /// Configs, secrets, service accounts, claims, certificates.
    Settings,
    /// Data stores and other ready-made components, by what they use of each other.
    Stores(usize),
    /// Work that is done once, before the services start.
    Jobs,
    /// Services, by what they use of each other.
    Services(usize),
    /// Routes from outside.
    Edge,
}

/// Kinds that are rules for everything else.
const POLICIES: &[&str] = &[
    "AuthorizationPolicy",
    "LimitRange",
    "NetworkPolicy",
    "PeerAuthentication",
    "RequestAuthentication",
    "ResourceQuota",
];

/// Kinds that let traffic in.
const EDGE: &[&str] = &[
    "BackendTLSPolicy",
    "DestinationRule",
    "GRPCRoute",
    "Gateway",
    "HTTPRoute",
    "Ingress",
    "TCPRoute",
    "TLSRoute",
    "UDPRoute",
    "VirtualService",
];

/// The stage of each component; `kinds` are those of its objects.
pub fn stages<'a>(
    platform: &'a Platform,
    kinds: &BTreeMap<&'a str, Vec<&'a str>>,
) -> BTreeMap<&'a str, Stage> {
    let mut graph = Graph {
        kinds,
        parts: platform.parts.iter().map(|part| (part.name.as_str(), part)).collect(),
        stages: BTreeMap::new(),
    };
    for part in &platform.parts {
        graph.stage(part);
    }
    graph.stages
}

struct Graph<'a, 'k> {
    kinds: &'k BTreeMap<&'a str, Vec<&'a str>>,
    parts: BTreeMap<&'a str, &'a Part>,
    stages: BTreeMap<&'a str, Stage>,
}

impl<'a> Graph<'a, '_> {
    /// Circles are refused before; here the walk would merely end in them.
    fn stage(&mut self, part: &'a Part) -> Stage {
        if let Some(known) = self.stages.get(part.name.as_str()) {
            return *known;
        }
        let kinds = self.kinds.get(part.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let service = part.section == "services";
        let first = if service { Stage::Services(0) } else { Stage::Stores(0) };
        self.stages.insert(&part.name, first);
        let used: Vec<&Part> = uses(part).filter_map(|name| self.parts.get(name).copied()).collect();
        let used: Vec<Stage> = used.into_iter().map(|part| self.stage(part)).collect();
        let stage = by_kind(kinds).unwrap_or_else(|| {
            let services = used.iter().filter_map(|stage| stage.depth(Stage::Services)).max();
            let stores = used.iter().filter_map(|stage| stage.depth(Stage::Stores)).max();
            match services {
                Some(depth) => Stage::Services(depth + 1),
                None if service && kinds.contains(&"Job") => Stage::Jobs,
                None if service => Stage::Services(0),
                None => Stage::Stores(stores.map_or(0, |depth| depth + 1)),
            }
        });
        self.stages.insert(&part.name, stage);
        stage
    }
}

impl Stage {
    /// The depth, if it is of this sort.
    fn depth(self, sort: fn(usize) -> Self) -> Option<usize> {
        match self {
            Self::Stores(depth) | Self::Services(depth) if sort(depth) == self => Some(depth),
            _ => None,
        }
    }

    /// What the stage is about, in a word or two.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Cluster => "cluster",
            Self::Policies => "policies",
            Self::Settings => "settings",
            Self::Stores(_) => "data stores",
            Self::Jobs => "jobs",
            Self::Services(_) => "services",
            Self::Edge => "edge",
        }
    }
}

/// The stage of a component without pods.
fn by_kind(kinds: &[&str]) -> Option<Stage> {
    let pods = |kind: &&str| {
        crate::k8s::api::has_pods(kind)
            || matches!(*kind, "Cluster" | "Elasticsearch" | "Hazelcast" | "Kafka" | "Rollout")
    };
    let all = |known: &[&str]| !kinds.is_empty() && kinds.iter().all(|kind| known.contains(kind));
    if kinds.iter().any(pods) {
        None
    } else if all(POLICIES) {
        Some(Stage::Policies)
    } else if kinds.iter().any(|kind| EDGE.contains(kind)) {
        Some(Stage::Edge)
    } else {
        Some(Stage::Settings)
    }
}

/// Names of the components that one depends on.
pub fn uses(part: &Part) -> impl Iterator<Item = &str> {
    part.needs.iter().filter_map(|(_, need)| match need {
        Need::Component { name, .. } if *name != part.name => Some(name.as_str()),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
