//! Custom resources from which operators make pods: how many, how large, with which claims.

use super::{Ask, Demand, Span, Stay, amount, whole};
use crate::tree::Tree;

/// What the pods of a custom resource ask for; nothing if it makes none.
pub(super) fn read(tree: &Tree, own: impl Fn() -> Demand) -> Vec<Demand> {
    let group = tree.get("apiVersion").and_then(Tree::as_str).unwrap_or_default();
    let group = group.split('/').next().unwrap_or_default();
    match (group, tree.get("kind").and_then(Tree::as_str).unwrap_or_default()) {
        ("postgresql.cnpg.io", "Cluster") => vec![cloud_native(tree, own())],
        ("postgresql.cnpg.io", "Pooler") => vec![pooler(tree, own())],
        ("kafka.strimzi.io", "Kafka") => exporter(tree, own).into_iter().collect(),
        ("kafka.strimzi.io", "KafkaNodePool") => vec![node_pool(tree, own())],
        ("elasticsearch.k8s.elastic.co", "Elasticsearch") => node_sets(tree, own),
        _ => Vec::new(),
    }
}

fn size(tree: &Tree, path: &[&str]) -> Option<u64> {
    tree.at(path).and_then(amount::text).and_then(|text| amount::bytes(&text))
}

/// Takes over what a container is given.
fn asked(mut demand: Demand, resources: Option<&Tree>) -> Demand {
    let ask = Ask { name: demand.name.clone(), ..Ask::of(resources) };
    (demand.requests, demand.limits) = ask.amounts();
    demand.containers = vec![ask];
    demand.stay = Stay::Always;
    demand
}

/// CloudNativePG: instances, each with a claim for data and perhaps one for its log.
fn cloud_native(tree: &Tree, mut demand: Demand) -> Demand {
    demand.pods = Span::of(tree.at(&["spec", "instances"]).and_then(whole).unwrap_or(1));
    demand.claims =
        ["storage", "walStorage"].iter().filter_map(|claim| size(tree, &["spec", claim, "size"])).collect();
    asked(demand, tree.at(&["spec", "resources"]))
}

/// CloudNativePG's pooler, whose pod is given by a template.
fn pooler(tree: &Tree, mut demand: Demand) -> Demand {
    demand.pods = Span::of(tree.at(&["spec", "instances"]).and_then(whole).unwrap_or(1));
    demand.pod(tree.at(&["spec", "template", "spec"]));
    demand
}

/// Strimzi: nodes with one volume, or several of them.
fn node_pool(tree: &Tree, mut demand: Demand) -> Demand {
    demand.pods = Span::of(tree.at(&["spec", "replicas"]).and_then(whole).unwrap_or(1));
    let volumes = tree.at(&["spec", "storage", "volumes"]).and_then(Tree::as_list).unwrap_or_default();
    demand.claims = volumes.iter().filter_map(|volume| size(volume, &["size"])).collect();
    demand.claims.extend(size(tree, &["spec", "storage", "size"]));
    asked(demand, tree.at(&["spec", "resources"]))
}

/// Strimzi's exporter of metrics, in one pod of its own.
fn exporter(tree: &Tree, own: impl Fn() -> Demand) -> Option<Demand> {
    let exporter = tree.at(&["spec", "kafkaExporter"])?;
    let mut demand = own();
    demand.pods = Span::of(1);
    Some(asked(demand, exporter.get("resources")))
}

/// ECK: sets of nodes, each with a pod template and claim templates.
fn node_sets(tree: &Tree, own: impl Fn() -> Demand) -> Vec<Demand> {
    let sets = tree.at(&["spec", "nodeSets"]).and_then(Tree::as_list).unwrap_or_default();
    let of = |set: &Tree| {
        let mut demand = own();
        demand.pods = Span::of(set.get("count").and_then(whole).unwrap_or(1));
        demand.pod(set.at(&["podTemplate", "spec"]));
        let templates = set.get("volumeClaimTemplates").and_then(Tree::as_list).unwrap_or_default();
        demand.claims = templates.iter().map(super::storage).collect();
        demand
    };
    sets.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Demands;
    use super::*;
    use crate::tree::serialize::to_tree;
    use serde_json::json;

    #[test]
    fn what_operators_make_beside_their_servers_counts_too() {
        let pod =
            json!({ "containers": [{ "name": "pgbouncer", "resources": { "requests": { "cpu": "50m" } } }] });
        let pooler = json!({
            "apiVersion": "postgresql.cnpg.io/v1", "kind": "Pooler", "metadata": { "name": "pooler" },
            "spec": { "instances": 3, "template": { "spec": pod } },
        });
        let mut demands = Demands::default();
        demands.object("postgres", &to_tree(&pooler, |_, _| ()));
        assert_eq!(demands.workloads[0].pods, Span::of(3));
        assert_eq!(demands.workloads[0].requests.cpu, 50);
        let named = json!({ "name": "kafka" });
        let kafka = |spec| json!({ "apiVersion": "kafka.strimzi.io/v1", "kind": "Kafka", "metadata": named, "spec": spec });
        demands.object("kafka", &to_tree(&kafka(json!({})), |_, _| ()));
        assert_eq!(demands.workloads.len(), 1);
        let exporter = json!({ "kafkaExporter": { "resources": { "requests": { "cpu": "10m" } } } });
        demands.object("kafka", &to_tree(&kafka(exporter), |_, _| ()));
        assert_eq!((demands.workloads[1].pods, demands.workloads[1].requests.cpu), (Span::of(1), 10));
    }
}
