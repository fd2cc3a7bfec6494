//! The edge as an Ingress, with the annotations of ingress-nginx.

use super::Ingress;
use crate::component::readymade::config_map;
use crate::k8s::{NAMESPACE, Object, meta};
use crate::pod::probe::seconds;
use crate::scope::{LabelMap, RouteTo, Scope};
use crate::value::format::scaled;
use k8s_openapi::api::networking::v1 as networking;

/// The Ingress, and the headers that it adds.
pub(super) fn objects(ingress: &Ingress, name: &str, scope: &Scope) -> Vec<Object> {
    let headers = (!ingress.response_headers.is_empty()).then(|| headers(ingress, name, scope));
    headers.into_iter().chain([object(ingress, name, scope)]).collect()
}

/// Name of the `ConfigMap` with the headers that are added.
fn headers_name(ingress: &Ingress, name: &str) -> String {
    format!("{}-headers", ingress.object_name(name))
}

fn headers(ingress: &Ingress, name: &str, scope: &Scope) -> Object {
    let data: Vec<_> =
        ingress.response_headers.iter().map(|(key, value)| (key.to_owned(), value.0.clone())).collect();
    let labels = scope.labels(name, &ingress.labels);
    config_map(name, &headers_name(ingress, name), data.iter().map(|(key, value)| (key, value)), labels)
}

fn object(ingress: &Ingress, name: &str, scope: &Scope) -> Object {
    let hosts = ingress.hosts(name, scope);
    let mut metadata = meta(ingress.object_name(name), scope.labels(name, &ingress.labels));
    let annotations = annotations(ingress, name, scope);
    metadata.annotations = (!annotations.is_empty()).then_some(annotations);
    let object = networking::Ingress {
        metadata,
        spec: Some(networking::IngressSpec {
            ingress_class_name: Some(ingress.class().to_owned()),
            tls: ingress.secret(name).map(|secret| {
                vec![networking::IngressTLS {
                    hosts: Some(hosts.iter().map(|(host, _)| host.clone()).collect()),
                    secret_name: Some(secret),
                }]
            }),
            rules: Some(
                hosts
                    .iter()
                    .map(|(host, routes)| networking::IngressRule {
                        host: Some(host.clone()),
                        http: Some(networking::HTTPIngressRuleValue {
                            paths: routes.iter().map(|route| path(ingress, route)).collect(),
                        }),
                    })
                    .collect(),
            ),
            default_backend: None,
        }),
        status: None,
    };
    Object::new(name, &object)
}

fn path(ingress: &Ingress, route: &RouteTo) -> networking::HTTPIngressPath {
    let (path, kind) = match (ingress.strip_prefix, route.exact) {
        (true, exact) => (capturing(&route.path, exact), "ImplementationSpecific"),
        (false, true) => (route.path.clone(), "Exact"),
        (false, false) => (route.path.clone(), "Prefix"),
    };
    networking::HTTPIngressPath {
        path: Some(path),
        path_type: kind.to_owned(),
        backend: networking::IngressBackend {
            service: Some(networking::IngressServiceBackend {
                name: route.service.clone(),
                port: Some(networking::ServiceBackendPort {
                    name: Some(route.port_name.clone()),
                    number: None,
                }),
            }),
            resource: None,
        },
    }
}

/// The path as a pattern whose second group is what the service gets.
fn capturing(path: &str, exact: bool) -> String {
    let trimmed = path.trim_end_matches('/');
    let mut pattern = String::new();
    for c in trimmed.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    match (exact, trimmed.is_empty()) {
        (true, true) => "/()()$".to_owned(),
        (true, false) => format!("{pattern}()()$"),
        (false, true) => "/()(.*)".to_owned(),
        (false, false) => format!("{pattern}(/|$)(.*)"),
    }
}

fn annotations(ingress: &Ingress, name: &str, scope: &Scope) -> LabelMap {
    let mut all = LabelMap::new();
    if ingress.is_nginx() {
        let mut set = |key: &str, value: String| {
            all.insert(format!("nginx.ingress.kubernetes.io/{key}"), value);
        };
        if ingress.strip_prefix {
            set("use-regex", "true".to_owned());
            set("rewrite-target", "/$2".to_owned());
        }
        // The server's default is to send requests on as soon as there is a certificate.
        if ingress.tls.is_some() || ingress.ssl_redirect.is_some() {
            set("ssl-redirect", ingress.redirects().to_string());
        }
        if let Some(timeout) = &ingress.read_timeout {
            set("proxy-read-timeout", seconds(timeout).to_string());
            set("proxy-send-timeout", seconds(timeout).to_string());
        }
        if let Some(timeout) = &ingress.connect_timeout {
            set("proxy-connect-timeout", seconds(timeout).to_string());
        }
        if let Some(size) = &ingress.body_size {
            set("proxy-body-size", size_of(size));
        }
        if !ingress.response_headers.is_empty() {
            // Snippets are refused by current controllers; a ConfigMap is not.
            set("custom-headers", format!("{NAMESPACE}/{}", headers_name(ingress, name)));
        }
        for (key, value) in traffic(ingress) {
            set(key, value);
        }
    }
    all.extend(ingress.tls.as_ref().and_then(|tls| tls.annotation(scope)));
    all.extend(ingress.annotations.iter().map(|(key, value)| (key.to_owned(), value.0.clone())));
    all
}

/// What the controller does with requests of other origins and with too many of them.
fn traffic(ingress: &Ingress) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if let Some(cors) = &ingress.cors {
        all.extend([
            ("enable-cors", "true".to_owned()),
            ("cors-allow-origin", cors.origins.join(", ")),
            ("cors-allow-methods", cors.methods().join(", ")),
            ("cors-allow-headers", cors.headers().join(", ")),
            // The controller allows them unless it is told otherwise.
            ("cors-allow-credentials", cors.credentials.to_string()),
            ("cors-max-age", cors.max_age().to_string()),
        ]);
        if !cors.expose_headers.is_empty() {
            all.push(("cors-expose-headers", cors.expose_headers.join(", ")));
        }
    }
    if let Some(limit) = &ingress.rate_limit {
        all.extend(limit.requests_per_second.map(|most| ("limit-rps", most.to_string())));
        all.extend(limit.burst.map(|times| ("limit-burst-multiplier", times.to_string())));
        all.extend(limit.connections.map(|most| ("limit-connections", most.to_string())));
    }
    all
}

/// A size as nginx writes it: bytes, or with `k`, `m` or `g`, which are powers of 1024 there.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is whole and positive")]
fn size_of(quantity: &str) -> String {
    let bytes = scaled(quantity).map_or(0, |bytes| bytes as u64);
    [(1_u64 << 30, "g"), (1 << 20, "m"), (1 << 10, "k")]
        .into_iter()
        .find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit))
        .map_or_else(|| bytes.to_string(), |(unit, letter)| format!("{}{letter}", bytes / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stripped_path_keeps_its_rest_in_the_second_group() {
        assert_eq!(capturing("/auth", false), "/auth(/|$)(.*)");
        assert_eq!(capturing("/v1.0/", false), r"/v1\.0(/|$)(.*)");
        assert_eq!(capturing("/", false), "/()(.*)");
        assert_eq!(capturing("/ping", true), "/ping()()$");
    }

    #[test]
    fn sizes_are_written_as_nginx_reads_them() {
        assert_eq!(size_of("10Mi"), "10m");
        assert_eq!(size_of("1Gi"), "1g");
        assert_eq!(size_of("5M"), "5000000");
        assert_eq!(size_of("512Ki"), "512k");
    }
}
