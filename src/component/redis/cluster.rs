//! A Redis cluster: nodes that share the keys, each with copies, and the Job that forms it.

use super::{PORT, Redis};
use crate::component::readymade::{OwnConfig, Readymade};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::Link;
use crate::pod::container::Resources;
use crate::pod::env::EnvValue;
use crate::scope::Scope;
use crate::value::Short;
use schemars::JsonSchema;
use serde::Deserialize;

/// Nodes that share the keys. Clients must know Redis Cluster: they are sent from node to node.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Cluster {
    /// Nodes with keys of their own. More of them later need `redis-cli --cluster rebalance`. Default: 3.
    #[schemars(range(min = 3, max = 100))]
    masters: Option<u32>,
    /// Copies of each of them, that take over when it fails. Default: 1.
    #[schemars(range(max = 5))]
    replicas: Option<u32>,
}

/// Where nodes gossip.
const BUS: u16 = 16379;
const FOLDER: &str = "/etc/redis-cluster";
const START: &str = include_str!("../../../templates/redis/start.sh");
const FORM: &str = include_str!("../../../templates/redis/form.sh");

impl Cluster {
    fn masters(&self) -> u32 {
        self.masters.unwrap_or(3)
    }

    /// All nodes.
    fn nodes(&self) -> u32 {
        self.masters() * (1 + self.replicas.unwrap_or(1))
    }
}

/// Label `app` of the Job's pods.
fn job(name: &str) -> String {
    format!("{name}-form")
}

/// Makes the one server a node of many.
pub(super) fn spread(redis: &Redis, cluster: &Cluster, name: &str, made: &mut Readymade) {
    made.ensemble(cluster.nodes(), redis.anti_affinity);
    // It follows from masters and replicas, and the Job that forms the cluster knows it.
    made.counted = true;
    made.pod_port("bus", BUS);
    let address = EnvValue { field: Some("status.podIP".to_owned()), ..EnvValue::default() };
    made.container.env.insert("POD_IP", Short(address));
    known(redis, cluster, name, made);
    made.container.command = Some(vec!["sh".to_owned(), format!("{FOLDER}/start.sh")]);
    let args = ["--cluster-enabled", "yes", "--cluster-announce-ip", "$(POD_IP)"];
    made.container.args.get_or_insert_default().extend(args.map(ToOwned::to_owned));
    made.config("cluster", FOLDER, &config(name));
}

/// What the scripts know of the cluster.
fn known(redis: &Redis, cluster: &Cluster, name: &str, made: &mut Readymade) {
    made.env("NAME", name);
    made.env("SERVICE", redis.names.service.as_deref().unwrap_or(name));
    made.env("NODES", &cluster.nodes().to_string());
}

fn config(name: &str) -> OwnConfig {
    let data = [("start.sh", START), ("form.sh", FORM)];
    OwnConfig {
        name: format!("{name}-cluster"),
        data: data.into_iter().map(|(file, text)| (file.to_owned(), text.to_owned())).collect(),
    }
}

/// Nodes talk to each other, and the Job to all of them.
pub(super) fn links(name: &str) -> Vec<Link> {
    let link = |from: String, ports: &[u16]| Link { from, to: name.to_owned(), ports: ports.to_vec() };
    vec![link(name.to_owned(), &[PORT, BUS]), link(job(name), &[PORT])]
}

/// Reports a cluster that would forget who it is.
pub(super) fn check(redis: &Redis, name: &str, at: &At<'_>, check: &mut Check<'_>) {
    if redis.cluster.is_some() && redis.storage.is_none() {
        check
            .error("missing-field", &at.key("cluster"), format!("the nodes of `{name}` have no `storage`"))
            .says("a node without its file would come back as a stranger")
            .help("add `storage: 1Gi`, or what the keys need");
    }
}

/// The scripts, and the Job that forms the cluster.
pub(super) fn objects(redis: &Redis, cluster: &Cluster, name: &str, scope: &Scope) -> Vec<Object> {
    let resources = Resources::of("50m", "64Mi", "200m", "128Mi");
    let mut made = Readymade::new(redis.image(), redis.account(), resources, &redis.pod.beside());
    made.workload.labels = redis.labels.clone();
    made.once(redis.names.service_account.as_deref().unwrap_or(name));
    redis.log_in(&mut made);
    known(redis, cluster, name, &mut made);
    made.env("MASTERS", &cluster.masters().to_string());
    made.container.command = Some(vec!["sh".to_owned(), format!("{FOLDER}/form.sh")]);
    let config = config(name);
    made.config("cluster", FOLDER, &config);
    let mut objects = vec![config.object(name, "configmap", scope.labels(name, &redis.labels))];
    objects.extend(made.job_of(name, &job(name), scope));
    objects
}
