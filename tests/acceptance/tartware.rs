//! 002: Tartware.

use super::rendered::{Rendered, holds, list, text};
use serde_yaml::Value;
use std::collections::BTreeSet;

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
        production.one("ServiceMonitor", &format!("{name}-monitor"));
    }
    let route = &production.one("VirtualService", "edge")["spec"]["http"][0]["route"][0]["destination"];
    assert!(text(&route["host"]).starts_with("api-gateway."), "{route:?}");
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
    let caller =
        &production.one("AuthorizationPolicy", "core-service")["spec"]["rules"][0]["from"][0]["source"];
    holds(caller, "{ principals: [cluster.local/ns/tartware-system/sa/api-gateway] }");
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

#[test]
fn a002_a07_the_cluster_and_its_machines() {
    let out = production().environment.project.out.join("cluster/prod/tartware");
    let read = |file: &str| crate::objects::parse(&std::fs::read_to_string(out.join(file)).unwrap()).unwrap();
    let cluster = read("cluster.yaml").into_values().next().unwrap();
    let pools = list(&cluster["spec"]["rkeConfig"]["machinePools"]);
    // Three pools, together the 8 to 150 machines of the document (C14).
    let bound = |pool: &Value, bound: &str| {
        pool[bound].as_i64().unwrap_or_else(|| pool["quantity"].as_i64().expect("a number of machines"))
    };
    assert_eq!(pools.iter().map(|pool| bound(pool, "autoscalingMinSize")).sum::<i64>(), 8);
    assert_eq!(pools.iter().map(|pool| bound(pool, "autoscalingMaxSize")).sum::<i64>(), 150);
    for pool in ["control-plane", "compute", "memory"] {
        let machines = read(&format!("machines-{pool}.yaml")).into_values().next().unwrap();
        // C17: fields are at the top, numbers are texts.
        assert!(machines["spec"].is_null(), "{pool}");
        assert!(text(&machines["memorySize"]).parse::<u32>().is_ok(), "{pool}");
        assert_eq!(machines["creationType"], "template");
    }
    // C15, C16: Rancher and what it needs are charts for another cluster, never among the platform's objects.
    let rancher = read("chart-rancher.yaml").into_values().next().unwrap();
    holds(&rancher["spec"]["set"], "{ hostname: rancher.tartware.local, replicas: \"3\" }");
    assert!(production().objects.keys().all(|key| !key.api_version.contains("cattle.io")));
}

#[test]
fn a002_a04_alerts_and_recording_rules() {
    let production = production();
    let rules: Vec<_> = production
        .kind("PrometheusRule")
        .flat_map(|rule| list(&rule["spec"]["groups"]))
        .flat_map(|group| list(&group["rules"]))
        .collect();
    let recorded: Vec<_> = rules.iter().filter_map(|rule| rule["record"].as_str()).collect();
    for part in ["requests", "errors", "p95", "p99", "pods"] {
        assert!(recorded.iter().any(|name| name.contains(part)), "no {part} in {recorded:?}");
    }
    let alerts: Vec<_> = rules.iter().filter(|rule| !rule["alert"].is_null()).collect();
    let fires_at = |threshold: &str, severity: &str| {
        alerts
            .iter()
            .any(|alert| text(&alert["expr"]).contains(threshold) && alert["labels"]["severity"] == severity)
    };
    // C11, C12: early warnings, and the stated thresholds where somebody must act.
    for (threshold, severity) in [
        ("25000", "critical"),
        ("19800", "warning"),
        ("> 0.05", "critical"),
        ("> 0.01", "warning"),
        ("> 0.5", "warning"),
        ("> 1", "critical"),
    ] {
        assert!(fires_at(threshold, severity), "nothing says {severity} at {threshold}: {alerts:#?}");
    }
    assert!(production.names("ConfigMap").iter().any(|name| name.contains("dashboards")));
}

#[test]
fn a002_a05_traces_are_sampled_when_they_are_whole() {
    let production = production();
    assert_eq!(production.pod("Deployment", "jaeger")["containers"][0]["name"], "jaeger");
    let texts: Vec<_> = production
        .kind("ConfigMap")
        .filter(|config| text(&config["metadata"]["name"]).contains("collector"))
        .flat_map(|config| config["data"].as_mapping().unwrap().values().map(text))
        .collect();
    let all = texts.join("\n");
    // C03, C04: everything comes to the first tier, which sends each trace to one sampler.
    for part in
        ["loadbalancing", "routing_key: traceID", "tail_sampling", "status_code", "latency", "probabilistic"]
    {
        assert!(all.contains(part), "no {part} in {all}");
    }
}
