//! Rancher itself: charts that the Helm controller of RKE2 and K3s installs in the managing cluster.

use crate::k8s::Object;
use crate::value::{Host, Scalar, SemanticVersion};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The Helm controller looks for its charts here.
const NAMESPACE: &str = "kube-system";

/// Rancher in the managing cluster, which is one of RKE2 or K3s.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Server {
    /// Version of Rancher, e.g. 2.13.1.
    pub version: SemanticVersion,
    /// Its host name, under which the machines must reach it too.
    pub host: Host,
    /// Number of pods. Default: 3.
    #[serde(default)]
    pub replicas: Option<u8>,
    /// Class of its ingress. Default: that of the cluster.
    #[serde(default)]
    pub ingress_class: Option<String>,
    /// Where its certificate comes from. Default: rancher.
    #[serde(default)]
    pub certificate: CertificateSource,
    /// Address for Let's Encrypt. Needed with `letsEncrypt`.
    #[serde(default)]
    pub email: Option<Scalar>,
    /// Version of cert-manager that is installed first, e.g. 1.19.1. Default: none, because it is there or not needed.
    #[serde(default)]
    pub cert_manager: Option<SemanticVersion>,
}

/// Where the certificate of Rancher comes from.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum CertificateSource {
    /// cert-manager signs it with an authority of Rancher's own.
    #[default]
    Rancher,
    /// cert-manager gets it from Let's Encrypt.
    LetsEncrypt,
    /// The Secret `tls-rancher-ingress` in `cattle-system`, which you make.
    Secret,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HelmChart {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: ChartSpec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChartSpec {
    repo: &'static str,
    chart: &'static str,
    version: String,
    target_namespace: &'static str,
    create_namespace: bool,
    set: BTreeMap<&'static str, String>,
}

impl Server {
    /// The charts in the order in which they are installed.
    pub(super) fn objects(&self, component: &str) -> Vec<Object> {
        let mut objects = Vec::new();
        if let Some(version) = &self.cert_manager {
            let spec = ChartSpec {
                repo: "https://charts.jetstack.io",
                chart: "cert-manager",
                version: format!("v{}", version.trim_start_matches('v')),
                target_namespace: "cert-manager",
                create_namespace: true,
                set: [("crds.enabled", "true".to_owned())].into(),
            };
            objects.push(chart(component, spec));
        }
        let source = match self.certificate {
            CertificateSource::Rancher => "rancher",
            CertificateSource::LetsEncrypt => "letsEncrypt",
            CertificateSource::Secret => "secret",
        };
        let mut set: BTreeMap<&'static str, String> = [
            ("hostname", self.host.to_string()),
            ("replicas", self.replicas.unwrap_or(3).to_string()),
            ("ingress.tls.source", source.to_owned()),
        ]
        .into();
        set.extend(self.ingress_class.clone().map(|class| ("ingress.ingressClassName", class)));
        set.extend(self.email.clone().map(|email| ("letsEncrypt.email", email.0)));
        let spec = ChartSpec {
            repo: "https://releases.rancher.com/server-charts/stable",
            chart: "rancher",
            version: self.version.to_string(),
            target_namespace: "cattle-system",
            create_namespace: true,
            set,
        };
        objects.push(chart(component, spec));
        objects
    }
}

fn chart(component: &str, spec: ChartSpec) -> Object {
    let name = spec.chart;
    let chart = HelmChart {
        api_version: "helm.cattle.io/v1",
        kind: "HelmChart",
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            namespace: Some(NAMESPACE.to_owned()),
            ..ObjectMeta::default()
        },
        spec,
    };
    Object::new(component, &chart).in_file(format!("chart-{name}"))
}
