//! How pods are replaced by new ones.

use super::color::{Color, Shade, Switch};
use super::disruption::int_or_percent;
use crate::value::IntOrPercent;
use k8s_openapi::api::apps::v1 as apps;
use schemars::JsonSchema;
use serde::Deserialize;

/// How pods are replaced.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Strategy {
    /// Default: RollingUpdate.
    pub r#type: Option<StrategyType>,
    /// Pods beyond the wanted number during an update. Default: 25%. Deployment and DaemonSet.
    pub max_surge: Option<IntOrPercent>,
    /// Pods that may be missing during an update. Default: 0 for a Deployment, 1 for a DaemonSet.
    pub max_unavailable: Option<IntOrPercent>,
    /// Pods from this number on are updated, the others stay. Default: 0. StatefulSet only.
    pub partition: Option<u16>,
    /// The colour that gets the traffic; the other one is behind the Service `NAME-preview`. Default: blue. BlueGreen only.
    pub active: Option<Color>,
    /// What differs in the blue pods. BlueGreen only.
    pub blue: Shade,
    /// What differs in the green pods. BlueGreen only.
    pub green: Shade,
    /// Who switches the traffic. Default: service. BlueGreen only.
    pub through: Option<Switch>,
}

/// How pods are replaced.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum StrategyType {
    /// A few at a time.
    RollingUpdate,
    /// All old ones go before the first new one comes. Deployment only.
    Recreate,
    /// New ones stand beside the old ones, and all traffic switches at once. Deployment only.
    BlueGreen,
    /// When somebody deletes them. StatefulSet and DaemonSet only.
    OnDelete,
}

impl Strategy {
    /// All old pods go first.
    pub fn recreate() -> Self {
        Self { r#type: Some(StrategyType::Recreate), ..Self::default() }
    }

    /// The strategy as Kubernetes takes it.
    pub(super) fn deployment(&self) -> apps::DeploymentStrategy {
        if self.r#type == Some(StrategyType::Recreate) {
            return apps::DeploymentStrategy { type_: Some("Recreate".to_owned()), rolling_update: None };
        }
        let text = |value: &Option<IntOrPercent>, default: &str| {
            Some(int_or_percent(value.as_deref().unwrap_or(default)))
        };
        apps::DeploymentStrategy {
            type_: Some("RollingUpdate".to_owned()),
            rolling_update: Some(apps::RollingUpdateDeployment {
                max_surge: text(&self.max_surge, "25%"),
                max_unavailable: text(&self.max_unavailable, "0"),
            }),
        }
    }

    /// The strategy as Kubernetes takes it.
    pub(super) fn stateful_set(&self) -> Option<apps::StatefulSetUpdateStrategy> {
        let on_delete = self.r#type == Some(StrategyType::OnDelete);
        (on_delete || self.partition.is_some() || self.max_unavailable.is_some()).then(|| {
            apps::StatefulSetUpdateStrategy {
                type_: Some(if on_delete { "OnDelete" } else { "RollingUpdate" }.to_owned()),
                rolling_update: (!on_delete).then(|| apps::RollingUpdateStatefulSetStrategy {
                    partition: self.partition.map(i32::from),
                    max_unavailable: self.max_unavailable.as_deref().map(int_or_percent),
                }),
            }
        })
    }

    /// The strategy as Kubernetes takes it.
    pub(super) fn daemon_set(&self) -> Option<apps::DaemonSetUpdateStrategy> {
        let on_delete = self.r#type == Some(StrategyType::OnDelete);
        (on_delete || self.max_surge.is_some() || self.max_unavailable.is_some()).then(|| {
            apps::DaemonSetUpdateStrategy {
                type_: Some(if on_delete { "OnDelete" } else { "RollingUpdate" }.to_owned()),
                rolling_update: (!on_delete).then(|| apps::RollingUpdateDaemonSet {
                    max_surge: self.max_surge.as_deref().map(int_or_percent),
                    max_unavailable: self.max_unavailable.as_deref().map(int_or_percent),
                }),
            }
        })
    }
}
