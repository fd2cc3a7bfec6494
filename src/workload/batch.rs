//! Jobs and CronJobs: work that ends.

use crate::value::Schedule;
use k8s_openapi::api::batch::v1 as batch;
use k8s_openapi::api::core::v1 as core;
use schemars::JsonSchema;
use serde::Deserialize;

/// How a Job, or each Job of a CronJob, runs to its end.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct JobRules {
    /// Pods that must succeed. Default: 1.
    pub completions: Option<u32>,
    /// Pods that run at the same time. Default: 1.
    pub parallelism: Option<u32>,
    /// Whether each pod has a number. Default: NonIndexed.
    pub completion_mode: Option<CompletionMode>,
    /// Failures before the Job has failed. Default: 6.
    pub backoff_limit: Option<u32>,
    /// Failures of one number before it has failed; only with `Indexed`. Needs Kubernetes 1.29.
    pub backoff_limit_per_index: Option<u32>,
    /// Seconds after which the Job is ended.
    #[schemars(range(min = 1))]
    pub active_deadline_seconds: Option<u32>,
    /// Seconds that a finished Job is kept. Default: 86400 for a Job; a CronJob has its history limits.
    pub ttl_seconds_after_finished: Option<u32>,
    /// Whether the Job waits to be released. Default: false.
    pub suspend: Option<bool>,
    /// Whether a failed container is started again in its pod. Default: OnFailure.
    pub restart_policy: Option<JobRestart>,
}

/// Whether the pods of a Job have numbers.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum CompletionMode {
    /// They have: 0 to completions - 1.
    Indexed,
    /// They do not.
    NonIndexed,
}

/// What follows the failure of a container of a Job.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum JobRestart {
    /// It starts again in the same pod.
    OnFailure,
    /// A new pod is made.
    Never,
}

/// When a CronJob makes Jobs.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CronRules {
    /// Minute, hour, day of the month, month, day of the week.
    pub schedule: Schedule,
    /// Time zone by its IANA name. Needs Kubernetes 1.27. Default: that of the controller.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// What happens if the last Job still runs. Default: Forbid.
    #[serde(default)]
    pub concurrency_policy: Option<ConcurrencyPolicy>,
    /// Seconds by which a Job may be late. Default: 300.
    #[serde(default)]
    #[schemars(range(min = 10))]
    pub starting_deadline_seconds: Option<u32>,
    /// Successful Jobs to keep. Default: 3.
    #[serde(default)]
    pub successful_jobs_history_limit: Option<u32>,
    /// Failed Jobs to keep. Default: 1.
    #[serde(default)]
    pub failed_jobs_history_limit: Option<u32>,
    /// Whether it makes no Jobs. Default: false.
    #[serde(default)]
    pub suspend: Option<bool>,
}

/// What happens if the last Job still runs.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum ConcurrencyPolicy {
    /// Both run.
    Allow,
    /// The new one is left out.
    Forbid,
    /// The old one is ended.
    Replace,
}

fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl JobRules {
    /// The restart policy of the pods.
    pub fn restart(&self) -> &'static str {
        match self.restart_policy.unwrap_or(JobRestart::OnFailure) {
            JobRestart::OnFailure => "OnFailure",
            JobRestart::Never => "Never",
        }
    }

    /// The Job's spec; `alone` for a Job that no CronJob looks after.
    pub fn spec(&self, template: core::PodTemplateSpec, alone: bool) -> batch::JobSpec {
        batch::JobSpec {
            completions: self.completions.map(count),
            parallelism: self.parallelism.map(count),
            completion_mode: self.completion_mode.map(|mode| format!("{mode:?}")),
            backoff_limit: self.backoff_limit.map(count),
            backoff_limit_per_index: self.backoff_limit_per_index.map(count),
            active_deadline_seconds: self.active_deadline_seconds.map(i64::from),
            ttl_seconds_after_finished: self
                .ttl_seconds_after_finished
                .or(alone.then_some(86_400))
                .map(count),
            suspend: self.suspend,
            template,
            ..batch::JobSpec::default()
        }
    }
}

impl CronRules {
    /// At these times, with the usual rules.
    pub fn at(schedule: &Schedule) -> Self {
        Self {
            schedule: schedule.clone(),
            time_zone: None,
            concurrency_policy: None,
            starting_deadline_seconds: None,
            successful_jobs_history_limit: None,
            failed_jobs_history_limit: None,
            suspend: None,
        }
    }

    /// The CronJob's spec.
    pub fn spec(&self, job: &JobRules, template: core::PodTemplateSpec) -> batch::CronJobSpec {
        batch::CronJobSpec {
            schedule: self.schedule.to_string(),
            time_zone: self.time_zone.clone(),
            concurrency_policy: Some(format!(
                "{:?}",
                self.concurrency_policy.unwrap_or(ConcurrencyPolicy::Forbid)
            )),
            starting_deadline_seconds: Some(i64::from(self.starting_deadline_seconds.unwrap_or(300))),
            successful_jobs_history_limit: self.successful_jobs_history_limit.map(count),
            failed_jobs_history_limit: self.failed_jobs_history_limit.map(count),
            suspend: self.suspend,
            job_template: batch::JobTemplateSpec { metadata: None, spec: Some(job.spec(template, false)) },
        }
    }
}
