//! Law 2, as far as schemas say: every object has a kind that is served at the lowest version of
//! Kubernetes that the spec supports and at the newest one, and no field that is unknown there.

use crate::definitions;
use crate::judges::{for_all, missing, none, run, tool};
use crate::kgen::root;
use crate::projects::{self, Environment};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The newest version that there are schemas of.
const NEWEST: &str = "1.37.0";

/// An object with a field that no API server knows.
const WRONG: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  replica: 2
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a } }
    spec: { containers: [{ name: a, image: a:1 }] }
";

#[test]
fn schemas_accept_every_object() {
    none(&refused(&projects::environments()));
}

/// What schemas refuse in the raw output of these environments.
pub(crate) fn refused(environments: &[Environment]) -> Vec<String> {
    let Some(judge) = tool("kubeconform") else { return Vec::new() };
    let schemas = root().join(".judges/schemas");
    if !schemas.is_dir() {
        missing("the schemas of Kubernetes");
        return Vec::new();
    }
    let custom = tempfile::tempdir().unwrap();
    custom_schemas(custom.path());
    let mut folders: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for environment in environments {
        for version in [environment.project.kubernetes(), NEWEST.to_owned()] {
            folders.entry(version).or_default().push(environment.raw());
        }
    }
    let check = |version: &str, paths: &[PathBuf]| {
        let mut command = Command::new(&judge);
        command
            .args(["-strict", "-kubernetes-version", version, "-schema-location"])
            .arg(schemas.join("{{ .NormalizedKubernetesVersion }}-local{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json"))
            .arg("-schema-location")
            .arg(custom.path().join("{{ .Group }}_{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json"));
        run(command.args(paths))
    };
    let wrong = custom.path().join("wrong.yaml");
    std::fs::write(&wrong, WRONG).unwrap();
    assert!(check(NEWEST, &[wrong]).is_err_and(|error| error.contains("replica")), "the judge does not bite");
    // Schemas are large: one run for all that are judged by the same ones.
    let jobs: Vec<_> = folders.into_iter().collect();
    for_all(&jobs, |(version, folders)| {
        check(version, folders).err().into_iter().map(|error| format!("at {version}: {error}")).collect()
    })
}

/// Writes a closed schema for each version of each definition: of the published ones, and of those that projects bring.
fn custom_schemas(folder: &Path) {
    let mut written = BTreeSet::new();
    let own = projects::all().into_iter().filter_map(|project| project.definitions());
    // What is published goes before what a project brings: an example's definition is cut down.
    for definition in
        std::iter::once(definitions::folder()).chain(own).flat_map(|from| definitions::read(&from))
    {
        let spec = &definition["spec"];
        let group = spec["group"].as_str().unwrap();
        let kind = spec["names"]["kind"].as_str().unwrap().to_lowercase();
        for version in spec["versions"].as_sequence().unwrap() {
            if version["served"].as_bool() == Some(false) {
                continue;
            }
            let name = format!("{group}_{kind}_{}", version["name"].as_str().unwrap());
            let schema: serde_json::Value =
                serde_json::to_value(&version["schema"]["openAPIV3Schema"]).unwrap();
            if written.insert(name.clone()) {
                let closed = serde_json::to_string(&close(schema, true)).unwrap();
                std::fs::write(folder.join(format!("{name}.json")), closed).unwrap();
            }
        }
    }
}

/// Makes a structural schema refuse unknown fields, as an API server does with strict validation.
fn close(mut schema: serde_json::Value, root: bool) -> serde_json::Value {
    use serde_json::{Value, json};
    let Value::Object(map) = &mut schema else { return schema };
    if map.get("x-kubernetes-int-or-string") == Some(&Value::Bool(true)) {
        return json!({ "type": ["integer", "string"] });
    }
    if map.get("nullable") == Some(&Value::Bool(true)) {
        let kind = map.get("type").cloned().unwrap_or_default();
        map.insert("type".to_owned(), json!([kind, "null"]));
    }
    // The formats of OpenAPI are not those of JSON Schema.
    map.shift_remove("format");
    let open = map.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true))
        || map.get("x-kubernetes-embedded-resource") == Some(&Value::Bool(true));
    if let Some(Value::Object(properties)) = map.get_mut("properties") {
        for value in properties.values_mut() {
            *value = close(value.take(), false);
        }
        if root {
            for (name, kind) in [("apiVersion", "string"), ("kind", "string"), ("metadata", "object")] {
                properties.insert(name.to_owned(), json!({ "type": kind }));
            }
        }
        if !open && !map.contains_key("additionalProperties") {
            map.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = map.get_mut(key).filter(|inner| inner.is_object()) {
            *inner = close(inner.take(), false);
        }
    }
    schema
}

#[test]
fn the_table_of_new_fields_says_what_the_schemas_say() {
    if !root().join(".judges/schemas").is_dir() {
        return missing("the schemas of Kubernetes");
    }
    let derived = run(Command::new("python3").arg(root().join("tests/judges/introduced"))).unwrap();
    let committed = std::fs::read_to_string(root().join("src/k8s/since/table.rs")).unwrap();
    assert_eq!(committed, derived, "tests/judges/introduced > src/k8s/since/table.rs");
}
