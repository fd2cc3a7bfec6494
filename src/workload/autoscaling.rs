//! Horizontal autoscaling of a workload.

use super::Blueprint;
use crate::k8s::provider::Provider;
use crate::k8s::{Object, meta};
use crate::scope::Scope;
use custom::CustomMetrics;
use k8s_openapi::api::autoscaling::v2;
use schemars::JsonSchema;
use serde::Deserialize;

pub mod custom;
pub mod keda;

/// Between how many pods, and by what, a workload is scaled.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscaling {
    /// Fewest pods.
    #[schemars(range(min = 1))]
    pub min: u32,
    /// Most pods.
    #[schemars(range(min = 1))]
    pub max: u32,
    /// CPU to aim at, in percent of the requests.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub cpu: Option<u16>,
    /// Memory to aim at, in percent of the requests.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub memory: Option<u16>,
    /// Whether only the main container counts, not its sidecars. Needs Kubernetes 1.30. Default: true in a `mesh`, whose
    /// proxies would count as well, else false.
    #[serde(default)]
    pub main_container_only: Option<bool>,
    /// What else to aim at; needs `keda` or `prometheus-adapter` among what the cluster `provides`.
    /// With KEDA a `ScaledObject` takes the place of the HorizontalPodAutoscaler, which KEDA makes itself.
    #[serde(default)]
    pub metrics: CustomMetrics,
    /// How fast it may scale.
    #[serde(default)]
    pub behavior: Option<Behavior>,
}

/// How fast a workload is scaled in each direction.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Behavior {
    /// To more pods. Default: doubles or adds 4 every 15 s.
    pub scale_up: Option<Scaling>,
    /// To fewer pods. Default: to the minimum, after 300 s.
    pub scale_down: Option<Scaling>,
}

/// How fast a workload is scaled in one direction.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Scaling {
    /// Seconds of the past of which the most careful value counts. Default: 0 up, 300 down.
    #[schemars(range(max = 3600))]
    pub stabilization_window_seconds: Option<u16>,
    /// Which policy counts if there are several. Default: Max.
    pub select_policy: Option<SelectPolicy>,
    /// How many pods, or what share of them, may come or go in a period.
    pub policies: Vec<Policy>,
}

/// Which of several policies counts.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum SelectPolicy {
    /// The one that changes most.
    Max,
    /// The one that changes least.
    Min,
    /// None: no scaling in this direction.
    Disabled,
}

/// A limit of the change in a period.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
    /// Whether `value` counts pods or percent of them.
    pub r#type: PolicyType,
    /// Pods or percent.
    #[schemars(range(min = 1))]
    pub value: u32,
    /// Length of the period.
    #[schemars(range(min = 1, max = 1800))]
    pub period_seconds: u16,
}

/// What a policy counts.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum PolicyType {
    /// Pods.
    Pods,
    /// Percent of the pods.
    Percent,
}

impl Scaling {
    fn rules(&self) -> v2::HPAScalingRules {
        v2::HPAScalingRules {
            stabilization_window_seconds: self.stabilization_window_seconds.map(i32::from),
            select_policy: self.select_policy.map(|policy| format!("{policy:?}")),
            policies: (!self.policies.is_empty()).then(|| {
                self.policies
                    .iter()
                    .map(|policy| v2::HPAScalingPolicy {
                        type_: format!("{:?}", policy.r#type),
                        value: i32::try_from(policy.value).unwrap_or(i32::MAX),
                        period_seconds: i32::from(policy.period_seconds),
                    })
                    .collect()
            }),
            ..v2::HPAScalingRules::default()
        }
    }
}

/// The minor version of Kubernetes that scales by single containers.
const CONTAINER_RESOURCES: u32 = 30;

impl Autoscaling {
    /// Whether only the main container counts: the proxies of a mesh idle while it works, or the other way round.
    pub fn counts_main_alone(&self, scope: &Scope) -> bool {
        let in_mesh = scope.header.mesh.is_some() && scope.kubernetes >= CONTAINER_RESOURCES;
        self.main_container_only.unwrap_or(in_mesh)
    }

    /// CPU and memory to aim at; CPU at 80 percent if the spec names nothing at all, as Kubernetes does.
    pub fn resources(&self) -> Vec<(&'static str, u16)> {
        let none = self.memory.is_none() && self.metrics.is_empty();
        let cpu = self.cpu.or_else(|| none.then_some(80));
        cpu.map(|percent| ("cpu", percent))
            .into_iter()
            .chain(self.memory.map(|percent| ("memory", percent)))
            .collect()
    }

    fn metric(&self, name: &str, percent: u16, container: &str, scope: &Scope) -> v2::MetricSpec {
        let target = v2::MetricTarget {
            type_: "Utilization".to_owned(),
            average_utilization: Some(i32::from(percent)),
            ..v2::MetricTarget::default()
        };
        if self.counts_main_alone(scope) {
            v2::MetricSpec {
                type_: "ContainerResource".to_owned(),
                container_resource: Some(v2::ContainerResourceMetricSource {
                    container: container.to_owned(),
                    name: name.to_owned(),
                    target,
                }),
                ..v2::MetricSpec::default()
            }
        } else {
            v2::MetricSpec {
                type_: "Resource".to_owned(),
                resource: Some(v2::ResourceMetricSource { name: name.to_owned(), target }),
                ..v2::MetricSpec::default()
            }
        }
    }

    fn behavior(&self) -> Option<v2::HorizontalPodAutoscalerBehavior> {
        self.behavior.as_ref().map(|behavior| v2::HorizontalPodAutoscalerBehavior {
            scale_up: behavior.scale_up.as_ref().map(Scaling::rules),
            scale_down: behavior.scale_down.as_ref().map(Scaling::rules),
        })
    }

    /// The autoscaler of a workload: KEDA's if there are metrics that it gives, else Kubernetes' own.
    pub fn object(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> Object {
        if scope.header.scaler() == Some(Provider::Keda) && !self.metrics.is_empty() {
            return keda::object(self, blueprint, scope);
        }
        self.horizontal(blueprint, scope)
    }

    /// The HorizontalPodAutoscaler of a workload.
    fn horizontal(&self, blueprint: &Blueprint<'_>, scope: &Scope) -> Object {
        let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let measures = self.metrics.measures(blueprint.name, &scope.header.objectives);
        let metrics = self
            .resources()
            .into_iter()
            .map(|(name, percent)| self.metric(name, percent, blueprint.name, scope))
            .chain(measures.iter().map(custom::Measure::metric));
        let hpa = v2::HorizontalPodAutoscaler {
            metadata: meta(
                &blueprint.workload.names.hpa(blueprint.name),
                scope.labels(blueprint.name, &blueprint.workload.labels),
            ),
            spec: v2::HorizontalPodAutoscalerSpec {
                scale_target_ref: v2::CrossVersionObjectReference {
                    api_version: Some("apps/v1".to_owned()),
                    kind: blueprint.workload.kind.name().to_owned(),
                    name: blueprint.name.to_owned(),
                },
                min_replicas: Some(count(self.min)),
                max_replicas: count(self.max),
                metrics: Some(metrics.collect()),
                behavior: self.behavior(),
            },
            status: None,
        };
        Object::new(blueprint.name, &hpa)
    }
}
