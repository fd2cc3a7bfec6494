//! A container: image, command, environment, ports, resources, probes, mounts.

use super::env::{Env, EnvFrom};
use super::mount::Mount;
use super::probe::{Lifecycle, Probes};
use super::security::SecurityContext;
use crate::diagnostic::At;
use crate::needs::{Limits, Need, Needs};
use crate::value::format::{AbsolutePath as PathFormat, LabelKey, PortName, scaled};
use crate::value::{FromShort, Image, Keyed, Quantity, Short};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource;
use schemars::JsonSchema;
use serde::Deserialize;

/// What runs in a container, and with what around it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
// Stands beside other parts in one map: the schema is closed, the struct is not.
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields)]
pub struct Container {
    /// The image, with a tag or a digest.
    pub image: Option<Image>,
    /// When the image is pulled. Default: IfNotPresent.
    pub image_pull_policy: Option<PullPolicy>,
    /// The entry point in place of the image's.
    pub command: Option<Vec<String>>,
    /// The arguments in place of the image's. `$(NAME)` stands for a variable of `env`.
    pub args: Option<Vec<String>>,
    /// The working folder in place of the image's.
    pub working_dir: Option<crate::value::AbsolutePath>,
    /// The one port, named `http`; short for `ports: {http: {container: N, service: N}}`.
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// Ports by name; the short form is the number inside the container.
    pub ports: Keyed<PortName, Short<Port>>,
    /// Environment variables by name; the short form is the text.
    pub env: Env,
    /// Whole configs and secrets as environment variables, by name; later ones win.
    pub env_from: Vec<Short<EnvFrom>>,
    /// CPU, memory and others that are reserved (`requests`) and allowed (`limits`).
    pub resources: Option<Resources>,
    /// What changes in `resources` without a restart. Needs Kubernetes 1.33.
    pub resize_policy: Keyed<LabelKey, ResizePolicy>,
    /// Checks by the kubelet.
    pub probes: Probes,
    /// Hooks after the start and before the end.
    pub lifecycle: Option<Lifecycle>,
    /// What the container may do.
    pub security_context: SecurityContext,
    /// Volumes by the path at which they are mounted; the short form is the volume's name.
    pub mounts: Keyed<PathFormat, Short<Mount>>,
    /// Raw block devices by the path at which they appear: the name of a volume.
    pub devices: Keyed<PathFormat, crate::value::Name>,
    /// Whether standard input stays open. Default: false.
    pub stdin: bool,
    /// Whether there is a terminal. Default: false.
    pub tty: bool,
    /// The file whose text becomes the reason of the end. Default: `/dev/termination-log`.
    pub termination_message_path: Option<crate::value::AbsolutePath>,
    /// Where the reason of the end comes from. Default: File.
    pub termination_message_policy: Option<TerminationMessagePolicy>,
    /// `Always` makes an initial container a sidecar that starts before the main one and ends after it. Needs Kubernetes 1.29.
    pub restart_policy: Option<SidecarRestart>,
}

/// The restart policy of a sidecar.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum SidecarRestart {
    /// It runs as long as the pod.
    Always,
}

/// When an image is pulled.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum PullPolicy {
    /// At every start.
    Always,
    /// If the node does not have it.
    IfNotPresent,
    /// Never.
    Never,
}

/// Where the reason of a container's end comes from.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum TerminationMessagePolicy {
    /// From the file.
    File,
    /// From the end of the log if the file is empty.
    FallbackToLogsOnError,
}

/// What a change of a resource does to the container.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum ResizePolicy {
    /// It takes effect at once.
    NotRequired,
    /// The container restarts.
    RestartContainer,
}

/// A port of a container and of its Service.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Port {
    /// The number inside the container.
    #[schemars(range(min = 1))]
    pub container: u16,
    /// The number at the Service. Default: that of the container; `null` in the long form keeps the default.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub service: Option<u16>,
    /// Whether the Service has this port. Default: true.
    #[serde(default)]
    pub exposed: Option<bool>,
    /// The protocol. Default: TCP.
    #[serde(default)]
    pub protocol: Option<Protocol>,
    /// The application protocol, e.g. `kubernetes.io/h2c`, for meshes and gateways.
    #[serde(default)]
    pub app_protocol: Option<String>,
    /// The number at every node, for a Service of type NodePort or LoadBalancer. Default: chosen by the cluster.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub node_port: Option<u16>,
    /// The number at the node that runs the pod. Breaks the Pod Security levels `baseline` and `restricted`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    pub host_port: Option<u16>,
}

/// The protocol of a port.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl FromShort for Port {
    type Scalar = PortNumber;

    fn from_short(text: &str) -> Result<Self, String> {
        let container = text.parse().map_err(|_| format!("`{text}` is not a port"))?;
        Ok(Self { container, ..Self::default() })
    }
}

/// The number of a port.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct PortNumber(#[schemars(range(min = 1))] pub u16);

impl Port {
    /// The number at the Service; none if the Service does not have the port.
    pub fn at_service(&self) -> Option<u16> {
        (self.exposed != Some(false)).then(|| self.service.unwrap_or(self.container))
    }

    /// The protocol's name if it is not TCP.
    pub fn protocol_name(&self) -> Option<String> {
        self.protocol
            .filter(|protocol| *protocol != Protocol::Tcp)
            .map(|protocol| format!("{protocol:?}").to_uppercase())
    }
}

/// CPU, memory and other resources, by name.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Resources {
    /// What the scheduler reserves: `cpu`, `memory`, `ephemeral-storage` or an extended resource.
    pub requests: Keyed<LabelKey, Quantity>,
    /// What the container may use at most.
    pub limits: Keyed<LabelKey, Quantity>,
}

impl Resources {
    /// Requests and limits of CPU and memory.
    pub fn of(cpu: &str, memory: &str, cpu_limit: &str, memory_limit: &str) -> Self {
        let pair = |cpu: &str, memory: &str| {
            [("cpu".to_owned(), Quantity::known(cpu)), ("memory".to_owned(), Quantity::known(memory))]
                .into_iter()
                .collect()
        };
        Self { requests: pair(cpu, memory), limits: pair(cpu_limit, memory_limit) }
    }

    fn requirements(&self) -> core::ResourceRequirements {
        let map = |map: &Keyed<LabelKey, Quantity>| {
            (!map.is_empty()).then(|| {
                map.iter().map(|(name, q)| (name.to_owned(), resource::Quantity(q.to_string()))).collect()
            })
        };
        core::ResourceRequirements { requests: map(&self.requests), limits: map(&self.limits), claims: None }
    }
}

/// What is known around a container when it is built.
pub struct Around<'a> {
    /// Whether a name of `envFrom` is a secret; if not it is a config.
    pub is_secret: &'a dyn Fn(&str) -> bool,
}

impl Container {
    /// What it may use at most, as far as that is said.
    pub fn limits(&self) -> Limits {
        let limit = |name: &str| self.resources.as_ref()?.limits.get(name).and_then(|q| scaled(q));
        Limits { cpu: limit("cpu"), memory: limit("memory") }
    }

    /// All ports by name, the short form included.
    pub fn ports(&self) -> Vec<(&str, Port)> {
        let short = self.port.map(|number| ("http", Port { container: number, ..Port::default() }));
        short.into_iter().chain(self.ports.iter().map(|(name, port)| (name, port.0.clone()))).collect()
    }

    /// The port of this name or number.
    pub fn find_port(&self, reference: &str) -> Option<(&str, Port)> {
        self.ports()
            .into_iter()
            .find(|(name, port)| *name == reference || port.container.to_string() == reference)
    }

    /// The container as Kubernetes takes it.
    pub fn container(&self, name: &str, around: &Around<'_>) -> core::Container {
        let ports = self.ports();
        let first = ports.first().map(|(name, _)| *name);
        let number = |name: &str| self.find_port(name).map(|(_, port)| port.container);
        let probe =
            |probe: &Option<super::probe::Probe>| probe.as_ref().map(|probe| probe.probe(first, number));
        let read_only = self.security_context.read_only_root_filesystem == Some(true);
        let tmp = (read_only && !self.mounts.contains("/tmp")).then(|| Mount::of(TMP).mount("/tmp"));
        let mounts: Vec<_> = self.mounts.iter().map(|(path, mount)| mount.mount(path)).chain(tmp).collect();
        core::Container {
            name: name.to_owned(),
            image: self.image.as_ref().map(ToString::to_string),
            image_pull_policy: self.image_pull_policy.map(|policy| format!("{policy:?}")),
            command: self.command.clone(),
            args: self.args.clone(),
            working_dir: self.working_dir.as_ref().map(ToString::to_string),
            ports: (!ports.is_empty())
                .then(|| ports.iter().map(|(name, port)| container_port(name, port)).collect()),
            env: (!self.env.is_empty())
                .then(|| self.env.iter().map(|(name, value)| value.variable(name)).collect()),
            env_from: (!self.env_from.is_empty()).then(|| {
                self.env_from.iter().map(|source| source.source((around.is_secret)(&source.from))).collect()
            }),
            resources: self.resources.as_ref().map(Resources::requirements),
            resize_policy: (!self.resize_policy.is_empty()).then(|| {
                self.resize_policy
                    .iter()
                    .map(|(name, policy)| core::ContainerResizePolicy {
                        resource_name: name.to_owned(),
                        restart_policy: format!("{policy:?}"),
                    })
                    .collect()
            }),
            startup_probe: probe(&self.probes.startup),
            liveness_probe: probe(&self.probes.liveness),
            readiness_probe: probe(&self.probes.readiness),
            lifecycle: self.lifecycle.as_ref().map(|lifecycle| lifecycle.lifecycle(first)),
            security_context: Some(self.security_context.context()),
            volume_mounts: (!mounts.is_empty()).then_some(mounts),
            volume_devices: (!self.devices.is_empty()).then(|| {
                self.devices
                    .iter()
                    .map(|(path, volume)| core::VolumeDevice {
                        device_path: path.to_owned(),
                        name: volume.to_string(),
                    })
                    .collect()
            }),
            stdin: self.stdin.then_some(true),
            tty: self.tty.then_some(true),
            termination_message_path: self.termination_message_path.as_ref().map(ToString::to_string),
            termination_message_policy: self.termination_message_policy.map(|policy| format!("{policy:?}")),
            restart_policy: self.restart_policy.map(|policy| format!("{policy:?}")),
            ..core::Container::default()
        }
    }

    /// Whether the container needs the scratch volume for `/tmp`.
    pub fn needs_tmp(&self) -> bool {
        self.security_context.read_only_root_filesystem == Some(true) && !self.mounts.contains("/tmp")
    }

    /// Adds what the container refers to.
    pub fn needs(&self, at: &At<'_>, needs: &mut Needs) {
        let env = at.key("env");
        for (name, value) in self.env.iter() {
            value.needs(&env.key(name), needs);
        }
        let env_from = at.key("envFrom");
        for (n, source) in self.env_from.iter().enumerate() {
            needs.push(
                &env_from.index(n),
                Need::Variables { name: source.from.to_string(), optional: source.optional },
            );
        }
    }

    /// Configs whose change must restart the container, because it reads them when it starts.
    pub fn configs(&self) -> impl Iterator<Item = &str> {
        let keys = self
            .env
            .iter()
            .filter_map(|(_, value)| value.config.as_deref()?.split_once('/'))
            .map(|(name, _)| name);
        keys.chain(self.env_from.iter().map(|source| &*source.from))
    }
}

fn container_port(name: &str, port: &Port) -> core::ContainerPort {
    core::ContainerPort {
        name: Some(name.to_owned()),
        container_port: i32::from(port.container),
        protocol: port.protocol_name(),
        host_port: port.host_port.map(i32::from),
        host_ip: None,
    }
}

/// The scratch volume behind `/tmp` of a read-only root file system.
pub const TMP: &str = "tmp";
