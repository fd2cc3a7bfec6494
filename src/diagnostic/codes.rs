//! Every code, documented once: `kgen explain`, the docs and the output formats read this table.

use std::sync::LazyLock;

mod cluster;
mod edge;
mod monitoring;
mod pods;
mod policy;

/// A kind of finding.
#[derive(Debug)]
pub struct Code {
    /// Kebab-case word.
    pub name: &'static str,
    /// What it means, in a line.
    pub summary: &'static str,
    /// Why it matters.
    pub reason: &'static str,
}

const fn row(name: &'static str, summary: &'static str, reason: &'static str) -> Code {
    Code { name, summary, reason }
}

/// The code of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    CODES.binary_search_by(|code| code.name.cmp(name)).ok().map(|at| CODES[at])
}

/// The tables, by subject. The order of their rows says nothing.
const TABLES: &[&[Code]] =
    &[CODES_OF_ALL, cluster::CODES, edge::CODES, monitoring::CODES, pods::CODES, policy::CODES];

/// All codes, sorted by name.
pub static CODES: LazyLock<Vec<&'static Code>> = LazyLock::new(|| {
    let mut codes: Vec<&Code> = TABLES.iter().copied().flatten().collect();
    codes.sort_unstable_by_key(|code| code.name);
    codes
});

/// Codes of no single subject.
const CODES_OF_ALL: &[Code] = &[
    row("access-rule", "A rule of access that the API server refuses.", "Nobody would get the rights."),
    row(
        "alias-bomb",
        "Aliases that stand for far more than was written.",
        "A few lines could stand for more than the memory holds.",
    ),
    row(
        "allow-without-reason",
        "A comment allows a warning without saying why.",
        "The next reader must know.",
    ),
    row(
        "ambiguous-number",
        "A number that readers of YAML read differently.",
        "`012` is 10 for YAML 1.1 and 12 for YAML 1.2; `1_000` is text for some.",
    ),
    row("annotations-too-large", "Annotations over 256 KiB.", "Kubernetes would refuse the object."),
    row(
        "api-version",
        "An object in an API version that is not served.",
        "Kubernetes or the operator dropped it, or never had it: the API server would refuse the object.",
    ),
    row(
        "autoscaling-kind",
        "Autoscaling of something that has no number of pods.",
        "A DaemonSet, a Job and a CronJob cannot be scaled.",
    ),
    row("autoscaling-range", "An autoscaling maximum below its minimum.", "Kubernetes would refuse it."),
    row(
        "autoscaling-replicas",
        "A number of replicas beside autoscaling.",
        "The autoscaler owns the number; this one has no effect.",
    ),
    row(
        "autoscaling-request",
        "Autoscaling by the use of a resource that is not requested.",
        "A percentage of nothing never scales.",
    ),
    row("bad-alias", "An alias that contains itself.", "It has no end."),
    row(
        "budget-blocks",
        "A disruption budget that forbids every eviction.",
        "No node could ever be drained.",
    ),
    row(
        "build-time",
        "A variable of pods that only the build of the image reads.",
        "Pages are built once: what the pod is told never reaches a browser.",
    ),
    row("budget-both", "Both limits of a disruption budget.", "Kubernetes takes one."),
    row(
        "cache-over-heap",
        "Maps that may use more memory than there is.",
        "The limits would never take effect: memory runs out before.",
    ),
    row("config-too-large", "A config over 1 MiB.", "Kubernetes would refuse it."),
    row(
        "container-field",
        "A field that this sort of container does not have.",
        "Kubernetes would refuse the pod.",
    ),
    row("container-twice", "Two containers with one name in a pod.", "Kubernetes would refuse the pod."),
    row("cyclic-uses", "Components that use each other in a circle.", "None of them could start first."),
    row(
        "dashboard-invalid",
        "A dashboard that is not a JSON object with a title.",
        "Grafana would leave it out, with no more than a line in its log.",
    ),
    row("dead-override", "An override that changes nothing in the result.", "It is a leftover or a mistake."),
    row(
        "downward-field",
        "A field of the pod that a variable cannot hold.",
        "Kubernetes would refuse the pod.",
    ),
    row(
        "duplicate-key",
        "One key twice in one map.",
        "Many readers keep the last one in silence, so that one of the two settings is lost.",
    ),
    row("duplicate-name", "Two components with one name.", "`uses`, folders and values go by name alone."),
    row("duplicate-object", "Two objects with one identity.", "The last one applied would win."),
    row("duplicate-route", "Two routes with one host and path.", "Which of them answers would be chance."),
    row("empty-spec", "A file without content.", "Zero input is never a success."),
    row(
        "ensemble-even",
        "An ensemble with an even number of servers.",
        "It survives no more losses than one server fewer, and a split can leave neither half a majority.",
    ),
    row(
        "env-order",
        "A variable that stands for one further down.",
        "Kubernetes leaves `$(NAME)` as it is then.",
    ),
    row(
        "environment-twice",
        "An environment both in the spec and in a file of its own.",
        "It is not clear which one wins.",
    ),
    row(
        "extra-shape",
        "A raw object without `apiVersion`, `kind` or `metadata.name`.",
        "It cannot be applied.",
    ),
    row(
        "feature-gate",
        "A field that no known Kubernetes version has on by default.",
        "Where its feature gate is off, the API server drops the field in silence.",
    ),
    row(
        "file-too-large",
        "A file over 16 MB.",
        "No platform needs it; large texts belong in files that the spec names.",
    ),
    row("host-missing", "An ingress without a host.", "It needs `host`, or the platform's `domain`."),
    row("ingress-field", "A field that this kind of edge does not have.", "It would have no effect."),
    row(
        "ingress-without-routes",
        "An ingress that nothing routes to.",
        "It would be refused, or answer 404 to everything.",
    ),
    row(
        "initiated-too-early",
        "A cluster that an init container initiates.",
        "It ends before the servers start: there is nothing to initiate yet.",
    ),
    row(
        "invalid-name",
        "A name that Kubernetes would refuse.",
        "Names become parts of DNS names and labels.",
    ),
    row(
        "invalid-value",
        "A text that does not have the format of its field.",
        "Kubernetes would refuse it, or read it as something else.",
    ),
    row("kafka-mode", "A mode of Kafka that does not fit the rest.", "The brokers would not start."),
    row("key-not-text", "A key that is not plain text.", "Every key of a spec is a name."),
    row("kind-field", "A field that the kind of workload does not have.", "It would have no effect."),
    row(
        "leftover",
        "A placeholder, or text in a wrong encoding, in a value.",
        "Somebody meant to replace it, and the pods would read it as it is.",
    ),
    row("kit-registry", "A registry that no image can be named after.", "The scripts of the kit push to it."),
    row(
        "kit-unknown",
        "Something in the kit that the platform does not have.",
        "Scripts and documents would name what does not exist.",
    ),
    row(
        "memory-over-limit",
        "A server that may use more memory than its container.",
        "The kernel would end it under load.",
    ),
    row(
        "missing-field",
        "A field that must be there.",
        "There is no default that could be right for everybody.",
    ),
    row("mount-twice", "Two mounts at one path.", "Kubernetes would refuse the pod."),
    row(
        "name-too-long",
        "A name over the limit of its kind, suffixes counted.",
        "Kubernetes would refuse the object, or its pods.",
    ),
    row(
        "needs-kubernetes",
        "A field or an API that the lowest supported Kubernetes version lacks.",
        "It would be dropped in silence there, or refused.",
    ),
    row(
        "no-port",
        "A route, a probe or metrics without a port to lead to.",
        "There is nothing to connect to.",
    ),
    row(
        "no-readiness",
        "A routed container without a readiness probe.",
        "Traffic would reach pods that cannot answer yet.",
    ),
    row("not-callable", "A dependency on something without a port.", "Nothing listens there."),
    row("not-utf8", "A file that is not UTF-8 text.", "Kubernetes takes UTF-8 only."),
    row(
        "odd-annotation",
        "An annotation that Kustomize cannot read back.",
        "A key such as `012` or `null`, or a text of several lines that starts with a tab, ends `kustomize build` with an error.",
    ),
    row(
        "odd-character",
        "A character that not every reader of YAML keeps.",
        "Control characters, line separators and private-use characters are changed or refused by one of the tools that read the output.",
    ),
    row(
        "one-of",
        "None or several of fields of which exactly one must be set.",
        "Kubernetes would refuse it, or use only one.",
    ),
    row(
        "operator-field",
        "A field that the operator decides itself.",
        "The value would have no effect, or not be that of the running cluster.",
    ),
    row("out-of-range", "A number outside the range of its field.", "Kubernetes would refuse it."),
    row(
        "patch-field",
        "A patch that does not fit the Kubernetes API.",
        "The API server would refuse the object.",
    ),
    row(
        "patch-target",
        "A patch of an object that the component does not have.",
        "It would change nothing, in silence.",
    ),
    row(
        "pod-security",
        "A pod above the Pod Security level of its namespace.",
        "The API server would refuse it.",
    ),
    row("port-twice", "Two ports with one name or one number.", "Kubernetes would refuse or merge them."),
    row("probe-budget", "A probe that takes longer than its period.", "Checks would overlap."),
    row("probe-field", "A setting that this probe does not have.", "Kubernetes would refuse the pod."),
    row(
        "probe-port",
        "A probe of a port that the container does not have.",
        "The API takes it, and the kubelet fails.",
    ),
    row(
        "probes-identical",
        "The same check for liveness and readiness.",
        "A slow dependency would then restart the pod instead of taking it out of the Service.",
    ),
    row("quantity-suspicious", "A quantity that is hardly meant.", "`500m` of memory is half a byte."),
    row(
        "replication-factor",
        "More copies of messages than brokers, or no copy that may be missing.",
        "Topics could not be made, or nothing written while one broker restarts.",
    ),
    row("request-over-limit", "A request above its limit.", "Kubernetes would refuse the pod."),
    row(
        "reserved-name",
        "A name with a meaning of its own.",
        "It is a folder of the output or a word of `uses`.",
    ),
    row(
        "rewrite-class",
        "A rewrite that the ingress class does not know.",
        "Every path would reach the service unchanged, or not at all.",
    ),
    row("rollout-deadlock", "An update that may neither add nor remove a pod.", "It could never start."),
    row(
        "rwo-rolling",
        "A rolling update of pods that share a claim for one node.",
        "The new pod waits for a volume that the old one holds.",
    ),
    row(
        "secret-literal",
        "A secret written out in the spec.",
        "Everybody who can read the repository could read it; output never holds secret material.",
    ),
    row("secret-source", "A secret whose fields do not fit its source.", "They would have no effect."),
    row(
        "secret-whole",
        "A secret with several entries that several components get whole.",
        "Each of them can read what only another one needs.",
    ),
    row(
        "security-contradiction",
        "Two security settings that cannot both be met.",
        "The pod would be refused, or never start.",
    ),
    row(
        "service-field",
        "A field that this type of Service does not have.",
        "Kubernetes would refuse the Service.",
    ),
    row(
        "shared-namespace",
        "Two environments with one namespace.",
        "In one cluster they would overwrite each other.",
    ),
    row("strategy-kind", "An update strategy that the kind does not have.", "Kubernetes would refuse it."),
    row(
        "tag",
        "A YAML tag such as `!!str` or `!secret`.",
        "kgen knows the type of every field; tags mean different things to different readers.",
    ),
    row("tls-missing", "A redirect to HTTPS without a certificate.", "Nobody could connect."),
    row("too-deep", "Nesting deeper than 128 levels.", "It is a mistake or an attack."),
    row(
        "two-documents",
        "A second document in one file.",
        "A platform is one map; what follows `---` would be lost.",
    ),
    row(
        "two-namespaces",
        "Something that would have to be in two namespaces, or two things in one that must be apart.",
        "Pods read secrets, configs and the like of their own namespace only, and a namespace has one Pod Security level.",
    ),
    row(
        "unknown-claim",
        "A persistent claim that the platform does not have.",
        "The pod would wait for ever.",
    ),
    row(
        "unknown-component",
        "A component that the platform does not have.",
        "The dependency would be empty.",
    ),
    row("unknown-config", "A config that the platform does not have.", "The pod would not start."),
    row("unknown-config-key", "An entry that the config does not have.", "The pod would not start."),
    row(
        "unknown-field",
        "A field that the spec does not have.",
        "A typo would otherwise change nothing, in silence.",
    ),
    row(
        "unknown-ingress",
        "An ingress that the platform does not have.",
        "The route would lead from nowhere.",
    ),
    row("unknown-override", "An override of a component that the base does not have.", "It changes nothing."),
    row("unknown-port", "A port that the component does not have.", "The connection would be refused."),
    row(
        "unknown-secret",
        "A secret that the platform does not declare.",
        "Secrets are declared even if something else makes them, so that every reference can be checked.",
    ),
    row(
        "unknown-secret-key",
        "An entry that the secret is not declared to hold.",
        "The pod would not start.",
    ),
    row(
        "unknown-service-account",
        "A service account that the platform does not have.",
        "The pod would not be made.",
    ),
    row(
        "unknown-volume",
        "A mount of a volume that the pod does not have.",
        "Kubernetes would refuse the pod.",
    ),
    row("unknown-word", "A word that is not one of the allowed ones.", "Kubernetes would refuse it."),
    row(
        "unreadable-file",
        "A file named by the spec that cannot be used.",
        "Its content is part of the output.",
    ),
    row("unused-allow", "A comment allows a warning that is not there.", "It would hide the next one."),
    row("uses-itself", "A component that uses itself.", "It says nothing."),
    row("volume-twice", "A volume and a claim template with one name.", "The claim would hide the volume."),
    row("wrong-type", "A value of another type than the field has.", "kgen never guesses what was meant."),
    row("yaml-syntax", "The file is not YAML.", "Nothing else can be checked before it is."),
];
