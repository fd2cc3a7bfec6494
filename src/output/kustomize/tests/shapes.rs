//! Random objects of the shapes that platforms have.

use crate::k8s::NAMESPACE;
use serde_json::{Map, Value, json};

/// A small generator of random numbers: the same ones in every run.
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    /// Up to `most` different ones, in random order.
    fn some(&mut self, from: &[&'static str], most: usize) -> Vec<&'static str> {
        let mut left = from.to_vec();
        (0..self.below(most.min(from.len()) + 1)).map(|_| left.remove(self.below(left.len()))).collect()
    }
}

/// An object of the kind that belongs to this number.
pub(super) fn object(n: usize, name: &str, random: &mut Random) -> Value {
    let (api, kind) = [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("v1", "Service"),
        ("v1", "ConfigMap"),
        ("batch/v1", "CronJob"),
        ("argoproj.io/v1alpha1", "Rollout"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("v1", "ServiceAccount"),
        ("networking.k8s.io/v1", "Ingress"),
        ("policy/v1", "PodDisruptionBudget"),
    ][n % 11];
    let mut metadata = json!({"name": name, "namespace": NAMESPACE});
    for field in ["labels", "annotations"] {
        let mut texts = texts(random);
        // Kustomize itself breaks on these in annotations, patched or not.
        texts.retain(|key, _| !["on", "true", "012"].contains(&key.as_str()));
        if !texts.is_empty() {
            metadata[field] = texts.into();
        }
    }
    let mut object = json!({"apiVersion": api, "kind": kind, "metadata": metadata});
    let pod = |random: &mut Random| json!({"metadata": {"labels": {"app": name}}, "spec": pod(random)});
    let list = |random: &mut Random, make: fn(&mut Random) -> Value| -> Vec<Value> {
        (0..random.below(4)).map(|_| make(random)).collect()
    };
    match kind {
        "ConfigMap" => object["data"] = texts(random).into(),
        "ServiceAccount" => {
            object["imagePullSecrets"] = named(random, "name", 3, |_| json!({}));
            object["secrets"] = named(random, "name", 3, |_| json!({}));
        }
        "Service" => object["spec"] = json!({"selector": {"app": name}, "ports": ports(random, "port")}),
        "CronJob" => {
            object["spec"] =
                json!({"schedule": "0 * * * *", "jobTemplate": {"spec": {"template": pod(random)}}});
        }
        "NetworkPolicy" => {
            object["spec"] = json!({"podSelector": {}, "policyTypes": random.some(&["Ingress", "Egress"], 2),
                "ingress": list(random, |r| if r.one_in(3) { json!({}) } else {
                    json!({"from": [{"podSelector": {"matchLabels": texts(r)}}], "ports": ports(r, "port")}) })});
        }
        "HorizontalPodAutoscaler" => {
            object["spec"] = json!({"minReplicas": random.below(3), "metrics": list(random, |r|
                json!({"type": "Resource", "resource": {"name": r.pick(&["cpu", "memory"]), "target": {"averageUtilization": r.below(3)}}}))});
        }
        "Ingress" => {
            object["spec"] = json!({"rules": list(random, |r| json!({"host": r.pick(&["a.example", "b.example"]),
                "http": {"paths": [{"path": r.pick(&["/", "/api"]), "pathType": "Prefix"}]}})),
                "tls": list(random, |r| json!({"hosts": r.some(&["a.example", "b.example"], 2)}))});
        }
        "PodDisruptionBudget" => {
            let amount = if random.one_in(2) { json!(1) } else { json!("50%") };
            object["spec"] = json!({"selector": {"matchLabels": texts(random)}});
            object["spec"][random.pick(&["minAvailable", "maxUnavailable"])] = amount;
        }
        _ => {
            object["spec"] = json!({"selector": {"matchLabels": {"app": name}}, "template": pod(random)});
            if random.one_in(2) {
                object["spec"]["replicas"] = random.below(4).into();
            }
            if kind == "StatefulSet" {
                object["spec"]["volumeClaimTemplates"] = named(random, "name", 2, |r| {
                    json!({"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"],
                        "resources": {"requests": {"storage": r.pick(&["1Gi", "5Gi"])}}}})
                });
            }
        }
    }
    object
}

fn texts(random: &mut Random) -> Map<String, Value> {
    const VALUES: &[&str] = &[
        "",
        "on",
        "012",
        "1e3",
        "12:30",
        "2001-01-01",
        "null",
        "~",
        " x ",
        "{{ .Values.x }}",
        "$(VAR)",
        "a: b # c",
        "line\nline\n",
        "line\n  line",
        "quote ' \" \\",
        "- x",
        "?",
        "@x",
        "*",
        "http://db.\u{E000}.svc",
        "été 🎉",
    ];
    let keys = random.some(&["a", "b", "on", "012", "app.kubernetes.io/name", "true", "x.conf"], 5);
    keys.into_iter().map(|key| (key.to_owned(), random.pick(VALUES).into())).collect()
}

/// A list of maps with different values of `key`, in random order.
fn named(random: &mut Random, key: &str, most: usize, make: fn(&mut Random) -> Value) -> Value {
    const NAMES: &[&str] = &["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
    let mut items = Vec::new();
    for name in random.some(NAMES, most).into_iter().chain(["always"]) {
        let mut item = json!({key: name});
        for (field, value) in make(random).as_object().unwrap() {
            item[field.as_str()] = value.clone();
        }
        items.push(item);
    }
    if random.one_in(2) {
        items.reverse();
    }
    items.into()
}

fn ports(random: &mut Random, key: &str) -> Value {
    let mut ports = Vec::new();
    for name in random.some(&["80", "443", "53", "9090"], 4).into_iter().chain(["8080"]) {
        let number: i64 = name.parse().unwrap();
        let protocols: &[Option<&str>] = match random.below(40) {
            // Kustomize confuses these two.
            0 => &[None, Some("UDP")],
            1..10 => &[Some("TCP"), Some("UDP")],
            10..20 => &[Some("UDP")],
            20..25 => &[Some("TCP")],
            _ => &[None],
        };
        for protocol in protocols {
            let mut port = json!({"name": format!("p{name}-{}", protocol.unwrap_or("x")), key: number});
            if let Some(protocol) = protocol {
                port["protocol"] = (*protocol).into();
            }
            ports.push(port);
        }
    }
    ports.into()
}

fn pod(random: &mut Random) -> Value {
    let container = |random: &mut Random| {
        let mut container = json!({"image": random.pick(&["app:1", "app:2", "db:1@sha256:0"])});
        let env = |r: &mut Random| {
            if r.one_in(3) {
                json!({"valueFrom": {"secretKeyRef": {"name": r.pick(&["s", "t"]), "key": "k"}}})
            } else {
                json!({"value": r.pick(&["1", "true", "x", ""])})
            }
        };
        let mount = |r: &mut Random| json!({"name": r.pick(&["alpha", "beta"]), "readOnly": r.one_in(2)});
        let choices: [(&str, Value); 7] = [
            ("env", named(random, "name", 5, env)),
            ("ports", ports(random, "containerPort")),
            ("volumeMounts", named(random, "mountPath", 4, mount)),
            ("envFrom", json!([{"configMapRef": {"name": random.pick(&["a", "b"])}}])),
            ("args", json!(random.some(&["--a", "--b", "--c"], 3))),
            ("resources", json!({"limits": {"cpu": random.pick(&["1", "500m"])}})),
            (
                "securityContext",
                random.pick(&[
                    json!({}),
                    json!({"runAsUser": 1}),
                    json!({"capabilities": {"drop": ["ALL"]}}),
                ]),
            ),
        ];
        for (field, value) in choices {
            if !random.one_in(3) {
                container[field] = value;
            }
        }
        container
    };
    let volume = |r: &mut Random| {
        r.pick(&[
            json!({"emptyDir": {}}),
            json!({"emptyDir": {"sizeLimit": "1Gi"}}),
            json!({"configMap": {"name": "c"}}),
            json!({"projected": {"sources": [{"secret": {"name": "s"}}]}}),
        ])
    };
    let spread = |r: &mut Random| json!({"topologyKey": r.pick(&["zone", "host"]), "maxSkew": r.below(3)});
    let tolerations = |r: &mut Random| json!({"operator": r.pick(&["Exists", "Equal"])});
    let mut pod = json!({"containers": named(random, "name", 3, container)});
    let affinity = [
        json!({}),
        json!({"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
        {"weight": 1, "podAffinityTerm": {"topologyKey": "host"}}]}}),
        json!({"nodeAffinity": {}}),
    ];
    let choices: [(&str, Value); 8] = [
        ("initContainers", named(random, "name", 2, container)),
        ("volumes", named(random, "name", 5, volume)),
        ("imagePullSecrets", named(random, "name", 3, |_| json!({}))),
        ("hostAliases", named(random, "ip", 2, |r| json!({"hostnames": r.some(&["a", "b"], 2)}))),
        ("tolerations", named(random, "key", 3, tolerations)),
        ("topologySpreadConstraints", named(random, "whenUnsatisfiable", 2, spread)),
        ("affinity", random.pick(&affinity)),
        ("nodeSelector", texts(random).into()),
    ];
    for (field, value) in choices {
        if random.one_in(2) {
            pod[field] = value;
        }
    }
    pod
}
