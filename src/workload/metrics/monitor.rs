//! What the Prometheus operator is told: a `ServiceMonitor`, or a `PodMonitor` of pods that no Service of ours has.

use super::{Found, Metrics};
use crate::k8s::{Object, meta};
use crate::pod::scheduling::select;
use crate::scope::Scope;
use crate::workload::Blueprint;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Monitor<S> {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: S,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceMonitor {
    selector: LabelSelector,
    /// Labels of the Service that every metric gets, as annotated pods give them theirs.
    target_labels: Vec<&'static str>,
    endpoints: Vec<Asked>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PodMonitor {
    selector: LabelSelector,
    pod_target_labels: Vec<&'static str>,
    pod_metrics_endpoints: Vec<Asked>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    /// A port of the Service, or of the pods of a `PodMonitor`.
    port: Option<String>,
    /// A port of the pods that the Service does not have.
    target_port: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    params: BTreeMap<String, [String; 1]>,
    interval: Option<String>,
}

impl Metrics {
    /// The `ServiceMonitor`, if that is the way.
    pub fn object(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> Option<Object> {
        let found = self.found(blueprint).filter(|_| self.monitored(scope))?;
        let Found { name, service, .. } = found;
        let asked = match service {
            Some(_) => Asked { port: Some(name), ..self.asked() },
            None => Asked { target_port: Some(name), ..self.asked() },
        };
        let spec = ServiceMonitor {
            selector: select(&scope.selector(blueprint.name)),
            target_labels: vec!["app"],
            endpoints: vec![asked],
        };
        Some(monitor("ServiceMonitor", blueprint, scope, spec))
    }

    /// The `PodMonitor` of pods that an operator makes with the blueprint's labels and ports, if that is the way.
    pub fn pod_monitor(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> Option<Object> {
        let found = self.found(blueprint).filter(|_| self.monitored(scope))?;
        let spec = PodMonitor {
            selector: select(&scope.selector(blueprint.name)),
            pod_target_labels: vec!["app"],
            pod_metrics_endpoints: vec![Asked { port: Some(found.name), ..self.asked() }],
        };
        let mut object = monitor("PodMonitor", blueprint, scope, spec);
        blueprint.component.clone_into(&mut object.component);
        Some(object)
    }

    fn asked(&self) -> Asked {
        let params = self.params.iter().map(|(name, value)| (name.to_owned(), [value.0.clone()]));
        Asked {
            port: None,
            target_port: None,
            path: self.path().to_owned(),
            params: params.collect(),
            interval: self.interval.as_ref().map(ToString::to_string),
        }
    }
}

fn monitor<S: Serialize>(kind: &'static str, blueprint: &Blueprint<'_>, scope: &Scope, spec: S) -> Object {
    let mut metadata = meta(
        &blueprint.workload.names.service_monitor(blueprint.name),
        scope.labels(blueprint.name, &blueprint.workload.labels),
    );
    if let Some(labels) = &mut metadata.labels {
        let selected = scope.header.metrics.labels.iter();
        labels.extend(selected.map(|(key, value)| (key.to_owned(), value.to_string())));
    }
    let monitor = Monitor { api_version: "monitoring.coreos.com/v1", kind, metadata, spec };
    Object::new(blueprint.name, &monitor)
}
