//! Workloads: from what a component says about its pods to the objects that run them.
//!
//! Every component that runs something, be it a service or a database, is a [`Blueprint`].

use crate::diagnostic::At;
use crate::k8s::{Object, meta};
use crate::needs::{Need, Needs};
use crate::pod::claim::Claim;
use crate::pod::container::Container;
use crate::pod::{Pod, PodFacts};
use crate::scope::{LabelMap, Scope};
use crate::value::format::Name;
use crate::value::{Keyed, Labels, Short, Use};
use access::Access;
use autoscaling::Autoscaling;
use batch::{CronRules, JobRules};
use disruption::DisruptionBudget;
use exposure::{Names, Route, ServiceRules};
use k8s_openapi::api::{apps::v1 as apps, batch::v1 as batch_api, core::v1 as core};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use metrics::Metrics;
use schemars::JsonSchema;
use serde::Deserialize;
pub use stateful::{ClaimRetention, PodManagement, Retention};
pub use strategy::{Strategy, StrategyType};

pub mod access;
pub mod autoscaling;
pub mod batch;
pub mod check;
pub mod color;
pub mod disruption;
mod endpoint;
pub mod exposure;
pub mod mesh;
pub mod metrics;
pub mod patch;
pub mod stateful;
pub mod strategy;
pub mod tuning;
pub mod vpa;

/// How pods are run, scaled, updated and reached.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
// Stands beside other parts in one map: the schema is closed, the struct is not.
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields)]
pub struct Workload {
    /// The kind of workload. Default: Deployment.
    pub kind: Kind,
    /// Number of pods while there is no autoscaling. Default: 1.
    pub replicas: Option<u32>,
    /// Scales the number of pods; `replicas` is left out then.
    pub autoscaling: Option<Autoscaling>,
    /// Whether there must never be two pods, e.g. of a scheduler: an old pod goes before the new one comes. Autoscaling,
    /// several replicas and rolling updates are refused then. Default: false.
    pub singleton: bool,
    /// What its containers should request; the short form is the mode. Needs the vertical pod autoscaler. Default: none.
    pub vpa: Option<Short<vpa::Vpa>>,
    /// How many pods may be missing at a time. Default: one, if there are at least two.
    pub disruption_budget: Option<DisruptionBudget>,
    /// How pods are replaced by new ones.
    pub strategy: Strategy,
    /// Seconds that a new pod must be ready before it counts. Default: 0.
    pub min_ready_seconds: Option<u16>,
    /// Old revisions to keep for an undo. Default: 10.
    pub revision_history_limit: Option<u16>,
    /// Seconds without progress after which a rollout has failed. Default: 600. Deployment only.
    #[schemars(range(min = 1))]
    pub progress_deadline_seconds: Option<u16>,
    /// Claims of each pod by name; `mounts` use them like volumes. StatefulSet only.
    pub claim_templates: Keyed<Name, Claim>,
    /// Whether pods start one after another. Default: OrderedReady. StatefulSet only.
    pub pod_management: Option<PodManagement>,
    /// What becomes of the claims. Default: they are kept. StatefulSet only; needs Kubernetes 1.27.
    pub claim_retention: Option<ClaimRetention>,
    /// How a Job runs to its end. Job and CronJob only. Kubernetes lets nobody change a Job: before one is applied with
    /// another image, `kubectl delete job NAME`, as the kit's deploy.sh does.
    pub job: JobRules,
    /// When a CronJob makes Jobs. CronJob only.
    pub cron: Option<CronRules>,
    /// The Service.
    pub service: ServiceRules,
    /// Routes from ingresses, by the ingress's name; the short form is the path.
    pub routes: Keyed<Name, Short<Route>>,
    /// Components that this one calls: `NAME`, `NAME:PORT`, or `internet:PORT`.
    pub uses: Vec<Use>,
    /// Components that this one calls without depending on them, e.g. to push events: `NAME` or `NAME:PORT`. Opens the
    /// network as `uses` does, and may go round in a circle; its own name lets its pods call each other.
    pub notifies: Vec<Use>,
    /// Where the metrics are, and who is told.
    pub metrics: Option<Metrics>,
    /// Rights at the API server.
    pub access: Access,
    /// Names of objects that must be kept.
    pub names: Names,
    /// Labels of all objects and pods of the component.
    pub labels: Labels,
    /// Changes to finished objects, by file name (`deployment`, `service`, `hpa` …), `pod` or `container`;
    /// checked against the Kubernetes API.
    pub patch: patch::Patches,
}

impl Workload {
    /// Whether old pods go before the first new one comes.
    pub fn recreated(&self) -> bool {
        self.strategy.r#type == Some(StrategyType::Recreate)
            || (self.singleton && self.kind == Kind::Deployment)
    }
}

/// The kind of a workload.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
pub enum Kind {
    /// Pods without identity.
    #[default]
    Deployment,
    /// Pods with a name and claims of their own.
    StatefulSet,
    /// One pod on every node.
    DaemonSet,
    /// Work that is done once.
    Job,
    /// Work that is done at given times.
    CronJob,
}

impl Kind {
    /// Kubernetes' name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
        }
    }

    /// Whether its pods run until somebody ends them.
    pub const fn stays(self) -> bool {
        !matches!(self, Self::Job | Self::CronJob)
    }

    /// Whether its pods run until somebody ends them, in a number that can be chosen.
    pub const fn scales(self) -> bool {
        matches!(self, Self::Deployment | Self::StatefulSet)
    }
}

/// A workload with its name, its main container and its pod.
#[derive(Clone, Copy, Debug)]
pub struct Blueprint<'a> {
    /// The component that it belongs to: the folder of its objects.
    pub component: &'a str,
    /// Its own name, which is the component's unless the component runs several workloads.
    pub name: &'a str,
    /// The main container.
    pub container: &'a Container,
    /// What surrounds it.
    pub pod: &'a Pod,
    /// How it is run and reached.
    pub workload: &'a Workload,
    /// Whether nobody chooses the number of its pods.
    pub counted: bool,
}

impl Blueprint<'_> {
    /// Fewest and most pods.
    pub fn range(&self) -> (u32, u32) {
        let replicas = self.workload.replicas.unwrap_or(1);
        self.workload.autoscaling.as_ref().map_or((replicas, replicas), |scaling| (scaling.min, scaling.max))
    }

    /// Whether the Service has no address of its own.
    pub fn headless(&self) -> bool {
        self.workload
            .service
            .headless
            .unwrap_or(self.workload.kind == Kind::StatefulSet && self.workload.service.r#type.is_none())
    }

    /// All objects, in the order in which they are applied.
    pub fn objects(&self, scope: &Scope) -> Vec<Object> {
        let mut objects = access::own(self, scope);
        objects.push(Object { fixed: self.fixed(), ..self.controller(scope) });
        objects.extend(exposure::service(self, scope));
        if self.workload.kind.scales() {
            objects.extend(self.workload.autoscaling.as_ref().map(|scaling| scaling.object(self, scope)));
            let default = DisruptionBudget::default();
            let budget =
                self.workload.disruption_budget.as_ref().or_else(|| (self.range().0 > 1).then_some(&default));
            objects.extend(budget.map(|budget| budget.object(self, scope)));
        }
        objects.extend(self.workload.vpa.as_ref().map(|vpa| vpa.object(self, scope)));
        objects.extend(self.workload.metrics.as_ref().and_then(|metrics| metrics.object(self, scope)));
        self.workload.patch.apply(&mut objects);
        color::part(self, &mut objects);
        if self.component != self.name {
            self.take_in(&mut objects);
        }
        objects
    }

    /// Puts the objects of one of several workloads into the component's folder, in files of their own.
    fn take_in(&self, objects: &mut [Object]) {
        let own =
            self.name.strip_prefix(self.component).map_or(self.name, |rest| rest.trim_start_matches('-'));
        for object in objects.iter_mut().filter(|object| object.component == self.name) {
            self.component.clone_into(&mut object.component);
            object.file = format!("{}-{own}", object.file);
        }
    }

    /// Adds what the workload refers to: dependencies and routes; containers and volumes add theirs.
    pub fn needs(&self, at: &At<'_>, needs: &mut Needs) {
        for (n, used) in self.workload.uses.iter().enumerate() {
            let (name, port) =
                used.split_once(':').map_or((&**used, None), |(name, port)| (name, Some(port.to_owned())));
            let need = match port {
                Some(port) if name == INTERNET => Need::Internet { port, from: None },
                _ if name == INTERNET || used.contains("://") => continue,
                port => Need::Component { name: name.to_owned(), port },
            };
            needs.push(&at.key("uses").index(n), need);
        }
        for (n, used) in self.workload.notifies.iter().enumerate() {
            let (name, port) =
                used.split_once(':').map_or((&**used, None), |(name, port)| (name, Some(port.to_owned())));
            let need = Need::Callback { name: name.to_owned(), port };
            needs.push(&at.key("notifies").index(n), need);
        }
        for name in self.workload.routes.keys() {
            needs.push(&at.key("routes").key(name), Need::Ingress { name: name.to_owned() });
        }
    }

    fn fixed(&self) -> &'static [&'static str] {
        if self.counted || self.workload.singleton { &["spec.replicas"] } else { &[] }
    }

    fn template(&self, scope: &Scope) -> core::PodTemplateSpec {
        let workload = self.workload;
        let header = &scope.header;
        let mut labels = scope.pod_labels(self.name, &workload.labels);
        labels.extend(self.pod.pod_labels.iter().map(|(key, value)| (key.to_owned(), value.to_string())));
        let mut annotations = LabelMap::new();
        for config in self.pod.configs(self.name, self.container) {
            if let Some(digest) = scope.digest(config) {
                annotations.insert(format!("checksum/{config}"), digest);
            }
        }
        annotations.extend(
            workload.metrics.as_ref().map(|metrics| metrics.annotations(self, scope)).unwrap_or_default(),
        );
        annotations
            .extend(self.pod.pod_annotations.iter().map(|(key, value)| (key.to_owned(), value.0.clone())));
        let batch = matches!(workload.kind, Kind::Job | Kind::CronJob);
        if let Some(mesh) = &header.mesh {
            mesh::mark(mesh, batch, &mut labels, &mut annotations);
        }
        let account = self
            .pod
            .service_account
            .as_ref()
            .map_or_else(|| workload.names.service_account(self.name), ToString::to_string);
        let facts = PodFacts {
            name: self.name,
            main: self.container,
            selector: &scope.selector(self.name),
            account,
            token: self.pod.automount_service_account_token.unwrap_or(!workload.access.is_empty()),
            several: workload.kind.scales() && !workload.recreated(),
            is_secret: &|name| scope.is_secret(name),
            restart: batch.then(|| workload.job.restart()),
            priority: self
                .pod
                .priority
                .as_ref()
                .map(|priority| header.policy.class(&header.platform, priority)),
        };
        core::PodTemplateSpec {
            metadata: Some(ObjectMeta {
                labels: Some(labels),
                annotations: (!annotations.is_empty()).then_some(annotations),
                ..ObjectMeta::default()
            }),
            spec: Some(self.pod.spec(&facts)),
        }
    }

    fn controller(&self, scope: &Scope) -> Object {
        let workload = self.workload;
        let mut metadata = meta(self.name, scope.labels(self.name, &workload.labels));
        let version = self.container.image.as_deref().and_then(tag);
        if let (Some(labels), Some(version)) = (&mut metadata.labels, version) {
            labels.insert("app.kubernetes.io/version".to_owned(), version);
        }
        let template = self.template(scope);
        let selector = crate::pod::scheduling::select(&scope.selector(self.name));
        let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let replicas = workload.autoscaling.is_none().then(|| count(workload.replicas.unwrap_or(1)));
        let ready = workload.min_ready_seconds.map(i32::from);
        let history = workload.revision_history_limit.map(i32::from);
        match workload.kind {
            Kind::Deployment => Object::new(
                self.name,
                &apps::Deployment {
                    metadata,
                    spec: apps::DeploymentSpec {
                        replicas,
                        selector,
                        template,
                        strategy: Some(if workload.recreated() {
                            Strategy::recreate().deployment()
                        } else {
                            workload.strategy.deployment()
                        }),
                        min_ready_seconds: ready,
                        revision_history_limit: history,
                        progress_deadline_seconds: workload.progress_deadline_seconds.map(i32::from),
                        paused: None,
                    },
                    status: None,
                },
            ),
            Kind::StatefulSet => Object::new(
                self.name,
                &apps::StatefulSet {
                    metadata,
                    spec: apps::StatefulSetSpec {
                        replicas,
                        selector,
                        template,
                        service_name: Some(workload.names.service(self.name)),
                        update_strategy: workload.strategy.stateful_set(),
                        min_ready_seconds: ready,
                        revision_history_limit: history,
                        pod_management_policy: workload.pod_management.map(|policy| format!("{policy:?}")),
                        persistent_volume_claim_retention_policy: workload
                            .claim_retention
                            .as_ref()
                            .map(ClaimRetention::policy),
                        volume_claim_templates: (!workload.claim_templates.is_empty()).then(|| {
                            workload
                                .claim_templates
                                .iter()
                                .map(|(name, claim)| stateful::claim_template(name, claim))
                                .collect()
                        }),
                        ..apps::StatefulSetSpec::default()
                    },
                    status: None,
                },
            ),
            Kind::DaemonSet => Object::new(
                self.name,
                &apps::DaemonSet {
                    metadata,
                    spec: apps::DaemonSetSpec {
                        selector,
                        template,
                        update_strategy: workload.strategy.daemon_set(),
                        min_ready_seconds: ready,
                        revision_history_limit: history,
                    },
                    status: None,
                },
            ),
            Kind::Job => Object::new(
                self.name,
                &batch_api::Job { metadata, spec: Some(workload.job.spec(template, true)), status: None },
            ),
            Kind::CronJob => Object::new(
                self.name,
                &batch_api::CronJob {
                    metadata,
                    spec: workload
                        .cron
                        .as_ref()
                        .map(|cron| cron.spec(&workload.job, template))
                        .unwrap_or_default(),
                    status: None,
                },
            ),
        }
    }
}

/// The name in `uses` that stands for addresses outside the cluster.
pub const INTERNET: &str = "internet";

/// The tag of an image as the value of a label.
fn tag(image: &str) -> Option<String> {
    let name = image.split('@').next().unwrap_or_default();
    let tag = name.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag)?;
    let label: String = tag.chars().take(63).collect();
    Some(label.trim_end_matches(['.', '_', '-']).to_owned())
}
