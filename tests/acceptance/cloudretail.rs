//! 004: CloudRetail.

use super::rendered::{Rendered, Totals, holds, list, text};
use crate::kgen::root;
use serde_yaml::Value;

mod contradictions;
mod flows;

const PLATFORM: &str = "cloudretail";
const DATABASES: [&str; 5] = ["inventory", "orders", "payments", "products", "users"];

/// Name, port, fewest and most pods, and the database.
const SERVICES: [(&str, i64, i64, i64, Option<&str>); 7] = [
    ("user-service", 3001, 3, 10, Some("users")),
    ("product-service", 3002, 3, 10, Some("products")),
    ("order-service", 3003, 3, 15, Some("orders")),
    ("inventory-service", 3004, 3, 10, Some("inventory")),
    ("payment-service", 3005, 3, 15, Some("payments")),
    ("event-bus", 4000, 3, 10, None),
    ("api-gateway", 8080, 3, 20, None),
];

fn production() -> Rendered {
    Rendered::of(PLATFORM, "prod")
}

fn count(rendered: &Rendered, kind: &str) -> usize {
    rendered.kind(kind).count()
}

/// Requests and limits as they stand in a container.
fn resources(cpu: &str, memory: &str, most_cpu: &str, most_memory: &str) -> String {
    format!(
        "{{ requests: {{ cpu: {cpu}, memory: {memory} }}, limits: {{ cpu: {most_cpu}, memory: {most_memory} }} }}"
    )
}

#[test]
fn a004_a01_objects_of_production() {
    let production = production();
    assert_eq!(production.names("Namespace"), ["cloudretail"]);
    let mut services: Vec<_> = SERVICES.iter().map(|(name, ..)| *name).collect();
    services.sort_unstable();
    assert_eq!(production.names("Deployment"), services);
    let mut sets: Vec<_> = DATABASES.iter().map(|name| format!("postgres-{name}")).collect();
    sets.extend(["kafka", "redis", "zookeeper"].map(str::to_owned));
    sets.sort_unstable();
    assert_eq!(production.names("StatefulSet"), sets);
    // One Service a component: 7 + 5 + 1 + 2.
    assert_eq!(count(&production, "Service"), 15);
    assert_eq!(count(&production, "HorizontalPodAutoscaler"), 7);
    assert!(production.names("ConfigMap").contains(&"cloudretail-config"));
    assert_eq!(production.names("ExternalSecret"), ["cloudretail-secrets"]);
    assert_eq!(count(&production, "Secret"), 0);
    assert_eq!(count(&production, "Ingress"), 1);
    assert_eq!(count(&production, "ClusterIssuer"), 1);
    assert_eq!(production.names("Certificate"), ["api-tls"]);
    // F09: orders, payments and the way to them go before the rest.
    assert_eq!(production.names("PriorityClass"), ["cloudretail-critical", "cloudretail-normal"]);
    for (name, ..) in SERVICES {
        let critical = ["order-service", "payment-service", "api-gateway"].contains(&name);
        let class = if critical { "cloudretail-critical" } else { "cloudretail-normal" };
        assert_eq!(production.pod("Deployment", name)["priorityClassName"], class);
    }
    assert_eq!((count(&production, "ResourceQuota"), count(&production, "LimitRange")), (1, 1));
    // F04: every workload is known by `app`.
    for workload in production.kind("Deployment").chain(production.kind("StatefulSet")) {
        let name = text(&workload["metadata"]["name"]);
        holds(&workload["spec"]["template"]["metadata"]["labels"], &format!("{{ app: {name} }}"));
    }
}

#[test]
fn a004_a01_twelve_claims_of_130_gibibytes() {
    let claims: Vec<(i64, i64)> = production()
        .kind("StatefulSet")
        .flat_map(|set| {
            let pods = set["spec"]["replicas"].as_i64().unwrap();
            list(&set["spec"]["volumeClaimTemplates"]).iter().map(move |claim| {
                let size = text(&claim["spec"]["resources"]["requests"]["storage"]);
                (pods, pods * size.strip_suffix("Gi").unwrap().parse::<i64>().unwrap())
            })
        })
        .collect();
    assert_eq!(count(&production(), "PersistentVolumeClaim"), 0);
    assert_eq!(claims.iter().map(|(pods, _)| pods).sum::<i64>(), 12);
    assert_eq!(claims.iter().map(|(_, size)| size).sum::<i64>(), 130);
}

#[test]
fn a004_a01_every_component_has_a_policy_under_a_default_deny() {
    let production = production();
    let policies = production.names("NetworkPolicy");
    assert!(policies.contains(&"default-deny"), "{policies:?}");
    let selected: Vec<&str> = production
        .kind("NetworkPolicy")
        .filter_map(|policy| policy["spec"]["podSelector"]["matchLabels"]["app"].as_str())
        .collect();
    let workloads = production.names("Deployment").into_iter().chain(production.names("StatefulSet"));
    let without: Vec<_> = workloads.filter(|name| !selected.contains(name)).collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn a004_a02_services_have_the_stated_numbers() {
    let production = production();
    for (name, port, least, most, database) in SERVICES {
        let container = production.container("Deployment", name);
        let numbers = match name {
            "api-gateway" => resources("250m", "512Mi", "1000m", "1Gi"),
            _ => resources("200m", "256Mi", "500m", "512Mi"),
        };
        holds(&container["resources"], &numbers);
        holds(&container["ports"], &format!("[{{ name: http, containerPort: {port} }}]"));
        holds(
            &production.one("Service", name)["spec"],
            &format!("ports: [{{ name: http, port: {port}, targetPort: http }}]"),
        );
        holds(
            &production.one("HorizontalPodAutoscaler", &format!("{name}-hpa"))["spec"],
            &format!(
                "scaleTargetRef: {{ apiVersion: apps/v1, kind: Deployment, name: {name} }}
minReplicas: {least}
maxReplicas: {most}
metrics:
- {{ type: Resource, resource: {{ name: cpu, target: {{ type: Utilization, averageUtilization: 70 }} }} }}
- {{ type: Resource, resource: {{ name: memory, target: {{ type: Utilization, averageUtilization: 80 }} }} }}
"
            ),
        );
        let host = list(&container["env"]).iter().find(|variable| variable["name"] == "DB_HOST");
        let wanted = database.map(|database| format!("postgres-{database}"));
        assert_eq!(host.map(|variable| text(&variable["value"]).to_owned()), wanted);
    }
}

#[test]
fn a004_a02_data_has_the_stated_numbers() {
    let production = production();
    let mut rows: Vec<_> = DATABASES
        .iter()
        .map(|name| (format!("postgres-{name}"), 1, "10Gi", resources("250m", "512Mi", "500m", "1Gi")))
        .collect();
    let row = |name: &str, replicas, storage, resources| (name.to_owned(), replicas, storage, resources);
    rows.push(row("redis", 1, "5Gi", resources("100m", "256Mi", "250m", "512Mi")));
    rows.push(row("kafka", 3, "20Gi", resources("500m", "1Gi", "1000m", "2Gi")));
    rows.push(row("zookeeper", 3, "5Gi", resources("250m", "512Mi", "500m", "1Gi")));
    for (name, replicas, storage, resources) in rows {
        let set = production.one("StatefulSet", &name);
        assert_eq!(set["spec"]["replicas"], replicas, "{name}");
        holds(
            &set["spec"]["volumeClaimTemplates"],
            &format!("[{{ spec: {{ resources: {{ requests: {{ storage: {storage} }} }} }} }}]"),
        );
        holds(&production.container("StatefulSet", &name)["resources"], &resources);
    }
}

#[test]
fn a004_a02_pods_and_resources_of_production() {
    let all = production().totals(|_| true);
    assert_eq!(all.pods, (33, 102));
    assert_eq!(all.cpu, (7950, 19_250));
    // 13.25 Gi and 26.5 Gi.
    assert_eq!(all.memory, (13_568, 27_136));
    assert_eq!(most(&production()), ((22_600, 62_250), (35_584, 71_168)));
}

/// Sums of what the most pods request and may use: CPU in millicores, memory in MiB.
fn most(rendered: &Rendered) -> ((i64, i64), (i64, i64)) {
    let mut sums = ((0, 0), (0, 0));
    for workload in rendered.kind("Deployment").chain(rendered.kind("StatefulSet")) {
        let name = text(&workload["metadata"]["name"]);
        let (least, most) = rendered.pods(workload);
        let Totals { cpu, memory, .. } = rendered.totals(|other| other == name);
        let grown = |sum: i64| sum / least * most;
        sums.0 = (sums.0.0 + grown(cpu.0), sums.0.1 + grown(cpu.1));
        sums.1 = (sums.1.0 + grown(memory.0), sums.1.1 + grown(memory.1));
    }
    sums
}

#[test]
fn a004_a04_environments_differ_by_place_and_size() {
    let staging = Rendered::of(PLATFORM, "staging");
    assert_eq!(staging.names("Namespace"), ["cloudretail-staging"]);
    for (rendered, region, cluster) in [
        (&production(), "eu-central-1", "cloudretail-eu-1"),
        (&staging, "eu-west-1", "cloudretail-staging-1"),
    ] {
        let config = &rendered.one("ConfigMap", "cloudretail-config")["data"];
        holds(config, &format!("REGION: {region}\nAVAILABILITY_ZONE: {region}a\nCLUSTER_NAME: {cluster}"));
        for kind in ["Deployment", "StatefulSet", "Service"] {
            for object in rendered.kind(kind) {
                holds(&object["metadata"]["labels"], &format!("{{ region: {region}, cluster: {cluster} }}"));
            }
        }
    }
    assert_eq!(staging.totals(|_| true).pods.0, 7 + 5 + 1 + 1 + 1);
    // Selectors know neither region nor cluster: they could never change.
    for deployment in staging.kind("Deployment") {
        assert_eq!(deployment["spec"]["selector"]["matchLabels"].as_mapping().unwrap().len(), 1);
    }
    // Charts take them as values.
    let out = staging.environment.project.out;
    let values = std::fs::read_to_string(out.join("helm/cloudretail/values-staging.yaml")).unwrap();
    for parameter in ["region: eu-west-1", "cluster: cloudretail-staging-1", "AVAILABILITY_ZONE: eu-west-1a"]
    {
        assert!(values.contains(parameter), "{parameter} is no value");
    }
}

#[test]
fn a004_f02_c20_services_are_probed_and_alone_are_scraped() {
    let production = production();
    for (name, port, ..) in SERVICES {
        let container = production.container("Deployment", name);
        holds(
            container,
            "startupProbe: { httpGet: { path: /health, port: http } }
livenessProbe: { httpGet: { path: /health, port: http } }
readinessProbe: { httpGet: { path: /ready, port: http } }
lifecycle: { preStop: { exec: { command: [sleep, \"15\"] } } }",
        );
        let template = &production.one("Deployment", name)["spec"]["template"];
        holds(
            &template["metadata"]["annotations"],
            &format!(
                "prometheus.io/scrape: \"true\"\nprometheus.io/port: \"{port}\"\nprometheus.io/path: /metrics"
            ),
        );
    }
    for set in production.kind("StatefulSet") {
        let annotations = &set["spec"]["template"]["metadata"]["annotations"];
        assert!(annotations["prometheus.io/scrape"].is_null(), "{}", text(&set["metadata"]["name"]));
    }
}

#[test]
fn a004_f05_one_config_for_all_services() {
    let production = production();
    for (name, ..) in SERVICES {
        let container = production.container("Deployment", name);
        assert_eq!(
            container["envFrom"],
            serde_yaml::from_str::<Value>("[{ configMapRef: { name: cloudretail-config } }]").unwrap()
        );
    }
}

fn document(path: &str) -> String {
    let path = root().join("platforms/cloudretail/out/ops").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a004_a05_script_and_quick_reference() {
    // That the script works and that every command runs is proven in `tests/kit`.
    let script = document("deploy.sh");
    for verb in ["deploy ENV", "status ENV", "update ENV", "rollback ENV"] {
        assert!(script.contains(verb), "no `{verb}`");
    }
    let reference = document("docs/quick-reference.md");
    for command in [
        "out/ops/deploy.sh deploy prod",
        "out/ops/deploy.sh status prod",
        "out/ops/deploy.sh update prod",
        "kubectl -n cloudretail logs -l app=api-gateway",
        "kubectl -n cloudretail port-forward service/api-gateway 8080:8080",
    ] {
        assert!(reference.contains(command), "no `{command}`");
    }
    assert!(document("build-images.sh").contains("user-service"));
}
