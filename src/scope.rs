//! What a component may know about the platform around it when its objects are built.

use crate::header::Header;
use crate::k8s::{NAMESPACE, Object};
use crate::needs::{Endpoint, Offer, edge::Issuer};
use crate::value::Labels;
use crate::value::level::PodSecurity;
use home::Home;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub mod home;

/// The surroundings of a component in one environment.
#[derive(Debug)]
pub struct Scope {
    /// What the spec says of the platform as a whole.
    pub header: Header,
    /// Name of the environment; none for the base.
    pub environment: Option<String>,
    /// Lowest Kubernetes minor version to support.
    pub kubernetes: u32,
    /// What each component offers, by name.
    pub offers: BTreeMap<String, Offer>,
    /// Where those components live that are not in the platform's namespace, by name.
    pub homes: BTreeMap<String, Home>,
    /// Routes to ingresses.
    pub routes: Vec<RouteTo>,
    /// Files of the platform's folder that the spec names, by path.
    pub files: BTreeMap<String, String>,
    /// What pods request of nodes; filled in once the objects of the other components are known.
    pub demands: Vec<Demand>,
}

/// What the pods of one workload request of nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Demand {
    /// Cores of one pod.
    pub cpu: f64,
    /// Bytes of memory of one pod.
    pub memory: f64,
    /// Fewest pods.
    pub least: u32,
    /// Most pods.
    pub most: u32,
    /// Labels of nodes that they ask for.
    pub node_selector: BTreeMap<String, String>,
}

/// A route from an ingress to a component.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteTo {
    /// Name of the ingress.
    pub ingress: String,
    /// Name of the component.
    pub component: String,
    /// Name of its Service.
    pub service: String,
    /// Name of the Service's port.
    pub port_name: String,
    /// Number of the Service's port.
    pub port: u16,
    /// Path.
    pub path: String,
    /// Whether the path is matched exactly.
    pub exact: bool,
    /// Host other than the ingress's.
    pub host: Option<String>,
    /// Whether the Service has a load balancer of its own.
    pub load_balanced: bool,
}

/// Labels by key, sorted as the API server returns them.
pub type LabelMap = BTreeMap<String, String>;

impl Scope {
    /// Whether the name is that of a secret.
    pub fn is_secret(&self, name: &str) -> bool {
        matches!(self.offers.get(name), Some(Offer::Secret { .. }))
    }

    /// The endpoint of a component.
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        match self.offers.get(name) {
            Some(Offer::Endpoint(endpoint)) => Some(endpoint),
            _ => None,
        }
    }

    /// The name of the platform's namespace.
    pub fn own_namespace(&self) -> String {
        match (&self.header.namespace, &self.environment) {
            (Some(namespace), _) => namespace.to_string(),
            (None, Some(environment)) => format!("{}-{environment}", self.header.platform),
            (None, None) => self.header.platform.to_string(),
        }
    }

    /// The namespace of a component; [`NAMESPACE`] for the platform's own.
    pub fn namespace(&self, component: &str) -> &str {
        self.homes.get(component).map_or(NAMESPACE, |home| &home.namespace)
    }

    /// The level of Pod Security that the namespace of a component enforces.
    pub fn pod_security(&self, component: &str) -> PodSecurity {
        self.homes.get(component).map_or(self.header.pod_security, |home| home.level)
    }

    /// Namespaces beside the platform's own.
    pub fn homes(&self) -> BTreeSet<&Home> {
        self.homes.values().collect()
    }

    /// An object of a component, in the namespace of that.
    pub fn at_home(&self, component: &str, object: Object) -> Object {
        match self.homes.get(component) {
            None => object,
            Some(home) => home.take_in(object),
        }
    }

    /// The name by which pods of one component call a Service of another.
    pub fn host(&self, from: &str, to: &str, service: &str) -> String {
        let there = self.namespace(to);
        if self.namespace(from) == there { service.to_owned() } else { format!("{service}.{there}.svc") }
    }

    /// The issuer of certificates of this name.
    pub fn issuer(&self, name: &str) -> Option<&Issuer> {
        match self.offers.get(name) {
            Some(Offer::Issuer(issuer)) => Some(issuer),
            _ => None,
        }
    }

    /// The digest of a config's entries that rolls the pods which read it; none for a secret.
    pub fn digest(&self, name: &str) -> Option<String> {
        match self.offers.get(name) {
            Some(Offer::Config { data }) => Some(digest(data)),
            _ => None,
        }
    }

    /// Labels of an object of a component: the recommended ones, then those of the spec.
    pub fn labels(&self, component: &str, own: &Labels) -> LabelMap {
        let mut labels = LabelMap::new();
        labels.insert("app".to_owned(), component.to_owned());
        labels.insert("app.kubernetes.io/name".to_owned(), component.to_owned());
        labels.insert("app.kubernetes.io/part-of".to_owned(), self.header.platform.to_string());
        labels.insert("app.kubernetes.io/managed-by".to_owned(), "kgen".to_owned());
        for (key, value) in self.header.labels.iter().chain(own.iter()) {
            labels.insert(key.to_owned(), value.to_string());
        }
        labels
    }

    /// Labels of a component's pods: like those of its objects, without the name of the tool.
    pub fn pod_labels(&self, component: &str, own: &Labels) -> LabelMap {
        let mut labels = self.labels(component, own);
        labels.remove("app.kubernetes.io/managed-by");
        labels
    }

    /// The labels that select a component's pods. They never change.
    pub fn selector(&self, component: &str) -> LabelMap {
        [("app".to_owned(), component.to_owned())].into()
    }

    /// A name for a cluster-scoped object that belongs to one environment alone.
    pub fn cluster_name(&self, name: &str) -> String {
        format!("{NAMESPACE}-{name}")
    }
}

/// SHA-256 of the entries as JSON with sorted keys, as Go writes it: the chart computes the same.
pub fn digest(data: &BTreeMap<String, String>) -> String {
    let json = serde_json::to_string(data).expect("internal error: text is JSON");
    let json = json
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    Sha256::digest(json.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
