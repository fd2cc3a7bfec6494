//! Elasticsearch: nodes that find each other, or a cluster that the operator runs.

use super::readymade::{self, KeptNames, Readymade, exporter as exporters};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Need, Needs, Offer};
use crate::pod::container::Resources;
use crate::pod::scheduling::Strength;
use crate::scope::Scope;
use crate::value::format::{DataKey, Name};
use crate::value::{Image, KeyRef, Keyed, Labels, ObjectName, Quantity, Scalar, Short, Text, Version};
use crate::workload::tuning::Tuning;
use retention::Retention;
use schemars::JsonSchema;
use serde::Deserialize;

mod check;
mod exporter;
mod operator;
mod retention;
mod server;

/// An Elasticsearch cluster; every node may be elected and holds data.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Elasticsearch {
    /// Elasticsearch's version, 8.2 or newer; the default image is `docker.elastic.co/elasticsearch/elasticsearch:VERSION`.
    /// Default: 8.19.0.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    #[serde(default)]
    image: Option<Image>,
    /// Who runs the nodes: `eck` makes an object for Elastic's operator, which must be in the cluster. Default: a
    /// StatefulSet of kgen's own.
    #[serde(default)]
    operator: Option<Operator>,
    /// Nodes of the cluster; three survive the loss of one. Default: 1.
    #[serde(default)]
    #[schemars(range(min = 1))]
    replicas: Option<u32>,
    /// Size of each node's claim.
    storage: Quantity,
    /// Storage class of the claims. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which every claim's name starts with. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<Text<Name>>,
    /// Name of the cluster. Default: the component's name.
    #[serde(default)]
    cluster_name: Option<Text<Name>>,
    /// The password of the user `elastic`: an entry of a secret, `NAME/KEY`. Default: none; who reaches the nodes may
    /// use them. With `operator` it is `NAME-es-elastic-user/elastic`, which the operator makes.
    #[serde(default)]
    password: Option<KeyRef>,
    /// A secret with `tls.crt`, `tls.key` and `ca.crt`, by which nodes know each other. Several nodes with a
    /// `password` need it.
    #[serde(default)]
    certificate: Option<ObjectName>,
    /// How long indices are kept; the short form is the time. Default: for ever.
    #[serde(default)]
    retention: Option<Short<Retention>>,
    /// Further settings of `elasticsearch.yml` by name. Default: Elasticsearch's own.
    #[serde(default)]
    settings: Keyed<DataKey, Scalar>,
    /// Whether an exporter gives Prometheus metrics of the whole cluster. Default: false.
    #[serde(default)]
    metrics: bool,
    /// Memory of Java's heap. Default: half of the memory limit, at most 31Gi; the rest is for files.
    #[serde(default)]
    heap: Option<Quantity>,
    /// Whether nodes keep to different nodes of Kubernetes. Default: soft.
    #[serde(default)]
    anti_affinity: Option<Strength>,
    /// CPU and memory of each node. Default: 250m and 2Gi requested, 1 and 2Gi at most.
    #[serde(default)]
    resources: Option<Resources>,
    /// Names of objects that must be kept.
    #[serde(default)]
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    #[serde(default)]
    labels: Labels,
    /// Placement, identity and escapes.
    #[serde(default)]
    pod: Tuning,
}

/// Who runs the nodes.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Operator {
    /// Elastic Cloud on Kubernetes.
    Eck,
}

const PORT: u16 = 9200;
const TRANSPORT: u16 = 9300;
const DEFAULT_VERSION: &str = "8.19.0";
const MIB: f64 = 1_048_576.0;

impl Elasticsearch {
    fn version(&self) -> &str {
        self.version.as_ref().map_or(DEFAULT_VERSION, |version| &**version)
    }

    fn replicas(&self) -> u32 {
        self.replicas.unwrap_or(1)
    }

    /// Name of the Service for clients.
    fn service(&self, name: &str) -> String {
        match self.operator {
            Some(Operator::Eck) => format!("{name}-es-http"),
            None => self.names.service.as_deref().unwrap_or(name).to_owned(),
        }
    }

    fn resources(&self) -> Resources {
        self.resources.clone().unwrap_or_else(|| Resources::of("250m", "2Gi", "1", "2Gi"))
    }

    /// The heap in MiB. Above 31 GiB Java's pointers become longer, and less fits into more.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a size is whole and positive"
    )]
    fn heap(&self) -> Option<u64> {
        let mebibytes = |quantity: &str| Some((crate::value::format::scaled(quantity)? / MIB) as u64);
        match &self.heap {
            Some(heap) => mebibytes(heap),
            None => mebibytes(self.resources().limits.get("memory")?).map(|limit| (limit / 2).min(31 * 1024)),
        }
    }

    fn readymade(&self, name: &str) -> Readymade {
        match self.operator {
            Some(Operator::Eck) => operator::node(self),
            None => server::node(self, name),
        }
    }
}

impl Component for Elasticsearch {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        readymade::need_secret(&at.key("password"), self.password.as_ref(), needs);
        if let Some(secret) = &self.certificate {
            for key in ["tls.crt", "tls.key", "ca.crt"] {
                let need = Need::Secret { name: secret.to_string(), key: Some(key.to_owned()) };
                needs.push(&at.key("certificate"), need);
            }
        }
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        let mut endpoint = self.readymade(name).endpoint(name);
        endpoint.service = Some(self.service(name));
        if self.metrics {
            endpoint.metrics = exporter::readymade(self, name).endpoint(&exporters::name(name)).metrics;
        }
        Offer::Endpoint(endpoint)
    }

    fn links(&self, name: &str) -> Vec<Link> {
        let link = |from, port| Link { from, to: name.to_owned(), ports: vec![port] };
        let mut links = vec![link(name.to_owned(), TRANSPORT)];
        links.extend(self.retention.as_ref().map(|_| link(retention::name(name), PORT)));
        links.extend(self.metrics.then(|| link(exporters::name(name), PORT)));
        links
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        check::check(self, name, at, check);
        self.readymade(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let mut objects = match self.operator {
            Some(Operator::Eck) => operator::objects(self, name, scope),
            None => server::objects(self, name, scope),
        };
        if self.metrics {
            objects.extend(exporter::objects(self, name, scope));
        }
        objects.extend(
            self.retention.iter().flat_map(|retention| retention::objects(retention, self, name, scope)),
        );
        objects
    }
}
