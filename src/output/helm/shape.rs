//! What a knob takes: known from its place where Kubernetes gives that a meaning, else from its values.

use super::names::Scope;
use super::slot::{Slots, here};
use crate::k8s::text::{self, Text};
use crate::tree::{Map, Tree};
use serde_json::{Value, json};

/// What a knob takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text.
    Str,
    /// Text of this pattern.
    Form(&'static str),
    /// Text, for which a number or boolean may stand that `quote` writes as it was typed.
    Word,
    /// A whole number.
    Int,
    /// A whole number of one or more.
    Count,
    /// Any number.
    Float,
    /// `true` or `false`.
    Bool,
    /// A number of pods, or a percentage of them.
    Share,
    /// A number or text, as in ports.
    Scalar,
    /// An open map of texts, for which numbers and booleans may stand.
    Strings,
    /// Requests and limits.
    Quantities,
    /// An open map.
    Map,
    /// A list.
    List,
    /// Anything.
    Any,
}

/// A place whose meaning is known.
struct Known {
    /// What the path is relative to.
    scope: Scope,
    /// How the path ends; `*` is any step.
    end: &'static [&'static str],
    shape: Shape,
    /// Whether a value is one of that shape: that of a patch or a raw object may be none.
    takes: fn(&Tree) -> bool,
}

const fn known(scope: Scope, end: &'static [&'static str], shape: Shape, takes: fn(&Tree) -> bool) -> Known {
    Known { scope, end, shape, takes }
}

const fn form(scope: Scope, end: &'static [&'static str], text: &Text, takes: fn(&Tree) -> bool) -> Known {
    known(scope, end, Shape::Form(text.pattern), takes)
}

const KNOWN: &[Known] = &[
    form(Scope::Workload, &["schedule"], &text::SCHEDULE, |tree| is(&text::SCHEDULE, tree)),
    known(Scope::Workload, &["maxSurge"], Shape::Share, is_share),
    known(Scope::Workload, &["maxUnavailable"], Shape::Share, is_share),
    known(Scope::Container, &["env", "*", "value"], Shape::Word, |tree| tree.as_str().is_some()),
    known(Scope::Container, &["resources"], Shape::Quantities, are_quantities),
    known(Scope::Container, &["httpGet", "port"], Shape::Scalar, is_scalar),
    known(Scope::Container, &["tcpSocket", "port"], Shape::Scalar, is_scalar),
    form(Scope::Claim, &["requests", "storage"], &text::QUANTITY, |tree| is(&text::QUANTITY, tree)),
    known(Scope::Autoscaler, &["minReplicas"], Shape::Count, is_count),
    known(Scope::Autoscaler, &["maxReplicas"], Shape::Count, is_count),
    known(Scope::Autoscaler, &["averageUtilization"], Shape::Count, is_count),
    known(Scope::Budget, &["minAvailable"], Shape::Share, is_share),
    known(Scope::Budget, &["maxUnavailable"], Shape::Share, is_share),
    form(Scope::Ingress, &["host"], &text::HOST, |tree| is(&text::HOST, tree)),
    form(Scope::Ingress, &["secretName"], &text::OBJECT_NAME, |tree| is(&text::OBJECT_NAME, tree)),
    known(Scope::Object, &["targetPort"], Shape::Scalar, is_scalar),
];

fn is(text: &Text, tree: &Tree) -> bool {
    tree.as_str().is_some_and(text.takes)
}

fn is_share(tree: &Tree) -> bool {
    matches!(tree, Tree::Int(number) if *number >= 0) || is(&text::PERCENT, tree)
}

const fn is_scalar(tree: &Tree) -> bool {
    matches!(tree, Tree::Int(_) | Tree::Str(_))
}

const fn is_count(tree: &Tree) -> bool {
    matches!(tree, Tree::Int(number) if *number > 0)
}

fn are_quantities(tree: &Tree) -> bool {
    let is_one = |tree: &Tree| match tree {
        Tree::Int(number) => *number >= 0,
        Tree::Float(number) => *number >= 0.0,
        other => is(&text::QUANTITY, other),
    };
    let fits = |key: &str, side: &Tree| match key {
        "requests" | "limits" => side.as_map().is_some_and(|map| map.iter().all(|(_, value)| is_one(value))),
        "claims" => side.as_list().is_some(),
        _ => false,
    };
    tree.as_map().is_some_and(|map| map.iter().all(|(key, side)| fits(key, side)))
}

/// The name of the schema of requests and limits among the definitions.
pub(super) const QUANTITIES: &str = "requestsAndLimits";

impl Shape {
    /// The shape that a place has by its meaning, if all values there have it.
    pub(super) fn of_place(scope: Scope, path: &[String], slots: &Slots<'_>) -> Option<Self> {
        let ends = |end: &[&str]| {
            let steps = path.iter().rev().zip(end.iter().rev());
            path.len() >= end.len() && steps.into_iter().all(|(step, end)| *end == "*" || step == end)
        };
        let known = KNOWN.iter().find(|known| known.scope == scope && ends(known.end))?;
        here(slots).all(known.takes).then_some(known.shape)
    }

    /// The shape that these values have.
    pub(super) fn of_values(slots: &Slots<'_>) -> Self {
        let all = |test: fn(&Tree) -> bool| here(slots).all(test);
        if all(|tree| matches!(tree, Tree::Str(_))) {
            Self::Str
        } else if all(|tree| matches!(tree, Tree::Int(_))) {
            Self::Int
        } else if all(|tree| matches!(tree, Tree::Bool(_))) {
            Self::Bool
        } else if all(|tree| matches!(tree, Tree::Int(_) | Tree::Float(_))) {
            Self::Float
        } else if all(is_scalar) {
            Self::Scalar
        } else if all(|tree| tree.as_list().is_some()) {
            Self::List
        } else if all(|tree| !tree.is_empty() && Self::Strings.fits(tree)) {
            Self::Strings
        } else if all(|tree| tree.as_map().is_some()) {
            Self::Map
        } else {
            Self::Any
        }
    }

    /// Whether a knob that is offered with this shape can hold the value.
    pub(super) fn fits(self, tree: &Tree) -> bool {
        let texts = |map: &Map| map.iter().all(|(_, value)| value.as_str().is_some());
        match self {
            Self::Strings => tree.as_map().is_some_and(texts),
            Self::Map => tree.as_map().is_some(),
            Self::List => tree.as_list().is_some(),
            Self::Int => matches!(tree, Tree::Int(_)),
            _ => matches!(tree, Tree::Str(_)),
        }
    }

    /// Whether it holds several values.
    pub(super) const fn is_collection(self) -> bool {
        matches!(self, Self::Strings | Self::Quantities | Self::Map | Self::List)
    }

    /// What it is called in a table.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Str | Self::Form(_) | Self::Word => "text",
            Self::Int | Self::Count => "integer",
            Self::Float => "number",
            Self::Bool => "boolean",
            Self::Share => "integer or percentage",
            Self::Scalar => "integer or text",
            Self::Strings => "map of texts",
            Self::Quantities | Self::Map => "map",
            Self::List => "list",
            Self::Any => "any",
        }
    }

    /// Its schema.
    pub(super) fn schema(self) -> Value {
        // Helm reads numbers as floats, which hold no larger ones exactly.
        const EXACT: i64 = (1 << 53) - 1;
        // From a million on `quote` writes those with an exponent.
        const PLAIN: i64 = 999_999;
        let text = |most: i64| json!({ "type": ["string", "integer", "boolean"], "minimum": -most, "maximum": most });
        match self {
            Self::Str => json!({ "type": "string" }),
            Self::Form(pattern) => json!({ "type": "string", "pattern": pattern }),
            Self::Word => text(PLAIN),
            Self::Int => json!({ "type": "integer" }),
            Self::Count => json!({ "type": "integer", "minimum": 1 }),
            Self::Float => json!({ "type": "number" }),
            Self::Bool => json!({ "type": "boolean" }),
            Self::Share => {
                json!({ "type": ["integer", "string"], "minimum": 0, "pattern": text::PERCENT.pattern })
            }
            Self::Scalar => json!({ "type": ["integer", "string"] }),
            Self::Strings => json!({ "type": "object", "additionalProperties": text(EXACT) }),
            Self::Quantities => json!({ "allOf": [{ "$ref": format!("#/definitions/{QUANTITIES}") }] }),
            Self::Map => json!({ "type": "object" }),
            Self::List => json!({ "type": "array" }),
            Self::Any => json!({}),
        }
    }

    /// What the schema of requests and limits refers to.
    pub(super) fn quantities() -> Value {
        let quantity =
            json!({ "type": ["string", "number"], "minimum": 0, "pattern": text::QUANTITY.pattern });
        let side =
            |about| json!({ "type": "object", "additionalProperties": quantity, "description": about });
        json!({
            "description": "Requests and limits of a container",
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "requests": side("What a node must have free"),
                "limits": side("What it may use"),
                "claims": { "type": "array", "description": "Claims of devices" },
            },
        })
    }
}
