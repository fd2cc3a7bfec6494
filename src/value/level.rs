//! Pod Security levels.

use schemars::JsonSchema;
use serde::Deserialize;

/// A Pod Security level.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub enum PodSecurity {
    /// Everything is allowed.
    Privileged,
    /// What gives rights on the node is refused.
    Baseline,
    /// Hardened: no root, no rights, a seccomp profile.
    #[default]
    Restricted,
}

impl PodSecurity {
    /// Kubernetes' word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}
