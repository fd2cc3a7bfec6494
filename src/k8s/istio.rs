//! Istio's objects, as far as kgen writes them.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::Serialize;
use std::collections::BTreeMap;

/// The API of traffic.
pub const NETWORKING: &str = "networking.istio.io/v1";
/// The API of identities.
pub const SECURITY: &str = "security.istio.io/v1";

/// One object of Istio.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource<T> {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: T,
}

/// A spec of Istio: which kind of object it is of.
pub trait Spec: Serialize {
    /// The API.
    const API: &'static str;
    /// The kind.
    const KIND: &'static str;
}

impl<T: Spec> Resource<T> {
    /// The object.
    pub const fn new(metadata: ObjectMeta, spec: T) -> Self {
        Self { api_version: T::API, kind: T::KIND, metadata, spec }
    }
}

/// Whether pods take what comes in clear.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PeerAuthentication {
    /// The pods; all of the namespace if there is none.
    pub selector: Option<LabelSelector>,
    /// For all ports.
    pub mtls: Mode,
    /// For single ports, by number.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub port_level_mtls: BTreeMap<String, Mode>,
}

impl Spec for PeerAuthentication {
    const API: &'static str = SECURITY;
    const KIND: &'static str = "PeerAuthentication";
}

/// `STRICT` or `PERMISSIVE`.
#[derive(Debug, Serialize)]
pub struct Mode {
    /// The word.
    pub mode: &'static str,
}

/// Who may ask pods.
#[derive(Debug, Serialize)]
pub struct AuthorizationPolicy {
    /// The pods; all of the namespace if there is none.
    pub selector: Option<LabelSelector>,
    /// `ALLOW`: what no rule names is refused.
    pub action: &'static str,
    /// Who may ask what.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

impl Spec for AuthorizationPolicy {
    const API: &'static str = SECURITY;
    const KIND: &'static str = "AuthorizationPolicy";
}

/// Who may ask what; everybody if nobody is named.
#[derive(Debug, Serialize)]
pub struct Rule {
    /// Who.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<From>,
    /// What.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<To>,
}

/// Who asks.
#[derive(Debug, Serialize)]
pub struct From {
    /// By identity.
    pub source: Source,
}

/// Identities of pods.
#[derive(Debug, Serialize)]
pub struct Source {
    /// `DOMAIN/ns/NAMESPACE/sa/ACCOUNT`.
    pub principals: Vec<String>,
}

/// What is asked.
#[derive(Debug, Serialize)]
pub struct To {
    /// By ports and paths.
    pub operation: Operation,
}

/// Ports of pods, and paths.
#[derive(Debug, Serialize)]
pub struct Operation {
    /// Ports by number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<String>,
    /// Paths; all if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
}

/// How callers treat a Service.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DestinationRule {
    /// The Service.
    pub host: String,
    /// What they do.
    pub traffic_policy: TrafficPolicy,
}

impl Spec for DestinationRule {
    const API: &'static str = NETWORKING;
    const KIND: &'static str = "DestinationRule";
}

/// How callers treat a Service.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrafficPolicy {
    /// Their connections.
    pub connection_pool: ConnectionPool,
    /// When they leave a pod alone.
    pub outlier_detection: OutlierDetection,
}

/// Connections.
#[derive(Debug, Serialize)]
pub struct ConnectionPool {
    /// Of TCP.
    pub tcp: Tcp,
}

/// Connections of TCP.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tcp {
    /// How long one may take to be made.
    pub connect_timeout: &'static str,
}

/// When callers leave a pod alone.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutlierDetection {
    /// After so many errors in a row.
    #[serde(rename = "consecutive5xxErrors")]
    pub consecutive_errors: u16,
    /// How often they look.
    pub interval: &'static str,
    /// For how long.
    pub base_ejection_time: &'static str,
    /// At most this share of the pods.
    pub max_ejection_percent: u16,
}

/// Hosts and ports of a gateway.
#[derive(Debug, Serialize)]
pub struct Gateway {
    /// Labels of the gateway's pods.
    pub selector: BTreeMap<String, String>,
    /// What they listen to.
    pub servers: Vec<Server>,
}

impl Spec for Gateway {
    const API: &'static str = NETWORKING;
    const KIND: &'static str = "Gateway";
}

/// A port of a gateway.
#[derive(Debug, Serialize)]
pub struct Server {
    /// The port.
    pub port: ServerPort,
    /// Hosts that are served there.
    pub hosts: Vec<String>,
    /// Encryption.
    pub tls: Option<ServerTls>,
}

/// A port of a gateway.
#[derive(Debug, Serialize)]
pub struct ServerPort {
    /// Its name.
    pub name: &'static str,
    /// Its number.
    pub number: u16,
    /// `HTTP` or `HTTPS`.
    pub protocol: &'static str,
}

/// Encryption of a port.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerTls {
    /// Whether clients are sent to HTTPS.
    pub https_redirect: Option<bool>,
    /// `SIMPLE`: the gateway shows a certificate.
    pub mode: Option<&'static str>,
    /// The secret that holds it, in the gateway's namespace.
    pub credential_name: Option<String>,
    /// The lowest version of TLS.
    pub min_protocol_version: Option<&'static str>,
}

/// Where requests for a host go.
#[derive(Debug, Serialize)]
pub struct VirtualService {
    /// The hosts.
    pub hosts: Vec<String>,
    /// The gateways that they come through.
    pub gateways: Vec<String>,
    /// The first that matches counts.
    pub http: Vec<HttpRoute>,
}

impl Spec for VirtualService {
    const API: &'static str = NETWORKING;
    const KIND: &'static str = "VirtualService";
}

/// Where requests go.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRoute {
    /// Which requests; one of these.
    pub r#match: Vec<Match>,
    /// What the path becomes.
    pub rewrite: Option<Rewrite>,
    /// Where to.
    pub route: Vec<Destination>,
    /// How long an answer may take.
    pub timeout: Option<String>,
    /// Who may call from other origins.
    pub cors_policy: Option<CorsPolicy>,
    /// What is done with headers.
    pub headers: Option<Headers>,
}

/// Requests by path.
#[derive(Debug, Serialize)]
pub struct Match {
    /// The path.
    pub uri: StringMatch,
}

/// A text that is compared.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StringMatch {
    /// The whole.
    Exact(String),
    /// The beginning.
    Prefix(String),
    /// By a pattern.
    Regex(String),
}

/// What a path becomes.
#[derive(Debug, Serialize)]
pub struct Rewrite {
    /// The new beginning, or the whole.
    pub uri: &'static str,
}

/// Where requests go.
#[derive(Debug, Serialize)]
pub struct Destination {
    /// The Service and its port.
    pub destination: Target,
}

/// A Service and its port.
#[derive(Debug, Serialize)]
pub struct Target {
    /// Its name in the cluster.
    pub host: String,
    /// The port.
    pub port: Number,
}

/// A number of a port.
#[derive(Debug, Serialize)]
pub struct Number {
    /// The number.
    pub number: u16,
}

/// Who may call from other origins.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CorsPolicy {
    /// The origins.
    pub allow_origins: Vec<StringMatch>,
    /// Methods.
    pub allow_methods: Vec<String>,
    /// Headers that may be sent.
    pub allow_headers: Vec<String>,
    /// Headers that may be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expose_headers: Vec<String>,
    /// Whether cookies may be sent along.
    pub allow_credentials: bool,
    /// How long this may be remembered.
    pub max_age: String,
}

/// What is done with headers.
#[derive(Debug, Serialize)]
pub struct Headers {
    /// Of the answer.
    pub response: HeaderChange,
}

/// Headers that are set.
#[derive(Debug, Serialize)]
pub struct HeaderChange {
    /// By name.
    pub set: BTreeMap<String, String>,
}
