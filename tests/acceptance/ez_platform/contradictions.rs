//! 000: how the document's contradictions are resolved, as far as the output shows it.

use super::super::rendered::{Rendered, holds, list, text};
use super::{PLATFORM, SERVICES, config, production};

#[test]
fn a000_c25_dev_fits_into_minikube() {
    let dev = Rendered::of(PLATFORM, "dev").totals(|_| true);
    assert!(dev.cpu.0 <= 2000, "{} millicores", dev.cpu.0);
    assert!(dev.memory.0 <= 7 * 1024, "{} MiB", dev.memory.0);
}

#[test]
fn a000_c02_the_cache_holds_its_maps() {
    for (environment, limit) in [("dev", 1024), ("staging", 1024), ("prod", 8192)] {
        let rendered = Rendered::of(PLATFORM, environment);
        let container = rendered.container("StatefulSet", "hazelcast");
        let mut env = list(&container["env"]).iter();
        let options = text(&env.find(|variable| variable["name"] == "JAVA_OPTS").unwrap()["value"]);
        let heap: i64 = options.split_once("-Xmx").unwrap().1.trim_end_matches('m').parse().unwrap();
        // Three quarters of the limit at most, and room for both maps of 256 MB.
        assert!(heap * 4 <= limit * 3 && heap >= 512, "{environment}: {heap} of {limit}");
        let memory = if limit == 1024 { "1Gi" } else { "8Gi" };
        holds(container, &format!("resources: {{ limits: {{ memory: {memory} }} }}"));
    }
}

#[test]
fn a000_c07_c08_clusters_form_themselves() {
    let production = production();
    // The replica set by a Job, never by an init container.
    for set in production.kind("StatefulSet") {
        for init in list(&set["spec"]["template"]["spec"]["initContainers"]) {
            assert!(!serde_yaml::to_string(init).unwrap().contains("initiate"), "{init:?}");
        }
    }
    let wanted: serde_json::Value =
        serde_json::from_str(config(&production, "mongodb-init", "set.json")).unwrap();
    assert_eq!(
        wanted["members"],
        serde_json::json!(["mongodb-0.mongodb", "mongodb-1.mongodb", "mongodb-2.mongodb"])
    );
    let hosts = config(&production, "services-config", "mongodb-hosts");
    assert_eq!(hosts.matches(".mongodb:27017").count(), 3);
    // Kafka without ZooKeeper: brokers that are controllers, an id that stays, three copies of which two must be there.
    let kafka = production.one("ConfigMap", "kafka-config");
    let text = serde_yaml::to_string(&kafka["data"]).unwrap();
    for setting in
        ["process.roles", "controller.quorum", "default.replication.factor=3", "min.insync.replicas=2"]
    {
        assert!(text.contains(setting), "{setting} in {text}");
    }
    assert!(!text.contains("zookeeper"), "{text}");
}

#[test]
fn a000_c09_c10_the_frontend_is_reached_one_way() {
    let kind = |environment: &str| {
        let rendered = Rendered::of(PLATFORM, environment);
        let balancers: Vec<_> = rendered
            .kind("Service")
            .filter(|service| service["spec"]["type"] == "LoadBalancer")
            .map(|service| text(&service["metadata"]["name"]).to_owned())
            .collect();
        (balancers, rendered.names("Ingress").len())
    };
    assert_eq!(kind("dev"), (vec!["frontend".to_owned()], 0));
    assert_eq!(kind("staging"), (Vec::new(), 1));
    assert_eq!(kind("prod"), (Vec::new(), 1));
}

#[test]
fn a000_c11_c12_all_but_the_scheduler_scale() {
    let production = production();
    for (name, _, pods, _) in SERVICES {
        let deployment = production.one("Deployment", name);
        if name == "scheduling" {
            holds(&deployment["spec"], "{ replicas: 1, strategy: { type: Recreate } }");
            assert!(!production.names("HorizontalPodAutoscaler").contains(&"scheduling-hpa"));
            continue;
        }
        assert!(deployment["spec"]["replicas"].is_null(), "{name}");
        let scaler = production.one("HorizontalPodAutoscaler", &format!("{name}-hpa"));
        holds(
            &scaler["spec"],
            &format!(
                "minReplicas: {pods}
metrics: [{{ type: Resource, resource: {{ name: cpu, target: {{ type: Utilization, averageUtilization: 70 }} }} }}]
"
            ),
        );
    }
    assert!(!production.names("PodDisruptionBudget").contains(&"scheduling-pdb"));
}

#[test]
fn a000_c19_c28_what_may_run_together() {
    let production = production();
    for name in ["grafana", "prometheus"] {
        holds(&production.one("Deployment", name)["spec"], "{ replicas: 1, strategy: { type: Recreate } }");
    }
    let hard = |environment: &str, name: &str| {
        let rendered = Rendered::of(PLATFORM, environment);
        !rendered.pod("StatefulSet", name)["affinity"]["podAntiAffinity"]
            ["requiredDuringSchedulingIgnoredDuringExecution"]
            .is_null()
    };
    assert!(hard("prod", "mongodb") && hard("prod", "kafka"));
    assert!(!hard("staging", "mongodb") && !hard("dev", "kafka") && !hard("prod", "hazelcast"));
    for name in ["elasticsearch", "hazelcast", "kafka", "mongodb"] {
        holds(production.one("PodDisruptionBudget", &format!("{name}-pdb")), "spec: { maxUnavailable: 1 }");
    }
}

#[test]
fn a000_c15_images_are_pinned() {
    for workload in ["Deployment", "StatefulSet", "Job", "CronJob", "DaemonSet"] {
        let production = production();
        for object in production.kind(workload) {
            let pod = match workload {
                "CronJob" => &object["spec"]["jobTemplate"]["spec"]["template"]["spec"],
                _ => &object["spec"]["template"]["spec"],
            };
            for container in list(&pod["containers"]).iter().chain(list(&pod["initContainers"])) {
                let image = text(&container["image"]);
                let tag = image.rsplit('/').next().unwrap().split_once(':').map(|(_, tag)| tag);
                assert!(tag.is_some_and(|tag| tag != "latest"), "{image}");
                assert_ne!(container["imagePullPolicy"], "Always", "{image}");
            }
        }
    }
}
