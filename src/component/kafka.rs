//! Kafka: brokers that keep streams of messages, with a quorum of their own or with ZooKeeper's.

use super::readymade::{KeptNames, Readymade, exporter as exporters};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Need, Needs, Offer};
use crate::pod::container::Resources;
use crate::pod::scheduling::Strength;
use crate::scope::Scope;
use crate::value::format::{EnvName, Name};
use crate::value::{Image, Keyed, Labels, ObjectName, Quantity, Scalar, Text, Version};
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

mod broker;
mod check;
mod exporter;
mod settings;
mod strimzi;
mod topic;

pub use topic::Topic;

/// Kafka brokers. Each is a controller too (the first three of more), unless ZooKeeper keeps their state.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kafka {
    /// Kafka's version; the default image is `apache/kafka:VERSION`. Default: 4.1.0, and 3.9.1 with ZooKeeper.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default. It must hold Kafka in `/opt/kafka`.
    #[serde(default)]
    image: Option<Image>,
    /// Number of brokers. Default: 3.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    replicas: Option<u32>,
    /// Who keeps the state of the cluster. Default: kraft.
    #[serde(default)]
    mode: Mode,
    /// The ensemble that keeps it, one of the section `zookeeper`. Only with `mode: zookeeper`.
    #[serde(default)]
    zookeeper: Option<Text<Name>>,
    /// Id of the cluster: 22 characters, as `kafka-storage.sh random-uuid` prints them. It never changes.
    /// Default: made of the platform's and the component's name.
    #[serde(default)]
    cluster_id: Option<String>,
    /// Size of each broker's claim.
    storage: Quantity,
    /// Storage class of the claims. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which every claim's name starts with. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<Text<Name>>,
    /// Copies of each partition, where a topic does not say. Default: 3, or one a broker if there are fewer.
    #[serde(default)]
    #[schemars(range(min = 1))]
    replication_factor: Option<u32>,
    /// Copies that must have a message before it counts as written. Default: one fewer than there are, at least 1.
    #[serde(default)]
    #[schemars(range(min = 1))]
    min_insync_replicas: Option<u32>,
    /// Settings of the brokers (`server.properties`) by name, e.g. `log.retention.hours: 72`. Default: the broker's own.
    #[serde(default)]
    settings: Keyed<EnvName, Scalar>,
    /// Topics by name; those that are there already stay as they are. Default: none.
    #[serde(default)]
    topics: Keyed<EnvName, Topic>,
    /// Name of a second Service that has one address. Default: none; the name of the first leads to all brokers.
    #[serde(default)]
    bootstrap_service: Option<ObjectName>,
    /// The operator that runs the brokers. Default: none; they are a StatefulSet.
    #[serde(default)]
    operator: Option<Operator>,
    /// Whether an exporter gives Prometheus metrics of the whole cluster. Default: false.
    #[serde(default)]
    metrics: bool,
    /// Whether brokers keep to different nodes. Default: soft.
    #[serde(default)]
    anti_affinity: Option<Strength>,
    /// CPU and memory; half of the memory limit is Java's heap. Default: 500m and 1Gi requested, 1 and 2Gi at most.
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

/// Who keeps the state of a Kafka cluster.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Mode {
    /// A quorum of the brokers themselves.
    #[default]
    Kraft,
    /// A ZooKeeper ensemble; Kafka 4 has that no more.
    Zookeeper,
}

/// An operator that runs Kafka.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// Strimzi.
    Strimzi,
}

const PORT: u16 = 9092;
const CONTROLLER_PORT: u16 = 9093;

impl Kafka {
    fn replicas(&self) -> u32 {
        self.replicas.unwrap_or(3)
    }

    /// Brokers that are controllers too: an odd number, of which a majority must agree.
    fn controllers(&self) -> u32 {
        if self.replicas() < 3 { 1 } else { 3 }
    }

    fn replication_factor(&self) -> u32 {
        self.replication_factor.unwrap_or_else(|| self.replicas().min(3))
    }

    fn min_insync_replicas(&self) -> u32 {
        self.min_insync_replicas.unwrap_or_else(|| self.replication_factor().saturating_sub(1).max(1))
    }

    /// The version, as it is known: as given, that of the image's tag, or the default.
    fn version(&self) -> &str {
        let tag = self.image.as_deref().and_then(|image| image.rsplit_once(':')).map(|(_, tag)| tag);
        let number = tag.filter(|tag| tag.starts_with(|c: char| c.is_ascii_digit()));
        match self.mode {
            _ if self.version.is_some() || number.is_some() => {
                self.version.as_ref().map_or(number.unwrap_or_default(), |version| &**version)
            }
            Mode::Kraft => "4.1.0",
            Mode::Zookeeper => "3.9.1",
        }
    }

    /// The first number of the version.
    fn major(&self) -> u32 {
        self.version().split('.').next().and_then(|major| major.parse().ok()).unwrap_or(4)
    }

    fn service<'a>(&'a self, name: &'a str) -> &'a str {
        self.names.service.as_deref().unwrap_or(name)
    }

    fn made(&self, name: &str) -> Readymade {
        broker::readymade(self, name)
    }
}

impl Component for Kafka {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        if let Some(zookeeper) = &self.zookeeper {
            let need = Need::Component { name: zookeeper.to_string(), port: Some("client".to_owned()) };
            needs.push(&at.key("zookeeper"), need);
        }
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        let mut endpoint = self.made(name).endpoint(name);
        if let Some(service) = &self.bootstrap_service {
            endpoint.service = Some(service.to_string());
        }
        if self.metrics {
            endpoint.metrics = exporter::readymade(self, name).endpoint(&exporters::name(name)).metrics;
        }
        Offer::Endpoint(endpoint)
    }

    fn links(&self, name: &str) -> Vec<Link> {
        let link = |from: &str, ports: &[u16]| Link {
            from: from.to_owned(),
            to: name.to_owned(),
            ports: ports.to_vec(),
        };
        if self.operator.is_some() {
            return strimzi::links(self, name);
        }
        let ports = if self.mode == Mode::Kraft { &[PORT, CONTROLLER_PORT][..] } else { &[PORT][..] };
        let mut links = vec![link(name, ports)];
        if !self.topics.is_empty() {
            links.push(link(&topic::job(name), &[PORT]));
        }
        if self.metrics {
            links.push(link(&exporters::name(name), &[PORT]));
        }
        links
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        check::check(self, name, at, scope, check);
        self.made(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        match self.operator {
            Some(Operator::Strimzi) => strimzi::objects(self, name, scope),
            None => broker::objects(self, name, scope),
        }
    }
}

#[cfg(test)]
mod tests;
