//! The edge through the Gateway API: a Gateway, and an `HTTPRoute` for each host.

use super::Ingress;
use crate::k8s::{Object, meta};
use crate::pod::probe::{go_span, seconds};
use crate::scope::{RouteTo, Scope};
use filter::Filter;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

mod filter;

const API: &str = "gateway.networking.k8s.io/v1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gateway {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: GatewaySpec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GatewaySpec {
    gateway_class_name: String,
    listeners: Vec<Listener>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listener {
    name: String,
    hostname: String,
    port: u16,
    protocol: &'static str,
    tls: Option<ListenerTls>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListenerTls {
    mode: &'static str,
    certificate_refs: Vec<CertificateRef>,
}

#[derive(Serialize)]
struct CertificateRef {
    kind: &'static str,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpRoute {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: HttpRouteSpec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpRouteSpec {
    parent_refs: Vec<ParentRef>,
    hostnames: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ParentRef {
    name: String,
    namespace: Option<String>,
    section_name: Option<String>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matches: Vec<Match>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filters: Vec<Filter>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    backend_refs: Vec<BackendRef>,
    timeouts: Option<Timeouts>,
}

#[derive(Serialize)]
struct Match {
    path: PathMatch,
}

#[derive(Serialize)]
struct PathMatch {
    r#type: &'static str,
    value: String,
}

#[derive(Serialize)]
struct BackendRef {
    name: String,
    port: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Timeouts {
    request: String,
    backend_request: String,
}

/// The Gateway, unless there is one already, and the routes.
pub(super) fn objects(ingress: &Ingress, name: &str, scope: &Scope) -> Vec<Object> {
    let hosts = ingress.hosts(name, scope);
    let labels = scope.labels(name, &ingress.labels);
    let own = ingress.object_name(name);
    let mut objects = Vec::new();
    if ingress.gateway.is_none() {
        let mut metadata = meta(own, labels.clone());
        let issuer = ingress.tls.as_ref().and_then(|tls| tls.annotation(scope));
        let annotations: std::collections::BTreeMap<_, _> = issuer
            .into_iter()
            .chain(ingress.annotations.iter().map(|(key, value)| (key.to_owned(), value.0.clone())))
            .collect();
        metadata.annotations = (!annotations.is_empty()).then_some(annotations);
        let listeners =
            hosts.iter().enumerate().flat_map(|(n, (host, _))| listeners(ingress, name, n, host)).collect();
        let spec = GatewaySpec { gateway_class_name: ingress.class().to_owned(), listeners };
        objects.push(Object::new(name, &Gateway { api_version: API, kind: "Gateway", metadata, spec }));
    }
    let redirects = ingress.gateway.is_none() && ingress.tls.is_some() && ingress.redirects();
    for (n, (host, routes)) in hosts.iter().enumerate() {
        let suffix = numbered("", n);
        // Routes that must not answer in clear stay with the listener for HTTPS.
        let section = redirects.then(|| numbered("https", n));
        let rules = routes.iter().map(|route| rule(ingress, route)).collect();
        let metadata = meta(&format!("{own}{suffix}"), labels.clone());
        let route = route(metadata, parent(ingress, own, section), host, rules);
        objects.push(Object::new(name, &route).in_file(format!("httproute{suffix}")));
        if redirects {
            let rules = vec![Rule { filters: vec![Filter::to_https()], ..Rule::default() }];
            let to = parent(ingress, own, Some(numbered("http", n)));
            let metadata = meta(&format!("{own}{suffix}-redirect"), labels.clone());
            let redirect = self::route(metadata, to, host, rules);
            objects.push(Object::new(name, &redirect).in_file(format!("httproute{suffix}-redirect")));
        }
    }
    objects
}

/// A name for the first, second … host; that of the first one is plain.
fn numbered(name: &str, n: usize) -> String {
    if n == 0 { name.to_owned() } else { format!("{name}-{}", n + 1) }
}

fn listeners(ingress: &Ingress, name: &str, n: usize, host: &str) -> Vec<Listener> {
    let http = Listener {
        name: numbered("http", n),
        hostname: host.to_owned(),
        port: 80,
        protocol: "HTTP",
        tls: None,
    };
    let https = ingress.secret(name).map(|secret| Listener {
        name: numbered("https", n),
        hostname: host.to_owned(),
        port: 443,
        protocol: "HTTPS",
        tls: Some(ListenerTls {
            mode: "Terminate",
            certificate_refs: vec![CertificateRef { kind: "Secret", name: secret }],
        }),
    });
    std::iter::once(http).chain(https).collect()
}

fn parent(ingress: &Ingress, own: &str, section: Option<String>) -> ParentRef {
    match &ingress.gateway {
        Some(parent) => ParentRef {
            name: parent.name.to_string(),
            namespace: parent.namespace.as_ref().map(ToString::to_string),
            section_name: parent.listener.as_ref().map(ToString::to_string),
        },
        None => ParentRef { name: own.to_owned(), namespace: None, section_name: section },
    }
}

fn route(metadata: ObjectMeta, parent: ParentRef, host: &str, rules: Vec<Rule>) -> HttpRoute {
    HttpRoute {
        api_version: API,
        kind: "HTTPRoute",
        metadata,
        spec: HttpRouteSpec { parent_refs: vec![parent], hostnames: vec![host.to_owned()], rules },
    }
}

fn rule(ingress: &Ingress, route: &RouteTo) -> Rule {
    Rule {
        matches: vec![Match {
            path: PathMatch {
                r#type: if route.exact { "Exact" } else { "PathPrefix" },
                value: route.path.clone(),
            },
        }],
        filters: filter::all(ingress, route),
        backend_refs: vec![BackendRef { name: route.service.clone(), port: route.port }],
        timeouts: ingress.read_timeout.as_ref().map(|span| {
            let seconds = go_span(seconds(span));
            Timeouts { request: seconds.clone(), backend_request: seconds }
        }),
    }
}
