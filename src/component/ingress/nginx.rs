//! The edge as an Ingress, with the annotations of ingress-nginx.

use super::Ingress;
use crate::k8s::{Object, meta};
use crate::pod::probe::seconds;
use crate::scope::{LabelMap, RouteTo, Scope};
use crate::value::format::scaled;
use k8s_openapi::api::networking::v1 as networking;

/// The Ingress.
pub(super) fn object(ingress: &Ingress, name: &str, scope: &Scope) -> Object {
    let hosts = ingress.hosts(name, scope);
    let mut metadata = meta(ingress.object_name(name), scope.labels(name, &ingress.labels));
    let annotations = annotations(ingress, scope);
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

fn annotations(ingress: &Ingress, scope: &Scope) -> LabelMap {
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
        if let Some(size) = &ingress.body_size {
            set("proxy-body-size", size_of(size));
        }
    }
    all.extend(ingress.tls.as_ref().and_then(|tls| tls.annotation(scope)));
    all.extend(ingress.annotations.iter().map(|(key, value)| (key.to_owned(), value.0.clone())));
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
