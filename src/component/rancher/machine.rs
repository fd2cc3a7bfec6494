//! Machines of vSphere. Rancher makes this kind from the options of its driver: the fields stand at the top level,
//! without a `spec`, and numbers are text.

use super::{Pool, Rancher};
use crate::k8s::Object;
use crate::scope::Scope;
use crate::value::format::scaled;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

pub(super) const KIND: &str = "VmwarevsphereConfig";

/// Volumes of vSphere find their disks by this identifier.
const DISKS: &str = "disk.enableUUID=TRUE";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VmwarevsphereConfig {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    creation_type: &'static str,
    clone_from: String,
    cpu_count: String,
    memory_size: String,
    disk_size: String,
    datacenter: String,
    datastore: String,
    folder: String,
    pool: String,
    network: Vec<String>,
    cfgparam: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tag: Vec<String>,
    ssh_user: Option<String>,
    os: &'static str,
}

/// The name of a pool's machines.
pub(super) fn name(rancher: &Rancher, pool: &str, component: &str, scope: &Scope) -> String {
    format!("{}-{pool}", rancher.name(component, scope))
}

/// The machines of a pool.
pub(super) fn object(
    rancher: &Rancher,
    (pool, spec): (&str, &Pool),
    component: &str,
    scope: &Scope,
) -> Object {
    let vsphere = &rancher.vsphere;
    let parameters =
        if vsphere.parameters.is_empty() { vec![DISKS.to_owned()] } else { vsphere.parameters.clone() };
    let config = VmwarevsphereConfig {
        api_version: "rke-machine-config.cattle.io/v1",
        kind: KIND,
        metadata: ObjectMeta {
            name: Some(name(rancher, pool, component, scope)),
            namespace: Some(rancher.namespace().to_owned()),
            labels: Some(Rancher::labels(component, scope)),
            ..ObjectMeta::default()
        },
        creation_type: "template",
        clone_from: vsphere.template.clone(),
        cpu_count: spec.cpus.to_string(),
        memory_size: mebibytes(&spec.memory),
        disk_size: mebibytes(spec.disk.as_deref().unwrap_or("40Gi")),
        datacenter: vsphere.datacenter.clone(),
        datastore: vsphere.datastore.clone(),
        folder: vsphere.folder.clone(),
        pool: vsphere.pool.clone(),
        network: vsphere.networks.clone(),
        cfgparam: parameters,
        tag: vsphere.tags.clone(),
        ssh_user: vsphere.ssh_user.clone(),
        os: "linux",
    };
    Object::new(component, &config).in_file(format!("machines-{pool}"))
}

/// vSphere counts in units of 2^20 bytes.
fn mebibytes(quantity: &str) -> String {
    let bytes = scaled(quantity).unwrap_or_default();
    format!("{:.0}", (bytes / f64::from(1 << 20)).ceil())
}
