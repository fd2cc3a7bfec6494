//! How long indices are kept: a `CronJob` that deletes the old ones.

use super::{Elasticsearch, PORT};
use crate::component::readymade::{OwnConfig, Readymade, User};
use crate::k8s::Object;
use crate::pod::container::Resources;
use crate::pod::probe::seconds;
use crate::scope::Scope;
use crate::value::{Duration, FromShort, Image, Schedule, Text};
use crate::workload::Kind;
use crate::workload::batch::CronRules;
use schemars::JsonSchema;
use serde::Deserialize;

/// Which indices are deleted, and when.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Retention {
    /// How long after it was made an index is deleted.
    pub(super) after: Duration,
    /// Patterns of the names of the indices, e.g. `logs-*`. Default: all that are not hidden.
    #[serde(default)]
    indices: Vec<String>,
    /// When old indices are looked for. Default: `17 3 * * *`, every night.
    #[serde(default)]
    schedule: Option<Schedule>,
}

impl FromShort for Retention {
    type Scalar = Duration;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { after: Duration::known(text), indices: Vec::new(), schedule: None })
    }
}

const SCRIPT: &str = include_str!("../../../templates/elasticsearch/retention.sh");
const IMAGE: &str = "curlimages/curl:8.16.0";
const FOLDER: &str = "/etc/retention";

/// Label `app` of the pods.
pub(super) fn name(component: &str) -> String {
    format!("{component}-retention")
}

/// The script and what runs it.
pub(super) fn objects(
    retention: &Retention,
    search: &Elasticsearch,
    component: &str,
    scope: &Scope,
) -> Vec<Object> {
    let name = name(component);
    let script =
        OwnConfig { name: name.clone(), data: [("retention.sh".to_owned(), SCRIPT.to_owned())].into() };
    let resources = Resources::of("10m", "16Mi", "100m", "64Mi");
    let user = User { user: 100, group: 101 };
    let mut made = Readymade::new(Image::known(IMAGE), user, resources, &search.pod.beside());
    made.workload.labels = search.labels.clone();
    made.workload.kind = Kind::CronJob;
    made.workload.cron = Some(CronRules {
        schedule: retention.schedule.clone().unwrap_or_else(|| Schedule::known("17 3 * * *")),
        time_zone: None,
        concurrency_policy: None,
        starting_deadline_seconds: None,
        successful_jobs_history_limit: Some(1),
        failed_jobs_history_limit: None,
        suspend: None,
    });
    made.workload.job.backoff_limit = Some(3);
    let account = search.names.service_account.as_deref().unwrap_or(component);
    made.pod.service_account = Some(Text::known(account));
    made.container.command = Some(vec!["sh".to_owned(), format!("{FOLDER}/retention.sh")]);
    made.env("ELASTICSEARCH_URL", &format!("http://{}:{PORT}", search.service(component)));
    let indices = if retention.indices.is_empty() { "*".to_owned() } else { retention.indices.join(",") };
    made.env("INDICES", &indices);
    made.env("KEEP_SECONDS", &seconds(&retention.after).to_string());
    if let Some(password) = &search.password {
        made.secret_env("ELASTIC_PASSWORD", password);
    }
    made.config("script", FOLDER, &script);
    let labels = scope.labels(component, &search.labels);
    let mut objects = vec![script.object(component, "configmap-retention", labels)];
    objects.extend(made.objects_of(component, &name, scope));
    objects
}
