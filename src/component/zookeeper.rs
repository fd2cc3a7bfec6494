//! ZooKeeper: an ensemble that keeps the state of other servers.

use super::readymade::properties::Properties;
use super::readymade::{self, KeptNames, OwnConfig, Readymade, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::Resources;
use crate::pod::probe::{Probe, Probes};
use crate::pod::scheduling::Strength;
use crate::scope::Scope;
use crate::value::format::{EnvName, Name};
use crate::value::{Image, Keyed, Labels, ObjectName, PortRef, Quantity, Scalar, Text, Version};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

/// A ZooKeeper ensemble: servers that agree by majority, each with its own claim.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Zookeeper {
    /// ZooKeeper's version; the default image is `zookeeper:VERSION`. Default: 3.9.4.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    #[serde(default)]
    image: Option<Image>,
    /// Number of servers: odd, because a majority must agree. Default: 3.
    #[serde(default)]
    #[schemars(range(min = 1, max = 9))]
    replicas: Option<u32>,
    /// Size of each server's claim.
    storage: Quantity,
    /// Storage class of the claims. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which every claim's name starts with. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<Text<Name>>,
    /// Settings of the servers (`zoo.cfg`) by name, e.g. `maxClientCnxns: 200`. Default: the server's own.
    #[serde(default)]
    settings: Keyed<EnvName, Scalar>,
    /// Whether the servers give Prometheus metrics. Default: false.
    #[serde(default)]
    metrics: bool,
    /// Name of a second Service that has one address. Default: none; the name of the first leads to all servers.
    #[serde(default)]
    client_service: Option<ObjectName>,
    /// Whether servers keep to different nodes. Default: soft.
    #[serde(default)]
    anti_affinity: Option<Strength>,
    /// CPU and memory; half of the memory limit is Java's heap. Default: 250m and 512Mi requested, 500m and 1Gi at most.
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

const PORT: u16 = 2181;
/// Where followers reach the leader, and where the leader is elected.
const PEERS: [u16; 2] = [2888, 3888];
const METRICS_PORT: u16 = 7000;
const CONFIG: &str = "/etc/zookeeper";
const DATA: &str = "/data";
const START: &str = include_str!("../../templates/zookeeper/start.sh");

impl Zookeeper {
    fn replicas(&self) -> u32 {
        self.replicas.unwrap_or(3)
    }

    fn readymade(&self, name: &str) -> Readymade {
        let version = self.version.as_ref().map_or("3.9.4", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("zookeeper:{version}"));
        let resources =
            self.resources.clone().unwrap_or_else(|| Resources::of("250m", "512Mi", "500m", "1Gi"));
        let heap = readymade::heap(&resources);
        let mut made = Readymade::new(image, User { user: 1000, group: 1000 }, resources, &self.pod);
        made.known_as(&self.names, &self.labels);
        made.ensemble(self.replicas(), self.anti_affinity);
        made.port("client", PORT);
        made.pod_port("follower", PEERS[0]);
        made.pod_port("election", PEERS[1]);
        if self.metrics {
            made.pod_port("metrics", METRICS_PORT);
            made.workload.metrics =
                Some(Metrics { port: Some(PortRef::known("metrics")), ..Metrics::default() });
        }
        made.container.command = Some(vec!["bash".to_owned(), format!("{CONFIG}/start.sh")]);
        if let Some(heap) = heap {
            made.env("ZK_SERVER_HEAP", &heap.to_string());
        }
        made.container.probes = probes();
        made.config("config", CONFIG, &self.config(name));
        let claim = self.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
        made.stateful(&claim, DATA, Claim::of(self.storage.clone(), self.storage_class.clone()));
        made
    }

    fn config(&self, name: &str) -> OwnConfig {
        let data = [("zoo.cfg", self.zoo_cfg(name)), ("start.sh", START.to_owned())];
        OwnConfig {
            name: format!("{name}-config"),
            data: data.into_iter().map(|(file, text)| (file.to_owned(), text)).collect(),
        }
    }

    fn zoo_cfg(&self, name: &str) -> String {
        let mut settings = Properties::default();
        settings.set("tickTime", 2000);
        settings.set("initLimit", 10);
        settings.set("syncLimit", 5);
        settings.set("dataDir", DATA);
        settings.set("clientPort", PORT);
        // The name of a pod leads to it only after it has an address; it need not know its own.
        settings.set("quorumListenOnAllIPs", true);
        settings.set("4lw.commands.whitelist", "ruok,srvr,mntr");
        settings.set("admin.enableServer", false);
        // Without this snapshots stay until the disk is full.
        settings.set("autopurge.snapRetainCount", 3);
        settings.set("autopurge.purgeInterval", 24);
        if self.metrics {
            let provider = "org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider";
            settings.set("metricsProvider.className", provider);
            settings.set("metricsProvider.httpPort", METRICS_PORT);
        }
        settings.overlay(&self.settings);
        let service = self.names.service.as_deref().unwrap_or(name);
        for n in (0..self.replicas()).filter(|_| self.replicas() > 1) {
            let host = format!("{name}-{n}.{service}");
            settings.set(&format!("server.{}", n + 1), format!("{host}:{}:{}", PEERS[0], PEERS[1]));
        }
        settings.text()
    }
}

/// The server answers `ruok` as soon as it runs, `srvr` with its mode only when it is part of a majority.
fn probes() -> Probes {
    let ask = |word: &str, test: &str, period, failures| {
        let script = format!("exec 3<>/dev/tcp/127.0.0.1/{PORT} && echo {word} >&3 && {test}");
        Probe::command(&["bash", "-c", &script], period).timeout(5).failures(failures)
    };
    let runs = "[ \"$(cat <&3)\" = imok ]";
    Probes {
        startup: Some(ask("ruok", runs, 5, 60)),
        // A server without a majority waits for the others: a restart would not help.
        liveness: Some(ask("ruok", runs, 20, 6)),
        readiness: Some(ask("srvr", "grep -q ^Mode: <&3", 10, 3)),
    }
}

impl Component for Zookeeper {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.readymade(name).endpoint(name))
    }

    fn links(&self, name: &str) -> Vec<Link> {
        let link = Link { from: name.to_owned(), to: name.to_owned(), ports: PEERS.to_vec() };
        if self.replicas() > 1 { vec![link] } else { Vec::new() }
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        readymade::odd("servers", name, self.replicas(), at, check);
        let settings = at.key("settings");
        for (key, _) in self.settings.iter().filter(|(key, _)| key.starts_with("server.")) {
            check
                .error("reserved-name", &settings.key(key), "the servers follow from `replicas`")
                .help(format!("remove `{key}`"));
        }
        self.readymade(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(name, &self.labels);
        let made = self.readymade(name);
        let mut objects = vec![self.config(name).object(name, "configmap", labels)];
        objects.extend(made.objects(name, scope));
        let client = self.client_service.as_ref();
        objects.extend(client.and_then(|service| made.address(name, service, &["client"], scope)));
        objects
    }
}

#[cfg(test)]
mod tests;
