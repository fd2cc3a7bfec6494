//! How Kustomize merges a list of a patch into the list of an object.
//!
//! Kustomize decides by the `OpenAPI` document of Kubernetes 1.21.2 that is built into it, whatever
//! the cluster's version. Kinds that it does not know have their lists replaced whole. The rows
//! are every `x-kubernetes-patch-strategy: merge` of that document outside `status`.

/// What a list in a patch does to the object's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListMerge {
    /// It takes the list's place.
    Whole,
    /// Its items are merged by the value of this key and go to the front.
    ByKey(&'static str),
    /// Its items are merged by two keys, which loses their order: only `$patch: replace` is exact.
    ByPair([&'static str; 2]),
    /// It cannot be taken away from in every version of Kustomize: no patch is exact.
    Never,
}

/// Groups whose kinds are in Kustomize's document; the others are custom resources to it.
const GROUPS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "apps/v1",
    "batch/v1",
    "batch/v1beta1",
    "networking.k8s.io/v1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1",
];

/// Where a pod's spec stands in the kinds that have one.
const PODS: &[(&str, &[&str])] = &[
    ("Pod", &["spec"]),
    ("PodTemplate", &["template", "spec"]),
    ("Deployment", &["spec", "template", "spec"]),
    ("StatefulSet", &["spec", "template", "spec"]),
    ("DaemonSet", &["spec", "template", "spec"]),
    ("ReplicaSet", &["spec", "template", "spec"]),
    ("ReplicationController", &["spec", "template", "spec"]),
    ("Job", &["spec", "template", "spec"]),
    ("CronJob", &["spec", "jobTemplate", "spec", "template", "spec"]),
];

/// Lists of a pod's spec.
const POD: &[(&str, ListMerge)] = &[
    ("containers", ListMerge::ByKey("name")),
    ("initContainers", ListMerge::ByKey("name")),
    ("ephemeralContainers", ListMerge::ByKey("name")),
    ("volumes", ListMerge::ByKey("name")),
    ("imagePullSecrets", ListMerge::ByKey("name")),
    ("hostAliases", ListMerge::ByKey("ip")),
    ("topologySpreadConstraints", ListMerge::ByPair(["topologyKey", "whenUnsatisfiable"])),
];

/// Lists of a container.
const CONTAINER: &[(&str, ListMerge)] = &[
    ("env", ListMerge::ByKey("name")),
    ("volumeMounts", ListMerge::ByKey("mountPath")),
    ("volumeDevices", ListMerge::ByKey("devicePath")),
    ("ports", ListMerge::ByPair(["containerPort", "protocol"])),
];

/// Lists elsewhere: kind, path, merge.
const OTHERS: &[(&str, &[&str], ListMerge)] = &[
    ("Service", &["spec", "ports"], ListMerge::ByPair(["port", "protocol"])),
    ("ServiceAccount", &["secrets"], ListMerge::ByKey("name")),
    ("MutatingWebhookConfiguration", &["webhooks"], ListMerge::ByKey("name")),
    ("ValidatingWebhookConfiguration", &["webhooks"], ListMerge::ByKey("name")),
];

/// Returns how the list at `path` of an object is merged. Items of lists are not steps of a path.
pub(super) fn list_merge(api_version: &str, kind: &str, path: &[&str]) -> ListMerge {
    // `metadata` stands at the top and in templates, and is known whatever the kind.
    if let [.., "metadata", "finalizers" | "ownerReferences"] = path {
        return ListMerge::Never;
    }
    if !GROUPS.contains(&api_version) {
        return ListMerge::Whole;
    }
    if let Some((_, _, merge)) = OTHERS.iter().find(|(k, p, _)| *k == kind && *p == path) {
        return *merge;
    }
    if let Some((_, pod)) = PODS.iter().find(|(k, _)| *k == kind)
        && let Some(rest) = path.strip_prefix(*pod)
    {
        let row = |rows: &[(&str, ListMerge)], name: &str| {
            rows.iter().find(|(n, _)| *n == name).map_or(ListMerge::Whole, |(_, merge)| *merge)
        };
        return match rest {
            [list] => row(POD, list),
            ["ephemeralContainers", "ports"] => ListMerge::Whole,
            ["containers" | "initContainers" | "ephemeralContainers", list] => row(CONTAINER, list),
            _ => ListMerge::Whole,
        };
    }
    ListMerge::Whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_pods_are_merged_and_claim_templates_are_not() {
        let of = |kind: &str, path: &[&str]| list_merge("apps/v1", kind, path);
        let env = ["spec", "template", "spec", "containers", "env"];
        assert_eq!(of("Deployment", &env), ListMerge::ByKey("name"));
        assert_eq!(of("StatefulSet", &["spec", "volumeClaimTemplates"]), ListMerge::Whole);
        assert_eq!(list_merge("argoproj.io/v1alpha1", "Rollout", &env), ListMerge::Whole);
        assert_eq!(list_merge("v1", "ServiceAccount", &["imagePullSecrets"]), ListMerge::Whole);
    }
}
