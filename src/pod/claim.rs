//! Persistent claims: how much storage, for whom.

use crate::value::{Keyed, Labels, Quantity};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource;
use schemars::JsonSchema;
use serde::Deserialize;

/// A persistent claim.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claim {
    /// How much to ask for.
    pub storage: Quantity,
    /// Who may mount it. Default: `[ReadWriteOnce]`.
    #[serde(default)]
    pub access_modes: Vec<AccessMode>,
    /// The storage class. Default: that of the cluster.
    #[serde(default)]
    pub storage_class: Option<crate::value::ObjectName>,
    /// Raw block device or file system. Default: Filesystem.
    #[serde(default)]
    pub volume_mode: Option<VolumeMode>,
    /// A given persistent volume by name.
    #[serde(default)]
    pub volume_name: Option<crate::value::ObjectName>,
    /// Labels of the claim.
    #[serde(default)]
    pub labels: Labels,
    /// Annotations of the claim.
    #[serde(default)]
    pub annotations: crate::value::Annotations,
}

/// Who may mount a volume.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum AccessMode {
    /// One node, read and write.
    ReadWriteOnce,
    /// Many nodes, read only.
    ReadOnlyMany,
    /// Many nodes, read and write.
    ReadWriteMany,
    /// One pod, read and write.
    ReadWriteOncePod,
}

/// How a volume is given to a container.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum VolumeMode {
    /// As a mounted file system.
    Filesystem,
    /// As a raw block device.
    Block,
}

impl Claim {
    /// A claim of this size with one writer.
    pub fn of(storage: Quantity, storage_class: Option<crate::value::ObjectName>) -> Self {
        Self {
            storage,
            access_modes: Vec::new(),
            storage_class,
            volume_mode: None,
            volume_name: None,
            labels: Keyed::default(),
            annotations: Keyed::default(),
        }
    }

    /// The access modes, the default included.
    pub fn modes(&self) -> Vec<AccessMode> {
        if self.access_modes.is_empty() { vec![AccessMode::ReadWriteOnce] } else { self.access_modes.clone() }
    }

    /// The claim as Kubernetes takes it.
    pub fn spec(&self) -> core::PersistentVolumeClaimSpec {
        core::PersistentVolumeClaimSpec {
            access_modes: Some(self.modes().iter().map(|mode| format!("{mode:?}")).collect()),
            storage_class_name: self.storage_class.as_ref().map(ToString::to_string),
            volume_mode: self.volume_mode.map(|mode| format!("{mode:?}")),
            volume_name: self.volume_name.as_ref().map(ToString::to_string),
            resources: Some(core::VolumeResourceRequirements {
                requests: Some([("storage".to_owned(), resource::Quantity(self.storage.to_string()))].into()),
                limits: None,
            }),
            ..core::PersistentVolumeClaimSpec::default()
        }
    }
}
