//! Backups: dumps of the database at given times, in a claim or an object store.

use super::Postgres;
use crate::component::readymade::{self, OwnConfig, Readymade};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Need, Needs};
use crate::pod::claim::Claim;
use crate::pod::container::{Container, Resources};
use crate::pod::mount::Mount;
use crate::pod::probe::seconds;
use crate::pod::volume::Volume;
use crate::scope::Scope;
use crate::value::{Duration, Image, KeyRef, ObjectName, Quantity, Schedule, Short, Text};
use crate::workload::Kind;
use crate::workload::batch::{CronRules, JobRules};
use schemars::JsonSchema;
use serde::Deserialize;

/// Dumps of a PostgreSQL database, into exactly one of `storage` and `bucket`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Backup {
    /// When: minute, hour, day of the month, month, day of the week.
    pub(super) schedule: Schedule,
    /// How long dumps are kept. Default: 14d; in a `bucket` its own rules say it, unless an operator writes there.
    #[serde(default)]
    pub(super) retention: Option<Duration>,
    /// Size of a claim for the dumps, `NAME-backup`.
    #[serde(default)]
    pub(super) storage: Option<Quantity>,
    /// Storage class of the claim. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// An object store for the dumps.
    #[serde(default)]
    pub(super) bucket: Option<Bucket>,
    /// CPU and memory. Default: 100m and 128Mi requested, 1 and 512Mi at most.
    #[serde(default)]
    resources: Option<Resources>,
}

/// A folder in an object store that speaks S3.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bucket {
    /// Where: `s3://BUCKET/FOLDER`.
    pub(super) url: String,
    /// Address of the store, e.g. `https://minio.example.com`. Default: that of Amazon S3.
    #[serde(default)]
    pub(super) endpoint: Option<String>,
    /// Region of the store. Default: us-east-1.
    #[serde(default)]
    pub(super) region: Option<String>,
    /// The id of the access key: an entry of a secret, `NAME/KEY`.
    pub(super) access_key: KeyRef,
    /// The access key itself: an entry of a secret, `NAME/KEY`.
    pub(super) secret_key: KeyRef,
}

const FOLDER: &str = "/backup";
const SCRIPTS: &str = "/etc/postgres-backup";
const SCRIPT: &str = include_str!("../../../templates/postgres/backup.sh");
const UPLOADER: &str = "amazon/aws-cli:2.27.50";

/// Name of the CronJob, of its configuration and its claim.
pub(super) fn name(component: &str) -> String {
    format!("{component}-backup")
}

impl Backup {
    /// Adds what it refers to; `from` is the label `app` of the pods that bring it away.
    pub(super) fn needs(&self, from: String, at: &At<'_>, needs: &mut Needs) {
        let Some(bucket) = &self.bucket else { return };
        let at = at.key("bucket");
        readymade::need_secret(&at.key("accessKey"), Some(&bucket.access_key), needs);
        readymade::need_secret(&at.key("secretKey"), Some(&bucket.secret_key), needs);
        needs.push(&at.key("url"), Need::Internet { port: "443".to_owned(), from: Some(from) });
    }

    /// Reports a backup that goes nowhere, or to two places.
    pub(super) fn check(&self, at: &At<'_>, check: &mut Check<'_>) {
        match (&self.storage, &self.bucket) {
            (None, None) => {
                check
                    .error("one-of", at, "the backup does not say where the dumps go")
                    .help("add `storage: 20Gi` for a claim, or `bucket: { url: s3://BUCKET/FOLDER, … }`");
            }
            (Some(_), Some(_)) => {
                check
                    .error("one-of", &at.key("storage"), "both `storage` and `bucket` say where the dumps go")
                    .label(&at.key("bucket"), "here too")
                    .help("keep one of them");
            }
            _ => {}
        }
        if let Some(bucket) = self.bucket.as_ref().filter(|bucket| !bucket.url.starts_with("s3://")) {
            check
                .error(
                    "invalid-value",
                    &at.key("bucket").key("url"),
                    format!("`{}` is not a folder of an object store", bucket.url),
                )
                .help("write `s3://BUCKET/FOLDER`; `endpoint` says where the store is");
        }
    }

    fn readymade(&self, postgres: &Postgres, component: &str) -> Readymade {
        let resources =
            self.resources.clone().unwrap_or_else(|| Resources::of("100m", "128Mi", "1", "512Mi"));
        let mut made =
            Readymade::new(postgres.image(), postgres.account(), resources, &postgres.pod.beside());
        made.workload.labels = postgres.labels.clone();
        made.workload.kind = Kind::CronJob;
        made.workload.cron =
            Some(CronRules { starting_deadline_seconds: Some(3600), ..CronRules::at(&self.schedule) });
        made.workload.job = JobRules { backoff_limit: Some(2), ..JobRules::default() };
        let account = postgres.names.service_account.as_deref().unwrap_or(component);
        made.pod.service_account = Some(Text::known(account));
        made.env("PGHOST", &postgres.server_service(component));
        made.env("PGDATABASE", postgres.database());
        postgres.log_in(&mut made, ["PGUSER", "PGPASSWORD"]);
        made.container.command = Some(vec!["sh".to_owned(), format!("{SCRIPTS}/backup.sh")]);
        made.config("scripts", SCRIPTS, &scripts(component));
        match &self.bucket {
            None => {
                let kept = self.retention.as_ref().map_or(14 * 1440, |kept| seconds(kept) / 60);
                made.env("KEEP_MINUTES", &kept.to_string());
                made.volume(
                    "backup",
                    FOLDER,
                    Volume { claim: Some(Text::known(name(component))), ..Volume::default() },
                );
            }
            Some(bucket) => bucket.upload(&mut made),
        }
        made
    }

    /// The CronJob, its script and its claim.
    pub(super) fn objects(&self, postgres: &Postgres, component: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(component, &postgres.labels);
        let mut objects = vec![scripts(component).object(component, "configmap-backup", labels.clone())];
        objects.extend(self.storage.as_ref().map(|storage| {
            let spec = Claim::of(storage.clone(), self.storage_class.clone());
            readymade::claim(component, &name(component), &spec, labels).in_file("pvc-backup")
        }));
        objects.extend(self.readymade(postgres, component).objects_of(component, &name(component), scope));
        objects
    }
}

impl Bucket {
    /// The dump goes to a folder first; then the main container uploads it.
    fn upload(&self, made: &mut Readymade) {
        made.scratch("backup", FOLDER, crate::pod::volume::EmptyDir::default());
        let mut dump = std::mem::take(&mut made.container);
        let mut upload = Container {
            image: Some(Image::known(UPLOADER)),
            resources: dump.resources.clone(),
            security_context: dump.security_context.clone(),
            args: Some(["s3", "cp", "--recursive", FOLDER, &self.url].map(ToOwned::to_owned).into()),
            ..Container::default()
        };
        upload.mounts.insert(FOLDER, Short(Mount { read_only: true, ..Mount::of("backup") }));
        let mut set = |name: &str, value| upload.env.insert(name, Short(value));
        set("HOME", readymade::text_env("/tmp"));
        set("AWS_REGION", readymade::text_env(self.region.as_deref().unwrap_or("us-east-1")));
        if let Some(endpoint) = &self.endpoint {
            set("AWS_ENDPOINT_URL", readymade::text_env(endpoint));
        }
        set("AWS_ACCESS_KEY_ID", readymade::secret_env(&self.access_key));
        set("AWS_SECRET_ACCESS_KEY", readymade::secret_env(&self.secret_key));
        dump.probes = crate::pod::probe::Probes::default();
        made.pod.init_containers.insert("dump", dump);
        made.container = upload;
    }
}

fn scripts(component: &str) -> OwnConfig {
    OwnConfig { name: name(component), data: [("backup.sh".to_owned(), SCRIPT.to_owned())].into() }
}
