//! MongoDB, Hazelcast and Elasticsearch: members that find each other.

use super::*;
use crate::component::elasticsearch::Elasticsearch;
use crate::component::hazelcast::Hazelcast;
use crate::component::mongodb::Mongodb;
use crate::needs::Link;

fn file<'a>(objects: &'a [Object], file: &str) -> &'a Tree {
    &objects.iter().find(|object| object.file == file).unwrap_or_else(|| panic!("no {file}")).tree
}

/// The text of an entry of a `ConfigMap`.
fn entry<'a>(objects: &'a [Object], of: &str, key: &str) -> &'a str {
    file(objects, of).at(&["data", key]).and_then(Tree::as_str).unwrap()
}

/// The value of a variable of the first container.
fn variable<'a>(tree: &'a Tree, pod: &str, name: &str) -> Option<&'a str> {
    let steps: Vec<&str> = pod.split('/').chain(["containers", "0", "env"]).collect();
    let env = tree.at(&steps).and_then(Tree::as_list)?;
    env.iter()
        .find(|variable| variable.get("name").and_then(Tree::as_str) == Some(name))?
        .get("value")?
        .as_str()
}

fn link(from: &str, to: &str, ports: &[u16]) -> Link {
    Link { from: from.to_owned(), to: to.to_owned(), ports: ports.into() }
}

fn mongodb(more: &Value) -> Vec<Object> {
    let mut spec = json!({ "storage": "20Gi", "password": "db/PASSWORD", "keyFile": "db/KEY" });
    spec.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    read::<Mongodb>(spec).objects("db", &scope())
}

#[test]
fn mongodb_is_initiated_by_a_job_that_knows_all_members() {
    let objects = mongodb(&json!({ "users": { "app": { "database": "shop", "password": "db/APP" } } }));
    let job = &objects.last().unwrap();
    let wanted: Value = serde_json::from_str(entry(&objects, "configmap-init", "set.json")).unwrap();
    assert_eq!(
        wanted,
        json!({
            "set": "rs0",
            "members": ["db-0.db", "db-1.db", "db-2.db"],
            "users": [
                { "name": "root", "database": "admin", "password": "PASSWORD_root", "roles": ["root"] },
                { "name": "app", "database": "shop", "password": "PASSWORD_app", "roles": ["readWrite"] },
            ],
        })
    );
    assert_eq!(job.id().kind, "Job");
    assert!(job.id().name.starts_with("db-init-"), "{}", job.id().name);
    assert_eq!(job.component, "db");
    let set = find(&objects, "StatefulSet");
    assert_eq!(set.at(&["spec", "replicas"]), Some(&Tree::Int(3)));
    assert_eq!(text(set, "spec/podManagementPolicy"), "Parallel");
    assert_eq!(set.at(&["spec", "template", "spec", "initContainers"]), None);
    let service = find(&objects, "Service");
    assert_eq!(text(service, "spec/clusterIP"), "None");
    assert_eq!(service.at(&["spec", "publishNotReadyAddresses"]), Some(&Tree::Bool(true)));
    assert_eq!(find(&objects, "PodDisruptionBudget").at(&["spec", "maxUnavailable"]), Some(&Tree::Int(1)));
}

#[test]
fn the_job_is_another_one_when_it_does_something_else() {
    let name = |more: Value| mongodb(&more).last().unwrap().id().name;
    let one = name(json!({}));
    assert_eq!(one, name(json!({ "storage": "30Gi", "metrics": true })));
    assert_ne!(one, name(json!({ "replicas": 5 })));
    assert_ne!(one, name(json!({ "version": "8.0.14" })));
    assert_ne!(one, name(json!({ "users": { "app": { "database": "shop", "password": "db/APP" } } })));
}

#[test]
fn mongodb_caches_half_of_what_is_beyond_a_gibibyte() {
    let cache = |limit: &str| {
        let objects = mongodb(&json!({ "resources": { "limits": { "memory": limit } } }));
        let config = entry(&objects, "configmap", "mongod.conf").to_owned();
        config.lines().find_map(|line| line.trim().strip_prefix("cacheSizeGB: ")).unwrap().to_owned()
    };
    assert_eq!(["4Gi", "2Gi", "512Mi"].map(cache), ["1.5", "0.5", "0.25"]);
}

#[test]
fn mongodb_without_logins_needs_no_key() {
    let alone: Mongodb = read(json!({ "storage": "1Gi", "replicas": 1 }));
    let objects = alone.objects("db", &scope());
    assert!(!entry(&objects, "configmap", "mongod.conf").contains("security"));
    let command = words(find(&objects, "StatefulSet"), &format!("{POD}/containers/0/command"));
    assert_eq!(command, ["sh", "-ec", "exec mongod --config /etc/mongodb/mongod.conf"]);
    assert!(!kinds(&objects).iter().any(|kind| kind.starts_with("PodDisruptionBudget")));
    assert_eq!(alone.links("db"), [link("db", "db", &[27017]), link("db-init", "db", &[27017])]);
}

#[test]
fn hazelcast_has_limits_and_finds_members_without_rights() {
    let map = json!({ "ttl": "5m", "maxIdle": "3m", "size": "256Mi", "eviction": "LRU" });
    let cache: Hazelcast = read(
        json!({ "replicas": 3, "maps": { "file-content": map }, "resources": { "limits": { "memory": "8Gi" } } }),
    );
    let objects = cache.objects("hazelcast", &scope());
    assert_eq!(
        kinds(&objects),
        [
            "ConfigMap hazelcast-config",
            "ServiceAccount hazelcast",
            "StatefulSet hazelcast",
            "Service hazelcast",
            "PodDisruptionBudget hazelcast-pdb",
        ]
    );
    let config = entry(&objects, "configmap", "hazelcast.yaml");
    let wanted = "
  map:
    file-content:
      backup-count: 1
      time-to-live-seconds: 300
      max-idle-seconds: 180
      eviction:
        eviction-policy: LRU
        max-size-policy: USED_HEAP_SIZE
        size: 256
";
    assert!(config.contains(wanted), "{config}");
    assert!(config.contains("service-dns: hazelcast\n"), "{config}");
    let set = find(&objects, "StatefulSet");
    assert_eq!(variable(set, POD, "JAVA_OPTS"), Some("-Xmx6144m"));
    assert_eq!(set.at(&["spec", "volumeClaimTemplates"]), None);
    let probe = format!("{POD}/containers/0/readinessProbe/httpGet/path");
    assert_eq!(text(set, &probe), "/hazelcast/health/ready");
    assert_eq!(cache.links("hazelcast"), [link("hazelcast", "hazelcast", &[5701])]);
}

#[test]
fn elasticsearch_forms_a_cluster_and_forgets() {
    let search: Elasticsearch = read(json!({
        "replicas": 5, "storage": "30Gi", "password": "es/PASSWORD", "certificate": "es-tls", "retention": "7d",
    }));
    let objects = search.objects("es", &scope());
    let config = entry(&objects, "configmap", "elasticsearch.yml");
    assert!(config.contains("discovery.seed_hosts:\n- es-nodes\n"), "{config}");
    assert!(config.contains("cluster.initial_master_nodes:\n- es-0\n- es-1\n- es-2\nxpack"), "{config}");
    assert!(config.contains("node.store.allow_mmap: false\n"), "{config}");
    assert!(config.contains("xpack.security.transport.ssl.enabled: true\n"), "{config}");
    let set = find(&objects, "StatefulSet");
    assert_eq!(text(set, "spec/serviceName"), "es-nodes");
    assert_eq!(variable(set, POD, "ES_JAVA_OPTS"), Some("-Xms1024m -Xmx1024m"));
    assert_eq!(file(&objects, "service").at(&["spec", "clusterIP"]), None);
    assert_eq!(text(file(&objects, "service-nodes"), "spec/clusterIP"), "None");
    let pod = "spec/jobTemplate/spec/template/spec";
    let job = file(&objects, "cronjob-retention");
    assert_eq!(variable(job, pod, "KEEP_SECONDS"), Some("604800"));
    assert_eq!(variable(job, pod, "ELASTICSEARCH_URL"), Some("http://es:9200"));
    assert_eq!(search.links("es"), [link("es", "es", &[9300]), link("es-retention", "es", &[9200])]);
}

#[test]
fn a_single_elasticsearch_waits_for_nobody() {
    let search: Elasticsearch = read(json!({ "storage": "5Gi" }));
    let objects = search.objects("es", &scope());
    let config = entry(&objects, "configmap", "elasticsearch.yml");
    assert!(config.contains("discovery.type: single-node\nxpack.security.enabled: false\n"), "{config}");
    assert!(!config.contains("seed_hosts"), "{config}");
}

#[test]
fn the_operator_gets_one_object() {
    let search: Elasticsearch = read(json!({
        "operator": "eck", "replicas": 3, "storage": "30Gi", "password": "es-es-elastic-user/elastic",
        "pod": { "priority": "data" },
    }));
    let objects = search.objects("es", &scope());
    assert_eq!(kinds(&objects), ["ServiceAccount es", "Elasticsearch es"]);
    let cluster = find(&objects, "Elasticsearch");
    assert_eq!(text(cluster, "spec/version"), "8.19.0");
    assert_eq!(cluster.at(&["spec", "nodeSets", "0", "count"]), Some(&Tree::Int(3)));
    let pod = "spec/nodeSets/0/podTemplate/spec";
    assert_eq!(text(cluster, &format!("{pod}/containers/0/name")), "elasticsearch");
    assert_eq!(text(cluster, &format!("{pod}/priorityClassName")), "data");
    assert_eq!(cluster.at(&["spec", "nodeSets", "0", "podTemplate", "spec", "volumes"]), None);
    let claim = "spec/nodeSets/0/volumeClaimTemplates/0/metadata/name";
    assert_eq!(text(cluster, claim), "elasticsearch-data");
    let Offer::Endpoint(endpoint) = search.offer("es", &Files::new()) else { panic!() };
    assert_eq!(endpoint.service.as_deref(), Some("es-es-http"));
}

#[test]
fn an_exporter_of_elasticsearch_asks_all_nodes_and_logs_in() {
    let search: Elasticsearch = read(json!({
        "operator": "eck", "storage": "30Gi", "password": "es-es-elastic-user/elastic", "metrics": true,
    }));
    let Offer::Endpoint(endpoint) = search.offer("es", &Files::new()) else { panic!() };
    let scrape = endpoint.metrics.unwrap();
    assert_eq!((scrape.app.as_str(), scrape.port), ("es-exporter", 9114));
    let asks = Link { from: "es-exporter".to_owned(), to: "es".to_owned(), ports: vec![9200] };
    assert!(search.links("es").contains(&asks));
    let objects = search.objects("es", &scope());
    let container = "spec/template/spec/containers/0";
    let deployment = find(&objects, "Deployment");
    let args = words(deployment, &format!("{container}/args"));
    assert_eq!(args, ["--es.uri=http://es-es-http:9200", "--es.all", "--es.indices"]);
    assert_eq!(text(deployment, &format!("{container}/env/1/valueFrom/secretKeyRef/key")), "elastic");
}
