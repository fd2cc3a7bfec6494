//! Every kind of the catalogue that runs pods is complete: what runs has probes, a security context that its namespace
//! admits, resources, a budget and a place apart if there are several, metrics, and a policy where policies are on.
//!
//! The kinds are those whose schema has the field `pod`; their components are those of all platforms and examples, each
//! rendered once more with `policy.network: default-deny`.

use crate::judges::none;
use crate::kgen::{files, root, succeeds};
use crate::objects::{self, Key, Objects};
use crate::projects::{self, Project};
use serde_yaml::{Mapping, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// A workload whose pods stay, and what stands around it.
struct Running<'a> {
    key: &'a Key,
    object: &'a Value,
    objects: &'a Objects,
}

/// The sections whose components run pods, and whether any of those was seen with metrics.
type Kinds = BTreeMap<String, Seen>;

#[derive(Default)]
struct Seen {
    workloads: usize,
    metrics: bool,
}

#[test]
fn every_kind_that_runs_pods_is_complete() {
    let mut kinds = kinds();
    assert!(kinds.len() > 10, "the schema has {} kinds with pods", kinds.len());
    let mut complaints = Vec::new();
    for project in projects::all() {
        let spec: Value =
            serde_yaml::from_slice(&std::fs::read(project.folder.join("platform.yaml")).unwrap()).unwrap();
        if kinds.keys().all(|section| spec[section.as_str()].is_null()) {
            continue;
        }
        let rendered = denying(&project, spec.clone());
        for environment in std::fs::read_dir(rendered.path().join("out/raw")).unwrap() {
            let environment = environment.unwrap().path();
            let objects = objects::read(&environment).unwrap();
            for (section, seen) in &mut kinds {
                for name in spec[section.as_str()].as_mapping().into_iter().flat_map(Mapping::keys) {
                    let name = name.as_str().unwrap();
                    for running in running(&environment.join(name), &objects) {
                        seen.workloads += 1;
                        seen.metrics |= running.gives_metrics();
                        let at = format!(
                            "{} {}: {section}: {}",
                            project.name,
                            environment.file_name().unwrap().to_string_lossy(),
                            running.key.name
                        );
                        complaints.extend(running.lacks().into_iter().map(|lack| format!("{at}: {lack}")));
                    }
                }
            }
        }
    }
    for (section, seen) in kinds {
        if seen.workloads == 0 {
            complaints.push(format!("no example runs pods of `{section}`"));
        } else if !seen.metrics {
            complaints.push(format!("nobody learns of metrics of `{section}`"));
        }
    }
    none(&complaints);
}

/// The sections whose components have the field `pod`.
fn kinds() -> Kinds {
    let schema: serde_json::Value = serde_json::from_str(&succeeds(root(), &["schema"])).unwrap();
    let sections = schema["properties"].as_object().unwrap().iter();
    let pods = sections.filter(|(_, section)| {
        let component = section["additionalProperties"]["$ref"].as_str().unwrap_or_default();
        let component = schema.pointer(component.trim_start_matches('#'));
        component.is_some_and(|component| component["properties"]["pod"]["$ref"] == "#/$defs/Tuning")
    });
    pods.map(|(name, _)| (name.clone(), Seen::default())).collect()
}

/// The project with policies that deny, rendered in a folder of its own.
fn denying(project: &Project, mut spec: Value) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files(&project.folder).iter().filter(|(path, _)| !path.starts_with("out")) {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    if spec["policy"]["network"].is_null() {
        let mut policy = spec["policy"].as_mapping().cloned().unwrap_or_default();
        policy.insert("network".into(), "default-deny".into());
        spec.as_mapping_mut().unwrap().insert("policy".into(), policy.into());
        let text = serde_yaml::to_string(&spec).unwrap();
        std::fs::write(folder.path().join("platform.yaml"), text).unwrap();
    }
    succeeds(folder.path(), &["render", "--format", "raw"]);
    folder
}

/// The workloads in the folder of a component whose pods stay.
fn running<'a>(folder: &Path, objects: &'a Objects) -> Vec<Running<'a>> {
    // An environment may be without the component.
    let own = if folder.exists() { objects::read(folder).unwrap() } else { Objects::new() };
    objects
        .iter()
        .filter(|(key, _)| ["Deployment", "StatefulSet", "DaemonSet"].contains(&&*key.kind))
        .filter(|(key, _)| own.contains_key(key))
        .map(|(key, object)| Running { key, object, objects })
        .collect()
}

impl<'a> Running<'a> {
    fn pod(&self) -> &'a Value {
        &self.object["spec"]["template"]["spec"]
    }

    fn labels(&self) -> &'a Value {
        &self.object["spec"]["template"]["metadata"]["labels"]
    }

    /// The objects of a kind that select the pods by labels below this path.
    fn selecting(&self, kind: &'a str, path: &'a str) -> impl Iterator<Item = &'a Value> {
        let (labels, namespace) = (self.labels(), self.key.namespace.clone());
        self.objects
            .iter()
            .filter(move |(key, _)| key.kind == kind && key.namespace == namespace)
            .map(|(_, object)| object)
            .filter(move |object| {
                let selector = &object["spec"][path]["matchLabels"];
                selector.as_mapping().is_some_and(|selector| {
                    selector.iter().all(|(key, value)| labels.get(key) == Some(value))
                })
            })
    }

    fn gives_metrics(&self) -> bool {
        let annotations = &self.object["spec"]["template"]["metadata"]["annotations"];
        annotations["prometheus.io/port"].is_string()
            || self.selecting("ServiceMonitor", "selector").next().is_some()
    }

    /// What it lacks.
    fn lacks(&self) -> Vec<String> {
        let mut lacks = Vec::new();
        let containers = list(&self.pod()["containers"]);
        for container in containers {
            let name = container["name"].as_str().unwrap();
            let mut must = |there: bool, what: &str| {
                if !there {
                    lacks.push(format!("{name} has no {what}"));
                }
            };
            must(container["livenessProbe"].is_mapping(), "livenessProbe");
            if container == &containers[0] {
                must(container["readinessProbe"].is_mapping(), "readinessProbe");
                // What reads its data first takes as long as that needs.
                let keeps = !self.object["spec"]["volumeClaimTemplates"].is_null();
                must(!keeps || container["startupProbe"].is_mapping(), "startupProbe");
            }
            for field in ["requests", "limits"] {
                must(container["resources"][field]["memory"].is_string(), &format!("{field} of memory"));
            }
        }
        let level = self.level();
        for (needs, what) in exceeded(self.pod()) {
            if level < needs {
                lacks.push(format!("{what}, and its namespace does not admit that"));
            }
        }
        let replicas = self.object["spec"]["replicas"].as_u64().unwrap_or(1);
        if replicas > 1 {
            if self.selecting("PodDisruptionBudget", "selector").next().is_none() {
                lacks.push("no PodDisruptionBudget".to_owned());
            }
            let spread = !list(&self.pod()["topologySpreadConstraints"]).is_empty();
            if !spread && self.pod()["affinity"]["podAntiAffinity"].is_null() {
                lacks.push("nothing keeps its pods apart".to_owned());
            }
        }
        let policies: Vec<_> = self.selecting("NetworkPolicy", "podSelector").collect();
        for direction in ["Ingress", "Egress"] {
            let ruled = |policy: &&Value| list(&policy["spec"]["policyTypes"]).contains(&direction.into());
            // The policy for everybody denies; another one says what these pods may do.
            let own = |policy: &&Value| !policy["spec"]["podSelector"]["matchLabels"]["app"].is_null();
            if !policies.iter().copied().filter(own).any(|policy| ruled(&policy)) {
                lacks.push(format!("no NetworkPolicy for {direction}"));
            }
        }
        lacks
    }

    /// The level that its namespace admits, which the spec writes.
    fn level(&self) -> Level {
        let namespace = self
            .objects
            .iter()
            .find(|(key, _)| key.kind == "Namespace" && key.name == self.key.namespace)
            .unwrap_or_else(|| panic!("{} has no namespace", self.key));
        match namespace.1["metadata"]["labels"]["pod-security.kubernetes.io/enforce"].as_str() {
            Some("restricted") | None => Level::Restricted,
            Some("baseline") => Level::Baseline,
            Some(_) => Level::Privileged,
        }
    }
}

/// A level of Pod Security.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Restricted,
    Baseline,
    Privileged,
}

/// What `restricted` refuses of a pod, with the level that admits it.
fn exceeded(pod: &Value) -> Vec<(Level, String)> {
    let mut found = Vec::new();
    for field in ["hostNetwork", "hostPID", "hostIPC"] {
        if pod[field] == Value::Bool(true) {
            found.push((Level::Privileged, field.to_owned()));
        }
    }
    for volume in list(&pod["volumes"]) {
        if !volume["hostPath"].is_null() {
            found.push((
                Level::Privileged,
                format!("a folder of the node: {}", volume["name"].as_str().unwrap()),
            ));
        }
    }
    let around = &pod["securityContext"];
    let containers = list(&pod["initContainers"]).iter().chain(list(&pod["containers"]));
    for container in containers {
        let name = container["name"].as_str().unwrap();
        let own = &container["securityContext"];
        let either = |path: &str| if own[path].is_null() { &around[path] } else { &own[path] };
        if own["privileged"] == Value::Bool(true) {
            found.push((Level::Privileged, format!("{name} is privileged")));
        }
        let rules = [
            (either("runAsNonRoot") == &Value::Bool(true), "may be root"),
            (either("runAsUser").as_u64() != Some(0), "is root"),
            (own["allowPrivilegeEscalation"] == Value::Bool(false), "may gain rights"),
            (list(&own["capabilities"]["drop"]).contains(&"ALL".into()), "keeps capabilities"),
            (own["capabilities"]["add"].is_null(), "gains capabilities"),
            (either("seccompProfile")["type"].as_str() == Some("RuntimeDefault"), "has no seccomp profile"),
            // No rule of that level, and one of ours.
            (own["readOnlyRootFilesystem"] == Value::Bool(true), "may write to its image's files"),
        ];
        found.extend(
            rules
                .into_iter()
                .filter(|(good, _)| !good)
                .map(|(_, what)| (Level::Baseline, format!("{name} {what}"))),
        );
    }
    found
}

fn list(value: &Value) -> &[Value] {
    value.as_sequence().map(Vec::as_slice).unwrap_or_default()
}
