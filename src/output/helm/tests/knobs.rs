//! Knobs: what a value changes and nothing else, and what the schema refuses.

use super::platform::varied;
use super::{differences, outline, run, template, tools, write};
use serde_json::Value;

/// The kinds and paths that change in prod when these values are set.
const CHANGES: &[(&[&str], &[&str])] = &[
    (
        &["authService.autoscaling.enabled=false", "authService.replicas=5"],
        &["Deployment auth-service .spec.replicas", "HorizontalPodAutoscaler auth-service-hpa"],
    ),
    (
        &["authService.image.tag=2.0.0"],
        &[
            "Deployment auth-service .metadata.labels.app.kubernetes.io/version",
            "Deployment auth-service .spec.template.spec.containers[0].image",
        ],
    ),
    (
        &["config.appConfig.NODE_ENV=test"],
        &[
            "ConfigMap app-config .data.NODE_ENV",
            "Deployment auth-service .spec.template.metadata.annotations.checksum/app-config",
        ],
    ),
    (
        &["config.appConfig.NEW=entry"],
        &[
            "ConfigMap app-config .data.NEW",
            "Deployment auth-service .spec.template.metadata.annotations.checksum/app-config",
        ],
    ),
    (
        &["ingress.publicApi.host=x.example.com"],
        &["Ingress public-api .spec.rules[0].host", "Ingress public-api .spec.tls[0].hosts[0]"],
    ),
    (&["ingress.publicApi.enabled=false"], &["Ingress public-api"]),
    (&["ingress.publicApi.className=null"], &["Ingress public-api .spec.ingressClassName"]),
    (&["ingress.publicApi.className="], &["Ingress public-api .spec.ingressClassName"]),
    (
        &["authService.podDisruptionBudget.maxUnavailable=50%"],
        &["PodDisruptionBudget auth-service .spec.maxUnavailable"],
    ),
    (
        &["authService.resources.limits.cpu=8"],
        &["Deployment auth-service .spec.template.spec.containers[0].resources.limits.cpu"],
    ),
    (&["postgres.podAnnotations.a=b"], &["StatefulSet postgres .spec.template.metadata.annotations"]),
    (&["postgres.nodeSelector.disk=ssd"], &["StatefulSet postgres .spec.template.spec.nodeSelector"]),
    (
        &["postgres.tolerations[0].key=k", "postgres.tolerations[0].operator=Exists"],
        &["StatefulSet postgres .spec.template.spec.tolerations"],
    ),
    (
        &["postgres.persistence.size=200Gi"],
        &["StatefulSet postgres .spec.volumeClaimTemplates[0].spec.resources.requests.storage"],
    ),
    (&["authService.clean.schedule=@daily"], &["CronJob auth-service-clean .spec.schedule"]),
    (&["authService.serviceAccount.annotations.a=b"], &["ServiceAccount auth-service .metadata.annotations"]),
    (&["cluster.critical.enabled=false"], &["PriorityClass critical"]),
    (&["monitoring.enabled=false"], &["PersistentVolumeClaim prometheus", "PrometheusRule rules"]),
];

/// Values that no chart takes.
const REFUSED: &[&str] = &[
    "authService.replicas=five",
    "authService.replica=1",
    "authService.image.tag=1",
    "unknown.key=1",
    "ingress.publicApi.enabled=maybe",
    "postgres=null",
    "postgres.replicas=2",
    "authService.autoscaling.minReplicas=0",
    "authService.autoscaling.maxReplicas=-1",
    "authService.autoscaling.cpu=0",
    "authService.clean.schedule=bad",
    "authService.resources.limits.memory=lots",
    "authService.resources.limit.memory=1Gi",
    "authService.podDisruptionBudget.maxUnavailable=half",
    "authService.clean.image.repository=",
    "ingress.publicApi.host=HTTPS://foo/",
    "ingress.publicApi.tlsSecret=",
    "postgres.persistence.size=10GB",
    "postgres.podAnnotations.a=9007199254740992",
];

#[test]
fn a_knob_moves_what_it_names() {
    let root = tempfile::tempdir().unwrap();
    let outline = outline();
    let chart = write(root.path(), &outline, &varied());
    let prod = &outline.environments[2];
    for tool in tools() {
        let before = template(&tool, &chart, prod, &[]).unwrap();
        for (set, want) in CHANGES {
            let after = template(&tool, &chart, prod, set).unwrap_or_else(|error| panic!("{set:?}: {error}"));
            let mut changes = Vec::new();
            for (key, object) in &before {
                let name = |key: &str| format!("{key} {}", object["metadata"]["name"].as_str().unwrap());
                let name = name(object["kind"].as_str().unwrap());
                let Some(now) = after.get(key) else {
                    changes.push(name);
                    continue;
                };
                let mut all = Vec::new();
                differences("", object, now, &mut all);
                changes.extend(all.iter().map(|d| format!("{name} {}", d.split(": want").next().unwrap())));
            }
            changes.sort();
            assert_eq!(changes, *want, "{set:?}");
            assert!(after.keys().all(|key| before.contains_key(key)), "{set:?} adds objects");
        }
    }
}

#[test]
fn mistakes_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let outline = outline();
    let chart = write(root.path(), &outline, &varied());
    let prod = &outline.environments[2];
    for tool in tools() {
        template(&tool, &chart, prod, &["global.any=1"]).unwrap();
        for set in REFUSED {
            let error = template(&tool, &chart, prod, &[set]).err();
            assert!(error.is_some_and(|error| error.contains("schema")), "{set} is taken");
        }
    }
}

#[test]
fn schema_is_described() {
    fn walk(path: &str, schema: &Value) {
        let described = schema["description"].as_str().is_some_and(|text| !text.is_empty());
        let inner = ["properties", "allOf"].iter().any(|key| schema.get(key).is_some());
        assert!(described || inner, "{path} has no description");
        for (key, inner) in schema["definitions"].as_object().into_iter().flatten() {
            walk(key, inner);
        }
        for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
            walk(&format!("{path}.{key}"), inner);
        }
    }
    let root = tempfile::tempdir().unwrap();
    let chart = write(root.path(), &outline(), &varied());
    let text = std::fs::read_to_string(chart.join("values.schema.json")).unwrap();
    walk("", &serde_json::from_str(&text).unwrap());
}

#[test]
fn notes_are_clean() {
    let root = tempfile::tempdir().unwrap();
    let chart = write(root.path(), &outline(), &varied());
    let values = ["install", "release", ".", "--dry-run=client", "-n", "shop-dev"];
    // Helm 3 asks a cluster for this.
    for tool in tools().into_iter().filter(|tool| tool.ends_with("helm4")) {
        let said = run(&tool, &chart, &values).unwrap();
        let notes = said.split("NOTES:").nth(1).unwrap();
        assert!(notes.contains("kubectl rollout status deployment/auth-service -n shop-dev"), "{notes}");
        assert!(!notes.contains("{{") && !notes.contains("no value"), "{notes}");
    }
}
