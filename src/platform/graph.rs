//! The platform as a picture: its components, and who connects to whom.

use super::Platform;
use super::flow::{Cause, Flows, Peer};
use super::pods::Inventory;
use super::wave::{self, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// Components and connections of a platform in one environment.
#[derive(Debug)]
pub struct Graph {
    /// Name of the platform, and of the environment if it is one's.
    pub title: String,
    /// The components, those that come later in a deploy last.
    pub groups: Vec<Group>,
    /// Connections, sorted.
    pub edges: BTreeSet<Edge>,
}

/// Components of one stage of a deploy.
#[derive(Debug)]
pub struct Group {
    /// What they are.
    pub title: &'static str,
    /// Their names.
    pub components: Vec<String>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// Who connects.
    pub from: End,
    /// Who answers.
    pub to: End,
    /// Whether one depends on the other.
    pub kind: Kind,
    /// Ports, or the paths of routes.
    pub label: String,
}

/// One side of a connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// A component.
    Component(String),
    /// Whoever is outside of the cluster.
    Outside,
}

/// Why there is a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One depends on the other.
    Uses,
    /// One calls the other without depending on it.
    Notifies,
    /// One collects the metrics of the other.
    Scrapes,
}

impl Graph {
    /// The picture of a platform; `kinds` are the connections that it shows.
    pub fn of(platform: &Platform, kinds: &[Kind]) -> Self {
        let (parts, scope) = (&platform.parts, &platform.scope);
        let mut inventory = Inventory::default();
        let mut kinds_of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for part in parts {
            let objects = part.own_objects(scope);
            inventory.add(part, &objects, scope);
            kinds_of.insert(&part.name, objects.iter().map(|object| object.id().kind).collect());
        }
        let flows = Flows::new(parts, scope, inventory);
        let end = |peer: &Peer| match peer {
            Peer::Pods(app) => flows.pods(app).map(|pods| End::Component(pods.component.clone())),
            Peer::Internet | Peer::Anyone => Some(End::Outside),
            _ => None,
        };
        // Ports of one connection that follow from several flows stand together.
        let mut labels: BTreeMap<(End, End, Kind), BTreeSet<String>> = BTreeMap::new();
        for flow in flows.iter() {
            let (Some(kind), Some(from), Some(to)) = (kind(flow.cause), end(&flow.from), end(&flow.to))
            else {
                continue;
            };
            let ports = flow.ports.iter().map(|port| port.number.to_string());
            labels.entry((from, to, kind)).or_default().extend(ports);
        }
        for route in &scope.routes {
            let ends = [&route.ingress, &route.component].map(|name| End::Component(name.clone()));
            let [from, to] = ends;
            labels.entry((from, to, Kind::Uses)).or_default().insert(route.path.clone());
        }
        let edges: BTreeSet<Edge> = labels
            .into_iter()
            .filter(|((from, to, kind), _)| from != to && kinds.contains(kind))
            .map(|((from, to, kind), labels)| Edge {
                from,
                to,
                kind,
                label: labels.into_iter().collect::<Vec<_>>().join(", "),
            })
            .collect();
        let edge = scope.environment.as_ref().map(|environment| format!(", {environment}"));
        Self {
            title: format!("{}{}", scope.header.platform, edge.unwrap_or_default()),
            groups: groups(platform, &flows.inventory, &kinds_of),
            edges,
        }
    }

    /// Whether a connection comes from outside, or leads there.
    pub fn leaves(&self) -> bool {
        self.edges.iter().any(|edge| edge.from == End::Outside || edge.to == End::Outside)
    }
}

const fn kind(cause: Cause) -> Option<Kind> {
    match cause {
        Cause::Uses | Cause::Exposed => Some(Kind::Uses),
        Cause::Notifies => Some(Kind::Notifies),
        Cause::Scrape => Some(Kind::Scrapes),
        Cause::Link | Cause::Route | Cause::Probe | Cause::Access | Cause::Operator => None,
    }
}

/// Whatever runs pods or lets traffic in, by stage.
fn groups(platform: &Platform, inventory: &Inventory, kinds: &BTreeMap<&str, Vec<String>>) -> Vec<Group> {
    let running: BTreeSet<&str> = inventory.pods.keys().map(String::as_str).collect();
    let routed: BTreeSet<&str> = platform.scope.routes.iter().map(|route| route.ingress.as_str()).collect();
    let kinds =
        kinds.iter().map(|(name, kinds)| (*name, kinds.iter().map(String::as_str).collect())).collect();
    let stages = wave::stages(platform, &kinds);
    let mut sorted: Vec<(Stage, &str)> = stages.into_iter().map(|(name, stage)| (stage, name)).collect();
    sorted.retain(|(_, name)| running.contains(name) || routed.contains(name));
    sorted.sort_unstable();
    let mut groups: Vec<Group> = Vec::new();
    for (stage, name) in sorted {
        match groups.last_mut().filter(|group| group.title == stage.title()) {
            Some(group) => group.components.push(name.to_owned()),
            None => groups.push(Group { title: stage.title(), components: vec![name.to_owned()] }),
        }
    }
    groups
}
