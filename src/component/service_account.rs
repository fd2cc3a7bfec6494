//! Service accounts that several services share, with their rights.

use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Needs, Offer};
use crate::scope::Scope;
use crate::value::Labels;
use crate::workload::access::Access;
use schemars::JsonSchema;
use serde::Deserialize;

/// A service account and its rights; services name it in `serviceAccount`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ServiceAccount(Access);

/// The folder of all shared service accounts.
const FOLDER: &str = "service-accounts";

impl Component for ServiceAccount {
    fn needs(&self, _: &str, _: &At<'_>, _: &mut Needs) {}

    fn offer(&self, _: &str, _: &Files) -> Offer {
        Offer::ServiceAccount
    }

    fn check(&self, _: &str, at: &At<'_>, _: &Scope, check: &mut Check<'_>) {
        self.0.check(at, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let mut objects = self.0.objects(FOLDER, name, &scope.labels(name, &Labels::default()), scope);
        for object in objects.iter_mut().filter(|object| object.component == FOLDER) {
            object.file = format!("{}-{name}", object.file);
        }
        objects
    }
}
