//! References of pods: configs, secrets, claims, accounts, volumes, ports and variables.

use super::super::rendered::{entries, list, text};
use super::Findings;
use super::catalog::{Catalog, template};
use serde_yaml::Value;

pub(super) fn check(catalog: &Catalog<'_>, object: &Value, at: &str, findings: &mut Findings) {
    let Some(template) = template(object) else { return };
    let pod = &template["spec"];
    let account = text(&pod["serviceAccountName"]);
    let namespace = text(&object["metadata"]["namespace"]);
    findings.expect(catalog.is_in(namespace, "ServiceAccount", account), || {
        format!("{at}: no ServiceAccount `{account}` in `{namespace}`")
    });
    for secret in list(&pod["imagePullSecrets"]) {
        find_secret(catalog, &secret["name"], None, at, findings);
    }
    for volume in list(&pod["volumes"]) {
        check_volume(catalog, volume, at, findings);
    }
    let claims: Vec<_> = list(&object["spec"]["volumeClaimTemplates"])
        .iter()
        .map(|claim| &claim["metadata"]["name"])
        .chain(list(&pod["volumes"]).iter().map(|volume| &volume["name"]))
        .collect();
    for container in list(&pod["initContainers"]).iter().chain(list(&pod["containers"])) {
        let at = format!("{at} container {}", text(&container["name"]));
        for mount in list(&container["volumeMounts"]) {
            findings.expect(claims.contains(&&mount["name"]), || {
                format!("{at}: no volume `{}`", text(&mount["name"]))
            });
        }
        check_environment(catalog, container, &at, findings);
        check_ports(container, &at, findings);
    }
}

fn check_volume(catalog: &Catalog<'_>, volume: &Value, at: &str, findings: &mut Findings) {
    if let Some(claim) = volume["persistentVolumeClaim"]["claimName"].as_str() {
        findings.expect(catalog.find("PersistentVolumeClaim", claim).is_some(), || {
            format!("{at}: no PersistentVolumeClaim `{claim}`")
        });
    }
    let sources = list(&volume["projected"]["sources"]);
    for source in std::iter::once(volume).chain(sources) {
        for (kind, name) in [("configMap", "name"), ("secret", "secretName"), ("secret", "name")] {
            let wanted = &source[kind];
            if wanted[name].is_null() || wanted["optional"] == true {
                continue;
            }
            let items = list(&wanted["items"]).iter().map(|item| item["key"].as_str());
            for key in items.chain([None]) {
                if kind == "secret" {
                    find_secret(catalog, &wanted[name], key, at, findings);
                } else {
                    find_config(catalog, &wanted[name], key, at, findings);
                }
            }
        }
    }
}

fn check_environment(catalog: &Catalog<'_>, container: &Value, at: &str, findings: &mut Findings) {
    let mut known: Vec<&str> = Vec::new();
    for source in list(&container["envFrom"]) {
        let (config, secret) = (&source["configMapRef"], &source["secretRef"]);
        if !config.is_null() && config["optional"] != true {
            find_config(catalog, &config["name"], None, at, findings);
            known.extend(
                catalog
                    .find("ConfigMap", text(&config["name"]))
                    .into_iter()
                    .flat_map(|config| entries(&config["data"]).map(|(key, _)| key)),
            );
        }
        if !secret.is_null() && secret["optional"] != true {
            find_secret(catalog, &secret["name"], None, at, findings);
        }
    }
    for variable in list(&container["env"]) {
        let (config, secret) =
            (&variable["valueFrom"]["configMapKeyRef"], &variable["valueFrom"]["secretKeyRef"]);
        if !config.is_null() && config["optional"] != true {
            find_config(catalog, &config["name"], config["key"].as_str(), at, findings);
        }
        if !secret.is_null() && secret["optional"] != true {
            find_secret(catalog, &secret["name"], secret["key"].as_str(), at, findings);
        }
        if let Some(value) = variable["value"].as_str() {
            for used in expansions(value) {
                findings.expect(known.contains(&used), || {
                    format!("{at}: `$({used})` is not set before {}", text(&variable["name"]))
                });
            }
            check_address(catalog, value, at, findings);
        }
        known.push(text(&variable["name"]));
    }
}

/// Variables that a text stands for: `$(NAME)`, but not `$$(NAME)`.
fn expansions(value: &str) -> impl Iterator<Item = &str> {
    value.match_indices("$(").filter_map(|(start, _)| {
        let escaped = value[..start].ends_with('$');
        let rest = &value[start + 2..];
        rest.split_once(')').map(|(name, _)| name).filter(|_| !escaped)
    })
}

/// `http://NAME:PORT/...` without a dot in the name is a Service of this namespace.
pub(super) fn check_address(catalog: &Catalog<'_>, value: &str, at: &str, findings: &mut Findings) {
    let Some((scheme, rest)) = value.split_once("://") else { return };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let standard = if scheme == "https" { "443" } else { "80" };
    let (host, port) = host.split_once(':').unwrap_or((host, standard));
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let Ok(port) = port.parse::<u16>() else { return };
    if host.is_empty() || !host.chars().all(plain) || host == "localhost" {
        return;
    }
    findings.expect(catalog.has_port(host, &Value::from(port)), || {
        format!("{at}: no Service `{host}` with the port {port}, which `{value}` wants")
    });
}

fn check_ports(container: &Value, at: &str, findings: &mut Findings) {
    let hooks = [&container["lifecycle"]["preStop"], &container["lifecycle"]["postStart"]];
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].map(|probe| &container[probe]);
    for check in probes.into_iter().chain(hooks) {
        for kind in ["httpGet", "tcpSocket", "grpc"] {
            let port = &check[kind]["port"];
            if !port.is_null() {
                findings.expect(has_port(container, port), || format!("{at}: no port `{}`", shown(port)));
            }
        }
    }
}

/// Whether a container has a port of this name or number.
pub(super) fn has_port(container: &Value, port: &Value) -> bool {
    list(&container["ports"])
        .iter()
        .any(|candidate| candidate["name"] == *port || candidate["containerPort"] == *port)
}

/// A name or a number as a person writes it.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.as_i64().unwrap_or_default().to_string(), str::to_owned)
}

pub(super) fn find_secret(
    catalog: &Catalog<'_>,
    name: &Value,
    key: Option<&str>,
    at: &str,
    findings: &mut Findings,
) {
    findings.expect(catalog.has_secret(text(name), key), || {
        format!("{at}: no secret `{}`{}", text(name), with(key))
    });
}

fn find_config(catalog: &Catalog<'_>, name: &Value, key: Option<&str>, at: &str, findings: &mut Findings) {
    findings.expect(catalog.has_config(text(name), key), || {
        format!("{at}: no ConfigMap `{}`{}", text(name), with(key))
    });
}

fn with(key: Option<&str>) -> String {
    key.map(|key| format!(" with the key `{key}`")).unwrap_or_default()
}
