//! The edge through Istio's gateway: a Gateway, and a `VirtualService` for each host.

use super::Ingress;
use super::traffic::Cors;
use crate::k8s::certificate::{Certificate, CertificateSpec, IssuerRef};
use crate::k8s::istio::{
    CorsPolicy, Destination, Gateway, HeaderChange, Headers, HttpRoute, Match, Number, Resource, Rewrite,
    Server, ServerPort, ServerTls, StringMatch, Target, VirtualService,
};
use crate::k8s::{NAMESPACE, Object, meta};
use crate::pod::probe::{go_span, seconds};
use crate::scope::{RouteTo, Scope};

/// The certificate, where the gateway finds it, the Gateway, and the routes.
pub(super) fn objects(ingress: &Ingress, name: &str, scope: &Scope) -> Vec<Object> {
    let hosts = ingress.hosts(name, scope);
    let labels = scope.labels(name, &ingress.labels);
    let own = ingress.object_name(name);
    let mesh = scope.header.mesh.clone().unwrap_or_default();
    let all: Vec<String> = hosts.iter().map(|(host, _)| host.clone()).collect();
    let mut objects = Vec::new();
    let issuer = ingress.tls.as_ref().and_then(|tls| scope.issuer(tls.issuer.as_ref()?));
    if let (Some(issuer), Some(secret)) = (issuer, secret(ingress, name)) {
        let mut metadata = meta(&secret, labels.clone());
        metadata.namespace = Some(mesh.gateway.namespace().to_owned());
        let spec = CertificateSpec {
            secret_name: secret,
            dns_names: all.clone(),
            issuer_ref: IssuerRef::new(issuer.kind, issuer.name.clone()),
            ..CertificateSpec::default()
        };
        objects.push(Object::new(name, &Certificate::new(metadata, spec)));
    }
    let mut metadata = meta(own, labels.clone());
    if !ingress.annotations.is_empty() {
        metadata.annotations =
            Some(ingress.annotations.iter().map(|(key, value)| (key.to_owned(), value.0.clone())).collect());
    }
    let gateway = Gateway { selector: mesh.gateway.selector(), servers: servers(ingress, name, &all) };
    objects.push(Object::new(name, &Resource::new(metadata, gateway)));
    for (n, (host, routes)) in hosts.iter().enumerate() {
        let suffix = if n == 0 { String::new() } else { format!("-{}", n + 1) };
        let spec = VirtualService {
            hosts: vec![host.clone()],
            gateways: vec![own.to_owned()],
            http: sorted(routes).into_iter().map(|route| http(ingress, route)).collect(),
        };
        let metadata = meta(&format!("{own}{suffix}"), labels.clone());
        objects.push(
            Object::new(name, &Resource::new(metadata, spec)).in_file(format!("virtualservice{suffix}")),
        );
    }
    objects
}

/// The secret with the certificate, in the gateway's namespace, which several platforms share.
fn secret(ingress: &Ingress, name: &str) -> Option<String> {
    let tls = ingress.tls.as_ref()?;
    Some(
        tls.secret
            .as_deref()
            .map_or_else(|| format!("{NAMESPACE}-{}-tls", ingress.object_name(name)), ToOwned::to_owned),
    )
}

fn servers(ingress: &Ingress, name: &str, hosts: &[String]) -> Vec<Server> {
    let http = ServerPort { name: "http", number: 80, protocol: "HTTP" };
    let redirect = ingress.tls.is_some() && ingress.redirects();
    let clear = Server {
        port: http,
        hosts: hosts.to_vec(),
        tls: redirect.then(|| ServerTls { https_redirect: Some(true), ..ServerTls::default() }),
    };
    let encrypted = secret(ingress, name).map(|secret| Server {
        port: ServerPort { name: "https", number: 443, protocol: "HTTPS" },
        hosts: hosts.to_vec(),
        tls: Some(ServerTls {
            mode: Some("SIMPLE"),
            credential_name: Some(secret),
            min_protocol_version: Some("TLSV1_2"),
            https_redirect: None,
        }),
    });
    [clear].into_iter().chain(encrypted).collect()
}

/// The longest path first, and the whole path before its beginning: Istio takes the first that matches.
fn sorted<'a>(routes: &[&'a RouteTo]) -> Vec<&'a RouteTo> {
    let mut sorted = routes.to_vec();
    sorted.sort_by_key(|route| (std::cmp::Reverse(route.path.trim_end_matches('/').len()), !route.exact));
    sorted
}

/// What a path leads to; below `/auth` lies `/auth/login`, but not `/authors`.
fn matches(route: &RouteTo) -> Vec<Match> {
    let exact = |path: &str| Match { uri: StringMatch::Exact(path.to_owned()) };
    let path = route.path.trim_end_matches('/');
    if route.exact {
        return vec![exact(&route.path)];
    }
    let below = Match { uri: StringMatch::Prefix(format!("{path}/")) };
    if path.is_empty() { vec![below] } else { vec![exact(path), below] }
}

fn http(ingress: &Ingress, route: &RouteTo) -> HttpRoute {
    let set: std::collections::BTreeMap<_, _> =
        ingress.response_headers.iter().map(|(name, value)| (name.to_owned(), value.0.clone())).collect();
    HttpRoute {
        r#match: matches(route),
        rewrite: (ingress.strip_prefix && route.path != "/").then_some(Rewrite { uri: "/" }),
        route: vec![Destination {
            destination: Target {
                host: format!("{}.{NAMESPACE}.svc.cluster.local", route.service),
                port: Number { number: route.port },
            },
        }],
        timeout: ingress.read_timeout.as_ref().map(|span| go_span(seconds(span))),
        cors_policy: ingress.cors.as_ref().map(cors),
        headers: (!set.is_empty()).then_some(Headers { response: HeaderChange { set } }),
    }
}

fn cors(cors: &Cors) -> CorsPolicy {
    CorsPolicy {
        allow_origins: cors.origins.iter().map(|origin| matching(origin)).collect(),
        allow_methods: cors.methods(),
        allow_headers: cors.headers(),
        expose_headers: cors.expose_headers.clone(),
        allow_credentials: cors.credentials,
        max_age: go_span(cors.max_age()),
    }
}

/// An origin as Istio compares it.
fn matching(origin: &str) -> StringMatch {
    match origin.split_once("*.") {
        _ if origin == "*" => StringMatch::Regex(".*".to_owned()),
        Some((scheme, rest)) => {
            StringMatch::Regex(format!("{scheme}[a-z0-9.-]+\\.{}", rest.replace('.', "\\.")))
        }
        None => StringMatch::Exact(origin.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_at_a_slash_and_the_longest_comes_first() {
        let route = |path: &str, exact| RouteTo {
            ingress: "api".to_owned(),
            component: "auth".to_owned(),
            service: "auth".to_owned(),
            port_name: "http".to_owned(),
            port: 80,
            path: path.to_owned(),
            exact,
            host: None,
            load_balanced: false,
        };
        let (root, auth, ping) = (route("/", false), route("/auth", false), route("/ping", true));
        let paths: Vec<_> =
            sorted(&[&root, &auth, &ping]).into_iter().map(|route| route.path.as_str()).collect();
        assert_eq!(paths, ["/ping", "/auth", "/"]);
        let shown = |route: &RouteTo| serde_json::to_string(&matches(route)).unwrap();
        assert_eq!(shown(&auth), r#"[{"uri":{"exact":"/auth"}},{"uri":{"prefix":"/auth/"}}]"#);
        assert_eq!(shown(&root), r#"[{"uri":{"prefix":"/"}}]"#);
        assert_eq!(shown(&ping), r#"[{"uri":{"exact":"/ping"}}]"#);
    }
}
