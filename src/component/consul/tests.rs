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

#[test]
fn metrics_are_asked_for_in_the_format_of_prometheus() {
    let config = |consul: &Consul| -> serde_json::Value {
        serde_json::from_str(&consul.config("consul").data["server.json"]).unwrap()
    };
    let silent: Consul = read(json!({ "storage": "2Gi" }));
    assert!(config(&silent).get("telemetry").is_none());
    let consul: Consul = read(json!({ "storage": "2Gi", "metrics": true }));
    assert_eq!(config(&consul)["telemetry"]["prometheus_retention_time"], "5m");
    let format = ("format".to_owned(), "prometheus".to_owned());
    let Offer::Endpoint(endpoint) = consul.offer("consul", &Files::new()) else { panic!() };
    let scrape = endpoint.metrics.unwrap();
    assert_eq!(
        (scrape.path.as_str(), scrape.port, &scrape.params[..]),
        ("/v1/agent/metrics", 8500, &[format][..])
    );
    let mut scope = scope();
    let annotated = consul.objects("consul", &scope);
    let annotation = ["spec", "template", "metadata", "annotations", "prometheus.io/param_format"];
    let annotation = find(&annotated, "StatefulSet").at(&annotation).and_then(crate::tree::Tree::as_str);
    assert_eq!(annotation, Some("prometheus"));
    scope.header.metrics.through = Some(crate::header::metrics::Through::ServiceMonitor);
    let monitored = consul.objects("consul", &scope);
    let asked = find(&monitored, "ServiceMonitor");
    assert_eq!(text(asked, "spec/endpoints/0/params/format/0"), "prometheus");
}
