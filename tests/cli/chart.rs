//! Names of files and of values that people read: the same in every environment, and none that a machine chose.

use super::Folder;
use serde_yaml::Value;
use std::fs;

/// In `dev` nothing is backed up, and one broker keeps one copy of each message: another Job makes the topics.
const SPEC: &str = r#"
platform: shop
policy: { network: default-deny }
environments:
  dev: { kafka: { events: { replicas: 1 } }, postgres: { db: { backup: null } } }
  prod: {}
secrets: { login: { source: existing, keys: [password] } }
postgres:
  db: { storage: 1Gi, database: shop, password: login/password, backup: { schedule: "0 3 * * *", storage: 1Gi } }
kafka:
  events: { replicas: 3, storage: 1Gi, topics: { orders: { partitions: 3 } } }
"#;

fn rendered() -> Folder {
    let folder = Folder::new();
    folder.write("platform.yaml", SPEC);
    let (code, _, err) = folder.kgen("render");
    assert_eq!(code, 0, "{err}");
    folder
}

fn read(folder: &Folder, file: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(folder.path(file)).unwrap()).unwrap()
}

#[test]
fn a_job_has_the_same_file_in_every_environment() {
    let folder = rendered();
    let name = |file: &str| read(&folder, file)["metadata"]["name"].as_str().unwrap().to_owned();
    let dev = name("out/raw/dev/events/job-topics.yaml");
    assert_eq!(name("out/kustomize/overlays/dev/events/job-topics.yaml"), dev);
    // They do something else, so that they are two.
    let prod = name("out/raw/prod/events/job-topics.yaml");
    assert_eq!(name("out/kustomize/base/events/job-topics.yaml"), prod);
    assert_ne!(dev, prod);
    let (base, over) =
        (read(&folder, "out/helm/shop/values.yaml"), read(&folder, "out/helm/shop/values-dev.yaml"));
    assert_eq!(
        (&base["events"]["topics"]["enabled"], &base["events"]["topicsDev"]["enabled"]),
        (&true.into(), &false.into())
    );
    assert_eq!(
        (&over["events"]["topics"]["enabled"], &over["events"]["topicsDev"]["enabled"]),
        (&false.into(), &true.into())
    );
    assert!(folder.path("out/helm/shop/templates/events/job-topics-dev.yaml").exists());
    assert_eq!(base["events"]["topics"]["networkPolicy"]["enabled"], true);
}

#[test]
fn a_backup_has_one_switch() {
    let folder = rendered();
    let base = read(&folder, "out/helm/shop/values.yaml");
    assert_eq!(base["db"]["backup"]["persistence"]["size"], "1Gi");
    let over = read(&folder, "out/helm/shop/values-dev.yaml");
    let off: Vec<_> =
        over["db"].as_mapping().unwrap().iter().filter(|(_, value)| value.get("enabled").is_some()).collect();
    assert_eq!(off.len(), 1, "{off:?}");
    assert_eq!(over["db"]["backup"], serde_yaml::from_str::<Value>("{ enabled: false }").unwrap());
}

#[test]
fn the_number_of_pods_is_a_knob_where_the_author_chooses_it() {
    let base = read(&rendered(), "out/helm/shop/values.yaml");
    assert_eq!(base["events"]["replicas"], 3);
    assert!(base["db"].get("replicas").is_none(), "independent servers behind one Service");
}
