//! The header field `mesh`: Istio around the pods of the platform.

use crate::value::format::{LabelKey, minor};
use crate::value::{Host, Keyed, LabelValue, Name, Scalar};
use schemars::JsonSchema;
use serde::Deserialize;

/// A service mesh, Istio: proxies beside all pods encrypt what they say to each other, and know who asks.
///
/// The cluster needs Istio's CNI plug-in: without it each pod would start a container with rights that the Pod Security
/// levels `baseline` and `restricted` refuse.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Mesh {
    /// Istio's version as `1.N`; those that get no fixes any more are reported. Default: 1.30.
    pub version: Option<Scalar>,
    /// Revision of the control plane that serves the namespace, e.g. `stable`. Default: the one without a revision.
    pub revision: Option<Name>,
    /// Whether pods also take what comes in clear. Default: strict; the ports of metrics take it always, as scrapers
    /// stand outside.
    pub mtls: Mtls,
    /// Whether pods take requests only from those that the spec names: `uses`, `notifies`, routes, metrics. Default: true.
    pub authorization: Option<bool>,
    /// Whether the proxy is a sidecar of Kubernetes' own kind, which starts before the containers and ends after them, so
    /// that Jobs end. Needs Kubernetes 1.29 and Istio 1.25. Without it Jobs stay outside of the mesh. Default: true.
    pub native_sidecars: Option<bool>,
    /// Namespace of the control plane. Default: istio-system.
    pub namespace: Option<Name>,
    /// Domain of the identities of pods. Default: cluster.local.
    pub trust_domain: Option<Host>,
    /// The gateway that takes requests from outside for edges with `through: istio`.
    pub gateway: IngressGateway,
}

/// Pods of Istio that take requests from outside.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IngressGateway {
    /// Their namespace, where certificates of edges are kept. Default: istio-system.
    pub namespace: Option<Name>,
    /// Labels by which they are found. Default: `istio: ingressgateway`.
    pub labels: Keyed<LabelKey, LabelValue>,
    /// Their service account. Default: istio-ingressgateway-service-account.
    pub service_account: Option<Name>,
}

/// Whether pods also take what comes in clear.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Mtls {
    /// Only what is encrypted, by a proxy that says who asks.
    #[default]
    Strict,
    /// Also what comes in clear.
    Permissive,
}

/// Istio's version when the spec does not say.
pub const DEFAULT_VERSION: &str = "1.30";
/// Istio's oldest version that gets fixes.
pub const OLDEST_VERSION: u32 = 28;

impl Mesh {
    /// The minor version; none if the text is no version.
    pub fn minor(&self) -> Option<u32> {
        minor(self.version.as_ref().map_or(DEFAULT_VERSION, |version| &version.0))
    }

    /// Whether the proxies are sidecars of Kubernetes' own kind.
    pub fn is_native(&self) -> bool {
        self.native_sidecars.unwrap_or(true)
    }

    /// Whether requests are refused unless the spec names who asks.
    pub fn authorizes(&self) -> bool {
        self.authorization.unwrap_or(true)
    }

    /// The namespace of the control plane.
    pub fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or("istio-system")
    }

    /// The identity of pods with a service account.
    pub fn principal(&self, namespace: &str, account: &str) -> String {
        format!("{}/ns/{namespace}/sa/{account}", self.trust_domain.as_deref().unwrap_or("cluster.local"))
    }

    /// The label by which the namespace gets proxies.
    pub fn label(&self) -> (&'static str, &str) {
        self.revision.as_deref().map_or(("istio-injection", "enabled"), |revision| ("istio.io/rev", revision))
    }
}

impl IngressGateway {
    /// Their namespace.
    pub fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or("istio-system")
    }

    /// Their service account.
    pub fn service_account(&self) -> &str {
        self.service_account.as_deref().unwrap_or("istio-ingressgateway-service-account")
    }

    /// Labels by which they are found.
    pub fn selector(&self) -> std::collections::BTreeMap<String, String> {
        if self.labels.is_empty() {
            return [("istio".to_owned(), "ingressgateway".to_owned())].into();
        }
        self.labels.iter().map(|(key, value)| (key.to_owned(), value.to_string())).collect()
    }
}
