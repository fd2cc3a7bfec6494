//! Kubernetes' own kinds: the version in which each is served, and what its type takes.

use crate::load::{Reading, decode_strict};
use crate::source::{NodeId, Sources};
use k8s_openapi::api::{
    admissionregistration::v1 as admission, apps::v1 as apps, autoscaling::v2 as autoscaling,
    batch::v1 as batch, core::v1 as core, networking::v1 as networking, node::v1 as node,
    policy::v1 as policy, rbac::v1 as rbac, scheduling::v1 as scheduling, storage::v1 as storage,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;

/// A kind of Kubernetes itself.
struct Row {
    kind: &'static str,
    version: &'static str,
    read: fn(&Sources, NodeId) -> Reading,
}

macro_rules! rows {
    ($($kind:literal $version:literal $type:ty;)*) => {
        &[$(Row { kind: $kind, version: $version, read: decode_strict::<$type> }),*]
    };
}

/// Kinds, and the parts that are checked alone.
const ROWS: &[Row] = rows![
    "ClusterRole" "rbac.authorization.k8s.io/v1" rbac::ClusterRole;
    "ClusterRoleBinding" "rbac.authorization.k8s.io/v1" rbac::ClusterRoleBinding;
    "ConfigMap" "v1" core::ConfigMap;
    "Container" "" core::Container;
    "CronJob" "batch/v1" batch::CronJob;
    "DaemonSet" "apps/v1" apps::DaemonSet;
    "Deployment" "apps/v1" apps::Deployment;
    "HorizontalPodAutoscaler" "autoscaling/v2" autoscaling::HorizontalPodAutoscaler;
    "Ingress" "networking.k8s.io/v1" networking::Ingress;
    "IngressClass" "networking.k8s.io/v1" networking::IngressClass;
    "Job" "batch/v1" batch::Job;
    "LimitRange" "v1" core::LimitRange;
    "MutatingWebhookConfiguration" "admissionregistration.k8s.io/v1" admission::MutatingWebhookConfiguration;
    "Namespace" "v1" core::Namespace;
    "NetworkPolicy" "networking.k8s.io/v1" networking::NetworkPolicy;
    "ObjectMeta" "" meta::ObjectMeta;
    "PersistentVolume" "v1" core::PersistentVolume;
    "PersistentVolumeClaim" "v1" core::PersistentVolumeClaim;
    "Pod" "v1" core::Pod;
    "PodDisruptionBudget" "policy/v1" policy::PodDisruptionBudget;
    "PodSpec" "" core::PodSpec;
    "PriorityClass" "scheduling.k8s.io/v1" scheduling::PriorityClass;
    "ReplicaSet" "apps/v1" apps::ReplicaSet;
    "ResourceQuota" "v1" core::ResourceQuota;
    "Role" "rbac.authorization.k8s.io/v1" rbac::Role;
    "RoleBinding" "rbac.authorization.k8s.io/v1" rbac::RoleBinding;
    "RuntimeClass" "node.k8s.io/v1" node::RuntimeClass;
    "Secret" "v1" core::Secret;
    "Service" "v1" core::Service;
    "ServiceAccount" "v1" core::ServiceAccount;
    "StatefulSet" "apps/v1" apps::StatefulSet;
    "StorageClass" "storage.k8s.io/v1" storage::StorageClass;
    "ValidatingWebhookConfiguration" "admissionregistration.k8s.io/v1" admission::ValidatingWebhookConfiguration;
];

/// Kinds with a pod in them.
const WITH_PODS: &[&str] = &["CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"];

/// Groups whose kinds are all known, in the version that stays: those that kgen has no types of.
const UNTYPED: &[(&str, &[&str])] = &[
    (
        "admissionregistration.k8s.io/v1",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
        ],
    ),
    ("apps/v1", &["ControllerRevision"]),
    ("autoscaling/v1", &["HorizontalPodAutoscaler"]),
    ("autoscaling/v2", &[]),
    ("batch/v1", &[]),
    ("coordination.k8s.io/v1", &["Lease"]),
    ("discovery.k8s.io/v1", &["EndpointSlice"]),
    ("flowcontrol.apiserver.k8s.io/v1", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("networking.k8s.io/v1", &["IPAddress", "ServiceCIDR"]),
    ("node.k8s.io/v1", &[]),
    ("policy/v1", &[]),
    ("rbac.authorization.k8s.io/v1", &[]),
    ("scheduling.k8s.io/v1", &[]),
    (
        "storage.k8s.io/v1",
        &["CSIDriver", "CSINode", "CSIStorageCapacity", "VolumeAttachment", "VolumeAttributesClass"],
    ),
    ("v1", &["Endpoints", "Event", "Node", "PodTemplate", "ReplicationController"]),
];

/// Other versions that are served too, which kgen has no types of.
const SERVED: &[&str] = &["autoscaling/v1"];

/// The API version in which a kind is served; none if it is not one of Kubernetes' own.
#[must_use]
pub fn version(kind: &str) -> Option<&'static str> {
    row(kind).map(|row| row.version).filter(|version| !version.is_empty())
}

/// Whether an API version is one that Kubernetes has dropped for this kind, or never had.
#[must_use]
pub fn is_outdated(kind: &str, api_version: &str) -> bool {
    let own = api_version
        .split_once('/')
        .is_none_or(|(group, _)| !group.contains('.') || group.ends_with(".k8s.io"));
    own && !SERVED.contains(&api_version) && version(kind).is_some_and(|version| version != api_version)
}

/// Whether an API version is one of Kubernetes' own that never had the kind.
#[must_use]
pub fn lacks(api_version: &str, kind: &str) -> bool {
    let group = UNTYPED.iter().find(|(known, _)| *known == api_version);
    group.is_some_and(|(_, kinds)| !kinds.contains(&kind) && version(kind) != Some(api_version))
}

/// Whether objects of a kind hold a pod.
#[must_use]
pub fn has_pods(kind: &str) -> bool {
    WITH_PODS.contains(&kind)
}

/// Reads a node as the type of this name; finds nothing if the type is not known.
#[must_use]
pub fn read(name: &str, sources: &Sources, node: NodeId) -> Reading {
    row(name).map(|row| (row.read)(sources, node)).unwrap_or_default()
}

fn row(kind: &str) -> Option<&'static Row> {
    ROWS.binary_search_by(|row| row.kind.cmp(kind)).ok().map(|at| &ROWS[at])
}

#[cfg(test)]
mod tests {
    use super::{ROWS, UNTYPED, is_outdated, lacks, version};

    #[test]
    fn the_table_is_sorted() {
        assert!(ROWS.windows(2).all(|pair| pair[0].kind < pair[1].kind));
    }

    #[test]
    fn versions_of_other_groups_are_not_judged() {
        assert_eq!(version("Deployment"), Some("apps/v1"));
        assert!(is_outdated("Deployment", "extensions/v1beta1"));
        assert!(is_outdated("Ingress", "networking.k8s.io/v1beta1"));
        assert!(!is_outdated("Ingress", "config.openshift.io/v1"));
        assert!(!is_outdated("HorizontalPodAutoscaler", "autoscaling/v1"));
        assert!(!is_outdated("Certificate", "cert-manager.io/v1"));
    }

    #[test]
    fn groups_have_their_own_kinds_and_no_others() {
        assert!(lacks("v1", "ServiceMonitor") && lacks("apps/v1", "Service"));
        assert!(!lacks("v1", "Endpoints") && !lacks("apps/v1", "Deployment"));
        assert!(!lacks("monitoring.coreos.com/v1", "ServiceMonitor"));
        // Every kind with a type belongs to a group that is known.
        for row in ROWS.iter().filter(|row| !row.version.is_empty()) {
            assert!(UNTYPED.iter().any(|(version, _)| *version == row.version), "{}", row.version);
            assert!(!lacks(row.version, row.kind), "{}", row.kind);
        }
    }
}
