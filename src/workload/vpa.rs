//! Vertical autoscaling of a workload: what its containers should request.

use super::Blueprint;
use crate::k8s::{Object, meta};
use crate::scope::Scope;
use crate::value::format::LabelKey;
use crate::value::{FromShort, Keyed, Quantity};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A VerticalPodAutoscaler; the short form is the mode.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Vpa {
    /// What becomes of its recommendations. Default: Off; they are only shown.
    pub mode: UpdateMode,
    /// What it looks at. Default: CPU and memory.
    pub resources: Vec<Controlled>,
    /// The least that it recommends.
    pub min: Keyed<LabelKey, Quantity>,
    /// The most that it recommends.
    pub max: Keyed<LabelKey, Quantity>,
}

/// What becomes of recommendations.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
pub enum UpdateMode {
    /// They are shown: `kubectl describe vpa`.
    #[default]
    Off,
    /// New pods get them.
    Initial,
    /// Pods are replaced to get them.
    Recreate,
    /// Pods get them while they run; where that fails, they are replaced.
    InPlaceOrRecreate,
    /// An old word for `Recreate`.
    Auto,
}

/// A resource that is looked at.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Controlled {
    /// CPU.
    Cpu,
    /// Memory.
    Memory,
}

impl FromShort for Vpa {
    type Scalar = UpdateMode;

    fn from_short(text: &str) -> Result<Self, String> {
        let modes = [
            UpdateMode::Off,
            UpdateMode::Initial,
            UpdateMode::Recreate,
            UpdateMode::InPlaceOrRecreate,
            UpdateMode::Auto,
        ];
        let mode = modes.into_iter().find(|mode| format!("{mode:?}") == text);
        mode.map(|mode| Self { mode, ..Self::default() }).ok_or_else(|| format!("`{text}` is no mode"))
    }
}

impl Controlled {
    /// Kubernetes' name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VerticalPodAutoscaler {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: Spec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    target_ref: Target,
    update_policy: UpdatePolicy,
    resource_policy: ResourcePolicy,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    api_version: &'static str,
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdatePolicy {
    update_mode: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourcePolicy {
    container_policies: Vec<ContainerPolicy>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContainerPolicy {
    container_name: &'static str,
    controlled_resources: Vec<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    min_allowed: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    max_allowed: BTreeMap<String, String>,
}

impl Vpa {
    /// What it looks at.
    pub fn controlled(&self) -> Vec<&'static str> {
        if self.resources.is_empty() {
            return vec!["cpu", "memory"];
        }
        self.resources.iter().map(|resource| resource.name()).collect()
    }

    /// The autoscaler of a workload.
    pub fn object(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> Object {
        let map = |map: &Keyed<LabelKey, Quantity>| {
            map.iter().map(|(name, quantity)| (name.to_owned(), quantity.to_string())).collect()
        };
        let object = VerticalPodAutoscaler {
            api_version: "autoscaling.k8s.io/v1",
            kind: "VerticalPodAutoscaler",
            metadata: meta(blueprint.name, scope.labels(blueprint.name, &blueprint.workload.labels)),
            spec: Spec {
                target_ref: Target {
                    api_version: "apps/v1",
                    kind: blueprint.workload.kind.name(),
                    name: blueprint.name.to_owned(),
                },
                update_policy: UpdatePolicy { update_mode: format!("{:?}", self.mode) },
                resource_policy: ResourcePolicy {
                    container_policies: vec![ContainerPolicy {
                        container_name: "*",
                        controlled_resources: self.controlled(),
                        min_allowed: map(&self.min),
                        max_allowed: map(&self.max),
                    }],
                },
            },
        };
        Object::new(blueprint.name, &object)
    }
}
