use super::*;
use crate::scope::Demand;
use crate::tree::Tree;
use serde_json::json;

fn rancher() -> Rancher {
    serde_json::from_value(json!({
        "kubernetesVersion": "v1.33.4+rke2r1", "cloudCredential": "cattle-global-data:cc-vsphere",
        "vsphere": { "datacenter": "/dc1", "datastore": "/dc1/datastore/a", "folder": "/dc1/vm/a",
            "pool": "/dc1/host/a/Resources", "networks": ["/dc1/network/a"], "template": "/dc1/vm/a" },
        "pools": {
            "control-plane": { "roles": ["etcd", "controlPlane"], "quantity": 3, "cpus": 4, "memory": "16Gi" },
            "compute": { "roles": ["worker"], "autoscaling": {}, "cpus": 10, "memory": "20Gi" },
            "memory": { "roles": ["worker"], "autoscaling": { "by": "cluster-autoscaler" }, "cpus": 10,
                "memory": "100Gi", "labels": { "pool": "memory" }, "taints": { "dedicated": { "effect": "NoSchedule" } } },
        },
    }))
    .unwrap()
}

fn scope() -> Scope {
    let gi = f64::from(1 << 30);
    let demand = |cpu: f64, memory: f64, least, most| Demand {
        cpu,
        memory: memory * gi,
        least,
        most,
        ..Demand::default()
    };
    let picky = Demand {
        node_selector: [("pool".to_owned(), "memory".to_owned())].into(),
        ..demand(1.0, 45.0, 2, 3)
    };
    Scope {
        header: serde_json::from_value(json!({ "platform": "shop" })).unwrap(),
        environment: Some("prod".to_owned()),
        kubernetes: 30,
        offers: std::collections::BTreeMap::new(),
        homes: std::collections::BTreeMap::new(),
        routes: Vec::new(),
        files: Files::new(),
        demands: vec![demand(1.0, 1.0, 9, 72), picky],
    }
}

/// 9 pods of a core fill one machine of ten, of which a tenth is the system's; 72 and a quarter fill ten.
#[test]
fn bounds_follow_from_what_pods_request() {
    let (rancher, scope) = (rancher(), scope());
    let range = |name: &str| rancher.pools.get(name).unwrap().range(name, &rancher, &scope);
    assert_eq!(range("control-plane"), (3, 3));
    assert_eq!(range("compute"), (1, 10));
    assert_eq!(range("memory"), (1, 2));
}

#[test]
fn machines_have_their_fields_at_the_top_and_numbers_as_text() {
    let objects = rancher().management("shop", &scope());
    let machine = &objects[1];
    assert_eq!(
        (machine.id().kind.as_str(), machine.id().name.as_str()),
        ("VmwarevsphereConfig", "shop-prod-compute")
    );
    assert!(machine.tree.get("spec").is_none());
    for (field, value) in
        [("cpuCount", "10"), ("memorySize", "20480"), ("diskSize", "40960"), ("creationType", "template")]
    {
        assert_eq!(machine.tree.get(field).and_then(Tree::as_str), Some(value), "{field}");
    }
}

#[test]
fn pools_name_their_machines_and_their_bounds() {
    let objects = rancher().management("shop", &scope());
    let cluster = &objects.last().unwrap().tree;
    let pool = |n: &str, path: &[&str]| {
        let path = [&["spec", "rkeConfig", "machinePools", n], path].concat();
        cluster.at(&path).cloned()
    };
    assert_eq!(pool("0", &["etcdRole"]), Some(Tree::Bool(true)));
    assert_eq!(pool("0", &["autoscalingMaxSize"]), None);
    assert_eq!(pool("1", &["autoscalingMinSize"]), Some(Tree::Int(1)));
    assert_eq!(pool("1", &["autoscalingMaxSize"]), Some(Tree::Int(10)));
    assert_eq!(pool("1", &["machineConfigRef", "name"]), Some("shop-prod-compute".into()));
    let annotation = "cluster.provisioning.cattle.io/autoscaler-max-size";
    assert_eq!(pool("2", &["machineDeploymentAnnotations", annotation]), Some("2".into()));
    assert_eq!(pool("2", &["autoscalingMaxSize"]), None);
}

#[test]
fn the_platform_itself_gets_nothing_of_it() {
    assert!(rancher().objects("shop", &scope()).is_empty());
}
