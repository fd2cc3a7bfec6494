//! 004: CloudRetail.

use super::rendered::{Rendered, Totals, entries, holds, list, text};
use crate::kgen::root;
use serde_yaml::Value;

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
    assert!(count(&production, "PriorityClass") >= 2);
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
fn a004_c01_c11_one_autoscaler_owns_the_number_of_pods() {
    let production = production();
    let mut targets: Vec<_> = production
        .kind("HorizontalPodAutoscaler")
        .map(|scaler| text(&scaler["spec"]["scaleTargetRef"]["name"]).to_owned())
        .collect();
    targets.sort_unstable();
    targets.dedup();
    assert_eq!(targets.len(), 7);
    for deployment in production.kind("Deployment") {
        assert!(deployment["spec"]["replicas"].is_null());
    }
}

#[test]
fn a004_c02_c03_the_gateway_is_behind_the_edge_at_its_own_port() {
    let production = production();
    assert!(production.kind("Service").all(|service| service["spec"]["type"] != "LoadBalancer"));
    let edges: Vec<_> = production.kind("Ingress").collect();
    let [edge] = edges[..] else { panic!("one Ingress") };
    holds(
        &edge["spec"],
        "rules:
- host: api.cloudretail.example.com
  http:
    paths:
    - backend: { service: { name: api-gateway, port: { name: http } } }
tls: [{ hosts: [api.cloudretail.example.com], secretName: api-tls }]",
    );
    holds(&production.one("Service", "api-gateway")["spec"], "ports: [{ port: 8080, targetPort: http }]");
    holds(
        &production.one("Certificate", "api-tls")["spec"],
        "secretName: api-tls
dnsNames: [api.cloudretail.example.com]
issuerRef: { kind: ClusterIssuer }",
    );
}

#[test]
fn a004_c08_c16_pods_spread_and_budgets_keep_them() {
    let production = production();
    let budgets = production.names("PodDisruptionBudget");
    for (name, ..) in SERVICES {
        assert!(budgets.contains(&format!("{name}-pdb").as_str()), "{name}");
        let pod = production.pod("Deployment", name);
        // A wish: up to 20 pods on three nodes.
        holds(&pod["topologySpreadConstraints"], "[{ whenUnsatisfiable: ScheduleAnyway }]");
        let apart = &pod["affinity"]["podAntiAffinity"];
        assert!(!apart["preferredDuringSchedulingIgnoredDuringExecution"].is_null(), "{name}");
        assert!(apart["requiredDuringSchedulingIgnoredDuringExecution"].is_null(), "{name}");
    }
    assert!(budgets.contains(&"kafka-pdb") && budgets.contains(&"zookeeper-pdb"), "{budgets:?}");
}

#[test]
fn a004_c09_redis_keeps_its_events() {
    let production = production();
    let redis = production.container("StatefulSet", "redis");
    let args: Vec<_> = list(&redis["args"]).iter().map(text).collect();
    assert!(args.windows(2).any(|pair| pair == ["--appendonly", "yes"]), "{args:?}");
}

#[test]
fn a004_c14_cluster_scoped_objects_name_no_namespace() {
    let production = production();
    for kind in ["PriorityClass", "ClusterIssuer"] {
        for object in production.kind(kind) {
            assert!(object["metadata"]["namespace"].is_null(), "{kind}");
        }
    }
}

#[test]
fn a004_c17_c18_brokers_and_servers_take_their_numbers_from_their_pods() {
    let production = production();
    let kafka = production.container("StatefulSet", "kafka");
    assert!(text(&kafka["image"]).starts_with("apache/kafka:3."), "Kafka 4 has no ZooKeeper");
    let broker = &production.one("ConfigMap", "kafka-config")["data"];
    let properties = text(&broker["server.properties"]);
    for line in ["zookeeper.connect=zookeeper:2181", "default.replication.factor=3", "min.insync.replicas=2"]
    {
        assert!(properties.lines().any(|found| found == line), "{line}\n{properties}");
    }
    assert!(text(&broker["start.sh"]).contains("broker.id=$id"));
    let ensemble = &production.one("ConfigMap", "zookeeper-config")["data"];
    assert!(text(&ensemble["start.sh"]).contains("${HOSTNAME##*-} + 1"));
    for n in 1..=3 {
        let line = format!("server.{n}=zookeeper-{}.zookeeper:2888:3888", n - 1);
        assert!(text(&ensemble["zoo.cfg"]).lines().any(|found| found == line), "{line}");
    }
    // Nothing is left to the expansion of variables by Kubernetes.
    for name in ["kafka", "zookeeper"] {
        let variables = list(&production.container("StatefulSet", name)["env"]);
        assert!(variables.iter().all(|variable| !variable["value"].as_str().unwrap_or("").contains("$(")));
    }
}

#[test]
fn a004_c19_no_placeholder_is_in_the_tree() {
    let production = production();
    let secret = production.one("ExternalSecret", "cloudretail-secrets");
    let keys: Vec<_> = list(&secret["spec"]["data"]).iter().map(|entry| text(&entry["secretKey"])).collect();
    assert_eq!(keys.iter().filter(|key| key.ends_with("_DB_PASSWORD")).count(), 5);
    for key in ["JWT_SECRET", "ENCRYPTION_KEY", "STRIPE_SECRET_KEY", "PAYPAL_CLIENT_SECRET"] {
        assert!(keys.contains(&key), "{key} in {keys:?}");
    }
    let config = &production.one("ConfigMap", "cloudretail-config")["data"];
    let literal = entries(config).find(|(key, _)| key.contains("PASSWORD") || key.contains("SECRET"));
    assert!(literal.is_none(), "{literal:?}");
}

#[test]
fn a004_c12_c13_the_edge_limits_answers_and_adds_headers() {
    let production = production();
    let edges: Vec<_> = production.kind("Ingress").collect();
    let annotations = &edges[0]["metadata"]["annotations"];
    assert!(entries(annotations).all(|(key, _)| !key.contains("snippet")), "snippets are off by default");
    holds(
        annotations,
        "nginx.ingress.kubernetes.io/enable-cors: \"true\"
nginx.ingress.kubernetes.io/limit-rps: \"100\"",
    );
    let named = text(&annotations["nginx.ingress.kubernetes.io/custom-headers"]);
    let headers = &production.one("ConfigMap", named.rsplit('/').next().unwrap())["data"];
    for header in ["X-Frame-Options", "Content-Security-Policy"] {
        assert!(!headers[header].is_null(), "{header}");
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

#[test]
fn a004_c22_documents_name_no_folder_of_their_author() {
    let readme = std::fs::read_to_string(root().join("platforms/cloudretail/README.md")).unwrap();
    assert!(!readme.contains("/home/"));
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
