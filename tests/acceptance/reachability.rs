//! Whether the pods reach whom they must and nobody else, on every platform that denies by default, in every
//! environment: what the spec declares against the evaluated policies of the raw output.

use crate::judges::none;
use evaluate::{End, Policies, Port};
use kgen::needs::Need;
use scene::{Group, Scene};
use std::collections::BTreeMap;

pub(super) mod evaluate;
mod scene;

/// What every pod may be asked at: the ports of the platform, and some that nobody has.
fn ports_of(scene: &Scene, group: &Group) -> Vec<(u16, String)> {
    let mut ports: Vec<_> =
        group.ports.iter().map(|(_, number, protocol)| (*number, protocol.clone())).collect();
    ports.extend([22, 80, 443, 10250].map(|port| (port, "TCP".to_owned())));
    assert!(!scene.groups.is_empty());
    ports
}

#[test]
fn pods_reach_exactly_what_the_spec_declares() {
    let mut wrong = Vec::new();
    let (mut allowed, mut denied) = (0, 0);
    for scene in Scene::all() {
        let policies = Policies::new(&scene.rendered.objects);
        let declared = scene.declared();
        assert!(!declared.is_empty(), "{} declares nothing", scene.rendered.environment);
        for from in &scene.groups {
            for to in &scene.groups {
                let pair = (from.app.clone(), to.app.clone());
                let told = declared.get(&pair);
                let mut ports = ports_of(&scene, to);
                ports.extend(told.into_iter().flatten().cloned());
                for (port, protocol) in ports {
                    let wanted = told.is_some_and(|ports| ports.contains(&(port, protocol.clone())));
                    let found = policies.allow(&from.end, &to.end, Port(port, &protocol));
                    // A scraper of the whole cluster may ask every pod that lets it.
                    *(if wanted { &mut allowed } else { &mut denied }) += 1;
                    if wanted != found {
                        let verb = if wanted { "does not reach" } else { "reaches" };
                        wrong.push(format!(
                            "{}: {} {verb} {} at {port}/{protocol}",
                            scene.rendered.environment, from.app, to.app
                        ));
                    }
                }
            }
        }
    }
    none(&wrong);
    assert!(allowed > 20 && denied > 100, "{allowed} allowed, {denied} denied");
}

#[test]
fn names_are_found_and_nothing_else_of_the_system() {
    let mut wrong = Vec::new();
    for scene in Scene::all() {
        let policies = Policies::new(&scene.rendered.objects);
        let names = End::pod("kube-system", "k8s-app", "kube-dns");
        let other = End::pod("kube-system", "k8s-app", "metrics-server");
        for group in &scene.groups {
            let may = |to: &End, port, protocol| policies.allow(&group.end, to, Port(port, protocol));
            let at = format!("{}: {}", scene.rendered.environment, group.app);
            if !may(&names, 53, "UDP") || !may(&names, 53, "TCP") {
                wrong.push(format!("{at} finds no names"));
            }
            let cluster = scene.whole_cluster(&group.component);
            if !cluster && (may(&other, 53, "UDP") || may(&names, 9153, "TCP") || may(&other, 443, "TCP")) {
                wrong.push(format!("{at} reaches more of the system than the name servers"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn only_declared_pods_reach_the_internet_and_the_api_server() {
    let mut wrong = Vec::new();
    let mut there = 0;
    for scene in Scene::all() {
        let policies = Policies::new(&scene.rendered.objects);
        for group in &scene.groups {
            let part = scene.platform().parts.iter().find(|part| part.name == group.component).unwrap();
            let told: Vec<u16> = part
                .needs
                .iter()
                .filter_map(|(_, need)| match need {
                    Need::Internet { from: Some(app), .. } if *app != group.app => None,
                    Need::Internet { port, .. } => port.parse().ok(),
                    _ => None,
                })
                .collect();
            there += told.len();
            let at = format!("{}: {}", scene.rendered.environment, group.app);
            let may = |to: &str, port| policies.allow(&group.end, &End::address(to), Port(port, "TCP"));
            for port in [80, 443, 8443] {
                for address in ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"] {
                    if may(address, port) != told.contains(&port) {
                        wrong.push(format!("{at} and {address} at {port}"));
                    }
                }
                // The link, where clouds keep credentials, is no part of it; nor is the host.
                if may("169.254.169.254", port) || may("127.0.0.1", port) {
                    wrong.push(format!("{at} reaches the host or the link"));
                }
            }
            if may("10.96.0.1", 443) != group.token {
                wrong.push(format!("{at} and the API server"));
            }
            if may("10.1.2.3", 5432) || may("192.168.1.1", 80) {
                wrong.push(format!("{at} reaches private addresses"));
            }
        }
    }
    none(&wrong);
    assert!(there > 0, "nobody uses the Internet");
}

#[test]
fn only_routes_and_open_services_are_reached_from_outside() {
    let mut wrong = Vec::new();
    let mut routed = 0;
    for scene in Scene::all() {
        let policies = Policies::new(&scene.rendered.objects);
        let rules = &scene.platform().scope.header.policy.network;
        let edges: Vec<End> = match &rules.ingress {
            None => vec![End::pod("ingress-nginx", "app.kubernetes.io/name", "ingress-nginx")],
            Some(peers) => {
                let labels = peers.labels.iter().map(|(key, value)| (key.to_owned(), value.to_string()));
                let labels: BTreeMap<_, _> = labels.collect();
                peers.namespaces.iter().map(|name| End::Pod(name.to_string(), labels.clone())).collect()
            }
        };
        let stranger = End::pod("default", "app", "stranger");
        let open = scene.open();
        for group in &scene.groups {
            let at = format!("{}: {}", scene.rendered.environment, group.app);
            for (name, port, protocol) in &group.ports {
                let port = Port(*port, protocol);
                let routes = &scene.platform().scope.routes;
                let wanted = routes.iter().any(|route| {
                    route.component == group.component
                        && route.port_name == *name
                        && scene.platform().scope.endpoint(&route.component).unwrap().app == group.app
                });
                routed += usize::from(wanted);
                for edge in &edges {
                    if policies.allow(edge, &group.end, port) != wanted {
                        wrong.push(format!("{at}: {port:?} and {edge:?}"));
                    }
                }
                if policies.allow(&stranger, &group.end, port) {
                    wrong.push(format!("{at}: {port:?} is open to other namespaces"));
                }
                let outside = End::address("93.184.215.14");
                if policies.allow(&outside, &group.end, port) != open.contains(&(group.app.clone(), port.0)) {
                    wrong.push(format!("{at}: {port:?} and the Internet"));
                }
            }
        }
    }
    none(&wrong);
    assert!(routed > 0, "nothing is routed");
}

#[test]
fn an_evaluation_sees_what_is_missing() {
    let of = |scene: Scene, without: &str| {
        let mut objects = scene.rendered.objects.clone();
        objects.retain(|key, _| key.kind != "NetworkPolicy" || key.name != without);
        let policies = Policies::new(&objects);
        let may = |from: &str, to: &str, port| {
            policies.allow(&scene.app(from).end, &scene.app(to).end, Port(port, "TCP"))
        };
        let names = End::pod("kube-system", "k8s-app", "kube-dns");
        let named = policies.allow(&scene.app("orders").end, &names, Port(53, "UDP"));
        (may("payments", "payments-db", 5432), may("orders", "payments-db", 5432), named)
    };
    let scene = || Scene::all().into_iter().find(|scene| scene.rendered.environment.project.name == "policy");
    assert_eq!(of(scene().unwrap(), ""), (true, false, true));
    assert_eq!(of(scene().unwrap(), "payments-db"), (false, false, true));
    assert_eq!(of(scene().unwrap(), "allow-dns"), (true, false, false));
}
