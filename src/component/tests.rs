//! What the ready-made components emit, by the fields that people rely on.

use super::{Component, Files};
use crate::diagnostic::At;
use crate::k8s::{NAMESPACE, Object};
use crate::needs::{Endpoint, Need, Needs, Offer};
use crate::pod::container::Port;
use crate::scope::{RouteTo, Scope};
use crate::tree::Tree;
use serde_json::{Value, json};
use std::collections::BTreeMap;

mod clusters;

pub(super) fn scope() -> Scope {
    Scope {
        header: serde_json::from_value(json!({ "platform": "shop" })).unwrap(),
        environment: None,
        kubernetes: 30,
        offers: BTreeMap::new(),
        homes: BTreeMap::new(),
        routes: Vec::new(),
        files: Files::new(),
        demands: Vec::new(),
    }
}

pub(super) fn read<T: serde::de::DeserializeOwned>(spec: Value) -> T {
    serde_json::from_value(spec).unwrap()
}

pub(super) fn kinds(objects: &[Object]) -> Vec<String> {
    objects.iter().map(|object| format!("{} {}", object.id().kind, object.id().name)).collect()
}

pub(super) fn find<'a>(objects: &'a [Object], kind: &str) -> &'a Tree {
    &objects.iter().find(|object| object.id().kind == kind).unwrap().tree
}

pub(super) fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
    // `~` stands for a `/` inside a step.
    let steps: Vec<String> = path.split('/').map(|step| step.replace('~', "/")).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    tree.at(&steps).and_then(Tree::as_str).unwrap_or_else(|| panic!("no text at {path}"))
}

pub(super) fn words(tree: &Tree, path: &str) -> Vec<String> {
    let steps: Vec<&str> = path.split('/').collect();
    let list = tree.at(&steps).and_then(Tree::as_list).unwrap_or_default();
    list.iter().filter_map(Tree::as_str).map(ToOwned::to_owned).collect()
}

fn needs(component: &dyn Component) -> Vec<Need> {
    let mut needs = Needs::default();
    component.needs("it", &At::root(), &mut needs);
    needs.iter().map(|(_, need)| need.clone()).collect()
}

const POD: &str = "spec/template/spec";

#[test]
fn postgres_keeps_its_data_below_the_root_of_a_claim() {
    let postgres: super::postgres::Postgres = read(json!({
        "version": "15", "storage": "10Gi", "claimName": "postgres-storage",
        "password": "app-secrets/POSTGRES_PASSWORD", "names": { "service": "postgres-service" },
        "parameters": { "max_connections": "200" },
    }));
    let objects = postgres.objects("postgres", &scope());
    assert_eq!(
        kinds(&objects),
        ["ServiceAccount postgres", "StatefulSet postgres", "Service postgres-service"]
    );
    let set = find(&objects, "StatefulSet");
    assert_eq!(text(set, "spec/serviceName"), "postgres-service");
    assert_eq!(text(set, "spec/volumeClaimTemplates/0/metadata/name"), "postgres-storage");
    assert_eq!(text(set, &format!("{POD}/containers/0/image")), "postgres:15-alpine");
    assert_eq!(words(set, &format!("{POD}/containers/0/args")), ["-c", "max_connections=200"]);
    assert_eq!(set.at(&["spec", "template", "spec", "securityContext", "runAsUser"]), Some(&Tree::Int(70)));
    assert_eq!(set.at(&["spec", "template", "spec", "affinity"]), None);
    assert_eq!(text(find(&objects, "Service"), "spec/clusterIP"), "None");
    assert_eq!(
        needs(&postgres),
        [Need::Secret { name: "app-secrets".to_owned(), key: Some("POSTGRES_PASSWORD".to_owned()) }]
    );
}

#[test]
fn redis_is_a_cache_without_storage() {
    let cache: super::redis::Redis = read(json!({}));
    let objects = cache.objects("cache", &scope());
    let cache = find(&objects, "Deployment");
    assert_eq!(text(cache, "spec/strategy/type"), "Recreate");
    let args = words(cache, &format!("{POD}/containers/0/args")).join(" ");
    assert_eq!(
        args,
        "redis-server --appendonly no --save  --maxmemory 402653184 --maxmemory-policy allkeys-lru --protected-mode no"
    );
    let kept: super::redis::Redis = read(json!({ "storage": "5Gi", "password": "s/p" }));
    let objects = kept.objects("redis", &scope());
    let args = words(find(&objects, "StatefulSet"), &format!("{POD}/containers/0/args")).join(" ");
    assert!(args.contains("--appendonly yes") && args.ends_with("--requirepass $(REDIS_PASSWORD)"), "{args}");
}

#[test]
fn redis_nodes_form_a_cluster() {
    let redis: super::redis::Redis =
        read(json!({ "cluster": { "masters": 3, "replicas": 1 }, "storage": "2Gi", "password": "s/p" }));
    let objects = redis.objects("carts", &scope());
    let set = find(&objects, "StatefulSet");
    assert_eq!(set.at(&["spec", "replicas"]), Some(&Tree::Int(6)));
    assert_eq!(text(set, "spec/podManagementPolicy"), "Parallel");
    let args = words(set, &format!("{POD}/containers/0/args")).join(" ");
    assert!(args.contains("--masterauth $(REDIS_PASSWORD) --cluster-enabled yes"), "{args}");
    let job = find(&objects, "Job");
    assert!(text(job, "metadata/name").starts_with("carts-form-"));
    assert_eq!(text(job, &format!("{POD}/serviceAccountName")), "carts");
    let ports: Vec<_> = redis.links("carts").into_iter().map(|link| (link.from, link.ports)).collect();
    assert_eq!(ports, [("carts".to_owned(), vec![6379, 16379]), ("carts-form".to_owned(), vec![6379])]);
}

#[test]
fn an_exporter_is_found_by_scrapers() {
    let redis: super::redis::Redis = read(json!({ "metrics": true }));
    let Offer::Endpoint(endpoint) = redis.offer("redis", &Files::new()) else { panic!() };
    assert_eq!(endpoint.metrics.map(|scrape| scrape.port), Some(9121));
    let objects = redis.objects("redis", &scope());
    let annotations = "spec/template/metadata/annotations/prometheus.io~port".replace('/', "\n");
    let steps: Vec<String> = annotations.split('\n').map(|step| step.replace('~', "/")).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    assert_eq!(find(&objects, "Deployment").at(&steps).and_then(Tree::as_str), Some("9121"));
}

#[test]
fn prometheus_has_the_rights_of_its_discovery() {
    let own: super::prometheus::Prometheus =
        read(json!({ "storage": "20Gi", "configName": "prometheus-config" }));
    let objects = own.objects("prometheus", &scope());
    assert_eq!(
        kinds(&objects),
        [
            "ConfigMap prometheus-config",
            "PersistentVolumeClaim prometheus-data",
            "ServiceAccount prometheus",
            "Role prometheus",
            "RoleBinding prometheus",
            "Deployment prometheus",
            "Service prometheus",
        ]
    );
    let args = words(find(&objects, "Deployment"), &format!("{POD}/containers/0/args"));
    assert_eq!(args.last().map(String::as_str), Some("--storage.tsdb.retention.size=18432MB"));
    let all: super::prometheus::Prometheus = read(json!({ "discovery": "cluster" }));
    let kinds = kinds(&all.objects("prometheus", &scope()));
    assert!(kinds.contains(&format!("ClusterRole {NAMESPACE}-prometheus")), "{kinds:?}");
}

#[test]
fn the_pod_rolls_when_its_own_config_changes() {
    let checksum = |interval: &str| {
        let it: super::prometheus::Prometheus = read(json!({ "scrapeInterval": interval }));
        let objects = it.objects("prometheus", &scope());
        let path = ["spec", "template", "metadata", "annotations", "checksum/prometheus-config"];
        find(&objects, "Deployment").at(&path).and_then(Tree::as_str).unwrap().to_owned()
    };
    assert_eq!(checksum("15s"), checksum("15s"));
    assert_ne!(checksum("15s"), checksum("30s"));
}

#[test]
fn grafana_asks_the_prometheus_of_the_platform() {
    let mut scope = scope();
    let port = Port { container: 9090, ..Port::default() };
    let endpoint = Endpoint {
        app: "prometheus".to_owned(),
        service: Some("metrics-store".to_owned()),
        ports: vec![("http".to_owned(), port)],
        metrics: None,
        ..Endpoint::default()
    };
    scope.offers.insert("prometheus".to_owned(), Offer::Endpoint(endpoint));
    scope.files.insert("own.json".to_owned(), "{\"title\":\"own\"}".to_owned());
    let grafana: super::grafana::Grafana =
        read(json!({ "admin": "grafana-admin/password", "dashboards": { "own": { "file": "own.json" } } }));
    let objects = grafana.objects("grafana", &scope);
    let data = |file: &str| &objects.iter().find(|object| object.file == file).unwrap().tree;
    let sources = text(data("configmap-datasources"), "data/datasources.yaml");
    assert!(sources.contains("url: http://metrics-store:9090\n"), "{sources}");
    let Some(Tree::Map(boards)) = data("configmap-dashboards").get("data") else { panic!() };
    let names: Vec<_> = boards.keys().map(ToString::to_string).collect();
    assert_eq!(
        names,
        ["application.json", "database.json", "infrastructure.json", "own.json", "provider.yaml"]
    );
}

#[test]
fn the_dashboards_of_kgen_are_json_with_ids_of_their_own() {
    let texts = [
        include_str!("../../templates/grafana/application.json"),
        include_str!("../../templates/grafana/database.json"),
        include_str!("../../templates/grafana/infrastructure.json"),
    ];
    let ids: std::collections::BTreeSet<String> = texts
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).unwrap()["uid"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), texts.len());
}

fn route(path: &str, host: Option<&str>) -> RouteTo {
    RouteTo {
        ingress: "api".to_owned(),
        component: "auth".to_owned(),
        service: "auth".to_owned(),
        port_name: "http".to_owned(),
        port: 80,
        path: path.to_owned(),
        exact: false,
        host: host.map(ToOwned::to_owned),
        load_balanced: false,
    }
}

#[test]
fn an_ingress_takes_prefixes_off_by_groups() {
    let mut scope = scope();
    scope.routes = vec![route("/auth", None), route("/", Some("www.shop.local"))];
    let ingress: super::ingress::Ingress = read(json!({
        "host": "api.shop.local", "tls": "internal-ca", "stripPrefix": true, "readTimeout": "1h", "bodySize": "10Mi",
    }));
    let issuer: super::issuer::Issuer = read(json!({ "kind": "ClusterIssuer", "ca": {} }));
    let objects = ingress.objects("api", &with(scope, "internal-ca", &issuer));
    let ingress = find(&objects, "Ingress");
    assert_eq!(text(ingress, "spec/rules/0/http/paths/0/path"), "/auth(/|$)(.*)");
    assert_eq!(text(ingress, "spec/rules/0/http/paths/0/pathType"), "ImplementationSpecific");
    assert_eq!(words(ingress, "spec/tls/0/hosts"), ["api.shop.local", "www.shop.local"]);
    assert_eq!(text(ingress, "spec/tls/0/secretName"), "api-tls");
    let annotations = ingress.at(&["metadata", "annotations"]).and_then(Tree::as_map).unwrap();
    let get = |key: &str| annotations.get(key).and_then(Tree::as_str);
    assert_eq!(get("cert-manager.io/cluster-issuer"), Some(format!("{NAMESPACE}-internal-ca").as_str()));
    assert_eq!(get("nginx.ingress.kubernetes.io/rewrite-target"), Some("/$2"));
    assert_eq!(get("nginx.ingress.kubernetes.io/proxy-read-timeout"), Some("3600"));
    assert_eq!(get("nginx.ingress.kubernetes.io/proxy-body-size"), Some("10m"));
}

#[test]
fn a_gateway_redirects_what_comes_in_clear() {
    let mut scope = scope();
    scope.routes = vec![route("/auth", None)];
    let spec = json!({ "host": "api.shop.local", "through": "gateway", "class": "envoy", "tls": { "secret": "api-tls" } });
    let ingress: super::ingress::Ingress = read(spec);
    let objects = ingress.objects("api", &scope);
    assert_eq!(kinds(&objects), ["Gateway api", "HTTPRoute api", "HTTPRoute api-redirect"]);
    assert_eq!(text(&objects[1].tree, "spec/parentRefs/0/sectionName"), "https");
    assert_eq!(text(&objects[2].tree, "spec/rules/0/filters/0/type"), "RequestRedirect");
    let keys = ["tls.crt", "tls.key"];
    let wanted = keys.map(|key| Need::Secret { name: "api-tls".to_owned(), key: Some(key.to_owned()) });
    assert_eq!(needs(&ingress), wanted);
}

#[test]
fn secrets_are_written_by_operators_alone() {
    let existing: super::secret::Secret = read(json!({ "keys": ["A", "B"] }));
    assert!(existing.objects("app", &scope()).is_empty());
    let external: super::secret::Secret = read(json!({
        "source": "external", "keys": ["A"],
        "external": { "store": "vault", "refreshInterval": "1d", "remote": { "A": "app/a#value", "B": "app/b" } },
    }));
    let objects = external.objects("app", &scope());
    let secret = find(&objects, "ExternalSecret");
    assert_eq!(text(secret, "spec/refreshInterval"), "24h");
    assert_eq!(text(secret, "spec/data/0/remoteRef/property"), "value");
    assert_eq!(secret.at(&["spec", "data", "1", "remoteRef", "property"]), None);
    let Offer::Secret { keys } = external.offer("app", &Files::new()) else { panic!() };
    assert_eq!(keys, ["A", "B"]);
}

#[test]
fn a_config_keeps_the_authors_order() {
    let mut scope = scope();
    scope.files.insert("run.sh".to_owned(), "echo hi\n".to_owned());
    let config: super::config::Config =
        read(json!({ "ZONE": "a", "run.sh": { "file": "run.sh" }, "LEVEL": "info" }));
    let objects = config.objects("app-config", &scope);
    assert_eq!((objects[0].component.as_str(), objects[0].file.as_str()), ("config", "app-config"));
    let Some(Tree::Map(data)) = objects[0].tree.get("data") else { panic!() };
    assert_eq!(data.keys().map(ToString::to_string).collect::<Vec<_>>(), ["ZONE", "run.sh", "LEVEL"]);
    assert_eq!(data.get("run.sh"), Some(&Tree::from("echo hi\n")));
}

fn with(mut scope: Scope, name: &str, component: &dyn Component) -> Scope {
    scope.offers.insert(name.to_owned(), component.offer(name, &Files::new()));
    scope
}

#[test]
fn an_authority_of_a_cluster_is_kept_by_cert_manager_and_named_after_the_namespace() {
    let own: super::issuer::Issuer = read(json!({ "ca": {} }));
    let objects = own.objects("internal", &scope());
    assert_eq!(kinds(&objects), ["Issuer internal-root", "Certificate internal", "Issuer internal"]);
    assert_eq!(text(&objects[1].tree, "spec/duration"), "87600h");
    assert_eq!(text(&objects[2].tree, "spec/ca/secretName"), "internal");
    let shared: super::issuer::Issuer = read(json!({ "kind": "ClusterIssuer", "ca": {} }));
    let objects = shared.objects("internal", &scope());
    assert_eq!(text(&objects[1].tree, "metadata/namespace"), "cert-manager");
    assert_eq!(objects[2].id().name, format!("{NAMESPACE}-internal"));
    assert_eq!((objects[2].component.as_str(), objects[2].id().namespace), ("cluster", None));
}

#[test]
fn an_edge_answers_the_question_of_the_authority_that_it_names() {
    let acme: super::issuer::Issuer = read(json!({ "acme": { "email": "ops@acme.org" } }));
    let nginx: super::ingress::Ingress = read(json!({ "class": "traefik", "tls": "letsencrypt" }));
    let gateway: super::ingress::Ingress = read(json!({ "through": "gateway", "tls": "letsencrypt" }));
    let solver = |scope: &Scope, path: &str| {
        let objects = acme.objects("letsencrypt", scope);
        text(&objects[0].tree, &format!("spec/acme/solvers/0/http01/{path}")).to_owned()
    };
    assert_eq!(solver(&scope(), "ingress/ingressClassName"), "nginx");
    assert_eq!(solver(&with(scope(), "web", &nginx), "ingress/ingressClassName"), "traefik");
    let scope = with(scope(), "web", &gateway);
    assert_eq!(solver(&scope, "gatewayHTTPRoute/parentRefs/0/name"), "web");
    assert_eq!(solver(&scope, "gatewayHTTPRoute/parentRefs/0/namespace"), NAMESPACE);
}

#[test]
fn a_certificate_is_kept_in_the_secret_of_its_name() {
    let issuer: super::issuer::Issuer =
        read(json!({ "kind": "ClusterIssuer", "existing": true, "name": "pki" }));
    let certificate: super::certificate::Certificate =
        read(json!({ "hosts": ["orders.shop.svc"], "issuer": "vault", "duration": "30d" }));
    let objects = certificate.objects("orders-tls", &with(scope(), "vault", &issuer));
    let certificate_object = find(&objects, "Certificate");
    assert_eq!(text(certificate_object, "spec/secretName"), "orders-tls");
    assert_eq!(text(certificate_object, "spec/issuerRef/name"), "pki");
    assert_eq!(text(certificate_object, "spec/duration"), "720h");
    assert_eq!(text(certificate_object, "spec/renewBefore"), "240h");
    let Offer::Secret { keys } = certificate.offer("orders-tls", &Files::new()) else { panic!() };
    assert_eq!(keys, ["tls.crt", "tls.key", "ca.crt"]);
}

#[test]
fn an_edge_says_the_same_through_annotations_and_filters() {
    let mut scope = scope();
    scope.routes = vec![route("/", None)];
    let spec = json!({
        "host": "api.shop.org", "cors": { "origins": ["https://shop.org"], "maxAge": "1h" },
        "responseHeaders": { "X-Frame-Options": "DENY" }, "rateLimit": { "requestsPerSecond": 100, "connections": 10 },
    });
    let nginx: super::ingress::Ingress = read(spec.clone());
    let objects = nginx.objects("api", &scope);
    assert_eq!(kinds(&objects), ["ConfigMap api-headers", "Ingress api"]);
    assert_eq!(text(&objects[0].tree, "data/X-Frame-Options"), "DENY");
    let annotations = objects[1].tree.at(&["metadata", "annotations"]).unwrap();
    let get =
        |key: &str| annotations.get(&format!("nginx.ingress.kubernetes.io/{key}")).and_then(Tree::as_str);
    assert_eq!(get("custom-headers"), Some(format!("{NAMESPACE}/api-headers").as_str()));
    assert_eq!(get("cors-allow-origin"), Some("https://shop.org"));
    assert_eq!(get("cors-allow-credentials"), Some("false"));
    assert_eq!(get("limit-rps"), Some("100"));
    assert_eq!(get("limit-burst-multiplier"), None);

    let mut spec = spec;
    spec["through"] = json!("gateway");
    let gateway: super::ingress::Ingress = read(spec);
    let objects = gateway.objects("api", &scope);
    let filters = find(&objects, "HTTPRoute").at(&["spec", "rules", "0", "filters"]).unwrap();
    assert_eq!(words(filters, "0/cors/allowOrigins"), ["https://shop.org"]);
    assert_eq!(filters.at(&["0", "cors", "maxAge"]), Some(&Tree::Int(3600)));
    assert_eq!(text(filters, "1/responseHeaderModifier/set/0/value"), "DENY");
}
