//! PostgreSQL: one server with its own claim.

use super::readymade::{self, KeptNames, Readymade, User};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::{Container, Port, Resources};
use crate::pod::probe::{Probe, Probes};
use crate::pod::volume::EmptyDir;
use crate::scope::Scope;
use crate::value::format::{EnvName, Name};
use crate::value::{Image, KeyRef, Keyed, Labels, ObjectName, Quantity, Scalar, Short, Text};
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

/// A PostgreSQL server with one database. It is one pod: for high availability use an operator.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Postgres {
    /// PostgreSQL's version; the default image is `postgres:VERSION-alpine`. Default: 17.6.
    #[serde(default)]
    version: Option<Scalar>,
    /// The whole image, if it is another one than the default. An image that is not `alpine` runs as Debian's user 999.
    #[serde(default)]
    image: Option<Image>,
    /// Size of the claim.
    storage: Quantity,
    /// Storage class of the claim. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which every claim's name starts with. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<Text<Name>>,
    /// The database that the first start creates. Default: `postgres`.
    #[serde(default)]
    database: Option<String>,
    /// The superuser that the first start creates. Default: `postgres`.
    #[serde(default)]
    user: Option<String>,
    /// The superuser's name as an entry of a secret, `NAME/KEY`, instead of `user`.
    #[serde(default)]
    user_secret: Option<KeyRef>,
    /// The superuser's password: an entry of a secret, `NAME/KEY`.
    password: KeyRef,
    /// Settings of the server by name, e.g. `max_connections: 200`. Default: the server's own.
    #[serde(default)]
    parameters: Keyed<EnvName, Scalar>,
    /// Whether an exporter beside the server gives Prometheus metrics, which the dashboard `database` shows. Default: false.
    #[serde(default)]
    metrics: bool,
    /// CPU and memory. Default: 250m and 512Mi requested, 1 and 1Gi at most.
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

const PORT: u16 = 5432;
const EXPORTER_PORT: u16 = 9187;
const EXPORTER: &str = "quay.io/prometheuscommunity/postgres-exporter:v0.17.1";
const MOUNT: &str = "/var/lib/postgresql/data";
/// The volume's root holds `lost+found` on a fresh file system, where initdb refuses to work.
const PGDATA: &str = "/var/lib/postgresql/data/pgdata";

impl Postgres {
    fn readymade(&self, name: &str) -> Readymade {
        let version = self.version.as_ref().map_or("17.6", |version| &version.0);
        let image = readymade::image(self.image.as_ref(), &format!("postgres:{version}-alpine"));
        let user = if image.contains("alpine") {
            User { user: 70, group: 70 }
        } else {
            User { user: 999, group: 999 }
        };
        let resources = self.resources.clone().unwrap_or_else(|| Resources::of("250m", "512Mi", "1", "1Gi"));
        let mut made = Readymade::new(image, user, resources, &self.pod);
        made.known_as(&self.names, &self.labels);
        made.port("postgres", PORT);
        made.env("POSTGRES_DB", self.database.as_deref().unwrap_or("postgres"));
        match &self.user_secret {
            Some(secret) => made.secret_env("POSTGRES_USER", secret),
            None => made.env("POSTGRES_USER", self.user.as_deref().unwrap_or("postgres")),
        }
        made.secret_env("POSTGRES_PASSWORD", &self.password);
        made.env("PGDATA", PGDATA);
        let settings = self.parameters.iter();
        let args: Vec<_> = settings
            .flat_map(|(key, value)| ["-c".to_owned(), format!("{key}={}", literal(&value.0))])
            .collect();
        made.container.args = (!args.is_empty()).then_some(args);
        made.container.probes = probes();
        made.scratch("run", "/var/run/postgresql", EmptyDir::default());
        // The runtime's default of 64 MiB is too little for the workers of a parallel query.
        made.scratch(
            "shm",
            "/dev/shm",
            EmptyDir { memory: true, size_limit: Some(Quantity::known("256Mi")) },
        );
        let claim = self.claim_name.as_deref().map_or_else(|| format!("{name}-data"), ToOwned::to_owned);
        made.stateful(&claim, MOUNT, Claim::of(self.storage.clone(), self.storage_class.clone()));
        // A checkpoint of a busy server takes longer than the usual 30 s.
        made.pod.termination_grace_period_seconds = Some(120);
        if self.metrics {
            made.exporter("exporter", self.exporter(), EXPORTER_PORT);
        }
        made
    }

    fn exporter(&self) -> Container {
        let mut exporter = Container {
            image: Some(Image::known(EXPORTER)),
            resources: Some(Resources::of("10m", "32Mi", "100m", "64Mi")),
            ..Container::default()
        };
        exporter.security_context.read_only_root_filesystem = Some(true);
        exporter.security_context.run_as_user = Some(65534);
        exporter.ports.insert("metrics", Short(Port { container: EXPORTER_PORT, ..Port::default() }));
        let user = match &self.user_secret {
            Some(secret) => readymade::secret_env(secret),
            None => readymade::text_env(self.user.as_deref().unwrap_or("postgres")),
        };
        let uri =
            format!("127.0.0.1:{PORT}/{}?sslmode=disable", self.database.as_deref().unwrap_or("postgres"));
        exporter.env.insert("DATA_SOURCE_URI", Short(readymade::text_env(&uri)));
        exporter.env.insert("DATA_SOURCE_USER", Short(user));
        exporter.env.insert("DATA_SOURCE_PASS", Short(readymade::secret_env(&self.password)));
        exporter.probes.liveness = Some(Probe::http("/", 30));
        exporter
    }
}

/// Whether it can name a database or a user without quotes in addresses and scripts.
fn is_identifier(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.len() <= 63
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(good)
        && !text.starts_with("pg_")
}

/// An argument in which `$(NAME)` stays as it is.
fn literal(text: &str) -> String {
    text.replace("$(", "$$(")
}

/// The server answers the query of its state by TCP only when it is up: while the first start creates the database,
/// it listens at a socket alone.
fn probes() -> Probes {
    let ready = |period, timeout, failures| Probe {
        failure_threshold: Some(failures),
        ..Probe::command(
            &["sh", "-c", "exec pg_isready -q -h 127.0.0.1 -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\""],
            period,
            timeout,
        )
    };
    Probes {
        // Recovery after a crash may take minutes; a restart would only begin it again.
        startup: Some(ready(10, 5, 60)),
        liveness: Some(ready(20, 5, 6)),
        readiness: Some(ready(10, 5, 3)),
    }
}

impl Component for Postgres {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        readymade::need_secret(&at.key("userSecret"), self.user_secret.as_ref(), needs);
        readymade::need_secret(&at.key("password"), Some(&self.password), needs);
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.readymade(name).endpoint(name))
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        if self.user.is_some() && self.user_secret.is_some() {
            check
                .error("one-of", &at.key("user"), "both `user` and `userSecret` say who the superuser is")
                .label(&at.key("userSecret"), "here too")
                .help("keep one of them");
        }
        for (field, text) in [("database", &self.database), ("user", &self.user)] {
            if let Some(text) = text.as_deref().filter(|text| !is_identifier(text)) {
                check
                    .error("invalid-value", &at.key(field), format!("`{text}` cannot be the `{field}`"))
                    .help("use at most 63 letters, digits, `_` and `-`, not starting with a digit or `pg_`");
            }
        }
        self.readymade(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        self.readymade(name).objects(name, scope)
    }
}
