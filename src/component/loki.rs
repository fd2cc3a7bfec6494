//! Loki: keeps logs, as one process with its files on a claim.

use super::readymade::text::{map, yaml};
use super::readymade::{self, KeptNames, OwnConfig, Readymade, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::Resources;
use crate::pod::probe::{Probe, Probes, seconds};
use crate::scope::Scope;
use crate::tree::Tree;
use crate::value::format::Name;
use crate::value::{Duration, Image, Labels, ObjectName, Quantity, Text, Version};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

/// Loki as one pod: logs come in and are asked for at 3100.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Loki {
    /// Loki's version, from 3.0 on; the default image is `grafana/loki:VERSION`. Default: 3.5.7.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    #[serde(default)]
    image: Option<Image>,
    /// Size of the claim. Loki knows no limit but `retention`: leave a third to growth.
    storage: Quantity,
    /// Storage class of the claim. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which the claim's name starts with. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<Text<Name>>,
    /// How long logs are kept; at least a day. Default: 7d.
    #[serde(default)]
    retention: Option<Duration>,
    /// CPU and memory. Default: 100m and 256Mi requested, 1 and 1Gi at most.
    #[serde(default)]
    resources: Option<Resources>,
    /// Names of objects that must be kept.
    #[serde(default)]
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    #[serde(default)]
    labels: Labels,
    /// Placement, identity and escapes.
    #[serde(default)]
    pod: Tuning,
}

const PORT: u16 = 3100;
const FOLDER: &str = "/etc/loki";
const DATA: &str = "/loki";
const DAY: u64 = 86_400;

impl Loki {
    fn server(&self, name: &str) -> Readymade {
        let version = self.version.as_ref().map_or("3.5.7", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("grafana/loki:{version}"));
        let resources = self.resources.clone().unwrap_or_else(|| Resources::of("100m", "256Mi", "1", "1Gi"));
        let mut made = Readymade::new(image, User { user: 10001, group: 10001 }, resources, &self.pod);
        made.known_as(&self.names, &self.labels);
        made.port("http", PORT);
        made.container.args = Some(vec![format!("-config.file={FOLDER}/config.yaml")]);
        made.container.probes = probes();
        let claim = self.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
        made.stateful(&claim, DATA, Claim::of(self.storage.clone(), self.storage_class.clone()));
        // What is still in memory is written to the claim.
        made.pod.termination_grace_period_seconds = Some(120);
        made.workload.metrics = Some(Metrics::default());
        made
    }

    fn config(&self, name: &str) -> OwnConfig {
        let hours = self.retention.as_ref().map_or(7 * DAY, seconds) / 3600;
        let schema = map([
            ("from", "2024-04-01".into()),
            ("store", "tsdb".into()),
            ("object_store", "filesystem".into()),
            ("schema", "v13".into()),
            ("index", map([("prefix", "index_".into()), ("period", "24h".into())])),
        ]);
        let files = map([
            ("chunks_directory", format!("{DATA}/chunks").into()),
            ("rules_directory", format!("{DATA}/rules").into()),
        ]);
        let text = yaml(&map([
            ("auth_enabled", false.into()),
            ("server", map([("http_listen_port", i64::from(PORT).into()), ("log_level", "warn".into())])),
            (
                "common",
                map([
                    ("instance_addr", "127.0.0.1".into()),
                    ("path_prefix", DATA.into()),
                    ("replication_factor", 1.into()),
                    ("ring", map([("kvstore", map([("store", "inmemory".into())]))])),
                    ("storage", map([("filesystem", files)])),
                ]),
            ),
            ("schema_config", map([("configs", Tree::List(vec![schema]))])),
            ("limits_config", map([("retention_period", format!("{hours}h").into())])),
            (
                "compactor",
                map([
                    ("working_directory", format!("{DATA}/compactor").into()),
                    ("retention_enabled", true.into()),
                    ("delete_request_store", "filesystem".into()),
                ]),
            ),
            ("analytics", map([("reporting_enabled", false.into())])),
        ]));
        OwnConfig { name: format!("{name}-config"), data: [("config.yaml".to_owned(), text)].into() }
    }

    fn readymade(&self, name: &str) -> Readymade {
        let mut made = self.server(name);
        made.config("config", FOLDER, &self.config(name));
        made
    }
}

fn probes() -> Probes {
    let ready = |period, failures| Probe::http("/ready", period).timeout(3).failures(failures);
    // It is not ready while it reads its log again; a restart would make it begin anew.
    let liveness = Probe::tcp("http", 20).timeout(3);
    Probes { startup: Some(ready(10, 60)), liveness: Some(liveness), readiness: Some(ready(10, 3)) }
}

impl Component for Loki {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.server(name).endpoint(name))
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        if let Some(retention) = self.retention.as_ref().filter(|span| seconds(span) < DAY) {
            check
                .error(
                    "out-of-range",
                    &at.key("retention"),
                    format!("Loki keeps no logs for only {retention}"),
                )
                .help("write `24h` or more: it deletes whole days");
        }
        self.readymade(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(name, &self.labels);
        let mut objects = vec![self.config(name).object(name, "configmap", labels)];
        objects.extend(self.readymade(name).objects(name, scope));
        objects
    }
}
