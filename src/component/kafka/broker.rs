//! Brokers as a StatefulSet: their pods, their configuration and how they start.

use super::{CONTROLLER_PORT, Kafka, Mode, PORT, exporter, settings, topic};
use crate::component::readymade::{self, OwnConfig, Readymade, User};
use crate::k8s::Object;
use crate::pod::claim::Claim;
use crate::pod::container::Resources;
use crate::pod::env::EnvValue;
use crate::pod::probe::{Probe, Probes};
use crate::scope::Scope;
use crate::value::Short;

/// The image's own user.
pub(super) const USER: User = User { user: 1000, group: 1000 };
const CONFIG: &str = "/etc/kafka-config";
const DATA: &str = "/var/lib/kafka";
const START: &str = include_str!("../../../templates/kafka/start.sh");
/// The library of Kafka 3 for its log, and that of Kafka 4, each with its option and its file.
const LOGGING: [(&str, &str, &str); 2] = [
    ("log4j.configuration", "log4j.properties", include_str!("../../../templates/kafka/log4j.properties")),
    (
        "log4j2.configurationFile",
        "log4j2.properties",
        include_str!("../../../templates/kafka/log4j2.properties"),
    ),
];

/// The brokers, without their configuration.
pub(super) fn readymade(kafka: &Kafka, name: &str) -> Readymade {
    let image = readymade::image(kafka.image.as_ref(), &format!("apache/kafka:{}", kafka.version()));
    let resources = kafka.resources.clone().unwrap_or_else(|| Resources::of("500m", "1Gi", "1", "2Gi"));
    let heap = readymade::heap(&resources);
    let mut made = Readymade::new(image, USER, resources, &kafka.pod);
    made.known_as(&kafka.names, &kafka.labels);
    made.ensemble(kafka.replicas(), kafka.anti_affinity);
    made.port("kafka", PORT);
    if kafka.mode == Mode::Kraft {
        made.pod_port("controller", CONTROLLER_PORT);
    }
    made.container.command = Some(vec!["bash".to_owned(), format!("{CONFIG}/start.sh")]);
    let namespace = EnvValue { field: Some("metadata.namespace".to_owned()), ..EnvValue::default() };
    made.container.env.insert("POD_NAMESPACE", Short(namespace));
    made.env("SERVICE", kafka.service(name));
    if let Some(heap) = heap {
        made.env("KAFKA_HEAP_OPTS", &format!("-Xms{heap}m -Xmx{heap}m"));
    }
    let (option, file, _) = logging(kafka);
    made.env("KAFKA_LOG4J_OPTS", &format!("-D{option}=file:{CONFIG}/{file}"));
    // Without these the scripts write logs of their own below the installation, which is read-only.
    made.env("LOG_DIR", "/tmp/logs");
    made.env("EXTRA_ARGS", "-name kafkaServer");
    made.container.probes = probes();
    let claim = kafka.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
    made.stateful(&claim, DATA, Claim::of(kafka.storage.clone(), kafka.storage_class.clone()));
    // A broker hands its partitions over before it ends.
    made.pod.termination_grace_period_seconds = Some(120);
    made
}

/// The port opens when the broker has joined the cluster.
fn probes() -> Probes {
    let open = |period, failures| Probe::tcp("kafka", period).timeout(5).failures(failures);
    Probes {
        // After a crash the broker reads its logs again first.
        startup: Some(open(10, 60)),
        liveness: Some(open(20, 6)),
        readiness: Some(open(10, 3)),
    }
}

fn logging(kafka: &Kafka) -> (&'static str, &'static str, &'static str) {
    LOGGING[usize::from(kafka.major() >= 4)]
}

fn config(kafka: &Kafka, name: &str, scope: &Scope) -> OwnConfig {
    let (_, file, text) = logging(kafka);
    let data = [
        ("server.properties", settings::text(kafka, name, scope)),
        ("start.sh", START.to_owned()),
        (file, text.to_owned()),
    ];
    OwnConfig {
        name: format!("{name}-config"),
        data: data.into_iter().map(|(file, text)| (file.to_owned(), text)).collect(),
    }
}

/// The brokers, their Services, the Job that makes the topics, and the exporter.
pub(super) fn objects(kafka: &Kafka, name: &str, scope: &Scope) -> Vec<Object> {
    let config = config(kafka, name, scope);
    let mut made = readymade(kafka, name);
    if kafka.mode == Mode::Kraft {
        made.env("CLUSTER_ID", &settings::cluster_id(kafka, name, scope));
        made.env("CONTROLLERS", &kafka.controllers().to_string());
    }
    made.config("config", CONFIG, &config);
    let mut objects = vec![config.object(name, "configmap", scope.labels(name, &kafka.labels))];
    objects.extend(made.objects(name, scope));
    let bootstrap = kafka.bootstrap_service.as_ref();
    objects.extend(bootstrap.and_then(|service| made.address(name, service, &["kafka"], scope)));
    objects.extend(topic::objects(kafka, name, scope));
    if kafka.metrics {
        objects.extend(exporter::objects(kafka, name, scope));
    }
    objects
}
