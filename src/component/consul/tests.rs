//! What Consul's servers are.

use super::*;
use crate::component::tests::{find, read, scope, text, words};
use serde_json::json;

#[test]
fn servers_join_by_the_names_of_their_pods() {
    let consul: Consul = read(json!({ "storage": "2Gi", "gossipKey": "consul/gossip" }));
    let objects = consul.objects("consul", &scope());
    let config: serde_json::Value =
        serde_json::from_str(text(find(&objects, "ConfigMap"), "data/server.json")).unwrap();
    assert_eq!(config["retry_join"], json!(["consul-0.consul", "consul-1.consul", "consul-2.consul"]));
    assert_eq!(config["connect"]["enabled"], false);
    let args = words(find(&objects, "StatefulSet"), "spec/template/spec/containers/0/args");
    assert_eq!(args, ["agent", "-config-dir=/etc/consul", "-bind=$(POD_IP)", "-encrypt=$(GOSSIP_KEY)"]);
    let ports =
        find(&objects, "Service").at(&["spec", "ports"]).and_then(crate::tree::Tree::as_list).unwrap();
    assert_eq!(ports.len(), 3, "{ports:?}");
}
