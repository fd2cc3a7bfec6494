//! PgBouncer: many connections of callers share few of the server.

use super::{PORT, Postgres};
use crate::component::readymade::{self, OwnConfig, Readymade, User};
use crate::k8s::Object;
use crate::pod::container::Resources;
use crate::pod::probe::{Probe, Probes};
use crate::scope::Scope;
use crate::value::format::EnvName;
use crate::value::{Image, Keyed, Scalar};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt::Write as _;

/// PgBouncer in front of a PostgreSQL server.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Pooler {
    /// The whole image. Default: `edoburu/pgbouncer:v1.24.1-p1`, or the operator's choice.
    pub(super) image: Option<Image>,
    /// Number of pods. Default: 2.
    #[schemars(range(min = 1))]
    pub(super) replicas: Option<u32>,
    /// How long a caller keeps a connection of the server. Default: transaction.
    pub(super) mode: PoolMode,
    /// Connections of callers, of each pod. Default: 1000.
    #[schemars(range(min = 1))]
    pub(super) max_client_connections: Option<u32>,
    /// Connections to the server for each user and database, of each pod; all of them must stay below the server's
    /// `max_connections`. Default: 20.
    #[schemars(range(min = 1))]
    pub(super) pool_size: Option<u32>,
    /// Settings of PgBouncer by name, e.g. `query_wait_timeout: 30`. Default: its own.
    pub(super) parameters: Keyed<EnvName, Scalar>,
    /// CPU and memory. Default: 50m and 64Mi requested, 500m and 128Mi at most.
    pub(super) resources: Option<Resources>,
}

/// How long a caller keeps a connection of the server.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum PoolMode {
    /// As long as its own.
    Session,
    /// For a transaction; what belongs to a session, such as `LISTEN` and `SET`, does not work.
    #[default]
    Transaction,
    /// For a statement; transactions do not work.
    Statement,
}

impl PoolMode {
    /// PgBouncer's word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Transaction => "transaction",
            Self::Statement => "statement",
        }
    }
}

const IMAGE: &str = "edoburu/pgbouncer:v1.24.1-p1";
const CONFIG: &str = "/etc/pgbouncer-config";
const START: &str = include_str!("../../../templates/postgres/pooler.sh");

/// Name of the Deployment.
pub(super) fn name(component: &str) -> String {
    format!("{component}-pooler")
}

impl Pooler {
    /// What the author says and PgBouncer's defaults do not.
    pub(super) fn settings(&self) -> Vec<(String, String)> {
        let mut settings = vec![
            ("max_client_conn".to_owned(), self.max_client_connections.unwrap_or(1000).to_string()),
            ("default_pool_size".to_owned(), self.pool_size.unwrap_or(20).to_string()),
        ];
        settings.extend(self.parameters.iter().map(|(name, value)| (name.to_owned(), value.0.clone())));
        settings
    }

    fn config(&self, postgres: &Postgres, component: &str) -> OwnConfig {
        let server = postgres.server_service(component);
        let mode = self.mode.word();
        let mut ini = format!(
            "[databases]\n* = host={server} port={PORT}\n\n[pgbouncer]\nlisten_addr = 0.0.0.0\nlisten_port = {PORT}\n\
             unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = /tmp/userlist.txt\n\
             auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = $1\npool_mode = {mode}\n\
             ignore_startup_parameters = extra_float_digits\n"
        );
        for (name, value) in self.settings() {
            let _ = writeln!(ini, "{name} = {value}");
        }
        let data = [("pgbouncer.ini".to_owned(), ini), ("start.sh".to_owned(), START.to_owned())].into();
        OwnConfig { name: name(component), data }
    }

    /// The pods, known by the name that callers use.
    pub(super) fn readymade(&self, postgres: &Postgres, component: &str) -> Readymade {
        let resources =
            self.resources.clone().unwrap_or_else(|| Resources::of("50m", "64Mi", "500m", "128Mi"));
        let image = readymade::image(self.image.as_ref(), IMAGE);
        let mut made = Readymade::new(image, User { user: 70, group: 70 }, resources, &postgres.pod.beside());
        made.workload.labels = postgres.labels.clone();
        made.workload.names.service =
            Some(crate::value::ObjectName::known(postgres.callers_service(component)));
        made.members(self.replicas.unwrap_or(2), postgres.anti_affinity);
        made.port("postgres", PORT);
        made.container.command = Some(vec!["sh".to_owned(), format!("{CONFIG}/start.sh")]);
        postgres.log_in(&mut made, ["POSTGRES_USER", "POSTGRES_PASSWORD"]);
        made.container.probes = probes();
        made.config("config", CONFIG, &self.config(postgres, component));
        // At the end it waits for its callers to go.
        made.pod.termination_grace_period_seconds = Some(60);
        made
    }

    /// The pods and their configuration.
    pub(super) fn objects(&self, postgres: &Postgres, component: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(component, &postgres.labels);
        let mut objects =
            vec![self.config(postgres, component).object(component, "configmap-pooler", labels)];
        objects.extend(self.readymade(postgres, component).objects_of(component, &name(component), scope));
        objects
    }
}

/// Whether it takes callers; whether the server does is the server's matter.
fn probes() -> Probes {
    let open = |period| Probe::tcp("postgres", period).timeout(3);
    Probes { startup: None, liveness: Some(open(20)), readiness: Some(open(5)) }
}
