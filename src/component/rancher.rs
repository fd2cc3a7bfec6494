//! Rancher: the cluster that the platform runs in, and Rancher itself. The objects are for another cluster, the one
//! that manages: they are never applied together with the platform.

use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Needs, Offer};
use crate::pod::scheduling::Effect;
use crate::scope::{LabelMap, Scope};
use crate::value::format;
use crate::value::{
    Duration, IntOrPercent, Keyed, LabelValue, Labels, Name, Quantity, RkeRelease, Scalar, Schedule,
};
use schemars::JsonSchema;
use serde::Deserialize;
use server::Server;

mod bounds;
mod check;
mod cluster;
mod machine;
mod server;

/// A cluster that Rancher makes on machines of vSphere.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rancher {
    /// Name of the cluster. Default: the component's name, and `-` and the environment's in an environment.
    #[serde(default)]
    pub name: Option<Name>,
    /// Namespace of the objects in the managing cluster. Default: `fleet-default`.
    #[serde(default)]
    pub namespace: Option<Name>,
    /// Release of RKE2 or K3s, one that this Rancher knows, e.g. `v1.33.4+rke2r1`.
    pub kubernetes_version: RkeRelease,
    /// Secret with the vSphere login in the managing cluster, `NAMESPACE:NAME`, e.g. `cattle-global-data:cc-vsphere`.
    pub cloud_credential: Scalar,
    /// Network plugin. Default: calico.
    #[serde(default)]
    pub cni: Cni,
    /// Where machines are made.
    pub vsphere: Vsphere,
    /// Groups of equal machines by name.
    pub pools: Keyed<format::Name, Pool>,
    /// Snapshots of etcd.
    #[serde(default)]
    pub snapshots: Snapshots,
    /// How many machines are replaced at once during an upgrade.
    #[serde(default)]
    pub upgrade: Upgrade,
    /// Rancher itself, where it is not there yet.
    #[serde(default)]
    pub server: Option<Server>,
}

/// A network plugin; all of them enforce NetworkPolicies.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Cni {
    /// Calico.
    #[default]
    Calico,
    /// Calico's policies over Flannel's network.
    Canal,
    /// Cilium.
    Cilium,
}

/// Where vSphere makes machines, and of what.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vsphere {
    /// Path of the data centre, e.g. `/dc1`.
    pub datacenter: String,
    /// Path of the datastore.
    pub datastore: String,
    /// Path of the folder that machines are put into.
    pub folder: String,
    /// Path of the resource pool.
    pub pool: String,
    /// Paths of the networks, one adapter each.
    #[schemars(length(min = 1))]
    pub networks: Vec<String>,
    /// Path of the template that machines are cloned from; it needs cloud-init.
    pub template: String,
    /// Settings of the machines, `KEY=VALUE`. Default: `disk.enableUUID=TRUE`, which volumes of vSphere need.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// Tags of the machines, by their identifiers in vSphere.
    #[serde(default)]
    pub tags: Vec<String>,
    /// User whom cloud-init lets in. Default: `docker`.
    #[serde(default)]
    pub ssh_user: Option<String>,
}

/// A group of equal machines.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// What runs there.
    #[schemars(length(min = 1))]
    pub roles: Vec<Role>,
    /// Number of machines; with `autoscaling`, that of the beginning. Default: 1, or the fewest.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub quantity: Option<u32>,
    /// Lets the number follow the load. Workers only.
    #[serde(default)]
    pub autoscaling: Option<Bounds>,
    /// Processors of a machine.
    #[schemars(range(min = 1))]
    pub cpus: u32,
    /// Memory of a machine.
    pub memory: Quantity,
    /// Disk of a machine. Default: 40Gi.
    #[serde(default)]
    pub disk: Option<Quantity>,
    /// Labels of the nodes.
    #[serde(default)]
    pub labels: Labels,
    /// Taints of the nodes by key: only pods that tolerate them run there.
    #[serde(default)]
    pub taints: Keyed<format::LabelKey, Taint>,
    /// Whether pods are moved away before a machine goes. Default: true.
    #[serde(default)]
    pub drain: Option<bool>,
    /// How long that may take. Default: for ever.
    #[serde(default)]
    pub drain_timeout: Option<Duration>,
    /// After this time without a sign of life a machine is replaced. Default: never.
    #[serde(default)]
    pub unhealthy_timeout: Option<Duration>,
}

/// What a machine is for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// It keeps the state of the cluster.
    Etcd,
    /// It runs the API server and its controllers.
    ControlPlane,
    /// It runs pods.
    Worker,
}

/// Between how many machines a pool scales.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Bounds {
    /// Fewest machines. Default: what the platform requests with the fewest pods.
    pub min: Option<u32>,
    /// Most machines. Default: what the platform requests with the most pods, and a quarter more.
    #[schemars(range(min = 1))]
    pub max: Option<u32>,
    /// Who scales. Default: rancher.
    pub by: Scaler,
}

/// Who changes the number of machines.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub enum Scaler {
    /// Rancher's own autoscaler, which it installs with the cluster.
    #[default]
    Rancher,
    /// A cluster-autoscaler with its provider for Rancher: annotations tell it the bounds.
    ClusterAutoscaler,
}

/// A taint.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Taint {
    /// Its value. Default: none.
    #[serde(default)]
    pub value: Option<LabelValue>,
    /// What becomes of pods that do not tolerate it.
    pub effect: Effect,
}

/// Snapshots of etcd.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Snapshots {
    /// When. Default: every five hours, `0 */5 * * *`.
    pub schedule: Option<Schedule>,
    /// How many are kept. Default: 5.
    #[schemars(range(min = 1))]
    pub retention: Option<u16>,
}

/// How many machines are replaced at once.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Upgrade {
    /// Of the control plane. Default: 1.
    pub control_plane: Option<IntOrPercent>,
    /// Of the workers. Default: 10%.
    pub workers: Option<IntOrPercent>,
}

impl Rancher {
    /// The cluster's name.
    fn name(&self, name: &str, scope: &Scope) -> String {
        match (&self.name, &scope.environment) {
            (Some(name), _) => name.to_string(),
            (None, Some(environment)) => format!("{name}-{environment}"),
            (None, None) => name.to_owned(),
        }
    }

    fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or("fleet-default")
    }

    fn labels(name: &str, scope: &Scope) -> LabelMap {
        scope.labels(name, &Labels::default())
    }
}

impl Pool {
    fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Fewest and most machines.
    fn range(&self, name: &str, rancher: &Rancher, scope: &Scope) -> (u32, u32) {
        let quantity = self.quantity.unwrap_or(1);
        self.autoscaling.as_ref().map_or((quantity, quantity), |bounds| {
            let needed = bounds::needed(name, rancher, scope);
            let least = bounds.min.unwrap_or(needed.0.max(1));
            (least, bounds.max.unwrap_or(needed.1).max(least))
        })
    }
}

impl Component for Rancher {
    fn needs(&self, _: &str, _: &At<'_>, _: &mut Needs) {}

    fn offer(&self, _: &str, _: &Files) -> Offer {
        Offer::Raw
    }

    fn check(&self, _: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        check::check(self, at, scope, check);
    }

    fn objects(&self, _: &str, _: &Scope) -> Vec<Object> {
        Vec::new()
    }

    fn management(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let mut objects = self.server.as_ref().map(|server| server.objects(name)).unwrap_or_default();
        objects
            .extend(self.pools.iter().map(|(pool, spec)| machine::object(self, (pool, spec), name, scope)));
        objects.push(cluster::object(self, name, scope));
        objects
    }
}

#[cfg(test)]
mod tests;
