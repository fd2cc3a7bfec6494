//! Servers that CloudNativePG runs: `Cluster`, `Pooler` and `ScheduledBackup`.

use super::backup::{Backup, Bucket};
use super::{PORT, Postgres, pooler};
use crate::component::readymade::custom::{Custom, Template};
use crate::k8s::{Object, meta};
use crate::pod::scheduling::Strength;
use crate::scope::{LabelMap, Scope};
use crate::workload::mesh;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::{Value, json};

/// Replication, and the state that servers tell each other.
pub(super) const PEERS: &[u16] = &[PORT, 8000];
const API: &str = "postgresql.cnpg.io/v1";

/// The custom resources, and the Service that keeps the name by which callers know the database.
pub(super) fn objects(postgres: &Postgres, name: &str, scope: &Scope) -> Vec<Object> {
    let labels = scope.labels(name, &postgres.labels);
    let custom = |kind, own: &str, spec| {
        Custom { api_version: API, kind, name: own, labels: labels.clone(), spec }.object(name)
    };
    let mut objects = vec![custom("Cluster", name, cluster(postgres, name, scope))];
    let mut selector: LabelMap =
        [("cnpg.io/cluster", name), ("cnpg.io/instanceRole", "primary")].map(owned).into();
    if let Some(pooler) = &postgres.pooler {
        let own = pooler::name(name);
        objects.push(custom("Pooler", &own, pool(postgres, name, scope)));
        // The operator protects its servers from drains, and not the pods in front of them.
        let made = pooler.readymade(postgres, name).objects_of(name, &own, scope);
        objects.extend(made.into_iter().filter(|object| object.id().kind == "PodDisruptionBudget"));
        selector = [owned(("cnpg.io/poolerName", &own))].into();
    }
    objects.push(service(postgres, name, selector, labels.clone()));
    // The operator's servers have metrics of their own, at the port that an exporter would have.
    let made = postgres.readymade(name);
    let metrics = made.workload.metrics.as_ref();
    objects.extend(metrics.and_then(|metrics| metrics.pod_monitor(&made.blueprint(name), scope)));
    if let Some(backup) = &postgres.backup {
        let spec = json!({
            // The operator's schedule begins with seconds.
            "schedule": format!("0 {}", backup.schedule),
            "backupOwnerReference": "self",
            "cluster": { "name": name },
        });
        objects.push(custom("ScheduledBackup", name, spec));
    }
    objects
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

/// Callers reach the primary, or the pooler, by the name that they know.
fn service(postgres: &Postgres, name: &str, selector: LabelMap, labels: LabelMap) -> Object {
    let port = core::ServicePort {
        name: Some("postgres".to_owned()),
        port: i32::from(PORT),
        target_port: Some(IntOrString::Int(i32::from(PORT))),
        ..core::ServicePort::default()
    };
    let service = core::Service {
        metadata: meta(&postgres.callers_service(name), labels),
        spec: Some(core::ServiceSpec {
            selector: Some(selector),
            ports: Some(vec![port]),
            ..core::ServiceSpec::default()
        }),
        status: None,
    };
    Object::new(name, &service)
}

fn cluster(postgres: &Postgres, name: &str, scope: &Scope) -> Value {
    let mut made = postgres.readymade(name);
    let instances = postgres.instances.unwrap_or(3);
    // The operator writes the rule about its own servers itself.
    made.members(instances, Some(Strength::Off));
    made.outside(scope);
    let template = Template::of(&made.objects(name, scope));
    let version = postgres.version.as_ref().map_or("17.6", |version| &**version);
    let image = postgres
        .image
        .as_deref()
        .map_or_else(|| format!("ghcr.io/cloudnative-pg/postgresql:{version}"), ToOwned::to_owned);
    let secret = postgres.password.split_once('/').map(|(secret, _)| secret);
    let parameters: serde_json::Map<_, _> =
        postgres.parameters.iter().map(|(key, value)| (key.to_owned(), value.0.clone().into())).collect();
    json!({
        "instances": instances,
        "imageName": image,
        "imagePullSecrets": template.part(&["spec", "imagePullSecrets"]),
        "inheritedMetadata": {
            "labels": template.part(&["metadata", "labels"]),
            "annotations": template.part(&["metadata", "annotations"]),
        },
        "bootstrap": { "initdb": {
            "database": postgres.database.as_deref().unwrap_or("app"),
            "owner": postgres.user.as_deref().unwrap_or("app"),
            "secret": { "name": secret },
        } },
        "postgresql": if parameters.is_empty() { Value::Null } else { json!({ "parameters": parameters }) },
        "storage": {
            "size": &*postgres.storage,
            "storageClass": postgres.storage_class.as_ref().map(ToString::to_string),
        },
        "resources": template.part(&["spec", "containers", "0", "resources"]),
        "affinity": affinity(postgres, &template),
        "topologySpreadConstraints": template.part(&["spec", "topologySpreadConstraints"]),
        "priorityClassName": template.part(&["spec", "priorityClassName"]),
        "backup": postgres.backup.as_ref().and_then(archive),
    })
}

fn affinity(postgres: &Postgres, template: &Template) -> Value {
    let apart = postgres.anti_affinity.unwrap_or(Strength::Soft);
    let of = |kind| template.part(&["spec", "affinity", kind]);
    json!({
        "enablePodAntiAffinity": apart != Strength::Off,
        "podAntiAffinityType": match apart {
            Strength::Hard => json!("required"),
            Strength::Soft => json!("preferred"),
            Strength::Off => Value::Null,
        },
        "topologyKey": crate::pod::scheduling::HOSTNAME,
        "nodeSelector": template.part(&["spec", "nodeSelector"]),
        "tolerations": template.part(&["spec", "tolerations"]),
        "nodeAffinity": of("nodeAffinity"),
        "additionalPodAffinity": of("podAffinity"),
        "additionalPodAntiAffinity": of("podAntiAffinity"),
    })
}

/// Where full backups and the log of changes go.
fn archive(backup: &Backup) -> Option<Value> {
    let Bucket { url, endpoint, region: _, access_key, secret_key } = backup.bucket.as_ref()?;
    let entry = |reference: &str| {
        let (name, key) = reference.split_once('/').unwrap_or_default();
        json!({ "name": name, "key": key })
    };
    Some(json!({
        "retentionPolicy": backup.retention.as_deref().unwrap_or("14d"),
        "barmanObjectStore": {
            "destinationPath": url,
            "endpointURL": endpoint,
            "s3Credentials": { "accessKeyId": entry(access_key), "secretAccessKey": entry(secret_key) },
            "wal": { "compression": "gzip" },
        },
    }))
}

fn pool(postgres: &Postgres, name: &str, scope: &Scope) -> Value {
    let Some(pooler) = &postgres.pooler else { return Value::Null };
    let own = pooler::name(name);
    let template = Template::of(&pooler.readymade(postgres, name).objects(&own, scope));
    let mut labels = scope.pod_labels(&own, &postgres.labels);
    mesh::leave(scope, &mut labels);
    let parameters: serde_json::Map<_, _> =
        pooler.settings().into_iter().map(|(key, value)| (key, value.into())).collect();
    let container = json!({
        "name": "pgbouncer",
        "image": pooler.image.as_deref(),
        "resources": template.part(&["spec", "containers", "0", "resources"]),
    });
    json!({
        "cluster": { "name": name },
        "instances": pooler.replicas.unwrap_or(2),
        "type": "rw",
        "pgbouncer": { "poolMode": pooler.mode.word(), "parameters": parameters },
        "template": {
            "metadata": { "labels": labels },
            "spec": {
                "containers": [container],
                "affinity": template.part(&["spec", "affinity"]),
                "nodeSelector": template.part(&["spec", "nodeSelector"]),
                "tolerations": template.part(&["spec", "tolerations"]),
                "priorityClassName": template.part(&["spec", "priorityClassName"]),
            },
        },
    })
}
