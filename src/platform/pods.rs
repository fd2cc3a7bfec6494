//! The pods of the platform, read from its finished objects: whatever made them, and however it was changed.

use super::Part;
use super::flow::FlowPort;
use crate::k8s::Object;
use crate::needs::Offer;
use crate::scope::Scope;
use crate::tree::{Map, Tree};
use crate::workload::mesh::INJECT;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// The pods of one workload.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pods {
    /// The component that they belong to.
    pub component: String,
    /// Value of their label `app`.
    pub app: String,
    /// Their namespace.
    pub namespace: String,
    /// Labels of the workload.
    pub labels: BTreeMap<String, String>,
    /// Whether they have a proxy where there is a mesh.
    pub meshed: bool,
    /// Their service account.
    pub account: Option<String>,
    /// Whether they carry a token for the API server.
    pub token: bool,
    /// Whether an operator makes them.
    pub managed: bool,
    /// Whether each has a name of its own, by which the others find it.
    pub peers: bool,
    /// The port that an annotation tells scrapers.
    pub scraped: Option<u16>,
    /// Their ports, by name.
    pub ports: Vec<(String, FlowPort)>,
    /// Ports that probes ask.
    pub probed: Vec<FlowPort>,
}

/// All pods, and the ports of them that are reached from outside without an ingress.
#[derive(Debug, Default)]
pub struct Inventory {
    /// The pods, by component in the order of the platform.
    pub pods: IndexMap<String, Vec<Pods>>,
    /// Labels `app` with the ports behind Services of type NodePort and LoadBalancer.
    pub exposed: Vec<(String, Vec<FlowPort>)>,
}

impl Inventory {
    /// All pods.
    pub fn all(&self) -> impl Iterator<Item = &Pods> {
        self.pods.values().flatten()
    }

    /// The pods of a component.
    pub fn of(&self, component: &str) -> &[Pods] {
        self.pods.get(component).map_or(&[], Vec::as_slice)
    }

    /// A port of the pods of this label, in every protocol in which they have it; TCP if nobody sees their ports.
    pub(super) fn protocols(&self, app: &str, number: u16) -> Vec<FlowPort> {
        let own = self.all().filter(|pods| pods.app == app).flat_map(|pods| &pods.ports);
        let found: Vec<_> = own.map(|(_, port)| *port).filter(|port| port.number == number).collect();
        if found.is_empty() { vec![FlowPort::tcp(number)] } else { found }
    }

    /// Adds the pods of a component; raw objects are not looked into, they come with policies of their own.
    pub fn add(&mut self, part: &Part, objects: &[Object], scope: &Scope) {
        if matches!(scope.offers.get(&part.name), Some(Offer::Raw)) {
            return;
        }
        let mut own: Vec<Pods> = Vec::new();
        for object in objects {
            let Some(mut pods) = Pods::read(&part.name, object) else { continue };
            scope.namespace(&part.name).clone_into(&mut pods.namespace);
            // Two workloads of one application, such as the two colours of a deployment, share a policy.
            match own.iter_mut().find(|known| known.app == pods.app) {
                Some(known) => known.join(pods),
                None => own.push(pods),
            }
        }
        let links = part.component.links(&part.name);
        let endpoint = scope.endpoint(&part.name).map(|endpoint| endpoint.app.clone());
        let named = links.iter().flat_map(|link| [link.from.clone(), link.to.clone()]).chain(endpoint);
        for app in named.filter(|app| !app.is_empty()) {
            if own.iter().all(|pods| pods.app != app) {
                let labels = scope.labels(&app, &crate::value::Labels::default());
                let component = part.name.clone();
                let managed = Pods {
                    namespace: scope.namespace(&component).to_owned(),
                    component,
                    app,
                    labels,
                    token: true,
                    managed: true,
                    ..Pods::default()
                };
                own.push(managed);
            }
        }
        self.exposed.extend(objects.iter().filter_map(|object| exposed(&object.tree, &own)));
        if !own.is_empty() {
            self.pods.insert(part.name.clone(), own);
        }
    }
}

impl Pods {
    /// The pods of an object, if it makes any.
    fn read(component: &str, object: &Object) -> Option<Self> {
        let template = template(&object.tree)?;
        let labels = |tree: &Tree| {
            let labels = tree.at(&["metadata", "labels"]).and_then(Tree::as_map);
            texts(labels)
        };
        let mut own = labels(template);
        let meshed = own.get(INJECT.0).is_none_or(|value| value != INJECT.1);
        let app = own.remove("app")?;
        let spec = template.get("spec")?;
        let annotation = |key: &str| {
            template
                .at(&["metadata", "annotations"])
                .and_then(|annotations| annotations.get(&format!("prometheus.io/{key}")))
                .and_then(Tree::as_str)
        };
        let mut labels = labels(&object.tree);
        labels.remove("app.kubernetes.io/version");
        let mut pods = Self {
            component: component.to_owned(),
            app,
            labels,
            meshed,
            account: spec.get("serviceAccountName").and_then(Tree::as_str).map(ToOwned::to_owned),
            token: spec.get("automountServiceAccountToken") != Some(&Tree::Bool(false)),
            peers: object.tree.get("kind").and_then(Tree::as_str) == Some("StatefulSet"),
            scraped: annotation("port")
                .filter(|_| annotation("scrape") == Some("true"))
                .and_then(|port| port.parse().ok()),
            ..Self::default()
        };
        for container in containers(spec) {
            pods.ports.extend(ports(container));
        }
        for container in containers(spec) {
            let probed: Vec<_> = probed(container, &pods.ports).collect();
            pods.probed.extend(probed);
        }
        Some(pods)
    }

    fn join(&mut self, other: Self) {
        self.token |= other.token;
        self.peers |= other.peers;
        self.scraped = self.scraped.or(other.scraped);
        for port in other.ports {
            if !self.ports.contains(&port) {
                self.ports.push(port);
            }
        }
        self.probed.extend(other.probed);
    }

    /// A port by name or number.
    fn port(&self, reference: &Tree) -> Option<FlowPort> {
        find(reference, &self.ports)
    }
}

/// The pod template of a workload.
pub fn template(tree: &Tree) -> Option<&Tree> {
    match tree.get("kind").and_then(Tree::as_str)? {
        "CronJob" => tree.at(&["spec", "jobTemplate", "spec", "template"]),
        _ => tree.at(&["spec", "template"]).filter(|template| template.at(&["spec", "containers"]).is_some()),
    }
}

/// All containers of a pod, those that run before the others included.
pub fn containers(spec: &Tree) -> impl Iterator<Item = &Tree> {
    ["initContainers", "containers"].into_iter().filter_map(|key| spec.get(key)?.as_list()).flatten()
}

fn ports(container: &Tree) -> impl Iterator<Item = (String, FlowPort)> {
    let ports = container.get("ports").and_then(Tree::as_list).unwrap_or_default();
    ports.iter().filter_map(|port| {
        let Some(Tree::Int(number)) = port.get("containerPort") else { return None };
        let name = port.get("name").and_then(Tree::as_str).unwrap_or_default().to_owned();
        Some((name, FlowPort::new(u16::try_from(*number).ok()?, protocol(port))))
    })
}

fn probed<'a>(container: &'a Tree, ports: &'a [(String, FlowPort)]) -> impl Iterator<Item = FlowPort> {
    ["startupProbe", "livenessProbe", "readinessProbe"].into_iter().filter_map(move |probe| {
        let probe = container.get(probe)?;
        let port = ["httpGet", "tcpSocket", "grpc"].iter().find_map(|how| probe.at(&[how, "port"]))?;
        find(port, ports)
    })
}

fn find(reference: &Tree, ports: &[(String, FlowPort)]) -> Option<FlowPort> {
    match reference {
        Tree::Int(number) => u16::try_from(*number).ok().map(FlowPort::tcp),
        Tree::Str(name) => ports.iter().find(|(known, _)| known == name).map(|(_, port)| *port),
        _ => None,
    }
}

/// The ports of pods behind a Service that is reached from outside.
fn exposed(service: &Tree, pods: &[Pods]) -> Option<(String, Vec<FlowPort>)> {
    let outside = ["NodePort", "LoadBalancer"];
    let kind = service.get("kind").and_then(Tree::as_str);
    let how = service.at(&["spec", "type"]).and_then(Tree::as_str)?;
    let app = service.at(&["spec", "selector", "app"]).and_then(Tree::as_str)?;
    let pods = pods.iter().find(|pods| pods.app == app)?;
    let ports = service.at(&["spec", "ports"]).and_then(Tree::as_list)?;
    (kind == Some("Service") && outside.contains(&how)).then(|| {
        let numbers = ports.iter().filter_map(|port| {
            let target = port.get("targetPort").or_else(|| port.get("port"))?;
            Some(FlowPort { protocol: protocol(port), ..pods.port(target)? })
        });
        (app.to_owned(), numbers.collect())
    })
}

/// The protocol of a port.
fn protocol(port: &Tree) -> &'static str {
    match port.get("protocol").and_then(Tree::as_str) {
        Some("UDP") => "UDP",
        Some("SCTP") => "SCTP",
        _ => "TCP",
    }
}

fn texts(map: Option<&Map>) -> BTreeMap<String, String> {
    map.into_iter()
        .flat_map(Map::iter)
        .filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned())))
        .collect()
}
