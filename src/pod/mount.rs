//! Where a volume is mounted in a container.

use crate::value::format::Name;
use crate::value::{FromShort, Text};
use k8s_openapi::api::core::v1 as core;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where a volume is mounted in a container.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mount {
    /// The volume or claim template; the short form is its name.
    pub volume: Text<Name>,
    /// A path inside the volume instead of its root.
    #[serde(default)]
    pub sub_path: Option<String>,
    /// The same, with `$(VARIABLE)` of the container.
    #[serde(default)]
    pub sub_path_expr: Option<String>,
    /// Whether the container may not write. Default: false.
    #[serde(default)]
    pub read_only: bool,
    /// Whether later mounts of the node are seen: `None`, `HostToContainer`, `Bidirectional`. Default: None.
    #[serde(default)]
    pub propagation: Option<Propagation>,
}

/// Whether mounts travel between node and container.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum Propagation {
    /// They do not.
    None,
    /// From the node to the container.
    HostToContainer,
    /// In both directions; for privileged containers.
    Bidirectional,
}

impl FromShort for Mount {
    type Scalar = Text<Name>;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self::of(text))
    }
}

impl Mount {
    /// A mount of the root of a volume.
    pub fn of(volume: &str) -> Self {
        Self {
            volume: Text::known(volume),
            sub_path: None,
            sub_path_expr: None,
            read_only: false,
            propagation: None,
        }
    }

    /// A read-only mount of one entry of a volume.
    pub fn entry(volume: &str, sub_path: &str) -> Self {
        Self { sub_path: Some(sub_path.to_owned()), read_only: true, ..Self::of(volume) }
    }

    /// The mount as Kubernetes takes it.
    pub fn mount(&self, path: &str) -> core::VolumeMount {
        core::VolumeMount {
            name: self.volume.to_string(),
            mount_path: path.to_owned(),
            sub_path: self.sub_path.clone(),
            sub_path_expr: self.sub_path_expr.clone(),
            read_only: self.read_only.then_some(true),
            mount_propagation: self.propagation.map(|propagation| format!("{propagation:?}")),
            ..core::VolumeMount::default()
        }
    }
}
