//! Jaeger: takes traces by OTLP, keeps them in memory and shows them.

use super::readymade::{self, KeptNames, Readymade, Routes, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Needs, Offer};
use crate::pod::container::Resources;
use crate::pod::probe::{HttpGet, Probe, Probes};
use crate::scope::{RouteTo, Scope};
use crate::value::{Image, Keyed, Labels, PortRef, Scalar, Short, UrlPath};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

/// Jaeger 2 as one pod: OTLP in (4317 gRPC, 4318 HTTP), the pages at 16686. Traces are kept in memory.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Jaeger {
    /// Jaeger's version, from 2.0 on; the default image is `jaegertracing/jaeger:VERSION`. Default: 2.11.0.
    version: Option<Scalar>,
    /// The whole image, if it is another one than the default.
    image: Option<Image>,
    /// Traces that are kept; the oldest go first. Default: 50000.
    #[schemars(range(min = 1))]
    max_traces: Option<u32>,
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

impl Jaeger {
    fn readymade(&self) -> Readymade {
        let version = self.version.as_ref().map_or("2.11.0", |version| &version.0);
        let image = readymade::image(self.image.as_ref(), &format!("jaegertracing/jaeger:{version}"));
        let resources =
            self.resources.clone().unwrap_or_else(|| Resources::of("100m", "256Mi", "500m", "1Gi"));
        let mut made = Readymade::new(image, User { user: 10001, group: 10001 }, resources, &self.pod);
        made.known_as(&self.names, &self.labels);
        made.workload.routes = self.routes.clone();
        made.recreated();
        made.port("query", 16686);
        made.port("otlp-grpc", 4317);
        made.port("otlp-http", 4318);
        made.pod_port("health", HEALTH_PORT);
        made.pod_port("metrics", METRICS_PORT);
        // The built-in configuration listens at localhost unless it is told otherwise.
        made.env("JAEGER_LISTEN_HOST", "0.0.0.0");
        let traces = self.max_traces.unwrap_or(50_000);
        made.container.args = Some(vec![format!(
            "--set=extensions.jaeger_storage.backends.some_storage.memory.max_traces={traces}"
        )]);
        made.container.probes = probes();
        made.workload.metrics = Some(Metrics { port: Some(PortRef::known("metrics")), ..Metrics::default() });
        made
    }
}

fn probes() -> Probes {
    let status = |period, failures| Probe {
        http_get: Some(Short(HttpGet {
            path: UrlPath::known("/status"),
            port: Some(PortRef::known("health")),
            scheme: None,
            headers: Keyed::default(),
        })),
        period_seconds: Some(period),
        timeout_seconds: Some(3),
        failure_threshold: Some(failures),
        ..Probe::default()
    };
    // A restart would lose all traces: the state of its parts only takes it out of its Service.
    let liveness = Probe {
        tcp: Some(PortRef::known("query")),
        period_seconds: Some(20),
        timeout_seconds: Some(3),
        ..Probe::default()
    };
    Probes { startup: Some(status(5, 12)), liveness: Some(liveness), readiness: Some(status(10, 3)) }
}

impl Component for Jaeger {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        readymade::need_routes(&at.key("routes"), &self.routes, needs);
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.readymade().endpoint(name))
    }

    fn routes(&self, name: &str) -> Vec<RouteTo> {
        self.readymade().blueprint(name).routes()
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        self.readymade().check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        self.readymade().objects(name, scope)
    }
}
