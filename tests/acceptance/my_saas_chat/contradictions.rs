//! 001: how the document's contradictions are resolved, as far as the manifests show it; `kit.rs` has the rest.

use super::{PLATFORM, SERVICES, production};
use crate::acceptance::rendered::{Rendered, holds, list, text};
use serde_yaml::Value;

#[test]
fn a001_c03_c04_the_edge_rewrites_and_has_a_certificate() {
    let production = production();
    let ingress = production.one("Ingress", "my-saas-ingress");
    let path = |service: &str, path: &str| {
        format!(
            "{{ path: \"{path}(/|$)(.*)\", pathType: ImplementationSpecific, \
             backend: {{ service: {{ name: {service}, port: {{ name: http }} }} }} }}"
        )
    };
    let paths = [SERVICES[0], SERVICES[2], SERVICES[1]].map(|(name, _, prefix)| path(name, prefix));
    holds(
        ingress,
        &format!(
            "metadata:
  annotations:
    cert-manager.io/issuer: internal-ca
    nginx.ingress.kubernetes.io/rewrite-target: /$2
    nginx.ingress.kubernetes.io/ssl-redirect: \"true\"
    nginx.ingress.kubernetes.io/use-regex: \"true\"
    nginx.ingress.kubernetes.io/proxy-read-timeout: \"3600\"
spec:
  ingressClassName: nginx
  tls: [{{ hosts: [api.mysaas.local], secretName: my-saas-ingress-tls }}]
  rules: [{{ host: api.mysaas.local, http: {{ paths: [{}] }} }}]
",
            paths.join(", ")
        ),
    );
    assert_eq!(production.names("Issuer"), ["internal-ca", "internal-ca-root"]);
}

#[test]
fn a001_c07_c08_ready_made_components_are_probed_and_bounded() {
    let production = production();
    let workloads = production.kind("Deployment").chain(production.kind("StatefulSet"));
    for workload in workloads {
        let name = text(&workload["metadata"]["name"]);
        for (n, container) in list(&workload["spec"]["template"]["spec"]["containers"]).iter().enumerate() {
            let resources = &container["resources"];
            for part in ["requests", "limits"] {
                for what in ["cpu", "memory"] {
                    assert!(!resources[part][what].is_null(), "{name}: {part} of {what}");
                }
            }
            assert!(!container["livenessProbe"].is_null(), "{name}: liveness");
            assert!(n > 0 || !container["readinessProbe"].is_null(), "{name}: readiness");
            let image = text(&container["image"]);
            let tag = image.rsplit(':').next().unwrap();
            assert!(tag != image && tag != "latest", "{name}: {image} is not pinned");
        }
    }
    holds(
        production.container("StatefulSet", "postgres"),
        "image: postgres:15-alpine\nports: [{ name: postgres, containerPort: 5432 }]",
    );
    let variables = list(&production.container("StatefulSet", "postgres")["env"]);
    let value =
        |name: &str| variables.iter().find(|variable| variable["name"] == *name).unwrap()["value"].as_str();
    assert_eq!(value("POSTGRES_DB"), Some("saas_db"));
    assert_eq!(value("POSTGRES_USER"), Some("postgres"));
    assert_eq!(value("PGDATA"), Some("/var/lib/postgresql/data/pgdata"));
}

#[test]
fn a001_c11_c13_metrics_are_found_kept_and_shown() {
    let production = production();
    for (name, port, _) in SERVICES {
        let template = &production.one("Deployment", name)["spec"]["template"];
        holds(
            &template["metadata"]["annotations"],
            &format!(
                "prometheus.io/scrape: \"true\"\nprometheus.io/port: \"{port}\"\nprometheus.io/path: /metrics"
            ),
        );
    }
    let text_of =
        text(&production.one("ConfigMap", "prometheus-config")["data"]["prometheus.yml"]).to_owned();
    let config: Value = serde_yaml::from_str(&text_of).unwrap();
    assert_eq!(config["global"]["scrape_interval"], "15s");
    holds(&config["scrape_configs"][0], "job_name: kubernetes-pods\nkubernetes_sd_configs: [{ role: pod }]");
    holds(
        &config["scrape_configs"][0]["relabel_configs"][0],
        "source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]\naction: keep\nregex: \"true\"",
    );
    let role = production.one("ClusterRole", "production-prometheus");
    let reads = |resource: &str| {
        list(&role["rules"]).iter().any(|rule| {
            list(&rule["resources"]).iter().any(|found| *found == *resource)
                && ["get", "list", "watch"]
                    .iter()
                    .all(|verb| list(&rule["verbs"]).iter().any(|found| *found == **verb))
        })
    };
    assert!(reads("pods") && reads("nodes"));
    let args: Vec<_> =
        list(&production.container("Deployment", "prometheus")["args"]).iter().map(text).collect();
    assert!(args.contains(&"--storage.tsdb.retention.time=15d"), "{args:?}");
    assert!(args.contains(&"--storage.tsdb.retention.size=18432MB"), "{args:?}");
    for name in ["prometheus", "grafana"] {
        assert_eq!(production.one("Deployment", name)["spec"]["strategy"]["type"], "Recreate");
    }
    let sources =
        text(&production.one("ConfigMap", "grafana-datasources")["data"]["datasources.yaml"]).to_owned();
    assert!(sources.contains("http://prometheus:9090") && sources.contains("http://jaeger-service:16686"));
}

#[test]
fn a001_c12_c20_pods_get_only_the_keys_that_they_need() {
    let production = production();
    let keys = |kind: &str, name: &str| {
        let container = production.container(kind, name);
        let whole = list(&container["envFrom"]).iter().any(|source| !source["secretRef"].is_null());
        assert!(!whole, "{name} gets a whole secret");
        let mut keys: Vec<_> = list(&container["env"])
            .iter()
            .filter_map(|variable| variable["valueFrom"]["secretKeyRef"]["key"].as_str().map(str::to_owned))
            .collect();
        keys.sort_unstable();
        keys
    };
    assert_eq!(keys("Deployment", "auth-service"), ["AUTH_SECRET", "DATABASE_URL"]);
    assert_eq!(keys("Deployment", "chat-service"), ["DATABASE_URL", "OPENAI_API_KEY"]);
    assert_eq!(keys("Deployment", "billing-service"), ["DATABASE_URL", "STRIPE_SECRET_KEY"]);
    assert_eq!(keys("Deployment", "grafana"), ["password"]);
}

#[test]
fn a001_c16_c19_rollouts_lose_no_request() {
    let production = production();
    for (name, _, _) in SERVICES {
        let deployment = production.one("Deployment", name);
        assert!(deployment["spec"]["replicas"].is_null(), "{name}: the autoscaler owns the number of pods");
        holds(
            deployment,
            &format!(
                "metadata: {{ labels: {{ app.kubernetes.io/version: 1.0.0 }} }}
spec:
  selector: {{ matchLabels: {{ app: {name} }} }}
  strategy: {{ type: RollingUpdate, rollingUpdate: {{ maxSurge: 1, maxUnavailable: 0 }} }}
"
            ),
        );
        assert_eq!(deployment["spec"]["selector"]["matchLabels"].as_mapping().unwrap().len(), 1);
        holds(&production.container("Deployment", name)["lifecycle"], "preStop: { sleep: { seconds: 10 } }");
        holds(
            &production.one("PodDisruptionBudget", &format!("{name}-pdb"))["spec"],
            &format!("maxUnavailable: 1\nselector: {{ matchLabels: {{ app: {name} }} }}"),
        );
    }
}

#[test]
fn a001_c02_the_autoscaler_owns_the_number_of_pods() {
    // One pod needs no autoscaler: `dev` has the number instead, of each service exactly one of the two.
    for (environment, scaled) in [("dev", false), ("staging", true), ("prod", true)] {
        let rendered = Rendered::of(PLATFORM, environment);
        assert_eq!(rendered.names("HorizontalPodAutoscaler").len(), if scaled { 3 } else { 0 });
        for (name, _, _) in SERVICES {
            let replicas = &rendered.one("Deployment", name)["spec"]["replicas"];
            assert_eq!(replicas.as_i64(), (!scaled).then_some(1), "{name} in {environment}");
        }
    }
}

#[test]
fn a001_c05_c06_what_keeps_data_has_one_claim_of_its_own() {
    let production = production();
    let claims = production.names("PersistentVolumeClaim");
    assert!(claims.iter().all(|name| !name.contains("postgres") && !name.contains("redis")), "{claims:?}");
    for name in ["postgres", "redis"] {
        let set = &production.one("StatefulSet", name)["spec"];
        assert_eq!(list(&set["volumeClaimTemplates"]).len(), 1, "{name}");
        assert_eq!(set["serviceName"], *format!("{name}-service"));
    }
}

#[test]
fn a001_c09_readiness_asks_the_databases_themselves() {
    let production = production();
    for (name, question) in [("postgres", "pg_isready"), ("redis", "redis-cli ping")] {
        let probe = &production.container("StatefulSet", name)["readinessProbe"]["exec"]["command"];
        assert!(list(probe).iter().any(|part| text(part).contains(question)), "{name}: {probe:?}");
    }
}

#[test]
fn a001_c14_every_environment_says_its_mode() {
    for (environment, mode) in [("dev", "development"), ("staging", "staging"), ("prod", "production")] {
        let rendered = Rendered::of(PLATFORM, environment);
        holds(&rendered.one("ConfigMap", "app-config")["data"], &format!("{{ NODE_ENV: {mode} }}"));
    }
}

#[test]
fn a001_c17_c18_a_process_that_hangs_is_back_within_a_minute() {
    let production = production();
    for (name, _, _) in SERVICES {
        let container = production.container("Deployment", name);
        let (liveness, readiness) = (&container["livenessProbe"], &container["readinessProbe"]);
        assert_ne!(liveness["httpGet"]["path"], readiness["httpGet"]["path"], "{name}");
        let seconds = |value: &Value| value.as_i64().unwrap_or_else(|| panic!("{name}: {value:?}"));
        let noticed = seconds(&liveness["periodSeconds"]) * seconds(&liveness["failureThreshold"])
            + seconds(&liveness["timeoutSeconds"]);
        let stopped = seconds(&liveness["terminationGracePeriodSeconds"]);
        let back = noticed + stopped + seconds(&readiness["initialDelaySeconds"]);
        assert!((45..=60).contains(&back), "{name} is back after {back} s");
    }
}
