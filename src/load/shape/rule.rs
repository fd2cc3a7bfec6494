//! The table that a schema compiles to.

use crate::value::Check;
use indexmap::IndexMap;

/// Index of a rule in its shape.
pub(super) type RuleId = usize;

/// What a value may be: the allowed kinds, each with its own demands. Several scalar demands mean
/// "one of them".
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    /// Everything is allowed.
    pub(super) anything: bool,
    pub(super) scalars: Vec<Scalar>,
    pub(super) list: Option<List>,
    pub(super) maps: Vec<Fields>,
}

#[derive(Clone, Debug)]
pub(super) enum Scalar {
    Text {
        check: Option<Check>,
        min: u64,
        max: u64,
    },
    /// One of these words.
    Words(Vec<String>),
    Integer {
        min: i128,
        max: i128,
    },
    Number {
        min: f64,
        max: f64,
    },
    Boolean,
}

#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) item: RuleId,
    pub(super) min: u64,
    pub(super) max: u64,
    pub(super) unique: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) known: IndexMap<String, Field>,
    /// The rule of all other keys; none if there are no others.
    pub(super) rest: Option<RuleId>,
    /// The rule of the names of keys.
    pub(super) names: Option<RuleId>,
    pub(super) min: u64,
    /// Exactly one key must be there: the map chooses a variant.
    pub(super) choice: bool,
    /// The choices that are words instead of maps.
    pub(super) words: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) rule: RuleId,
    pub(super) required: bool,
    /// The first sentence of its description.
    pub(super) about: String,
}
