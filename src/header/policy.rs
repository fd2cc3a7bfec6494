//! The header field `policy`: rules for all pods of the platform, from which objects are derived.

use crate::value::{FromShort, Keyed, Name, Short};
use network::NetworkRules;
use quota::{Limits, Quota};
use schemars::JsonSchema;
use serde::Deserialize;

pub mod network;
pub mod quota;

/// Rules for all pods of the platform.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Policy {
    /// Who may connect to whom. `default-deny` allows what the spec declares and nothing else: `uses` and `notifies`,
    /// routes, metrics, names, the API server for pods with rights. Default: off; everybody reaches everybody.
    pub network: Short<NetworkRules>,
    /// Priority classes by name, which `priority` of a service refers to; the short form is the value. They belong to
    /// the cluster and are called `PLATFORM-NAME`: all environments share them.
    pub priorities: Keyed<crate::value::format::Name, Short<Priority>>,
    /// A ResourceQuota, computed from what all objects need at their most, while they are rolled. Default: none.
    pub quota: Option<Quota>,
    /// A LimitRange, computed from the largest container and the largest claim. Default: none.
    pub limits: Option<Limits>,
}

/// A priority class.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Priority {
    /// How important its pods are: higher ones are scheduled first.
    pub value: PriorityValue,
    /// Whether its pods may evict those of lower priority. Default: PreemptLowerPriority.
    #[serde(default)]
    pub preemption: Option<Preemption>,
    /// What it is for. Default: its name and the platform's.
    #[serde(default)]
    pub description: Option<String>,
}

/// The value of a priority class; those above a thousand million are the system's.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[schemars(inline)]
pub struct PriorityValue(#[schemars(range(min = 0, max = 1_000_000_000))] pub u32);

/// Whether pods may evict others.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
pub enum Preemption {
    /// They evict pods of lower priority where there is no room.
    PreemptLowerPriority,
    /// They wait, in front of the others.
    Never,
}

impl FromShort for Priority {
    type Scalar = PriorityValue;

    fn from_short(text: &str) -> Result<Self, String> {
        let value = text.parse().map(PriorityValue).map_err(|_| format!("`{text}` is no priority"))?;
        Ok(Self { value, preemption: None, description: None })
    }
}

impl Policy {
    /// Name of the class of a priority; what the spec does not declare is a class of the cluster.
    pub fn class(&self, platform: &Name, priority: &str) -> String {
        if self.priorities.contains(priority) {
            format!("{platform}-{priority}")
        } else {
            priority.to_owned()
        }
    }
}
