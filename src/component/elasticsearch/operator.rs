//! The nodes as an object of Elastic's operator (ECK).

use super::{Elasticsearch, PORT, TRANSPORT, server};
use crate::component::readymade::text::map;
use crate::component::readymade::{Readymade, image};
use crate::k8s::{Object, meta, order};
use crate::pod::claim::Claim;
use crate::scope::Scope;
use crate::tree::serialize::to_tree;
use crate::tree::{Map, Tree};

/// The operator knows the claim, and the container below, by these names.
const CLAIM: &str = "elasticsearch-data";
const CONTAINER: &str = "elasticsearch";

/// What we say of the pods; the operator adds everything else.
pub(super) fn node(search: &Elasticsearch) -> Readymade {
    let default = format!("docker.elastic.co/elasticsearch/elasticsearch:{}", search.version());
    let image = image(search.image.as_ref(), &default);
    let mut made = Readymade::new(image, server::USER, search.resources(), &search.pod);
    made.known_as(&search.names, &search.labels);
    made.members(search.replicas(), search.anti_affinity);
    made.pod.pod_security_context.fs_group = Some(server::USER.user);
    made.port("http", PORT);
    made.pod_port("transport", TRANSPORT);
    if let Some(heap) = search.heap() {
        made.env("ES_JAVA_OPTS", &format!("-Xms{heap}m -Xmx{heap}m"));
    }
    let claim = Claim::of(search.storage.clone(), search.storage_class.clone());
    made.stateful(CLAIM, "/usr/share/elasticsearch/data", claim);
    made
}

/// The object; of what would run the nodes without the operator only the service account stays.
pub(super) fn objects(search: &Elasticsearch, name: &str, scope: &Scope) -> Vec<Object> {
    let mut node = node(search);
    node.outside(scope);
    let mut objects = node.objects(name, scope);
    let set = objects.iter().find(|object| object.file == "statefulset").map(|object| object.tree.clone());
    let set = set.expect("internal error: a component with a claim is a StatefulSet");
    objects.retain(|object| object.file == "serviceaccount");
    objects.push(cluster(search, name, &set, scope));
    objects
}

fn cluster(search: &Elasticsearch, name: &str, set: &Tree, scope: &Scope) -> Object {
    let mut settings: Map = [("node.store.allow_mmap", false.into())]
        .into_iter()
        .chain([("ingest.geoip.downloader.enabled", false.into())])
        .map(|(key, value): (&'static str, Tree)| (key.into(), value))
        .collect();
    for (key, value) in search.settings.iter() {
        settings.insert(key.to_owned(), value.0.as_str().into());
    }
    let part = |path: &[&str]| set.at(path).cloned().unwrap_or(Tree::Map(Map::new()));
    let mut template = part(&["spec", "template"]);
    if let Some(pod) = template.get_mut("spec").and_then(Tree::as_map_mut) {
        pod.remove("volumes");
        if let Some(Tree::List(containers)) = pod.get_mut("containers") {
            containers.iter_mut().for_each(own);
        }
    }
    let nodes = map([
        ("name", "default".into()),
        ("count", i64::from(search.replicas()).into()),
        ("config", Tree::Map(settings)),
        ("podTemplate", template),
        ("volumeClaimTemplates", part(&["spec", "volumeClaimTemplates"])),
    ]);
    let mut spec = Map::new();
    spec.push("version", search.version().into());
    if let Some(image) = &search.image {
        spec.push("image", image.to_string().into());
    }
    // Plain HTTP inside the namespace; connections from outside end at an ingress.
    let off = map([("disabled", true.into())]);
    spec.push("http", map([("tls", map([("selfSignedCertificate", off)]))]));
    spec.push("nodeSets", Tree::List(vec![nodes]));
    let metadata = meta(name, scope.labels(name, &search.labels));
    Object::from_tree(
        name,
        map([
            ("apiVersion", "elasticsearch.k8s.elastic.co/v1".into()),
            ("kind", "Elasticsearch".into()),
            ("metadata", to_tree(&metadata, order::arrange)),
            ("spec", Tree::Map(spec)),
        ]),
    )
}

/// Leaves image, ports and mounts of a container to the operator.
fn own(container: &mut Tree) {
    let Some(container) = container.as_map_mut() else { return };
    for field in ["image", "ports", "volumeMounts"] {
        container.remove(field);
    }
    container.insert("name", CONTAINER.into());
}
