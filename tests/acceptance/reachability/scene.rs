//! An environment that denies by default: its pods as the raw output has them, and what its spec declares.

use super::evaluate::End;
use crate::acceptance::rendered::{Rendered, entries, list, text};
use crate::projects::{self, Environment};
use kgen::needs::Need;
use kgen::platform::Platform;
use kgen::render::Project;
use serde_yaml::Value;
use std::collections::BTreeMap;

/// A group of pods of the platform.
pub(super) struct Group {
    pub(super) component: String,
    pub(super) app: String,
    pub(super) end: End,
    pub(super) ports: Vec<(String, u16, String)>,
    pub(super) token: bool,
    pub(super) scraped: Option<u16>,
}

/// An environment with what its spec declares.
pub(super) struct Scene {
    pub(super) rendered: Rendered,
    project: Project,
    name: String,
    pub(super) groups: Vec<Group>,
}

impl Scene {
    /// The environment, if it denies by default.
    pub(super) fn new(environment: Environment) -> Option<Self> {
        let rendered = Rendered::new(environment.clone());
        rendered.kind("NetworkPolicy").find(|policy| policy["metadata"]["name"] == "default-deny")?;
        let project = Project::load(&environment.project.folder.join("platform.yaml"), &[]).unwrap();
        let groups = groups(&rendered);
        Some(Self { rendered, project, name: environment.name, groups })
    }

    pub(super) fn all() -> Vec<Self> {
        let scenes: Vec<_> = projects::environments().into_iter().filter_map(Self::new).collect();
        assert!(!scenes.is_empty(), "nothing denies by default");
        scenes
    }

    pub(super) fn platform(&self) -> &Platform {
        let (_, environments) = self.project.platforms.as_ref().expect("a sound spec");
        let named = |platform: &&Platform| platform.scope.environment.as_deref() == Some(&*self.name);
        environments.iter().find(named).unwrap()
    }

    fn of<'a>(&'a self, component: &'a str) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(move |group| group.component == component)
    }

    pub(super) fn app(&self, app: &str) -> &Group {
        self.groups.iter().find(|group| group.app == app).unwrap_or_else(|| panic!("no pods {app}"))
    }

    /// What the spec declares between pods: who, whom, at which ports.
    pub(super) fn declared(&self) -> BTreeMap<(String, String), Vec<(u16, String)>> {
        let platform = self.platform();
        let mut declared: BTreeMap<(String, String), Vec<(u16, String)>> = BTreeMap::new();
        let mut add = |from: &str, to: &str, port: (u16, String)| {
            declared.entry((from.to_owned(), to.to_owned())).or_default().push(port);
        };
        for part in &platform.parts {
            for link in part.component.links(&part.name) {
                for port in &link.ports {
                    let own = self.groups.iter().filter(|group| group.app == link.to);
                    let ports: Vec<_> = own
                        .flat_map(|group| &group.ports)
                        .filter(|(_, number, _)| number == port)
                        .map(|(_, number, protocol)| (*number, protocol.clone()))
                        .collect();
                    // What an operator runs is not seen.
                    let known = if ports.is_empty() { vec![(*port, "TCP".to_owned())] } else { ports };
                    for port in known {
                        add(&link.from, &link.to, port);
                    }
                }
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
                                if let Some(port) = other.scraped {
                                    add(&group.app, &other.app, (port, "TCP".to_owned()));
                                }
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
                    for (_, port, protocol) in &own.ports {
                        add(app, app, (*port, protocol.clone()));
                    }
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
                    let scraper = port.is_none() && known == "metrics" && offer.metrics.is_some();
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
                end: End::Pod(text(&object["metadata"]["namespace"]).to_owned(), labels),
                ports,
                token: spec["automountServiceAccountToken"] != false,
                scraped: scraped.filter(|_| told["prometheus.io/scrape"] == "true"),
            });
        }
    }
    groups
}

impl Scene {
    /// Whether a component scrapes the whole cluster.
    pub(super) fn whole_cluster(&self, component: &str) -> bool {
        let part = self.platform().parts.iter().find(|part| part.name == component).unwrap();
        part.needs.iter().any(|(_, need)| matches!(need, Need::Metrics { cluster: true }))
    }

    /// Pods and ports behind Services of type NodePort and LoadBalancer.
    pub(super) fn open(&self) -> Vec<(String, u16)> {
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
