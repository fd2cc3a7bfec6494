//! The order in which people write the fields of Kubernetes' types, and the names of files.

use crate::tree::Map;

/// Fields first to last for the types whose alphabetical order reads badly; what is not named
/// follows in alphabetical order. A type that is not in the table has `name` first.
const FIELDS: &[(&str, &[&str])] = &[
    ("DeploymentStrategy", &["type"]),
    ("StatefulSetUpdateStrategy", &["type"]),
    ("DaemonSetUpdateStrategy", &["type"]),
    ("WeightedPodAffinityTerm", &["weight"]),
    ("PodAffinityTerm", &["topologyKey"]),
    ("HPAScalingPolicy", &["type", "value"]),
    ("ObjectMeta", &["name", "generateName", "namespace", "labels", "annotations"]),
    (
        "DeploymentSpec",
        &[
            "replicas",
            "revisionHistoryLimit",
            "minReadySeconds",
            "progressDeadlineSeconds",
            "paused",
            "strategy",
            "selector",
            "template",
        ],
    ),
    (
        "StatefulSetSpec",
        &[
            "serviceName",
            "replicas",
            "revisionHistoryLimit",
            "minReadySeconds",
            "podManagementPolicy",
            "updateStrategy",
            "ordinals",
            "persistentVolumeClaimRetentionPolicy",
            "selector",
            "template",
            "volumeClaimTemplates",
        ],
    ),
    ("DaemonSetSpec", &["revisionHistoryLimit", "minReadySeconds", "updateStrategy", "selector", "template"]),
    (
        "JobSpec",
        &[
            "suspend",
            "completions",
            "parallelism",
            "completionMode",
            "backoffLimit",
            "backoffLimitPerIndex",
            "maxFailedIndexes",
            "activeDeadlineSeconds",
            "ttlSecondsAfterFinished",
            "podFailurePolicy",
            "template",
        ],
    ),
    (
        "CronJobSpec",
        &[
            "schedule",
            "timeZone",
            "suspend",
            "concurrencyPolicy",
            "startingDeadlineSeconds",
            "successfulJobsHistoryLimit",
            "failedJobsHistoryLimit",
            "jobTemplate",
        ],
    ),
    (
        "PodSpec",
        &[
            "serviceAccountName",
            "automountServiceAccountToken",
            "imagePullSecrets",
            "runtimeClassName",
            "priorityClassName",
            "schedulerName",
            "hostname",
            "subdomain",
            "hostNetwork",
            "hostPID",
            "hostIPC",
            "hostUsers",
            "shareProcessNamespace",
            "dnsPolicy",
            "dnsConfig",
            "hostAliases",
            "enableServiceLinks",
            "restartPolicy",
            "activeDeadlineSeconds",
            "terminationGracePeriodSeconds",
            "securityContext",
            "initContainers",
            "containers",
            "volumes",
            "nodeSelector",
            "affinity",
            "tolerations",
            "topologySpreadConstraints",
            "readinessGates",
        ],
    ),
    (
        "Container",
        &[
            "name",
            "image",
            "imagePullPolicy",
            "restartPolicy",
            "workingDir",
            "command",
            "args",
            "stdin",
            "tty",
            "ports",
            "envFrom",
            "env",
            "resources",
            "resizePolicy",
            "startupProbe",
            "livenessProbe",
            "readinessProbe",
            "lifecycle",
            "terminationMessagePath",
            "terminationMessagePolicy",
            "securityContext",
            "volumeMounts",
            "volumeDevices",
        ],
    ),
    ("ContainerPort", &["name", "containerPort", "protocol"]),
    ("EnvVar", &["name", "value", "valueFrom"]),
    ("ResourceRequirements", &["requests", "limits"]),
    (
        "Probe",
        &[
            "exec",
            "grpc",
            "httpGet",
            "tcpSocket",
            "initialDelaySeconds",
            "periodSeconds",
            "timeoutSeconds",
            "successThreshold",
            "failureThreshold",
            "terminationGracePeriodSeconds",
        ],
    ),
    ("HTTPGetAction", &["path", "port", "scheme", "host", "httpHeaders"]),
    ("VolumeMount", &["name", "mountPath", "subPath", "subPathExpr", "readOnly"]),
    ("ServiceSpec", &["type", "clusterIP", "externalName", "selector", "ports"]),
    ("ServicePort", &["name", "port", "targetPort", "nodePort", "protocol", "appProtocol"]),
    ("HorizontalPodAutoscalerSpec", &["scaleTargetRef", "minReplicas", "maxReplicas", "metrics", "behavior"]),
    ("HPAScalingRules", &["stabilizationWindowSeconds", "selectPolicy", "tolerance", "policies"]),
    ("MetricSpec", &["type"]),
    ("MetricTarget", &["type"]),
    ("CrossVersionObjectReference", &["apiVersion", "kind", "name"]),
    ("IngressSpec", &["ingressClassName", "tls", "defaultBackend", "rules"]),
    ("IngressRule", &["host", "http"]),
    ("HTTPIngressPath", &["path", "pathType", "backend"]),
    (
        "PersistentVolumeClaimSpec",
        &["accessModes", "storageClassName", "volumeMode", "volumeName", "resources"],
    ),
    ("TopologySpreadConstraint", &["maxSkew", "topologyKey", "whenUnsatisfiable", "labelSelector"]),
    (
        "PodDisruptionBudgetSpec",
        &["minAvailable", "maxUnavailable", "unhealthyPodEvictionPolicy", "selector"],
    ),
    ("LimitRangeItem", &["type", "default", "defaultRequest", "max"]),
    ("NetworkPolicySpec", &["podSelector", "policyTypes", "ingress", "egress"]),
    ("NetworkPolicyIngressRule", &["from", "ports"]),
    ("NetworkPolicyEgressRule", &["to", "ports"]),
    ("NetworkPolicyPeer", &["namespaceSelector", "podSelector", "ipBlock"]),
    ("NetworkPolicyPort", &["protocol", "port"]),
    ("IPBlock", &["cidr", "except"]),
    ("PolicyRule", &["apiGroups", "resources", "resourceNames", "nonResourceURLs", "verbs"]),
    ("RoleRef", &["apiGroup", "kind", "name"]),
    ("Subject", &["kind", "name", "namespace"]),
    ("Toleration", &["key", "operator", "value", "effect"]),
    ("NodeSelectorRequirement", &["key", "operator", "values"]),
    ("LabelSelectorRequirement", &["key", "operator", "values"]),
    ("PodSecurityContext", &["runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup"]),
    (
        "SecurityContext",
        &[
            "runAsNonRoot",
            "runAsUser",
            "runAsGroup",
            "privileged",
            "allowPrivilegeEscalation",
            "readOnlyRootFilesystem",
            "capabilities",
        ],
    ),
];

/// Fields of every object, before those of its type.
const OBJECT: &[&str] =
    &["apiVersion", "kind", "metadata", "type", "immutable", "data", "value", "globalDefault", "spec"];

/// Puts the fields of the struct `name` into people's order.
pub fn arrange(name: &'static str, map: &mut Map) {
    let is_object = ["kind", "apiVersion", "metadata"].iter().all(|key| map.contains(key));
    if is_object {
        map.put_first(OBJECT);
    } else {
        map.put_first(FIELDS.iter().find(|(n, _)| *n == name).map_or(&["name"][..], |(_, fields)| fields));
    }
}

/// Kinds whose usual short name people look for in a folder.
const SHORT: &[(&str, &str)] = &[
    ("ConfigMap", "configmap"),
    ("CronJob", "cronjob"),
    ("DaemonSet", "daemonset"),
    ("HTTPRoute", "httproute"),
    ("HorizontalPodAutoscaler", "hpa"),
    ("PersistentVolumeClaim", "pvc"),
    ("PodDisruptionBudget", "pdb"),
    ("RoleBinding", "rolebinding"),
    ("ServiceAccount", "serviceaccount"),
    ("ServiceMonitor", "servicemonitor"),
    ("StatefulSet", "statefulset"),
    ("VerticalPodAutoscaler", "vpa"),
];

/// The name of the file of a kind, without `.yaml`: `deployment`, `hpa`.
#[must_use]
pub fn file_name(kind: &str) -> String {
    SHORT
        .iter()
        .find(|(long, _)| *long == kind)
        .map_or_else(|| kind.to_lowercase(), |(_, short)| (*short).to_owned())
}
