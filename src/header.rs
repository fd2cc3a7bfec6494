//! The header of a spec: what is said of the platform as a whole, which every component may know.

use crate::diagnostic::{At, Check};
use crate::k8s::provider::Provider;
use crate::value::level::PodSecurity;
use crate::value::{Host, Keyed, KubernetesVersion, Labels, Name, SemanticVersion, Short};
use mesh::Mesh;
use metrics::MetricsRules;
use objectives::Objectives;
use policy::{Policy, network::Peers};
use provides::Provides;
use schemars::JsonSchema;
use serde::Deserialize;

pub mod capacity;
pub mod kit;
pub mod mesh;
pub mod metrics;
pub mod objectives;
pub mod policy;
pub mod provides;

/// What a spec says of the platform as a whole.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// Name of the platform; also that of the Helm chart.
    pub platform: Name,
    /// One line of what the platform is. Default: `The platform NAME`.
    #[serde(default)]
    pub description: Option<String>,
    /// Version of the platform, also that of the Helm chart (semantic versioning). Default: 0.1.0.
    #[serde(default)]
    pub version: Option<SemanticVersion>,
    /// Lowest Kubernetes version to support; what it lacks is an error. Default: 1.30.
    #[serde(default)]
    pub kubernetes: Option<KubernetesVersion>,
    /// What the cluster has besides Kubernetes: names of operators, controllers and add-ons, or
    /// `{ name, groups }` of others. A custom resource that none of them takes is an error.
    #[serde(default)]
    pub provides: Provides,
    /// Folder beside the spec with CustomResourceDefinitions as YAML: every custom resource is checked against their
    /// schemas. Their CEL rules are not evaluated. Default: none; `kgen validate --crds DIR` checks once.
    #[serde(default)]
    pub crds: Option<String>,
    /// Domain of the platform; an ingress without `host` is at its name below it.
    #[serde(default)]
    pub domain: Option<Host>,
    /// Namespace of the platform's objects. Default: the platform's name, and `-` and the environment's in an environment.
    #[serde(default)]
    pub namespace: Option<Name>,
    /// Labels of the Namespace.
    #[serde(default)]
    pub namespace_labels: Labels,
    /// Pod Security level that the Namespace enforces, and that every pod must meet. Default: restricted.
    #[serde(default)]
    pub pod_security: PodSecurity,
    /// Labels of every object.
    #[serde(default)]
    pub labels: Labels,
    /// What the platform promises: load, latency, errors. Alerts, autoscaling, dashboards and load tests read it.
    #[serde(default)]
    pub objectives: Objectives,
    /// Who collects metrics, unless a component says otherwise, and whom KEDA asks for them.
    #[serde(default)]
    pub metrics: MetricsRules,
    /// Rules for all pods: the network, priorities, what the namespace may use.
    #[serde(default)]
    pub policy: Policy,
    /// Nodes of the cluster by the name of their pool: what `kgen capacity` and the checks count with.
    #[serde(default)]
    pub nodes: Keyed<crate::value::format::Name, capacity::NodePool>,
    /// Figures of the platform's size that a document claims.
    #[serde(default)]
    pub capacity: capacity::Capacity,
    /// A service mesh around all pods, Istio. Default: none.
    #[serde(default)]
    pub mesh: Option<Mesh>,
    /// Scripts, documents and tests around the manifests, in `ops/`. Default: none.
    #[serde(default)]
    pub kit: Option<kit::Kit>,
}

impl Header {
    /// The header with the defaults that follow from other fields of it.
    #[must_use]
    pub fn settled(mut self) -> Self {
        if let Some(mesh) = &self.mesh
            && self.policy.network.ingress.is_none()
        {
            // Whoever has a mesh has its gateway as the edge.
            self.policy.network.0.ingress = Some(Short(Peers {
                namespaces: vec![Name::known(mesh.gateway.namespace())],
                labels: Keyed::default(),
            }));
        }
        self
    }

    /// Reports everything that is wrong with the header by itself.
    pub fn check(&self, check: &mut Check<'_>) {
        self.objectives.check(&At::root().key("objectives"), check);
        if self.metrics.server.is_some() && self.scaler() != Some(Provider::Keda) {
            let server = At::root();
            let server = server.key("metrics");
            check
                .error(
                    "metrics-server",
                    &server.key("server"),
                    "nobody asks this Prometheus: only KEDA needs its address",
                )
                .help("remove `server`, or write `provides: [keda]`");
        }
    }

    /// Who gives autoscalers metrics other than CPU and memory: KEDA before the Prometheus adapter.
    pub fn scaler(&self) -> Option<Provider> {
        [Provider::Keda, Provider::PrometheusAdapter]
            .into_iter()
            .find(|provider| self.provides.has(*provider))
    }
}

/// The version that is supported when the spec does not say.
pub const DEFAULT_KUBERNETES: &str = "1.30";
