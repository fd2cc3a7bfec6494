//! stub
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Needs, Offer};
use crate::scope::Scope;
use schemars::JsonSchema;
use serde::Deserialize;
/// stub
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Postgres {}
impl Component for Postgres {
    fn needs(&self, _: &str, _: &At<'_>, _: &mut Needs) {}
    fn offer(&self, _: &str, _: &Files) -> Offer {
        Offer::Raw
    }
    fn check(&self, _: &str, _: &At<'_>, _: &Scope, _: &mut Check<'_>) {}
    fn objects(&self, _: &str, _: &Scope) -> Vec<Object> {
        vec![]
    }
}
