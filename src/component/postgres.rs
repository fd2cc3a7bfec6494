//! PostgreSQL: one server with its own claim, or several that an operator runs; perhaps with a pooler and backups.

use super::readymade::{self, KeptNames, Readymade, User, exporter};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Need, Needs, Offer};
use crate::pod::claim::Claim;
use crate::pod::container::{Container, Resources};
use crate::pod::probe::{Probe, Probes};
use crate::pod::scheduling::Strength;
use crate::pod::volume::EmptyDir;
use crate::scope::Scope;
use crate::value::format::{EnvName, Name};
use crate::value::{Image, KeyRef, Keyed, Labels, ObjectName, Quantity, Scalar, Short, Text, Version};
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

mod backup;
mod check;
mod cloudnative;
mod pooler;

pub use backup::{Backup, Bucket};
pub use pooler::{PoolMode, Pooler};

/// A PostgreSQL server with one database. It is one pod, unless an operator runs several.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Postgres {
    /// PostgreSQL's version; the default image is `postgres:VERSION-alpine`, and the operator's own with one. Default: 17.6.
    #[serde(default)]
    version: Option<Version>,
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
    /// The database that the first start creates. Default: `postgres`, `app` with an operator.
    #[serde(default)]
    database: Option<String>,
    /// The superuser that the first start creates; with an operator the owner of the database. Default: `postgres`, `app` with an operator.
    #[serde(default)]
    user: Option<String>,
    /// The superuser's name as an entry of a secret, `NAME/KEY`, instead of `user`.
    #[serde(default)]
    user_secret: Option<KeyRef>,
    /// That user's password: an entry of a secret, `NAME/KEY`. An operator reads `NAME/password` and `NAME/username`.
    password: KeyRef,
    /// Settings of the server by name, e.g. `max_connections: 200`. Default: the server's own.
    #[serde(default)]
    parameters: Keyed<EnvName, Scalar>,
    /// Whether an exporter beside the server gives Prometheus metrics, which the dashboard `database` shows. Default: false.
    #[serde(default)]
    metrics: bool,
    /// PgBouncer in front of the server: callers reach it by the name that the server has without it. Default: none.
    #[serde(default)]
    pooler: Option<Pooler>,
    /// Dumps at given times; with an operator a full backup and the log of changes. Default: none.
    #[serde(default)]
    backup: Option<Backup>,
    /// The operator that runs the servers, and makes one of them the next primary when it fails. Default: none.
    #[serde(default)]
    operator: Option<Operator>,
    /// Number of servers, only with an operator. Default: 3.
    #[serde(default)]
    #[schemars(range(min = 1, max = 20))]
    instances: Option<u32>,
    /// Whether the servers of an operator, and those of the pooler, keep to different nodes. Default: soft.
    #[serde(default)]
    anti_affinity: Option<Strength>,
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

/// An operator that runs PostgreSQL.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    /// CloudNativePG.
    #[serde(rename = "cloudnative-pg")]
    CloudNativePg,
}

const PORT: u16 = 5432;
const EXPORTER_PORT: u16 = 9187;
const EXPORTER: &str = "quay.io/prometheuscommunity/postgres-exporter:v0.17.1";
const MOUNT: &str = "/var/lib/postgresql/data";
/// The volume's root holds `lost+found` on a fresh file system, where initdb refuses to work.
const PGDATA: &str = "/var/lib/postgresql/data/pgdata";

impl Postgres {
    fn image(&self) -> Image {
        let version = self.version.as_ref().map_or("17.6", |version| &**version);
        readymade::image(self.image.as_ref(), &format!("postgres:{version}-alpine"))
    }

    /// The image's own user.
    fn account(&self) -> User {
        let id = if self.image().contains("alpine") { 70 } else { 999 };
        User { user: id, group: id }
    }

    fn database(&self) -> &str {
        self.database.as_deref().unwrap_or("postgres")
    }

    /// The name by which callers know the database.
    fn callers_service(&self, name: &str) -> String {
        self.names.service.as_deref().unwrap_or(name).to_owned()
    }

    /// The Service of the server itself.
    fn server_service(&self, name: &str) -> String {
        match &self.pooler {
            Some(_) => format!("{name}-server"),
            None => self.callers_service(name),
        }
    }

    /// Gives name and password of the superuser to these variables.
    fn log_in(&self, made: &mut Readymade, [user, password]: [&str; 2]) {
        match &self.user_secret {
            Some(secret) => made.secret_env(user, secret),
            None => made.env(user, self.user.as_deref().unwrap_or("postgres")),
        }
        made.secret_env(password, &self.password);
    }

    fn resources(&self) -> Resources {
        self.resources.clone().unwrap_or_else(|| Resources::of("250m", "512Mi", "1", "1Gi"))
    }

    fn readymade(&self, name: &str) -> Readymade {
        let mut made = Readymade::new(self.image(), self.account(), self.resources(), &self.pod);
        made.known_as(&self.names, &self.labels);
        made.workload.names.service = Some(ObjectName::known(self.server_service(name)));
        made.port("postgres", PORT);
        made.env("POSTGRES_DB", self.database());
        self.log_in(&mut made, ["POSTGRES_USER", "POSTGRES_PASSWORD"]);
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
        let mut exporter = exporter::beside(EXPORTER, 65534, EXPORTER_PORT, "/");
        let user = match &self.user_secret {
            Some(secret) => readymade::secret_env(secret),
            None => readymade::text_env(self.user.as_deref().unwrap_or("postgres")),
        };
        let uri = format!("127.0.0.1:{PORT}/{}?sslmode=disable", self.database());
        exporter.env.insert("DATA_SOURCE_URI", Short(readymade::text_env(&uri)));
        exporter.env.insert("DATA_SOURCE_USER", Short(user));
        exporter.env.insert("DATA_SOURCE_PASS", Short(readymade::secret_env(&self.password)));
        exporter
    }
}

/// An argument in which `$(NAME)` stays as it is.
fn literal(text: &str) -> String {
    text.replace("$(", "$$(")
}

/// The server answers the query of its state by TCP only when it is up: while the first start creates the database,
/// it listens at a socket alone.
fn probes() -> Probes {
    let script = "exec pg_isready -q -h 127.0.0.1 -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\"";
    let ready =
        |period, failures| Probe::command(&["sh", "-c", script], period).timeout(5).failures(failures);
    Probes {
        // Recovery after a crash may take minutes; a restart would only begin it again.
        startup: Some(ready(10, 60)),
        liveness: Some(ready(20, 6)),
        readiness: Some(ready(10, 3)),
    }
}

impl Component for Postgres {
    fn needs(&self, name: &str, at: &At<'_>, needs: &mut Needs) {
        readymade::need_secret(&at.key("userSecret"), self.user_secret.as_ref(), needs);
        readymade::need_secret(&at.key("password"), Some(&self.password), needs);
        if self.operator.is_some()
            && let Some((secret, _)) = self.password.split_once('/')
        {
            let need = Need::Secret { name: secret.to_owned(), key: Some("username".to_owned()) };
            needs.push(&at.key("password"), need);
        }
        if let Some(backup) = &self.backup {
            // An operator's servers do it themselves.
            let from = if self.operator.is_some() { name.to_owned() } else { backup::name(name) };
            backup.needs(from, &at.key("backup"), needs);
        }
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        let mut endpoint = match &self.pooler {
            Some(pooler) => pooler.readymade(self, name).endpoint(&pooler::name(name)),
            None => self.readymade(name).endpoint(name),
        };
        // Behind a pooler the server's pods, which give the metrics, are others than those that callers reach.
        endpoint.metrics = self.readymade(name).endpoint(name).metrics;
        Offer::Endpoint(endpoint)
    }

    fn links(&self, name: &str) -> Vec<Link> {
        let to = |from: String, ports: &[u16]| Link { from, to: name.to_owned(), ports: ports.to_vec() };
        let mut links = Vec::new();
        if self.operator.is_some() {
            links.push(to(name.to_owned(), cloudnative::PEERS));
        }
        if self.pooler.is_some() {
            links.push(to(pooler::name(name), &[PORT]));
        }
        if self.backup.is_some() && self.operator.is_none() {
            links.push(to(backup::name(name), &[PORT]));
        }
        links
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        check::check(self, at, check);
        self.readymade(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        if self.operator.is_some() {
            return cloudnative::objects(self, name, scope);
        }
        let mut objects = self.readymade(name).objects(name, scope);
        objects.extend(self.pooler.iter().flat_map(|pooler| pooler.objects(self, name, scope)));
        objects.extend(self.backup.iter().flat_map(|backup| backup.objects(self, name, scope)));
        objects
    }
}

#[cfg(test)]
mod tests;
