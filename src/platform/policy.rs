//! What `policy` derives from the whole platform: objects of no single component.

use super::Platform;
use super::demand::Demands;
use crate::diagnostic::Check;
use crate::k8s::Object;
use crate::scope::Scope;
use crate::value::Labels;
use network::Network;
use quota::Most;

pub mod check;
pub mod network;
mod priority;
mod quota;

/// The folder of what belongs to the platform as a whole.
pub const FOLDER: &str = "policy";

/// What is known of the platform as a whole, once nothing is wrong with it.
#[derive(Debug, Default)]
pub struct Derived {
    network: Option<Network>,
    most: Most,
}

impl Derived {
    /// What follows from a platform; reports what its rules would refuse.
    pub fn new(platform: &Platform, check: &mut Check<'_>) -> Self {
        let policy = &platform.scope.header.policy;
        let mut most = Most::default();
        if policy.quota.is_some() || policy.limits.is_some() {
            let demands = Demands::of(platform);
            most = Most::of(platform, &demands);
            quota::check(platform, &demands, &most, check);
        }
        Self { network: Network::new(&platform.parts, &platform.scope), most }
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
        objects.extend(quota::objects(scope, &self.derived.most));
        objects
    }
}

/// Labels of an object of the platform as a whole.
fn labels(scope: &Scope) -> crate::scope::LabelMap {
    let mut labels = scope.labels(&scope.header.platform, &Labels::default());
    labels.remove("app");
    labels
}
