//! Texts that YAML, templates and shells misread: they arrive as they were written, through every
//! output and every tool, as values and, where Kubernetes allows it, as keys.

use crate::judges::{self, HELMS, KUSTOMIZES, none, run, tool};
use crate::kgen::succeeds;
use crate::objects::{self, Objects, difference};
use crate::projects::{Environment, Project};
use serde_yaml::{Mapping, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use texts::{ANNOTATION_KEYS, DATA_KEYS, ENV_KEYS, TEXTS};

mod texts;

/// All texts, long ones included.
fn texts() -> Vec<String> {
    let mut all: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    all.push("long ".repeat(400).trim_end().to_owned());
    all.push("x".repeat(5000));
    all.push(format!("{}\n{}\n", "wide ".repeat(60).trim_end(), "y".repeat(3000)));
    all
}

/// What a place should hold, by key.
type Expected = BTreeMap<String, String>;

/// What one environment should hold.
struct Intended {
    data: Expected,
    env: Expected,
    annotations: Expected,
    args: Vec<String>,
}

impl Intended {
    /// Annotations of a whole object: Kustomize reads some keys there as numbers, and kgen refuses those.
    fn of_object(&self) -> Expected {
        self.annotations
            .iter()
            .filter(|(key, _)| key.starts_with('a'))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }
}

/// The texts in all three places; `turn` gives other environments other texts for most keys.
fn intended(turn: usize) -> Intended {
    let mut texts = texts();
    texts.rotate_left(turn);
    let place = |prefix: &str, keys: &[&str]| -> Expected {
        let mut place: Expected =
            texts.iter().enumerate().map(|(n, text)| (format!("{prefix}{n}"), text.clone())).collect();
        place.extend(keys.iter().enumerate().map(|(n, key)| ((*key).to_owned(), texts[n].clone())));
        // The same in every environment.
        place.insert(format!("{prefix}SAME"), "{{ on }}: 'same' # \"text\"".to_owned());
        place
    };
    Intended {
        data: place("K", DATA_KEYS),
        env: place("E", ENV_KEYS),
        annotations: place("a", ANNOTATION_KEYS),
        args: texts.clone(),
    }
}

fn map(out: &mut String, indent: usize, name: &str, entries: &Expected) {
    let pad = " ".repeat(indent);
    writeln!(out, "{pad}{name}:").unwrap();
    for (key, text) in entries {
        writeln!(out, "{pad}  {}: {}", quoted(key), quoted(text)).unwrap();
    }
}

/// JSON's strings are YAML's double-quoted ones.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn parts(out: &mut String, indent: usize, intended: &Intended) {
    let pad = " ".repeat(indent);
    writeln!(out, "{pad}config:").unwrap();
    map(out, indent + 2, "nasty", &intended.data);
    writeln!(out, "{pad}services:\n{pad}  web:").unwrap();
    map(out, indent + 4, "env", &intended.env);
    map(out, indent + 4, "podAnnotations", &intended.annotations);
    writeln!(out, "{pad}    service:").unwrap();
    map(out, indent + 6, "annotations", &intended.of_object());
    let args: Vec<_> = intended.args.iter().map(|text| quoted(text)).collect();
    writeln!(out, "{pad}    args: [{}]", args.join(", ")).unwrap();
}

fn spec() -> String {
    let mut spec = String::from("platform: nasty\nkubernetes: \"1.30\"\nenvironments:\n");
    for (turn, name) in [(7, "dev"), (31, "prod")] {
        writeln!(spec, "  {name}:").unwrap();
        parts(&mut spec, 4, &intended(turn));
    }
    parts(&mut spec, 0, &intended(0));
    spec.push_str("    image: example.com/web:1.0.0\n    port: 8080\n    envFrom: [nasty]\n");
    spec
}

#[test]
fn texts_arrive_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("nasty");
    std::fs::create_dir(&home).unwrap();
    std::fs::write(home.join("platform.yaml"), spec()).unwrap();
    succeeds(&home, &["render"]);
    let project = Project::new(&home);
    let mut complaints = Vec::new();
    for environment in project.environments() {
        let turn = if environment.name == "dev" { 7 } else { 31 };
        let intended = intended(turn);
        for (reader, objects) in readings(&environment) {
            let found = match objects {
                Ok(objects) => check(&objects, &intended),
                Err(error) => vec![error],
            };
            complaints
                .extend(found.into_iter().map(|line| format!("{environment}, read by {reader}: {line}")));
        }
    }
    none(&complaints);
}

/// The objects of an environment as each tool reads them.
fn readings(environment: &Environment) -> Vec<(String, Result<Objects, String>)> {
    let mut readings = vec![("yaml_serde from raw".to_owned(), objects::read(&environment.raw()))];
    if let Some(kubectl) = tool("kubectl") {
        let mut command = Command::new(kubectl);
        command.args([
            "label",
            "--local",
            "--recursive",
            "--output",
            "json",
            "read-by=kubectl",
            "--filename",
        ]);
        readings.push((
            "kubectl from raw".to_owned(),
            run(command.arg(environment.raw())).and_then(|text| stream(&text)),
        ));
    }
    for name in KUSTOMIZES {
        readings.extend(
            tool(name).map(|judge| ((*name).to_owned(), judges::kustomize(&judge, &environment.overlay()))),
        );
    }
    for name in HELMS {
        readings.extend(
            tool(name).map(|judge| ((*name).to_owned(), judges::helm_template(&judge, environment, &[]))),
        );
    }
    readings
}

/// JSON documents one after another, or a list of them.
fn stream(text: &str) -> Result<Objects, String> {
    let mut yaml = String::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>() {
        let document = document.map_err(|error| error.to_string())?;
        let items = document["items"].as_array().cloned().unwrap_or_else(|| vec![document.clone()]);
        for item in items {
            writeln!(yaml, "---\n{item}").unwrap();
        }
    }
    objects::parse(&yaml)
}

fn check(objects: &Objects, intended: &Intended) -> Vec<String> {
    let find = |kind: &str, name: &str| {
        objects.iter().find(|(key, _)| key.kind == kind && key.name == name).map(|(_, value)| value)
    };
    let Some(config) = find("ConfigMap", "nasty") else { return vec!["no ConfigMap `nasty`".to_owned()] };
    let Some(web) = find("Deployment", "web") else { return vec!["no Deployment `web`".to_owned()] };
    let Some(service) = find("Service", "web") else { return vec!["no Service `web`".to_owned()] };
    let template = &web["spec"]["template"];
    let mut env = Mapping::new();
    for variable in template["spec"]["containers"][0]["env"].as_sequence().into_iter().flatten() {
        env.insert(variable["name"].clone(), variable["value"].clone());
    }
    let mut annotations = template["metadata"]["annotations"].as_mapping().cloned().unwrap_or_default();
    annotations.retain(|key, _| key.as_str().is_some_and(|key| intended.annotations.contains_key(key)));
    let of_object = intended.of_object();
    let places = [
        ("annotations of the Service", &of_object, service["metadata"]["annotations"].clone()),
        ("data", &intended.data, config["data"].clone()),
        ("env", &intended.env, Value::Mapping(env)),
        ("annotations", &intended.annotations, Value::Mapping(annotations)),
    ];
    let args = intended.args.iter().cloned().map(Value::String).collect();
    let mut complaints: Vec<String> =
        difference(&Value::Sequence(args), &template["spec"]["containers"][0]["args"]).into_iter().collect();
    for (place, expected, actual) in places {
        for (key, text) in expected {
            let found = actual.get(key.as_str()).cloned().unwrap_or_default();
            complaints.extend(
                difference(&Value::String(text.clone()), &found)
                    .map(|line| format!("{place} {}{line}", quoted(key))),
            );
        }
        if actual.as_mapping().map_or(0, Mapping::len) != expected.len() {
            complaints.push(format!("{place} holds keys that nobody wrote"));
        }
    }
    complaints
}
