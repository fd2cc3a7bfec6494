//! KEDA's ScaledObject, which makes a HorizontalPodAutoscaler that asks Prometheus.

use super::{Autoscaling, Blueprint};
use crate::k8s::{NAMESPACE, Object, meta};
use crate::scope::Scope;
use k8s_openapi::api::autoscaling::v2;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScaledObject {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: Spec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    scale_target_ref: Target,
    min_replica_count: u32,
    max_replica_count: u32,
    advanced: Advanced,
    triggers: Vec<Trigger>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    api_version: &'static str,
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Advanced {
    horizontal_pod_autoscaler_config: Config,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    name: String,
    behavior: Option<v2::HorizontalPodAutoscalerBehavior>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Trigger {
    r#type: &'static str,
    metric_type: &'static str,
    metadata: BTreeMap<&'static str, String>,
}

/// The component that KEDA asks if the spec names no server.
pub const PROMETHEUS: &str = "prometheus";

/// Address of the Prometheus that KEDA asks, from another namespace.
pub fn server(scope: &Scope) -> Option<String> {
    let stated = scope.header.metrics.server.as_ref().map(ToString::to_string);
    stated.or_else(|| {
        let endpoint = scope.endpoint(PROMETHEUS)?;
        Some(format!("http://{}.{NAMESPACE}.svc:{}", endpoint.service.as_ref()?, endpoint.port(None)?))
    })
}

/// The ScaledObject of a workload.
pub fn object(scaling: &Autoscaling, blueprint: &Blueprint<'_>, scope: &Scope) -> Object {
    let name = blueprint.workload.names.hpa(blueprint.name);
    let resources = scaling.resources().into_iter().map(|(kind, percent)| {
        let mut metadata = BTreeMap::from([("value", percent.to_string())]);
        if scaling.counts_main_alone(scope) {
            metadata.insert("containerName", blueprint.name.to_owned());
        }
        Trigger { r#type: kind, metric_type: "Utilization", metadata }
    });
    let server = server(scope).unwrap_or_default();
    let measures = scaling.metrics.measures(blueprint.name, &scope.header.objectives);
    let measured = measures.into_iter().map(|measure| Trigger {
        r#type: "prometheus",
        metric_type: if measure.each { "AverageValue" } else { "Value" },
        metadata: BTreeMap::from([
            ("serverAddress", server.clone()),
            ("query", measure.query),
            ("threshold", plain(measure.target)),
        ]),
    });
    let object = ScaledObject {
        api_version: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        metadata: meta(&name, scope.labels(blueprint.name, &blueprint.workload.labels)),
        spec: Spec {
            scale_target_ref: Target {
                api_version: "apps/v1",
                kind: blueprint.workload.kind.name(),
                name: blueprint.name.to_owned(),
            },
            min_replica_count: scaling.min,
            max_replica_count: scaling.max,
            advanced: Advanced {
                horizontal_pod_autoscaler_config: Config { name: name.clone(), behavior: scaling.behavior() },
            },
            triggers: resources.chain(measured).collect(),
        },
    };
    Object::new(blueprint.name, &object)
}

/// A number without an exponent, as KEDA reads it.
fn plain(number: f64) -> String {
    let text = format!("{number:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
