//! 002: Tartware.

use super::rendered::{Rendered, holds, list, text};
use serde_yaml::Value;
use std::collections::BTreeSet;

mod observability;
mod topology;

const PLATFORM: &str = "tartware";
/// Services with fewest and most pods: three are named, four stand for the "other services".
const SERVICES: [(&str, i64, i64); 7] = [
    ("api-gateway", 10, 100),
    ("billing", 2, 40),
    ("core-service", 8, 80),
    ("guests", 2, 40),
    ("housekeeping", 2, 40),
    ("reservations", 8, 70),
    ("rooms", 2, 40),
];
/// Hosts that the world knows.
const HOSTS: [&str; 5] = ["api", "grafana", "jaeger", "prometheus", "rancher"];

fn production() -> Rendered {
    Rendered::of(PLATFORM, "prod")
}

/// Longest prefix and service of each route of a VirtualService, in their order.
fn routes(rendered: &Rendered, name: &str) -> Vec<(String, String)> {
    let routes = list(&rendered.one("VirtualService", name)["spec"]["http"]).iter();
    routes
        .map(|route| {
            let mut prefixes =
                list(&route["match"]).iter().filter_map(|found| found["uri"]["prefix"].as_str());
            let host = text(&route["route"][0]["destination"]["host"]);
            (prefixes.next_back().unwrap().to_owned(), host.split('.').next().unwrap().to_owned())
        })
        .collect()
}

#[test]
fn a002_a01_every_service_has_its_objects() {
    let production = production();
    for (name, _, _) in SERVICES {
        for kind in ["Deployment", "Service", "ServiceAccount", "DestinationRule"] {
            production.one(kind, name);
        }
        production.one("ServiceMonitor", &format!("{name}-monitor"));
        production.one("HorizontalPodAutoscaler", &format!("{name}-hpa"));
        production.one("PodDisruptionBudget", &format!("{name}-pdb"));
    }
    assert_eq!(routes(&production, "edge").last().unwrap(), &("/".to_owned(), "api-gateway".to_owned()));
}

#[test]
fn a002_a02_autoscalers_have_the_stated_numbers() {
    let production = production();
    for (name, least, most) in SERVICES {
        let scaler = production.one("HorizontalPodAutoscaler", &format!("{name}-hpa"));
        assert_eq!(scaler["apiVersion"], "autoscaling/v2");
        holds(
            &scaler["spec"],
            &format!(
                "{{ minReplicas: {least}, maxReplicas: {most}, behavior: {{ \
                 scaleUp: {{ stabilizationWindowSeconds: 0, policies: [{{ type: Percent, value: 100, periodSeconds: 15 }}] }}, \
                 scaleDown: {{ stabilizationWindowSeconds: 300, policies: [{{ type: Percent, value: 10, periodSeconds: 60 }}] }} }} }}"
            ),
        );
        let deployment = production.one("Deployment", name);
        assert!(deployment["spec"]["replicas"].is_null(), "{name} has a number beside its autoscaler");
        let metrics = list(&scaler["spec"]["metrics"]);
        // C10: with proxies beside it, only the service itself counts.
        // F02, C28: what pods use, and what callers see.
        assert_eq!(metrics.iter().filter(|metric| metric["type"] == "Pods").count(), 3, "{metrics:?}");
        for (resource, percent) in [("cpu", 70), ("memory", 75)] {
            let found = metrics.iter().find(|metric| metric["containerResource"]["name"] == resource);
            let target = &found.unwrap_or_else(|| panic!("{name}: no {resource}"))["containerResource"];
            assert_eq!(target["container"], name);
            assert_eq!(target["target"]["averageUtilization"].as_i64(), Some(percent));
        }
    }
}

#[test]
fn a002_a03_objects_of_the_platform() {
    let production = production();
    assert_eq!(production.names("PriorityClass"), ["tartware-critical", "tartware-standard"]);
    for (name, class) in [("core-service", "tartware-critical"), ("rooms", "tartware-standard")] {
        assert_eq!(production.pod("Deployment", name)["priorityClassName"], class);
    }
    // C13: computed from what everything needs at its most.
    let quota = &production.kind("ResourceQuota").next().expect("a quota")["spec"]["hard"];
    let pods: i64 = text(&quota["pods"]).parse().unwrap();
    assert!(pods >= 428, "the quota admits {pods} pods");
    assert_eq!(production.names("LimitRange").len(), 1);
    // C09: recommendations only, beside autoscalers.
    assert_eq!(production.names("VerticalPodAutoscaler").len(), SERVICES.len());
    for recommendation in production.kind("VerticalPodAutoscaler") {
        assert_eq!(recommendation["spec"]["updatePolicy"]["updateMode"], "Off");
    }
    for name in ["database-config", "redis-config", "messaging-config"] {
        production.one("ConfigMap", name);
    }
    // C26: namespaces are known by the label that they all carry.
    let selectors: BTreeSet<_> = production
        .kind("NetworkPolicy")
        .flat_map(|policy| list(&policy["spec"]["ingress"]).iter().chain(list(&policy["spec"]["egress"])))
        .flat_map(|rule| list(&rule["from"]).iter().chain(list(&rule["to"])))
        .filter_map(|peer| peer["namespaceSelector"]["matchLabels"].as_mapping())
        .flat_map(|labels| labels.keys().map(text))
        .collect();
    assert_eq!(selectors.into_iter().collect::<Vec<_>>(), ["kubernetes.io/metadata.name"]);
}

#[test]
fn a002_a06_the_mesh_and_the_certificates() {
    let production = production();
    assert!(production.kind("PeerAuthentication").any(|policy| {
        policy["spec"]["mtls"]["mode"] == "STRICT" && policy["spec"]["selector"].is_null()
    }));
    for (name, _, _) in SERVICES {
        let own = production.one("PeerAuthentication", name);
        holds(&own["spec"], "{ portLevelMtls: { \"9464\": { mode: PERMISSIVE } } }");
        assert!(own["spec"]["portLevelMtls"]["3000"].is_null(), "{name} takes requests in clear");
    }
    let hosts = list(&production.one("Gateway", "edge")["spec"]["servers"]);
    assert!(hosts.iter().any(|server| server["port"]["protocol"] == "HTTPS"));
    let caller = &production.one("AuthorizationPolicy", "billing")["spec"]["rules"][0]["from"][0]["source"];
    holds(caller, "{ principals: [cluster.local/ns/tartware-system/sa/api-gateway] }");
    // C07: Prometheus asks nobody who they are, so it is not published.
    let published: Vec<_> = hosts.iter().flat_map(|server| list(&server["hosts"])).map(text).collect();
    assert!(!published.contains(&"prometheus.tartware.local"), "{published:?}");
    // C05: one edge.
    assert!(production.names("Ingress").is_empty());
    // C06: nobody public signs these names.
    assert!(production.kind("ClusterIssuer").all(|issuer| issuer["spec"]["acme"].is_null()));
    let certified: BTreeSet<_> = production
        .kind("Certificate")
        .flat_map(|certificate| list(&certificate["spec"]["dnsNames"]))
        .map(text)
        .collect();
    for host in HOSTS {
        assert!(certified.contains(&*format!("{host}.tartware.local")), "{host} has no certificate");
    }
}

#[test]
fn a002_a08_data() {
    let production = production();
    holds(&production.one("Cluster", "postgres")["spec"], "{ instances: 3 }");
    holds(&production.one("Pooler", "postgres-pooler")["spec"], "{ type: rw, instances: 3 }");
    // C02: cluster mode, three masters with a copy each.
    holds(&production.one("StatefulSet", "redis")["spec"], "{ replicas: 6 }");
    // C01: one product a environment, one protocol.
    holds(&production.one("KafkaNodePool", "events")["spec"], "{ replicas: 3 }");
    let dev = Rendered::of(PLATFORM, "dev");
    assert!(dev.names("Kafka").is_empty());
    dev.one("StatefulSet", "events");
    // C20: no proxies of Consul's.
    let consul = &production.one("ConfigMap", "consul-config")["data"]["server.json"];
    let consul: Value = serde_yaml::from_str(text(consul)).unwrap();
    assert_eq!(consul["connect"]["enabled"].as_bool(), Some(false));
    // C21
    holds(&production.one("StatefulSet", "traces")["spec"], "{ replicas: 3 }");
}

#[test]
fn a002_a10_pods() {
    let totals = production().totals(|name| SERVICES.iter().any(|(service, _, _)| *service == name));
    assert_eq!(totals.pods, (34, 410));
}

/// An object for the cluster that manages the platform's.
fn cluster(file: &str) -> Value {
    let path = production().environment.project.out.join("cluster/prod/tartware").join(file);
    let objects = crate::objects::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    objects.into_values().next().unwrap()
}

#[test]
fn a002_a07_the_cluster_and_its_machines() {
    let made = cluster("cluster.yaml");
    let pools = list(&made["spec"]["rkeConfig"]["machinePools"]);
    // Three pools, together the 8 to 150 machines of the document (C14).
    let bound = |pool: &Value, bound: &str| {
        pool[bound].as_i64().unwrap_or_else(|| pool["quantity"].as_i64().expect("a number of machines"))
    };
    assert_eq!(pools.iter().map(|pool| bound(pool, "autoscalingMinSize")).sum::<i64>(), 8);
    assert_eq!(pools.iter().map(|pool| bound(pool, "autoscalingMaxSize")).sum::<i64>(), 150);
    for pool in ["control-plane", "compute", "memory"] {
        let machines = cluster(&format!("machines-{pool}.yaml"));
        // C17: fields are at the top, numbers are texts.
        assert!(machines["spec"].is_null(), "{pool}");
        assert!(text(&machines["memorySize"]).parse::<u32>().is_ok(), "{pool}");
        assert_eq!(machines["creationType"], "template");
    }
    // C15, C16: Rancher and what it needs are charts for another cluster, never among the platform's objects.
    let rancher = cluster("chart-rancher.yaml");
    holds(&rancher["spec"]["set"], "{ hostname: rancher.tartware.local, replicas: \"3\" }");
    assert!(production().objects.keys().all(|key| !key.api_version.contains("cattle.io")));
}

#[test]
fn a002_f04_scaling_takes_as_long_as_the_policies_say() {
    let production = production();
    for (name, least, most) in SERVICES {
        let scaler = production.one("HorizontalPodAutoscaler", &format!("{name}-hpa"));
        let behavior = &scaler["spec"]["behavior"];
        let policy = |way: &str| {
            let [policy] = list(&behavior[way]["policies"]) else { panic!("{name}: one policy {way}") };
            (policy["value"].as_i64().unwrap(), policy["periodSeconds"].as_i64().unwrap())
        };
        let (percent, period) = policy("scaleUp");
        let (mut pods, mut periods) = (least, 0);
        while pods < most {
            pods = (pods + (pods * percent + 99) / 100).min(most);
            periods += 1;
        }
        assert_eq!(periods * period, if least == 2 { 75 } else { 60 }, "{name} up");
        let (percent, period) = policy("scaleDown");
        let mut periods = 0;
        // What remains is rounded down.
        while pods > least {
            pods = (pods * (100 - percent) / 100).max(least);
            periods += 1;
        }
        let wanted = match name {
            "api-gateway" => 19,
            "reservations" => 17,
            _ => 18,
        };
        assert_eq!((period, periods), (60, wanted), "{name} down");
    }
}

#[test]
fn a002_f06_pods_keep_apart_and_nodes_can_be_drained() {
    let production = production();
    for (name, _, _) in SERVICES {
        let pod = production.pod("Deployment", name);
        let apart = &pod["affinity"]["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"];
        holds(&apart[0]["podAffinityTerm"], &format!("labelSelector: {{ matchLabels: {{ app: {name} }} }}"));
        holds(&pod["topologySpreadConstraints"], "[{ whenUnsatisfiable: ScheduleAnyway }]");
        let budget = &production.one("PodDisruptionBudget", &format!("{name}-pdb"))["spec"];
        assert_eq!(budget["maxUnavailable"].as_i64(), Some(1), "{name}");
    }
}

#[test]
fn a002_f14_databases_and_etcd_are_backed_up() {
    let production = production();
    holds(&production.one("ScheduledBackup", "postgres")["spec"], "cluster: { name: postgres }");
    holds(
        &production.one("Cluster", "postgres")["spec"]["backup"],
        "retentionPolicy: 14d\nbarmanObjectStore: { destinationPath: \"s3://tartware-backups/postgres\" }",
    );
    let etcd = &cluster("cluster.yaml")["spec"]["rkeConfig"]["etcd"];
    holds(etcd, "{ snapshotScheduleCron: \"0 */5 * * *\", snapshotRetention: 5 }");
}

#[test]
fn a002_dev_has_one_pod_of_each_service() {
    let dev = Rendered::of(PLATFORM, "dev");
    assert!(dev.names("HorizontalPodAutoscaler").is_empty());
    for (name, _, _) in SERVICES {
        assert_eq!(dev.pods(dev.one("Deployment", name)), (1, 1), "{name}");
    }
}
