//! References of objects that are no pods: Services, edges, scalers, budgets, monitors, roles, certificates.

use super::super::rendered::{entries, list, text};
use super::Findings;
use super::catalog::{Catalog, issuer};
use super::pods::{check_address, find_secret, has_port, shown};
use serde_yaml::Value;

pub(super) fn check(catalog: &Catalog<'_>, object: &Value, at: &str, findings: &mut Findings) {
    let spec = &object["spec"];
    match text(&object["kind"]) {
        "StatefulSet" => find(catalog, "Service", &spec["serviceName"], at, findings),
        "HorizontalPodAutoscaler" => {
            let target = &spec["scaleTargetRef"];
            find(catalog, text(&target["kind"]), &target["name"], at, findings);
            let workload = catalog.find(text(&target["kind"]), text(&target["name"]));
            findings.expect(workload.is_none_or(|workload| workload["spec"]["replicas"].is_null()), || {
                format!("{at}: its target has `replicas` too")
            });
        }
        "RoleBinding" | "ClusterRoleBinding" => {
            find(catalog, text(&object["roleRef"]["kind"]), &object["roleRef"]["name"], at, findings);
            for subject in list(&object["subjects"]) {
                let [kind, name, namespace] = ["kind", "name", "namespace"].map(|key| text(&subject[key]));
                findings.expect(catalog.is_in(namespace, kind, name), || {
                    format!("{at}: no {kind} `{name}` in `{namespace}`")
                });
            }
        }
        "Certificate" => {
            find_issuer(
                catalog,
                text(&spec["issuerRef"]["kind"]),
                text(&spec["issuerRef"]["name"]),
                at,
                findings,
            );
        }
        "Issuer" if !spec["ca"].is_null() => {
            find_secret(catalog, &spec["ca"]["secretName"], Some("tls.crt"), at, findings);
        }
        "Cluster" if !spec["bootstrap"]["initdb"].is_null() => {
            let secret = &spec["bootstrap"]["initdb"]["secret"]["name"];
            for key in ["username", "password"] {
                find_secret(catalog, secret, Some(key), at, findings);
            }
        }
        "Pooler" | "ScheduledBackup" => find(catalog, "Cluster", &spec["cluster"]["name"], at, findings),
        "Service" => check_service(catalog, spec, at, findings),
        "Ingress" => check_ingress(catalog, object, at, findings),
        "Gateway" => {
            if let Some((kind, name)) = issuer(object) {
                find_issuer(catalog, kind, name, at, findings);
            }
        }
        "PodDisruptionBudget" | "PodMonitor" => {
            check_selector(catalog, &spec["selector"]["matchLabels"], at, findings);
        }
        "ServiceMonitor" => check_monitor(catalog, spec, at, findings),
        "HTTPRoute" => {
            for backend in list(&spec["rules"]).iter().flat_map(|rule| list(&rule["backendRefs"])) {
                find_port(catalog, &backend["name"], &backend["port"], at, findings);
            }
        }
        "ConfigMap" => {
            for (_, value) in entries(&object["data"]) {
                // Files of servers have addresses of their own languages; plain entries are for services.
                if !text(value).contains('\n') {
                    check_address(catalog, text(value), at, findings);
                }
            }
        }
        _ => {}
    }
}

fn find(catalog: &Catalog<'_>, kind: &str, name: &Value, at: &str, findings: &mut Findings) {
    let name = text(name);
    findings.expect(catalog.find(kind, name).is_some(), || format!("{at}: no {kind} `{name}`"));
}

fn check_selector(catalog: &Catalog<'_>, labels: &Value, at: &str, findings: &mut Findings) {
    let found = catalog.selected(labels).count() + usize::from(catalog.has_operators_pods(labels));
    findings.expect(entries(labels).count() > 0 && found == 1, || {
        format!("{at}: selects the pods of {found} workloads")
    });
}

fn check_service(catalog: &Catalog<'_>, spec: &Value, at: &str, findings: &mut Findings) {
    if spec["selector"].is_null() {
        return;
    }
    if catalog.has_operators_pods(&spec["selector"]) {
        findings.seen += 1;
        return;
    }
    check_selector(catalog, &spec["selector"], at, findings);
    for template in catalog.selected(&spec["selector"]) {
        let containers = list(&template["spec"]["containers"]);
        for port in list(&spec["ports"]) {
            let target = if port["targetPort"].is_null() { &port["port"] } else { &port["targetPort"] };
            findings.expect(containers.iter().any(|container| has_port(container, target)), || {
                format!("{at}: its pods have no port `{}`", shown(target))
            });
        }
    }
}

fn check_ingress(catalog: &Catalog<'_>, object: &Value, at: &str, findings: &mut Findings) {
    let spec = &object["spec"];
    for path in list(&spec["rules"]).iter().flat_map(|rule| list(&rule["http"]["paths"])) {
        let service = &path["backend"]["service"];
        let port = &service["port"];
        let wanted = if port["name"].is_null() { &port["number"] } else { &port["name"] };
        find_port(catalog, &service["name"], wanted, at, findings);
    }
    for tls in list(&spec["tls"]) {
        find_secret(catalog, &tls["secretName"], Some("tls.crt"), at, findings);
        let hosts: Vec<_> = list(&spec["rules"]).iter().map(|rule| &rule["host"]).collect();
        for host in list(&tls["hosts"]) {
            findings.expect(hosts.contains(&host), || {
                format!("{at}: TLS for `{}`, which no rule serves", text(host))
            });
        }
    }
    if let Some((kind, name)) = issuer(object) {
        find_issuer(catalog, kind, name, at, findings);
    }
}

fn find_issuer(catalog: &Catalog<'_>, kind: &str, name: &str, at: &str, findings: &mut Findings) {
    findings.expect(catalog.has_issuer(kind, name), || format!("{at}: no {kind} `{name}`"));
}

fn check_monitor(catalog: &Catalog<'_>, spec: &Value, at: &str, findings: &mut Findings) {
    let labels = &spec["selector"]["matchLabels"];
    let selected: Vec<_> = catalog
        .rendered
        .kind("Service")
        .filter(|service| entries(labels).all(|(key, value)| service["metadata"]["labels"][key] == *value))
        .collect();
    // One, or one of each colour: no pod is asked twice.
    let mut pods: Vec<_> = selected.iter().map(|service| &service["spec"]["selector"]).collect();
    let colors = pods.iter().filter(|selector| !selector["color"].is_null()).count();
    pods.dedup();
    findings.expect(selected.len() == 1 || (colors == 2 && pods.len() == 2), || {
        format!("{at}: selects {} Services", selected.len())
    });
    for endpoint in list(&spec["endpoints"]) {
        let (port, target) = (&endpoint["port"], &endpoint["targetPort"]);
        if port.is_null() {
            // A port of the pods that the Service does not have, such as that of an exporter.
            let mut pods = selected.iter().flat_map(|service| catalog.selected(&service["spec"]["selector"]));
            let found =
                pods.any(|pod| list(&pod["spec"]["containers"]).iter().any(|one| has_port(one, target)));
            findings.expect(found, || format!("{at}: no pod has the port `{}`", shown(target)));
            continue;
        }
        let found = selected.iter().all(|service| catalog.has_port(text(&service["metadata"]["name"]), port));
        findings.expect(found, || format!("{at}: no port `{}`", shown(port)));
    }
}

fn find_port(catalog: &Catalog<'_>, service: &Value, port: &Value, at: &str, findings: &mut Findings) {
    findings.expect(catalog.has_port(text(service), port), || {
        format!("{at}: no Service `{}` with the port `{}`", text(service), shown(port))
    });
}
