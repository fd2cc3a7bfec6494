//! Brokers that Strimzi runs: `Kafka`, `KafkaNodePool` and `KafkaTopic`.

use super::{Kafka, PORT, exporter, settings};
use crate::component::readymade::custom::{Custom, Template};
use crate::component::readymade::{exporter as exporters, heap};
use crate::k8s::Object;
use crate::needs::Link;
use crate::scope::{LabelMap, Scope};
use crate::tree::Tree;
use crate::workload::mesh;
use serde_json::{Value, json};

const API: &str = "kafka.strimzi.io/v1";
const CLUSTER: &str = "strimzi.io/cluster";
/// Controllers and brokers among each other.
const INTERNAL: [u16; 3] = [9090, 9091, PORT];

/// Brokers talk to each other; the operator of topics and the exporter to them.
pub(super) fn links(kafka: &Kafka, name: &str) -> Vec<Link> {
    let exporter = kafka.metrics.then(|| exporters::name(name));
    [name.to_owned(), entity_operator(name)]
        .into_iter()
        .chain(exporter)
        .map(|from| Link { from, to: name.to_owned(), ports: INTERNAL.to_vec() })
        .collect()
}

fn entity_operator(name: &str) -> String {
    format!("{name}-entity-operator")
}

/// The custom resources, and a Service that keeps the name by which callers know the brokers.
pub(super) fn objects(kafka: &Kafka, name: &str, scope: &Scope) -> Vec<Object> {
    let labels = scope.labels(name, &kafka.labels);
    let in_cluster = {
        let mut labels = labels.clone();
        labels.insert(CLUSTER.to_owned(), name.to_owned());
        labels
    };
    let custom = |kind, own: &str, labels: &LabelMap, spec| {
        Custom { api_version: API, kind, name: own, labels: labels.clone(), spec }.object(name)
    };
    // The first brokers are controllers too: an odd number, so that a majority survives.
    let controllers = kafka.controllers();
    let first = Pool { replicas: controllers, roles: &["controller", "broker"] };
    let mut objects = vec![custom("KafkaNodePool", name, &in_cluster, first.spec(kafka, name, scope))];
    if kafka.replicas() > controllers {
        let rest = Pool { replicas: kafka.replicas() - controllers, roles: &["broker"] };
        let pool =
            custom("KafkaNodePool", &format!("{name}-brokers"), &in_cluster, rest.spec(kafka, name, scope));
        objects.push(pool.in_file("kafkanodepool-brokers"));
    }
    objects.push(custom("Kafka", name, &labels, cluster(kafka, name, scope)));
    for (topic, rules) in kafka.topics.iter() {
        let spec = json!({
            "topicName": topic,
            "partitions": rules.partitions(),
            "replicas": rules.replicas.unwrap_or_else(|| kafka.replication_factor()),
            "config": map(rules.settings.iter().map(|(key, value)| (key, value.0.clone().into()))),
        });
        let own = object_name(name, topic);
        objects.push(custom("KafkaTopic", &own, &in_cluster, spec).in_file(format!("kafkatopic-{topic}")));
    }
    if kafka.metrics {
        objects.extend(exporter::monitor(kafka, name, scope));
    }
    let made = kafka.made(name);
    let service = crate::value::ObjectName::known(kafka.service(name));
    let services = [Some(&service), kafka.bootstrap_service.as_ref()];
    objects.extend(services.into_iter().flatten().filter_map(|service| {
        let mut object = made.address(name, service, &["kafka"], scope)?;
        // The container's ports have the operator's names.
        if let Some(Tree::List(ports)) = object.tree.get_mut("spec").and_then(|spec| spec.get_mut("ports")) {
            ports
                .iter_mut()
                .filter_map(Tree::as_map_mut)
                .for_each(|port| port.insert("targetPort", i64::from(PORT).into()));
        }
        Some(object)
    }));
    objects
}

fn cluster(kafka: &Kafka, name: &str, scope: &Scope) -> Value {
    let copies = settings::replication(kafka);
    let copies = copies.iter().map(|(setting, count)| (*setting, Value::from(*count)));
    let own = kafka.settings.iter().map(|(setting, value)| (setting, Value::from(value.0.clone())));
    let mut operator_labels = scope.pod_labels(&entity_operator(name), &kafka.labels);
    mesh::leave(scope, &mut operator_labels);
    let topics = json!({
        "topicOperator": {},
        "template": { "pod": { "metadata": { "labels": operator_labels } } },
    });
    json!({
        "kafka": {
            "version": kafka.version.as_ref().map(ToString::to_string),
            "listeners": [{ "name": "plain", "port": PORT, "type": "internal", "tls": false }],
            "config": map(copies.chain(own)),
        },
        "kafkaExporter": kafka.metrics.then(|| exporter::operated(kafka, name, scope)),
        "entityOperator": if kafka.topics.is_empty() { Value::Null } else { topics },
    })
}

/// Brokers of one sort.
struct Pool {
    replicas: u32,
    roles: &'static [&'static str],
}

impl Pool {
    /// What the author says of the pods is taken from the StatefulSet that would run them without the operator.
    fn spec(&self, kafka: &Kafka, name: &str, scope: &Scope) -> Value {
        let mut made = kafka.made(name);
        made.outside(scope);
        let template = Template::of(&made.objects(name, scope));
        let heap = made.container.resources.as_ref().and_then(heap);
        json!({
            "replicas": self.replicas,
            "roles": self.roles,
            "storage": {
                "type": "persistent-claim",
                "size": &*kafka.storage,
                "class": kafka.storage_class.as_ref().map(ToString::to_string),
                "deleteClaim": false,
            },
            "resources": template.part(&["spec", "containers", "0", "resources"]),
            "jvmOptions": heap.map(|heap| json!({ "-Xms": format!("{heap}m"), "-Xmx": format!("{heap}m") })),
            "template": { "pod": pod(&template) },
        })
    }
}

/// What Strimzi takes of the pods that the author describes.
pub(super) fn pod(template: &Template) -> Value {
    json!({
        "metadata": {
            "labels": template.part(&["metadata", "labels"]),
            "annotations": template.part(&["metadata", "annotations"]),
        },
        "imagePullSecrets": template.part(&["spec", "imagePullSecrets"]),
        "affinity": template.part(&["spec", "affinity"]),
        "tolerations": template.part(&["spec", "tolerations"]),
        "topologySpreadConstraints": template.part(&["spec", "topologySpreadConstraints"]),
        "priorityClassName": template.part(&["spec", "priorityClassName"]),
    })
}

fn map<'a>(entries: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let map: serde_json::Map<_, _> = entries.map(|(key, value)| (key.to_owned(), value)).collect();
    if map.is_empty() { Value::Null } else { map.into() }
}

/// A topic's name as that of an object, which knows neither capitals nor `_`.
fn object_name(name: &str, topic: &str) -> String {
    let topic = topic.to_lowercase().replace('_', "-");
    format!("{name}-{}", topic.trim_matches(['-', '.']))
}
