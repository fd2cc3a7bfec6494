//! 001: My-SaaS-Chat.

use super::rendered::{Rendered, Totals, entries, holds, list, text};
use crate::kgen::files;
use serde_yaml::Value;

const PLATFORM: &str = "my-saas-chat";
const SERVICES: [(&str, i64, &str); 3] =
    [("auth-service", 3001, "/auth"), ("billing-service", 3003, "/billing"), ("chat-service", 3002, "/chat")];

fn production() -> Rendered {
    Rendered::of(PLATFORM, "prod")
}

#[test]
fn a001_a01_objects_of_production() {
    let production = production();
    assert_eq!(production.names("Namespace"), ["production"]);
    assert_eq!(
        production.names("Deployment"),
        ["auth-service", "billing-service", "chat-service", "grafana", "jaeger", "prometheus"]
    );
    assert_eq!(production.names("StatefulSet"), ["postgres", "redis"]);
    assert_eq!(production.names("Service").len(), 8);
    assert_eq!(
        production.names("ConfigMap"),
        ["app-config", "grafana-dashboards", "grafana-datasources", "prometheus-config"]
    );
    assert_eq!(production.names("HorizontalPodAutoscaler").len(), 3);
    assert_eq!(production.names("Ingress").len(), 1);
    // What has data has a claim; the stray claim of PostgreSQL is gone (C05).
    assert_eq!(production.names("PersistentVolumeClaim"), ["grafana-data", "prometheus-data"]);
    for (name, size) in [("postgres", "10Gi"), ("redis", "5Gi")] {
        let claims = &production.one("StatefulSet", name)["spec"]["volumeClaimTemplates"];
        holds(
            claims,
            &format!(
                "[{{ metadata: {{ name: {name}-data }}, spec: {{ accessModes: [ReadWriteOnce], \
                 resources: {{ requests: {{ storage: {size} }} }} }} }}]"
            ),
        );
    }
}

#[test]
fn a001_a01_every_environment_has_its_namespace() {
    for (environment, name) in [("dev", "development"), ("staging", "staging"), ("prod", "production")] {
        let rendered = Rendered::of(PLATFORM, environment);
        assert_eq!(rendered.names("Namespace"), [name]);
        holds(
            &rendered.one("Namespace", name)["metadata"]["labels"],
            &format!("{{ name: {name}, environment: {name} }}"),
        );
    }
}

#[test]
fn a001_a01_no_secret_is_written_and_the_one_that_exists_has_its_keys() {
    let rendered = production();
    assert!(rendered.names("Secret").is_empty());
    let spec = std::fs::read_to_string(rendered.environment.project.folder.join("platform.yaml")).unwrap();
    let spec: Value = serde_yaml::from_str(&spec).unwrap();
    holds(
        &spec["secrets"]["app-secrets"]["keys"],
        "[AUTH_SECRET, DATABASE_URL, OPENAI_API_KEY, STRIPE_SECRET_KEY, POSTGRES_PASSWORD]",
    );
}

#[test]
fn a001_a02_names_stay() {
    let production = production();
    for (kind, name) in [
        ("Service", "postgres-service"),
        ("Service", "redis-service"),
        ("Service", "jaeger-service"),
        ("HorizontalPodAutoscaler", "auth-service-hpa"),
        ("HorizontalPodAutoscaler", "chat-service-hpa"),
        ("HorizontalPodAutoscaler", "billing-service-hpa"),
        ("Ingress", "my-saas-ingress"),
        ("ConfigMap", "app-config"),
        ("ConfigMap", "prometheus-config"),
    ] {
        production.one(kind, name);
    }
    let postgres = production.container("StatefulSet", "postgres");
    holds(
        &postgres["env"][2]["valueFrom"],
        "{ secretKeyRef: { name: app-secrets, key: POSTGRES_PASSWORD } }",
    );
}

#[test]
fn a001_a03_overlays_set_what_differs() {
    let least = |environment: &str| {
        let rendered = Rendered::of(PLATFORM, environment);
        let mode = text(&rendered.one("ConfigMap", "app-config")["data"]["NODE_ENV"]).to_owned();
        let least: Vec<_> =
            SERVICES.iter().map(|(name, _, _)| rendered.pods(rendered.one("Deployment", name))).collect();
        assert!(least.windows(2).all(|pair| pair[0] == pair[1]), "{least:?}");
        (rendered.environment.namespace, mode, least[0])
    };
    let owned = |namespace: &str, mode: &str, pods| (namespace.to_owned(), mode.to_owned(), pods);
    assert_eq!(least("dev"), owned("development", "development", (1, 1)));
    assert_eq!(least("staging"), owned("staging", "staging", (2, 10)));
    assert_eq!(least("prod"), owned("production", "production", (3, 10)));
}

#[test]
fn a001_a03_the_base_names_no_namespace() {
    let out = production().environment.project.out;
    for (path, bytes) in files(&out.join("kustomize/base")) {
        let text = String::from_utf8(bytes).unwrap();
        let named = text.lines().map(str::trim_start).any(|line| {
            line.strip_prefix("namespace: ").is_some_and(|name| {
                ["production", "staging", "development"].contains(&name.trim_matches('"'))
            })
        });
        assert!(!named, "{}", path.display());
    }
}

#[test]
fn a001_a06_pods_of_production() {
    let all = production().totals(|_| true);
    assert_eq!(all.pods, (14, 35));
    assert_eq!(Rendered::of(PLATFORM, "staging").totals(|_| true).pods, (11, 35));
    let services = |name: &str| SERVICES.iter().any(|(service, _, _)| *service == name);
    assert_eq!(
        production().totals(services),
        Totals { pods: (9, 30), cpu: (2250, 4500), memory: (2304, 4608) }
    );
}

#[test]
fn a001_services_have_the_stated_numbers() {
    let production = production();
    for (name, port, _) in SERVICES {
        let service = production.one("Service", name);
        holds(&service["spec"], "ports: [{ name: http, port: 80, targetPort: http }]");
        assert!(service["spec"]["type"].is_null(), "{name} is a ClusterIP");
        let container = production.container("Deployment", name);
        holds(
            container,
            &format!(
                "image: {name}:1.0.0
ports: [{{ name: http, containerPort: {port} }}]
envFrom: [{{ configMapRef: {{ name: app-config }} }}]
resources: {{ requests: {{ cpu: 250m, memory: 256Mi }}, limits: {{ cpu: 500m, memory: 512Mi }} }}
livenessProbe:
  httpGet: {{ path: /health, port: http }}
  initialDelaySeconds: 30
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 3
readinessProbe:
  httpGet: {{ path: /ready, port: http }}
  initialDelaySeconds: 10
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 3
"
            ),
        );
        holds(
            &production.one("HorizontalPodAutoscaler", &format!("{name}-hpa"))["spec"],
            &format!(
                "scaleTargetRef: {{ apiVersion: apps/v1, kind: Deployment, name: {name} }}
minReplicas: 3
maxReplicas: 10
metrics:
- {{ type: Resource, resource: {{ name: cpu, target: {{ type: Utilization, averageUtilization: 70 }} }} }}
- {{ type: Resource, resource: {{ name: memory, target: {{ type: Utilization, averageUtilization: 80 }} }} }}
"
            ),
        );
    }
    holds(
        &production.one("ConfigMap", "app-config")["data"],
        "{ NODE_ENV: production, LOG_LEVEL: info, POSTGRES_HOST: postgres-service, \
         REDIS_HOST: redis-service, JAEGER_HOST: jaeger-service }",
    );
}

#[test]
fn a001_hosts_of_the_config_are_services() {
    let production = production();
    let services = production.names("Service");
    let config = &production.one("ConfigMap", "app-config")["data"];
    let hosts: Vec<_> = entries(config).filter(|(key, _)| key.ends_with("_HOST")).collect();
    assert_eq!(hosts.len(), 3);
    assert!(hosts.iter().all(|(_, host)| services.contains(&text(host))), "{hosts:?}");
}

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
fn a001_f15_the_stated_availability_has_alerts() {
    let production = production();
    let rules =
        text(&production.one("ConfigMap", "prometheus-config")["data"]["platform.rules.yml"]).to_owned();
    // The budget of 0.1 % is gone in two days at 14.4 times its rate.
    for line in
        ["alert: ErrorBudgetBurns", "platform:http_errors:ratio_rate1h{namespace=\"production\"} > 0.0144"]
    {
        assert!(rules.contains(line), "{line}\n{rules}");
    }
    let dashboards = production.one("ConfigMap", "grafana-dashboards");
    assert!(text(&dashboards["data"]["objectives.json"]).contains("app:http_errors:ratio_rate5m"));
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
