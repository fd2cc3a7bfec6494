//! Probes and lifecycle hooks of a container.

use crate::value::{Duration, FromShort, Keyed, PortRef, Scalar, Short, UrlPath, format::EnvName};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use schemars::JsonSchema;
use serde::Deserialize;

/// The probes of a container.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Probes {
    /// Restarts the container when it fails; keep it free of dependencies.
    pub liveness: Option<Probe>,
    /// Takes the pod out of its Services while it fails.
    pub readiness: Option<Probe>,
    /// Holds the other two back until it has succeeded once.
    pub startup: Option<Probe>,
}

impl Probes {
    /// The probes that are set, with their names in the spec.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Probe)> {
        [("liveness", &self.liveness), ("readiness", &self.readiness), ("startup", &self.startup)]
            .into_iter()
            .filter_map(|(name, probe)| probe.as_ref().map(|probe| (name, probe)))
    }
}

/// A check of a container by the kubelet: one of `httpGet`, `exec`, `tcp`, `grpc`, and its timing.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Probe {
    /// An HTTP request that must answer 200 to 399; the short form is the path.
    pub http_get: Option<Short<HttpGet>>,
    /// A command in the container that must end with 0.
    pub exec: Option<Vec<String>>,
    /// A port that must accept a TCP connection.
    pub tcp: Option<PortRef>,
    /// A port that must answer the gRPC health check; the short form is the port.
    pub grpc: Option<Short<Grpc>>,
    /// Seconds after the start of the container before the first check. Default: 0.
    pub initial_delay_seconds: Option<u16>,
    /// Seconds between checks. Default: 10.
    #[schemars(range(min = 1))]
    pub period_seconds: Option<u16>,
    /// Seconds that an answer may take. Default: 1.
    #[schemars(range(min = 1))]
    pub timeout_seconds: Option<u16>,
    /// Successes in a row after a failure that count as a success. Default: 1.
    #[schemars(range(min = 1))]
    pub success_threshold: Option<u16>,
    /// Failures in a row that count as a failure. Default: 3.
    #[schemars(range(min = 1))]
    pub failure_threshold: Option<u16>,
    /// Seconds to end gracefully after this probe has failed. Default: that of the pod. Not for readiness.
    #[schemars(range(min = 1))]
    pub termination_grace_period_seconds: Option<u32>,
}

/// An HTTP request of a probe or a hook.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HttpGet {
    /// The path of the request.
    pub path: UrlPath,
    /// The port. Default: the first port of the container.
    #[serde(default)]
    pub port: Option<PortRef>,
    /// `HTTP` or `HTTPS` (without a check of the certificate). Default: HTTP.
    #[serde(default)]
    pub scheme: Option<Scheme>,
    /// Headers of the request by name.
    #[serde(default)]
    pub headers: Keyed<EnvName, Scalar>,
}

/// How an HTTP request is sent.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum Scheme {
    /// In clear.
    #[serde(rename = "HTTP")]
    Http,
    /// Through TLS; the certificate is not checked.
    #[serde(rename = "HTTPS")]
    Https,
}

impl FromShort for HttpGet {
    type Scalar = UrlPath;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { path: UrlPath::known(text), port: None, scheme: None, headers: Keyed::default() })
    }
}

/// A gRPC health check.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grpc {
    /// The port.
    pub port: PortRef,
    /// The service name in the request. Default: empty.
    #[serde(default)]
    pub service: Option<String>,
}

impl FromShort for Grpc {
    type Scalar = PortRef;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { port: PortRef::known(text), service: None })
    }
}

/// What Kubernetes does around the life of a container.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Lifecycle {
    /// Runs right after the start, beside the entry point.
    pub post_start: Option<Hook>,
    /// Runs before the container is told to end; give load balancers time here.
    pub pre_stop: Option<Hook>,
}

/// A hook: one of `exec`, `httpGet`, `sleep`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Hook {
    /// A command in the container.
    pub exec: Option<Vec<String>>,
    /// An HTTP request to the container; the short form is the path.
    pub http_get: Option<Short<HttpGet>>,
    /// Seconds to wait. Needs Kubernetes 1.30.
    pub sleep: Option<u16>,
}

/// A port by name or number.
pub fn port(reference: &str) -> IntOrString {
    reference.parse().map_or_else(|_| IntOrString::String(reference.to_owned()), IntOrString::Int)
}

impl HttpGet {
    fn action(&self, first_port: Option<&str>) -> core::HTTPGetAction {
        core::HTTPGetAction {
            path: Some(self.path.to_string()),
            port: port(self.port.as_deref().or(first_port).unwrap_or("http")),
            scheme: self.scheme.map(|scheme| match scheme {
                Scheme::Http => "HTTP".to_owned(),
                Scheme::Https => "HTTPS".to_owned(),
            }),
            http_headers: (!self.headers.is_empty()).then(|| {
                self.headers
                    .iter()
                    .map(|(name, value)| core::HTTPHeader { name: name.to_owned(), value: value.0.clone() })
                    .collect()
            }),
            ..core::HTTPGetAction::default()
        }
    }
}

impl Probe {
    /// The probe as Kubernetes takes it; a port that is a name stays a name.
    pub fn probe(&self, first_port: Option<&str>, number: impl Fn(&str) -> Option<u16>) -> core::Probe {
        let seconds = |value: Option<u16>| value.map(i32::from);
        core::Probe {
            http_get: self.http_get.as_ref().map(|get| get.action(first_port)),
            exec: self.exec.as_ref().map(|command| core::ExecAction { command: Some(command.clone()) }),
            tcp_socket: self
                .tcp
                .as_ref()
                .map(|reference| core::TCPSocketAction { host: None, port: port(reference) }),
            grpc: self.grpc.as_ref().map(|grpc| core::GRPCAction {
                // The API takes a number only here.
                port: grpc.port.parse().ok().or_else(|| number(&grpc.port)).map_or(0, i32::from),
                service: grpc.service.clone(),
                ..core::GRPCAction::default()
            }),
            initial_delay_seconds: seconds(self.initial_delay_seconds),
            period_seconds: seconds(self.period_seconds),
            timeout_seconds: seconds(self.timeout_seconds),
            success_threshold: seconds(self.success_threshold),
            failure_threshold: seconds(self.failure_threshold),
            termination_grace_period_seconds: self.termination_grace_period_seconds.map(i64::from),
        }
    }

    /// The port that the probe asks, if it names one.
    pub fn port(&self) -> Option<&PortRef> {
        self.tcp
            .as_ref()
            .or_else(|| self.http_get.as_ref().and_then(|get| get.port.as_ref()))
            .or_else(|| self.grpc.as_ref().map(|grpc| &grpc.port))
    }

    /// The actions that are set, of which exactly one may be.
    pub fn actions(&self) -> Vec<&'static str> {
        let set = [
            ("httpGet", self.http_get.is_some()),
            ("exec", self.exec.is_some()),
            ("tcp", self.tcp.is_some()),
            ("grpc", self.grpc.is_some()),
        ];
        set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
    }

    /// A probe that runs a command, with its period in seconds.
    pub fn command(command: &[&str], period: u16) -> Self {
        let exec = command.iter().map(|word| (*word).to_owned()).collect();
        Self { exec: Some(exec), period_seconds: Some(period), ..Self::default() }
    }

    /// A probe that connects to a port, with its period in seconds.
    pub fn tcp(port: &str, period: u16) -> Self {
        Self { tcp: Some(PortRef::known(port)), period_seconds: Some(period), ..Self::default() }
    }

    /// A probe by HTTP on the first port, with its period in seconds.
    pub fn http(path: &str, period: u16) -> Self {
        let get = HttpGet { path: UrlPath::known(path), port: None, scheme: None, headers: Keyed::default() };
        Self { http_get: Some(Short(get)), period_seconds: Some(period), ..Self::default() }
    }

    /// Asks by HTTP on another port than the first.
    #[must_use]
    pub fn on(mut self, port: &str) -> Self {
        if let Some(Short(get)) = &mut self.http_get {
            get.port = Some(PortRef::known(port));
        }
        self
    }

    /// Gives up on an answer after so many seconds.
    #[must_use]
    pub fn timeout(self, seconds: u16) -> Self {
        Self { timeout_seconds: Some(seconds), ..self }
    }

    /// Acts on so many failures in a row.
    #[must_use]
    pub fn failures(self, count: u16) -> Self {
        Self { failure_threshold: Some(count), ..self }
    }
}

impl Hook {
    fn handler(&self, first_port: Option<&str>) -> core::LifecycleHandler {
        core::LifecycleHandler {
            exec: self.exec.as_ref().map(|command| core::ExecAction { command: Some(command.clone()) }),
            http_get: self.http_get.as_ref().map(|get| get.action(first_port)),
            sleep: self.sleep.map(|seconds| core::SleepAction { seconds: i64::from(seconds) }),
            tcp_socket: None,
        }
    }

    /// The actions that are set, of which exactly one may be.
    pub fn actions(&self) -> Vec<&'static str> {
        let set = [
            ("exec", self.exec.is_some()),
            ("httpGet", self.http_get.is_some()),
            ("sleep", self.sleep.is_some()),
        ];
        set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
    }
}

impl Lifecycle {
    /// The hooks as Kubernetes takes them.
    pub fn lifecycle(&self, first_port: Option<&str>) -> core::Lifecycle {
        core::Lifecycle {
            post_start: self.post_start.as_ref().map(|hook| hook.handler(first_port)),
            pre_stop: self.pre_stop.as_ref().map(|hook| hook.handler(first_port)),
            stop_signal: None,
        }
    }
}

/// Seconds of a time span, for arithmetic.
pub fn seconds(span: &Duration) -> u64 {
    let number: String = span.chars().take_while(char::is_ascii_digit).collect();
    let count: u64 = number.parse().unwrap_or(0);
    match &span[number.len()..] {
        "m" => count.saturating_mul(60),
        "h" => count.saturating_mul(3600),
        "d" => count.saturating_mul(86_400),
        "w" => count.saturating_mul(604_800),
        "y" => count.saturating_mul(31_536_000),
        "ms" => count / 1000,
        _ => count,
    }
}

/// A time span as Go reads it, whose largest unit is the hour.
pub fn go_span(seconds: u64) -> String {
    match seconds {
        s if s >= 3600 && s.is_multiple_of(3600) => format!("{}h", s / 3600),
        s if s >= 60 && s.is_multiple_of(60) => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}
