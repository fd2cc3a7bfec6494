//! What `policy` derives from the whole platform: objects of no single component.

use super::demand::Demands;
use super::pods::Inventory;
use super::{Platform, flow, mesh};
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
    mesh: Option<mesh::Peers>,
}

impl Derived {
    /// What follows from a platform; reports what its rules would refuse.
    pub fn new(platform: &Platform, inventory: Inventory, demands: &Demands, check: &mut Check<'_>) -> Self {
        let (parts, scope) = (&platform.parts, &platform.scope);
        let policy = &scope.header.policy;
        let mut most = Most::default();
        if policy.quota.is_some() || policy.limits.is_some() {
            most = Most::of(platform, demands);
            quota::check(platform, demands, &most, check);
        }
        let flows = flow::flows(parts, scope, &inventory);
        let mesh = scope.header.mesh.as_ref().map(|_| mesh::Peers::new(parts, &inventory, &flows));
        Self { network: Network::new(inventory, flows, scope), most, mesh }
    }

    /// Objects of the platform as a whole.
    pub fn own_objects(&self, scope: &Scope) -> Vec<Object> {
        let mut objects = priority::objects(scope);
        if self.network.is_some() {
            objects.extend(network::own(scope));
        }
        objects.extend(quota::objects(scope, &self.most));
        objects.extend(scope.header.mesh.iter().flat_map(|mesh| mesh::own(mesh, scope)));
        objects
    }

    /// What is derived for a component.
    pub fn of(&self, component: &str, scope: &Scope) -> Vec<Object> {
        let network = self.network.iter().flat_map(|network| network.policies(component, scope));
        let mesh = self.mesh.iter().zip(&scope.header.mesh);
        network.chain(mesh.flat_map(|(peers, mesh)| peers.objects(component, mesh, scope))).collect()
    }
}

/// Labels of an object of the platform as a whole.
pub(super) fn labels(scope: &Scope) -> crate::scope::LabelMap {
    let mut labels = scope.labels(&scope.header.platform, &Labels::default());
    labels.remove("app");
    labels
}
