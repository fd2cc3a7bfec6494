//! Ready-made components: databases and monitoring, put together from the vocabulary of services.

use super::Files;
use crate::diagnostic::{At, Check};
use crate::k8s::{Object, meta};
use crate::needs::{Endpoint, Need, Needs};
use crate::pod::Pod;
use crate::pod::claim::Claim;
use crate::pod::container::{Container, Port, Resources};
use crate::pod::env::EnvValue;
use crate::pod::mount::Mount;
use crate::pod::scheduling::{HOSTNAME, Spread, Strength};
use crate::pod::security::{FsGroupChangePolicy, PodSecurityContext};
use crate::pod::volume::{EmptyDir, Volume};
use crate::scope::{LabelMap, Scope, digest};
use crate::tree::Tree;
use crate::value::format::{Name, scaled};
use crate::value::{
    FromShort, Image, KeyRef, Keyed, LabelValue, Labels, ObjectName, Quantity, Scalar, Short, Text,
};
use crate::workload::exposure::{self, Names, Route, ServiceRules};
use crate::workload::mesh;
use crate::workload::tuning::Tuning;
use crate::workload::{Blueprint, Kind, PodManagement, Strategy, Workload};
use k8s_openapi::api::core::v1 as core;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

pub mod custom;
pub mod exporter;
pub mod once;
pub mod properties;
pub mod text;

/// Names of a ready-made component's objects that must be kept, because somebody knows them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KeptNames {
    /// The Service. Default: the component's name.
    pub service: Option<ObjectName>,
    /// The `ServiceAccount`. Default: the component's name.
    pub service_account: Option<ObjectName>,
}

/// A file of the platform's folder; the short form is its path.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TextFile {
    /// Path from the platform's folder.
    pub file: String,
}

impl FromShort for TextFile {
    type Scalar = Scalar;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { file: text.to_owned() })
    }
}

impl TextFile {
    /// Its text.
    pub fn text<'a>(&self, files: &'a Files) -> &'a str {
        files.get(&self.file).map_or("", String::as_str)
    }
}

/// A component as the author of a service would have written it.
#[derive(Debug, Default)]
pub struct Readymade {
    /// The server.
    pub container: Container,
    /// What surrounds it.
    pub pod: Pod,
    /// How it is run and reached.
    pub workload: Workload,
    /// Whether the author of the platform has no say in the number of pods.
    pub counted: bool,
}

/// The user that a server runs as.
#[derive(Clone, Copy, Debug)]
pub struct User {
    /// The user.
    pub user: u32,
    /// The group, which owns the volumes too.
    pub group: u32,
}

impl Readymade {
    /// One pod of this image that runs as this user on a read-only root file system.
    pub fn new(image: Image, user: User, resources: Resources, tuning: &Tuning) -> Self {
        let mut new = Self { pod: tuning.pod(), counted: true, ..Self::default() };
        new.container.image = Some(image);
        new.container.resources = Some(resources);
        new.container.security_context.read_only_root_filesystem = Some(true);
        new.pod.pod_security_context = PodSecurityContext {
            run_as_user: Some(user.user),
            run_as_group: Some(user.group),
            fs_group: Some(user.group),
            // Walking through every file of a big volume delays each start by minutes.
            fs_group_change_policy: Some(FsGroupChangePolicy::OnRootMismatch),
            ..PodSecurityContext::default()
        };
        new.workload.patch = tuning.patch.clone();
        // There is one pod: rules about several of them would say nothing.
        new.pod.anti_affinity = Some(Strength::Off);
        new.pod.spread.insert(HOSTNAME, Short(Spread { strength: Strength::Off, ..Spread::soft() }));
        new
    }

    /// Makes it an ensemble: a `StatefulSet` whose pods find each other by name before they are ready, and start at once,
    /// because none of them is ready without the others.
    pub fn ensemble(&mut self, count: u32, apart: Option<Strength>) {
        self.members(count, apart);
        self.workload.kind = Kind::StatefulSet;
        self.workload.strategy = Strategy::default();
        self.workload.pod_management = Some(PodManagement::Parallel);
        self.workload.service.publish_not_ready_addresses = true;
    }

    /// Takes labels and kept names over.
    pub fn known_as(&mut self, names: &KeptNames, labels: &Labels) {
        self.workload.names = Names {
            service: names.service.clone(),
            service_account: names.service_account.clone(),
            ..Names::default()
        };
        self.workload.labels = labels.clone();
    }

    /// Adds a port of the container and of the Service.
    pub fn port(&mut self, name: &str, number: u16) {
        self.container.ports.insert(name, Short(Port { container: number, ..Port::default() }));
    }

    /// Adds a port that only scrapers use, at the pod.
    pub fn pod_port(&mut self, name: &str, number: u16) {
        let port = Port { container: number, exposed: Some(false), ..Port::default() };
        self.container.ports.insert(name, Short(port));
    }

    /// Sets an environment variable to a text.
    pub fn env(&mut self, name: &str, value: &str) {
        self.container.env.insert(name, Short(text_env(value)));
    }

    /// Sets an environment variable to an entry of a secret.
    pub fn secret_env(&mut self, name: &str, reference: &KeyRef) {
        self.container.env.insert(name, Short(secret_env(reference)));
    }

    /// Adds a volume and mounts it.
    pub fn volume(&mut self, name: &str, path: &str, volume: Volume) {
        self.pod.volumes.insert(name, volume);
        self.container.mounts.insert(path, Short(Mount::of(name)));
    }

    /// Adds an empty folder, in memory if it says so.
    pub fn scratch(&mut self, name: &str, path: &str, dir: EmptyDir) {
        self.volume(name, path, Volume { empty_dir: Some(dir), ..Volume::default() });
    }

    /// Mounts a `ConfigMap` of the component's own read-only, and rolls the pod when it changes.
    pub fn config(&mut self, volume: &str, path: &str, config: &OwnConfig) {
        self.pod.volumes.insert(volume, Volume::of_config(&config.name));
        self.container.mounts.insert(path, Short(Mount { read_only: true, ..Mount::of(volume) }));
        let key = format!("checksum/{}", config.name);
        self.pod.pod_annotations.insert(key, Scalar(digest(&config.data)));
    }

    /// Makes it a `StatefulSet` with a claim of its own.
    pub fn stateful(&mut self, claim: &str, path: &str, spec: Claim) {
        self.workload.kind = Kind::StatefulSet;
        self.workload.claim_templates.insert(claim, spec);
        self.container.mounts.insert(path, Short(Mount::of(claim)));
    }

    /// Makes it several pods that keep apart: on different nodes if possible, unless the strength says otherwise.
    pub fn members(&mut self, count: u32, apart: Option<Strength>) {
        self.workload.replicas = Some(count);
        self.counted = false;
        self.pod.anti_affinity = apart;
        self.pod.spread = Keyed::default();
    }

    /// Makes it a `Deployment` of which the old pod goes before the new one comes.
    pub fn recreated(&mut self) {
        self.workload.kind = Kind::Deployment;
        self.workload.strategy = Strategy::recreate();
    }

    /// Keeps the pods out of a mesh: the operator that makes them stands outside of it.
    pub fn outside(&mut self, scope: &Scope) {
        if scope.header.mesh.is_some() {
            let (key, value) = mesh::INJECT;
            self.pod.pod_labels.insert(key, LabelValue::known(value));
        }
    }

    /// The blueprint under this name.
    pub fn blueprint<'a>(&'a self, name: &'a str) -> Blueprint<'a> {
        Blueprint {
            component: name,
            name,
            container: &self.container,
            pod: &self.pod,
            workload: &self.workload,
            counted: self.counted,
        }
    }

    /// What others can call.
    pub fn endpoint(&self, name: &str) -> Endpoint {
        self.blueprint(name).endpoint()
    }

    /// Reports what is wrong with what the author says about the pods, in the field `pod`.
    pub fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        crate::workload::check::check(&self.blueprint(name), &at.key("pod"), scope, check);
    }

    /// Its objects.
    pub fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        self.blueprint(name).objects(scope)
    }

    /// Its objects as one of several workloads of a component, e.g. `postgres-pooler` of `postgres`.
    pub fn objects_of(&self, component: &str, name: &str, scope: &Scope) -> Vec<Object> {
        Blueprint { component, ..self.blueprint(name) }.objects(scope)
    }

    /// Reports fields that an operator decides in the author's place.
    pub fn refuse_beside_operator<'a>(
        fields: impl Iterator<Item = &'a str>,
        at: &At<'_>,
        check: &mut Check<'_>,
    ) {
        for field in fields {
            check
                .error(
                    "operator-field",
                    &at.key(field),
                    format!("`{field}` does not reach what the operator runs"),
                )
                .help(format!("remove `{field}`, or `operator`"));
        }
    }

    /// A second Service of the same pods: one address, for those who do not care which of them answers.
    pub fn address(
        &self,
        component: &str,
        service: &ObjectName,
        ports: &[&str],
        scope: &Scope,
    ) -> Option<Object> {
        let mut other = Self { workload: self.workload.clone(), ..Self::default() };
        for (name, port) in self.container.ports.iter().filter(|(name, _)| ports.contains(name)) {
            other.container.ports.insert(name, port.clone());
        }
        other.workload.names.service = Some(service.clone());
        other.workload.service = ServiceRules { headless: Some(false), ..ServiceRules::default() };
        exposure::service(&other.blueprint(component), scope)
            .map(|object| object.in_file(format!("service-{service}")))
    }
}

/// A `ConfigMap` that a component writes for itself.
#[derive(Clone, Debug)]
pub struct OwnConfig {
    /// Its name.
    pub name: String,
    /// Its entries: file names and texts.
    pub data: BTreeMap<String, String>,
}

impl OwnConfig {
    /// The object; the file says which of several it is.
    pub fn object(&self, component: &str, file: &str, labels: LabelMap) -> Object {
        config_map(component, &self.name, self.data.iter(), labels).in_file(file)
    }
}

/// A `ConfigMap` whose entries keep their order.
pub fn config_map<'a>(
    component: &str,
    name: &str,
    data: impl Iterator<Item = (&'a String, &'a String)>,
    labels: LabelMap,
) -> Object {
    let map = core::ConfigMap { metadata: meta(name, labels), ..core::ConfigMap::default() };
    let mut object = Object::new(component, &map);
    let data = data.map(|(key, text)| (key.clone().into(), Tree::Str(text.clone()))).collect();
    if let Some(tree) = object.tree.as_map_mut() {
        tree.push("data", Tree::Map(data));
    }
    object
}

/// A persistent claim in the platform's namespace.
pub fn claim(component: &str, name: &str, spec: &Claim, labels: LabelMap) -> Object {
    let mut metadata = meta(name, labels);
    if let Some(labels) = &mut metadata.labels {
        labels.extend(spec.labels.iter().map(|(key, value)| (key.to_owned(), value.to_string())));
    }
    if !spec.annotations.is_empty() {
        metadata.annotations =
            Some(spec.annotations.iter().map(|(key, value)| (key.to_owned(), value.0.clone())).collect());
    }
    Object::new(component, &core::PersistentVolumeClaim { metadata, spec: Some(spec.spec()), status: None })
}

/// Storage of a `Deployment`: a claim of that name, or a folder that goes with the pod.
pub fn storage(claim: &str, storage: Option<&Quantity>) -> Volume {
    match storage {
        Some(_) => Volume { claim: Some(Text::known(claim)), ..Volume::default() },
        None => Volume::scratch(),
    }
}

/// The image: as given, or the repository with the version as its tag.
pub fn image(given: Option<&Image>, default: &str) -> Image {
    given.cloned().unwrap_or_else(|| Image::known(default))
}

/// An environment variable with a text.
pub fn text_env(value: &str) -> EnvValue {
    EnvValue { value: Some(Scalar(value.to_owned())), ..EnvValue::default() }
}

/// An environment variable from an entry of a secret.
pub fn secret_env(reference: &KeyRef) -> EnvValue {
    EnvValue { secret: Some(reference.clone()), ..EnvValue::default() }
}

/// Routes of ingresses to a component, by the ingress's name; the short form is the path.
pub type Routes = Keyed<Name, Short<Route>>;

/// Adds the needs of the ingresses that lead to a component.
pub fn need_routes(at: &At<'_>, routes: &Routes, needs: &mut Needs) {
    for name in routes.keys() {
        needs.push(&at.key(name), Need::Ingress { name: name.to_owned() });
    }
}

/// Adds the need of an entry of a secret.
pub fn need_secret(at: &At<'_>, reference: Option<&KeyRef>, needs: &mut Needs) {
    if let Some((name, key)) = reference.and_then(|reference| reference.split_once('/')) {
        needs.push(at, Need::Secret { name: name.to_owned(), key: Some(key.to_owned()) });
    }
}

/// Java's heap in MiB: half of the memory limit, because buffers and the page cache count too.
pub fn heap(resources: &Resources) -> Option<u64> {
    resources.limits.get("memory").and_then(|limit| mebibytes(limit)).map(|limit| limit / 2)
}

/// A quantity of memory or storage in whole MiB.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size is whole and positive")]
pub fn mebibytes(quantity: &str) -> Option<u64> {
    scaled(quantity).map(|bytes| (bytes / 1_048_576.0) as u64)
}

/// Reports a number of servers of which a majority must agree, and that is even.
pub fn odd(what: &str, name: &str, count: u32, at: &At<'_>, check: &mut Check<'_>) {
    if count.is_multiple_of(2) {
        let (lost, fewer) = ((count / 2).saturating_sub(1), count.saturating_sub(1));
        check
            .error(
                "ensemble-even",
                &at.key("replicas"),
                format!("`{name}` has {count} {what} and may lose {lost} of them, as few as {fewer} may"),
            )
            .help(format!("write `replicas: {}` or `replicas: {fewer}`", count + 1));
    }
}
