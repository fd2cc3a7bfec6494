//! 001: My-SaaS-Chat.

use super::reachability::evaluate::{End, Policies, Port};
use super::rendered::{Rendered, Totals, entries, holds, text};
use crate::kgen::files;
use serde_yaml::Value;

mod contradictions;

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
    let example = rendered.environment.project.out.join("ops/secrets/app-secrets.yaml.example");
    let example: Value = serde_yaml::from_str(&std::fs::read_to_string(example).unwrap()).unwrap();
    holds(&example, "{ kind: Secret, metadata: { name: app-secrets }, type: Opaque }");
    let keys: Vec<_> = entries(&example["stringData"]).map(|(key, _)| key).collect();
    assert_eq!(
        keys,
        ["AUTH_SECRET", "DATABASE_URL", "OPENAI_API_KEY", "STRIPE_SECRET_KEY", "POSTGRES_PASSWORD"]
    );
    assert!(entries(&example["stringData"]).all(|(_, value)| text(value).is_empty()), "a value is written");
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
        let scaler = production.one("HorizontalPodAutoscaler", &format!("{name}-hpa"));
        assert_eq!(scaler["apiVersion"], "autoscaling/v2");
        holds(
            &scaler["spec"],
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
fn a001_f18_services_reach_what_they_use_and_who_needs_it_the_internet() {
    let production = production();
    let policies = Policies::new(&production.objects);
    let pod = |app: &str| End::pod("production", "app", app);
    let may = |from: &str, to: &str, port| policies.allow(&pod(from), &pod(to), Port(port, "TCP"));
    let edge = End::pod("ingress-nginx", "app.kubernetes.io/name", "ingress-nginx");
    for (name, port, _) in SERVICES {
        let port = u16::try_from(port).unwrap();
        assert!(
            may(name, "postgres", 5432) && may(name, "redis", 6379) && may(name, "jaeger", 4317),
            "{name}"
        );
        assert!(may("prometheus", name, port), "{name} is not scraped");
        assert!(policies.allow(&edge, &pod(name), Port(port, "TCP")), "{name} is not behind the edge");
        let outside = policies.allow(&pod(name), &End::address("93.184.215.14"), Port(443, "TCP"));
        assert_eq!(outside, name != "auth-service", "{name} and the Internet");
    }
    assert!(may("grafana", "prometheus", 9090));
    assert!(!may("grafana", "postgres", 5432) && !may("auth-service", "chat-service", 3002));
}
