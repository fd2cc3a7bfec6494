//! What is denied and allowed to all pods of a namespace.

use super::super::{FOLDER, labels};
use super::peer::{self, View};
use super::{FlowPort, Peer, both, incoming, object, port, some};
use crate::k8s::{NAMESPACE, Object};
use crate::pod::scheduling::select;
use crate::scope::{LabelMap, Scope};
use k8s_openapi::api::networking::v1::{NetworkPolicyEgressRule, NetworkPolicySpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// The port at which Istio's control plane takes its proxies.
const CONTROL_PLANE: u16 = 15012;
/// The port at which cert-manager answers challenges.
const SOLVER: u16 = 8089;
/// The label of the pods that do.
const SOLVER_LABEL: &str = "acme.cert-manager.io/http01-solver";

/// The policies of the platform's namespace, and of those beside it.
pub(in super::super) fn own(scope: &Scope) -> Vec<Object> {
    let basics = basics(scope);
    let beside = scope.homes().into_iter().flat_map(|home| {
        basics.iter().map(|object| {
            let file = format!("{}-{}", object.file, home.word());
            home.take_in(object.clone()).in_file(file)
        })
    });
    let beside: Vec<_> = beside.collect();
    basics.into_iter().chain(challenges(scope)).chain(beside).collect()
}

fn named(name: &str, spec: NetworkPolicySpec, scope: &Scope) -> Object {
    object(FOLDER, name, labels(scope), spec).in_file(format!("networkpolicy-{name}"))
}

/// Nothing but names, and the control plane of a mesh.
fn basics(scope: &Scope) -> Vec<Object> {
    let rules = &scope.header.policy.network;
    let all = || Some(LabelSelector::default());
    let deny =
        NetworkPolicySpec { pod_selector: all(), policy_types: Some(both()), ..NetworkPolicySpec::default() };
    let egress = |rule| NetworkPolicySpec {
        pod_selector: all(),
        policy_types: Some(vec!["Egress".to_owned()]),
        egress: Some(vec![rule]),
        ingress: None,
    };
    let names = egress(NetworkPolicyEgressRule {
        to: some(peer::dns(&rules.dns)),
        ports: some(["UDP", "TCP"].map(|protocol| port(&FlowPort::new(53, protocol))).into_iter()),
    });
    let mut objects = vec![named("default-deny", deny, scope), named("allow-dns", names, scope)];
    if let Some(mesh) = &scope.header.mesh {
        // Proxies get their certificates and what they must know from the control plane.
        let control = egress(NetworkPolicyEgressRule {
            to: Some(vec![peer::namespace(mesh.namespace(), &LabelMap::new())]),
            ports: some([port(&FlowPort::tcp(CONTROL_PLANE))].into_iter()),
        });
        objects.push(named("allow-mesh", control, scope));
    }
    objects
}

/// Whoever comes through the edge reaches the pods that answer challenges.
fn challenges(scope: &Scope) -> Option<Object> {
    let rules = &scope.header.policy.network;
    let view = View { rules, flows: None, here: NAMESPACE };
    let solver = [(SOLVER_LABEL.to_owned(), "true".to_owned())].into();
    let spec = NetworkPolicySpec {
        pod_selector: Some(select(&solver)),
        policy_types: Some(vec!["Ingress".to_owned()]),
        ingress: Some(vec![incoming(&(vec![FlowPort::tcp(SOLVER)], vec![Peer::Edge]), &view)]),
        egress: None,
    };
    rules.acme.then(|| named("allow-acme", spec, scope))
}
