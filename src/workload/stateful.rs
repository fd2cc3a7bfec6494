//! What only a StatefulSet has: pods one after another, and claims of their own.

use k8s_openapi::api::apps::v1 as apps;
use schemars::JsonSchema;
use serde::Deserialize;

/// Whether the pods of a StatefulSet start one after another.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum PodManagement {
    /// One after another.
    OrderedReady,
    /// All at once.
    Parallel,
}

/// What becomes of the claims of a StatefulSet.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClaimRetention {
    /// When the StatefulSet is deleted. Default: Retain.
    pub when_deleted: Option<Retention>,
    /// When it gets fewer pods. Default: Retain.
    pub when_scaled: Option<Retention>,
}

/// Whether a claim is kept.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum Retention {
    /// It is kept.
    Retain,
    /// It is deleted, with its data.
    Delete,
}

impl ClaimRetention {
    /// The policy as Kubernetes takes it.
    pub(super) fn policy(&self) -> apps::StatefulSetPersistentVolumeClaimRetentionPolicy {
        let word = |retention: Option<Retention>| retention.map(|retention| format!("{retention:?}"));
        apps::StatefulSetPersistentVolumeClaimRetentionPolicy {
            when_deleted: word(self.when_deleted),
            when_scaled: word(self.when_scaled),
        }
    }
}
