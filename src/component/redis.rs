//! Redis: one server, with a claim or as a cache only, or a cluster of them.

use super::readymade::{self, KeptNames, Readymade, User, exporter};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::{Container, Resources};
use crate::pod::probe::{Probe, Probes};
use crate::pod::scheduling::Strength;
use crate::pod::volume::EmptyDir;
use crate::scope::Scope;
use crate::value::format::{Name, scaled};
use crate::value::{Image, KeyRef, Labels, ObjectName, Quantity, Short, Text, Version};
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

mod cluster;

pub use cluster::Cluster;

/// A Redis server. With `storage` it keeps its data (append-only file), without it is a cache.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Redis {
    /// Redis' version; the default image is `redis:VERSION-alpine`. Default: 7.4.5.
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    image: Option<Image>,
    /// Several nodes that share the keys. Default: one server.
    cluster: Option<Cluster>,
    /// Size of the claim, of each node's in a cluster. Default: none; the server is a cache that is empty after a restart.
    storage: Option<Quantity>,
    /// Storage class of the claim. Default: that of the cluster.
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which every claim's name starts with. Default: the component's name and `-data`.
    claim_name: Option<Text<Name>>,
    /// Memory for the data. Default: three quarters of the memory limit.
    max_memory: Option<Quantity>,
    /// What happens when that memory is full. Default: `allkeys-lru` for a cache, `noeviction` with `storage`.
    max_memory_policy: Option<MaxMemoryPolicy>,
    /// The password: an entry of a secret, `NAME/KEY`. Default: none; who reaches the server may use it.
    password: Option<KeyRef>,
    /// Whether an exporter beside the server gives Prometheus metrics. Default: false.
    metrics: bool,
    /// Whether the nodes of a cluster keep to different nodes of Kubernetes. Default: soft.
    anti_affinity: Option<Strength>,
    /// CPU and memory. Default: 100m and 256Mi requested, 500m and 512Mi at most.
    resources: Option<Resources>,
    /// Names of objects that must be kept.
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    labels: Labels,
    /// Placement, identity and escapes.
    pod: Tuning,
}

/// Which keys go when the memory is full.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum MaxMemoryPolicy {
    /// None: writes fail.
    Noeviction,
    /// Those not used for the longest time.
    AllkeysLru,
    /// Those used least often.
    AllkeysLfu,
    /// Any.
    AllkeysRandom,
    /// Those not used for the longest time, among those that expire.
    VolatileLru,
    /// Those used least often, among those that expire.
    VolatileLfu,
    /// Any, among those that expire.
    VolatileRandom,
    /// Those that expire first.
    VolatileTtl,
}

impl MaxMemoryPolicy {
    const fn word(self) -> &'static str {
        match self {
            Self::Noeviction => "noeviction",
            Self::AllkeysLru => "allkeys-lru",
            Self::AllkeysLfu => "allkeys-lfu",
            Self::AllkeysRandom => "allkeys-random",
            Self::VolatileLru => "volatile-lru",
            Self::VolatileLfu => "volatile-lfu",
            Self::VolatileRandom => "volatile-random",
            Self::VolatileTtl => "volatile-ttl",
        }
    }
}

const PORT: u16 = 6379;
const EXPORTER_PORT: u16 = 9121;
const EXPORTER: &str = "oliver006/redis_exporter:v1.74.0";
const DATA: &str = "/data";

impl Redis {
    fn image(&self) -> Image {
        let version = self.version.as_ref().map_or("7.4.5", |version| &**version);
        readymade::image(self.image.as_ref(), &format!("redis:{version}-alpine"))
    }

    /// The image's own user. Alpine gives the group 999 to somebody else.
    fn account(&self) -> User {
        let group = if self.image().contains("alpine") { 1000 } else { 999 };
        User { user: 999, group }
    }

    /// Gives the password to `redis-cli`, that of a person in the container too.
    fn log_in(&self, made: &mut Readymade) {
        if let Some(password) = &self.password {
            made.secret_env("REDIS_PASSWORD", password);
            made.container.env.insert("REDISCLI_AUTH", Short(readymade::text_env("$(REDIS_PASSWORD)")));
        }
    }

    fn readymade(&self, name: &str) -> Readymade {
        let mut made = Readymade::new(self.image(), self.account(), self.resources(), &self.pod);
        made.known_as(&self.names, &self.labels);
        made.port("redis", PORT);
        self.log_in(&mut made);
        made.container.args = Some(self.args());
        made.container.probes = probes();
        if let Some(storage) = &self.storage {
            let claim = self.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
            made.stateful(&claim, DATA, Claim::of(storage.clone(), self.storage_class.clone()));
            made.pod.termination_grace_period_seconds = Some(60);
        } else {
            made.recreated();
            made.scratch("data", DATA, EmptyDir::default());
        }
        if let Some(cluster) = &self.cluster {
            cluster::spread(self, cluster, name, &mut made);
        }
        if self.metrics {
            made.exporter("exporter", self.exporter(), EXPORTER_PORT);
        }
        made
    }

    fn resources(&self) -> Resources {
        self.resources.clone().unwrap_or_else(|| Resources::of("100m", "256Mi", "500m", "512Mi"))
    }

    /// Bytes for the data; a quarter of the limit is left to buffers, fragmentation and rewrites of the file.
    fn max_memory(&self) -> Option<u64> {
        if let Some(quantity) = &self.max_memory {
            return bytes(quantity, 1.0);
        }
        let resources = self.resources();
        resources.limits.get("memory").and_then(|quantity| bytes(quantity, 0.75))
    }

    fn args(&self) -> Vec<String> {
        let mut args = vec!["redis-server".to_owned()];
        let mut set = |option: &str, value: &str| args.extend([format!("--{option}"), value.to_owned()]);
        let keeps = self.storage.is_some();
        if keeps {
            set("appendonly", "yes");
            set("appendfsync", "everysec");
        } else {
            set("appendonly", "no");
            set("save", "");
        }
        if let Some(bytes) = self.max_memory() {
            set("maxmemory", &bytes.to_string());
        }
        let default = if keeps { MaxMemoryPolicy::Noeviction } else { MaxMemoryPolicy::AllkeysLru };
        set("maxmemory-policy", self.max_memory_policy.unwrap_or(default).word());
        if self.password.is_some() {
            set("requirepass", "$(REDIS_PASSWORD)");
            if self.cluster.is_some() {
                set("masterauth", "$(REDIS_PASSWORD)");
            }
        } else {
            // The check that refuses others than localhost is for servers without a network around them.
            set("protected-mode", "no");
        }
        args
    }

    fn exporter(&self) -> Container {
        let mut exporter = exporter::beside(EXPORTER, 59000, EXPORTER_PORT, "/health");
        let address = format!("redis://127.0.0.1:{PORT}");
        exporter.env.insert("REDIS_ADDR", Short(readymade::text_env(&address)));
        if let Some(password) = &self.password {
            exporter.env.insert("REDIS_PASSWORD", Short(readymade::secret_env(password)));
        }
        exporter
    }
}

/// The share of a quantity in whole bytes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is whole and positive")]
fn bytes(quantity: &str, share: f64) -> Option<u64> {
    scaled(quantity).map(|bytes| (bytes * share) as u64)
}

/// `redis-cli` ends with 0 also when the server answers with an error, such as while it loads its data.
fn probes() -> Probes {
    let script = "[ \"$(redis-cli ping)\" = PONG ]";
    let ping = |period, timeout| Probe::command(&["sh", "-c", script], period).timeout(timeout);
    Probes {
        startup: Some(ping(5, 3).failures(60)),
        liveness: Some(ping(20, 5).failures(6)),
        readiness: Some(ping(10, 3).failures(3)),
    }
}

impl Component for Redis {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        readymade::need_secret(&at.key("password"), self.password.as_ref(), needs);
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.readymade(name).endpoint(name))
    }

    fn links(&self, name: &str) -> Vec<Link> {
        self.cluster.as_ref().map(|_| cluster::links(name)).unwrap_or_default()
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        cluster::check(self, name, at, check);
        let resources = self.resources();
        let limit = resources.limits.get("memory");
        if let (Some(max), Some(limit)) = (&self.max_memory, limit)
            && scaled(max) > scaled(limit)
        {
            check
                .error(
                    "memory-over-limit",
                    &at.key("maxMemory"),
                    format!("the data of `{name}` may have {max}, its container {limit}"),
                )
                .label(&at.key("resources").key("limits").key("memory"), "the limit")
                .help("leave a quarter of the limit to buffers, or remove `maxMemory`: that is its default");
        }
        self.readymade(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let mut objects = self.readymade(name).objects(name, scope);
        objects.extend(self.cluster.iter().flat_map(|cluster| cluster::objects(self, cluster, name, scope)));
        objects
    }
}
