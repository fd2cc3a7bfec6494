//! The cluster as Rancher takes it.

use super::{Cni, Pool, Rancher, Role, Scaler, machine};
use crate::k8s::Object;
use crate::pod::probe::{go_span, seconds};
use crate::scope::{LabelMap, Scope};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProvisioningCluster {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: ProvisioningSpec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProvisioningSpec {
    kubernetes_version: String,
    cloud_credential_secret_name: String,
    enable_network_policy: bool,
    rke_config: RkeConfig,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RkeConfig {
    machine_global_config: BTreeMap<&'static str, &'static str>,
    machine_selector_config: Vec<SelectorConfig>,
    etcd: Etcd,
    upgrade_strategy: UpgradeStrategy,
    machine_pools: Vec<MachinePool>,
}

#[derive(Serialize)]
struct SelectorConfig {
    config: BTreeMap<&'static str, bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Etcd {
    snapshot_schedule_cron: String,
    snapshot_retention: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpgradeStrategy {
    control_plane_concurrency: String,
    worker_concurrency: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MachinePool {
    name: String,
    quantity: u32,
    autoscaling_min_size: Option<u32>,
    autoscaling_max_size: Option<u32>,
    machine_deployment_annotations: Option<BTreeMap<&'static str, String>>,
    control_plane_role: bool,
    etcd_role: bool,
    worker_role: bool,
    machine_config_ref: MachineConfigRef,
    drain_before_delete: bool,
    drain_before_delete_timeout: Option<String>,
    unhealthy_node_timeout: Option<String>,
    labels: Option<LabelMap>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    taints: Vec<PoolTaint>,
}

#[derive(Serialize)]
struct MachineConfigRef {
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
struct PoolTaint {
    key: String,
    value: Option<String>,
    effect: String,
}

/// The cluster with its pools.
pub(super) fn object(rancher: &Rancher, component: &str, scope: &Scope) -> Object {
    let cni = match rancher.cni {
        Cni::Calico => "calico",
        Cni::Canal => "canal",
        Cni::Cilium => "cilium",
    };
    let upgrade = |own: Option<&str>, default: &str| own.unwrap_or(default).to_owned();
    let cluster = ProvisioningCluster {
        api_version: "provisioning.cattle.io/v1",
        kind: "Cluster",
        metadata: ObjectMeta {
            name: Some(rancher.name(component, scope)),
            namespace: Some(rancher.namespace().to_owned()),
            labels: Some(Rancher::labels(component, scope)),
            ..ObjectMeta::default()
        },
        spec: ProvisioningSpec {
            kubernetes_version: rancher.kubernetes_version.to_string(),
            cloud_credential_secret_name: rancher.cloud_credential.0.clone(),
            enable_network_policy: true,
            rke_config: RkeConfig {
                machine_global_config: [("cni", cni)].into(),
                machine_selector_config: vec![SelectorConfig {
                    config: [("protect-kernel-defaults", true)].into(),
                }],
                etcd: Etcd {
                    snapshot_schedule_cron: upgrade(rancher.snapshots.schedule.as_deref(), "0 */5 * * *"),
                    snapshot_retention: rancher.snapshots.retention.unwrap_or(5),
                },
                upgrade_strategy: UpgradeStrategy {
                    control_plane_concurrency: upgrade(rancher.upgrade.control_plane.as_deref(), "1"),
                    worker_concurrency: upgrade(rancher.upgrade.workers.as_deref(), "10%"),
                },
                machine_pools: rancher
                    .pools
                    .iter()
                    .map(|(name, pool)| machines(rancher, (name, pool), component, scope))
                    .collect(),
            },
        },
    };
    Object::new(component, &cluster)
}

fn machines(rancher: &Rancher, (name, pool): (&str, &Pool), component: &str, scope: &Scope) -> MachinePool {
    let (least, most) = pool.range(name, rancher, scope);
    let scaler = pool.autoscaling.as_ref().map(|bounds| bounds.by);
    let own = scaler == Some(Scaler::Rancher);
    let annotations = (scaler == Some(Scaler::ClusterAutoscaler)).then(|| {
        [
            ("cluster.provisioning.cattle.io/autoscaler-min-size", least.to_string()),
            ("cluster.provisioning.cattle.io/autoscaler-max-size", most.to_string()),
        ]
        .into()
    });
    let labels: LabelMap =
        pool.labels.iter().map(|(key, value)| (key.to_owned(), value.to_string())).collect();
    MachinePool {
        name: name.to_owned(),
        quantity: pool.quantity.unwrap_or(least),
        autoscaling_min_size: own.then_some(least),
        autoscaling_max_size: own.then_some(most),
        machine_deployment_annotations: annotations,
        control_plane_role: pool.has(Role::ControlPlane),
        etcd_role: pool.has(Role::Etcd),
        worker_role: pool.has(Role::Worker),
        machine_config_ref: MachineConfigRef {
            kind: machine::KIND,
            name: machine::name(rancher, name, component, scope),
        },
        drain_before_delete: pool.drain.unwrap_or(true),
        drain_before_delete_timeout: pool.drain_timeout.as_ref().map(|span| go_span(seconds(span))),
        unhealthy_node_timeout: pool.unhealthy_timeout.as_ref().map(|span| go_span(seconds(span))),
        labels: (!labels.is_empty()).then_some(labels),
        taints: pool
            .taints
            .iter()
            .map(|(key, taint)| PoolTaint {
                key: key.to_owned(),
                value: taint.value.as_ref().map(ToString::to_string),
                effect: format!("{:?}", taint.effect),
            })
            .collect(),
    }
}
