//! How many pods of a workload may be missing at a time.

use super::Blueprint;
use crate::k8s::{Object, meta};
use crate::pod::scheduling::select;
use crate::scope::Scope;
use crate::value::IntOrPercent;
use k8s_openapi::api::policy::v1 as policy;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use schemars::JsonSchema;
use serde::Deserialize;

/// A PodDisruptionBudget: one of `minAvailable` and `maxUnavailable`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DisruptionBudget {
    /// Pods that must stay, as a number or a share.
    pub min_available: Option<IntOrPercent>,
    /// Pods that may go, as a number or a share. Default: 1.
    pub max_unavailable: Option<IntOrPercent>,
    /// Whether pods that are not ready may always be evicted. Needs Kubernetes 1.27. Default: AlwaysAllow from 1.27 on.
    pub unhealthy_pod_eviction_policy: Option<EvictionPolicy>,
}

/// When pods that are not ready may be evicted.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum EvictionPolicy {
    /// Always.
    AlwaysAllow,
    /// Only if enough others are ready.
    IfHealthyBudget,
}

/// A number or a share as Kubernetes takes it.
pub fn int_or_percent(text: &str) -> IntOrString {
    text.parse().map_or_else(|_| IntOrString::String(text.to_owned()), IntOrString::Int)
}

impl DisruptionBudget {
    /// The budget of a workload.
    pub fn object(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> Object {
        let max = self.max_unavailable.as_deref().or_else(|| self.min_available.is_none().then_some("1"));
        let eviction = self
            .unhealthy_pod_eviction_policy
            .or((scope.kubernetes >= 27).then_some(EvictionPolicy::AlwaysAllow));
        let budget = policy::PodDisruptionBudget {
            metadata: meta(
                &blueprint.workload.names.pdb(blueprint.name),
                scope.labels(blueprint.name, &blueprint.workload.labels),
            ),
            spec: Some(policy::PodDisruptionBudgetSpec {
                min_available: self.min_available.as_deref().map(int_or_percent),
                max_unavailable: max.map(int_or_percent),
                unhealthy_pod_eviction_policy: eviction.map(|policy| format!("{policy:?}")),
                selector: Some(select(&scope.selector(blueprint.name))),
            }),
            status: None,
        };
        Object::new(blueprint.name, &budget)
    }
}
