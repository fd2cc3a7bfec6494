//! What surrounds a PostgreSQL server, and what an operator gets instead of it.

use super::*;
use crate::component::tests::{find, kinds, read, scope, text};
use serde_json::json;

#[test]
fn callers_reach_the_pooler_by_the_servers_name() {
    let postgres: Postgres =
        read(json!({ "storage": "10Gi", "password": "db/password", "pooler": { "poolSize": 50 } }));
    let objects = postgres.objects("orders", &scope());
    let Offer::Endpoint(endpoint) = postgres.offer("orders", &Files::new()) else { panic!() };
    assert_eq!((endpoint.app.as_str(), endpoint.service.as_deref()), ("orders-pooler", Some("orders")));
    assert_eq!(text(find(&objects, "StatefulSet"), "spec/serviceName"), "orders-server");
    let config = objects.iter().find(|object| object.file == "configmap-pooler").unwrap();
    let ini = text(&config.tree, "data/pgbouncer.ini");
    assert!(
        ini.contains("* = host=orders-server port=5432\n") && ini.contains("default_pool_size = 50\n"),
        "{ini}"
    );
    assert_eq!(
        postgres.links("orders"),
        [Link { from: "orders-pooler".to_owned(), to: "orders".to_owned(), ports: vec![5432] }]
    );
}

#[test]
fn behind_a_pooler_the_server_gives_the_metrics() {
    let postgres: Postgres =
        read(json!({ "storage": "10Gi", "password": "db/password", "pooler": {}, "metrics": true }));
    let Offer::Endpoint(endpoint) = postgres.offer("orders", &Files::new()) else { panic!() };
    let scrape = endpoint.metrics.unwrap();
    assert_eq!((endpoint.app.as_str(), scrape.app.as_str()), ("orders-pooler", "orders"));
    assert_eq!((scrape.port, scrape.pods, scrape.service), (9187, 1, None));
}

#[test]
fn a_backup_goes_to_a_claim_or_to_a_bucket() {
    const POD: &str = "spec/jobTemplate/spec/template/spec";
    let backup = |place: serde_json::Value| {
        let mut backup = json!({ "schedule": "0 3 * * *", "retention": "7d" });
        backup.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        read::<Postgres>(json!({ "storage": "10Gi", "password": "db/password", "backup": backup }))
    };
    let claim = backup(json!({ "storage": "20Gi" })).objects("orders", &scope());
    assert_eq!(text(find(&claim, "PersistentVolumeClaim"), "metadata/name"), "orders-backup");
    let job = find(&claim, "CronJob");
    assert_eq!(text(job, &format!("{POD}/containers/0/image")), "postgres:17.6-alpine");
    assert_eq!(text(job, &format!("{POD}/serviceAccountName")), "orders");
    let bucket =
        json!({ "bucket": { "url": "s3://dumps/orders", "accessKey": "s3/id", "secretKey": "s3/key" } });
    let objects = backup(bucket).objects("orders", &scope());
    assert!(!kinds(&objects).iter().any(|kind| kind.starts_with("PersistentVolumeClaim")));
    let job = find(&objects, "CronJob");
    assert_eq!(text(job, &format!("{POD}/initContainers/0/name")), "dump");
    assert_eq!(text(job, &format!("{POD}/containers/0/args/4")), "s3://dumps/orders");
}

#[test]
fn cloudnative_pg_gets_a_cluster_and_callers_keep_the_name() {
    let postgres: Postgres = read(json!({
        "storage": "10Gi", "password": "db/password", "operator": "cloudnative-pg", "user": "shop",
        "names": { "service": "postgres-service" }, "pooler": {}, "antiAffinity": "hard",
        "backup": {
            "schedule": "0 3 * * *",
            "bucket": { "url": "s3://dumps", "accessKey": "s3/id", "secretKey": "s3/key" },
        },
    }));
    let objects = postgres.objects("postgres", &scope());
    assert_eq!(
        kinds(&objects),
        [
            "Cluster postgres",
            "Pooler postgres-pooler",
            "PodDisruptionBudget postgres-pooler-pdb",
            "Service postgres-service",
            "ScheduledBackup postgres"
        ]
    );
    let cluster = find(&objects, "Cluster");
    assert_eq!(text(cluster, "spec/inheritedMetadata/labels/app"), "postgres");
    assert_eq!(text(cluster, "spec/bootstrap/initdb/owner"), "shop");
    assert_eq!(text(cluster, "spec/affinity/podAntiAffinityType"), "required");
    assert_eq!(text(cluster, "spec/backup/barmanObjectStore/s3Credentials/accessKeyId/key"), "id");
    assert_eq!(text(find(&objects, "Service"), "spec/selector/cnpg.io~poolerName"), "postgres-pooler");
    assert_eq!(text(find(&objects, "ScheduledBackup"), "spec/schedule"), "0 0 3 * * *");
}
