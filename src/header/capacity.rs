//! The header fields `nodes` and `capacity`: what the cluster has, and what somebody claims that the platform needs.

use crate::value::format::{LabelKey, Name};
use crate::value::{Keyed, LabelValue, Quantity, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// Nodes of one size.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodePool {
    /// Number of nodes, where it is fixed. Default: `max`, or 1.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub count: Option<u32>,
    /// Fewest nodes, where they are added and removed by need. Default: `count`.
    #[serde(default)]
    pub min: Option<u32>,
    /// Most nodes, where they are added and removed by need. Default: `count`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub max: Option<u32>,
    /// CPU of a node that pods may request, without what the system reserves.
    pub cpu: Quantity,
    /// Memory of a node that pods may request, without what the system reserves.
    pub memory: Quantity,
    /// Pods that a node runs at most. Default: 110.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub pods: Option<u32>,
    /// Disk of a node for claims, where they lie on the nodes. Default: claims lie elsewhere.
    #[serde(default)]
    pub storage: Option<Quantity>,
    /// Labels of the nodes, which `nodeSelector` asks for. Default: none; selectors are not looked at if no pool has any.
    #[serde(default)]
    pub labels: Keyed<LabelKey, LabelValue>,
}

impl NodePool {
    /// Number of nodes at the most.
    pub fn most(&self) -> u32 {
        self.max.or(self.count).or(self.min).unwrap_or(1)
    }

    /// Number of nodes at the least.
    pub fn least(&self) -> u32 {
        self.min.or(self.count).or(self.max).unwrap_or(1)
    }
}

/// What is said of the platform's size elsewhere.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Capacity {
    /// Figures that a document states, by name; `kgen capacity` compares them with the computed ones.
    pub claims: Keyed<Name, FigureClaim>,
}

/// A figure that a document states.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FigureClaim {
    /// What is counted.
    pub figure: Figure,
    /// At the fewest or at the most pods. Default: minimum.
    #[serde(default)]
    pub at: Extreme,
    /// Components that it is about. Default: all.
    #[serde(default)]
    pub of: Vec<Text<Name>>,
    /// The figure, or the smaller end of a range.
    pub stated: Quantity,
    /// The larger end of a range. Default: `stated`.
    #[serde(default)]
    pub to: Option<Quantity>,
    /// Why the computed figure is another one. Without it a difference is a warning.
    #[serde(default)]
    pub because: Option<String>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Figure {
    /// Pods that stay; Jobs and pods of every node are left out.
    Pods,
    /// Pods beyond them while everything is replaced at once.
    SurgePods,
    /// CPU that is requested, in cores.
    CpuRequests,
    /// CPU that may be used, in cores.
    CpuLimits,
    /// Memory that is requested.
    MemoryRequests,
    /// Memory that may be used.
    MemoryLimits,
    /// Number of claims.
    Claims,
    /// Size of all claims.
    Storage,
    /// Nodes of the stated pools that are needed.
    Nodes,
}

/// Which end of the range of pods.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Extreme {
    /// The fewest pods.
    #[default]
    Minimum,
    /// The most pods.
    Maximum,
}
