//! 000: what runs beside the services: logs, alerts, and the rights of who looks for pods.

use super::super::rendered::{Rendered, holds, list, text};
use super::{PLATFORM, config, production};
use serde_yaml::Value;

const ENVIRONMENTS: [&str; 3] = ["dev", "staging", "prod"];

fn read(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn a000_f14_c04_logs_are_shipped_kept_and_shown() {
    for environment in ENVIRONMENTS {
        let rendered = Rendered::of(PLATFORM, environment);
        let namespace = &rendered.environment.namespace;
        // From every node, those of the platform's namespace alone.
        let pipeline = read(config(&rendered, "fluent-bit-config", "fluent-bit.yaml"));
        let pipeline = &pipeline["pipeline"];
        holds(&pipeline["inputs"][0], &format!("path: \"/var/log/containers/*_{namespace}_*.log\""));
        holds(
            &pipeline["outputs"][0],
            &format!(
                "{{ name: es, host: elasticsearch.{namespace}.svc, port: 9200, logstash_prefix: logs, http_user: elastic }}"
            ),
        );
        let env = list(&rendered.container("DaemonSet", "fluent-bit")["env"]);
        holds(
            &env.iter().find(|variable| variable["name"] == "ELASTIC_PASSWORD").unwrap()["valueFrom"],
            "{ secretKeyRef: { name: log-shipper, key: elastic-password } }",
        );
        // Kept for as long as the metrics.
        let nightly = &rendered.one("CronJob", "elasticsearch-retention")["spec"]["jobTemplate"]["spec"];
        let env = list(&nightly["template"]["spec"]["containers"][0]["env"]);
        for (name, value) in [("INDICES", "logs-*"), ("KEEP_SECONDS", "1296000")] {
            let found = env.iter().find(|variable| variable["name"] == *name).unwrap();
            assert_eq!(text(&found["value"]), value, "{name}");
        }
        let sources = read(config(&rendered, "grafana-datasources", "datasources.yaml"));
        let mut sources = list(&sources["datasources"]).iter();
        holds(
            sources.find(|source| source["type"] == "elasticsearch").expect("Grafana shows no logs"),
            "{ url: \"http://elasticsearch:9200\", jsonData: { index: logs-* } }",
        );
    }
}

#[test]
fn a000_f14_the_log_shipper_lowers_nobody_elses_level() {
    for environment in ENVIRONMENTS {
        let rendered = Rendered::of(PLATFORM, environment);
        let namespace = rendered.environment.namespace.clone();
        let beside = format!("{namespace}-logging");
        for (name, level) in [(&namespace, "restricted"), (&beside, "privileged")] {
            let labels = &rendered.one("Namespace", name)["metadata"]["labels"];
            assert_eq!(labels["pod-security.kubernetes.io/enforce"], level, "{name}");
        }
        let mut pods = rendered.objects.iter().filter(|(key, object)| {
            key.namespace == beside && !object["spec"]["template"]["spec"]["containers"].is_null()
        });
        assert!(pods.all(|(key, _)| key.name == "fluent-bit"), "{beside}");
    }
}

#[test]
fn a000_f14_monitoring_has_alerts() {
    let production = production();
    let settings = read(config(&production, "prometheus-config", "prometheus.yml"));
    assert_eq!(settings["rule_files"][0], "/etc/prometheus/*.rules.yml");
    let rules = config(&production, "prometheus-config", "platform.rules.yml");
    for alert in [
        "ServiceUnavailable",
        "PodsUnavailable",
        "ErrorRateHigh",
        "LatencyP95High",
        "LatencyP99High",
        "MemoryExhausted",
    ] {
        assert!(rules.contains(&format!("alert: {alert}\n")), "{alert} in {rules}");
    }
    // As .NET's client counts.
    assert!(rules.contains("http_requests_received_total{") && rules.contains("code=~\"5..\""), "{rules}");
}

#[test]
fn a000_c20_prometheus_may_look_for_pods_and_nothing_else() {
    for environment in ENVIRONMENTS {
        let rendered = Rendered::of(PLATFORM, environment);
        let namespace = &rendered.environment.namespace;
        let spaces = [namespace.clone(), format!("{namespace}-logging")];
        let of = |kind: &str| -> Vec<(&str, &Value)> {
            let found =
                rendered.objects.iter().filter(|(key, _)| key.kind == kind && key.name == "prometheus");
            found.map(|(key, object)| (key.namespace.as_str(), object)).collect()
        };
        let (roles, bindings) = (of("Role"), of("RoleBinding"));
        assert_eq!(roles.iter().map(|(namespace, _)| *namespace).collect::<Vec<_>>(), spaces);
        for (_, role) in roles {
            holds(&role["rules"], "[{ apiGroups: [\"\"], resources: [pods], verbs: [get, list, watch] }]");
        }
        assert_eq!(bindings.len(), 2);
        for (_, binding) in bindings {
            holds(&binding["subjects"][0], &format!("{{ name: prometheus, namespace: {namespace} }}"));
        }
        let pod = rendered.pod("Deployment", "prometheus");
        assert_eq!(text(&pod["serviceAccountName"]), "prometheus");
        // The shipper, which is in the other one, is asked too.
        let settings = read(config(&rendered, "prometheus-config", "prometheus.yml"));
        let mut jobs = list(&settings["scrape_configs"]).iter();
        let job = jobs.find(|job| job["job_name"] == "fluent-bit").expect("nobody asks the shipper");
        holds(&job["kubernetes_sd_configs"][0]["namespaces"], &format!("{{ names: [{}] }}", spaces[1]));
    }
}
