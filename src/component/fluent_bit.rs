//! Fluent Bit: reads the logs of containers on every node and sends them on.

use super::readymade::{self, KeptNames, OwnConfig, Readymade, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::{NAMESPACE, Object};
use crate::needs::{Need, Needs, Offer};
use crate::pod::container::Resources;
use crate::pod::mount::Mount;
use crate::pod::probe::{Probe, Probes};
use crate::pod::volume::{HostPath, Volume};
use crate::scope::{Scope, home::Home};
use crate::value::format::Name;
use crate::value::level::PodSecurity;
use crate::value::{AbsolutePath, Image, KeyRef, Labels, Short, Text, UrlPath, Version};
use crate::workload::Kind;
use crate::workload::access::{Access, AccessRule};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

mod pipeline;

/// A pod on every node that reads the logs of containers and sends them to Loki or Elasticsearch.
///
/// It reads folders of the node as root, which no Pod Security level but `privileged` allows. So it lives in a
/// namespace of its own, and the platform's keeps its level.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FluentBit {
    /// Fluent Bit's version; the default image is `fluent/fluent-bit:VERSION`. Default: 4.1.2.
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    image: Option<Image>,
    /// Its namespace, which the platform makes; the secret of `password` is read there. Default: the platform's with
    /// `-logging` after it, e.g. `shop-logging`.
    namespace: Option<Text<Name>>,
    /// Whose logs are read. Default: those of the platform's namespace.
    logs: Logs,
    /// The Loki that takes them; or else `elasticsearch`.
    loki: Option<Text<Name>>,
    /// The Elasticsearch that takes them, in indices `logs-DAY`; or else `loki`.
    elasticsearch: Option<Text<Name>>,
    /// The password of Elasticsearch's user `elastic`: an entry of a secret, `NAME/KEY`. Default: none.
    password: Option<KeyRef>,
    /// CPU and memory of each pod. Default: 50m and 64Mi requested, 200m and 128Mi at most.
    resources: Option<Resources>,
    /// Names of objects that must be kept.
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    labels: Labels,
    /// Placement, identity and escapes, e.g. `tolerations` for nodes that others may not use.
    pod: Tuning,
}

/// Whose logs are read.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Logs {
    /// Those of the platform's namespace; the rights are those of a Role.
    #[default]
    Namespace,
    /// Those of all namespaces; needs a `ClusterRole`.
    Cluster,
}

const PORT: u16 = 2020;
const FOLDER: &str = "/fluent-bit/etc/platform";
const LOGS: &str = "/var/log";
const STATE: &str = "/var/lib/fluent-bit";

/// Where logs go.
#[derive(Debug)]
enum Target {
    Loki { host: String, port: u16 },
    Elasticsearch { host: String, port: u16, password: bool },
}

impl FluentBit {
    fn server(&self) -> Readymade {
        let version = self.version.as_ref().map_or("4.1.2", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("fluent/fluent-bit:{version}"));
        let resources =
            self.resources.clone().unwrap_or_else(|| Resources::of("50m", "64Mi", "200m", "128Mi"));
        // The files of logs belong to root, who needs no further rights to read them.
        let mut made = Readymade::new(image, User { user: 0, group: 0 }, resources, &self.pod);
        made.pod.pod_security_context.run_as_non_root = Some(false);
        made.pod.pod_security_context.fs_group = None;
        made.pod.pod_security_context.fs_group_change_policy = None;
        made.known_as(&self.names, &self.labels);
        made.workload.kind = Kind::DaemonSet;
        made.port("http", PORT);
        // The image's own command names its own file again.
        made.container.command = Some(vec!["/fluent-bit/bin/fluent-bit".to_owned()]);
        made.container.args = Some(vec![format!("--config={FOLDER}/fluent-bit.yaml")]);
        if let Some(password) = &self.password {
            made.secret_env("ELASTIC_PASSWORD", password);
        }
        made.container.probes = probes();
        let folder = |path: &str, kind: &str| Volume {
            host_path: Some(Short(HostPath {
                path: AbsolutePath::known(path),
                r#type: Some(kind.to_owned()),
            })),
            ..Volume::default()
        };
        made.pod.volumes.insert("logs", folder(LOGS, "Directory"));
        made.container.mounts.insert(LOGS, Short(Mount { read_only: true, ..Mount::of("logs") }));
        // How far each file was read, also after a new pod.
        made.volume("state", STATE, folder(STATE, "DirectoryOrCreate"));
        made.workload.access = self.access();
        let path = Some(UrlPath::known("/api/v2/metrics/prometheus"));
        made.workload.metrics = Some(Metrics { path, ..Metrics::default() });
        made
    }

    fn access(&self) -> Access {
        match self.logs {
            Logs::Namespace => Access { rules: vec![AccessRule::read(&["pods"])], ..Access::default() },
            Logs::Cluster => {
                Access { cluster_rules: vec![AccessRule::read(&["namespaces", "pods"])], ..Access::default() }
            }
        }
    }

    fn target(&self, name: &str, scope: &Scope) -> Option<Target> {
        let server = |target: &Option<Text<Name>>, port: Option<&str>| {
            let target = target.as_deref()?;
            let endpoint = scope.endpoint(target)?;
            Some((scope.host(name, target, endpoint.service.as_deref()?), endpoint.port(port)?))
        };
        let loki = server(&self.loki, None).map(|(host, port)| Target::Loki { host, port });
        loki.or_else(|| {
            let (host, port) = server(&self.elasticsearch, Some("http"))?;
            Some(Target::Elasticsearch { host, port, password: self.password.is_some() })
        })
    }

    fn config(&self, name: &str, scope: &Scope) -> OwnConfig {
        let text = self
            .target(name, scope)
            .map(|target| pipeline::text(name, self.logs, &target))
            .unwrap_or_default();
        OwnConfig { name: format!("{name}-config"), data: [("fluent-bit.yaml".to_owned(), text)].into() }
    }

    fn readymade(&self, name: &str, scope: &Scope) -> Readymade {
        let mut made = self.server();
        made.config("config", FOLDER, &self.config(name, scope));
        made
    }
}

fn probes() -> Probes {
    let get = |path, period, failures| Probe::http(path, period).timeout(3).failures(failures);
    Probes { startup: None, liveness: Some(get("/", 20, 4)), readiness: Some(get("/api/v1/health", 10, 3)) }
}

impl Component for FluentBit {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        for (field, target, port) in
            [("loki", &self.loki, None), ("elasticsearch", &self.elasticsearch, Some("http"))]
        {
            if let Some(target) = target {
                let port = port.map(ToOwned::to_owned);
                needs.push(&at.key(field), Need::Component { name: target.to_string(), port });
            }
        }
        readymade::need_secret(&at.key("password"), self.password.as_ref(), needs);
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn home(&self) -> Option<Home> {
        let beside = || format!("{NAMESPACE}-logging");
        let namespace = self.namespace.as_deref().map_or_else(beside, ToOwned::to_owned);
        Some(Home { namespace, level: PodSecurity::Privileged })
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.server().endpoint(name))
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        match (&self.loki, &self.elasticsearch) {
            (Some(_), Some(_)) => {
                check
                    .error(
                        "one-of",
                        at,
                        format!("`{name}` sends logs to two places: `loki` and `elasticsearch`"),
                    )
                    .help("keep one of them");
            }
            (None, None) => {
                check
                    .error("one-of", at, format!("`{name}` does not say where logs go"))
                    .help("write one of: `loki`, `elasticsearch`");
            }
            _ => {}
        }
        if self.password.is_some() && self.elasticsearch.is_none() {
            check
                .error(
                    "one-of",
                    &at.key("password"),
                    "this password is for `elasticsearch`, which is not named",
                )
                .help("remove `password`, or name the component `elasticsearch`");
        }
        self.readymade(name, scope).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(name, &self.labels);
        let mut objects = vec![self.config(name, scope).object(name, "configmap", labels)];
        objects.extend(self.readymade(name, scope).objects(name, scope));
        objects
    }
}
