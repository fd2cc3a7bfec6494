//! One environment of a platform as its raw output has it, and ways to look into it.

use crate::kgen::root;
use crate::objects::{self, Objects};
use crate::projects::{Environment, Project};
use serde_yaml::Value;

/// What the raw output of an environment holds.
pub(super) struct Rendered {
    /// Where it comes from.
    pub(super) environment: Environment,
    /// The objects.
    pub(super) objects: Objects,
}

/// Fewest and most pods, and the sums of what the fewest request and may use: CPU in millicores, memory in MiB.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) pods: (i64, i64),
    pub(super) cpu: (i64, i64),
    pub(super) memory: (i64, i64),
}

impl Rendered {
    /// An environment of a platform of this repository.
    pub(super) fn of(platform: &str, environment: &str) -> Self {
        let project = Project::new(&root().join("platforms").join(platform));
        let found = project.environments().into_iter().find(|candidate| candidate.name == environment);
        Self::new(found.unwrap_or_else(|| panic!("{platform} has no environment {environment}")))
    }

    /// What an environment holds.
    pub(super) fn new(environment: Environment) -> Self {
        let objects =
            objects::read(&environment.raw()).unwrap_or_else(|error| panic!("{environment}: {error}"));
        Self { environment, objects }
    }

    /// The objects of each component, by the name of its folder.
    pub(super) fn by_component(&self) -> Vec<(String, Objects)> {
        let raw = self.environment.raw();
        let mut folders: Vec<_> =
            std::fs::read_dir(&raw).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        folders
            .into_iter()
            .map(|folder| {
                let name = folder.file_name().unwrap().to_string_lossy().into_owned();
                (name, objects::read(&folder).unwrap_or_else(|error| panic!("{error}")))
            })
            .collect()
    }

    /// The objects of a kind.
    pub(super) fn kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.objects.iter().filter(move |(key, _)| key.kind == kind).map(|(_, value)| value)
    }

    /// The names of the objects of a kind, sorted.
    pub(super) fn names(&self, kind: &str) -> Vec<&str> {
        let mut names: Vec<_> =
            self.objects.keys().filter(|key| key.kind == kind).map(|key| key.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The one object of this kind and name.
    pub(super) fn one(&self, kind: &str, name: &str) -> &Value {
        self.objects
            .iter()
            .find(|(key, _)| key.kind == kind && key.name == name)
            .map_or_else(|| panic!("{} has no {kind} {name}", self.environment), |(_, value)| value)
    }

    /// The spec of the pods of a workload.
    pub(super) fn pod(&self, kind: &str, name: &str) -> &Value {
        &self.one(kind, name)["spec"]["template"]["spec"]
    }

    /// The first container of a workload's pods.
    pub(super) fn container(&self, kind: &str, name: &str) -> &Value {
        &self.pod(kind, name)["containers"][0]
    }

    /// The fewest and the most pods of a workload.
    pub(super) fn pods(&self, workload: &Value) -> (i64, i64) {
        let name = text(&workload["metadata"]["name"]);
        let scaler = self.kind("HorizontalPodAutoscaler").find(|scaler| {
            let target = &scaler["spec"]["scaleTargetRef"];
            target["kind"] == workload["kind"] && target["name"] == *name
        });
        let count = |value: &Value| value.as_i64().unwrap_or_else(|| panic!("{name} has no number of pods"));
        match scaler {
            Some(scaler) => (count(&scaler["spec"]["minReplicas"]), count(&scaler["spec"]["maxReplicas"])),
            None => (count(&workload["spec"]["replicas"]), count(&workload["spec"]["replicas"])),
        }
    }

    /// The totals of the workloads that are asked for.
    pub(super) fn totals(&self, asked: impl Fn(&str) -> bool) -> Totals {
        let mut totals = Totals::default();
        for workload in self.kind("Deployment").chain(self.kind("StatefulSet")) {
            if !asked(text(&workload["metadata"]["name"])) {
                continue;
            }
            let (least, most) = self.pods(workload);
            totals.pods.0 += least;
            totals.pods.1 += most;
            for container in list(&workload["spec"]["template"]["spec"]["containers"]) {
                let resources = &container["resources"];
                totals.cpu.0 += least * millicores(&resources["requests"]["cpu"]);
                totals.cpu.1 += least * millicores(&resources["limits"]["cpu"]);
                totals.memory.0 += least * mebibytes(&resources["requests"]["memory"]);
                totals.memory.1 += least * mebibytes(&resources["limits"]["memory"]);
            }
        }
        totals
    }
}

/// A text that must be there.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value:?} is not a text"))
}

/// The items of a list, which may be absent.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_sequence().map_or(&[], Vec::as_slice)
}

/// The entries of a map, which may be absent.
pub(super) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_mapping().into_iter().flatten().map(|(key, value)| (text(key), value))
}

/// Whether what is `expected` is there: maps may hold more keys, everything else is equal.
///
/// # Panics
/// If `expected` is not YAML.
pub(super) fn holds(actual: &Value, expected: &str) {
    let expected: Value = serde_yaml::from_str(expected).unwrap();
    if let Some(difference) = missing(actual, &expected) {
        panic!("{difference}\nin {}", serde_json::to_string_pretty(actual).unwrap());
    }
}

fn missing(actual: &Value, expected: &Value) -> Option<String> {
    match (actual, expected) {
        (Value::Mapping(actual), Value::Mapping(expected)) => expected.iter().find_map(|(key, value)| {
            let Some(found) = actual.get(key) else { return Some(format!(".{}: missing", text(key))) };
            missing(found, value).map(|place| format!(".{}{place}", text(key)))
        }),
        (Value::Sequence(actual), Value::Sequence(expected)) if actual.len() == expected.len() => {
            actual.iter().zip(expected).enumerate().find_map(|(n, (actual, expected))| {
                missing(actual, expected).map(|place| format!("[{n}]{place}"))
            })
        }
        _ => (actual != expected).then(|| format!(": expected {expected:?}, got {actual:?}")),
    }
}

fn millicores(value: &Value) -> i64 {
    let text = text(value);
    text.strip_suffix('m').map_or_else(|| text.parse::<i64>().unwrap() * 1000, |milli| milli.parse().unwrap())
}

fn mebibytes(value: &Value) -> i64 {
    let text = text(value);
    let (number, factor) = match text.strip_suffix("Gi") {
        Some(number) => (number, 1024),
        None => (text.strip_suffix("Mi").unwrap_or_else(|| panic!("{text} in Mi or Gi")), 1),
    };
    number.parse::<i64>().unwrap() * factor
}
