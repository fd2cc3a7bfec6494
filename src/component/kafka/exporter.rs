//! What gives the metrics of a whole cluster: of its brokers and topics, and how far its consumers lag behind.

use super::strimzi::pod;
use super::{Kafka, PORT};
use crate::component::readymade::Readymade;
use crate::component::readymade::custom::Template;
use crate::component::readymade::exporter::{apart, name};
use crate::k8s::Object;
use crate::scope::Scope;
use crate::workload::Blueprint;
use serde_json::{Value, json};

const IMAGE: &str = "danielqsj/kafka-exporter:v1.9.0";
/// Name and number of the port with the metrics, at our pods and at those that Strimzi makes.
const METRICS: (&str, u16) = ("metrics", 9308);
const OPERATED: (&str, u16) = ("tcp-prometheus", 9404);

/// The pods; of those that Strimzi makes, what it is told of them.
pub(super) fn readymade(kafka: &Kafka, component: &str) -> Readymade {
    let port = if kafka.operator.is_some() { OPERATED } else { METRICS };
    let mut made = apart(IMAGE, port, &kafka.labels, &kafka.pod);
    let mut args = vec![format!("--kafka.server={}:{PORT}", kafka.service(component))];
    // By itself it speaks as clients of Kafka 2.0 did, which later brokers understand in part only.
    if let [_, _, _] = kafka.version().split('.').flat_map(str::parse::<u32>).collect::<Vec<_>>()[..] {
        args.push(format!("--kafka.version={}", kafka.version()));
    }
    made.container.args = Some(args);
    made
}

/// The pods and their Service.
pub(super) fn objects(kafka: &Kafka, component: &str, scope: &Scope) -> Vec<Object> {
    readymade(kafka, component).objects_of(component, &name(component), scope)
}

/// Those that Strimzi makes, as a part of its object `Kafka`.
pub(super) fn operated(kafka: &Kafka, component: &str, scope: &Scope) -> Value {
    let mut made = readymade(kafka, component);
    made.outside(scope);
    let template = Template::of(&made.objects(&name(component), scope));
    json!({
        "resources": template.part(&["spec", "containers", "0", "resources"]),
        "template": { "pod": pod(&template) },
    })
}

/// What the Prometheus operator is told of those, if it is told.
pub(super) fn monitor(kafka: &Kafka, component: &str, scope: &Scope) -> Option<Object> {
    let (made, own) = (readymade(kafka, component), name(component));
    let blueprint = Blueprint { component, ..made.blueprint(&own) };
    made.workload.metrics.as_ref()?.pod_monitor(&blueprint, scope)
}
