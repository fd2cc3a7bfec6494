//! Network policies: one for the pods of each workload, and what is denied and allowed to all of them.

use super::super::flow::{Flow, FlowPort, Peer};
use super::super::pods::{Inventory, Pods};
use crate::header::policy::network::Mode;
use crate::k8s::{Object, meta};
use crate::pod::scheduling::select;
use crate::scope::{LabelMap, Scope};
use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::{BTreeMap, BTreeSet};

mod own;
mod peer;

pub(super) use own::own;
use peer::View;

/// All connections, by the pods at both ends.
#[derive(Debug)]
pub struct Network {
    pods: BTreeMap<String, Vec<Pods>>,
    flows: Vec<Flow>,
    ends: BTreeMap<String, Ends>,
    /// Namespaces of pods, by their label `app`.
    places: BTreeMap<String, String>,
}

/// Connections of some pods: where they stand in the list of all.
#[derive(Debug, Default)]
struct Ends {
    incoming: Vec<usize>,
    outgoing: Vec<usize>,
}

impl Network {
    /// These connections of these pods; none if everybody reaches everybody.
    pub fn new(inventory: Inventory, flows: Vec<Flow>, scope: &Scope) -> Option<Self> {
        if scope.header.policy.network.mode == Mode::Off {
            return None;
        }
        let mut ends: BTreeMap<String, Ends> = BTreeMap::new();
        for (n, flow) in flows.iter().enumerate() {
            if let Peer::Pods(app) = &flow.from {
                ends.entry(app.clone()).or_default().outgoing.push(n);
            }
            if let Peer::Pods(app) = &flow.to {
                ends.entry(app.clone()).or_default().incoming.push(n);
            }
        }
        let mut pods: BTreeMap<String, Vec<Pods>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        for group in inventory.pods {
            places.insert(group.app.clone(), group.namespace.clone());
            pods.entry(group.component.clone()).or_default().push(group);
        }
        Some(Self { pods, flows, ends, places })
    }

    /// The policies of a component.
    pub fn policies(&self, component: &str, scope: &Scope) -> Vec<Object> {
        let pods = self.pods.get(component).into_iter().flatten();
        pods.map(|pods| self.policy(pods, scope)).collect()
    }

    fn policy(&self, pods: &Pods, scope: &Scope) -> Object {
        let view = View { rules: &scope.header.policy.network, places: &self.places, here: &pods.namespace };
        let none = Ends::default();
        let ends = self.ends.get(&pods.app).unwrap_or(&none);
        let flows = |list: &[usize], side: fn(&Flow) -> &Peer| {
            grouped(list.iter().map(|n| &self.flows[*n]).map(|flow| (side(flow), &*flow.ports)))
        };
        let ingress = flows(&ends.incoming, |flow| &flow.from);
        let egress = flows(&ends.outgoing, |flow| &flow.to);
        let spec = NetworkPolicySpec {
            pod_selector: Some(select(&scope.selector(&pods.app))),
            policy_types: Some(both()),
            ingress: some(ingress.iter().map(|group| incoming(group, &view))),
            egress: some(egress.iter().map(|group| outgoing(group, &view))),
        };
        let policy = object(&pods.component, &pods.app, pods.labels.clone(), spec);
        scope.at_home(&pods.component, policy)
    }
}

/// Peers that share their ports.
type Group = (Vec<FlowPort>, Vec<Peer>);

/// The peers with all ports of each, those together that have the same ones.
fn grouped<'a>(flows: impl Iterator<Item = (&'a Peer, &'a [FlowPort])>) -> Vec<Group> {
    // No ports mean all of them.
    let mut peers: BTreeMap<&Peer, Option<BTreeSet<FlowPort>>> = BTreeMap::new();
    for (peer, ports) in flows {
        let known = peers.entry(peer).or_insert_with(|| Some(BTreeSet::new()));
        match known {
            Some(known) if !ports.is_empty() => known.extend(ports),
            _ => *known = None,
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    for (peer, ports) in peers {
        let ports: Vec<FlowPort> = ports.into_iter().flatten().collect();
        match groups.iter_mut().find(|(known, _)| *known == ports) {
            Some((_, peers)) => peers.push(peer.clone()),
            None => groups.push((ports, vec![peer.clone()])),
        }
    }
    groups
}

fn incoming((ports, peers): &Group, view: &View<'_>) -> NetworkPolicyIngressRule {
    NetworkPolicyIngressRule {
        from: some(peers.iter().flat_map(|peer| view.peers(peer))),
        ports: some(ports.iter().map(port)),
    }
}

fn outgoing((ports, peers): &Group, view: &View<'_>) -> NetworkPolicyEgressRule {
    NetworkPolicyEgressRule {
        to: some(peers.iter().flat_map(|peer| view.peers(peer))),
        ports: some(ports.iter().map(port)),
    }
}

fn port(port: &FlowPort) -> NetworkPolicyPort {
    NetworkPolicyPort {
        protocol: Some(port.protocol.to_owned()),
        port: Some(IntOrString::Int(i32::from(port.number))),
        end_port: None,
    }
}

fn some<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

fn both() -> Vec<String> {
    vec!["Ingress".to_owned(), "Egress".to_owned()]
}

fn object(component: &str, name: &str, labels: LabelMap, spec: NetworkPolicySpec) -> Object {
    Object::new(component, &NetworkPolicy { metadata: meta(name, labels), spec: Some(spec) })
}
