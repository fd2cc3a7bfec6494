//! What a Kafka cluster is, in each mode.

use super::*;
use crate::component::tests::{find, kinds, read, scope, text, words};
use crate::needs::Endpoint;
use crate::tree::Tree;
use serde_json::json;

#[test]
fn brokers_are_their_own_quorum() {
    let kafka: Kafka = read(json!({ "storage": "10Gi" }));
    let objects = kafka.objects("kafka", &scope());
    assert_eq!(
        kinds(&objects),
        [
            "ConfigMap kafka-config",
            "ServiceAccount kafka",
            "StatefulSet kafka",
            "Service kafka",
            "PodDisruptionBudget kafka-pdb"
        ]
    );
    let properties = text(find(&objects, "ConfigMap"), "data/server.properties");
    for line in [
        "controller.quorum.voters=0@kafka-0.kafka:9093,1@kafka-1.kafka:9093,2@kafka-2.kafka:9093",
        "default.replication.factor=3",
        "min.insync.replicas=2",
    ] {
        assert!(properties.lines().any(|found| found == line), "{line} in {properties}");
    }
    let set = find(&objects, "StatefulSet");
    let env =
        set.at(&["spec", "template", "spec", "containers", "0", "env"]).and_then(Tree::as_list).unwrap();
    let value = |name: &str| {
        let variable = env.iter().find(|variable| text(variable, "name") == name).unwrap();
        text(variable, "value").to_owned()
    };
    assert_eq!(value("CLUSTER_ID").len(), 22);
    assert_eq!(value("CONTROLLERS"), "3");
    assert_eq!(value("KAFKA_HEAP_OPTS"), "-Xms1024m -Xmx1024m");
    assert!(value("KAFKA_LOG4J_OPTS").ends_with("log4j2.properties"));
}

#[test]
fn few_brokers_keep_fewer_copies() {
    for (replicas, copies, in_sync, controllers) in [(1, 1, 1, 1), (2, 2, 1, 1), (3, 3, 2, 3), (6, 3, 2, 3)] {
        let kafka: Kafka = read(json!({ "storage": "10Gi", "replicas": replicas }));
        assert_eq!(
            (kafka.replication_factor(), kafka.min_insync_replicas(), kafka.controllers()),
            (copies, in_sync, controllers),
            "{replicas} brokers"
        );
    }
}

#[test]
fn the_ensemble_is_a_need_and_its_address_a_setting() {
    let kafka: Kafka = read(json!({ "storage": "20Gi", "mode": "zookeeper", "zookeeper": "zookeeper" }));
    let mut scope = scope();
    let port = crate::pod::container::Port { container: 2181, ..Default::default() };
    let endpoint = Endpoint {
        app: "zookeeper".to_owned(),
        service: Some("zk".to_owned()),
        ports: vec![("client".to_owned(), port)],
        metrics: None,
        ..Endpoint::default()
    };
    scope.offers.insert("zookeeper".to_owned(), Offer::Endpoint(endpoint));
    let objects = kafka.objects("kafka", &scope);
    let properties = text(find(&objects, "ConfigMap"), "data/server.properties");
    assert!(properties.starts_with("zookeeper.connect=zk:2181\n"), "{properties}");
    let set = find(&objects, "StatefulSet");
    assert_eq!(text(set, "spec/template/spec/containers/0/image"), "apache/kafka:3.9.1");
    assert_eq!(kafka.links("kafka")[0].ports, [9092]);
}

#[test]
fn topics_are_made_by_a_job_whose_name_follows_from_them() {
    let job = |partitions: u32| {
        let kafka: Kafka = read(json!({
            "storage": "10Gi",
            "topics": { "orders": { "partitions": partitions, "settings": { "retention.ms": "1000" } } },
        }));
        let objects = kafka.objects("kafka", &scope());
        let topics = objects.iter().find(|object| object.file == "configmap-topics").unwrap();
        assert_eq!(text(&topics.tree, "data/topics"), format!("orders {partitions} 3 retention.ms=1000\n"));
        let job = objects.iter().find(|object| object.id().kind == "Job").unwrap();
        assert_eq!((job.component.as_str(), job.file.as_str()), ("kafka", "job-topics"));
        job.id().name
    };
    assert_eq!(job(6), job(6));
    assert_ne!(job(6), job(7));
    assert!(job(6).starts_with("kafka-topics-"));
}

#[test]
fn strimzi_gets_pools_and_callers_keep_the_name() {
    let kafka: Kafka = read(json!({
        "storage": "10Gi", "operator": "strimzi", "replicas": 5, "topics": { "Order_Events": {} },
        "pod": { "priority": "high" },
    }));
    let objects = kafka.objects("kafka", &scope());
    assert_eq!(
        kinds(&objects),
        [
            "KafkaNodePool kafka",
            "KafkaNodePool kafka-brokers",
            "Kafka kafka",
            "KafkaTopic kafka-order-events",
            "Service kafka"
        ]
    );
    let pool = find(&objects, "KafkaNodePool");
    assert_eq!(text(pool, "metadata/labels/strimzi.io~cluster"), "kafka");
    assert_eq!(text(pool, "spec/template/pod/metadata/labels/app"), "kafka");
    assert_eq!(text(pool, "spec/template/pod/priorityClassName"), "high");
    assert_eq!(find(&objects, "Service").at(&["spec", "ports", "0", "targetPort"]), Some(&Tree::Int(9092)));
}

#[test]
fn one_exporter_knows_the_whole_cluster() {
    let kafka: Kafka = read(json!({ "storage": "10Gi", "metrics": true, "bootstrapService": "brokers" }));
    let Offer::Endpoint(endpoint) = kafka.offer("kafka", &Files::new()) else { panic!() };
    assert_eq!((endpoint.service.as_deref(), endpoint.pods), (Some("brokers"), (3, 3)));
    let scrape = endpoint.metrics.unwrap();
    assert_eq!((scrape.app.as_str(), scrape.pods, scrape.port), ("kafka-exporter", 1, 9308));
    assert_eq!(scrape.service, Some(("kafka-exporter".to_owned(), 9308)));
    let asks = Link { from: "kafka-exporter".to_owned(), to: "kafka".to_owned(), ports: vec![9092] };
    assert!(kafka.links("kafka").contains(&asks));
    let objects = kafka.objects("kafka", &scope());
    let deployment = objects.iter().find(|object| object.file == "deployment-exporter").unwrap();
    let args = words(&deployment.tree, "spec/template/spec/containers/0/args");
    assert_eq!(args, ["--kafka.server=kafka:9092", "--kafka.version=4.1.0"]);
    // A version that is no version is left out: the exporter would not start.
    let kafka: Kafka = read(json!({ "storage": "10Gi", "metrics": true, "image": "acme/kafka:7-ours" }));
    let made = exporter::readymade(&kafka, "kafka");
    assert_eq!(made.container.args.unwrap(), ["--kafka.server=kafka:9092"]);
}

#[test]
fn strimzi_makes_the_exporter_and_the_operator_of_prometheus_looks_at_its_pods() {
    let kafka: Kafka = read(json!({ "storage": "10Gi", "operator": "strimzi", "metrics": true }));
    let annotated = kafka.objects("kafka", &scope());
    let pod = ["spec", "kafkaExporter", "template", "pod", "metadata"];
    let metadata = find(&annotated, "Kafka").at(&pod).unwrap();
    assert_eq!(text(metadata, "labels/app"), "kafka-exporter");
    let port = metadata.at(&["annotations", "prometheus.io/port"]);
    assert_eq!(port.and_then(Tree::as_str), Some("9404"));
    assert!(kafka.links("kafka").iter().any(|link| link.from == "kafka-exporter" && link.to == "kafka"));
    let mut scope = scope();
    scope.header.metrics.through = Some(crate::header::metrics::Through::ServiceMonitor);
    let monitored = kafka.objects("kafka", &scope);
    assert_eq!(find(&monitored, "Kafka").at(&pod).and_then(|metadata| metadata.get("annotations")), None);
    let monitor = monitored.iter().find(|object| object.id().kind == "PodMonitor").unwrap();
    assert_eq!(monitor.component, "kafka");
    assert_eq!(text(&monitor.tree, "spec/selector/matchLabels/app"), "kafka-exporter");
    assert_eq!(text(&monitor.tree, "spec/podMetricsEndpoints/0/port"), "tcp-prometheus");
}
