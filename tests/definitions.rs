//! Custom resources against the definitions that their operators publish, in `tests/crds`.

use crate::judges::none;
use crate::kgen::{files, root};
use crate::objects;
use crate::projects;
use kgen::diagnostic::format::{self, Format};
use kgen::k8s::definition::{Definitions, Verdict};
use kgen::k8s::provider;
use kgen::render::Project;
use kgen::tree::Tree;
use serde::Deserialize as _;
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A kind that is written without a definition at hand.
const WITHOUT: &str = "helm.cattle.io HelmChart";

/// The folder of published definitions.
pub(crate) fn folder() -> PathBuf {
    root().join("tests/crds")
}

/// The definitions in the files of a folder.
pub(crate) fn read(folder: &Path) -> Vec<Value> {
    let mut definitions = Vec::new();
    for (path, bytes) in files(folder) {
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = String::from_utf8(bytes).unwrap();
            definitions.extend(serde_yaml::Deserializer::from_str(&text).map(|document| {
                Value::deserialize(document).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            }));
        }
    }
    definitions
}

/// Group and kind of what a folder defines.
fn defined(folder: &Path) -> BTreeSet<String> {
    let name = |definition: Value| {
        let spec = &definition["spec"];
        format!("{} {}", spec["group"].as_str().unwrap(), spec["names"]["kind"].as_str().unwrap())
    };
    read(folder).into_iter().map(name).collect()
}

/// Group and kind of the custom resources that a project writes.
fn written(project: &projects::Project) -> BTreeSet<String> {
    ["raw", "cluster"]
        .iter()
        .filter_map(|part| std::fs::read_dir(project.out.join(part)).ok())
        .flatten()
        .flat_map(|environment| objects::read(&environment.unwrap().path()).unwrap().into_keys())
        .filter(|key| !provider::is_built_in(&key.api_version))
        .map(|key| format!("{} {}", provider::group(&key.api_version), key.kind))
        .collect()
}

#[test]
fn what_is_written_is_defined_and_what_is_defined_is_written() {
    let mut needed = BTreeSet::new();
    for project in projects::all() {
        let own = project.definitions().map(|folder| defined(&folder)).unwrap_or_default();
        needed.extend(written(&project).difference(&own).cloned());
    }
    assert!(needed.remove(WITHOUT), "{WITHOUT} is not written any more");
    let there = defined(&folder());
    let mut complaints = Vec::new();
    for kind in needed.difference(&there) {
        complaints.push(format!("{kind} is written and not defined: add it as tests/crds/README.md says"));
    }
    for kind in there.difference(&needed) {
        complaints.push(format!("{kind} is defined in tests/crds, and no platform or example writes it"));
    }
    none(&complaints);
}

#[test]
fn every_definition_says_where_it_is_from_and_under_which_licence() {
    let mut complaints = Vec::new();
    for (path, bytes) in files(&folder()) {
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        let first = text.lines().next().unwrap();
        let licence = first.split_once("Licence: ").map_or("", |(_, rest)| rest.split(". ").next().unwrap());
        let licence = licence.trim_end_matches('.');
        // The whole repository is under Apache-2.0, so its text is there.
        let known = licence == "Apache-2.0" || folder().join(format!("LICENSES/{licence}.txt")).is_file();
        if !first.contains(" (release ") || !known {
            complaints.push(format!("{}: {first}", path.display()));
        }
    }
    none(&complaints);
}

#[test]
fn every_custom_resource_fits_its_definition() {
    let mut complaints = Vec::new();
    for found in projects::all() {
        let mut project = Project::load(&found.folder.join("platform.yaml"), &[]).unwrap();
        project.check_definitions(&folder()).unwrap();
        // Whether there is a definition at all is asked above.
        let unfit = |code: &str| code == "api-version" || code.starts_with("crd-") && code != "crd-missing";
        if project.findings.sorted().iter().any(|finding| unfit(finding.code)) {
            let text = format::render(Format::Text, &project.findings, &project.sources, false);
            complaints.push(format!("{}:\n{text}", found.name));
        }
    }
    none(&complaints);
}

/// One fault each, in kinds of several operators: what is said names the place.
#[test]
fn published_definitions_find_faults() {
    let definitions = all();
    let rows = [
        (
            "cert-manager.io/v1",
            "Certificate",
            "{secretName: a, issuerRef: {name: b}, dnsName: [c]}",
            "`spec.dnsName` is no field",
        ),
        ("cert-manager.io/v1", "Certificate", "{issuerRef: {name: b}}", "`spec` has no `secretName`"),
        (
            "monitoring.coreos.com/v1",
            "ServiceMonitor",
            "{selector: {}, endpoints: [{port: 80}]}",
            "`spec.endpoints[0].port` is a whole number, not text",
        ),
        (
            "monitoring.coreos.com/v1",
            "ServiceMonitor",
            "{selector: {}, endpoints: [{interval: 5 minutes}]}",
            "`spec.endpoints[0].interval` has a form that is not taken",
        ),
        (
            "monitoring.coreos.com/v1",
            "PrometheusRule",
            "{groups: [{name: a, rules: [{alert: b}]}]}",
            "`spec.groups[0].rules[0]` has no `expr`",
        ),
        (
            "gateway.networking.k8s.io/v1",
            "HTTPRoute",
            "{rules: [{matches: [{path: {type: Prefix, value: /}}]}]}",
            "`spec.rules[0].matches[0].path.type` has a value that is not taken",
        ),
        (
            "gateway.networking.k8s.io/v1",
            "HTTPRoute",
            "{hostnames: [A_B]}",
            "`spec.hostnames[0]` has a form that is not taken",
        ),
        (
            "networking.istio.io/v1",
            "VirtualService",
            "{http: [{route: [{destination: {host: a}, weigth: 1}]}]}",
            "`spec.http[0].route[0].weigth` is no field",
        ),
        (
            "keda.sh/v1alpha1",
            "ScaledObject",
            "{scaleTargetRef: {name: a}, triggers: [{type: cron, metadata: {start: 8}}]}",
            "`spec.triggers[0].metadata.start` is a whole number, not text",
        ),
        ("postgresql.cnpg.io/v1", "Cluster", "{instances: 0, storage: {size: 1Gi}}", "`spec.instances` is 0"),
        (
            "argoproj.io/v1alpha1",
            "Rollout",
            "{strategy: {blueGreen: {activeService: a, previewServices: b}}}",
            "`spec.strategy.blueGreen.previewServices` is no field",
        ),
        (
            "autoscaling.k8s.io/v1",
            "VerticalPodAutoscaler",
            "{targetRef: {kind: Deployment, name: a}, updatePolicy: {updateMode: Never}}",
            "`spec.updatePolicy.updateMode` has a value that is not taken",
        ),
    ];
    let mut complaints = Vec::new();
    for (version, kind, spec, said) in rows {
        let spec: serde_json::Value = serde_yaml::from_str(spec).unwrap();
        let object = serde_json::json!({ "apiVersion": version, "kind": kind, "metadata": { "name": "a" }, "spec": spec });
        let tree: Tree = kgen::tree::serialize::to_tree(&object, |_, _| ());
        match definitions.judge(&tree) {
            Verdict::Checked(misfits) if misfits.len() == 1 && misfits[0].message.contains(said) => {}
            other => complaints.push(format!("{kind} {spec}: expected {said}, found {other:?}")),
        }
    }
    let old = serde_json::json!({ "apiVersion": "kafka.strimzi.io/v1beta2", "kind": "Kafka", "metadata": { "name": "a" } });
    let served = definitions.judge(&kgen::tree::serialize::to_tree(&old, |_, _| ()));
    assert_eq!(served, Verdict::NotServed(vec!["kafka.strimzi.io/v1".to_owned()]));
    none(&complaints);
}

/// All published definitions, as kgen reads them.
fn all() -> Definitions {
    let mut definitions = Definitions::default();
    for (path, bytes) in files(&folder()) {
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!(definitions.add(&path.display().to_string(), &text), Ok(1), "{}", path.display());
        }
    }
    definitions
}
