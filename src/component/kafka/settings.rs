//! `server.properties`: what all brokers have in common.

use super::{CONTROLLER_PORT, Kafka, Mode};
use crate::component::readymade::properties::Properties;
use crate::scope::Scope;
use sha2::{Digest, Sha256};

/// Folder of the claim that holds the messages: its root may hold `lost+found`, which is no topic.
pub(super) const LOG_DIRS: &str = "/var/lib/kafka/data";
/// What the start script says, because it follows from the pod.
pub(super) const OWN: &[&str] =
    &["advertised.listeners", "broker.id", "listeners", "log.dirs", "node.id", "process.roles"];

/// The text of `server.properties`, to which the start script adds what is the broker's own.
pub(super) fn text(kafka: &Kafka, name: &str, scope: &Scope) -> String {
    let mut settings = Properties::default();
    match kafka.mode {
        Mode::Kraft => {
            settings.set("controller.quorum.voters", voters(kafka, name));
            settings.set("controller.listener.names", "CONTROLLER");
            settings.set("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        }
        Mode::Zookeeper => {
            settings.set("zookeeper.connect", ensemble(kafka, scope));
            settings.set("zookeeper.connection.timeout.ms", 18_000);
        }
    }
    settings.set("inter.broker.listener.name", "PLAINTEXT");
    settings.set("log.dirs", LOG_DIRS);
    for (setting, value) in replication(kafka) {
        settings.set(setting, value);
    }
    settings.overlay(&kafka.settings);
    settings.text()
}

/// How many copies there are of messages, and of what the brokers keep for themselves.
pub(super) fn replication(kafka: &Kafka) -> [(&'static str, u32); 5] {
    let (copies, in_sync) = (kafka.replication_factor(), kafka.min_insync_replicas());
    [
        ("default.replication.factor", copies),
        ("min.insync.replicas", in_sync),
        ("offsets.topic.replication.factor", copies),
        ("transaction.state.log.replication.factor", copies),
        ("transaction.state.log.min.isr", in_sync),
    ]
}

fn voters(kafka: &Kafka, name: &str) -> String {
    let service = kafka.service(name);
    let voters: Vec<_> =
        (0..kafka.controllers()).map(|n| format!("{n}@{name}-{n}.{service}:{CONTROLLER_PORT}")).collect();
    voters.join(",")
}

/// The address of the ensemble; its name leads to every server of it.
fn ensemble(kafka: &Kafka, scope: &Scope) -> String {
    let endpoint = kafka.zookeeper.as_deref().and_then(|name| scope.endpoint(name));
    endpoint
        .and_then(|endpoint| {
            Some(format!("{}:{}", endpoint.service.as_ref()?, endpoint.port(Some("client"))?))
        })
        .unwrap_or_default()
}

/// The id of the cluster: the same in every run and every environment, and another one for other names.
pub(super) fn cluster_id(kafka: &Kafka, name: &str, scope: &Scope) -> String {
    kafka.cluster_id.clone().unwrap_or_else(|| {
        let digest = Sha256::digest(format!("{}/{name}", scope.header.platform));
        // A version-4 UUID, as Kafka makes them; the first byte keeps `-` from the front, which reads as an option.
        let mut id: [u8; 16] = std::array::from_fn(|n| digest[n]);
        id[0] &= 0x7f;
        id[6] = (id[6] & 0x0f) | 0x40;
        id[8] = (id[8] & 0x3f) | 0x80;
        base64(&id)
    })
}

/// The URL-safe alphabet without padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for n in 0..=chunk.len() {
            let index = (bits >> (18 - 6 * n)) & 63;
            text.push(char::from(ALPHABET[index as usize]));
        }
    }
    text
}

/// Whether it is the text of 16 bytes.
pub(super) fn is_cluster_id(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.len() == 22 && text.chars().all(good) && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_kafka_reads_them() {
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(&[0xff; 16]), "_____________________w");
        assert!(is_cluster_id(&base64(&[7; 16])));
        assert!(!is_cluster_id("MkU3OEVBNTcwNTJENDM2Qk=") && !is_cluster_id("-kU3OEVBNTcwNTJENDM2Qk"));
    }
}
