//! Custom resources against the published definitions of their operators, in `../shared/crds` beside the repository.

use crate::judges::{missing, none};
use crate::kgen::root;
use crate::projects;
use kgen::diagnostic::format::{self, Format};
use kgen::k8s::definition::{Definitions, Verdict};
use kgen::render::Project;
use kgen::tree::Tree;
use std::path::PathBuf;

/// Kinds that no published definition is at hand for: our own examples, and kinds that are made at run time.
const WITHOUT: &[&str] = &["Backup", "Vault", "HelmChart"];

fn folder() -> Option<PathBuf> {
    let folder = root().join("../shared/crds");
    if folder.is_dir() {
        return Some(folder);
    }
    missing("the folder ../shared/crds");
    None
}

#[test]
fn every_custom_resource_fits_its_definition() {
    let Some(folder) = folder() else { return };
    let mut complaints = Vec::new();
    for found in projects::all() {
        let mut project = Project::load(&found.folder.join("platform.yaml"), &[]).unwrap();
        project.check_definitions(&folder).unwrap();
        let list = project.findings.sorted();
        let unexpected = list.iter().any(|finding| {
            finding.code.starts_with("crd-") && !WITHOUT.iter().any(|kind| finding.message.contains(kind))
        });
        if unexpected {
            let text = format::render(Format::Text, &project.findings, &project.sources, false);
            complaints.push(format!("{}:\n{text}", found.name));
        }
    }
    none(&complaints);
}

/// One fault each, in kinds of several operators: what is said names the place.
#[test]
fn published_definitions_find_faults() {
    let Some(folder) = folder() else { return };
    let definitions = all(&folder);
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

/// All definitions of a folder.
fn all(folder: &std::path::Path) -> Definitions {
    let mut definitions = Definitions::default();
    let mut number = 0;
    for (path, bytes) in crate::kgen::files(folder) {
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = String::from_utf8(bytes).unwrap();
            number += definitions.add(&path.display().to_string(), &text).unwrap();
        }
    }
    assert!(number >= 60, "only {number} definitions were read");
    definitions
}
