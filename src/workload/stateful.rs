//! What only a StatefulSet has: pods one after another, and claims of their own.

use crate::pod::claim::Claim;
use crate::scope::LabelMap;
use k8s_openapi::api::{apps::v1 as apps, core::v1 as core};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
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

/// A claim of each pod.
pub(super) fn claim_template(name: &str, claim: &Claim) -> core::PersistentVolumeClaim {
    let some = |map: LabelMap| (!map.is_empty()).then_some(map);
    core::PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            labels: some(claim.labels.iter().map(|(k, v)| (k.to_owned(), v.to_string())).collect()),
            annotations: some(claim.annotations.iter().map(|(k, v)| (k.to_owned(), v.0.clone())).collect()),
            ..ObjectMeta::default()
        },
        spec: Some(claim.spec()),
        status: None,
    }
}
