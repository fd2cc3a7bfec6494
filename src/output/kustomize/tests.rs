//! What is written, read back by the real Kustomize.

use super::*;
use crate::k8s::{Object, with_namespace};
use crate::output::Family;
use crate::tree::serialize::to_tree;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

mod shapes;

/// Two environments in one platform `shop`.
pub(super) fn outline(names: &[&str]) -> Outline {
    Outline {
        platform: "shop".to_owned(),
        description: String::new(),
        version: "1.0.0".to_owned(),
        kubernetes: "1.30".to_owned(),
        spec: "platforms/shop/platform.yaml".to_owned(),
        environments: names
            .iter()
            .map(|name| Environment { name: (*name).to_owned(), namespace: format!("{name}-namespace") })
            .collect(),
    }
}

/// A family of a component from JSON; what is null is absent.
pub(super) fn family(file: &str, base: &Value, environments: &[Value]) -> Family {
    let tree = |value: &Value| (!value.is_null()).then(|| to_tree(value, |_, _| ()));
    let (base, environments) = (tree(base), environments.iter().map(tree).collect::<Vec<_>>());
    let some = base.iter().chain(environments.iter().flatten()).next().unwrap();
    let id = Object::from_tree("x", some.clone()).id();
    Family { id, file: file.to_owned(), fixed: &[], base, environments }
}

fn files(outline: &Outline, parts: &[Part]) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut sink = |file: File| {
        assert!(files.insert(file.path.clone(), file.text).is_none(), "{} twice", file.path);
        Ok(())
    };
    let mut format = Kustomize::new(outline);
    for part in parts {
        format.part(part, &mut sink).unwrap();
    }
    format.finish(&mut sink).unwrap();
    files
}

/// The Kustomizes to ask; none is a failure in CI and a visible skip elsewhere.
fn kustomizes() -> Vec<Vec<PathBuf>> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join(".judges/bin/kustomize");
    let ours = vec![ours, "build".into()];
    let kubectl = vec![PathBuf::from("kubectl"), "kustomize".into()];
    let found: Vec<_> = [ours, kubectl]
        .into_iter()
        .filter(|tool| Command::new(&tool[0]).arg("--help").output().is_ok())
        .collect();
    let required = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!required || found.len() == 2, "no Kustomize: run tests/judges/install");
    found
}

type Key = (String, String, String);

fn key(object: &Value) -> Key {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("/kind"), text("/metadata/namespace"), text("/metadata/name"))
}

/// Writes everything, builds each environment and compares object by object.
#[track_caller]
fn assert_builds(names: &[&str], parts: &[Part]) {
    use serde::Deserialize as _;
    use std::io::Write as _;
    let outline = outline(names);
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files(&outline, parts) {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let tools = kustomizes();
    if tools.is_empty() {
        // Straight to the terminal: the test runner keeps what a passing test prints.
        let _ = writeln!(std::io::stderr(), "skipped: no Kustomize; run tests/judges/install");
    }
    for tool in &tools {
        let base =
            Command::new(&tool[0]).args(&tool[1..]).arg(dir.path().join("kustomize/base")).output().unwrap();
        assert!(base.status.success() && base.stderr.is_empty(), "{}", String::from_utf8_lossy(&base.stderr));
        for (n, environment) in outline.environments.iter().enumerate() {
            let folder = dir.path().join("kustomize/overlays").join(&environment.name);
            let output = Command::new(&tool[0]).args(&tool[1..]).arg(&folder).output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && stderr.is_empty(), "{tool:?} {}: {stderr}", folder.display());
            let mut built: BTreeMap<Key, Value> = BTreeMap::new();
            for document in serde_yaml::Deserializer::from_slice(&output.stdout) {
                let object = Value::deserialize(document).unwrap();
                assert!(built.insert(key(&object), object).is_none());
            }
            for family in parts.iter().flat_map(|part| &part.objects) {
                let Some(tree) = &family.environments[n] else { continue };
                let mut text = String::new();
                yaml::write(&with_namespace(tree, &environment.namespace), &mut text);
                let wanted: Value = serde_yaml::from_str(&text).unwrap();
                let got = built.remove(&key(&wanted));
                if got.as_ref() != Some(&wanted) {
                    let from = family.base.as_ref().map(|base| format!("{base:?}"));
                    panic!("{tool:?}\nbase {from:?}\nwanted {wanted:#}\ngot {got:#?}");
                }
            }
            assert!(built.is_empty(), "too many: {:?}", built.keys());
        }
    }
}

fn part(component: &str, objects: Vec<Family>) -> Part {
    Part { component: component.to_owned(), objects }
}

#[test]
fn random_objects_survive_real_kustomize() {
    let mut random = shapes::Random::new(20);
    let parts: Vec<Part> = (0..150)
        .map(|n| {
            let name = format!("c{n}");
            let mut object =
                || if random.one_in(12) { Value::Null } else { shapes::object(n, &name, &mut random) };
            let (base, a, b) = (object(), object(), object());
            let some = [&base, &a, &b].into_iter().any(|value| !value.is_null());
            let objects = if some { vec![family("object", &base, &[a, b])] } else { Vec::new() };
            part(&name, objects)
        })
        .collect();
    let patches =
        files(&outline(&["a", "b"]), &parts).keys().filter(|path| path.contains("/patches/")).count();
    assert!(patches > 200, "only {patches} of 300 objects are patched: the test has become hollow");
    assert_builds(&["a", "b"], &parts);
}

#[test]
fn objects_of_other_namespaces_and_of_none_stay_where_they_are() {
    let ns = NAMESPACE;
    let same = |file: &str, object: Value| family(file, &object, &[object.clone(), object.clone()]);
    let account = |namespace: &str| json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "prometheus", "namespace": namespace}});
    let binding = |kind: &str, namespace: Option<&str>, subject: Value| {
        let mut metadata =
            json!({"name": format!("{}-{}", kind.to_lowercase(), subject["name"].as_str().unwrap())});
        if let Some(namespace) = namespace {
            metadata["namespace"] = namespace.into();
        }
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": format!("read-{ns}")},
            "subjects": [subject]})
    };
    let subject =
        |name: &str, namespace: &str| json!({"kind": "ServiceAccount", "name": name, "namespace": namespace});
    let monitoring = part(
        "monitoring",
        vec![
            same("serviceaccount", account(ns)),
            same("serviceaccount-kube", account("kube-system")),
            same("rolebinding", binding("RoleBinding", Some(ns), subject("prometheus", ns))),
            same("rolebinding-kube", binding("RoleBinding", Some("kube-system"), subject("prometheus", ns))),
            same("rolebinding-default", binding("RoleBinding", Some(ns), subject("default", "kube-system"))),
            same("clusterrolebinding", binding("ClusterRoleBinding", None, subject("prometheus", ns))),
            same(
                "configmap",
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "urls", "namespace": ns},
                    "data": {"url": format!("http://db.{ns}.svc"), "empty": "", "on": "yes"}}),
            ),
        ],
    );
    let mut monitoring = monitoring;
    let foreign = |text: &str| {
        json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "changed", "namespace": "kube-system"}, "data": {"text": text}})
    };
    monitoring.objects.push(family("changed", &foreign("a"), &[foreign("b"), Value::Null]));
    let cluster = part(
        "cluster",
        vec![
            same("namespace", json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": ns}})),
            same(
                "namespace-x",
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "extra"}}),
            ),
            same(
                "clusterissuer",
                json!({"apiVersion": "cert-manager.io/v1", "kind": "ClusterIssuer", "metadata": {"name": "ca"},
                    "spec": {"ca": {"secretName": format!("ca-{ns}")}}}),
            ),
            same(
                "clusterrole",
                json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                    "metadata": {"name": format!("read-{ns}")},
                    "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}),
            ),
            same("crb", binding("ClusterRoleBinding", None, subject("grafana", ns))),
            same(
                "priorityclass",
                json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
                    "metadata": {"name": "high"}, "value": 1000}),
            ),
        ],
    );
    let plain = part(
        "plain",
        vec![
            same(
                "configmap",
                json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": ns}}),
            ),
            same("clusterrolebinding", binding("ClusterRoleBinding", None, subject("default", ns))),
        ],
    );
    assert_builds(&["a", "b"], &[cluster, monitoring, plain]);
}

#[test]
fn an_environment_says_only_what_it_changes() {
    let deployment = |replicas: Value, image: &str, level: &str| {
        let mut object = json!({"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "auth", "namespace": NAMESPACE, "labels": {"app": "auth"}},
            "spec": {"selector": {"matchLabels": {"app": "auth"}}, "template": {"spec": {"containers": [
                {"name": "auth", "image": image, "ports": [{"containerPort": 80}],
                 "env": [{"name": "LEVEL", "value": level}, {"name": "MODE", "value": "x"}]},
                {"name": "proxy", "image": "proxy:1"}]}}}});
        if !replicas.is_null() {
            object["spec"]["replicas"] = replicas;
        }
        object
    };
    let hpa = json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "auth", "namespace": NAMESPACE}, "spec": {"maxReplicas": 3}});
    let base = deployment(Value::Null, "auth:1", "info");
    let auth = part(
        "auth",
        vec![
            family("deployment", &base, &[deployment(json!(1), "auth:2", "debug"), base.clone()]),
            family("hpa", &hpa, &[Value::Null, hpa.clone()]),
            family(
                "secret",
                &Value::Null,
                &[
                    Value::Null,
                    json!({"apiVersion": "v1", "kind": "Secret",
                "metadata": {"name": "auth", "namespace": NAMESPACE}}),
                ],
            ),
        ],
    );
    let only_dev = part(
        "mail",
        vec![family(
            "configmap",
            &Value::Null,
            &[
                json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "mail", "namespace": NAMESPACE}}),
                Value::Null,
            ],
        )],
    );
    let only_base = part("gone", vec![family("hpa", &hpa, &[Value::Null, Value::Null])]);
    let outline = outline(&["dev", "prod"]);
    let files = files(&outline, &[auth, only_dev, only_base]);
    let body = |path: &str| {
        let text = &files[&format!("kustomize/{path}")];
        text.strip_prefix(outline.header().as_str()).unwrap().to_owned()
    };
    assert_eq!(
        files.keys().map(|path| path.trim_start_matches("kustomize/")).collect::<Vec<_>>(),
        [
            "base/auth/deployment.yaml",
            "base/auth/hpa.yaml",
            "base/auth/kustomization.yaml",
            "base/gone/hpa.yaml",
            "base/gone/kustomization.yaml",
            "base/kustomization.yaml",
            "overlays/dev/auth/kustomization.yaml",
            "overlays/dev/auth/patches/deployment.yaml",
            "overlays/dev/auth/patches/hpa.yaml",
            "overlays/dev/kustomization.yaml",
            "overlays/dev/mail/configmap.yaml",
            "overlays/dev/mail/kustomization.yaml",
            "overlays/prod/auth/kustomization.yaml",
            "overlays/prod/auth/secret.yaml",
            "overlays/prod/kustomization.yaml",
        ]
    );
    assert_eq!(
        body("overlays/dev/auth/patches/deployment.yaml"),
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: auth\nspec:\n  template:\n    spec:\n      \
         containers:\n      - name: auth\n        image: auth:2\n        env:\n        - name: LEVEL\n          \
         value: debug\n  replicas: 1\n"
    );
    assert_eq!(
        body("overlays/dev/auth/patches/hpa.yaml"),
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: auth\n$patch: delete\n"
    );
    assert_eq!(
        body("overlays/prod/auth/kustomization.yaml"),
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: prod-namespace\nresources:\n\
         - ../../../base/auth\n- secret.yaml\n"
    );
    assert!(!files["kustomize/base/auth/deployment.yaml"].contains("namespace"));
}

#[test]
fn values_that_change_their_shape_survive_real_kustomize() {
    let custom = |spec: Value| {
        json!({"apiVersion": "example.com/v1", "kind": "Thing",
            "metadata": {"name": "thing", "namespace": NAMESPACE, "finalizers": ["a", "b"]}, "spec": spec})
    };
    let service = |name: &str, ports: Value| {
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {"selector": {"app": name}, "ports": ports}})
    };
    let cases = [
        (json!({"a": {"b": {"c": 1}, "d": 1}}), json!({"a": {"b": [1], "d": 1}})),
        (json!({"a": {"b": 1, "d": 1}}), json!({"a": {"b": {"c": "x"}, "d": 1, "e": []}})),
        (json!({"a": [{"name": "x"}]}), json!({"a": {}})),
        (json!({"a": {"b": {}, "c": []}}), json!({"a": {"b": {"c": true}, "c": ["x"]}})),
        (json!({"a": {"b": {"c": true}, "c": ["x"]}}), json!({"a": {"b": {}, "c": []}})),
        (json!({"a": {"b": {"c": true}}}), json!({"a": {}})),
        (json!({"a": 1, "b": "1", "c": 1.5, "d": "on"}), json!({"a": "1", "b": 1, "c": 2, "d": true})),
    ];
    let mut parts: Vec<Part> = cases
        .iter()
        .enumerate()
        .map(|(n, (from, to))| {
            part(&format!("c{n}"), vec![family("thing", &custom(from.clone()), &[custom(to.clone())])])
        })
        .collect();
    for (n, part) in parts.iter_mut().enumerate() {
        for tree in
            part.objects.iter_mut().flat_map(|f| f.base.iter_mut().chain(f.environments.iter_mut().flatten()))
        {
            let metadata = tree.get_mut("metadata").and_then(Tree::as_map_mut).unwrap();
            metadata.insert("name", format!("thing-{n}").into());
        }
    }
    let mut other = custom(json!({"a": 1}));
    other["metadata"] = json!({"name": "last", "namespace": NAMESPACE, "finalizers": ["b"]});
    let mut base = other.clone();
    base["metadata"]["finalizers"] = json!(["a", "b"]);
    parts.push(part("finalizers", vec![family("thing", &base, &[other])]));
    let dns = json!([{"name": "tcp", "port": 53}, {"name": "udp", "port": 53, "protocol": "UDP"}]);
    let mut more = dns.clone();
    more.as_array_mut().unwrap().push(json!({"name": "metrics", "port": 9153}));
    parts.push(part("dns", vec![family("service", &service("dns", dns.clone()), &[service("dns", more)])]));
    let mut labelled = service("dns2", dns.clone());
    labelled["metadata"]["labels"] = json!({"x": "y"});
    parts.push(part("dns2", vec![family("service", &service("dns2", dns), &[labelled])]));
    assert_builds(&["a"], &parts);
}
