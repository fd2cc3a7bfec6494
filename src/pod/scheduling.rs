//! Where pods run: affinity, spread, tolerations.

use crate::value::format::{LabelKey, Name};
use crate::value::{FromShort, Keyed, Labels, ObjectName, Scalar, Text};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Whether a rule is a wish or a demand.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Strength {
    /// The scheduler tries.
    Soft,
    /// The pod waits until it can be met.
    Hard,
    /// No rule.
    Off,
}

/// How pods of one workload are spread over a topology, e.g. nodes or zones.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spread {
    /// `soft`, `hard` or `off`; the short form is this word.
    pub strength: Strength,
    /// How far the numbers of pods may differ. Default: 1.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub max_skew: Option<u16>,
    /// Number of places to use at least; only with `hard`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub min_domains: Option<u16>,
    /// Pod labels whose values are compared too, e.g. `pod-template-hash`. Needs Kubernetes 1.27.
    #[serde(default)]
    pub match_label_keys: Vec<Text<LabelKey>>,
}

impl FromShort for Spread {
    type Scalar = Strength;

    fn from_short(text: &str) -> Result<Self, String> {
        let strength = match text {
            "hard" => Strength::Hard,
            "off" => Strength::Off,
            _ => Strength::Soft,
        };
        Ok(Self { strength, max_skew: None, min_domains: None, match_label_keys: Vec::new() })
    }
}

impl Spread {
    /// A wish with the usual skew.
    pub fn soft() -> Self {
        Self { strength: Strength::Soft, max_skew: None, min_domains: None, match_label_keys: Vec::new() }
    }

    /// The constraint as Kubernetes takes it; none if it is off.
    pub fn constraint(
        &self,
        topology: &str,
        selector: &BTreeMap<String, String>,
    ) -> Option<core::TopologySpreadConstraint> {
        let when = match self.strength {
            Strength::Soft => "ScheduleAnyway",
            Strength::Hard => "DoNotSchedule",
            Strength::Off => return None,
        };
        Some(core::TopologySpreadConstraint {
            max_skew: i32::from(self.max_skew.unwrap_or(1)),
            topology_key: topology.to_owned(),
            when_unsatisfiable: when.to_owned(),
            min_domains: self.min_domains.map(i32::from),
            match_label_keys: (!self.match_label_keys.is_empty())
                .then(|| self.match_label_keys.iter().map(ToString::to_string).collect()),
            label_selector: Some(select(selector)),
            ..core::TopologySpreadConstraint::default()
        })
    }
}

/// A selector of exactly these labels.
pub fn select(labels: &BTreeMap<String, String>) -> LabelSelector {
    LabelSelector { match_labels: Some(labels.clone()), match_expressions: None }
}

/// Rules about nodes and about other pods.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Affinity {
    /// Nodes that the pod must run on: all of these conditions.
    pub nodes: Vec<NodeCondition>,
    /// Nodes that it should rather run on.
    pub preferred_nodes: Vec<PreferredNode>,
    /// Other pods to run beside, by label.
    pub near: Vec<PodTerm>,
    /// Other pods to keep away from, by label.
    pub away: Vec<PodTerm>,
}

/// A condition on the labels of a node.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeCondition {
    /// The label's key.
    pub key: Text<LabelKey>,
    /// How it is compared. Default: In.
    #[serde(default)]
    pub operator: Option<NodeOperator>,
    /// The values; none for `Exists` and `DoesNotExist`.
    #[serde(default)]
    pub values: Vec<Scalar>,
}

/// How the label of a node is compared.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum NodeOperator {
    /// It is one of the values.
    In,
    /// It is none of the values.
    NotIn,
    /// It is there.
    Exists,
    /// It is not there.
    DoesNotExist,
    /// It is a number above the value.
    Gt,
    /// It is a number below the value.
    Lt,
}

/// A condition on nodes that is a wish.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PreferredNode {
    /// How much it counts, 1 to 100. Default: 100.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub weight: Option<u8>,
    /// All of these conditions.
    pub conditions: Vec<NodeCondition>,
}

/// Other pods, by their labels.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodTerm {
    /// Labels of the other pods.
    pub labels: Labels,
    /// What counts as one place. Default: `kubernetes.io/hostname`.
    #[serde(default)]
    pub topology: Option<Text<LabelKey>>,
    /// `soft` or `hard`. Default: soft.
    #[serde(default)]
    pub strength: Option<Strength>,
    /// Namespaces of the other pods. Default: that of the pod.
    #[serde(default)]
    pub namespaces: Vec<Text<Name>>,
}

impl NodeCondition {
    fn requirement(&self) -> core::NodeSelectorRequirement {
        core::NodeSelectorRequirement {
            key: self.key.to_string(),
            operator: format!("{:?}", self.operator.unwrap_or(NodeOperator::In)),
            values: (!self.values.is_empty())
                .then(|| self.values.iter().map(|value| value.0.clone()).collect()),
        }
    }
}

impl PodTerm {
    fn term(&self) -> core::PodAffinityTerm {
        let labels = self.labels.iter().map(|(key, value)| (key.to_owned(), value.to_string())).collect();
        core::PodAffinityTerm {
            topology_key: self.topology.as_deref().unwrap_or(HOSTNAME).to_owned(),
            label_selector: Some(select(&labels)),
            namespaces: (!self.namespaces.is_empty())
                .then(|| self.namespaces.iter().map(ToString::to_string).collect()),
            ..core::PodAffinityTerm::default()
        }
    }
}

/// The label that tells nodes apart.
pub const HOSTNAME: &str = "kubernetes.io/hostname";

/// Required terms and wishes.
type Terms = (Option<Vec<core::PodAffinityTerm>>, Option<Vec<core::WeightedPodAffinityTerm>>);

fn split(terms: impl Iterator<Item = (Strength, core::PodAffinityTerm)>) -> Terms {
    let (mut hard, mut soft) = (Vec::new(), Vec::new());
    for (strength, term) in terms {
        match strength {
            Strength::Hard => hard.push(term),
            Strength::Soft => {
                soft.push(core::WeightedPodAffinityTerm { weight: 100, pod_affinity_term: term });
            }
            Strength::Off => {}
        }
    }
    ((!hard.is_empty()).then_some(hard), (!soft.is_empty()).then_some(soft))
}

/// The rules as Kubernetes takes them, with the workload's own anti-affinity.
pub fn affinity(
    rules: Option<&Affinity>,
    apart: Strength,
    selector: &BTreeMap<String, String>,
) -> Option<core::Affinity> {
    let default = Affinity::default();
    let rules = rules.unwrap_or(&default);
    let term = |term: &PodTerm| (term.strength.unwrap_or(Strength::Soft), term.term());
    let own = core::PodAffinityTerm {
        topology_key: HOSTNAME.to_owned(),
        label_selector: Some(select(selector)),
        ..core::PodAffinityTerm::default()
    };
    let (near_hard, near_soft) = split(rules.near.iter().map(term));
    let (away_hard, away_soft) = split(std::iter::once((apart, own)).chain(rules.away.iter().map(term)));
    let conditions =
        |conditions: &[NodeCondition]| Some(conditions.iter().map(NodeCondition::requirement).collect());
    let node = (!rules.nodes.is_empty() || !rules.preferred_nodes.is_empty()).then(|| core::NodeAffinity {
        required_during_scheduling_ignored_during_execution: (!rules.nodes.is_empty()).then(|| {
            core::NodeSelector {
                node_selector_terms: vec![core::NodeSelectorTerm {
                    match_expressions: conditions(&rules.nodes),
                    match_fields: None,
                }],
            }
        }),
        preferred_during_scheduling_ignored_during_execution: (!rules.preferred_nodes.is_empty()).then(
            || {
                rules
                    .preferred_nodes
                    .iter()
                    .map(|wish| core::PreferredSchedulingTerm {
                        weight: i32::from(wish.weight.unwrap_or(100)),
                        preference: core::NodeSelectorTerm {
                            match_expressions: conditions(&wish.conditions),
                            match_fields: None,
                        },
                    })
                    .collect()
            },
        ),
    });
    let near = (near_hard.is_some() || near_soft.is_some()).then_some(core::PodAffinity {
        required_during_scheduling_ignored_during_execution: near_hard,
        preferred_during_scheduling_ignored_during_execution: near_soft,
    });
    let away = (away_hard.is_some() || away_soft.is_some()).then_some(core::PodAntiAffinity {
        required_during_scheduling_ignored_during_execution: away_hard,
        preferred_during_scheduling_ignored_during_execution: away_soft,
    });
    (node.is_some() || near.is_some() || away.is_some()).then_some(core::Affinity {
        node_affinity: node,
        pod_affinity: near,
        pod_anti_affinity: away,
    })
}

/// A taint that the pod puts up with.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Toleration {
    /// The taint's key. Default: every key (with `Exists`).
    pub key: Option<Text<LabelKey>>,
    /// How the value is compared. Default: Equal.
    pub operator: Option<TolerationOperator>,
    /// The taint's value.
    pub value: Option<Scalar>,
    /// The taint's effect. Default: all.
    pub effect: Option<Effect>,
    /// Seconds that the pod stays after a `NoExecute` taint. Default: for ever.
    pub seconds: Option<u32>,
}

/// How a taint is compared.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum TolerationOperator {
    /// Key and value are the same.
    Equal,
    /// The key is there.
    Exists,
}

/// What a taint does.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum Effect {
    /// New pods are not placed there.
    NoSchedule,
    /// New pods are rather not placed there.
    PreferNoSchedule,
    /// Running pods are evicted.
    NoExecute,
}

impl Toleration {
    /// The toleration as Kubernetes takes it.
    pub fn toleration(&self) -> core::Toleration {
        core::Toleration {
            key: self.key.as_ref().map(ToString::to_string),
            operator: self.operator.map(|operator| format!("{operator:?}")),
            value: self.value.as_ref().map(|value| value.0.clone()),
            effect: self.effect.map(|effect| format!("{effect:?}")),
            toleration_seconds: self.seconds.map(i64::from),
        }
    }
}

/// Labels that a node must have, by key.
pub type NodeSelector = Keyed<LabelKey, Scalar>;
/// A scheduler, a priority class or a runtime class by name.
pub type ClassName = ObjectName;
