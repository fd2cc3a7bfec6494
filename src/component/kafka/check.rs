//! What can be wrong with a Kafka cluster: its quorum, its copies, its version.

use super::{Kafka, Mode, settings};
use crate::component::readymade::Readymade;
use crate::diagnostic::{At, Check};
use crate::scope::Scope;

/// Reports everything that is Kafka's own.
pub(super) fn check(kafka: &Kafka, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    mode(kafka, name, at, check);
    copies(kafka, name, at, scope, check);
    own(kafka, name, at, check);
    operator(kafka, at, check);
}

fn mode(kafka: &Kafka, name: &str, at: &At<'_>, check: &mut Check<'_>) {
    match (kafka.mode, &kafka.zookeeper) {
        (Mode::Zookeeper, None) => {
            check
                .error(
                    "kafka-mode",
                    &at.key("mode"),
                    format!("`{name}` does not say which ZooKeeper it uses"),
                )
                .help("add `zookeeper: NAME` with a component of the section `zookeeper`");
        }
        (Mode::Kraft, Some(_)) => {
            check
                .error("kafka-mode", &at.key("zookeeper"), format!("`{name}` keeps its state itself"))
                .help("add `mode: zookeeper`, or remove `zookeeper`");
        }
        _ => {}
    }
    let written = if kafka.version.is_some() { at.key("version") } else { at.key("image") };
    if kafka.mode == Mode::Zookeeper && kafka.major() >= 4 {
        check
            .error("kafka-mode", &written, format!("Kafka {} knows no ZooKeeper", kafka.version()))
            .label(&at.key("mode"), "which this mode needs")
            .help("remove `mode` and `zookeeper`: the brokers keep their state themselves; or write `version: 3.9.1`");
    }
    let number = |n: usize| kafka.version().split('.').nth(n).and_then(|part| part.parse::<u32>().ok());
    if kafka.mode == Mode::Kraft && number(0) == Some(3) && number(1).is_some_and(|minor| minor < 3) {
        check
            .error("kafka-mode", &written, format!("Kafka {} needs a ZooKeeper", kafka.version()))
            .help("write `version: 3.9.1` or a later one");
    }
}

fn copies(kafka: &Kafka, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    let (brokers, copies) = (kafka.replicas(), kafka.replication_factor());
    let topics = at.key("topics");
    let replicas = at.key("replicas");
    let there = scope.environment.as_ref().map(|name| format!(" in `{name}`")).unwrap_or_default();
    // Fewer brokers of an environment are no reason to keep fewer copies elsewhere.
    let overridden = check.node(&replicas.path()).is_some_and(|node| check.sources().base(node).is_some());
    let mut over = |at: &At<'_>, copies: u32| {
        let report = check
            .error("replication-factor", at, format!("{copies} copies need {copies} brokers"))
            .says(format!("`{name}` has {brokers}{there}"));
        if overridden {
            report.label(&replicas, "because of this").help(format!(
                "override it{there} as well, with at most {brokers}, or give `{name}` {copies} `replicas` there"
            ));
        } else {
            report.help(format!("write at most {brokers}, or give it more `replicas`"));
        }
    };
    if copies > brokers {
        over(&at.key("replicationFactor"), copies);
    }
    for (topic, rules) in kafka.topics.iter() {
        if let Some(copies) = rules.replicas.filter(|copies| *copies > brokers) {
            over(&topics.key(topic).key("replicas"), copies);
        }
    }
    let in_sync = kafka.min_insync_replicas();
    if in_sync > 1 && in_sync >= copies {
        check
            .error(
                "replication-factor",
                &at.key("minInsyncReplicas"),
                format!("{in_sync} of {copies} copies must have every message: nothing could be written while one broker is away"),
            )
            .help(format!("write {} or fewer", copies.saturating_sub(1).max(1)));
    }
}

fn own(kafka: &Kafka, name: &str, at: &At<'_>, check: &mut Check<'_>) {
    let place = at.key("settings");
    for (key, _) in kafka.settings.iter().filter(|(key, _)| settings::OWN.contains(key)) {
        check
            .error("reserved-name", &place.key(key), format!("`{key}` follows from the pod of each broker"))
            .help(format!("remove `{key}`"));
    }
    if let Some(id) = kafka.cluster_id.as_deref().filter(|id| !settings::is_cluster_id(id)) {
        check
            .error("invalid-value", &at.key("clusterId"), format!("`{id}` is not the id of a Kafka cluster"))
            .help("write 22 characters as `kafka-storage.sh random-uuid` prints them, or remove it");
    }
    let topics = at.key("topics");
    let good = |topic: &str| topic.len() <= 249 && topic != "." && topic != "..";
    for topic in kafka.topics.keys().filter(|topic| !good(topic)) {
        check
            .error("invalid-value", &topics.key(topic), format!("`{topic}` cannot be a topic of `{name}`"))
            .help("use at most 249 letters, digits, `.`, `_` and `-`");
    }
}

/// What Strimzi decides by itself.
fn operator(kafka: &Kafka, at: &At<'_>, check: &mut Check<'_>) {
    let fields = [
        ("image", kafka.image.is_some()),
        ("clusterId", kafka.cluster_id.is_some()),
        ("claimName", kafka.claim_name.is_some()),
        ("mode", kafka.mode == Mode::Zookeeper),
    ];
    if kafka.operator.is_some() {
        let set = fields.into_iter().filter(|(_, set)| *set).map(|(field, _)| field);
        Readymade::refuse_beside_operator(set, at, check);
        let pod = [
            ("nodeSelector", !kafka.pod.node_selector.is_empty()),
            ("sidecars", !kafka.pod.sidecars.is_empty()),
            ("patch", !kafka.pod.patch.is_empty()),
        ];
        let set = pod.into_iter().filter(|(_, set)| *set).map(|(field, _)| field);
        Readymade::refuse_beside_operator(set, &at.key("pod"), check);
    }
}
