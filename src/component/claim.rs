//! Claims: persistent storage that several services share.

use super::{Component, Files, readymade};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Needs, Offer};
use crate::pod::claim;
use crate::scope::Scope;
use crate::value::Labels;
use schemars::JsonSchema;
use serde::Deserialize;

/// A persistent claim; services mount it as a volume `{claim: NAME}`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Claim(claim::Claim);

impl Component for Claim {
    fn needs(&self, _: &str, _: &At<'_>, _: &mut Needs) {}

    fn offer(&self, _: &str, _: &Files) -> Offer {
        Offer::Claim { modes: self.0.modes() }
    }

    fn check(&self, _: &str, _: &At<'_>, _: &Scope, _: &mut Check<'_>) {}

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        vec![readymade::claim("claims", name, &self.0, scope.labels(name, &Labels::default())).in_file(name)]
    }
}
