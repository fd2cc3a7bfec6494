//! Redpanda: brokers that speak Kafka's protocol, without a Java machine and without another ensemble.

use super::readymade::{self, KeptNames, OwnConfig, Readymade, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::Resources;
use crate::pod::env::EnvValue;
use crate::pod::probe::{Probe, Probes};
use crate::pod::scheduling::Strength;
use crate::pod::volume::EmptyDir;
use crate::scope::Scope;
use crate::value::format::{EnvName, Name, scaled};
use crate::value::{
    Image, Keyed, Labels, ObjectName, PortRef, Quantity, Scalar, Short, Text, UrlPath, Version,
};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt::Write as _;

/// Redpanda brokers; clients are those of Kafka.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Redpanda {
    /// Redpanda's version; the default image is `redpandadata/redpanda:vVERSION`. Default: 25.1.1.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    #[serde(default)]
    image: Option<Image>,
    /// Number of brokers: odd, because a majority must agree. Default: 3.
    #[serde(default)]
    #[schemars(range(min = 1, max = 99))]
    replicas: Option<u32>,
    /// Size of each broker's claim.
    storage: Quantity,
    /// Storage class of the claims. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which every claim's name starts with. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<Text<Name>>,
    /// Whether the brokers keep schemas too, at port 8081. Default: false.
    #[serde(default)]
    schema_registry: bool,
    /// Settings of the cluster by name, e.g. `log_retention_ms: 259200000`; they are read once, when it comes into
    /// being, and changed with `rpk cluster config set` later. Default: the broker's own, and three copies of each topic.
    #[serde(default)]
    settings: Keyed<EnvName, Scalar>,
    /// Whether brokers keep to different nodes. Default: soft.
    #[serde(default)]
    anti_affinity: Option<Strength>,
    /// CPU and memory; a broker takes whole CPUs, and four fifths of the memory limit. Default: 1 and 2Gi.
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

const PORT: u16 = 9092;
const SCHEMAS: u16 = 8081;
const ADMIN: u16 = 9644;
/// Where brokers reach each other.
const RPC: u16 = 33145;
const CONFIG: &str = "/etc/redpanda-config";
const START: &str = include_str!("../../templates/redpanda/start.sh");

impl Redpanda {
    fn replicas(&self) -> u32 {
        self.replicas.unwrap_or(3)
    }

    fn resources(&self) -> Resources {
        self.resources.clone().unwrap_or_else(|| Resources::of("1", "2Gi", "1", "2Gi"))
    }

    fn readymade(&self, name: &str) -> Readymade {
        let version = self.version.as_ref().map_or("25.1.1", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("redpandadata/redpanda:v{version}"));
        let mut made = Readymade::new(image, User { user: 101, group: 101 }, self.resources(), &self.pod);
        made.known_as(&self.names, &self.labels);
        made.ensemble(self.replicas(), self.anti_affinity);
        made.port("kafka", PORT);
        if self.schema_registry {
            made.port("schemas", SCHEMAS);
        }
        made.pod_port("admin", ADMIN);
        made.pod_port("rpc", RPC);
        made.workload.metrics = Some(Metrics {
            port: Some(PortRef::known("admin")),
            path: Some(UrlPath::known("/public_metrics")),
            ..Metrics::default()
        });
        made.container.command = Some(vec!["bash".to_owned(), format!("{CONFIG}/start.sh")]);
        if self.schema_registry {
            let address = format!("0.0.0.0:{SCHEMAS}");
            made.container.args = Some(vec!["--schema-registry-addr".to_owned(), address]);
        }
        let namespace = EnvValue { field: Some("metadata.namespace".to_owned()), ..EnvValue::default() };
        made.container.env.insert("POD_NAMESPACE", Short(namespace));
        let service = self.names.service.as_deref().unwrap_or(name);
        made.env("SERVICE", service);
        let seeds: Vec<_> =
            (0..self.replicas().min(3)).map(|n| format!("{name}-{n}.{service}:{RPC}")).collect();
        made.env("SEEDS", &seeds.join(","));
        made.env("CORES", &self.cores().to_string());
        made.env("MEMORY", &self.memory().to_string());
        // `rpk` writes its files below the home of its user.
        made.env("HOME", "/tmp");
        made.container.probes = probes();
        made.scratch("etc", "/etc/redpanda", EmptyDir::default());
        made.config("config", CONFIG, &self.config(name));
        let claim = self.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
        let spec = Claim::of(self.storage.clone(), self.storage_class.clone());
        made.stateful(&claim, "/var/lib/redpanda", spec);
        made.pod.termination_grace_period_seconds = Some(90);
        made
    }

    /// Whole CPUs; a thread runs on each of them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of CPUs is small and positive"
    )]
    fn cores(&self) -> u32 {
        let resources = self.resources();
        resources.limits.get("cpu").and_then(|limit| scaled(limit)).map_or(1, |cpus| cpus as u32).max(1)
    }

    /// MiB for the broker; the rest of the limit is for what runs beside it.
    fn memory(&self) -> u64 {
        let resources = self.resources();
        resources.limits.get("memory").and_then(|limit| readymade::mebibytes(limit)).unwrap_or(2048) * 4 / 5
    }

    fn config(&self, name: &str) -> OwnConfig {
        let mut bootstrap =
            format!("default_topic_replications: {}\n", if self.replicas() < 3 { 1 } else { 3 });
        for (setting, value) in self.settings.iter() {
            let _ = writeln!(bootstrap, "{setting}: {}", value.0);
        }
        let data =
            [("bootstrap.yaml".to_owned(), bootstrap), ("start.sh".to_owned(), START.to_owned())].into();
        OwnConfig { name: format!("{name}-config"), data }
    }
}

fn probes() -> Probes {
    let ready =
        |period, failures| Probe::http("/v1/status/ready", period).on("admin").timeout(5).failures(failures);
    // A broker without a majority waits for the others: a restart would not help.
    let alive = Probe::tcp("admin", 20).timeout(5).failures(6);
    Probes { startup: Some(ready(5, 120)), liveness: Some(alive), readiness: Some(ready(10, 3)) }
}

impl Component for Redpanda {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.readymade(name).endpoint(name))
    }

    fn links(&self, name: &str) -> Vec<Link> {
        vec![Link { from: name.to_owned(), to: name.to_owned(), ports: vec![PORT, RPC, ADMIN] }]
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        readymade::odd("brokers", name, self.replicas(), at, check);
        self.readymade(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let config = self.config(name).object(name, "configmap", scope.labels(name, &self.labels));
        let mut objects = vec![config];
        objects.extend(self.readymade(name).objects(name, scope));
        objects
    }
}

#[cfg(test)]
mod tests;
