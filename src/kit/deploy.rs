//! `deploy.sh`: brings an environment into a cluster, looks after it and takes it away.

use super::inventory::{Content, Entry, Needed, Wave};
use super::shell::{array, word};
use super::{Made, Whole};
use crate::fill::fill;
use std::fmt::Write as _;

const SCRIPT: &str = include_str!("../../templates/ops/deploy.sh");

/// The script.
pub(super) fn files(kit: &Whole<'_>) -> Vec<Made> {
    let names: Vec<_> = kit.contents.iter().map(|content| content.name.as_str()).collect();
    let cases: String = kit.contents.iter().map(case).collect();
    let text = fill(
        SCRIPT,
        &[
            ("HEADER", kit.outline.header().trim_end()),
            ("PLATFORM", &kit.outline.platform),
            ("ENVIRONMENTS", &names.join(", ")),
            ("FORM", kit.spec.form.name()),
            ("CASES", cases.trim_end()),
        ],
    );
    vec![Made::program("deploy.sh", text)]
}

/// What the script knows of an environment.
fn case(content: &Content) -> String {
    let mut out = format!("{})\n", word(&content.name));
    let _ = writeln!(out, "  namespace={}", word(&content.namespace));
    let waves: Vec<_> = content.waves.iter().map(|wave| applied(content, wave)).collect();
    out += &array("waves", &waves, "  ");
    let awaited: Vec<_> = content.waves.iter().map(|wave| awaited(content, wave)).collect();
    out += &array("awaited", &awaited, "  ");
    let jobs: Vec<_> = own(content.kind("Job")).map(|job| format!("{} {}", job.id.name, job.file)).collect();
    out += &array("jobs", &jobs, "  ");
    let beside: Vec<_> = content.namespaces.iter().map(|(name, file)| format!("{name} {file}")).collect();
    out += &array("beside", &beside, "  ");
    let secrets: Vec<_> = content.secrets.iter().map(|secret| needed(content, secret)).collect();
    out += &array("secrets", &secrets, "  ");
    let kinds: Vec<_> = content
        .foreign_kinds()
        .into_iter()
        .map(|(version, kinds)| format!("{version} {}", kinds.into_iter().collect::<Vec<_>>().join(" ")))
        .collect();
    out += &array("kinds", &kinds, "  ");
    out += &array("colors", &colors(content), "  ");
    out + "  ;;\n"
}

fn own<'c>(entries: impl Iterator<Item = &'c Entry>) -> impl Iterator<Item = &'c Entry> {
    entries.filter(|entry| entry.id.namespace.is_none())
}

/// Folders of a wave; where an object has a namespace of its own, `FILE@NAMESPACE` and the other files.
fn applied(content: &Content, wave: &Wave) -> String {
    let mut items = Vec::new();
    for folder in &wave.folders {
        let entries = || content.entries.iter().filter(|entry| entry.folder == *folder);
        if entries().all(|entry| entry.id.namespace.is_none()) {
            items.push(folder.clone());
        } else {
            items.extend(entries().map(|entry| match &entry.id.namespace {
                Some(namespace) => format!("{}@{namespace}", entry.file),
                None => entry.file.clone(),
            }));
        }
    }
    items.join(" ")
}

/// A secret with its keys.
fn needed(content: &Content, Needed { name, namespace, keys }: &Needed) -> String {
    let beside = if *namespace == content.namespace { String::new() } else { format!("@{namespace}") };
    format!("{name}{beside} {}", keys.join(" "))
}

/// What has to be ready before the next wave: `KIND/NAME`, with `@NAMESPACE` where that is not the platform's, and with
/// `=CONDITION` where it is no workload.
fn awaited(content: &Content, wave: &Wave) -> String {
    let entries = wave
        .folders
        .iter()
        .flat_map(|folder| content.entries.iter().filter(move |entry| entry.folder == *folder));
    let found: Vec<_> = entries.filter(|entry| content.owns(entry)).filter_map(ready).collect();
    found.join(" ")
}

/// What a switch between two colours changes: the component, its Service, the preview's, the budget and the autoscaler.
fn colors(content: &Content) -> Vec<String> {
    let colored = |path: &'static [&'static str]| {
        move |entry: &&Entry| entry.tree.at(path).is_some() && entry.id.namespace.is_none()
    };
    let services = || content.kind("Service").filter(colored(&["spec", "selector", "color"]));
    let named = |kind: &'static str, path: &'static [&'static str], folder: &str| {
        let found = content.kind(kind).filter(colored(path)).find(|entry| entry.folder == folder);
        found.map_or("-", |entry| entry.id.name.as_str()).to_owned()
    };
    let mut found = Vec::new();
    for service in services() {
        let preview = format!("{}-preview", service.id.name);
        if services().any(|other| other.id.name == preview) {
            let folder = &service.folder;
            let budget = named("PodDisruptionBudget", &["spec", "selector", "matchLabels", "color"], folder);
            let scaler = named("HorizontalPodAutoscaler", &["spec", "scaleTargetRef"], folder);
            found.push(format!("{folder} {} {preview} {budget} {scaler}", service.id.name));
        }
    }
    found
}

/// Certificates are not waited for: an authority may ask the edge, which comes last; pods wait for theirs by themselves.
fn ready(entry: &Entry) -> Option<String> {
    let group = entry.id.api_version.split_once('/').map_or("", |(group, _)| group);
    let condition = match (group, entry.id.kind.as_str()) {
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet")
        | ("batch", "Job")
        | ("argoproj.io", "Rollout") => "",
        ("apiextensions.k8s.io", "CustomResourceDefinition") => "=condition=Established",
        ("kafka.strimzi.io", "Kafka")
        | ("external-secrets.io", "ExternalSecret")
        | ("postgresql.cnpg.io", "Cluster") => "=condition=Ready",
        ("elasticsearch.k8s.elastic.co", "Elasticsearch") => "=jsonpath={.status.phase}=Ready",
        _ => return None,
    };
    let beside = entry.id.namespace.as_ref().map(|namespace| format!("@{namespace}"));
    Some(entry.reference() + &beside.unwrap_or_default() + condition)
}
