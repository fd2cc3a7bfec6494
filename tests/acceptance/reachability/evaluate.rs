//! Network policies as a cluster evaluates them: from the raw objects alone.

use crate::acceptance::rendered::{entries, list, text};
use crate::objects::Objects;
use serde_yaml::Value;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// One end of a connection.
#[derive(Clone, Debug)]
pub(in crate::acceptance) enum End {
    /// A pod: its namespace and its labels.
    Pod(String, BTreeMap<String, String>),
    /// An address that is no pod.
    Address(IpAddr),
}

/// A port that is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::acceptance) struct Port<'a>(pub(in crate::acceptance) u16, pub(in crate::acceptance) &'a str);

/// The policies of a cluster.
pub(in crate::acceptance) struct Policies<'a>(Vec<&'a Value>);

impl End {
    /// A pod of a namespace with one label.
    pub(in crate::acceptance) fn pod(namespace: &str, key: &str, value: &str) -> Self {
        Self::Pod(namespace.to_owned(), [(key.to_owned(), value.to_owned())].into())
    }

    pub(in crate::acceptance) fn address(text: &str) -> Self {
        Self::Address(text.parse().unwrap())
    }
}

impl<'a> Policies<'a> {
    pub(in crate::acceptance) fn new(objects: &'a Objects) -> Self {
        let kind = |kind: &str| kind == "NetworkPolicy";
        Self(objects.iter().filter(|(key, _)| kind(&key.kind)).map(|(_, value)| value).collect())
    }

    /// Whether a connection is opened: the one end may send it, the other may take it.
    pub(in crate::acceptance) fn allow(&self, from: &End, to: &End, port: Port<'_>) -> bool {
        self.allow_one(from, to, port, "Egress", "egress", "to")
            && self.allow_one(to, from, port, "Ingress", "ingress", "from")
    }

    /// Whether the policies of `own` allow a connection with `other`.
    fn allow_one(&self, own: &End, other: &End, port: Port<'_>, kind: &str, rules: &str, side: &str) -> bool {
        let End::Pod(namespace, labels) = own else { return true };
        let mut isolated = false;
        for policy in &self.0 {
            let spec = &policy["spec"];
            let ours =
                text(&policy["metadata"]["namespace"]) == namespace && selects(&spec["podSelector"], labels);
            let kinds = list(&spec["policyTypes"]);
            assert!(!kinds.is_empty(), "a policy that does not say its types");
            if !ours || !kinds.iter().any(|one| one == kind) {
                continue;
            }
            isolated = true;
            let fits = |rule: &Value| {
                let ports = list(&rule["ports"]);
                let peers = list(&rule[side]);
                (ports.is_empty() || ports.iter().any(|one| is_port(one, port)))
                    && (peers.is_empty() || peers.iter().any(|peer| is_peer(peer, namespace, other)))
            };
            if list(&spec[rules]).iter().any(fits) {
                return true;
            }
        }
        !isolated
    }
}

fn is_port(rule: &Value, port: Port<'_>) -> bool {
    let protocol = rule["protocol"].as_str().unwrap_or("TCP");
    protocol == port.1 && (rule["port"].is_null() || rule["port"].as_u64() == Some(u64::from(port.0)))
}

fn is_peer(peer: &Value, own: &str, other: &End) -> bool {
    match other {
        End::Address(address) => {
            let block = &peer["ipBlock"];
            !block.is_null()
                && holds(text(&block["cidr"]), *address)
                && !list(&block["except"]).iter().any(|range| holds(text(range), *address))
        }
        End::Pod(namespace, labels) => {
            let (spaces, pods) = (&peer["namespaceSelector"], &peer["podSelector"]);
            // An address range is for what is outside: whether it matches pods depends on the plug-in.
            if !peer["ipBlock"].is_null() {
                return false;
            }
            let name = [("kubernetes.io/metadata.name".to_owned(), namespace.clone())].into();
            let space = if spaces.is_null() { namespace == own } else { selects(spaces, &name) };
            space && (pods.is_null() || selects(pods, labels))
        }
    }
}

fn selects(selector: &Value, labels: &BTreeMap<String, String>) -> bool {
    assert!(selector["matchExpressions"].is_null(), "expressions are not evaluated here");
    entries(&selector["matchLabels"])
        .all(|(key, value)| labels.get(key).is_some_and(|own| own == text(value)))
}

/// Whether an address is in a range.
fn holds(range: &str, address: IpAddr) -> bool {
    let (first, bits) = range.split_once('/').unwrap();
    let bits: u32 = bits.parse().unwrap();
    match (first.parse().unwrap(), address) {
        (IpAddr::V4(first), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            u32::from(first) & mask == u32::from(address) & mask
        }
        (IpAddr::V6(first), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            u128::from(first) & mask == u128::from(address) & mask
        }
        _ => false,
    }
}
