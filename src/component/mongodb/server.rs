//! A member of the replica set: its configuration and its pod.

use super::{EXPORTER_PORT, Mongodb, PORT};
use crate::component::readymade::text::{map, yaml};
use crate::component::readymade::{self, Readymade, User, exporter};
use crate::pod::claim::Claim;
use crate::pod::container::{Container, Resources};
use crate::pod::mount::Mount;
use crate::pod::probe::{Probe, Probes};
use crate::pod::volume::{Files, Volume};
use crate::tree::{Map, Tree};
use crate::value::format::scaled;
use crate::value::{FileMode, KeyRef, Keyed, Scalar, Short, Text};
use crate::workload::PodManagement;

const CONFIG: &str = "/etc/mongodb";
const KEY: &str = "/etc/mongodb-key";
/// The server takes a key file only from its own user and from nobody else, which no volume of a secret is.
const OWN_KEY: &str = "/tmp/keyfile";
const DATA: &str = "/data/db";
const EXPORTER: &str = "percona/mongodb_exporter:0.44.0";
const GIB: f64 = 1_073_741_824.0;

/// The user of MongoDB's images.
pub(super) const USER: User = User { user: 999, group: 999 };

/// The pods.
pub(super) fn server(mongodb: &Mongodb, name: &str) -> Readymade {
    let mut made = Readymade::new(mongodb.image(), USER, mongodb.resources(), &mongodb.pod);
    made.known_as(&mongodb.names, &mongodb.labels);
    made.members(mongodb.replicas(), mongodb.anti_affinity);
    made.port("mongodb", PORT);
    made.config("config", CONFIG, &mongodb.config(name));
    let start = format!("exec mongod --config {CONFIG}/mongod.conf");
    let script = match &mongodb.key_file {
        Some(key) => {
            mount_key(&mut made, key);
            format!("(umask 077; cat {KEY}/keyfile > {OWN_KEY}); {start}")
        }
        None => start,
    };
    made.container.command = Some(["sh", "-ec", &script].map(ToOwned::to_owned).into());
    // The shell of the probes and of a person in the container writes its history there.
    made.env("HOME", "/tmp");
    made.container.probes = probes();
    let claim = mongodb.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
    made.stateful(&claim, DATA, Claim::of(mongodb.storage.clone(), mongodb.storage_class.clone()));
    // Members must find each other before any of them is of use.
    made.workload.pod_management = Some(PodManagement::Parallel);
    made.workload.service.publish_not_ready_addresses = true;
    // A primary steps down and writes its journal out first.
    made.pod.termination_grace_period_seconds = Some(120);
    if mongodb.metrics {
        made.exporter("exporter", exporter(mongodb), EXPORTER_PORT);
    }
    made
}

/// Mounts the key by which members know each other.
pub(super) fn mount_key(made: &mut Readymade, key: &KeyRef) {
    let Some((secret, entry)) = key.split_once('/') else { return };
    let mut items = Keyed::default();
    items.insert(entry, "keyfile".to_owned());
    let files =
        Files { name: Text::known(secret), items, mode: Some(FileMode::known("0440")), optional: false };
    made.pod.volumes.insert("key", Volume { secret: Some(Short(files)), ..Volume::default() });
    made.container.mounts.insert(KEY, Short(Mount { read_only: true, ..Mount::of("key") }));
}

/// `mongod.conf`.
pub(super) fn config(mongodb: &Mongodb) -> String {
    let mut storage = map([("dbPath", DATA.into())]);
    if let (Some(storage), Some(cache)) = (storage.as_map_mut(), cache(mongodb)) {
        storage.push("wiredTiger", map([("engineConfig", map([("cacheSizeGB", Tree::Float(cache))]))]));
    }
    let mut config = map([
        ("storage", storage),
        ("net", map([("port", i64::from(PORT).into()), ("bindIpAll", true.into())])),
        ("replication", map([("replSetName", mongodb.replica_set().into())])),
    ]);
    if let Some(config) = config.as_map_mut() {
        if mongodb.key_file.is_some() {
            let security = map([("authorization", "enabled".into()), ("keyFile", OWN_KEY.into())]);
            config.push("security", security);
        }
        if !mongodb.parameters.is_empty() {
            let parameters = mongodb.parameters.iter();
            let parameters: Map =
                parameters.map(|(key, value)| (key.to_owned().into(), scalar(value))).collect();
            config.push("setParameter", Tree::Map(parameters));
        }
    }
    yaml(&config)
}

/// A parameter as the number or the switch that it is.
fn scalar(value: &Scalar) -> Tree {
    let text = value.0.as_str();
    match (text, text.parse::<i64>()) {
        ("true", _) => true.into(),
        ("false", _) => false.into(),
        (_, Ok(number)) => Tree::Int(number),
        _ => text.into(),
    }
}

/// Half of what the container may have beyond 1 GiB, at least a quarter: the server's own rule. It is written out
/// because older servers see the memory of the node instead.
fn cache(mongodb: &Mongodb) -> Option<f64> {
    let limit = scaled(mongodb.resources().limits.get("memory")?)?;
    let hundredths = ((limit / GIB - 1.0) / 2.0 * 100.0).floor() / 100.0;
    Some(hundredths.max(0.25))
}

/// A member is ready before the replica set is initiated too: the Job that does it, and whoever waits for all pods
/// before, would wait for each other.
fn probes() -> Probes {
    let state = "const h = db.hello(); quit(h.isWritablePrimary || h.secondary || h.isreplicaset ? 0 : 1)";
    Probes {
        // A first copy of the data, or recovery after a crash, may take long; a restart would begin it again.
        startup: Some(Probe::tcp("mongodb", 10).failures(60)),
        // A busy server must not die because the shell of a probe got no CPU.
        liveness: Some(Probe::tcp("mongodb", 20).timeout(5).failures(6)),
        // The shell alone needs a second or two.
        readiness: Some(
            Probe::command(&["mongosh", "--quiet", "--norc", "--eval", state], 15).timeout(10).failures(3),
        ),
    }
}

fn exporter(mongodb: &Mongodb) -> Container {
    let mut exporter = exporter::beside(EXPORTER, 65535, EXPORTER_PORT, "/");
    exporter.resources = Some(Resources::of("10m", "64Mi", "200m", "128Mi"));
    exporter.args = Some(
        ["--mongodb.direct-connect", "--collector.diagnosticdata", "--collector.replicasetstatus"]
            .map(ToOwned::to_owned)
            .into(),
    );
    let uri = format!("mongodb://127.0.0.1:{PORT}/admin");
    exporter.env.insert("MONGODB_URI", Short(readymade::text_env(&uri)));
    if let Some(password) = &mongodb.password {
        exporter.env.insert("MONGODB_USER", Short(readymade::text_env(mongodb.user())));
        exporter.env.insert("MONGODB_PASSWORD", Short(readymade::secret_env(password)));
    }
    exporter
}
