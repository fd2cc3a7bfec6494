//! Extra: raw Kubernetes objects, for what kgen has no kind for.

use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::provider::group;
use crate::k8s::{NAMESPACE, Object, order};
use crate::needs::{Needs, Offer};
use crate::scope::Scope;
use crate::tree::{Map, Tree};
use crate::value::raw::Raw;
use crate::workload::patch::tree_of;
use schemars::JsonSchema;
use serde::Deserialize;

mod api;
mod ingress;

/// One Kubernetes object as the API takes it; `metadata.namespace` is the platform's unless it is given.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Extra(Raw);

/// Kinds that stand outside of namespaces, of Kubernetes itself and of the operators that kgen knows.
const CLUSTER_SCOPED: &[&str] = &[
    "APIService",
    "CSIDriver",
    "CertificateSigningRequest",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterSecretStore",
    "ClusterTriggerAuthentication",
    "CustomResourceDefinition",
    "FlowSchema",
    "GatewayClass",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttributesClass",
    "VolumeSnapshotClass",
];

impl Extra {
    fn text(&self, pointer: &str) -> Option<&str> {
        self.0.0.pointer(pointer).and_then(serde_json::Value::as_str).filter(|text| !text.is_empty())
    }

    fn cluster_scoped(&self, scope: &Scope) -> bool {
        let group = group(self.text("/apiVersion").unwrap_or_default());
        self.text("/kind").is_some_and(|kind| {
            CLUSTER_SCOPED.contains(&kind) || scope.header.provides.is_cluster_scoped(group, kind)
        })
    }
}

/// Puts the namespace behind the name if the object names none.
fn place(metadata: &mut Map) {
    if !metadata.contains("namespace") {
        metadata.push("namespace", NAMESPACE.into());
    }
    order::arrange("ObjectMeta", metadata);
}

impl Component for Extra {
    fn needs(&self, _: &str, _: &At<'_>, _: &mut Needs) {}

    fn offer(&self, _: &str, _: &Files) -> Offer {
        Offer::Raw
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let wanted = [("/apiVersion", "apiVersion"), ("/kind", "kind"), ("/metadata/name", "metadata.name")];
        let missing: Vec<_> = wanted
            .into_iter()
            .filter(|(pointer, _)| self.text(pointer).is_none())
            .map(|(_, field)| format!("`{field}`"))
            .collect();
        if !missing.is_empty() {
            check
                .error("extra-shape", at, format!("the object `{name}` has no {}", missing.join(", no ")))
                .help("write it as for `kubectl apply`: `apiVersion`, `kind`, `metadata: { name: … }`");
        }
        let kind = self.text("/kind").unwrap_or_default();
        if kind == "List" || self.0.0.get("items").is_some_and(serde_json::Value::is_array) {
            check
                .error("extra-shape", &at.key("kind"), format!("`{name}` is a list of objects"))
                .help("write each object under a name of its own");
        }
        for field in ["data", "stringData"] {
            if kind == "Secret" && self.0.0.get(field).is_some() {
                check
                    .error(
                        "secret-literal",
                        &at.key(field),
                        format!("`{name}` is a secret with its material"),
                    )
                    .help("declare it in `secrets`, with `source: existing`, `external` or `sealed`");
            }
        }
        if self.cluster_scoped(scope) && self.text("/metadata/namespace").is_some() {
            check
                .error(
                    "cluster-scoped",
                    &at.key("metadata").key("namespace"),
                    format!("a {kind} stands outside of namespaces"),
                )
                .help("remove `namespace`");
        }
        if kind == "Ingress" {
            ingress::check(self, at, check);
        }
        api::check(self, at, scope.kubernetes, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let Some(Tree::Map(mut map)) = tree_of(&self.0.0) else { return Vec::new() };
        order::arrange("", &mut map);
        let cluster = self.cluster_scoped(scope);
        if let Some(metadata) = map.get_mut("metadata").and_then(Tree::as_map_mut)
            && !cluster
        {
            place(metadata);
        }
        let object = Object::from_tree(if cluster { "cluster" } else { name }, Tree::Map(map));
        let file = format!("{}-{name}", object.file);
        vec![if cluster { object.in_file(file) } else { object }]
    }
}
