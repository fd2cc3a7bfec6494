//! The two sides of a connection, as a network policy names them.

use super::super::super::flow::{Flows, Peer};
use crate::header::policy::network::{Dns, NetworkRules, Peers};
use crate::pod::scheduling::select;
use crate::scope::LabelMap;
use crate::value::format::LabelKey;
use crate::value::{Cidr, Keyed, LabelValue};
use k8s_openapi::api::networking::v1::{IPBlock, NetworkPolicyPeer};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

/// The label that Kubernetes itself gives to every namespace.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";
/// Where ingress controllers run if the spec does not say.
const INGRESS: &str = "ingress-nginx";
/// Where the name servers of a cluster run.
const SYSTEM: &str = "kube-system";

/// Ranges of addresses that are not routed in the Internet: clusters and nodes are there.
const PRIVATE: [&str; 4] = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];
const PRIVATE_6: [&str; 1] = ["fc00::/7"];
/// Others that are no hosts of the Internet: the host itself, and the link, where clouds keep credentials.
const LOCAL: [&str; 2] = ["127.0.0.0/8", "169.254.0.0/16"];
const LOCAL_6: [&str; 1] = ["fe80::/10"];

/// From where peers are seen.
pub(super) struct View<'a> {
    pub(super) rules: &'a NetworkRules,
    /// All pods, which may be in other namespaces; none where no single one is meant.
    pub(super) flows: Option<&'a Flows>,
    /// The namespace of the policy.
    pub(super) here: &'a str,
}

impl View<'_> {
    /// The peers that a side stands for.
    pub(super) fn peers(&self, peer: &Peer) -> Vec<NetworkPolicyPeer> {
        if let Peer::Pods(app) = peer
            && let Some(pods) = self.flows.and_then(|flows| flows.pods(app))
            && pods.namespace != self.here
        {
            return vec![namespace(&pods.namespace, &[("app".to_owned(), app.clone())].into())];
        }
        of(peer, self.rules)
    }
}

fn of(peer: &Peer, rules: &NetworkRules) -> Vec<NetworkPolicyPeer> {
    match peer {
        Peer::Pods(app) => vec![pods(&[("app".to_owned(), app.clone())].into())],
        Peer::Edge => match &rules.ingress {
            Some(peers) => others(peers),
            None => vec![namespace(INGRESS, &LabelMap::new())],
        },
        Peer::Scrapers => rules.scrape.as_deref().map(others).unwrap_or_default(),
        Peer::Operators => rules.operators.as_deref().map(others).unwrap_or_default(),
        Peer::Anyone => vec![block("0.0.0.0/0", Vec::new()), block("::/0", Vec::new())],
        Peer::Nodes => blocks(&rules.nodes),
        Peer::Kubelets if !rules.nodes.is_empty() => blocks(&rules.nodes),
        Peer::ApiServer if !rules.api_server.addresses.is_empty() => blocks(&rules.api_server.addresses),
        Peer::ApiServer | Peer::Kubelets => {
            PRIVATE.iter().chain(&PRIVATE_6).map(|range| block(range, Vec::new())).collect()
        }
        Peer::Internet => internet(&rules.not_internet),
        Peer::Cluster => vec![NetworkPolicyPeer {
            namespace_selector: Some(LabelSelector::default()),
            ..NetworkPolicyPeer::default()
        }],
    }
}

/// The name servers.
pub(super) fn dns(dns: &Dns) -> impl Iterator<Item = NetworkPolicyPeer> {
    let labels = if dns.labels.is_empty() {
        [("k8s-app".to_owned(), "kube-dns".to_owned())].into()
    } else {
        plain(&dns.labels)
    };
    let servers = namespace(dns.namespace.as_deref().unwrap_or(SYSTEM), &labels);
    std::iter::once(servers).chain(blocks(&dns.addresses))
}

fn others(peers: &Peers) -> Vec<NetworkPolicyPeer> {
    let labels = plain(&peers.labels);
    peers.namespaces.iter().map(|name| namespace(name, &labels)).collect()
}

fn plain(labels: &Keyed<LabelKey, LabelValue>) -> LabelMap {
    labels.iter().map(|(key, value)| (key.to_owned(), value.to_string())).collect()
}

fn pods(labels: &LabelMap) -> NetworkPolicyPeer {
    NetworkPolicyPeer { pod_selector: Some(select(labels)), ..NetworkPolicyPeer::default() }
}

pub(super) fn namespace(name: &str, labels: &LabelMap) -> NetworkPolicyPeer {
    NetworkPolicyPeer {
        namespace_selector: Some(select(&[(NAMESPACE_NAME.to_owned(), name.to_owned())].into())),
        pod_selector: (!labels.is_empty()).then(|| select(labels)),
        ip_block: None,
    }
}

/// Everything but what is surely not there: a policy for an empty namespace selector would never match it.
fn internet(further: &[Cidr]) -> Vec<NetworkPolicyPeer> {
    let except = |own: &[&str], six: bool| {
        let further = further.iter().map(|range| &**range).filter(|range| range.contains(':') == six);
        let mut all: Vec<String> = own.iter().copied().chain(further).map(ToOwned::to_owned).collect();
        all.sort();
        all.dedup();
        all
    };
    vec![
        block("0.0.0.0/0", except(&[&PRIVATE[..], &LOCAL].concat(), false)),
        block("::/0", except(&[PRIVATE_6, LOCAL_6].concat(), true)),
    ]
}

fn blocks(ranges: &[Cidr]) -> Vec<NetworkPolicyPeer> {
    ranges.iter().map(|range| block(range, Vec::new())).collect()
}

fn block(cidr: &str, except: Vec<String>) -> NetworkPolicyPeer {
    NetworkPolicyPeer {
        ip_block: Some(IPBlock { cidr: cidr.to_owned(), except: (!except.is_empty()).then_some(except) }),
        ..NetworkPolicyPeer::default()
    }
}
