//! The OpenTelemetry collector in two tiers: the first sends all spans of a trace to one pod of the second, which
//! decides by the whole trace whether it is kept.

use super::readymade::{self, KeptNames, OwnConfig, Readymade, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Need, Needs, Offer};
use crate::pod::container::Resources;
use crate::pod::probe::{Probe, Probes};
use crate::pod::scheduling::Strength;
use crate::scope::Scope;
use crate::value::format::{Name, scaled};
use crate::value::{Duration, Image, Labels, Share, Text, Version};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use crate::workload::{Kind, PodManagement};
use schemars::JsonSchema;
use serde::Deserialize;

mod pipeline;

/// Collectors that take traces by OTLP (4317 gRPC, 4318 HTTP), keep what matters and pass it on to Jaeger.
///
/// Callers send every trace: what is kept is decided by the whole trace, here.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Collector {
    /// The collector's version; the default image is `otel/opentelemetry-collector-contrib:VERSION`. Default: 0.139.0.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default; it must hold the load-balancing exporter and the tail
    /// sampling processor.
    #[serde(default)]
    image: Option<Image>,
    /// The Jaeger that takes what is kept.
    jaeger: Text<Name>,
    /// Pods of the first tier, which take spans. Default: 2.
    #[serde(default)]
    #[schemars(range(min = 1))]
    gateways: Option<u32>,
    /// Pods of the second tier, which hold traces until they are complete. Default: 2.
    #[serde(default)]
    #[schemars(range(min = 1))]
    samplers: Option<u32>,
    /// Which traces are kept.
    #[serde(default)]
    sampling: Sampling,
    /// CPU and memory of each pod of the first tier. Default: 100m and 256Mi requested, 500m and 512Mi at most.
    #[serde(default)]
    resources: Option<Resources>,
    /// CPU and memory of each pod of the second tier. Default: 250m and 1Gi requested, 1 and 2Gi at most.
    #[serde(default)]
    sampler_resources: Option<Resources>,
    /// Names of objects of the first tier that must be kept.
    #[serde(default)]
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    #[serde(default)]
    labels: Labels,
    /// Placement, identity and escapes; patches are for the first tier.
    #[serde(default)]
    pod: Tuning,
}

/// Which traces are kept. Those with an error always are.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Sampling {
    /// Share of the traces that are kept, besides those with errors and the slow ones. Default: 10%.
    share: Option<Share>,
    /// Time above which a trace is kept. Default: the objective `latency.p95` of the platform, or 500ms.
    slower_than: Option<Duration>,
    /// How long the spans of a trace are awaited. Default: 10s.
    wait: Option<Duration>,
    /// Traces that one pod holds at a time. Default: twice those that begin while one is awaited, by the objective
    /// `requests` of the platform; at least 50000.
    #[schemars(range(min = 1000))]
    traces: Option<u32>,
}

const GRPC: u16 = 4317;
const HTTP: u16 = 4318;
const HEALTH: u16 = 13133;
const METRICS: u16 = 8888;
const FOLDER: &str = "/etc/otelcol";
/// What a trace takes in memory: ten spans of a kilobyte.
const TRACE: f64 = 10_240.0;

/// The two tiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tier {
    Gateway,
    Sampler,
}

impl Collector {
    fn resources(&self, tier: Tier) -> Resources {
        match tier {
            Tier::Gateway => {
                self.resources.clone().unwrap_or_else(|| Resources::of("100m", "256Mi", "500m", "512Mi"))
            }
            Tier::Sampler => {
                self.sampler_resources.clone().unwrap_or_else(|| Resources::of("250m", "1Gi", "1", "2Gi"))
            }
        }
    }

    fn made(&self, tier: Tier) -> Readymade {
        let version = self.version.as_ref().map_or("0.139.0", |version| &**version);
        let default = format!("otel/opentelemetry-collector-contrib:{version}");
        let image = readymade::image(self.image.as_ref(), &default);
        let beside = self.pod.beside();
        let tuning = if tier == Tier::Gateway { &self.pod } else { &beside };
        let resources = self.resources(tier);
        let memory = resources.limits.get("memory").and_then(|quantity| scaled(quantity));
        let mut made = Readymade::new(image, User { user: 10001, group: 10001 }, resources, tuning);
        match tier {
            Tier::Gateway => made.known_as(&self.names, &self.labels),
            Tier::Sampler => made.known_as(&KeptNames::default(), &self.labels),
        }
        made.port("otlp-grpc", GRPC);
        if tier == Tier::Gateway {
            made.port("otlp-http", HTTP);
            made.members(self.gateways.unwrap_or(2), Some(Strength::Soft));
        } else {
            // Its pods have names of their own: spans of a trace find the same one again after a restart.
            made.workload.kind = Kind::StatefulSet;
            made.workload.pod_management = Some(PodManagement::Parallel);
            made.members(self.samplers.unwrap_or(2), Some(Strength::Soft));
            // Traces that are held are decided on before the end.
            made.pod.termination_grace_period_seconds = Some(60);
        }
        made.pod_port("health", HEALTH);
        made.pod_port("metrics", METRICS);
        made.container.args = Some(vec![format!("--config={FOLDER}/config.yaml")]);
        if let Some(bytes) = memory {
            // Go's collector of garbage works harder before the limit, instead of being killed at it.
            made.env("GOMEMLIMIT", &format!("{:.0}MiB", bytes * 0.8 / 1_048_576.0));
        }
        made.container.probes = probes();
        made.workload.metrics = Some(Metrics::at("metrics"));
        made
    }

    fn config(&self, name: &str, tier: Tier, scope: &Scope) -> OwnConfig {
        let text = match tier {
            Tier::Gateway => pipeline::gateway(&sampler(name)),
            Tier::Sampler => {
                let jaeger = scope.endpoint(&self.jaeger);
                let address = jaeger.and_then(|jaeger| {
                    Some(format!("{}:{}", jaeger.service.as_ref()?, jaeger.port(Some("otlp-grpc"))?))
                });
                pipeline::sampler(
                    &self.sampling.rules(self.samplers.unwrap_or(2), scope),
                    &address.unwrap_or_default(),
                )
            }
        };
        let workload = if tier == Tier::Gateway { name.to_owned() } else { sampler(name) };
        OwnConfig { name: format!("{workload}-config"), data: [("config.yaml".to_owned(), text)].into() }
    }

    fn tier(&self, name: &str, tier: Tier, scope: &Scope) -> Readymade {
        let mut made = self.made(tier);
        made.config("config", FOLDER, &self.config(name, tier, scope));
        made
    }
}

/// Name of the second tier.
fn sampler(name: &str) -> String {
    format!("{name}-sampler")
}

impl Sampling {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "numbers of traces are small and positive"
    )]
    fn rules(&self, samplers: u32, scope: &Scope) -> pipeline::Rules {
        let objectives = &scope.header.objectives;
        let seconds = |span: &Duration| crate::value::format::fine_seconds(span);
        let wait = self.wait.as_ref().map_or(10.0, seconds);
        let rate = objectives.requests_per_second().unwrap_or_default() / f64::from(samplers);
        let slow = self.slower_than.as_ref().map(seconds).or(objectives.latency_seconds().0).unwrap_or(0.5);
        pipeline::Rules {
            share: self.share.as_deref().and_then(crate::value::format::share).unwrap_or(0.1) * 100.0,
            slow_ms: (slow * 1000.0).round() as u64,
            wait_seconds: wait.ceil() as u64,
            traces: self.traces.unwrap_or_else(|| ((rate * wait * 2.0).ceil() as u32).max(50_000)),
            rate: rate.ceil() as u64,
        }
    }
}

fn probes() -> Probes {
    let get = |period, failures| Probe::http("/", period).on("health").timeout(3).failures(failures);
    // A restart would lose the traces that are held: the state of its parts only takes it out of its Service.
    let liveness = Probe::tcp("otlp-grpc", 20).timeout(3).failures(4);
    Probes { startup: Some(get(5, 12)), liveness: Some(liveness), readiness: Some(get(10, 3)) }
}

impl Component for Collector {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        let port = Some("otlp-grpc".to_owned());
        needs.push(&at.key("jaeger"), Need::Component { name: self.jaeger.to_string(), port });
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        let mut endpoint = self.made(Tier::Gateway).endpoint(name);
        endpoint.samples_traces = true;
        Offer::Endpoint(endpoint)
    }

    fn links(&self, name: &str) -> Vec<Link> {
        vec![Link { from: name.to_owned(), to: sampler(name), ports: vec![GRPC] }]
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let rules = self.sampling.rules(self.samplers.unwrap_or(2), scope);
        let held = f64::from(rules.traces) * TRACE;
        let resources = self.resources(Tier::Sampler);
        let limit = resources.limits.get("memory");
        if let Some(limit) = limit.filter(|limit| scaled(limit).is_some_and(|bytes| held > bytes * 0.75)) {
            check
                .warning(
                    "memory-over-limit",
                    &at.key("sampling"),
                    format!("{} traces of 10 KiB do not fit into three quarters of {limit}", rules.traces),
                )
                .label(&at.key("samplerResources"), "the limit of each pod of the second tier")
                .help("raise `samplers` or `samplerResources`, or lower `sampling.wait`");
        }
        self.tier(name, Tier::Sampler, scope).check(&sampler(name), at, scope, check);
        self.tier(name, Tier::Gateway, scope).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(name, &self.labels);
        let mut objects = vec![
            self.config(name, Tier::Sampler, scope).object(name, "configmap-sampler", labels.clone()),
            self.config(name, Tier::Gateway, scope).object(name, "configmap", labels),
        ];
        objects.extend(self.tier(name, Tier::Sampler, scope).objects_of(name, &sampler(name), scope));
        objects.extend(self.tier(name, Tier::Gateway, scope).objects(name, scope));
        objects
    }
}
