//! What the parts of a platform ask of each other, and what they offer.

use crate::diagnostic::{At, Path};
use crate::header::metrics::{MetricsRules, Through};
use crate::pod::claim::AccessMode;
use crate::pod::container::Port;
use edge::{Edge, Issuer};
use std::collections::BTreeMap;

pub mod edge;

/// The type of a secret with the credentials of a registry, and its one key.
pub const REGISTRY: (&str, &str) = ("kubernetes.io/dockerconfigjson", ".dockerconfigjson");

/// A reference from one part of the spec to another.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// A config, perhaps one entry of it.
    Config {
        /// Name of the config.
        name: String,
        /// The entry, if one is meant.
        key: Option<String>,
    },
    /// A secret, perhaps one entry of it.
    Secret {
        /// Name of the secret.
        name: String,
        /// The entry, if one is meant.
        key: Option<String>,
    },
    /// A config or a secret, whole, as environment variables.
    Variables {
        /// Its name.
        name: String,
        /// Whether the pod may start without it.
        optional: bool,
    },
    /// A persistent claim.
    Claim {
        /// Its name.
        name: String,
    },
    /// A service account.
    ServiceAccount {
        /// Its name.
        name: String,
    },
    /// Another component that is called, perhaps at one of its ports.
    Component {
        /// Its name.
        name: String,
        /// The port by name or number; any if none.
        port: Option<String>,
    },
    /// A component that is called if there is one of this name.
    Perhaps {
        /// Its name.
        name: String,
    },
    /// Another component, or its own other pods, that is called without being depended on.
    Callback {
        /// Its name.
        name: String,
        /// The port by name or number; any if none.
        port: Option<String>,
    },
    /// The metrics of all components; of the whole cluster if it says so.
    Metrics {
        /// Whether pods of other namespaces and the nodes are scraped too.
        cluster: bool,
    },
    /// An ingress that routes to this component.
    Ingress {
        /// Its name.
        name: String,
    },
    /// An issuer of certificates.
    Issuer {
        /// Its name.
        name: String,
    },
    /// Addresses outside the cluster.
    Internet {
        /// The port by number.
        port: String,
        /// Label `app` of the pods that connect; none for all of the component.
        from: Option<String>,
    },
    /// A file of the platform's folder.
    File {
        /// Path from the folder.
        path: String,
    },
}

impl Need {
    /// The name of the component that is referred to; none for a file and for the Internet.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Config { name, .. }
            | Self::Secret { name, .. }
            | Self::Variables { name, .. }
            | Self::Claim { name }
            | Self::ServiceAccount { name }
            | Self::Component { name, .. }
            | Self::Callback { name, .. }
            | Self::Ingress { name }
            | Self::Issuer { name } => Some(name),
            Self::File { .. } | Self::Internet { .. } | Self::Perhaps { .. } | Self::Metrics { .. } => None,
        }
    }
}

/// References with the places where they were written.
#[derive(Debug, Default, PartialEq)]
pub struct Needs(Vec<(Path, Need)>);

impl Needs {
    /// Adds a reference.
    pub fn push(&mut self, at: &At<'_>, need: Need) {
        self.0.push((at.path(), need));
    }

    /// The references in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Need)> {
        self.0.iter().map(|(path, need)| (path, need))
    }
}

/// What a component offers to the others, under its name.
#[derive(Clone, Debug)]
pub enum Offer {
    /// Entries for environments and volumes.
    Config {
        /// Keys and values.
        data: BTreeMap<String, String>,
    },
    /// Secret entries; the values are not known.
    Secret {
        /// The keys that it is declared to hold.
        keys: Vec<String>,
    },
    /// Something that can be called.
    Endpoint(Endpoint),
    /// A persistent claim.
    Claim {
        /// Who may mount it.
        modes: Vec<AccessMode>,
    },
    /// A service account.
    ServiceAccount,
    /// An edge that routes can be attached to.
    Ingress(Edge),
    /// An issuer of certificates.
    Issuer(Issuer),
    /// Raw objects that other parts may name.
    Raw,
    /// Something that could not be read; what refers to it is not at fault.
    Broken,
}

impl Offer {
    /// Settles what a component leaves to the platform.
    pub fn settle(&mut self, rules: &MetricsRules) {
        if let Self::Endpoint(Endpoint { metrics: Some(scrape), .. }) = self
            && scrape.through.is_none()
        {
            scrape.annotated = !rules.monitored();
        }
    }
}

/// A component that can be called: its Service and the ports of it.
#[derive(Clone, Debug, Default)]
pub struct Endpoint {
    /// Value of the label `app` of the pods behind it.
    pub app: String,
    /// Name of the Service; none if there is none.
    pub service: Option<String>,
    /// Ports by name.
    pub ports: Vec<(String, Port)>,
    /// What a scraper must know.
    pub metrics: Option<Scrape>,
    /// Fewest and most pods behind it.
    pub pods: (u32, u32),
    /// What the main container may use at most.
    pub limits: Limits,
    /// Series by which it is scaled.
    pub scaled_by: Vec<Series>,
    /// Whether it chooses among whole traces: whoever calls it must send them all.
    pub samples_traces: bool,
}

/// A connection between two groups of a component's own pods, e.g. of brokers to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Label `app` of the pods that connect.
    pub from: String,
    /// Label `app` of the pods that answer.
    pub to: String,
    /// Ports of the pods that answer, by number, in every protocol in which they have them.
    pub ports: Vec<u16>,
}

/// Where metrics are to be had.
#[derive(Clone, Debug, Default)]
pub struct Scrape {
    /// Label `app` of the pods that give them: those of the component, or of an exporter beside it.
    pub app: String,
    /// Most pods of that label.
    pub pods: u32,
    /// Name of the Service and its port; none if it does not have the port.
    pub service: Option<(String, u16)>,
    /// Number of the port at the pod.
    pub port: u16,
    /// Path of the request.
    pub path: String,
    /// Parameters of the request.
    pub params: Vec<(String, String)>,
    /// Whether the pods carry the annotations that tell a scraper.
    pub annotated: bool,
    /// What the component itself says of that.
    pub through: Option<Through>,
}

/// A series by which a workload is scaled, besides those that all services count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// The query in PromQL that Prometheus records under it; none if the pods count it themselves.
    pub query: Option<String>,
}

/// What a container may use at most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Cores.
    pub cpu: Option<f64>,
    /// Bytes.
    pub memory: Option<f64>,
}

impl Endpoint {
    /// The number at the Service of a port by name or number; of the first one if none is named.
    pub fn port(&self, reference: Option<&str>) -> Option<u16> {
        let found = match reference {
            None => self.ports.first().map(|(_, port)| port),
            Some(reference) => self.find(reference),
        };
        found.and_then(Port::at_service)
    }

    /// A port by its name or by its number at the Service.
    pub fn find(&self, reference: &str) -> Option<&Port> {
        let number: Option<u16> = reference.parse().ok();
        let fits =
            |name: &str, port: &Port| name == reference || (number.is_some() && port.at_service() == number);
        self.ports.iter().find(|(name, port)| fits(name, port)).map(|(_, port)| port)
    }
}
