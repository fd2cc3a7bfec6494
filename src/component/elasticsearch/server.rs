//! The nodes as a `StatefulSet`.

use super::{Elasticsearch, PORT, TRANSPORT};
use crate::component::readymade::text::yaml;
use crate::component::readymade::{self, OwnConfig, Readymade, User};
use crate::k8s::Object;
use crate::pod::claim::Claim;
use crate::pod::container::{Container, Port, Resources};
use crate::pod::env::EnvValue;
use crate::pod::mount::Mount;
use crate::pod::probe::{Probe, Probes};
use crate::pod::volume::{EmptyDir, Files, Volume};
use crate::scope::Scope;
use crate::tree::{Map, Tree};
use crate::value::{Keyed, ObjectName, Short, Text};
use crate::workload::{Blueprint, PodManagement, exposure};

const HOME: &str = "/usr/share/elasticsearch";
/// The port that is open while the node is part of a cluster with an elected node.
const READY: u16 = 9399;
/// Nodes that make the cluster at its first start; later ones join it.
const FOUNDERS: u32 = 3;

/// The user of Elastic's images.
pub(super) const USER: User = User { user: 1000, group: 0 };

/// The pods.
pub(super) fn node(search: &Elasticsearch, name: &str) -> Readymade {
    let default = format!("docker.elastic.co/elasticsearch/elasticsearch:{}", search.version());
    let image = readymade::image(search.image.as_ref(), &default);
    let mut made = Readymade::new(image.clone(), USER, search.resources(), &search.pod);
    made.known_as(&search.names, &search.labels);
    made.members(search.replicas(), search.anti_affinity);
    // The image's files belong to the group 0, the volume's to the user's own.
    made.pod.pod_security_context.fs_group = Some(USER.user);
    made.port("http", PORT);
    made.pod_port("transport", TRANSPORT);
    made.pod_port("ready", READY);
    let node = EnvValue { field: Some("metadata.name".to_owned()), ..EnvValue::default() };
    made.container.env.insert("NODE_NAME", Short(node));
    if let Some(heap) = search.heap() {
        made.env("ES_JAVA_OPTS", &format!("-Xms{heap}m -Xmx{heap}m"));
    }
    if let Some(password) = &search.password {
        made.secret_env("ELASTIC_PASSWORD", password);
    }
    made.container.probes = probes();
    // The start writes the password into a store beside the settings: they are copied to where that is possible.
    let settings = format!("{HOME}/config");
    made.scratch("settings", &settings, EmptyDir::default());
    made.pod.init_containers.insert("settings", copy(image, &settings));
    made.scratch("logs", &format!("{HOME}/logs"), EmptyDir::default());
    let file = format!("{settings}/elasticsearch.yml");
    made.config("config", &file, &config(search, name));
    made.container.mounts.insert(file.as_str(), Short(Mount::entry("config", "elasticsearch.yml")));
    if let Some(secret) = &search.certificate {
        let name = Text::known(secret.to_string());
        let files = Files { name, items: Keyed::default(), mode: None, optional: false };
        made.pod.volumes.insert("certificate", Volume { secret: Some(Short(files)), ..Volume::default() });
        let mount = Mount { read_only: true, ..Mount::of("certificate") };
        made.container.mounts.insert(format!("{settings}/certificate"), Short(mount));
    }
    let claim = search.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
    let size = Claim::of(search.storage.clone(), search.storage_class.clone());
    made.stateful(&claim, &format!("{HOME}/data"), size);
    // The first nodes elect one of them, so none may wait for another to be ready.
    made.workload.pod_management = Some(PodManagement::Parallel);
    made.workload.service.headless = Some(false);
    made.pod.termination_grace_period_seconds = Some(120);
    made
}

fn copy(image: crate::value::Image, settings: &str) -> Container {
    let mut copy = Container {
        image: Some(image),
        command: Some(vec![
            "cp".to_owned(),
            "-r".to_owned(),
            format!("{settings}/."),
            "/settings/".to_owned(),
        ]),
        resources: Some(Resources::of("50m", "32Mi", "200m", "64Mi")),
        ..Container::default()
    };
    copy.security_context.read_only_root_filesystem = Some(true);
    copy.mounts.insert("/settings", Short(Mount::of("settings")));
    copy
}

fn probes() -> Probes {
    let open = |port, period, failures| Probe::tcp(port, period).timeout(5).failures(failures);
    Probes {
        startup: Some(open("http", 10, 60)),
        // A node that waits for the others is alive.
        liveness: Some(open("http", 20, 6)),
        readiness: Some(open("ready", 10, 3)),
    }
}

/// Name of the Service that lists all nodes, ready or not.
fn nodes(search: &Elasticsearch, name: &str) -> String {
    format!("{}-nodes", search.service(name))
}

fn config(search: &Elasticsearch, name: &str) -> OwnConfig {
    let mut settings = Map::new();
    let mut set = |key: &'static str, value: Tree| settings.push(key, value);
    set("cluster.name", search.cluster_name.as_deref().unwrap_or(name).into());
    set("node.name", "${NODE_NAME}".into());
    set("network.host", "0.0.0.0".into());
    set("readiness.port", i64::from(READY).into());
    // Memory maps would need a kernel parameter of the node, which takes a privileged container to set.
    set("node.store.allow_mmap", false.into());
    // A database of places that would be fetched from the Internet.
    set("ingest.geoip.downloader.enabled", false.into());
    if search.replicas() == 1 {
        set("discovery.type", "single-node".into());
    } else {
        let founders = (0..search.replicas().min(FOUNDERS)).map(|n| format!("{name}-{n}").into());
        set("discovery.seed_hosts", Tree::List(vec![nodes(search, name).into()]));
        set("cluster.initial_master_nodes", Tree::List(founders.collect()));
    }
    set("xpack.security.enabled", search.password.is_some().into());
    if search.password.is_some() {
        // Inside the namespace; connections from outside end at an ingress.
        set("xpack.security.http.ssl.enabled", false.into());
    }
    if search.password.is_some() && search.certificate.is_some() {
        set("xpack.security.transport.ssl.enabled", true.into());
        set("xpack.security.transport.ssl.verification_mode", "certificate".into());
        set("xpack.security.transport.ssl.certificate", "certificate/tls.crt".into());
        set("xpack.security.transport.ssl.key", "certificate/tls.key".into());
        let authorities = Tree::List(vec!["certificate/ca.crt".into()]);
        set("xpack.security.transport.ssl.certificate_authorities", authorities);
    }
    for (key, value) in search.settings.iter() {
        settings.insert(key.to_owned(), value.0.as_str().into());
    }
    let data = [("elasticsearch.yml".to_owned(), yaml(&Tree::Map(settings)))].into();
    OwnConfig { name: format!("{name}-config"), data }
}

/// The nodes, a Service for clients, and one for the nodes themselves.
pub(super) fn objects(search: &Elasticsearch, name: &str, scope: &Scope) -> Vec<Object> {
    let labels = scope.labels(name, &search.labels);
    let made = node(search, name);
    let mut objects = vec![config(search, name).object(name, "configmap", labels)];
    objects.extend(made.objects(name, scope));
    let governing = nodes(search, name);
    for object in &mut objects {
        if let Some(Tree::Str(service)) =
            object.tree.get_mut("spec").and_then(|spec| spec.get_mut("serviceName"))
        {
            governing.clone_into(service);
        }
    }
    let mut container = Container::default();
    container.ports.insert("transport", Short(Port { container: TRANSPORT, ..Port::default() }));
    let mut workload = made.workload.clone();
    workload.names.service = Some(ObjectName::known(governing));
    workload.service.headless = Some(true);
    workload.service.publish_not_ready_addresses = true;
    let blueprint = Blueprint { container: &container, workload: &workload, ..made.blueprint(name) };
    objects.extend(exposure::service(&blueprint, scope).map(|service| service.in_file("service-nodes")));
    objects
}
