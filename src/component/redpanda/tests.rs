//! What a Redpanda cluster is.

use super::*;
use crate::component::tests::{find, kinds, read, scope, text};
use serde_json::json;

#[test]
fn brokers_find_each_other_and_take_what_they_have() {
    let redpanda: Redpanda = read(json!({
        "storage": "20Gi", "schemaRegistry": true, "settings": { "auto_create_topics_enabled": "true" },
        "resources": { "limits": { "cpu": "2500m", "memory": "5Gi" } },
    }));
    let objects = redpanda.objects("redpanda", &scope());
    assert_eq!(
        kinds(&objects),
        [
            "ConfigMap redpanda-config",
            "ServiceAccount redpanda",
            "StatefulSet redpanda",
            "Service redpanda",
            "PodDisruptionBudget redpanda-pdb"
        ]
    );
    assert_eq!(
        text(find(&objects, "ConfigMap"), "data/bootstrap.yaml"),
        "default_topic_replications: 3\nauto_create_topics_enabled: true\n"
    );
    assert_eq!((redpanda.cores(), redpanda.memory()), (2, 4096));
    let Offer::Endpoint(endpoint) = redpanda.offer("redpanda", &Files::new()) else { panic!() };
    assert_eq!((endpoint.port(None), endpoint.port(Some("schemas"))), (Some(9092), Some(8081)));
}
