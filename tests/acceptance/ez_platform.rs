//! 000: EZ Platform.

mod contradictions;
mod flows;
mod operations;

use super::rendered::{Rendered, Totals, entries, holds, list, text};
use crate::kgen::files;
use serde_yaml::Value;
use std::collections::BTreeSet;

const PLATFORM: &str = "ez-platform";

/// Name, port, pods, component.
const SERVICES: [(&str, i64, i64, &str); 9] = [
    ("datasource-management", 5001, 2, "management"),
    ("filediscovery", 5007, 2, "processing"),
    ("fileprocessor", 5008, 5, "processing"),
    ("frontend", 3000, 2, "frontend"),
    ("invalidrecords", 5006, 2, "management"),
    ("metrics-configuration", 5002, 2, "management"),
    ("output", 5009, 3, "processing"),
    ("scheduling", 5004, 1, "management"),
    ("validation", 5003, 3, "processing"),
];

fn production() -> Rendered {
    Rendered::of(PLATFORM, "prod")
}

fn is_service(name: &str) -> bool {
    SERVICES.iter().any(|(service, ..)| *service == name)
}

/// The eight that the document's template describes.
fn dotnet() -> impl Iterator<Item = (&'static str, i64)> {
    SERVICES.into_iter().filter(|(name, ..)| *name != "frontend").map(|(name, port, ..)| (name, port))
}

fn config<'a>(rendered: &'a Rendered, name: &str, key: &str) -> &'a str {
    text(&rendered.one("ConfigMap", name)["data"][key])
}

#[test]
fn a000_a01_objects_of_production() {
    let production = production();
    // The log shipper's is chosen, see C04.
    assert_eq!(production.names("Namespace"), ["ez-platform", "ez-platform-logging"]);
    let mut deployments: Vec<_> =
        SERVICES.iter().map(|(name, ..)| *name).chain(["grafana", "prometheus"]).collect();
    deployments.sort_unstable();
    assert_eq!(production.names("Deployment"), deployments);
    assert_eq!(production.names("StatefulSet"), ["elasticsearch", "hazelcast", "kafka", "mongodb"]);
    let services = production.names("Service");
    assert!(services.len() >= 15, "{services:?}");
    assert!(deployments.iter().all(|name| services.contains(name)), "{services:?}");
    let headless: Vec<_> = production
        .kind("Service")
        .filter(|service| service["spec"]["clusterIP"] == "None")
        .map(|service| text(&service["metadata"]["name"]))
        .collect();
    assert_eq!(headless, ["elasticsearch-nodes", "hazelcast", "kafka", "mongodb"]);
    let configs = production.names("ConfigMap");
    assert!(configs.len() >= 6, "{configs:?}");
    assert!(configs.contains(&"services-config"), "{configs:?}");
    assert_eq!(production.names("PersistentVolumeClaim"), ["grafana-data", "prometheus-data"]);
    let scaled: BTreeSet<_> = production.names("HorizontalPodAutoscaler").into_iter().collect();
    let scalable: Vec<_> =
        SERVICES.iter().map(|(name, ..)| *name).filter(|name| *name != "scheduling").collect();
    assert_eq!(
        scaled,
        scalable
            .iter()
            .map(|name| format!("{name}-hpa"))
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str)
            .collect()
    );
    assert_eq!(production.names("Ingress"), ["web"]);
    assert!(Rendered::of(PLATFORM, "dev").names("Ingress").is_empty());
    let initiates = |name: &&str| name.starts_with("mongodb-init-");
    assert_eq!(production.names("Job").into_iter().filter(initiates).count(), 1);
    // The secret is filled from outside: it is declared, and a template of it lies beside the scripts.
    assert!(production.names("Secret").is_empty());
    let template = production.environment.project.out.join("ops/secrets");
    let templates: Vec<_> =
        files(&template).into_iter().map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect();
    assert!(templates.iter().any(|text| text.contains("name: platform-secrets")), "{templates:?}");
    for kind in ["ServiceAccount", "Role", "RoleBinding"] {
        assert!(production.names(kind).contains(&"prometheus"), "Prometheus has no {kind}");
    }
}

#[test]
fn a000_a01_claims_have_the_stated_sizes() {
    let production = production();
    for (name, size) in [("elasticsearch", "30Gi"), ("kafka", "10Gi"), ("mongodb", "20Gi")] {
        let set = production.one("StatefulSet", name);
        holds(set, "spec: { replicas: 3 }");
        let claims = &set["spec"]["volumeClaimTemplates"];
        holds(claims, &format!("[{{ spec: {{ resources: {{ requests: {{ storage: {size} }} }} }} }}]"));
    }
    // A cache in memory has no volume (C03).
    assert!(production.one("StatefulSet", "hazelcast")["spec"]["volumeClaimTemplates"].is_null());
    for (name, size) in [("grafana-data", "10Gi"), ("prometheus-data", "50Gi")] {
        let claim = production.one("PersistentVolumeClaim", name);
        holds(claim, &format!("spec: {{ resources: {{ requests: {{ storage: {size} }} }} }}"));
    }
}

#[test]
fn a000_a02_services_have_the_stated_numbers() {
    let production = production();
    for (name, port, pods, component) in SERVICES {
        let deployment = production.one("Deployment", name);
        assert_eq!(production.pods(deployment).0, pods, "{name}");
        for labels in
            [&deployment["metadata"]["labels"], &deployment["spec"]["template"]["metadata"]["labels"]]
        {
            holds(labels, &format!("{{ app: {name}, component: {component} }}"));
        }
        let container = production.container("Deployment", name);
        let resources = match name {
            "fileprocessor" => "requests: { cpu: 1000m, memory: 2Gi }, limits: { cpu: 4000m, memory: 8Gi }",
            _ => "requests: { cpu: 500m, memory: 1Gi }, limits: { cpu: 2000m, memory: 4Gi }",
        };
        holds(
            container,
            &format!(
                "name: {name}
image: docker.io/ez-platform/{name}:1.0.0
imagePullPolicy: IfNotPresent
ports: [{{ name: http, containerPort: {port} }}]
resources: {{ {resources} }}
"
            ),
        );
        holds(
            &production.one("Service", name)["spec"],
            &format!("ports: [{{ name: http, port: {port}, targetPort: http }}]"),
        );
    }
}

#[test]
fn a000_a02_the_template_holds_for_the_eight_services() {
    let production = production();
    for (name, port) in dotnet() {
        let container = production.container("Deployment", name);
        let probe = |kind: &str| entries(&container[kind]).map(|(key, _)| key.to_owned()).collect::<Vec<_>>();
        holds(
            container,
            "livenessProbe: { httpGet: { path: /health, port: http }, initialDelaySeconds: 30, periodSeconds: 10 }
readinessProbe: { httpGet: { path: /health/ready, port: http }, initialDelaySeconds: 15, periodSeconds: 5 }
",
        );
        // Nothing is stated of time-outs and thresholds, so they are Kubernetes' own.
        assert_eq!(probe("livenessProbe"), ["httpGet", "initialDelaySeconds", "periodSeconds"], "{name}");
        let variable = |wanted: &str| {
            let found = list(&container["env"]).iter().find(|variable| variable["name"] == *wanted);
            found.unwrap_or_else(|| panic!("{name} has no {wanted}"))
        };
        assert_eq!(variable("ASPNETCORE_ENVIRONMENT")["value"], "Production");
        assert_eq!(variable("ASPNETCORE_URLS")["value"], format!("http://+:{port}"));
        // With the password in it, so from the secret (C13).
        holds(
            &variable("ConnectionStrings__MongoDB")["valueFrom"],
            "{ secretKeyRef: { name: platform-secrets, key: mongodb-connection } }",
        );
        holds(
            &variable("MassTransit__Kafka__Server")["valueFrom"],
            "{ configMapKeyRef: { name: services-config, key: kafka-server } }",
        );
    }
    let frontend = production.container("Deployment", "frontend");
    assert!(list(&frontend["env"]).is_empty());
    holds(frontend, "readinessProbe: { httpGet: { path: /, port: http } }");
}

#[test]
fn a000_a03_hazelcast_has_both_maps_with_their_limits() {
    for environment in ["dev", "staging", "prod"] {
        let rendered = Rendered::of(PLATFORM, environment);
        let text = config(&rendered, "hazelcast-config", "hazelcast.yaml");
        let config: Value = serde_yaml::from_str(text).unwrap();
        for map in ["file-content", "valid-records"] {
            holds(
                &config["hazelcast"]["map"][map],
                "time-to-live-seconds: 300
max-idle-seconds: 180
eviction: { eviction-policy: LRU, max-size-policy: USED_HEAP_SIZE, size: 256 }
",
            );
        }
        // Found by DNS, so no rights (C21).
        holds(
            &config["hazelcast"]["network"]["join"]["kubernetes"],
            "{ enabled: true, service-dns: hazelcast }",
        );
        holds(
            rendered.container("StatefulSet", "hazelcast"),
            "livenessProbe: { httpGet: { path: /hazelcast/health/node-state, port: hazelcast } }
readinessProbe: { httpGet: { path: /hazelcast/health/ready, port: hazelcast } }
ports: [{ name: hazelcast, containerPort: 5701 }]
",
        );
    }
}

#[test]
fn a000_a04_prometheus_has_a_target_for_each_service() {
    let production = production();
    let config: Value =
        serde_yaml::from_str(config(&production, "prometheus-config", "prometheus.yml")).unwrap();
    for (name, port, ..) in SERVICES {
        let jobs = list(&config["scrape_configs"]);
        let job = jobs.iter().find(|job| job["job_name"] == *name).unwrap_or_else(|| panic!("no job {name}"));
        // All pods of the service, at its port.
        holds(job, "metrics_path: /metrics");
        let search = &job["kubernetes_sd_configs"][0];
        holds(&search["selectors"], &format!("[{{ role: pod, label: app={name} }}]"));
        assert_eq!(job["relabel_configs"][0]["regex"], port.to_string(), "{name}");
    }
    let args: Vec<_> =
        list(&production.container("Deployment", "prometheus")["args"]).iter().map(text).collect();
    assert!(args.contains(&"--storage.tsdb.retention.time=15d"), "{args:?}");
    // Nine tenths of 50Gi (C22).
    assert!(args.contains(&"--storage.tsdb.retention.size=46080MB"), "{args:?}");
}

#[test]
fn a000_a04_grafana_has_its_source_and_a_volume() {
    let production = production();
    let sources: Value =
        serde_yaml::from_str(config(&production, "grafana-datasources", "datasources.yaml")).unwrap();
    let prometheus =
        list(&sources["datasources"]).iter().find(|source| source["type"] == "prometheus").unwrap();
    assert_eq!(prometheus["url"], "http://prometheus:9090");
    let volumes = list(&production.pod("Deployment", "grafana")["volumes"]);
    assert!(volumes.iter().any(|volume| volume["persistentVolumeClaim"]["claimName"] == "grafana-data"));
    // Its password is an entry of the secret (C16).
    let env = list(&production.container("Deployment", "grafana")["env"]);
    let password = env.iter().find(|variable| variable["name"] == "GF_SECURITY_ADMIN_PASSWORD").unwrap();
    holds(
        &password["valueFrom"],
        "{ secretKeyRef: { name: platform-secrets, key: grafana-admin-password } }",
    );
}

#[test]
fn a000_a05_pods_and_sums_of_the_environments() {
    let pods = |environment: &str| Rendered::of(PLATFORM, environment).totals(|_| true).pods.0;
    assert_eq!([pods("prod"), pods("staging"), pods("dev")], [36, 34, 15]);
    // What the document gives figures for: all nine services, MongoDB and Kafka.
    let figures = |name: &str| is_service(name) || ["mongodb", "kafka"].contains(&name);
    let totals = production().totals(figures);
    assert_eq!(
        totals,
        Totals { pods: (28, totals.pods.1), cpu: (19_500, 66_000), memory: (39 * 1024, 132 * 1024) }
    );
    let hazelcast =
        |environment: &str| Rendered::of(PLATFORM, environment).totals(|name| name == "hazelcast");
    assert_eq!(hazelcast("prod").memory, (24 * 1024, 24 * 1024));
    assert_eq!((hazelcast("staging").pods.0, hazelcast("staging").memory.0), (1, 512));
    assert_eq!((hazelcast("dev").pods.0, hazelcast("dev").memory.0), (1, 512));
}

#[test]
fn a000_a06_the_chart_is_complete() {
    let out = production().environment.project.out;
    let chart = out.join("helm/ez-platform");
    let present: BTreeSet<String> =
        files(&chart).into_iter().map(|(path, _)| path.to_string_lossy().into_owned()).collect();
    let mut wanted: Vec<String> =
        ["Chart.yaml", "values.yaml", "values-dev.yaml", "values-prod.yaml", "README.md"]
            .map(ToOwned::to_owned)
            .into();
    let mut templates = |component: &str, kinds: &[&str]| {
        wanted.extend(kinds.iter().map(|kind| format!("templates/{component}/{kind}.yaml")));
    };
    for (name, ..) in SERVICES {
        templates(name, &["deployment", "service"]);
        if name != "scheduling" {
            templates(name, &["hpa"]);
        }
    }
    for name in ["mongodb", "kafka", "hazelcast", "elasticsearch"] {
        templates(name, &["configmap", "statefulset", "service"]);
    }
    templates("config", &["services-config"]);
    templates("cluster", &["namespace"]);
    templates("web", &["ingress"]);
    // C17: what the document's chart forgets.
    templates("prometheus", &["deployment", "service", "serviceaccount", "pvc"]);
    templates("grafana", &["deployment", "service", "serviceaccount", "pvc", "configmap-datasources"]);
    let missing: Vec<_> = wanted.iter().filter(|path| !present.contains(*path)).collect();
    assert!(missing.is_empty(), "{missing:?} of {present:#?}");
    let readme = std::fs::read_to_string(chart.join("README.md")).unwrap();
    let install =
        "helm upgrade --install ez-platform . -n ez-platform --create-namespace -f values-prod.yaml";
    assert!(readme.contains(install), "{readme}");
}

#[test]
fn a000_a07_no_credential_is_written() {
    let out = production().environment.project.out;
    for (path, bytes) in files(&out) {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("<SECRET>"), "{}", path.display());
        for (n, line) in text.lines().enumerate() {
            let address =
                line.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(user, _)| user);
            let literal = address.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| {
                !password.contains(['/', ' ', '$', '{', '<']) && password != "PASSWORD"
            });
            assert!(!literal, "{}:{}: {line}", path.display(), n + 1);
        }
    }
    for environment in ["dev", "staging", "prod"] {
        let rendered = Rendered::of(PLATFORM, environment);
        for config in rendered.kind("ConfigMap") {
            for (key, value) in entries(&config["data"]) {
                assert!(!key.contains("password"), "{key}");
                assert!(!text(value).contains("adminPassword:"), "{key}");
            }
        }
    }
}
