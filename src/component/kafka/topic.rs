//! Topics: a Job makes those that are missing.

use super::broker::USER;
use super::{Kafka, PORT};
use crate::component::readymade::{OwnConfig, Readymade};
use crate::k8s::Object;
use crate::pod::container::Resources;
use crate::scope::Scope;
use crate::value::format::EnvName;
use crate::value::{Image, Keyed, Scalar};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt::Write as _;

/// A topic of a Kafka cluster.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Topic {
    /// Number of partitions: that many consumers of a group can share the work. Default: 3.
    #[schemars(range(min = 1))]
    pub(super) partitions: Option<u32>,
    /// Copies of each partition. Default: the cluster's `replicationFactor`.
    #[schemars(range(min = 1))]
    pub(super) replicas: Option<u32>,
    /// Settings by name, e.g. `retention.ms: 86400000`. Default: those of the brokers.
    pub(super) settings: Keyed<EnvName, Scalar>,
}

impl Topic {
    /// The number of partitions.
    pub(super) fn partitions(&self) -> u32 {
        self.partitions.unwrap_or(3)
    }
}

/// Name of the Job.
pub(super) fn job(name: &str) -> String {
    format!("{name}-topics")
}

const FOLDER: &str = "/etc/kafka-topics";
const SCRIPT: &str = include_str!("../../../templates/kafka/topics.sh");

/// The Job that makes the topics, and what it reads.
pub(super) fn objects(kafka: &Kafka, name: &str, scope: &Scope) -> Vec<Object> {
    if kafka.topics.is_empty() {
        return Vec::new();
    }
    let own = job(name);
    let lines = kafka.topics.iter().map(|(topic, rules)| {
        let copies = rules.replicas.unwrap_or_else(|| kafka.replication_factor());
        let mut line = format!("{topic} {} {copies}", rules.partitions());
        for (setting, value) in rules.settings.iter() {
            let _ = write!(line, " {setting}={}", value.0);
        }
        line + "\n"
    });
    let data = [("topics".to_owned(), lines.collect()), ("topics.sh".to_owned(), SCRIPT.to_owned())].into();
    let config = OwnConfig { name: own.clone(), data };
    let brokers = kafka.made(name);
    let image = brokers.container.image.clone().unwrap_or_else(|| Image::known("apache/kafka"));
    let resources = Resources::of("100m", "256Mi", "500m", "512Mi");
    let mut made = Readymade::new(image, USER, resources, &kafka.pod.beside());
    made.workload.labels = kafka.labels.clone();
    made.once(kafka.names.service_account.as_deref().unwrap_or(name));
    made.container.command = Some(vec!["bash".to_owned(), format!("{FOLDER}/topics.sh")]);
    made.env("BOOTSTRAP", &format!("{}:{PORT}", kafka.service(name)));
    made.env("LOG_DIR", "/tmp/logs");
    made.config("config", FOLDER, &config);
    let mut objects = vec![config.object(name, "configmap-topics", scope.labels(name, &kafka.labels))];
    objects.extend(made.job_of(name, &own, scope));
    objects
}
