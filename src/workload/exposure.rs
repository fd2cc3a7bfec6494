//! How a workload is reached: its Service and its routes.

use super::Blueprint;
use crate::k8s::{Object, meta};
use crate::scope::{RouteTo, Scope};
use crate::value::format::{Host as HostFormat, PortRef as PortFormat};
use crate::value::{Annotations, FromShort, ObjectName, Text, UrlPath};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use schemars::JsonSchema;
use serde::Deserialize;

/// The Service of a workload with ports.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ServiceRules {
    /// How it is reached. Default: ClusterIP.
    pub r#type: Option<ServiceType>,
    /// Whether names lead to the pods themselves instead of one address. Default: true for a StatefulSet, else false.
    pub headless: Option<bool>,
    /// Annotations, e.g. for a cloud's load balancer.
    pub annotations: Annotations,
    /// Whether a client stays with one pod. Default: None.
    pub session_affinity: Option<SessionAffinity>,
    /// Whether traffic from outside stays on the node that it reached. Default: Cluster.
    pub external_traffic_policy: Option<TrafficPolicy>,
    /// Whether traffic from inside stays on its node. Default: Cluster.
    pub internal_traffic_policy: Option<TrafficPolicy>,
    /// Which pods are preferred: `PreferClose`, from Kubernetes 1.34 on `PreferSameZone` or `PreferSameNode`. Needs Kubernetes 1.31.
    pub traffic_distribution: Option<String>,
    /// Who provides the load balancer. Default: the cluster's choice.
    pub load_balancer_class: Option<String>,
    /// Addresses that may use the load balancer, as CIDR. Default: all.
    pub load_balancer_source_ranges: Vec<String>,
    /// Whether pods that are not ready are listed too. Default: false.
    pub publish_not_ready_addresses: bool,
}

/// How a Service is reached.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum ServiceType {
    /// From inside the cluster.
    ClusterIP,
    /// At a port of every node too.
    NodePort,
    /// Through a load balancer too.
    LoadBalancer,
}

/// Whether a client stays with one pod.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum SessionAffinity {
    /// By its address.
    ClientIP,
    /// It does not.
    None,
}

/// Where traffic may go.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum TrafficPolicy {
    /// To every pod.
    Cluster,
    /// To pods of the same node.
    Local,
}

/// The way from an ingress to a workload; the short form is the path.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route {
    /// Paths that lead here.
    pub paths: Vec<UrlPath>,
    /// The port. Default: the first one.
    #[serde(default)]
    pub port: Option<Text<PortFormat>>,
    /// Whether only the path itself leads here, not what lies below. Default: false.
    #[serde(default)]
    pub exact: bool,
    /// A host other than the ingress's.
    #[serde(default)]
    pub host: Option<Text<HostFormat>>,
}

impl FromShort for Route {
    type Scalar = UrlPath;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { paths: vec![UrlPath::known(text)], port: None, exact: false, host: None })
    }
}

/// Names of objects that must be kept, because somebody knows them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Names {
    /// The Service. Default: the component's name.
    pub service: Option<ObjectName>,
    /// The HorizontalPodAutoscaler. Default: the component's name and `-hpa`.
    pub hpa: Option<ObjectName>,
    /// The PodDisruptionBudget. Default: the component's name and `-pdb`.
    pub pdb: Option<ObjectName>,
    /// The ServiceMonitor. Default: the component's name and `-monitor`.
    pub service_monitor: Option<ObjectName>,
    /// The ServiceAccount. Default: the component's name.
    pub service_account: Option<ObjectName>,
}

impl Names {
    /// The Service's name.
    pub fn service(&self, component: &str) -> String {
        self.service.as_deref().unwrap_or(component).to_owned()
    }

    /// The HorizontalPodAutoscaler's name.
    pub fn hpa(&self, component: &str) -> String {
        self.hpa.as_deref().map_or_else(|| format!("{component}-hpa"), ToOwned::to_owned)
    }

    /// The PodDisruptionBudget's name.
    pub fn pdb(&self, component: &str) -> String {
        self.pdb.as_deref().map_or_else(|| format!("{component}-pdb"), ToOwned::to_owned)
    }

    /// The ServiceMonitor's name.
    pub fn service_monitor(&self, component: &str) -> String {
        self.service_monitor.as_deref().map_or_else(|| format!("{component}-monitor"), ToOwned::to_owned)
    }

    /// The ServiceAccount's name.
    pub fn service_account(&self, component: &str) -> String {
        self.service_account.as_deref().unwrap_or(component).to_owned()
    }
}

impl Blueprint<'_> {
    /// Routes from ingresses to its Service; those to a port that it does not have are reported elsewhere.
    pub fn routes(&self) -> Vec<RouteTo> {
        let service = self.endpoint().service.unwrap_or_default();
        let mut routes = Vec::new();
        for (ingress, route) in self.workload.routes.iter() {
            let port = match &route.port {
                Some(reference) => self.container.find_port(reference),
                None => self.container.ports().into_iter().find(|(_, port)| port.at_service().is_some()),
            };
            let Some((port_name, number)) =
                port.and_then(|(name, port)| Some((name.to_owned(), port.at_service()?)))
            else {
                continue;
            };
            routes.extend(route.paths.iter().map(|path| RouteTo {
                ingress: ingress.to_owned(),
                component: self.component.to_owned(),
                service: service.clone(),
                port_name: port_name.clone(),
                port: number,
                path: path.to_string(),
                exact: route.exact,
                host: route.host.as_ref().map(ToString::to_string),
                load_balanced: self.workload.service.r#type == Some(ServiceType::LoadBalancer),
            }));
        }
        routes
    }
}

/// The Service of a workload; none if no port is exposed.
pub fn service(blueprint: &Blueprint<'_>, scope: &Scope) -> Option<Object> {
    let rules = &blueprint.workload.service;
    let ports: Vec<_> = blueprint
        .container
        .ports()
        .into_iter()
        .filter_map(|(name, port)| {
            Some(core::ServicePort {
                name: Some(name.to_owned()),
                port: i32::from(port.at_service()?),
                target_port: Some(IntOrString::String(name.to_owned())),
                node_port: port.node_port.map(i32::from),
                protocol: port.protocol_name(),
                app_protocol: port.app_protocol,
            })
        })
        .collect();
    if ports.is_empty() {
        return None;
    }
    let mut metadata = meta(
        &blueprint.workload.names.service(blueprint.name),
        scope.labels(blueprint.name, &blueprint.workload.labels),
    );
    if !rules.annotations.is_empty() {
        metadata.annotations =
            Some(rules.annotations.iter().map(|(k, v)| (k.to_owned(), v.0.clone())).collect());
    }
    let service = core::Service {
        metadata,
        spec: Some(core::ServiceSpec {
            type_: rules.r#type.map(|kind| format!("{kind:?}")),
            cluster_ip: blueprint.headless().then(|| "None".to_owned()),
            selector: Some(scope.selector(blueprint.name)),
            ports: Some(ports),
            session_affinity: rules.session_affinity.map(|affinity| format!("{affinity:?}")),
            external_traffic_policy: rules.external_traffic_policy.map(|policy| format!("{policy:?}")),
            internal_traffic_policy: rules.internal_traffic_policy.map(|policy| format!("{policy:?}")),
            traffic_distribution: rules.traffic_distribution.clone(),
            load_balancer_class: rules.load_balancer_class.clone(),
            load_balancer_source_ranges: (!rules.load_balancer_source_ranges.is_empty())
                .then(|| rules.load_balancer_source_ranges.clone()),
            publish_not_ready_addresses: rules.publish_not_ready_addresses.then_some(true),
            ..core::ServiceSpec::default()
        }),
        status: None,
    };
    Some(Object::new(blueprint.name, &service))
}
