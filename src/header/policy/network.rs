//! `policy.network`: what is allowed where everything else is denied.

use crate::value::format::LabelKey;
use crate::value::{Cidr, FromShort, Keyed, LabelValue, Name, Short};
use schemars::JsonSchema;
use serde::Deserialize;

/// Who may connect to whom; the short form is the mode.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct NetworkRules {
    /// Whether everything that is not declared is denied. Default: off.
    pub mode: Mode,
    /// Where names are looked up, over UDP and TCP, port 53.
    pub dns: Dns,
    /// Where the ingress controllers or gateways run, from which routes are reached; the short form is the namespace.
    /// Default: ingress-nginx.
    pub ingress: Option<Short<Peers>>,
    /// Who outside of the platform scrapes metrics, e.g. `monitoring`; the short form is the namespace. A Prometheus of
    /// the platform needs no entry. Default: nobody.
    pub scrape: Option<Short<Peers>>,
    /// Where operators run that reach the pods which they manage, e.g. `cnpg-system`; the short form is the namespace.
    /// Default: nobody.
    pub operators: Option<Short<Peers>>,
    /// Whether the pods with which cert-manager answers ACME's HTTP challenges are reached by `ingress`. Default: false.
    pub acme: bool,
    /// Where pods with rights reach the API server.
    pub api_server: ApiServer,
    /// Addresses of the nodes, where the network plug-in subjects the kubelet's probes to policies; most do not.
    /// Default: none.
    pub nodes: Vec<Cidr>,
    /// Ranges that are no part of the Internet, beside the private ones. Default: none.
    pub not_internet: Vec<Cidr>,
}

/// Whether everything that is not declared is denied.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// There are no policies.
    #[default]
    Off,
    /// What is not declared is denied, in both directions.
    DefaultDeny,
}

impl FromShort for NetworkRules {
    type Scalar = Mode;

    fn from_short(text: &str) -> Result<Self, String> {
        let mode = if text == "default-deny" { Mode::DefaultDeny } else { Mode::Off };
        Ok(Self { mode, ..Self::default() })
    }
}

/// Where names are looked up.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Dns {
    /// Namespace of the name servers. Default: kube-system.
    pub namespace: Option<Name>,
    /// Labels of their pods. Default: `k8s-app: kube-dns`.
    pub labels: Keyed<LabelKey, LabelValue>,
    /// Addresses of name servers that are no pods, e.g. `169.254.20.10/32` of a cache on every node. Default: none.
    pub addresses: Vec<Cidr>,
}

/// Pods of other namespaces; the short form is the one namespace.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Peers {
    /// Their namespaces.
    pub namespaces: Vec<Name>,
    /// Labels of the pods. Default: all pods.
    #[serde(default)]
    pub labels: Keyed<LabelKey, LabelValue>,
}

impl FromShort for Peers {
    type Scalar = Name;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { namespaces: vec![Name::known(text)], labels: Keyed::default() })
    }
}

/// Where the API server is; it is no pod that a policy could select.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ApiServer {
    /// Its addresses. Default: all private ranges. Cilium matches nodes by addresses only with `policy-cidr-match-mode: nodes`.
    pub addresses: Vec<Cidr>,
    /// Its ports behind the Service `kubernetes`. Default: 443 and 6443.
    #[schemars(inner(range(min = 1)))]
    pub ports: Vec<u16>,
}
