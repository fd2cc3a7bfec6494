//! What a ZooKeeper ensemble is.

use super::*;
use crate::component::tests::{find, kinds, read, scope, text};
use serde_json::json;

#[test]
fn servers_know_each_other_by_the_names_of_their_pods() {
    let zookeeper: Zookeeper = read(json!({ "storage": "5Gi", "names": { "service": "zk" } }));
    let objects = zookeeper.objects("zookeeper", &scope());
    assert_eq!(
        kinds(&objects),
        [
            "ConfigMap zookeeper-config",
            "ServiceAccount zookeeper",
            "StatefulSet zookeeper",
            "Service zk",
            "PodDisruptionBudget zookeeper-pdb"
        ]
    );
    let cfg = text(find(&objects, "ConfigMap"), "data/zoo.cfg");
    for n in 1..=3 {
        assert!(cfg.contains(&format!("server.{n}=zookeeper-{}.zk:2888:3888\n", n - 1)), "{cfg}");
    }
    let set = find(&objects, "StatefulSet");
    assert_eq!(text(set, "spec/podManagementPolicy"), "Parallel");
    assert_eq!(text(set, "spec/template/spec/containers/0/image"), "zookeeper:3.9.4");
    assert_eq!(text(find(&objects, "Service"), "spec/clusterIP"), "None");
    let Offer::Endpoint(endpoint) = zookeeper.offer("zookeeper", &Files::new()) else { panic!() };
    assert_eq!((endpoint.port(None), endpoint.service.as_deref()), (Some(2181), Some("zk")));
    assert_eq!(zookeeper.links("zookeeper")[0].ports, [2888, 3888]);
}

#[test]
fn one_server_is_an_ensemble_of_its_own() {
    let zookeeper: Zookeeper =
        read(json!({ "storage": "5Gi", "replicas": 1, "metrics": true, "clientService": "zk-client" }));
    let objects = zookeeper.objects("zk", &scope());
    let cfg = text(find(&objects, "ConfigMap"), "data/zoo.cfg");
    assert!(!cfg.contains("server.") && cfg.contains("metricsProvider.httpPort=7000"), "{cfg}");
    assert!(zookeeper.links("zk").is_empty());
    assert_eq!(kinds(&objects).last().unwrap(), "Service zk-client");
}
