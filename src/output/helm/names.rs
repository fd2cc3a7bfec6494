//! Names of knobs: a table from places in objects to values that people can guess.

use super::shape::Shape;
use super::values::Name;

/// What an object, or a part of one, is to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Anything not named below, and every kind for its metadata.
    Object,
    /// Deployment, `StatefulSet`, `DaemonSet`, Job or `CronJob`, outside of its pod template.
    Workload,
    /// A pod template.
    Pod,
    /// A container of a pod template.
    Container,
    /// A `PersistentVolumeClaim`, alone or as a template.
    Claim,
    /// A `HorizontalPodAutoscaler`.
    Autoscaler,
    /// A `PodDisruptionBudget`.
    Budget,
    /// An Ingress.
    Ingress,
    /// A `ServiceAccount`.
    Account,
    /// The release's namespace.
    Namespace,
}

/// When a place is a knob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Where variants differ.
    Varies,
    /// Always, if the place is there.
    Always,
    /// Always, as a whole, even where no variant has the place.
    Offered(Shape),
    /// Where variants differ, as a whole.
    Whole,
}

/// One row: a place and its name.
#[derive(Debug)]
pub(super) struct Row {
    /// What the path is relative to.
    pub scope: Scope,
    /// Keys; `*` is any step.
    pub path: &'static [&'static str],
    /// The segments of the name; `*` is the step that the path's last `*` matched.
    pub name: &'static [&'static str],
    /// When it is a knob.
    pub used: Use,
    /// One line for values.yaml, the schema and the README.
    pub about: &'static str,
}

const fn row(
    scope: Scope,
    path: &'static [&'static str],
    name: &'static [&'static str],
    used: Use,
    about: &'static str,
) -> Row {
    Row { scope, path, name, used, about }
}

/// The knobs that have a name of their own.
pub(super) const ROWS: &[Row] = &[
    row(Scope::Workload, &["spec", "replicas"], &["replicas"], Use::Offered(Shape::Int), "Number of pods"),
    row(Scope::Workload, &["spec", "schedule"], &["schedule"], Use::Always, "When it runs, as a cron line"),
    row(Scope::Workload, &["spec", "strategy"], &["strategy"], Use::Varies, "How new pods replace old ones"),
    row(
        Scope::Pod,
        &["spec", "nodeSelector"],
        &["nodeSelector"],
        Use::Offered(Shape::Strings),
        "Labels that a node needs to run the pods",
    ),
    row(
        Scope::Pod,
        &["spec", "tolerations"],
        &["tolerations"],
        Use::Offered(Shape::List),
        "Taints of nodes that the pods put up with",
    ),
    row(
        Scope::Pod,
        &["metadata", "annotations"],
        &["podAnnotations"],
        Use::Offered(Shape::Strings),
        "Annotations of the pods",
    ),
    row(Scope::Pod, &["spec", "affinity"], &["affinity"], Use::Whole, "Where pods are drawn to"),
    row(
        Scope::Pod,
        &["spec", "topologySpreadConstraints"],
        &["topologySpreadConstraints"],
        Use::Whole,
        "How pods spread over nodes and zones",
    ),
    row(
        Scope::Pod,
        &["spec", "imagePullSecrets"],
        &["imagePullSecrets"],
        Use::Whole,
        "Secrets that images are pulled with",
    ),
    row(
        Scope::Pod,
        &["spec", "priorityClassName"],
        &["priorityClassName"],
        Use::Varies,
        "Priority of the pods",
    ),
    row(
        Scope::Container,
        &["imagePullPolicy"],
        &["image", "pullPolicy"],
        Use::Varies,
        "When the image is pulled",
    ),
    row(
        Scope::Container,
        &["resources"],
        &["resources"],
        Use::Offered(Shape::Map),
        "Requests and limits of the container",
    ),
    row(Scope::Container, &["env", "*", "value"], &["env", "*"], Use::Always, "Environment variable"),
    row(Scope::Container, &["command"], &["command"], Use::Whole, "Command of the container"),
    row(Scope::Container, &["args"], &["args"], Use::Whole, "Arguments of the container"),
    row(
        Scope::Claim,
        &["spec", "resources", "requests", "storage"],
        &["size"],
        Use::Always,
        "Size of the volume",
    ),
    row(
        Scope::Claim,
        &["spec", "storageClassName"],
        &["storageClass"],
        Use::Offered(Shape::Str),
        "Storage class of the volume (unset: the cluster's default)",
    ),
    row(
        Scope::Autoscaler,
        &["spec", "minReplicas"],
        &["minReplicas"],
        Use::Always,
        "Pods at the least while autoscaling is on",
    ),
    row(
        Scope::Autoscaler,
        &["spec", "maxReplicas"],
        &["maxReplicas"],
        Use::Always,
        "Pods at the most while autoscaling is on",
    ),
    row(
        Scope::Autoscaler,
        &["spec", "metrics", "[Resource/cpu]", "resource", "target", "averageUtilization"],
        &["cpu"],
        Use::Always,
        "Target CPU utilisation in percent of the requests",
    ),
    row(
        Scope::Autoscaler,
        &["spec", "metrics", "[Resource/memory]", "resource", "target", "averageUtilization"],
        &["memory"],
        Use::Always,
        "Target memory utilisation in percent of the requests",
    ),
    row(
        Scope::Budget,
        &["spec", "minAvailable"],
        &["minAvailable"],
        Use::Always,
        "Pods that a drain must leave, as number or percentage",
    ),
    row(
        Scope::Budget,
        &["spec", "maxUnavailable"],
        &["maxUnavailable"],
        Use::Always,
        "Pods that a drain may take, as number or percentage",
    ),
    row(
        Scope::Ingress,
        &["spec", "ingressClassName"],
        &["className"],
        Use::Offered(Shape::Str),
        "Ingress class (unset: the cluster's default)",
    ),
    row(
        Scope::Ingress,
        &["metadata", "annotations"],
        &["annotations"],
        Use::Offered(Shape::Strings),
        "Annotations that the ingress controller reads",
    ),
    row(Scope::Ingress, &["spec", "rules", "*", "host"], &["host"], Use::Always, "Host that it answers to"),
    row(
        Scope::Ingress,
        &["spec", "tls", "*", "secretName"],
        &["tlsSecret"],
        Use::Always,
        "Secret that holds the certificate",
    ),
    row(
        Scope::Account,
        &["metadata", "annotations"],
        &["annotations"],
        Use::Offered(Shape::Strings),
        "Annotations, e.g. of a cloud identity",
    ),
    row(
        Scope::Namespace,
        &["metadata", "labels"],
        &["labels"],
        Use::Offered(Shape::Strings),
        "Labels of the namespace if the chart creates it",
    ),
    row(
        Scope::Namespace,
        &["metadata", "annotations"],
        &["annotations"],
        Use::Offered(Shape::Strings),
        "Annotations of the namespace if the chart creates it",
    ),
];

/// Kinds whose knobs, and switch, have a section of another name than the kind; the second
/// flag says whether an object of the kind can always be switched off.
const SECTIONS: &[(&str, &str, &str, bool)] = &[
    ("HorizontalPodAutoscaler", "hpa", "autoscaling", true),
    ("Ingress", "ingress", "ingress", true),
    ("NetworkPolicy", "networkpolicy", "networkPolicy", true),
    ("PersistentVolumeClaim", "pvc", "persistence", false),
    ("PodDisruptionBudget", "pdb", "podDisruptionBudget", true),
    ("PodMonitor", "podmonitor", "podMonitor", true),
    ("PrometheusRule", "prometheusrule", "prometheusRule", true),
    ("ServiceAccount", "serviceaccount", "serviceAccount", false),
    ("ServiceMonitor", "servicemonitor", "serviceMonitor", true),
];

/// The segment under which an object of this kind and file has its knobs.
pub(super) fn section(kind: &str, file: &str) -> String {
    match SECTIONS.iter().find(|(k, ..)| *k == kind) {
        Some((_, usual, name, _)) if *usual == file => (*name).to_owned(),
        None if file == crate::k8s::order::file_name(kind) => {
            // Of a usual name only the kind knows where its words end.
            let mut letters = kind.chars();
            letters.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(letters).collect()
        }
        _ => camel(file),
    }
}

/// Whether an object of this kind has a switch in every chart.
pub(super) fn is_switched(kind: &str) -> bool {
    SECTIONS.iter().any(|(k, .., switched)| *k == kind && *switched)
}

/// The row of a place, and the step that its last `*` stands for.
pub(super) fn find(scope: Scope, path: &[String]) -> Option<(&'static Row, Option<&str>)> {
    let row = ROWS.iter().find(|row| {
        row.scope == scope
            && row.path.len() == path.len()
            && row.path.iter().zip(path).all(|(want, is)| *want == "*" || want == is)
    })?;
    let star = row.path.iter().rposition(|step| *step == "*").map(|at| path[at].as_str());
    Some((row, star))
}

/// The rows that an object offers below `path` even where no variant has them.
pub(super) fn offered(scope: Scope, path: &[String]) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| {
        row.scope == scope
            && matches!(row.used, Use::Offered(_))
            && row.path.len() == path.len() + 1
            && row.path.iter().zip(path).all(|(want, is)| want == is)
    })
}

/// A readable name for a place that has no row: its path without the steps that say nothing.
pub(super) fn shortened(path: &[String]) -> Name {
    const SILENT: &[&str] = &["spec", "metadata", "template", "[#]"];
    let name: Name =
        path.iter().filter(|step| !SILENT.contains(&step.as_str())).map(|step| camel(bare(step))).collect();
    if name.is_empty() { vec!["content".to_owned()] } else { name }
}

/// The name of a place step by step.
pub(super) fn full(path: &[String]) -> Name {
    path.iter().map(|step| camel(bare(step))).collect()
}

/// The identity of a list item without its brackets.
pub(super) fn bare(step: &str) -> &str {
    let inner = step.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some("#") => "item",
        Some(inner) => inner.strip_prefix('#').unwrap_or(inner),
        None => step,
    }
}

/// The text as a camel-case identifier: `auth-service` becomes `authService`.
pub(super) fn camel(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
        let mut letters = word.chars();
        let first = letters.next().unwrap_or_default();
        if out.is_empty() {
            // `LOG_LEVEL` stays, `Deployment` becomes `deployment`.
            let shouts = word.chars().nth(1).is_some_and(|c| c.is_ascii_uppercase());
            out.push(if shouts { first } else { first.to_ascii_lowercase() });
        } else {
            out.push(first.to_ascii_uppercase());
        }
        out.extend(letters);
    }
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    out
}

/// The expression that reads a knob, e.g. `.Values.authService.replicas`.
pub(super) fn reference(name: &[String]) -> String {
    let plain = |segment: &String| {
        !segment.is_empty()
            && segment.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !segment.starts_with(|c: char| c.is_ascii_digit())
    };
    let split = name.iter().position(|segment| !plain(segment)).unwrap_or(name.len());
    let mut out = String::from(".Values");
    for segment in &name[..split] {
        out.push('.');
        out.push_str(segment);
    }
    if split < name.len() {
        let keys: Vec<String> = name[split..].iter().map(|segment| quoted(segment)).collect();
        out = format!("(index {out} {})", keys.join(" "));
    }
    out
}

/// The text as a string of Go's template language.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for (text, want) in [
            ("auth-service", "authService"),
            ("app.kubernetes.io/name", "appKubernetesIoName"),
            ("LOG_LEVEL", "LOG_LEVEL"),
            ("Deployment", "deployment"),
            ("1st", "_1st"),
            ("ö", "_"),
        ] {
            assert_eq!(camel(text), want);
        }
    }

    #[test]
    fn references_survive_odd_keys() {
        let name = |segments: &[&str]| segments.iter().map(|s| (*s).to_owned()).collect::<Name>();
        assert_eq!(reference(&name(&["a", "b"])), ".Values.a.b");
        assert_eq!(reference(&name(&["a", "x-y", "z"])), r#"(index .Values.a "x-y" "z")"#);
    }
}
