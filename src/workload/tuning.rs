//! What authors may say about the pods of a ready-made component, such as a database.

use super::patch::Patches;
use crate::pod::Pod;
use crate::pod::container::Container;
use crate::pod::scheduling::{Affinity, ClassName, NodeSelector, Toleration};
use crate::value::format::Name;
use crate::value::{Annotations, Keyed, Labels, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// Placement, identity and escapes of a ready-made component.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tuning {
    /// Labels that a node must have.
    pub node_selector: NodeSelector,
    /// Taints that the pods put up with.
    pub tolerations: Vec<Toleration>,
    /// Rules about nodes and other pods.
    pub affinity: Option<Affinity>,
    /// Priority class: one of `policy.priorities`, or of the cluster's own.
    pub priority: Option<ClassName>,
    /// Labels of the pods.
    pub labels: Labels,
    /// Annotations of the pods.
    pub annotations: Annotations,
    /// Secrets with credentials of image registries, by name.
    pub image_pull_secrets: Vec<Text<Name>>,
    /// Containers beside the main one, e.g. an exporter, by name.
    pub sidecars: Keyed<Name, Container>,
    /// Changes to finished objects, by file name (`statefulset`, `service` …), `pod` or `container`;
    /// checked against the Kubernetes API.
    pub patch: Patches,
}

impl Tuning {
    /// The pod that the author wants; the component adds volumes and security.
    pub fn pod(&self) -> Pod {
        Pod {
            node_selector: self.node_selector.clone(),
            tolerations: self.tolerations.clone(),
            affinity: self.affinity.clone(),
            priority: self.priority.clone(),
            pod_labels: self.labels.clone(),
            pod_annotations: self.annotations.clone(),
            image_pull_secrets: self.image_pull_secrets.clone(),
            sidecars: self.sidecars.clone(),
            ..Pod::default()
        }
    }

    /// The same for another workload of the component: no container beside it, no patch.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self { sidecars: Keyed::default(), patch: Patches::default(), ..self.clone() }
    }
}
