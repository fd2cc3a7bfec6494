//! The kinds of components that a platform is made of: one file each, one row each in [`SECTIONS`].

use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::load::DecodeError;
use crate::needs::{Link, Needs, Offer};
use crate::scope::{RouteTo, Scope, home::Home};
use crate::source::{NodeId, Sources};
use crate::tree::Tree;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Debug;

pub mod alerts;
pub mod certificate;
pub mod claim;
pub mod collector;
pub mod config;
pub mod consul;
pub mod dashboards;
pub mod elasticsearch;
pub mod extra;
pub mod fluent_bit;
pub mod grafana;
pub mod hazelcast;
pub mod ingress;
pub mod issuer;
pub mod jaeger;
pub mod kafka;
pub mod loki;
pub mod mongodb;
pub mod monitoring;
pub mod postgres;
pub mod prometheus;
mod provisioning;
pub mod rancher;
pub mod readymade;
pub mod redis;
pub mod redpanda;
pub mod secret;
pub mod service;
pub mod service_account;
pub mod zookeeper;

/// Texts of the files that the spec names, by path.
pub type Files = BTreeMap<String, String>;

/// One part of a platform, under a name that is unique in it.
pub trait Component: Any + Debug {
    /// Takes over the parts that another variant of it has too, so that they are held once.
    fn share(&mut self, _other: &dyn Component) {}

    /// Adds what it refers to; `at` is its own place.
    fn needs(&self, name: &str, at: &At<'_>, needs: &mut Needs);

    /// What others can refer to.
    fn offer(&self, name: &str, files: &Files) -> Offer;

    /// The namespace of somebody else into which it puts its objects, if it does: nothing of the platform reads them there.
    fn elsewhere(&self) -> Option<&str> {
        None
    }

    /// The namespace in which it lives; none for the platform's own.
    fn home(&self) -> Option<Home> {
        None
    }

    /// Routes from ingresses to it.
    fn routes(&self, _name: &str) -> Vec<RouteTo> {
        Vec::new()
    }

    /// Connections among its own pods; those to other components follow from its needs.
    fn links(&self, _name: &str) -> Vec<Link> {
        Vec::new()
    }

    /// What somebody else has to make for it: an object with empty values.
    fn template(&self, _name: &str) -> Option<Tree> {
        None
    }

    /// Reports everything that is wrong with it by itself; references are checked elsewhere.
    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>);

    /// Its objects, in the order in which they are applied. Only called when nothing is wrong.
    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object>;

    /// Its objects for the cluster that manages this one: they go to `cluster/`, apart from the platform's.
    fn management(&self, _name: &str, _scope: &Scope) -> Vec<Object> {
        Vec::new()
    }
}

/// Decodes one component from its node.
pub type Decode = fn(&Sources, NodeId) -> Result<Box<dyn Component>, DecodeError>;

/// A section of the spec: all components of one kind, by name.
pub struct Section {
    /// Its key in the spec.
    pub key: &'static str,
    /// What it holds, for the schema and `kgen explain`.
    pub doc: &'static str,
    /// The schema of one component.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// Decodes one component.
    pub decode: Decode,
}

/// All kinds of components, in the order in which they are applied.
pub const SECTIONS: &[Section] = &[
    section::<config::Config>("config", "ConfigMaps: entries for environments and volumes, by name."),
    section::<secret::Secret>("secrets", "Secrets: references only, never the material, by name."),
    section::<service_account::ServiceAccount>(
        "serviceAccounts",
        "Service accounts that several services share, by name.",
    ),
    section::<claim::Claim>("claims", "Persistent claims that several services share, by name."),
    section::<issuer::Issuer>("issuers", "Issuers of certificates, through cert-manager, by name."),
    section::<certificate::Certificate>(
        "certificates",
        "Certificates by name, each in a secret of the same name; edges with `tls` need none.",
    ),
    section::<postgres::Postgres>("postgres", "PostgreSQL databases by name."),
    section::<mongodb::Mongodb>("mongodb", "MongoDB replica sets by name."),
    section::<redis::Redis>("redis", "Redis servers by name."),
    section::<zookeeper::Zookeeper>("zookeeper", "ZooKeeper ensembles by name."),
    section::<kafka::Kafka>("kafka", "Kafka clusters by name."),
    section::<redpanda::Redpanda>("redpanda", "Redpanda clusters by name."),
    section::<consul::Consul>("consul", "Consul servers by name: a catalogue of services."),
    section::<hazelcast::Hazelcast>("hazelcast", "Hazelcast clusters by name: maps in memory."),
    section::<elasticsearch::Elasticsearch>("elasticsearch", "Elasticsearch clusters by name."),
    section::<jaeger::Jaeger>("jaeger", "Jaeger: takes traces and shows them."),
    section::<collector::Collector>(
        "collector",
        "OpenTelemetry collectors: take traces, keep those that matter and pass them on.",
    ),
    section::<loki::Loki>("loki", "Loki: keeps logs."),
    section::<fluent_bit::FluentBit>("fluentBit", "Fluent Bit: sends the logs of containers on."),
    Section {
        key: "services",
        doc: "Services and everything else that runs an image of its own, by name.",
        schema: service::schema,
        decode: service::decode,
    },
    section::<prometheus::Prometheus>("prometheus", "Prometheus: collects metrics."),
    section::<grafana::Grafana>("grafana", "Grafana: shows metrics."),
    section::<monitoring::Monitoring>(
        "monitoring",
        "What a monitoring stack that runs elsewhere is told: alerts, dashboards, rules of the metrics adapter.",
    ),
    section::<ingress::Ingress>(
        "ingress",
        "Edges that take traffic from outside, by name; services say what they route.",
    ),
    section::<rancher::Rancher>(
        "rancher",
        "Clusters that Rancher makes, by name: machines, their pools, and Rancher itself; for the managing cluster.",
    ),
    section::<extra::Extra>("extra", "Raw Kubernetes objects by name, for what kgen has no kind for."),
];

const fn section<T: Component + DeserializeOwned + JsonSchema + 'static>(
    key: &'static str,
    doc: &'static str,
) -> Section {
    Section {
        key,
        doc,
        schema: |generator| generator.subschema_for::<T>(),
        decode: |sources, node| Ok(Box::new(crate::load::decode::<T>(sources, node)?)),
    }
}

#[cfg(test)]
mod tests;
