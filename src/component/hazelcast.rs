//! Hazelcast: maps in the memory of several pods.

use super::readymade::{self, KeptNames, OwnConfig, Readymade, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Needs, Offer};
use crate::pod::container::Resources;
use crate::pod::probe::{Probe, Probes};
use crate::pod::scheduling::Strength;
use crate::scope::Scope;
use crate::value::format::{DataKey, Name, scaled};
use crate::value::{Image, Keyed, Labels, Quantity, Text, Version};
use crate::workload::Kind;
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use map::Map;
use schemars::JsonSchema;
use serde::Deserialize;

mod config;
mod map;

/// A Hazelcast cluster. Its pods find each other by the names behind a headless Service, so they need no rights. It
/// keeps everything in memory: there is no volume, and an entry lives in as many pods as its map has backups, and one.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Hazelcast {
    /// Hazelcast's version; the default image is `hazelcast/hazelcast:VERSION`. Default: 5.5.0.
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    image: Option<Image>,
    /// Members of the cluster. Default: 1.
    #[schemars(range(min = 1))]
    replicas: Option<u32>,
    /// Name of the cluster, which clients must say. Default: the component's name.
    cluster_name: Option<Text<Name>>,
    /// Maps with limits by name; others are made by clients, and have none.
    maps: Keyed<DataKey, Map>,
    /// Memory for the data and everything else on Java's heap. Default: three quarters of the memory limit.
    heap: Option<Quantity>,
    /// Whether members keep to different nodes. Default: soft.
    anti_affinity: Option<Strength>,
    /// Whether each member gives Prometheus metrics. Default: false.
    metrics: bool,
    /// CPU and memory of each member. Default: 100m and 512Mi requested, 1 and 1Gi at most.
    resources: Option<Resources>,
    /// Names of objects that must be kept.
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    labels: Labels,
    /// Placement, identity and escapes.
    pod: Tuning,
}

const PORT: u16 = 5701;
const METRICS_PORT: u16 = 8080;
const FOLDER: &str = "/etc/hazelcast";
const MIB: f64 = 1_048_576.0;

impl Hazelcast {
    fn readymade(&self, name: &str) -> Readymade {
        let version = self.version.as_ref().map_or("5.5.0", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("hazelcast/hazelcast:{version}"));
        let user = User { user: 65534, group: 65534 };
        let mut made = Readymade::new(image, user, self.resources(), &self.pod);
        made.known_as(&self.names, &self.labels);
        made.workload.kind = Kind::StatefulSet;
        made.members(self.replicas.unwrap_or(1), self.anti_affinity);
        made.port("hazelcast", PORT);
        made.config("config", FOLDER, &self.config(name));
        made.env("HAZELCAST_CONFIG", &format!("{FOLDER}/hazelcast.yaml"));
        if let Some(heap) = self.heap() {
            made.env("JAVA_OPTS", &format!("-Xmx{heap}m"));
        }
        made.container.probes = probes();
        // Members must find each other before the cluster is safe, which is when they are ready.
        made.workload.service.publish_not_ready_addresses = true;
        // A member hands its entries over before it ends; see `config`.
        made.pod.termination_grace_period_seconds = Some(config::GRACE + 30);
        if self.metrics {
            made.env("PROMETHEUS_PORT", &METRICS_PORT.to_string());
            made.pod_port("metrics", METRICS_PORT);
            made.workload.metrics = Some(Metrics::default());
        }
        made
    }

    fn resources(&self) -> Resources {
        self.resources.clone().unwrap_or_else(|| Resources::of("100m", "512Mi", "1", "1Gi"))
    }

    /// The heap in MiB; a quarter of the limit is left to Java itself, its threads and buffers.
    fn heap(&self) -> Option<u64> {
        if let Some(heap) = &self.heap {
            return mebibytes(heap, 1.0);
        }
        mebibytes(self.resources().limits.get("memory")?, 0.75)
    }

    fn config(&self, name: &str) -> OwnConfig {
        let cluster = self.cluster_name.as_deref().unwrap_or(name);
        let service = self.names.service.as_deref().unwrap_or(name);
        let text = config::text(cluster, service, &self.maps);
        OwnConfig { name: format!("{name}-config"), data: [("hazelcast.yaml".to_owned(), text)].into() }
    }
}

/// The share of a quantity in whole MiB.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is whole and positive")]
fn mebibytes(quantity: &str, share: f64) -> Option<u64> {
    scaled(quantity).map(|bytes| (bytes * share / MIB) as u64)
}

fn probes() -> Probes {
    let get = |path, period, failures| Probe::http(path, period).timeout(5).failures(failures);
    Probes {
        startup: Some(get("/hazelcast/health/node-state", 5, 60)),
        // Whether this member works; whether the cluster is safe is no reason to restart one.
        liveness: Some(get("/hazelcast/health/node-state", 15, 4)),
        readiness: Some(get("/hazelcast/health/ready", 10, 3)),
    }
}

impl Component for Hazelcast {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.readymade(name).endpoint(name))
    }

    fn links(&self, name: &str) -> Vec<Link> {
        vec![Link { from: name.to_owned(), to: name.to_owned(), ports: vec![PORT] }]
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let resources = self.resources();
        let limit = resources.limits.get("memory");
        if let (Some(heap), Some(limit)) = (&self.heap, limit)
            && scaled(heap) > scaled(limit)
        {
            check
                .error(
                    "memory-over-limit",
                    &at.key("heap"),
                    format!("the heap of `{name}` may have {heap}, its container {limit}"),
                )
                .label(&at.key("resources").key("limits").key("memory"), "the limit")
                .help("leave a quarter of the limit to Java itself, or remove `heap`: that is its default");
        }
        let sizes: u64 = self.maps.iter().filter_map(|(_, map)| map.mebibytes()).sum();
        if let Some(heap) = self.heap().filter(|heap| sizes > *heap) {
            check
                .error(
                    "cache-over-heap",
                    &at.key("maps"),
                    format!("the maps of `{name}` may have {sizes} MiB together, the heap has {heap} MiB"),
                )
                .label(&at.key("resources").key("limits").key("memory"), "the heap is a share of this")
                .help(format!(
                    "give the container at least {} MiB of memory, or the maps less `size`: it holds for each pod",
                    (sizes * 4).div_ceil(3)
                ));
        }
        let maps = at.key("maps");
        for (key, map) in self.maps.iter() {
            map.check(key, &maps.key(key), check);
        }
        self.readymade(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(name, &self.labels);
        let mut objects = vec![self.config(name).object(name, "configmap", labels)];
        objects.extend(self.readymade(name).objects(name, scope));
        objects
    }
}
