//! What other tools call fields: Kubernetes' objects, charts, Compose.

use super::super::Rule;

/// What a server is that kgen has no kind for.
const SERVER: &str = "services: { NAME: { kind: StatefulSet, image: IMAGE, port: PORT, claimTemplates: { data: { storage: 10Gi } }, mounts: { /PATH: data } } }";

/// Fields that people write from other tools, and what they are here: another name, or the way it is written with `…`
/// for the value. The first row counts whose field is known at the place; with a dot, at the place around it.
const ELSEWHERE: &[(&str, &str)] = &[
    ("annotations", "podAnnotations: …"),
    ("cassandra", SERVER),
    ("className", "class: …"),
    ("configMap", "config: …"),
    ("configMapKeyRef", "config: …"),
    ("configMapRef", "from: …"),
    ("configMapRef", "config"),
    ("configMaps", "config"),
    ("containerPort", "container: …"),
    ("containerPort", "port: …"),
    ("containers", "image: IMAGE` and what else the main container has, and further ones in `sidecars"),
    ("cpu", "requests: { cpu: … }"),
    ("cronjobs", "services"),
    ("depends_on", "uses: …"),
    ("deployments", "services"),
    ("entrypoint", "command: …"),
    ("environment", "env: …"),
    ("environment", "environments"),
    ("expose", "ports"),
    ("fieldRef", "field: …"),
    ("healthcheck", "probes: { liveness: { exec: [COMMAND] }, readiness: { httpGet: /PATH } }"),
    ("host", "hosts: …"),
    ("host", "routes: { public: / }` and, beside `services`, `ingress: { public: { host: … } }"),
    ("hosts", "host: …"),
    ("hpa", "autoscaling"),
    ("ingress", "routes: { public: / }` and, beside `services`, `ingress: { public: { host: HOST } }"),
    ("ingressClass", "class: …"),
    ("ingressClassName", "class: …"),
    ("ingresses", "ingress"),
    ("jobs", "services"),
    ("livenessProbe", "probes: { liveness: … }"),
    ("livenessProbe", "liveness: …"),
    ("mariadb", SERVER),
    ("maxReplicas", "autoscaling: { max: … }"),
    ("maxReplicas", "max: …"),
    ("mem_limit", "resources: { limits: { memory: … } }"),
    ("memcached", SERVER),
    ("memory", "requests: { memory: … }"),
    ("minio", SERVER),
    ("minReplicas", "autoscaling: { min: … }"),
    ("minReplicas", "min: …"),
    ("mysql", SERVER),
    ("name", "platform: …"),
    ("nats", SERVER),
    ("networkPolicies", "policy"),
    ("networkPolicy", "policy"),
    ("pdb", "disruptionBudget"),
    ("persistentVolumeClaim", "claim: …"),
    ("podAntiAffinity", "antiAffinity: hard"),
    ("podAntiAffinity", "away"),
    ("port", "service: …"),
    ("priorityClassName", "priority: …"),
    ("pvc", "claims"),
    ("rabbitmq", SERVER),
    ("readinessProbe", "probes: { readiness: … }"),
    ("readinessProbe", "readiness: …"),
    ("replicaCount", "replicas: …"),
    ("replicationFactor", "replicas: …"),
    ("repository", "image: …:TAG"),
    ("resourceFieldRef", "resource: …"),
    ("retention", "settings: { retention.ms: MILLISECONDS }"),
    ("rollingUpdate", "strategy: …"),
    ("runAsUser", "securityContext: { runAsUser: … }"),
    ("schedulerName", "scheduler: …"),
    ("secretKeyRef", "secret: …"),
    ("secretName", "secret: …"),
    ("secretName", "name: …"),
    ("secretRef", "from: …"),
    ("service.port", "ports: { http: { container: NUMBER, service: … } }"),
    ("service.ports", "ports: { http: { container: NUMBER, service: NUMBER } }"),
    ("service.targetPort", "ports: { http: { container: …, service: NUMBER } }"),
    ("serviceAccountName", "serviceAccount: …"),
    ("servicePort", "ports: { http: { container: NUMBER, service: … } }"),
    ("servicePort", "service: …"),
    ("size", "storage: …"),
    ("startupProbe", "probes: { startup: … }"),
    ("startupProbe", "startup: …"),
    ("storageClassName", "storageClass: …"),
    ("tag", "image: NAME:…"),
    ("targetCPUUtilizationPercentage", "autoscaling: { cpu: … }"),
    ("targetCPUUtilizationPercentage", "cpu: …"),
    ("targetPort", "ports: { http: { container: …, service: NUMBER } }"),
    ("targetPort", "container: …"),
    ("tcpSocket", "tcp: …"),
    ("topologySpreadConstraints", "spread: { kubernetes.io/hostname: soft }"),
    ("volumeClaimTemplates", "claimTemplates"),
    ("volumeMounts", "mounts"),
    ("working_dir", "workingDir: …"),
];

/// The fields that a name of other tools may mean.
pub fn ours(theirs: &str) -> impl Iterator<Item = &'static str> {
    rows(theirs).map(Ours::field)
}

fn rows(theirs: &str) -> impl Iterator<Item = Ours> {
    ELSEWHERE.iter().filter(move |(name, _)| *name == theirs).map(|(_, ours)| Ours(ours))
}

/// What a field of another tool is here.
#[derive(Clone, Copy)]
pub(super) struct Ours(&'static str);

impl Ours {
    /// The row for a field, at a place that has this rule.
    pub(super) fn of(rule: &Rule, field: &str) -> Option<Self> {
        rows(field).find(|ours| rule.properties.contains_key(ours.field()))
    }

    /// The field that it is.
    pub(super) fn field(self) -> &'static str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// The fields that lead to its value.
    pub(super) fn path(self) -> impl Iterator<Item = &'static str> {
        let before = self.0.split('…').next().unwrap_or_default();
        before.split([':', '{', ' ']).filter(|name| !name.is_empty())
    }

    /// Whether only the name differs.
    pub(super) fn is_name(self) -> bool {
        !self.0.contains(':')
    }

    /// How it is written with a value.
    pub(super) fn written(self, value: &str) -> String {
        if self.is_name() { format!("{}: {value}", self.0) } else { self.0.replace('…', value) }
    }
}
