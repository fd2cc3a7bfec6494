//! Codes about what the cluster has: operators, definitions of custom resources, machines.

use super::{Code, row};

pub(super) const CODES: &[Code] = &[
    row(
        "autoscaling-memory",
        "Autoscaling by the use of memory.",
        "Most servers keep what they once had: the number of pods grows and never shrinks.",
    ),
    row(
        "autoscaling-metrics",
        "Autoscaling by CPU or memory in a cluster where nothing measures them.",
        "The autoscaler would keep the number of pods as it is, for ever.",
    ),
    row(
        "cluster-scoped",
        "A namespace of a kind that stands outside of namespaces.",
        "The API server would ignore it or refuse it, and two environments would share the object unnoticed.",
    ),
    row(
        "crd-misfit",
        "A custom resource that does not fit its definition.",
        "The API server would refuse it, or drop what it does not know in silence.",
    ),
    row(
        "crd-missing",
        "A custom resource without a definition in the folder of `crds`.",
        "Its fields are not checked before the cluster sees them.",
    ),
    row(
        "not-provided",
        "A custom resource that nothing in the cluster takes.",
        "The API server would refuse it, or nobody would act on it; `provides` says what the cluster has.",
    ),
    row(
        "retired",
        "An add-on or a server that gets no fixes any more.",
        "Holes that are known stay open, and newer Kubernetes versions may break it.",
    ),
    row(
        "machine-pools",
        "Machine pools that make no working cluster.",
        "Rancher would refuse it, or wait for ever for machines of the missing role.",
    ),
    row(
        "pool-too-small",
        "A machine pool that cannot hold the platform's most pods.",
        "The last pods would wait for room for ever, just when the load is highest.",
    ),
];
