//! Network policies: one for the pods of each workload, and what is denied and allowed to all of them.

use super::super::flow::{Flow, FlowPort, Peer};
use super::super::pods::{Inventory, Pods};
use super::{FOLDER, labels};
use crate::header::policy::network::{Mode, NetworkRules};
use crate::k8s::{Object, meta};
use crate::pod::scheduling::select;
use crate::scope::{LabelMap, Scope};
use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::{BTreeMap, BTreeSet};

mod peer;

/// All connections, by the pods at both ends.
#[derive(Debug)]
pub struct Network {
    pods: BTreeMap<String, Vec<Pods>>,
    flows: Vec<Flow>,
    ends: BTreeMap<String, Ends>,
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
        for group in inventory.pods {
            pods.entry(group.component.clone()).or_default().push(group);
        }
        Some(Self { pods, flows, ends })
    }

    /// The policies of a component.
    pub fn policies(&self, component: &str, scope: &Scope) -> Vec<Object> {
        let pods = self.pods.get(component).into_iter().flatten();
        pods.map(|pods| self.policy(pods, scope)).collect()
    }

    fn policy(&self, pods: &Pods, scope: &Scope) -> Object {
        let rules = &scope.header.policy.network;
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
            ingress: some(ingress.iter().map(|group| incoming(group, rules))),
            egress: some(egress.iter().map(|group| outgoing(group, rules))),
        };
        object(&pods.component, &pods.app, pods.labels.clone(), spec)
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

fn incoming((ports, peers): &Group, rules: &NetworkRules) -> NetworkPolicyIngressRule {
    NetworkPolicyIngressRule {
        from: some(peers.iter().flat_map(|peer| peer::of(peer, rules))),
        ports: some(ports.iter().map(port)),
    }
}

fn outgoing((ports, peers): &Group, rules: &NetworkRules) -> NetworkPolicyEgressRule {
    NetworkPolicyEgressRule {
        to: some(peers.iter().flat_map(|peer| peer::of(peer, rules))),
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

/// The port at which Istio's control plane takes its proxies.
const CONTROL_PLANE: u16 = 15012;
/// The port at which cert-manager answers challenges.
const SOLVER: u16 = 8089;
/// The label of the pods that do.
const SOLVER_LABEL: &str = "acme.cert-manager.io/http01-solver";

/// What holds for all pods of the namespace.
pub(super) fn own(scope: &Scope) -> Vec<Object> {
    let rules = &scope.header.policy.network;
    let all = || Some(LabelSelector::default());
    let deny =
        NetworkPolicySpec { pod_selector: all(), policy_types: Some(both()), ..NetworkPolicySpec::default() };
    let names = NetworkPolicySpec {
        pod_selector: all(),
        policy_types: Some(vec!["Egress".to_owned()]),
        egress: Some(vec![NetworkPolicyEgressRule {
            to: some(peer::dns(&rules.dns)),
            ports: some(["UDP", "TCP"].map(|protocol| port(&FlowPort::new(53, protocol))).into_iter()),
        }]),
        ingress: None,
    };
    let named =
        |name: &str, spec| object(FOLDER, name, labels(scope), spec).in_file(format!("networkpolicy-{name}"));
    let mut objects = vec![named("default-deny", deny), named("allow-dns", names)];
    if let Some(mesh) = &scope.header.mesh {
        // Proxies get their certificates and what they must know from the control plane.
        let control = NetworkPolicySpec {
            pod_selector: all(),
            policy_types: Some(vec!["Egress".to_owned()]),
            egress: Some(vec![NetworkPolicyEgressRule {
                to: Some(vec![peer::namespace(mesh.namespace(), &LabelMap::new())]),
                ports: some([port(&FlowPort::tcp(CONTROL_PLANE))].into_iter()),
            }]),
            ingress: None,
        };
        objects.push(named("allow-mesh", control));
    }
    if rules.acme {
        let solver = [(SOLVER_LABEL.to_owned(), "true".to_owned())].into();
        let challenges = NetworkPolicySpec {
            pod_selector: Some(select(&solver)),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(vec![incoming(&(vec![FlowPort::tcp(SOLVER)], vec![Peer::Edge]), rules)]),
            egress: None,
        };
        objects.push(named("allow-acme", challenges));
    }
    objects
}
