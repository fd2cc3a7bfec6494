//! `policy.quota` and `policy.limits`: what the namespace and what one container may use.

use crate::value::format::LabelKey;
use crate::value::{Keyed, Percent, Quantity};
use schemars::JsonSchema;
use serde::Deserialize;

/// What the namespace may use.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Quota {
    /// How much more than computed is allowed, for Jobs by hand and for debugging. Default: 25%.
    pub headroom: Option<Percent>,
    /// Limits that are set by hand, e.g. `pods: 200`; they must admit what is computed. Default: the computed ones.
    pub hard: Keyed<LabelKey, Quantity>,
}

/// What one container may use.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limits {
    /// Limits of containers that state none, e.g. those of Jobs by hand. Default: 500m of CPU and 512Mi of memory.
    #[serde(rename = "default")]
    pub limit: Keyed<LabelKey, Quantity>,
    /// Requests of containers that state none. Default: 100m of CPU and 128Mi of memory.
    pub default_request: Keyed<LabelKey, Quantity>,
    /// The most that a container may use. Default: what the largest container of the platform may.
    pub max: Keyed<LabelKey, Quantity>,
}
