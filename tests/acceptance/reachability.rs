//! Whether the pods reach whom they must and nobody else, on every platform that denies by default, in every
//! environment: what the spec declares against the evaluated policies of the raw output.

use super::rendered::{Rendered, entries, list, text};
use crate::judges::none;
use crate::projects::{self, Environment};
use evaluate::{End, Policies, Port};
use kgen::needs::Need;
use kgen::platform::Platform;
use kgen::render::Project;
use serde_yaml::Value;
use std::collections::BTreeMap;

mod evaluate;

/// A group of pods of the platform.
struct Group {
    component: String,
    app: String,
    end: End,
    ports: Vec<(String, u16, String)>,
    token: bool,
    scraped: Option<u16>,
}

/// An environment with what its spec declares.
struct Scene {
    rendered: Rendered,
    project: Project,
    name: String,
    groups: Vec<Group>,
}

impl Scene {
    /// The environment, if it denies by default.
    fn new(environment: Environment) -> Option<Self> {
        let rendered = Rendered::new(environment.clone());
        rendered.kind("NetworkPolicy").find(|policy| policy["metadata"]["name"] == "default-deny")?;
        let project = Project::load(&environment.project.folder.join("platform.yaml"), &[]).unwrap();
        let groups = groups(&rendered);
        Some(Self { rendered, project, name: environment.name, groups })
    }

    fn all() -> Vec<Self> {
        let scenes: Vec<_> = projects::environments().into_iter().filter_map(Self::new).collect();
        assert!(!scenes.is_empty(), "nothing denies by default");
        scenes
    }

    fn platform(&self) -> &Platform {
        let (_, environments) = self.project.platforms.as_ref().expect("a sound spec");
        let named = |platform: &&Platform| platform.scope.environment.as_deref() == Some(&*self.name);
        environments.iter().find(named).unwrap()
    }

    fn of<'a>(&'a self, component: &'a str) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(move |group| group.component == component)
    }

    fn app(&self, app: &str) -> &Group {
        self.groups.iter().find(|group| group.app == app).unwrap_or_else(|| panic!("no pods {app}"))
    }

    /// What the spec declares between pods: who, whom, at which ports.
    fn declared(&self) -> BTreeMap<(String, String), Vec<(u16, String)>> {
        let platform = self.platform();
        let mut declared: BTreeMap<(String, String), Vec<(u16, String)>> = BTreeMap::new();
        let mut add = |from: &str, to: &str, port: (u16, String)| {
            declared.entry((from.to_owned(), to.to_owned())).or_default().push(port);
        };
        for part in &platform.parts {
            for link in part.component.links(&part.name) {
                link.ports.iter().for_each(|port| add(&link.from, &link.to, (*port, "TCP".to_owned())));
            }
            for group in self.of(&part.name) {
                for (_, need) in part.needs.iter() {
                    let (name, port) = match need {
                        Need::Component { name, port } | Need::Callback { name, port } => {
                            (name, port.as_deref())
                        }
                        Need::Perhaps { name } => (name, None),
                        Need::Metrics { .. } => {
                            for other in &self.groups {
                                other.scraped.iter().for_each(|port| {
                                    add(&group.app, &other.app, (*port, "TCP".to_owned()));
                                });
                            }
                            continue;
                        }
                        _ => continue,
                    };
                    for (to, port) in self.called(name, port) {
                        add(&group.app, &to, port);
                    }
                }
            }
        }
        // The pods of an author's StatefulSet find each other by name.
        for (key, set) in &self.rendered.objects {
            let app = set["spec"]["template"]["metadata"]["labels"]["app"].as_str();
            if let Some(app) = app.filter(|_| key.kind == "StatefulSet") {
                let own = self.app(app);
                let part = platform.parts.iter().find(|part| part.name == own.component).unwrap();
                if part.section == "services" {
                    own.ports.iter().for_each(|(_, port, protocol)| add(app, app, (*port, protocol.clone())));
                }
            }
        }
        declared
    }

    /// The pods and ports behind the Services of a component, as a client of it finds them.
    fn called(&self, name: &str, port: Option<&str>) -> Vec<(String, (u16, String))> {
        let mut found = Vec::new();
        for group in self.of(name) {
            for service in self.rendered.kind("Service") {
                let selector: Vec<_> = entries(&service["spec"]["selector"]).collect();
                if !selector.iter().any(|(key, value)| *key == "app" && text(value) == group.app) {
                    continue;
                }
                let offer = self.platform().scope.endpoint(name).unwrap();
                if offer.app != group.app {
                    continue;
                }
                for one in list(&service["spec"]["ports"]) {
                    let known = one["name"].as_str().unwrap_or_default();
                    let number = one["port"].as_u64().unwrap().to_string();
                    let meant = port.is_none_or(|port| port == known || port == number);
                    // Without a port the one for scrapers alone is not meant.
                    let scraper = port.is_none() && known == "metrics" && group.scraped.is_some();
                    if meant && !scraper {
                        found.push((group.app.clone(), target(group, one)));
                    }
                }
            }
        }
        found
    }
}

/// The port of the pods behind a port of a Service.
fn target(group: &Group, port: &Value) -> (u16, String) {
    let protocol = port["protocol"].as_str().unwrap_or("TCP").to_owned();
    let number = match &port["targetPort"] {
        Value::String(name) => group.ports.iter().find(|(known, ..)| known == name).unwrap().1,
        Value::Null => u16::try_from(port["port"].as_u64().unwrap()).unwrap(),
        number => u16::try_from(number.as_u64().unwrap()).unwrap(),
    };
    (number, protocol)
}

fn groups(rendered: &Rendered) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (component, objects) in rendered.by_component() {
        for object in objects.values() {
            let template = match &object["spec"]["jobTemplate"] {
                Value::Null => &object["spec"]["template"],
                job => &job["spec"]["template"],
            };
            let Some(app) = template["metadata"]["labels"]["app"].as_str() else { continue };
            let labels = entries(&template["metadata"]["labels"]);
            let labels = labels.map(|(key, value)| (key.to_owned(), text(value).to_owned())).collect();
            let spec = &template["spec"];
            let mut ports = Vec::new();
            for container in list(&spec["initContainers"]).iter().chain(list(&spec["containers"])) {
                for port in list(&container["ports"]) {
                    ports.push((
                        port["name"].as_str().unwrap_or_default().to_owned(),
                        u16::try_from(port["containerPort"].as_u64().unwrap()).unwrap(),
                        port["protocol"].as_str().unwrap_or("TCP").to_owned(),
                    ));
                }
            }
            let told = &template["metadata"]["annotations"];
            let scraped = told["prometheus.io/port"].as_str().map(|port| port.parse().unwrap());
            groups.push(Group {
                component: component.clone(),
                app: app.to_owned(),
                end: End::Pod(rendered.environment.namespace.clone(), labels),
                ports,
                token: spec["automountServiceAccountToken"] != false,
                scraped: scraped.filter(|_| told["prometheus.io/scrape"] == "true"),
            });
        }
    }
    groups
}

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
                    Need::Internet { port } => port.parse().ok(),
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

impl Scene {
    /// Whether a component scrapes the whole cluster.
    fn whole_cluster(&self, component: &str) -> bool {
        let part = self.platform().parts.iter().find(|part| part.name == component).unwrap();
        part.needs.iter().any(|(_, need)| matches!(need, Need::Metrics { cluster: true }))
    }

    /// Pods and ports behind Services of type NodePort and LoadBalancer.
    fn open(&self) -> Vec<(String, u16)> {
        let open =
            |service: &&Value| matches!(service["spec"]["type"].as_str(), Some("NodePort" | "LoadBalancer"));
        let mut found = Vec::new();
        for service in self.rendered.kind("Service").filter(open) {
            let Some(app) = service["spec"]["selector"]["app"].as_str() else { continue };
            let group = self.app(app);
            for port in list(&service["spec"]["ports"]) {
                found.push((app.to_owned(), target(group, port).0));
            }
        }
        found
    }
}
