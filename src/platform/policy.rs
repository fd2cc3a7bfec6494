//! What `policy` derives from the whole platform: objects of no single component.

use super::demand::Demands;
use super::flow::Flows;
use super::pods::Inventory;
use super::{Part, Platform, mesh};
use crate::diagnostic::Check;
use crate::header::policy::network::Mode;
use crate::k8s::Object;
use crate::scope::Scope;
use crate::value::Labels;
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
    /// Those that a policy or a mesh is made of; none if everybody reaches everybody.
    flows: Option<Flows>,
    most: Most,
}

impl Derived {
    /// What follows from a platform; reports what its rules would refuse.
    pub fn new(platform: &Platform, inventory: Inventory, demands: &Demands, check: &mut Check<'_>) -> Self {
        let scope = &platform.scope;
        let policy = &scope.header.policy;
        let mut most = Most::default();
        if policy.quota.is_some() || policy.limits.is_some() {
            most = Most::of(platform, demands);
            quota::check(platform, demands, &most, check);
        }
        let wanted = policy.network.mode != Mode::Off || scope.header.mesh.is_some();
        let flows = wanted.then(|| Flows::new(&platform.parts, scope, inventory));
        Self { flows, most }
    }

    /// Objects of the platform as a whole.
    pub fn own_objects(&self, scope: &Scope) -> Vec<Object> {
        let mut objects = priority::objects(scope);
        if scope.header.policy.network.mode != Mode::Off {
            objects.extend(network::own(scope));
        }
        objects.extend(quota::objects(scope, &self.most));
        objects.extend(scope.header.mesh.iter().flat_map(|mesh| mesh::own(mesh, scope)));
        objects
    }

    /// What is derived for a component.
    pub fn of(&self, part: &Part, scope: &Scope) -> Vec<Object> {
        let Some(flows) = &self.flows else { return Vec::new() };
        let mut objects = Vec::new();
        if scope.header.policy.network.mode != Mode::Off {
            objects.extend(network::policies(&part.name, flows, scope));
        }
        if let Some(mesh) = &scope.header.mesh {
            objects.extend(mesh::Peers { flows, mesh, scope }.objects(part));
        }
        objects
    }
}

/// Labels of an object of the platform as a whole.
pub(super) fn labels(scope: &Scope) -> crate::scope::LabelMap {
    let mut labels = scope.labels(&scope.header.platform, &Labels::default());
    labels.remove("app");
    labels
}
