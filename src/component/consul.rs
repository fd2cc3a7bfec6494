//! Consul: servers by which services find each other.

use super::readymade::{self, KeptNames, OwnConfig, Readymade, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::{Port, Protocol, Resources};
use crate::pod::env::EnvValue;
use crate::pod::probe::{Probe, Probes};
use crate::pod::scheduling::Strength;
use crate::scope::Scope;
use crate::value::format::Name;
use crate::value::{Image, KeyRef, Labels, ObjectName, Quantity, Scalar, Short, Text, UrlPath, Version};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

/// Consul servers: a catalogue of services, asked by HTTP (8500) or DNS (8600). The mesh of Consul is off.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Consul {
    /// Consul's version; the default image is `hashicorp/consul:VERSION`. Default: 1.21.4.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    #[serde(default)]
    image: Option<Image>,
    /// Number of servers: odd, because a majority must agree. Default: 3.
    #[serde(default)]
    #[schemars(range(min = 1, max = 7))]
    replicas: Option<u32>,
    /// Name of the datacenter, a part of every name that Consul answers. Default: dc1.
    #[serde(default)]
    datacenter: Option<Text<Name>>,
    /// Size of each server's claim.
    storage: Quantity,
    /// Storage class of the claims. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which every claim's name starts with. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<Text<Name>>,
    /// The key by which servers and agents encrypt what they tell each other, as `consul keygen` prints it: an entry of
    /// a secret, `NAME/KEY`. Default: none; they speak in clear.
    #[serde(default)]
    gossip_key: Option<KeyRef>,
    /// Whether the pages of Consul are served at port 8500 too. Default: false.
    #[serde(default)]
    ui: bool,
    /// Whether the servers give Prometheus metrics, at port 8500 too. Default: false.
    #[serde(default)]
    metrics: bool,
    /// Whether servers keep to different nodes. Default: soft.
    #[serde(default)]
    anti_affinity: Option<Strength>,
    /// CPU and memory. Default: 100m and 128Mi requested, 500m and 512Mi at most.
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

const HTTP: u16 = 8500;
const DNS: u16 = 8600;
/// Where servers agree, and where they gossip.
const PEERS: [u16; 2] = [8300, 8301];
const CONFIG: &str = "/etc/consul";
const DATA: &str = "/consul/data";

impl Consul {
    fn replicas(&self) -> u32 {
        self.replicas.unwrap_or(3)
    }

    fn readymade(&self, name: &str) -> Readymade {
        let version = self.version.as_ref().map_or("1.21.4", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("hashicorp/consul:{version}"));
        let resources =
            self.resources.clone().unwrap_or_else(|| Resources::of("100m", "128Mi", "500m", "512Mi"));
        let mut made = Readymade::new(image, User { user: 100, group: 1000 }, resources, &self.pod);
        made.known_as(&self.names, &self.labels);
        made.ensemble(self.replicas(), self.anti_affinity);
        made.port("http", HTTP);
        made.port("dns", DNS);
        let udp = |number, exposed| Port {
            container: number,
            exposed,
            protocol: Some(Protocol::Udp),
            ..Port::default()
        };
        made.container.ports.insert("dns-udp", Short(udp(DNS, None)));
        made.pod_port("server", PEERS[0]);
        made.pod_port("serf", PEERS[1]);
        made.container.ports.insert("serf-udp", Short(udp(PEERS[1], Some(false))));
        made.workload.metrics = self.metrics.then(metrics);
        let address = EnvValue { field: Some("status.podIP".to_owned()), ..EnvValue::default() };
        made.container.env.insert("POD_IP", Short(address));
        // The image's entry point would change owners of files, for which it is not root here.
        made.container.command = Some(vec!["consul".to_owned()]);
        let mut args =
            vec!["agent".to_owned(), format!("-config-dir={CONFIG}"), "-bind=$(POD_IP)".to_owned()];
        if let Some(key) = &self.gossip_key {
            made.secret_env("GOSSIP_KEY", key);
            args.push("-encrypt=$(GOSSIP_KEY)".to_owned());
        }
        made.container.args = Some(args);
        made.container.probes = probes();
        made.config("config", CONFIG, &self.config(name));
        let claim = self.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
        made.stateful(&claim, DATA, Claim::of(self.storage.clone(), self.storage_class.clone()));
        made
    }

    fn config(&self, name: &str) -> OwnConfig {
        let service = self.names.service.as_deref().unwrap_or(name);
        let peers: Vec<_> = (0..self.replicas()).map(|n| format!("{name}-{n}.{service}")).collect();
        let mut config = json!({
            "server": true,
            "datacenter": self.datacenter.as_deref().unwrap_or("dc1"),
            "data_dir": DATA,
            "client_addr": "0.0.0.0",
            "bootstrap_expect": self.replicas(),
            "retry_join": peers,
            "ui_config": { "enabled": self.ui },
            "connect": { "enabled": false },
            "ports": { "grpc": -1, "grpc_tls": -1, "serf_wan": -1 },
            "disable_update_check": true,
        });
        if self.metrics {
            // Gauges keep their names, without that of the server in front; nothing is given before there is a time.
            config["telemetry"] = json!({ "prometheus_retention_time": "5m", "disable_hostname": true });
        }
        let text = serde_json::to_string_pretty(&config).expect("internal error: text is JSON") + "\n";
        OwnConfig { name: format!("{name}-config"), data: [("server.json".to_owned(), text)].into() }
    }
}

/// Without the parameter they come in another format.
fn metrics() -> Metrics {
    let mut metrics = Metrics { path: Some(UrlPath::known("/v1/agent/metrics")), ..Metrics::at("http") };
    metrics.params.insert("format", Scalar("prometheus".to_owned()));
    metrics
}

/// A server is ready when it knows a leader; that it runs is enough to let it be.
fn probes() -> Probes {
    let script = format!("wget -q -O - http://127.0.0.1:{HTTP}/v1/status/leader | grep -q :");
    let led = |period, failures| Probe::command(&["sh", "-c", &script], period).timeout(5).failures(failures);
    let alive = |period, failures| Probe::tcp("http", period).timeout(5).failures(failures);
    Probes { startup: Some(alive(5, 24)), liveness: Some(alive(20, 6)), readiness: Some(led(10, 3)) }
}

impl Component for Consul {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        readymade::need_secret(&at.key("gossipKey"), self.gossip_key.as_ref(), needs);
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
