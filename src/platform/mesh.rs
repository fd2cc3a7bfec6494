//! What `mesh` derives from the whole platform: who is known, who may ask whom, and how callers treat a Service.

use super::Part;
use super::flow::{Cause, Flows, Peer};
use super::pods::Pods;
use super::policy::{FOLDER, labels};
use crate::header::mesh::{Mesh, Mtls};
use crate::k8s::istio::{
    AuthorizationPolicy, ConnectionPool, DestinationRule, From, Mode, Operation, OutlierDetection,
    PeerAuthentication, Resource, Rule, Source, Tcp, To, TrafficPolicy,
};
use crate::k8s::{NAMESPACE, Object, meta};
use crate::needs::edge::Way;
use crate::needs::{Offer, Scrape};
use crate::pod::scheduling::select;
use crate::scope::Scope;
use std::collections::{BTreeMap, BTreeSet};

pub mod check;

/// Who is in the mesh, and who connects to whom.
pub(super) struct Peers<'a> {
    pub(super) flows: &'a Flows,
    pub(super) mesh: &'a Mesh,
    pub(super) scope: &'a Scope,
}

impl Peers<'_> {
    /// The objects of a component.
    pub(super) fn objects(&self, part: &Part) -> Vec<Object> {
        let component = &part.name;
        let mut objects = Vec::new();
        // What operators make stays outside, as they do.
        for pods in self.flows.inventory.of(component).iter().filter(|pods| pods.meshed) {
            let of = |file: &str, object: Object| {
                let suffix = if pods.app == *component { String::new() } else { format!("-{}", pods.app) };
                self.scope.at_home(component, object.in_file(format!("{file}{suffix}")))
            };
            if self.mesh.authorizes() {
                objects.push(of("authorizationpolicy", self.authorization(pods)));
            }
            objects.extend(self.exception(pods).map(|object| of("peerauthentication", object)));
        }
        // Their Services answer with errors that callers can count.
        if part.section == "services" {
            objects.extend(destination(component, self.scope));
        }
        objects
    }

    /// The ports that scrapers ask in clear: they stand outside of the mesh.
    fn scraped(&self, pods: &Pods) -> BTreeSet<u16> {
        self.flows
            .incoming(&pods.app)
            .filter(|flow| flow.cause == Cause::Scrape)
            .flat_map(|flow| flow.ports.iter().map(|port| port.number))
            .chain(pods.scraped)
            .collect()
    }

    /// The ports of metrics take what comes in clear, the others do not.
    fn exception(&self, pods: &Pods) -> Option<Object> {
        let scraped = self.scraped(pods);
        if scraped.is_empty() || self.mesh.mtls == Mtls::Permissive {
            return None;
        }
        let open = |port: u16| (port.to_string(), Mode { mode: "PERMISSIVE" });
        let spec = PeerAuthentication {
            selector: Some(select(&[("app".to_owned(), pods.app.clone())].into())),
            mtls: Mode { mode: "STRICT" },
            port_level_mtls: scraped.into_iter().map(open).collect(),
        };
        Some(Object::new(&pods.component, &Resource::new(meta(&pods.app, pods.labels.clone()), spec)))
    }

    /// Who may ask the pods, and at which ports.
    fn authorization(&self, pods: &Pods) -> Object {
        let Self { mesh, scope, .. } = *self;
        let scraped = self.scraped(pods);
        // By the ports, who may ask there.
        let mut known: BTreeMap<Vec<u16>, BTreeSet<String>> = BTreeMap::new();
        let mut open: BTreeSet<u16> = BTreeSet::new();
        for flow in self
            .flows
            .incoming(&pods.app)
            .filter(|flow| flow.cause != Cause::Scrape && !flow.ports.is_empty())
        {
            let ports: Vec<u16> = flow.ports.iter().map(|port| port.number).collect();
            let who = match &flow.from {
                Peer::Pods(app) => self.principal(app),
                Peer::Edge => edges(&pods.component, mesh, scope),
                _ => Some(Vec::new()),
            };
            // Nobody's identity is known: everybody may ask, if what comes in clear is taken at all.
            match who {
                Some(who) if !who.is_empty() => known.entry(ports).or_default().extend(who),
                Some(_) => open.extend(ports),
                None if mesh.mtls == Mtls::Permissive => open.extend(ports),
                None => {}
            }
        }
        let mut rules: Vec<Rule> = known
            .iter()
            .map(|(ports, principals)| Rule {
                from: vec![From { source: Source { principals: principals.iter().cloned().collect() } }],
                to: vec![to(ports.iter().copied(), &[])],
            })
            .collect();
        if !open.is_empty() {
            rules.push(Rule { from: Vec::new(), to: vec![to(open.iter().copied(), &[])] });
        }
        for port in scraped.difference(&open) {
            rules.push(Rule {
                from: Vec::new(),
                to: vec![to([*port].into_iter(), &metrics(pods, *port, scope))],
            });
        }
        let spec = AuthorizationPolicy {
            selector: Some(select(&[("app".to_owned(), pods.app.clone())].into())),
            action: "ALLOW",
            rules,
        };
        Object::new(&pods.component, &Resource::new(meta(&pods.app, pods.labels.clone()), spec))
    }

    /// The identity of pods; none if they have none in the mesh.
    fn principal(&self, app: &str) -> Option<Vec<String>> {
        let pods = self.flows.pods(app).filter(|pods| pods.meshed)?;
        Some(vec![self.mesh.principal(&pods.namespace, pods.account.as_deref().unwrap_or("default"))])
    }
}

/// The path that those who are unknown may ask at a port which gives more than metrics; all if it does not.
fn metrics(pods: &Pods, port: u16, scope: &Scope) -> Vec<String> {
    let Some(endpoint) = scope.endpoint(&pods.component).filter(|endpoint| endpoint.app == pods.app) else {
        return Vec::new();
    };
    let serves = endpoint.ports.iter().any(|(_, own)| own.container == port && own.at_service().is_some());
    let here = |scrape: &&Scrape| serves && scrape.app == pods.app && scrape.port == port;
    let scrape = endpoint.metrics.as_ref().filter(here);
    scrape.map(|scrape| scrape.path.clone()).into_iter().collect()
}

fn to(ports: impl Iterator<Item = u16>, paths: &[String]) -> To {
    To { operation: Operation { ports: ports.map(|port| port.to_string()).collect(), paths: paths.to_vec() } }
}

/// The identities of the edges that lead to a component; none if one of them has none in the mesh.
fn edges(component: &str, mesh: &Mesh, scope: &Scope) -> Option<Vec<String>> {
    let routes = scope.routes.iter().filter(|route| route.component == component);
    let names: BTreeSet<&str> = routes.map(|route| route.ingress.as_str()).collect();
    names.into_iter().map(|name| edge(name, mesh, scope)).collect()
}

fn edge(name: &str, mesh: &Mesh, scope: &Scope) -> Option<String> {
    let Some(Offer::Ingress(edge)) = scope.offers.get(name) else { return None };
    match &edge.way {
        Way::Istio => Some(mesh.principal(mesh.gateway.namespace(), mesh.gateway.service_account())),
        // Istio runs the pods of a Gateway itself, as `NAME-istio`.
        // One that somebody else made is taken for one of the mesh.
        Way::Gateway { name, namespace, class } if class.as_deref().is_none_or(|class| class == "istio") => {
            Some(mesh.principal(namespace.as_deref().unwrap_or(NAMESPACE), &format!("{name}-istio")))
        }
        _ => None,
    }
}

/// How callers treat the Service of a component that answers requests.
fn destination(component: &str, scope: &Scope) -> Option<Object> {
    let service = scope.endpoint(component)?.service.clone()?;
    let spec = DestinationRule {
        host: format!("{service}.{NAMESPACE}.svc.cluster.local"),
        traffic_policy: TrafficPolicy {
            connection_pool: ConnectionPool { tcp: Tcp { connect_timeout: "5s" } },
            // Half of the pods stay whatever happens: all of them fail when something behind them does.
            outlier_detection: OutlierDetection {
                consecutive_errors: 5,
                interval: "10s",
                base_ejection_time: "30s",
                max_ejection_percent: 50,
            },
        },
    };
    let metadata = meta(component, scope.labels(component, &crate::value::Labels::default()));
    Some(Object::new(component, &Resource::new(metadata, spec)))
}

/// Objects of the namespace: what comes in clear is refused, and who is not named.
pub fn own(mesh: &Mesh, scope: &Scope) -> Vec<Object> {
    let mode = match mesh.mtls {
        Mtls::Strict => "STRICT",
        Mtls::Permissive => "PERMISSIVE",
    };
    let encrypted =
        PeerAuthentication { selector: None, mtls: Mode { mode }, port_level_mtls: BTreeMap::new() };
    // Istio's name for what holds for the whole namespace.
    let mut objects = vec![Object::new(FOLDER, &Resource::new(meta("default", labels(scope)), encrypted))];
    if mesh.authorizes() {
        let nothing = AuthorizationPolicy { selector: None, action: "ALLOW", rules: Vec::new() };
        objects.push(Object::new(FOLDER, &Resource::new(meta("allow-nothing", labels(scope)), nothing)));
    }
    let beside: Vec<_> = scope
        .homes()
        .into_iter()
        .flat_map(|home| {
            let word = home.word();
            objects
                .iter()
                .map(move |object| home.take_in(object.clone()).in_file(format!("{}-{word}", object.file)))
        })
        .collect();
    objects.extend(beside);
    objects
}
