//! The judge of rules: every rule of every platform and example is checked by `promtool`, and every alert that kgen
//! derives is shown to fire when its threshold is passed and to rest when it is not.

use crate::judges::{self, none, run};
use crate::objects;
use crate::projects::{self, Environment};
use serde_yaml::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

mod scenario;

/// Groups of rules by where they come from: files of a Prometheus server, and PrometheusRules.
fn groups(environment: &Environment) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (key, object) in objects::read(&environment.raw()).unwrap() {
        if key.kind == "PrometheusRule" {
            let groups = BTreeMap::from([("groups", object["spec"]["groups"].clone())]);
            found.insert(key.to_string(), serde_yaml::to_value(groups).unwrap());
        }
        for (file, text) in object["data"].as_mapping().into_iter().flatten() {
            let file = file.as_str().unwrap_or_default();
            if key.kind == "ConfigMap" && file.ends_with(".rules.yml") {
                let rules = serde_yaml::from_str(text.as_str().unwrap()).unwrap();
                found.insert(format!("{key} {file}"), rules);
            }
        }
    }
    found
}

/// A folder of this process for files that promtool reads.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("kgen-alerts-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn all() -> Vec<(String, Value)> {
    let named = |environment: &Environment| {
        groups(environment)
            .into_iter()
            .map(|(origin, rules)| (format!("{environment}: {origin}"), rules))
            .collect::<Vec<_>>()
    };
    let all: Vec<_> = projects::environments().iter().flat_map(named).collect();
    assert!(all.len() >= 4, "there are {} files of rules only", all.len());
    all
}

#[test]
fn promtool_accepts_all_rules() {
    let Some(promtool) = judges::tool("promtool") else { return };
    let folder = folder("check");
    let complaints = judges::for_all(&all(), |(origin, rules)| {
        let path = folder.join(format!("{}.yml", origin.replace(|c: char| !c.is_alphanumeric(), "-")));
        std::fs::write(&path, serde_yaml::to_string(rules).unwrap()).unwrap();
        let result =
            run(Command::new(&promtool).args(["check", "rules", "--lint=all", "--lint-fatal"]).arg(&path));
        result.err().map(|error| format!("{origin}: {error}")).into_iter().collect()
    });
    std::fs::remove_dir_all(&folder).unwrap();
    none(&complaints);
}

#[test]
fn promtool_accepts_all_configurations() {
    let Some(promtool) = judges::tool("promtool") else { return };
    let folder = folder("config");
    let mut found = 0;
    let mut complaints = Vec::new();
    for environment in projects::environments() {
        for (key, object) in objects::read(&environment.raw()).unwrap() {
            let Some(text) = object["data"]["prometheus.yml"].as_str() else { continue };
            found += 1;
            let mut config: Value = serde_yaml::from_str(text).unwrap();
            for job in config["scrape_configs"].as_sequence_mut().into_iter().flatten() {
                // The judge is built without the discovery of Kubernetes; everything around it is judged.
                if let Some(discovery) = job.as_mapping_mut().unwrap().remove("kubernetes_sd_configs") {
                    assert!(
                        discovery[0]["role"].is_string(),
                        "{environment}: {key}: a discovery without a role"
                    );
                }
            }
            let path = folder.join(format!("{found}.yml"));
            std::fs::write(&path, serde_yaml::to_string(&config).unwrap()).unwrap();
            let result = run(Command::new(&promtool).args(["check", "config", "--syntax-only"]).arg(&path));
            complaints.extend(result.err().map(|error| format!("{environment}: {key}: {error}")));
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(found >= 4, "there are {found} configurations only");
    none(&complaints);
}

#[test]
fn derived_alerts_fire_when_they_must_and_only_then() {
    let Some(promtool) = judges::tool("promtool") else { return };
    let folder = folder("test");
    let derived: Vec<_> = all().into_iter().filter(|(_, rules)| scenario::is_derived(rules)).collect();
    assert!(!derived.is_empty(), "no platform and no example has derived alerts");
    let complaints = judges::for_all(&derived, |(origin, rules)| {
        let stem = origin.replace(|c: char| !c.is_alphanumeric(), "-");
        let file = format!("{stem}.yml");
        std::fs::write(folder.join(&file), serde_yaml::to_string(rules).unwrap()).unwrap();
        let tests = scenario::tests(&file, rules);
        let path = folder.join(format!("{stem}-test.yml"));
        std::fs::write(&path, tests.to_string()).unwrap();
        let output = Command::new(&promtool).args(["test", "rules"]).arg(&path).output().unwrap();
        if output.status.success() {
            return Vec::new();
        }
        vec![format!("{origin}: {}", crate::kgen::both(&output))]
    });
    none(&complaints);
    std::fs::remove_dir_all(&folder).unwrap();
}
