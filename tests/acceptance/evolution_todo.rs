//! 003: Evolution Todo.

mod flows;

use super::rendered::{Rendered, Totals, entries, holds, list, text};
use crate::objects;
use crate::projects::Project;
use crate::{judges, kgen::root};
use serde_yaml::Value;

const PLATFORM: &str = "evolution-todo";
const SERVICES: [&str; 3] = ["backend", "frontend", "mcp"];

/// What the specification's check list wants besides its objects: logs, and what belongs to them.
const TOGGLES: [&str; 6] = [
    "fluent-bit",
    "fluent-bit-config",
    "loki",
    "loki-config",
    "monitoring-dashboards",
    "monitoring-datasources",
];

/// Names of a kind, without those of the toggles.
fn stated(rendered: &Rendered, kind: &str) -> Vec<String> {
    let names = rendered.names(kind).into_iter().map(str::to_owned);
    names.filter(|name| !TOGGLES.contains(&name.as_str())).collect()
}

fn production() -> Rendered {
    Rendered::of(PLATFORM, "prod")
}

#[test]
fn a003_a01_objects_of_production() {
    let production = production();
    assert_eq!(production.names("Namespace"), ["evolution-todo", "evolution-todo-logging"]);
    assert_eq!(production.names("Deployment"), ["backend", "frontend", "mcp", "redis"]);
    assert_eq!(stated(&production, "StatefulSet"), ["postgres"]);
    assert_eq!(stated(&production, "Service"), ["backend", "frontend", "mcp", "postgres", "redis"]);
    assert_eq!(production.one("Service", "postgres")["spec"]["clusterIP"], "None");
    assert_eq!(stated(&production, "ConfigMap"), ["app-config"]);
    assert_eq!(production.names("Ingress"), ["evolution-todo-ingress"]);
    assert_eq!(production.names("HorizontalPodAutoscaler"), ["backend-hpa"]);
    let monitors = production.names("ServiceMonitor");
    assert_eq!(monitors, ["backend-monitor", "fluent-bit-monitor", "loki-monitor", "postgres-monitor"]);
    assert!(production.names("Secret").is_empty(), "db-secret exists already (C22)");
    let spec = std::fs::read_to_string(production.environment.project.folder.join("platform.yaml")).unwrap();
    let spec: Value = serde_yaml::from_str(&spec).unwrap();
    holds(&spec["secrets"]["db-secret"]["keys"], "[username, password]");
}

#[test]
fn a003_a02_stated_numbers() {
    let production = production();
    for (name, port, pods, liveness, readiness) in [
        ("frontend", 3000, (3, 3), "/api/health", "/api/health"),
        ("backend", 8000, (3, 10), "/health", "/readiness"),
        ("mcp", 8001, (2, 2), "/health", "/ready"),
    ] {
        assert_eq!(production.pods(production.one("Deployment", name)), pods, "{name}");
        let first = &production.one("Service", name)["spec"]["ports"][0];
        holds(first, "{ name: http, port: 80, targetPort: http }");
        let container = production.container("Deployment", name);
        holds(&container["ports"][0], &format!("{{ name: http, containerPort: {port} }}"));
        holds(
            container,
            &format!(
                "image: evolution-todo-{name}:1.0.0
resources: {{ requests: {{ cpu: 100m, memory: 128Mi }}, limits: {{ cpu: 200m, memory: 256Mi }} }}
livenessProbe:
  httpGet: {{ path: {liveness}, port: http }}
  initialDelaySeconds: 30
  periodSeconds: 10
readinessProbe:
  httpGet: {{ path: {readiness}, port: http }}
  initialDelaySeconds: 5
  periodSeconds: 5
"
            ),
        );
    }
    let services = |name: &str| SERVICES.contains(&name);
    assert_eq!(production.totals(services), Totals { pods: (8, 15), cpu: (800, 1600), memory: (1024, 2048) });
    assert_eq!(production.totals(|name| !TOGGLES.contains(&name)).pods, (10, 17));
}

#[test]
fn a003_a02_deployments_surge_by_one_and_miss_none() {
    let production = production();
    for deployment in production.kind("Deployment") {
        holds(
            &deployment["spec"]["strategy"],
            "{ type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }",
        );
    }
    for name in SERVICES {
        // The action `sleep` is not there in Kubernetes 1.28.
        let hook = &production.container("Deployment", name)["lifecycle"]["preStop"];
        holds(hook, "exec: { command: [sleep, \"10\"] }");
    }
}

#[test]
fn a003_a02_the_stores_and_the_scaler() {
    let production = production();
    holds(
        &production.one("StatefulSet", "postgres")["spec"],
        "serviceName: postgres
replicas: 1
volumeClaimTemplates:
- metadata: { name: postgres-storage }
  spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 10Gi } } }
",
    );
    holds(
        production.container("StatefulSet", "postgres"),
        "image: postgres:15-alpine\nports: [{ name: postgres, containerPort: 5432 }]",
    );
    holds(
        &production.one("HorizontalPodAutoscaler", "backend-hpa")["spec"],
        "scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: backend }
minReplicas: 3
maxReplicas: 10
metrics:
- { type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }
",
    );
    assert!(production.one("Deployment", "backend")["spec"]["replicas"].is_null());
    assert!(
        list(&production.pod("Deployment", "redis")["volumes"])
            .iter()
            .all(|volume| { volume["persistentVolumeClaim"].is_null() })
    );
    holds(&production.one("Service", "redis")["spec"]["ports"], "[{ name: redis, port: 6379 }]");
}

#[test]
fn a003_a03_the_monitor_selects_the_backend_and_a_port_of_it() {
    for environment in ["dev", "prod"] {
        let rendered = Rendered::of(PLATFORM, environment);
        let monitor = rendered.one("ServiceMonitor", "backend-monitor");
        assert_eq!(monitor["apiVersion"], "monitoring.coreos.com/v1");
        holds(
            &monitor["spec"],
            "selector: { matchLabels: { app: backend } }\nendpoints: [{ port: metrics, interval: 30s }]",
        );
        let selected: Vec<_> = rendered
            .kind("Service")
            .filter(|service| {
                entries(&monitor["spec"]["selector"]["matchLabels"])
                    .all(|(key, value)| service["metadata"]["labels"][key] == *value)
            })
            .collect();
        assert_eq!(selected.len(), 1);
        assert_eq!(selected[0]["metadata"]["name"], "backend");
        let ports = list(&selected[0]["spec"]["ports"]);
        assert!(ports.iter().any(|port| port["name"] == "metrics" && port["targetPort"] == "metrics"));
        let container = list(&rendered.container("Deployment", "backend")["ports"]);
        assert!(container.iter().any(|port| port["name"] == "metrics"));
    }
}

#[test]
fn a003_a04_the_three_forms_hold_the_same_objects() {
    let (Some(kustomize), Some(helm)) = (judges::tool("kustomize"), judges::tool("helm4")) else { return };
    for environment in Project::new(&root().join("platforms").join(PLATFORM)).environments() {
        let raw = objects::read(&environment.raw()).unwrap();
        let built = judges::kustomize(&kustomize, &environment.overlay()).unwrap();
        let chart = judges::helm_template(&helm, &environment, &["--set", "namespace.create=true"]).unwrap();
        assert!(raw.keys().eq(built.keys()), "{environment}: Kustomize");
        assert!(raw.keys().eq(chart.keys()), "{environment}: Helm");
    }
}

#[test]
fn a003_a04_values_of_production_override() {
    let values = std::fs::read_to_string(production().environment.values()).unwrap();
    let values: Value = serde_yaml::from_str(&values).unwrap();
    assert!(values.as_mapping().is_some_and(|values| !values.is_empty()), "values-prod.yaml is empty");
    assert!(!production().one("Ingress", "evolution-todo-ingress")["spec"]["tls"].is_null());
    let dev = Rendered::of(PLATFORM, "dev");
    assert!(dev.one("Ingress", "evolution-todo-ingress")["spec"]["tls"].is_null());
}

#[test]
fn a003_c03_c04_the_edge_passes_paths_on_as_they_are() {
    let production = production();
    let ingress = production.one("Ingress", "evolution-todo-ingress");
    assert!(ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/rewrite-target"].is_null());
    holds(
        &ingress["spec"],
        "ingressClassName: nginx
tls: [{ hosts: [todo.example.com], secretName: evolution-todo-ingress-tls }]
rules:
- host: todo.example.com
  http:
    paths:
    - { path: /, pathType: Prefix, backend: { service: { name: frontend, port: { name: http } } } }
    - { path: /api, pathType: Prefix, backend: { service: { name: backend, port: { name: http } } } }
",
    );
    holds(
        &production.container("Deployment", "frontend")["env"],
        "[{ name: NEXT_PUBLIC_API_URL, valueFrom: { configMapKeyRef: { name: app-config, key: api_url } } }]",
    );
    holds(
        &production.one("ConfigMap", "app-config")["data"],
        "{ api_url: /api, database_host: postgres, log_level: INFO }",
    );
    let dev = Rendered::of(PLATFORM, "dev");
    let paths = list(&dev.one("Ingress", "evolution-todo-ingress")["spec"]["rules"][0]["http"]["paths"]);
    assert_eq!(paths.iter().map(|path| text(&path["path"])).collect::<Vec<_>>(), ["/", "/api", "/mcp"]);
}

#[test]
fn a003_c12_c13_the_database_and_its_users_share_one_secret() {
    let production = production();
    let variables = |kind: &str, name: &str| -> Vec<(String, String)> {
        list(&production.container(kind, name)["env"])
            .iter()
            .map(|variable| {
                let secret = &variable["valueFrom"]["secretKeyRef"];
                let value = match variable["value"].as_str() {
                    Some(value) => value.to_owned(),
                    None if secret.is_null() => String::new(),
                    None => format!("{}/{}", text(&secret["name"]), text(&secret["key"])),
                };
                (text(&variable["name"]).to_owned(), value)
            })
            .collect()
    };
    let has = |variables: &[(String, String)], name: &str, value: &str| {
        let pair = (name.to_owned(), value.to_owned());
        assert!(variables.contains(&pair), "{name}={value} in {variables:?}");
    };
    let postgres = variables("StatefulSet", "postgres");
    has(&postgres, "POSTGRES_USER", "db-secret/username");
    has(&postgres, "POSTGRES_PASSWORD", "db-secret/password");
    has(&postgres, "POSTGRES_DB", "evolution_todo");
    has(&postgres, "PGDATA", "/var/lib/postgresql/data/pgdata");
    let backend = variables("Deployment", "backend");
    has(&backend, "DATABASE_USER", "db-secret/username");
    has(&backend, "DATABASE_PASSWORD", "db-secret/password");
    has(&backend, "DATABASE_NAME", "evolution_todo");
}

#[test]
fn a003_f09_c21_production_has_alerts_dashboards_and_logs() {
    let production = production();
    let rule = production.one("PrometheusRule", "monitoring");
    let rules = list(&rule["spec"]["groups"]).iter().flat_map(|group| list(&group["rules"]));
    let alerts: Vec<_> = rules.filter_map(|rule| rule["alert"].as_str()).collect();
    for alert in [
        "ServiceUnavailable",
        "ErrorRateHigh",
        "LatencyP95High",
        "AutoscalingAtMaximum",
        "MemoryExhausted",
        "VolumeExhausted",
    ] {
        assert!(alerts.contains(&alert), "{alert} in {alerts:?}");
    }
    let dashboards = production.one("ConfigMap", "monitoring-dashboards");
    assert_eq!(dashboards["metadata"]["labels"]["grafana_dashboard"], "1");
    for board in ["application.json", "infrastructure.json", "database.json"] {
        assert!(text(&dashboards["data"][board]).contains("\"panels\""), "{board}");
    }
    let logs = text(&production.one("ConfigMap", "fluent-bit-config")["data"]["fluent-bit.yaml"]).to_owned();
    assert!(logs.contains("host: loki.evolution-todo.svc") && logs.contains("_evolution-todo_"), "{logs}");
    assert_eq!(production.names("DaemonSet"), ["fluent-bit"]);
    let dev = Rendered::of(PLATFORM, "dev");
    assert!(dev.names("PrometheusRule").is_empty() && dev.names("DaemonSet").is_empty());
}

#[test]
fn a003_f08_c18_blue_and_green_stand_side_by_side_in_staging() {
    let staging = Rendered::of(PLATFORM, "staging");
    assert_eq!(
        staging.names("Deployment"),
        ["backend-blue", "backend-green", "frontend-blue", "frontend-green", "mcp", "redis"]
    );
    for name in ["backend", "frontend"] {
        let color =
            |service: &str| text(&staging.one("Service", service)["spec"]["selector"]["color"]).to_owned();
        assert_eq!([color(name), color(&format!("{name}-preview"))], ["blue", "green"], "{name}");
        for shade in ["blue", "green"] {
            let deployment = &staging.one("Deployment", &format!("{name}-{shade}"))["spec"];
            holds(&deployment["selector"]["matchLabels"], &format!("{{ app: {name}, color: {shade} }}"));
            holds(
                &deployment["template"]["metadata"]["labels"],
                &format!("{{ app: {name}, color: {shade} }}"),
            );
            // Each of them rolls as production does.
            holds(&deployment["strategy"], "{ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }");
        }
    }
    // All pods have the traffic before the switch, and the other colour one until it is needed.
    let replicas = |name: &str| staging.one("Deployment", name)["spec"]["replicas"].clone();
    assert_eq!(replicas("frontend-blue"), 3);
    assert!(replicas("backend-blue").is_null());
    assert_eq!([replicas("frontend-green"), replicas("backend-green")], [Value::from(1), Value::from(1)]);
    holds(
        &staging.one("HorizontalPodAutoscaler", "backend-hpa")["spec"],
        "{ scaleTargetRef: { name: backend-blue }, minReplicas: 3, maxReplicas: 10 }",
    );
    // The edge leads to the Service that has the traffic.
    let paths = &staging.one("Ingress", "evolution-todo-ingress")["spec"]["rules"][0]["http"]["paths"];
    let services: Vec<_> = list(paths).iter().map(|path| text(&path["backend"]["service"]["name"])).collect();
    assert_eq!(services, ["frontend", "backend"]);
    let script = production().environment.project.out.join("ops/deploy.sh");
    let script = std::fs::read_to_string(script).unwrap();
    for colors in [
        "backend backend backend-preview backend-pdb backend-hpa",
        "frontend frontend frontend-preview frontend-pdb -",
    ] {
        assert!(script.contains(colors), "{colors}");
    }
}

#[test]
fn a003_f12_logs_are_searched_in_the_grafana_of_the_cluster() {
    let production = production();
    let config = production.one("ConfigMap", "monitoring-datasources");
    assert_eq!(config["metadata"]["labels"]["grafana_datasource"], "1");
    let sources: Value = serde_yaml::from_str(text(&config["data"]["loki.yaml"])).unwrap();
    holds(
        &sources["datasources"][0],
        "{ type: loki, url: \"http://loki.evolution-todo.svc:3100\", isDefault: false }",
    );
    holds(
        &production.one("StatefulSet", "loki")["spec"]["volumeClaimTemplates"],
        "[{ spec: { resources: { requests: { storage: 10Gi } } } }]",
    );
}

#[test]
fn a003_c21_the_log_shipper_lowers_nobody_elses_level() {
    let production = production();
    let level = |name: &str| {
        let labels = &production.one("Namespace", name)["metadata"]["labels"];
        text(&labels["pod-security.kubernetes.io/enforce"]).to_owned()
    };
    assert_eq!([level("evolution-todo"), level("evolution-todo-logging")], ["restricted", "privileged"]);
    // Nothing else is in the namespace that allows everything, and nothing of the shipper's stays outside but its rights.
    let beside: Vec<_> =
        production.objects.keys().filter(|key| key.namespace == "evolution-todo-logging").collect();
    assert!(
        beside.iter().all(|key| [
            "fluent-bit",
            "fluent-bit-config",
            "fluent-bit-monitor",
            "default-deny",
            "allow-dns"
        ]
        .contains(&&*key.name)),
        "{beside:?}"
    );
    for kind in ["DaemonSet", "ServiceAccount", "ConfigMap", "Service", "ServiceMonitor"] {
        assert!(beside.iter().any(|key| key.kind == kind), "{kind}");
    }
    let subject = &production.one("RoleBinding", "fluent-bit")["subjects"][0];
    assert_eq!(text(&subject["namespace"]), "evolution-todo-logging");
    // Both ends of the one connection name the other's namespace.
    let rules = |policy: &str, rules: &str, side: &str| -> Vec<Value> {
        list(&production.one("NetworkPolicy", policy)["spec"][rules])
            .iter()
            .flat_map(|rule| list(&rule[side]).to_vec())
            .collect()
    };
    let peer = |namespace: &str, app: &str| -> Value {
        serde_yaml::from_str(&format!(
            "namespaceSelector: {{ matchLabels: {{ kubernetes.io/metadata.name: {namespace} }} }}
podSelector: {{ matchLabels: {{ app: {app} }} }}"
        ))
        .unwrap()
    };
    assert!(rules("loki", "ingress", "from").contains(&peer("evolution-todo-logging", "fluent-bit")));
    assert!(rules("fluent-bit", "egress", "to").contains(&peer("evolution-todo", "loki")));
    let denied = beside.iter().filter(|key| key.kind == "NetworkPolicy").map(|key| &*key.name);
    assert_eq!(denied.collect::<Vec<_>>(), ["allow-dns", "default-deny", "fluent-bit"]);
}
