//! Who connects to whom: what the parts of a platform need, offer, route and scrape, as connections between pods.
//!
//! Network policies are made of it; whatever draws or authorises connections can read it too.

use super::Part;
use super::pods::{Inventory, Pods};
use crate::needs::{Endpoint, Need};
use crate::pod::container::Port;
use crate::scope::Scope;
use std::collections::{BTreeMap, BTreeSet};

/// Connections that one side opens to ports of the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    /// Who connects.
    pub from: Peer,
    /// Who answers.
    pub to: Peer,
    /// Ports of the pods that answer; all if there are none.
    pub ports: Vec<FlowPort>,
    /// Why.
    pub cause: Cause,
}

/// One side of a connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// Pods of the platform, by their label `app`.
    Pods(String),
    /// Ingress controllers and gateways.
    Edge,
    /// Who scrapes metrics from outside of the platform.
    Scrapers,
    /// Operators that manage pods of the platform.
    Operators,
    /// Everybody, through a Service that is reached from outside.
    Anyone,
    /// The nodes, whose kubelets probe.
    Nodes,
    /// Addresses outside the cluster.
    Internet,
    /// The API server.
    ApiServer,
    /// All pods of the cluster.
    Cluster,
    /// The kubelets, which have metrics of containers and volumes.
    Kubelets,
}

/// A port of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowPort {
    /// Its number.
    pub number: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: &'static str,
}

/// Why pods connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// One depends on the other.
    Uses,
    /// One calls the other without depending on it.
    Notifies,
    /// Both belong to one component.
    Link,
    /// A route leads there.
    Route,
    /// A Service is open to the outside.
    Exposed,
    /// Metrics.
    Scrape,
    /// Probes of the kubelet.
    Probe,
    /// Rights at the API server.
    Access,
    /// An operator's work.
    Operator,
}

impl FlowPort {
    /// A port.
    pub const fn new(number: u16, protocol: &'static str) -> Self {
        Self { number, protocol }
    }

    /// A TCP port.
    pub const fn tcp(number: u16) -> Self {
        Self::new(number, "TCP")
    }

    fn of(port: &Port) -> Self {
        let protocol = match port.protocol_name().as_deref() {
            Some("UDP") => "UDP",
            Some("SCTP") => "SCTP",
            _ => "TCP",
        };
        Self::new(port.container, protocol)
    }
}

/// The section of what authors run themselves.
const SERVICES: &str = "services";
/// Where kubelets give metrics.
const KUBELET: u16 = 10250;
/// Ports of the API server, at its Service and behind it.
const API_SERVER: [u16; 2] = [443, 6443];

/// All pods, and all connections, by the pods at both ends.
#[derive(Debug)]
pub struct Flows {
    /// The pods.
    pub inventory: Inventory,
    /// The connections, sorted.
    all: Vec<Flow>,
    ends: BTreeMap<String, Ends>,
}

/// Pods of one label `app`: where they stand in the inventory, and their connections in the list of all.
#[derive(Debug, Default)]
struct Ends {
    pods: Option<(usize, usize)>,
    incoming: Vec<usize>,
    outgoing: Vec<usize>,
}

impl Flows {
    /// Those between the pods of these components.
    pub fn new(parts: &[Part], scope: &Scope, inventory: Inventory) -> Self {
        let mut found = Found { scope, inventory: &inventory, flows: BTreeSet::new() };
        for part in parts {
            found.needs(part);
            for link in part.component.links(&part.name) {
                let ports = link.ports.iter().flat_map(|port| inventory.protocols(&link.to, *port)).collect();
                found.add(Peer::Pods(link.from), Peer::Pods(link.to), ports, Cause::Link);
            }
        }
        found.outside();
        for pods in inventory.all() {
            found.pods(pods);
        }
        let all: Vec<Flow> = found.flows.into_iter().collect();
        let mut ends: BTreeMap<String, Ends> = BTreeMap::new();
        for (n, flow) in all.iter().enumerate() {
            if let Peer::Pods(app) = &flow.from {
                ends.entry(app.clone()).or_default().outgoing.push(n);
            }
            if let Peer::Pods(app) = &flow.to {
                ends.entry(app.clone()).or_default().incoming.push(n);
            }
        }
        for (component, own) in inventory.pods.values().enumerate() {
            for (n, pods) in own.iter().enumerate() {
                ends.entry(pods.app.clone()).or_default().pods.get_or_insert((component, n));
            }
        }
        Self { inventory, all, ends }
    }

    /// All connections, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Flow> {
        self.all.iter()
    }

    /// The pods of this label `app`.
    pub fn pods(&self, app: &str) -> Option<&Pods> {
        let (component, n) = self.ends.get(app)?.pods?;
        Some(&self.inventory.pods[component][n])
    }

    /// What connects to the pods of this label `app`.
    pub fn incoming(&self, app: &str) -> impl Iterator<Item = &Flow> {
        self.ends.get(app).into_iter().flat_map(|ends| &ends.incoming).map(|n| &self.all[*n])
    }

    /// What they connect to.
    pub fn outgoing(&self, app: &str) -> impl Iterator<Item = &Flow> {
        self.ends.get(app).into_iter().flat_map(|ends| &ends.outgoing).map(|n| &self.all[*n])
    }
}

struct Found<'a> {
    scope: &'a Scope,
    inventory: &'a Inventory,
    flows: BTreeSet<Flow>,
}

impl Found<'_> {
    fn add(&mut self, from: Peer, to: Peer, mut ports: Vec<FlowPort>, cause: Cause) {
        ports.sort_unstable();
        ports.dedup();
        self.flows.insert(Flow { from, to, ports, cause });
    }

    /// What the pods of a component connect to.
    fn needs(&mut self, part: &Part) {
        let own = self.inventory.of(&part.name);
        // Ready-made components know which of their pods connect; those of a StatefulSet of an author do.
        for pods in own.iter().filter(|pods| pods.peers && part.section == SERVICES) {
            let side = || Peer::Pods(pods.app.clone());
            let ports: Vec<_> = pods.ports.iter().map(|(_, port)| *port).collect();
            if !ports.is_empty() {
                self.add(side(), side(), ports, Cause::Link);
            }
        }
        for (_, need) in part.needs.iter() {
            for pods in own {
                let from = Peer::Pods(pods.app.clone());
                match need {
                    Need::Component { name, port } => self.call(from, name, port.as_deref(), Cause::Uses),
                    Need::Perhaps { name } => self.call(from, name, None, Cause::Uses),
                    Need::Callback { name, port } => {
                        self.call(from, name, port.as_deref(), Cause::Notifies);
                    }
                    Need::Internet { from: Some(app), .. } if *app != pods.app => {}
                    Need::Internet { port, .. } => {
                        let ports = port.parse().map(FlowPort::tcp).into_iter().collect();
                        self.add(from, Peer::Internet, ports, Cause::Uses);
                    }
                    Need::Metrics { cluster } => self.scrape(&from, *cluster),
                    _ => {}
                }
            }
        }
    }

    fn call(&mut self, from: Peer, name: &str, port: Option<&str>, cause: Cause) {
        let Some(endpoint) = self.scope.endpoint(name) else { return };
        let ports = called(endpoint, port);
        if !ports.is_empty() {
            self.add(from, Peer::Pods(endpoint.app.clone()), ports, cause);
        }
    }

    /// Everything whose metrics are to be had.
    fn scrape(&mut self, from: &Peer, cluster: bool) {
        for (app, port) in self.metrics() {
            self.add(from.clone(), Peer::Pods(app), vec![port], Cause::Scrape);
        }
        if cluster {
            self.add(from.clone(), Peer::Cluster, Vec::new(), Cause::Scrape);
            self.add(from.clone(), Peer::Kubelets, vec![FlowPort::tcp(KUBELET)], Cause::Scrape);
        }
    }

    /// Label `app` and port of all metrics: what components offer, and what annotations of pods say.
    fn metrics(&self) -> BTreeSet<(String, FlowPort)> {
        let offered = self.scope.offers.keys().filter_map(|name| self.scope.endpoint(name));
        let offered = offered.filter_map(|endpoint| endpoint.metrics.as_ref());
        let offered = offered.map(|scrape| (scrape.app.clone(), FlowPort::tcp(scrape.port)));
        let annotated = self.inventory.all();
        let annotated = annotated.filter_map(|pods| Some((pods.app.clone(), FlowPort::tcp(pods.scraped?))));
        offered.chain(annotated).collect()
    }

    /// What reaches the platform from outside of it.
    fn outside(&mut self) {
        for route in &self.scope.routes {
            let Some(endpoint) = self.scope.endpoint(&route.component) else { continue };
            let port = endpoint.ports.iter().find(|(name, _)| *name == route.port_name);
            let ports = port.map(|(_, port)| FlowPort::of(port)).into_iter().collect();
            self.add(Peer::Edge, Peer::Pods(endpoint.app.clone()), ports, Cause::Route);
        }
        for (app, ports) in &self.inventory.exposed {
            self.add(Peer::Anyone, Peer::Pods(app.clone()), ports.clone(), Cause::Exposed);
        }
        let rules = &self.scope.header.policy.network;
        if rules.scrape.is_some() {
            for (app, port) in self.metrics() {
                self.add(Peer::Scrapers, Peer::Pods(app), vec![port], Cause::Scrape);
            }
        }
    }

    /// What follows from the pods themselves.
    fn pods(&mut self, pods: &Pods) {
        let own = || Peer::Pods(pods.app.clone());
        let rules = &self.scope.header.policy.network;
        if pods.token {
            let ports = if rules.api_server.ports.is_empty() {
                API_SERVER.to_vec()
            } else {
                rules.api_server.ports.clone()
            };
            let ports = ports.into_iter().map(FlowPort::tcp).collect();
            self.add(own(), Peer::ApiServer, ports, Cause::Access);
        }
        if pods.managed && rules.operators.is_some() {
            self.add(Peer::Operators, own(), Vec::new(), Cause::Operator);
        }
        if !rules.nodes.is_empty() && !pods.probed.is_empty() {
            self.add(Peer::Nodes, own(), pods.probed.clone(), Cause::Probe);
        }
    }
}

/// The ports of the pods that are meant by a reference: without a port all that the Service has, but those that
/// only scrapers use.
fn called(endpoint: &Endpoint, port: Option<&str>) -> Vec<FlowPort> {
    if let Some(port) = port {
        return endpoint.find(port).map(FlowPort::of).into_iter().collect();
    }
    let scraped = endpoint.metrics.as_ref().map(|scrape| scrape.port);
    let there: Vec<_> = endpoint.ports.iter().filter(|(_, port)| port.at_service().is_some()).collect();
    let apart = |(name, port): &&&(String, Port)| name == "metrics" && scraped == Some(port.container);
    let called: Vec<_> =
        there.iter().filter(|port| !apart(port)).map(|(_, port)| FlowPort::of(port)).collect();
    if called.is_empty() { there.iter().map(|(_, port)| FlowPort::of(port)).collect() } else { called }
}
