//! A platform with about everything that platforms have.

use super::{assert_renders, everywhere, outline, run, tools, tree, write};
use crate::output::{Family, Part};
use crate::tree::{Map, Tree};

const AUTH: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: auth-service
  namespace: <NS>
  labels: {app: auth-service, app.kubernetes.io/version: 1.0.0, environment: base}
spec:
  selector: {matchLabels: {app: auth-service}}
  strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 0}}
  template:
    metadata:
      labels: {app: auth-service}
      annotations: {checksum/app-config: DIGEST, prometheus.io/scrape: "true"}
    spec:
      serviceAccountName: auth-service
      initContainers:
        - {name: wait, image: "registry.example.com:5000/tools/wait:0.1", command: [sh, -c, "echo {{ .x }}"]}
      containers:
        - name: auth-service
          image: auth-service:1.0.0
          ports: [{name: http, containerPort: 3001}, {name: metrics, containerPort: 9090}]
          envFrom: [{configMapRef: {name: app-config}}, {secretRef: {name: app-secrets}}]
          env:
            - {name: LOG_LEVEL, value: info}
            - {name: dotted.name, value: "12:30"}
            - {name: WHERE, value: "http://x.<NS>.svc/{{ y }}"}
            - {name: EMPTY, value: ""}
            - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
          resources: {requests: {cpu: 250m, memory: 256Mi}, limits: {cpu: 2, memory: 512Mi}}
          livenessProbe: {httpGet: {path: /health, port: http}, initialDelaySeconds: 30}
          volumeMounts: [{name: tmp, mountPath: /tmp}, {name: tmp, mountPath: /var/tmp, subPath: var}]
        - {name: sidecar, image: "envoy@sha256:0123", args: ["--ns=<NS>"]}
      volumes: [{name: tmp, emptyDir: {}}]
"#;

const HPA: &str = r"
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: auth-service-hpa, namespace: <NS>}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: auth-service}
  minReplicas: 3
  maxReplicas: 10
  metrics:
    - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}
    - {type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 80}}}
";

const CONFIG: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: app-config, namespace: <NS>}
data:
  NODE_ENV: production
  "on": "yes"
  n: "012"
  html: "<a href='x'>&amp;</a> {{ .Values.x }}"
  dotted.key: " spaces "
  POSTGRES: postgres.<NS>.svc
  nginx.conf: |
    server {
      # {{ $labels.x }}
      proxy_pass http://auth.<NS>.svc;
    }
  script: "echo 1\necho 2"
"#;

const STORE: &str = r#"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres, namespace: <NS>}
spec:
  serviceName: postgres
  replicas: 1
  selector: {matchLabels: {app: postgres}}
  template:
    metadata: {labels: {app: postgres}}
    spec:
      containers: [{name: postgres, image: "postgres:15", args: [-c, max_connections=100]}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
"#;

const INGRESS: &str = r"
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: public-api, namespace: <NS>}
spec:
  ingressClassName: nginx
  tls: [{hosts: [api.shop.local], secretName: api-tls}]
  rules:
    - host: api.shop.local
      http: {paths: [{path: /auth, pathType: Prefix, backend: {service: {name: auth-service, port: {name: http}}}}]}
";

/// Simple objects of the component that the last word of the line before names.
const SIMPLE: &[(&str, &str)] = &[
    (
        "auth-service",
        "{apiVersion: v1, kind: ServiceAccount, metadata: {name: auth-service, namespace: <NS>}}",
    ),
    (
        "auth-service",
        "{apiVersion: v1, kind: Service, metadata: {name: auth-service, namespace: <NS>}, spec: {selector: {app: auth-service}, ports: [{name: http, port: 80, targetPort: http}]}}",
    ),
    (
        "auth-service",
        "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: auth-service, namespace: <NS>}, spec: {maxUnavailable: 1, selector: {matchLabels: {app: auth-service}}}}",
    ),
    (
        "auth-service",
        "{apiVersion: batch/v1, kind: CronJob, metadata: {name: auth-service-clean, namespace: <NS>}, spec: {schedule: '0 3 * * *', jobTemplate: {spec: {template: {metadata: {labels: {app: clean}}, spec: {restartPolicy: Never, containers: [{name: clean, image: 'auth-service:1.0.0'}]}}}}}}",
    ),
    (
        "monitoring",
        "{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: rules, namespace: <NS>}, spec: {groups: [{name: g, rules: [{alert: A, expr: 'x > 1e6', annotations: {summary: '{{ $labels.pod }} {<NS>} {{{'}}]}], big: 1000000, huge: 9007199254740993, ratio: 0.5}}",
    ),
    (
        "monitoring",
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: prometheus, namespace: <NS>}, spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 20Gi}}}}",
    ),
    (
        "cluster",
        "{apiVersion: v1, kind: Namespace, metadata: {name: <NS>, labels: {environment: base, pod-security.kubernetes.io/enforce: restricted}}}",
    ),
    (
        "cluster",
        "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: critical}, value: 1000000}",
    ),
    (
        "cluster",
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: shop-<NS>}, rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]}",
    ),
];

/// The digest of the data of [`CONFIG`] in a namespace.
fn with_digest(mut deployment: Tree, config: &Tree, namespace: &str) -> Tree {
    let data = crate::k8s::with_namespace(config.get("data").unwrap(), namespace);
    let digits = super::super::config::digest(&data);
    let annotations = ["spec", "template", "metadata", "annotations"];
    let map = annotations.iter().try_fold(&mut deployment, |at, key| at.get_mut(key));
    if let Some(map) = map.and_then(Tree::as_map_mut) {
        map.insert("checksum/app-config", digits.into());
    }
    deployment
}

/// The platform, the same in all environments but for what depends on the namespace.
pub(super) fn parts() -> Vec<Part> {
    let config = tree(CONFIG);
    let auth = tree(AUTH);
    let mut deployment = everywhere("auth-service", AUTH);
    deployment.base = Some(with_digest(auth.clone(), &config, "base"));
    for (tree, environment) in deployment.environments.iter_mut().zip(&outline().environments) {
        *tree = Some(with_digest(auth.clone(), &config, &environment.namespace));
    }
    let mut parts = vec![part("auth-service", vec![deployment, everywhere("auth-service", HPA)])];
    parts.push(part("config", vec![everywhere("config", CONFIG)]));
    parts.push(part("postgres", vec![everywhere("postgres", STORE)]));
    parts.push(part("ingress", vec![everywhere("ingress", INGRESS)]));
    for (component, text) in SIMPLE {
        let family = everywhere(component, text);
        match parts.iter_mut().find(|part| part.component == *component) {
            Some(part) => part.objects.push(family),
            None => parts.push(part(component, vec![family])),
        }
    }
    parts
}

fn part(component: &str, objects: Vec<Family>) -> Part {
    Part { component: component.to_owned(), objects }
}

/// The family of a kind and name.
pub(super) fn find<'p>(parts: &'p mut [Part], kind: &str, name: &str) -> &'p mut Family {
    let mut families = parts.iter_mut().flat_map(|part| &mut part.objects);
    families.find(|family| family.id.kind == kind && family.id.name == name).unwrap()
}

/// Sets a place of a tree; a number steps into a list.
pub(super) fn set(tree: &mut Tree, path: &[&str], value: Tree) {
    let (last, rest) = path.split_last().unwrap();
    let mut at = tree;
    for step in rest {
        at = match at {
            Tree::List(items) => &mut items[step.parse::<usize>().unwrap()],
            Tree::Map(map) => {
                if !map.contains(step) {
                    map.push((*step).to_owned(), Tree::Map(Map::new()));
                }
                map.get_mut(step).unwrap()
            }
            _ => panic!("{step} is in no collection"),
        };
    }
    at.as_map_mut().unwrap().insert((*last).to_owned(), value);
}

/// The platform with environments that differ as people's do.
pub(super) fn varied() -> Vec<Part> {
    let mut parts = parts();
    let auth = find(&mut parts, "Deployment", "auth-service");
    let dev = auth.environments[0].as_mut().unwrap();
    let container = ["spec", "template", "spec", "containers", "0"];
    let at =
        |rest: &[&'static str]| container.iter().copied().chain(rest.iter().copied()).collect::<Vec<_>>();
    set(dev, &["spec", "replicas"], Tree::Int(1));
    set(dev, &at(&["image"]), "auth-service:dev".into());
    set(dev, &["metadata", "labels", "app.kubernetes.io/version"], "dev".into());
    set(dev, &at(&["env", "0", "value"]), "debug".into());
    let prod = auth.environments[2].as_mut().unwrap();
    set(prod, &at(&["resources", "limits", "cpu"]), Tree::Int(4));
    set(prod, &["spec", "template", "spec", "nodeSelector"], tree("{disk: ssd}"));
    set(prod, &at(&["livenessProbe", "initialDelaySeconds"]), Tree::Int(1_000_000));
    set(
        prod,
        &at(&["readinessProbe"]),
        tree("{httpGet: {path: /ready, port: 9090}, periodSeconds: 2000000}"),
    );
    let extra = tree("{name: TRACE, value: 'off'}");
    if let Some(Tree::List(env)) = prod.get_mut("spec").and_then(|t| {
        at(&["env"])[1..].iter().try_fold(t, |t, k| match t {
            Tree::List(items) => items.get_mut(k.parse::<usize>().ok()?),
            other => other.get_mut(k),
        })
    }) {
        env.insert(1, extra);
    }
    find(&mut parts, "HorizontalPodAutoscaler", "auth-service-hpa").environments[0] = None;
    find(&mut parts, "PodDisruptionBudget", "auth-service").environments[0] = None;
    let ingress = find(&mut parts, "Ingress", "public-api");
    for (n, host) in ["api.dev.local", "api.staging.local", "api.shop.com"].iter().enumerate() {
        let tree = ingress.environments[n].as_mut().unwrap();
        set(tree, &["spec", "rules", "0", "host"], (*host).into());
        set(tree, &["spec", "tls"], self::tree(&format!("[{{hosts: [{host}], secretName: api-tls}}]")));
    }
    let store = find(&mut parts, "StatefulSet", "postgres");
    store.fixed = &["spec.replicas"];
    let prod = store.environments[2].as_mut().unwrap();
    set(
        prod,
        &["spec", "volumeClaimTemplates"],
        tree(
            "[{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], storageClassName: ssd, resources: {requests: {storage: 100Gi}}}}]",
        ),
    );
    for part in &mut parts {
        if part.component == "monitoring" {
            for family in &mut part.objects {
                family.environments[0] = None;
            }
        }
        for family in &mut part.objects {
            let environments = std::iter::once(&mut family.base).chain(&mut family.environments);
            for (name, tree) in ["base", "dev", "staging", "prod"].iter().zip(environments) {
                if let Some(Tree::Map(labels)) =
                    tree.as_mut().and_then(|t| t.get_mut("metadata")?.get_mut("labels"))
                {
                    labels.insert("environment", (*name).into());
                }
            }
        }
    }
    parts
}

#[test]
fn same_everywhere() {
    assert_renders("same", &outline(), &parts());
}

#[test]
fn different_as_people_differ() {
    assert_renders("varied", &outline(), &varied());
}

#[test]
fn lint_is_clean() {
    let root = tempfile::tempdir().unwrap();
    let outline = outline();
    let chart = write(root.path(), &outline, &varied());
    for tool in tools() {
        for environment in &outline.environments {
            let values = format!("values-{}.yaml", environment.name);
            let args = [
                "lint",
                "--strict",
                ".",
                "--kube-version",
                "1.33.0",
                "-n",
                &environment.namespace,
                "-f",
                &values,
            ];
            let said = run(&tool, &chart, &args).unwrap();
            assert!(!said.contains("[WARNING]") && !said.contains("[ERROR]"), "{said}");
        }
    }
}
