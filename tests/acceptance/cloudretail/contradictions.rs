//! 004: how the document's contradictions are resolved.

use super::{SERVICES, production};
use crate::acceptance::rendered::{entries, holds, list, text};
use crate::kgen::{files, root};

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
        // F03: nothing goes before what takes its place.
        holds(
            &production.one("Deployment", name)["spec"]["strategy"],
            "{ type: RollingUpdate, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }",
        );
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
nginx.ingress.kubernetes.io/cors-allow-origin: https://www.cloudretail.example.com
nginx.ingress.kubernetes.io/limit-rps: \"100\"
nginx.ingress.kubernetes.io/limit-burst-multiplier: \"3\"
nginx.ingress.kubernetes.io/limit-connections: \"10\"
nginx.ingress.kubernetes.io/proxy-body-size: 10m
nginx.ingress.kubernetes.io/proxy-read-timeout: \"60\"",
    );
    let named = text(&annotations["nginx.ingress.kubernetes.io/custom-headers"]);
    let headers = &production.one("ConfigMap", named.rsplit('/').next().unwrap())["data"];
    holds(
        headers,
        "X-Frame-Options: DENY
X-Content-Type-Options: nosniff
Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    );
}

#[test]
fn a004_c22_documents_name_no_folder_of_their_author() {
    let folder = root().join("platforms/cloudretail");
    let written = files(&folder).into_iter().filter(|(path, _)| {
        path.extension().is_some_and(|ending| ["md", "sh", "txt"].iter().any(|known| ending == *known))
    });
    let mut seen = 0;
    for (path, bytes) in written {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("/home/") && !text.contains("ecdwa2"), "{}", path.display());
        seen += 1;
    }
    assert!(seen > 5, "{seen} documents and scripts");
}
