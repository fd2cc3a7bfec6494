//! Jaeger: takes traces by OTLP, keeps them in memory or in Elasticsearch, and shows them.

use super::readymade::{self, KeptNames, OwnConfig, Readymade, Routes, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Need, Needs, Offer};
use crate::pod::container::Resources;
use crate::pod::probe::{Probe, Probes};
use crate::pod::scheduling::Strength;
use crate::scope::{RouteTo, Scope};
use crate::value::format::Name;
use crate::value::{Image, KeyRef, Labels, PortRef, Text, Version};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

mod storage;

/// Jaeger 2: OTLP in (4317 gRPC, 4318 HTTP), the pages at 16686. Traces are kept in memory unless `storage` says
/// otherwise.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Jaeger {
    /// Jaeger's version, from 2.0 on; the default image is `jaegertracing/jaeger:VERSION`. Default: 2.11.0.
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    image: Option<Image>,
    /// Traces that are kept in memory; the oldest go first. Default: 50000.
    #[schemars(range(min = 1))]
    max_traces: Option<u32>,
    /// The Elasticsearch that keeps the traces, in indices `jaeger-…` of a day each; its `retention` says for how long.
    /// Default: memory, and traces go with the pod.
    storage: Option<Text<Name>>,
    /// The password of Elasticsearch's user `elastic`: an entry of a secret, `NAME/KEY`. Default: none.
    password: Option<KeyRef>,
    /// Number of pods; several need `storage`. Default: 1.
    #[schemars(range(min = 1))]
    replicas: Option<u32>,
    /// CPU and memory. Default: 100m and 256Mi requested, 500m and 1Gi at most.
    resources: Option<Resources>,
    /// Routes from ingresses, by the ingress's name; the short form is the path. Whoever gets in by one may do what the
    /// pages allow: Prometheus and Jaeger ask nobody who they are.
    routes: Routes,
    /// Names of objects that must be kept.
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    labels: Labels,
    /// Placement, identity and escapes.
    pod: Tuning,
}

/// Jaeger's own metrics, of its collector and its queries.
const METRICS_PORT: u16 = 8888;
const HEALTH_PORT: u16 = 13133;
const FOLDER: &str = "/etc/jaeger";

impl Jaeger {
    fn server(&self) -> Readymade {
        let version = self.version.as_ref().map_or("2.11.0", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("jaegertracing/jaeger:{version}"));
        let resources =
            self.resources.clone().unwrap_or_else(|| Resources::of("100m", "256Mi", "500m", "1Gi"));
        let mut made = Readymade::new(image, User { user: 10001, group: 10001 }, resources, &self.pod);
        made.known_as(&self.names, &self.labels);
        made.workload.routes = self.routes.clone();
        if self.storage.is_some() {
            made.members(self.replicas.unwrap_or(1), Some(Strength::Soft));
        } else {
            made.recreated();
        }
        made.port("query", 16686);
        made.port("otlp-grpc", 4317);
        made.port("otlp-http", 4318);
        made.pod_port("health", HEALTH_PORT);
        made.pod_port("metrics", METRICS_PORT);
        // The built-in configuration listens at localhost unless it is told otherwise.
        made.env("JAEGER_LISTEN_HOST", "0.0.0.0");
        let traces = self.max_traces.unwrap_or(50_000);
        let argument = match &self.storage {
            Some(_) => format!("--config={FOLDER}/config.yaml"),
            None => {
                format!("--set=extensions.jaeger_storage.backends.some_storage.memory.max_traces={traces}")
            }
        };
        made.container.args = Some(vec![argument]);
        if let Some(password) = &self.password {
            made.secret_env("ELASTIC_PASSWORD", password);
        }
        made.container.probes = probes();
        made.workload.metrics = Some(Metrics { port: Some(PortRef::known("metrics")), ..Metrics::default() });
        made
    }
}

impl Jaeger {
    fn config(&self, name: &str, scope: &Scope) -> Option<OwnConfig> {
        let search = scope.endpoint(self.storage.as_deref()?)?;
        let address = format!("http://{}:{}", search.service.as_ref()?, search.port(Some("http"))?);
        let text = storage::text(&address, self.password.is_some());
        Some(OwnConfig { name: format!("{name}-config"), data: [("config.yaml".to_owned(), text)].into() })
    }

    fn readymade(&self, name: &str, scope: &Scope) -> Readymade {
        let mut made = self.server();
        if let Some(config) = self.config(name, scope) {
            made.config("config", FOLDER, &config);
        }
        made
    }
}

fn probes() -> Probes {
    let status = |period, failures| Probe::http("/status", period).on("health").timeout(3).failures(failures);
    // A restart would lose all traces: the state of its parts only takes it out of its Service.
    let liveness = Probe::tcp("query", 20).timeout(3);
    Probes { startup: Some(status(5, 12)), liveness: Some(liveness), readiness: Some(status(10, 3)) }
}

impl Component for Jaeger {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        if let Some(storage) = &self.storage {
            let need = Need::Component { name: storage.to_string(), port: Some("http".to_owned()) };
            needs.push(&at.key("storage"), need);
        }
        readymade::need_secret(&at.key("password"), self.password.as_ref(), needs);
        readymade::need_routes(&at.key("routes"), &self.routes, needs);
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.server().endpoint(name))
    }

    fn routes(&self, name: &str) -> Vec<RouteTo> {
        self.server().blueprint(name).routes()
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let fields = [
            (
                "password",
                self.password.is_some(),
                self.storage.is_none(),
                "nothing asks for it without `storage`",
            ),
            (
                "replicas",
                self.replicas.is_some_and(|count| count > 1),
                self.storage.is_none(),
                "each pod would have other traces in its memory",
            ),
            (
                "maxTraces",
                self.max_traces.is_some(),
                self.storage.is_some(),
                "Elasticsearch keeps traces by time, not by number",
            ),
        ];
        for (field, _, _, why) in fields.into_iter().filter(|(_, said, vain, _)| *said && *vain) {
            check
                .error(
                    "storage-field",
                    &at.key(field),
                    format!("`{field}` does not fit where `{name}` keeps its traces: {why}"),
                )
                .help(format!("remove `{field}`, or change `storage`"));
        }
        self.readymade(name, scope).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let config = self
            .config(name, scope)
            .map(|config| config.object(name, "configmap", scope.labels(name, &self.labels)));
        config.into_iter().chain(self.readymade(name, scope).objects(name, scope)).collect()
    }
}
