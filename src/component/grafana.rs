//! Grafana: shows metrics and traces, with data sources and dashboards that need no hand.

use super::dashboards::{self, Builtin};
use super::provisioning::{self, Preferred, Source};
use super::readymade::{self, KeptNames, OwnConfig, Readymade, Routes, TextFile, User};
use super::{Component, Files, config};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Need, Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::Resources;
use crate::pod::env::Env;
use crate::pod::probe::{Probe, Probes};
use crate::scope::{RouteTo, Scope};
use crate::value::format::Name;
use crate::value::{Image, KeyRef, Keyed, Labels, ObjectName, Quantity, Short, Text, Version};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

/// A Grafana server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grafana {
    /// Grafana's version; the default image is `grafana/grafana:VERSION`. Default: 12.2.1.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default.
    #[serde(default)]
    image: Option<Image>,
    /// Size of the claim. Default: none; what people change in Grafana goes with the pod.
    #[serde(default)]
    storage: Option<Quantity>,
    /// Storage class of the claim. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<ObjectName>,
    /// The password of the user `admin`: an entry of a secret, `NAME/KEY`. Grafana reads it at its first start.
    admin: KeyRef,
    /// The Prometheus that the dashboards ask. Default: `prometheus`, if there is a component of this name.
    #[serde(default)]
    datasource: Option<Text<Name>>,
    /// The Jaeger that shows traces. Default: none.
    #[serde(default)]
    traces: Option<Text<Name>>,
    /// The Loki that shows logs. Default: none.
    #[serde(default)]
    loki: Option<Text<Name>>,
    /// The Elasticsearch that shows logs, those in indices `logs-…`. Default: none.
    #[serde(default)]
    elasticsearch: Option<Text<Name>>,
    /// The password of Elasticsearch's user `elastic`: an entry of a secret, `NAME/KEY`. Default: none.
    #[serde(default)]
    elasticsearch_password: Option<KeyRef>,
    /// Dashboards of kgen. Default: all of them; `objectives` only if the platform states some.
    #[serde(default)]
    builtin_dashboards: Option<Vec<Builtin>>,
    /// Dashboards of one's own by name: JSON files of the platform's folder; the short form is the path.
    /// One with the name of a built-in one takes its place.
    #[serde(default)]
    dashboards: Keyed<Name, Short<TextFile>>,
    /// Further settings as environment variables, `GF_<SECTION>_<KEY>`, e.g. `GF_SERVER_ROOT_URL`.
    #[serde(default)]
    env: Env,
    /// CPU and memory. Default: 100m and 256Mi requested, 500m and 512Mi at most.
    #[serde(default)]
    resources: Option<Resources>,
    /// Routes from ingresses, by the ingress's name; the short form is the path. Whoever gets in by one may do what the
    /// pages allow: Prometheus and Jaeger ask nobody who they are.
    #[serde(default)]
    routes: Routes,
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

const PORT: u16 = 3000;
const DATA: &str = "/var/lib/grafana";
const PROVISIONING: &str = "/etc/grafana/provisioning";
/// The component that is asked for metrics if the spec names none.
const PROMETHEUS: &str = "prometheus";

/// Settings that a server in a cluster wants: no calls home, nothing fetched at the start, no self-service.
const SETTINGS: &[(&str, &str)] = &[
    ("GF_SECURITY_ADMIN_USER", "admin"),
    ("GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES", "false"),
    ("GF_ANALYTICS_CHECK_FOR_UPDATES", "false"),
    ("GF_ANALYTICS_REPORTING_ENABLED", "false"),
    ("GF_PLUGINS_PREINSTALL_DISABLED", "true"),
    ("GF_SECURITY_DISABLE_GRAVATAR", "true"),
    ("GF_USERS_ALLOW_SIGN_UP", "false"),
];

impl Grafana {
    fn server(&self, name: &str) -> Readymade {
        let version = self.version.as_ref().map_or("12.2.1", |version| &**version);
        let image = readymade::image(self.image.as_ref(), &format!("grafana/grafana:{version}"));
        let resources =
            self.resources.clone().unwrap_or_else(|| Resources::of("100m", "256Mi", "500m", "512Mi"));
        let mut made = Readymade::new(image, User { user: 472, group: 472 }, resources, &self.pod);
        made.known_as(&self.names, &self.labels);
        made.workload.routes = self.routes.clone();
        // Its database is one file.
        made.recreated();
        made.port("http", PORT);
        for (key, value) in SETTINGS {
            made.env(key, value);
        }
        made.secret_env("GF_SECURITY_ADMIN_PASSWORD", &self.admin);
        if let Some(password) = &self.elasticsearch_password {
            made.secret_env("ELASTIC_PASSWORD", password);
        }
        for (key, value) in self.env.iter() {
            made.container.env.insert(key, value.clone());
        }
        made.container.probes = probes();
        made.volume("data", DATA, readymade::storage(&self.claim(name), self.storage.as_ref()));
        made.workload.metrics = Some(Metrics::default());
        made
    }

    fn claim(&self, name: &str) -> String {
        self.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned)
    }

    fn datasources(&self, name: &str, scope: &Scope) -> OwnConfig {
        let url = |component: &str, port: Option<&str>| {
            let endpoint = scope.endpoint(component)?;
            Some(format!("http://{}:{}", endpoint.service.as_ref()?, endpoint.port(port)?))
        };
        let metrics = url(self.datasource.as_deref().unwrap_or(PROMETHEUS), None);
        let traces = self.traces.as_deref().and_then(|jaeger| url(jaeger, Some("query")));
        let logs = self.loki.as_deref().and_then(|loki| url(loki, None));
        let search = self.elasticsearch.as_deref().and_then(|search| url(search, Some("http")));
        let sources = [
            Source { name: "Prometheus", kind: "prometheus", url: metrics, password: false },
            Source { name: "Jaeger", kind: "jaeger", url: traces, password: false },
            Source { name: "Loki", kind: "loki", url: logs, password: false },
            Source {
                name: "Elasticsearch",
                kind: "elasticsearch",
                url: search,
                password: self.elasticsearch_password.is_some(),
            },
        ];
        let text = provisioning::datasources(&sources, Preferred::First);
        OwnConfig {
            name: format!("{name}-datasources"),
            data: [("datasources.yaml".to_owned(), text)].into(),
        }
    }

    fn dashboards(&self, name: &str, scope: &Scope) -> OwnConfig {
        let mut data = dashboards::files(self.builtin_dashboards.as_deref(), &self.dashboards, scope);
        let folder = format!("{PROVISIONING}/dashboards");
        data.insert("provider.yaml".to_owned(), provisioning::provider(&folder));
        OwnConfig { name: format!("{name}-dashboards"), data }
    }
}

fn probes() -> Probes {
    let get = |path, period, failures| Probe::http(path, period).timeout(5).failures(failures);
    Probes {
        startup: Some(get("/healthz", 10, 30)),
        liveness: Some(get("/healthz", 20, 4)),
        // Asks the database too.
        readiness: Some(get("/api/health", 10, 3)),
    }
}

impl Component for Grafana {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        readymade::need_secret(&at.key("admin"), Some(&self.admin), needs);
        readymade::need_secret(&at.key("elasticsearchPassword"), self.elasticsearch_password.as_ref(), needs);
        let sources = [
            ("datasource", &self.datasource, None),
            ("traces", &self.traces, Some("query")),
            ("loki", &self.loki, None),
            ("elasticsearch", &self.elasticsearch, Some("http")),
        ];
        for (field, component, port) in sources {
            if let Some(component) = component {
                let port = port.map(ToOwned::to_owned);
                needs.push(&at.key(field), Need::Component { name: component.to_string(), port });
            }
        }
        if self.datasource.is_none() {
            needs.push(&at.key("datasource"), Need::Perhaps { name: PROMETHEUS.to_owned() });
        }
        for (board, file) in self.dashboards.iter() {
            needs.push(&at.key("dashboards").key(board), Need::File { path: file.file.clone() });
        }
        for (key, value) in self.env.iter() {
            value.needs(&at.key("env").key(key), needs);
        }
        readymade::need_routes(&at.key("routes"), &self.routes, needs);
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.server(name).endpoint(name))
    }

    fn routes(&self, name: &str) -> Vec<RouteTo> {
        self.server(name).blueprint(name).routes()
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let dashboards = at.key("dashboards");
        dashboards::check(&self.dashboards, &dashboards, scope, check);
        let size: usize = self.dashboards(name, scope).data.values().map(String::len).sum();
        if size > config::LIMIT {
            check
                .error(
                    "config-too-large",
                    &dashboards,
                    format!("the dashboards have {size} bytes, Kubernetes allows {}", config::LIMIT),
                )
                .help("make them smaller or fewer, or give them to a second Grafana");
        }
        self.server(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(name, &self.labels);
        let datasources = self.datasources(name, scope);
        let dashboards = self.dashboards(name, scope);
        let mut server = self.server(name);
        server.config("datasources", &format!("{PROVISIONING}/datasources"), &datasources);
        server.config("dashboards", &format!("{PROVISIONING}/dashboards"), &dashboards);
        let mut objects = vec![
            datasources.object(name, "configmap-datasources", labels.clone()),
            dashboards.object(name, "configmap-dashboards", labels.clone()),
        ];
        objects.extend(self.storage.as_ref().map(|storage| {
            let spec = Claim::of(storage.clone(), self.storage_class.clone());
            readymade::claim(name, &self.claim(name), &spec, labels)
        }));
        objects.extend(server.objects(name, scope));
        objects
    }
}
