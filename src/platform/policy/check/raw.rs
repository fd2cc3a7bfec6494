//! Raw network policies, and raw pods that no policy selects.

use super::super::super::Part;
use super::super::super::pods;
use crate::diagnostic::{Check, Key};
use crate::k8s::Object;
use crate::needs::Offer;
use crate::scope::Scope;
use crate::tree::Tree;

/// Reports raw network policies that do not do what they seem to.
pub(super) fn check(parts: &[Part], scope: &Scope, denied: bool, check: &mut Check<'_>) {
    for (part, object) in policies(parts, scope) {
        let tree = &object.tree;
        let rules =
            |direction: &str| tree.at(&["spec", direction]).and_then(Tree::as_list).unwrap_or_default();
        let isolates = words(tree.at(&["spec", "policyTypes"])).any(|kind| kind == "Egress")
            || tree.at(&["spec", "egress"]).is_some();
        if isolates && !denied && !rules("egress").iter().any(answers_names) {
            check
                .warning("policy-dns", Key(&[part.section, &part.name, "spec"]),
                    "the pods of this policy cannot look up names: it allows no connection to port 53",
                )
                .help("allow UDP and TCP 53 to the pods `k8s-app: kube-dns` of the namespace `kube-system`, or write `policy: { network: default-deny }`, which does");
        }
        for rule in rules("egress") {
            internet(part, rule, check);
        }
        for (direction, side) in [("ingress", "from"), ("egress", "to")] {
            let peers = rules(direction).iter().filter_map(|rule| rule.get(side)?.as_list()).flatten();
            for peer in peers {
                namespace_label(part, peer, check);
            }
        }
    }
}

/// Reports raw pods that nobody reaches.
pub(super) fn pods(part: &Part, parts: &[Part], scope: &Scope, check: &mut Check<'_>) {
    for object in part.component.objects(&part.name, scope) {
        let kind = object.id().kind;
        let labels = match pods::template(&object.tree) {
            Some(template) => template.at(&["metadata", "labels"]),
            None if kind == "Pod" => object.tree.at(&["metadata", "labels"]),
            None => continue,
        };
        let selected = policies(parts, scope).any(|(_, policy)| {
            let selector = policy.tree.at(&["spec", "podSelector", "matchLabels"]).and_then(Tree::as_map);
            selector.is_none_or(|selector| {
                selector.iter().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
            })
        });
        if !selected {
            check
                .warning(
                    "policy-raw-pods",
                    Key(&[part.section, &part.name]),
                    format!("nobody reaches the pods of `{}`, and they reach nobody", part.name),
                )
                .label(Key(&["policy", "network"]), "this denies what is not declared")
                .help("run it as one of `services`, or add a raw NetworkPolicy that selects its pods");
        }
    }
}

/// All raw network policies.
fn policies<'a>(parts: &'a [Part], scope: &'a Scope) -> impl Iterator<Item = (&'a Part, Object)> {
    let raw = parts.iter().filter(|part| matches!(scope.offers.get(&part.name), Some(Offer::Raw)));
    raw.flat_map(|part| {
        part.component.objects(&part.name, scope).into_iter().map(move |object| (part, object))
    })
    .filter(|(_, object)| object.id().kind == "NetworkPolicy")
}

fn words(list: Option<&Tree>) -> impl Iterator<Item = &str> {
    list.and_then(Tree::as_list).unwrap_or_default().iter().filter_map(Tree::as_str)
}

/// Whether a rule allows port 53, by number or because it allows all ports.
fn answers_names(rule: &Tree) -> bool {
    rule.get("ports").and_then(Tree::as_list).is_none_or(|ports| {
        ports.iter().any(|port| port.get("port").is_none_or(|port| *port == Tree::Int(53)))
    })
}

/// An empty namespace selector means all pods of the cluster, which are not in the Internet.
fn internet(part: &Part, rule: &Tree, check: &mut Check<'_>) {
    let all = |peer: &Tree| {
        peer.get("namespaceSelector").is_some_and(Tree::is_empty) && peer.get("podSelector").is_none()
    };
    let peers = rule.get("to").and_then(Tree::as_list).unwrap_or_default();
    let web = |port: &Tree| matches!(port.get("port"), Some(Tree::Int(80 | 443)));
    let ports = rule.get("ports").and_then(Tree::as_list).unwrap_or_default();
    if peers.iter().any(all) && ports.iter().any(web) {
        check
            .warning(
                "policy-internet",
                Key(&[part.section, &part.name, "spec", "egress"]),
                "an empty `namespaceSelector` means all pods of the cluster, not the Internet",
            )
            .help(
                "write `ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16] }`",
            );
    }
}

fn namespace_label(part: &Part, peer: &Tree, check: &mut Check<'_>) {
    let label = peer.at(&["namespaceSelector", "matchLabels", "name"]).and_then(Tree::as_str);
    if let Some(name) = label {
        check
            .warning(
                "policy-namespace-label",
                Key(&[part.section, &part.name, "spec"]),
                "namespaces have no label `name` unless somebody sets it",
            )
            .help(format!("write `kubernetes.io/metadata.name: {name}`, which Kubernetes sets itself"));
    }
}
