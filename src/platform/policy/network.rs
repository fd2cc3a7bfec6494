//! Network policies: one for the pods of each workload, and what is denied and allowed to all of them.

use super::super::flow::{FlowPort, Flows, Peer};
use super::super::pods::Pods;
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

/// The policies of a component.
pub(super) fn policies(component: &str, flows: &Flows, scope: &Scope) -> Vec<Object> {
    flows.inventory.of(component).iter().map(|pods| policy(pods, flows, scope)).collect()
}

fn policy(pods: &Pods, flows: &Flows, scope: &Scope) -> Object {
    let view = View { rules: &scope.header.policy.network, flows: Some(flows), here: &pods.namespace };
    let ingress = grouped(flows.incoming(&pods.app).map(|flow| (&flow.from, &*flow.ports)));
    let egress = grouped(flows.outgoing(&pods.app).map(|flow| (&flow.to, &*flow.ports)));
    let spec = NetworkPolicySpec {
        pod_selector: Some(select(&scope.selector(&pods.app))),
        policy_types: Some(both()),
        ingress: some(ingress.iter().map(|group| incoming(group, &view))),
        egress: some(egress.iter().map(|group| outgoing(group, &view))),
    };
    let policy = object(&pods.component, &pods.app, pods.labels.clone(), spec);
    scope.at_home(&pods.component, policy)
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
