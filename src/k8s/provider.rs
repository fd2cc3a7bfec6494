//! What a cluster can have besides Kubernetes: operators, controllers and add-ons, and the API groups that they serve.

use schemars::JsonSchema;
use serde::Deserialize;

/// An operator, a controller or an add-on that kgen knows.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Argo CD: applies what is in Git.
    ArgoCd,
    /// Argo Rollouts: blue-green and canary updates.
    ArgoRollouts,
    /// cert-manager: makes and renews certificates.
    CertManager,
    /// CloudNativePG: runs PostgreSQL.
    CloudnativePg,
    /// Elastic Cloud on Kubernetes: runs Elasticsearch and Kibana.
    Eck,
    /// ExternalDNS: writes DNS entries of Services and routes.
    ExternalDns,
    /// External Secrets: fills Secrets from a vault.
    ExternalSecrets,
    /// Flux: applies what is in Git.
    Flux,
    /// The Gateway API's definitions; who serves them is a provider of its own, such as Istio.
    GatewayApi,
    /// The Grafana operator: dashboards and data sources as objects.
    GrafanaOperator,
    /// The Hazelcast operator: runs Hazelcast.
    HazelcastOperator,
    /// The Helm controller of RKE2 and K3s: installs charts that are written as objects.
    HelmController,
    /// ingress-nginx: serves the ingress class `nginx`.
    IngressNginx,
    /// Istio: a service mesh, and gateways.
    Istio,
    /// KEDA: scales by events and by custom metrics.
    Keda,
    /// Linkerd: a service mesh.
    Linkerd,
    /// metrics-server: measures CPU and memory for autoscaling and `kubectl top`.
    MetricsServer,
    /// The MongoDB operator: runs MongoDB.
    MongodbOperator,
    /// The OpenTelemetry operator: runs collectors.
    OpentelemetryOperator,
    /// prometheus-adapter: custom metrics for autoscaling.
    PrometheusAdapter,
    /// The Prometheus operator: monitors, rules, and Prometheus itself.
    PrometheusOperator,
    /// Rancher: makes and manages clusters.
    Rancher,
    /// The Redpanda operator: runs Redpanda.
    RedpandaOperator,
    /// Sealed Secrets: opens secrets that were encrypted for the cluster.
    SealedSecrets,
    /// The snapshot controller: snapshots of volumes.
    SnapshotController,
    /// Strimzi: runs Kafka.
    Strimzi,
    /// Traefik: serves the ingress class `traefik`.
    Traefik,
    /// The Vertical Pod Autoscaler: recommends requests, or sets them.
    VerticalPodAutoscaler,
}

struct Row {
    provider: Provider,
    name: &'static str,
    /// API groups; `GROUP/Kind` where a group belongs to several.
    serves: &'static [&'static str],
}

const fn row(provider: Provider, name: &'static str, serves: &'static [&'static str]) -> Row {
    Row { provider, name, serves }
}

const ROWS: &[Row] = &[
    row(
        Provider::ArgoCd,
        "argo-cd",
        &["argoproj.io/Application", "argoproj.io/ApplicationSet", "argoproj.io/AppProject"],
    ),
    row(
        Provider::ArgoRollouts,
        "argo-rollouts",
        &[
            "argoproj.io/Rollout",
            "argoproj.io/AnalysisTemplate",
            "argoproj.io/ClusterAnalysisTemplate",
            "argoproj.io/AnalysisRun",
            "argoproj.io/Experiment",
        ],
    ),
    row(Provider::CertManager, "cert-manager", &["cert-manager.io", "acme.cert-manager.io"]),
    row(Provider::CloudnativePg, "cloudnative-pg", &["postgresql.cnpg.io"]),
    row(
        Provider::Eck,
        "eck",
        &[
            "elasticsearch.k8s.elastic.co",
            "kibana.k8s.elastic.co",
            "apm.k8s.elastic.co",
            "beat.k8s.elastic.co",
            "agent.k8s.elastic.co",
            "logstash.k8s.elastic.co",
            "autoscaling.k8s.elastic.co",
            "stackconfigpolicy.k8s.elastic.co",
        ],
    ),
    row(Provider::ExternalDns, "external-dns", &["externaldns.k8s.io"]),
    row(
        Provider::ExternalSecrets,
        "external-secrets",
        &["external-secrets.io", "generators.external-secrets.io"],
    ),
    row(
        Provider::Flux,
        "flux",
        &[
            "source.toolkit.fluxcd.io",
            "kustomize.toolkit.fluxcd.io",
            "helm.toolkit.fluxcd.io",
            "notification.toolkit.fluxcd.io",
            "image.toolkit.fluxcd.io",
        ],
    ),
    row(Provider::GatewayApi, "gateway-api", &["gateway.networking.k8s.io"]),
    row(Provider::GrafanaOperator, "grafana-operator", &["grafana.integreatly.org"]),
    row(Provider::HazelcastOperator, "hazelcast-operator", &["hazelcast.com"]),
    row(Provider::HelmController, "helm-controller", &["helm.cattle.io"]),
    row(Provider::IngressNginx, "ingress-nginx", &[]),
    row(
        Provider::Istio,
        "istio",
        &["networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io"],
    ),
    row(Provider::Keda, "keda", &["keda.sh", "eventing.keda.sh", "external.metrics.k8s.io"]),
    row(
        Provider::Linkerd,
        "linkerd",
        &["linkerd.io", "policy.linkerd.io", "workload.linkerd.io", "multicluster.linkerd.io"],
    ),
    row(Provider::MetricsServer, "metrics-server", &["metrics.k8s.io"]),
    row(Provider::MongodbOperator, "mongodb-operator", &["mongodbcommunity.mongodb.com", "mongodb.com"]),
    row(Provider::OpentelemetryOperator, "opentelemetry-operator", &["opentelemetry.io"]),
    row(
        Provider::PrometheusAdapter,
        "prometheus-adapter",
        &["custom.metrics.k8s.io", "external.metrics.k8s.io"],
    ),
    row(Provider::PrometheusOperator, "prometheus-operator", &["monitoring.coreos.com"]),
    row(
        Provider::Rancher,
        "rancher",
        &[
            "provisioning.cattle.io",
            "rke-machine-config.cattle.io",
            "management.cattle.io",
            "catalog.cattle.io",
        ],
    ),
    row(Provider::RedpandaOperator, "redpanda-operator", &["cluster.redpanda.com"]),
    row(Provider::SealedSecrets, "sealed-secrets", &["bitnami.com"]),
    row(Provider::SnapshotController, "snapshot-controller", &["snapshot.storage.k8s.io"]),
    row(Provider::Strimzi, "strimzi", &["kafka.strimzi.io", "core.strimzi.io"]),
    row(Provider::Traefik, "traefik", &["traefik.io"]),
    row(Provider::VerticalPodAutoscaler, "vertical-pod-autoscaler", &["autoscaling.k8s.io"]),
];

/// Groups that every API server serves by itself.
const BUILT_IN: &[&str] = &[
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

impl Provider {
    /// The provider of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.provider)
    }

    /// Its name in a spec.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Whether it brings a kind of a group.
    #[must_use]
    pub fn serves(self, group: &str, kind: &str) -> bool {
        self.row().serves.iter().any(|served| {
            served.split_once('/').map_or(*served == group, |(of, only)| of == group && only == kind)
        })
    }

    /// Those that bring a kind of a group.
    pub fn of(group: &str, kind: &str) -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.provider).filter(move |provider| provider.serves(group, kind))
    }

    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.provider == self).expect("internal error: every provider has a row")
    }
}

/// The group of an API version: what stands before the `/`, nothing for `v1`.
#[must_use]
pub fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// Whether every API server serves the group of an API version by itself.
#[must_use]
pub fn is_built_in(api_version: &str) -> bool {
    BUILT_IN.contains(&group(api_version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::schema_for;

    #[test]
    fn every_provider_has_a_row_and_its_name() {
        let schema = schema_for!(Provider).to_value();
        let names: Vec<_> =
            schema["oneOf"].as_array().unwrap().iter().map(|word| word["const"].as_str().unwrap()).collect();
        assert_eq!(names, ROWS.iter().map(|row| row.name).collect::<Vec<_>>());
        for row in ROWS {
            assert_eq!(serde_json::from_value::<Provider>(row.name.into()).unwrap(), row.provider);
        }
    }

    #[test]
    fn groups_that_two_share_go_by_kind() {
        let of = |group, kind| Provider::of(group, kind).map(Provider::name).collect::<Vec<_>>();
        assert_eq!(of("argoproj.io", "Rollout"), ["argo-rollouts"]);
        assert_eq!(of("argoproj.io", "Application"), ["argo-cd"]);
        assert_eq!(of("cert-manager.io", "Issuer"), ["cert-manager"]);
        assert!(of("acme.example.com", "Widget").is_empty());
    }

    #[test]
    fn kubernetes_own_groups_need_nobody() {
        assert!(is_built_in("v1") && is_built_in("apps/v1") && is_built_in("networking.k8s.io/v1"));
        assert!(!is_built_in("gateway.networking.k8s.io/v1") && !is_built_in("autoscaling.k8s.io/v1"));
    }
}
