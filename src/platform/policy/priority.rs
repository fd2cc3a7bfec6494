//! `PriorityClass`es, which all environments of a cluster share.

use super::labels;
use crate::header::policy::Preemption;
use crate::k8s::Object;
use crate::scope::Scope;
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// The classes that the spec declares.
pub(super) fn objects(scope: &Scope) -> Vec<Object> {
    let header = &scope.header;
    let classes = header.policy.priorities.iter().map(|(name, priority)| {
        let class = PriorityClass {
            metadata: ObjectMeta {
                name: Some(header.policy.class(&header.platform, name)),
                labels: Some(labels(scope)),
                ..ObjectMeta::default()
            },
            value: Some(i32::try_from(priority.value.0).unwrap_or(i32::MAX)),
            global_default: Some(false),
            description: Some(
                priority
                    .description
                    .clone()
                    .unwrap_or_else(|| format!("Pods of {} with the priority {name}", header.platform)),
            ),
            preemption_policy: priority.preemption.map(|preemption| {
                match preemption {
                    Preemption::PreemptLowerPriority => "PreemptLowerPriority",
                    Preemption::Never => "Never",
                }
                .to_owned()
            }),
        };
        Object::new("cluster", &class).in_file(format!("priorityclass-{name}"))
    });
    classes.collect()
}
