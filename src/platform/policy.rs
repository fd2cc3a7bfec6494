//! What `policy` derives from the whole platform: objects of no single component.

use super::{Part, Platform};
use crate::k8s::Object;
use crate::scope::Scope;
use crate::value::Labels;
use network::Network;

pub mod check;
pub mod network;
mod priority;

/// The folder of what belongs to the platform as a whole.
pub const FOLDER: &str = "policy";

/// What is known of the platform as a whole, once nothing is wrong with it.
#[derive(Debug, Default)]
pub struct Derived {
    network: Option<Network>,
}

impl Derived {
    /// What follows from these parts.
    pub fn new(parts: &[Part], scope: &Scope) -> Self {
        Self { network: Network::new(parts, scope) }
    }

    /// What is derived for a component.
    pub fn of(&self, component: &str, scope: &Scope) -> Vec<Object> {
        self.network.as_ref().map(|network| network.policies(component, scope)).unwrap_or_default()
    }
}

impl Platform {
    /// Objects of the platform as a whole.
    pub fn own_objects(&self) -> Vec<Object> {
        let scope = &self.scope;
        let mut objects = priority::objects(scope);
        if self.derived.network.is_some() {
            objects.extend(network::own(scope));
        }
        objects
    }
}

/// Labels of an object of the platform as a whole.
fn labels(scope: &Scope) -> crate::scope::LabelMap {
    let mut labels = scope.labels(&scope.header.platform, &Labels::default());
    labels.remove("app");
    labels
}
