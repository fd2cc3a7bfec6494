//! What the raw output of an environment holds, as far as scripts and documents speak of it.

use crate::k8s::{NAMESPACE, ObjectId, api, with_namespace};
use crate::output::{Environment, Part};
use crate::platform::Platform;
use crate::platform::wave::{self, Stage};
use crate::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};

/// The objects of one environment.
#[derive(Debug)]
pub(super) struct Content {
    /// Name of the environment.
    pub(super) name: String,
    /// The platform's namespace there.
    pub(super) namespace: String,
    /// All objects.
    pub(super) entries: Vec<Entry>,
    /// Namespaces beside the platform's own that it makes: their names and their files.
    pub(super) namespaces: Vec<(String, String)>,
    /// Secrets that must be there before.
    pub(super) secrets: Vec<Needed>,
    /// The order in which they are applied.
    pub(super) waves: Vec<Wave>,
}

/// One object.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its folder: the component, or what several share.
    pub(super) folder: String,
    /// Its file below `raw/ENVIRONMENT/`.
    pub(super) file: String,
    /// What it is, with the namespace written out.
    pub(super) id: ObjectId,
    /// Its namespace; the platform's for what stands outside of namespaces.
    pub(super) namespace: String,
    /// The object.
    pub(super) tree: Tree,
}

/// A secret that somebody else fills.
#[derive(Debug)]
pub(super) struct Needed {
    /// Its name.
    pub(super) name: String,
    /// Its namespace.
    pub(super) namespace: String,
    /// Keys that it must hold.
    pub(super) keys: Vec<String>,
}

/// What is applied together, and then waited for.
#[derive(Debug, Default)]
pub(super) struct Wave {
    /// Folders below `raw/ENVIRONMENT/`.
    pub(super) folders: Vec<String>,
}

impl Content {
    /// An environment before its objects come.
    pub(super) fn new(environment: &Environment) -> Self {
        Self {
            name: environment.name.clone(),
            namespace: environment.namespace.clone(),
            entries: Vec::new(),
            namespaces: Vec::new(),
            secrets: Vec::new(),
            waves: Vec::new(),
        }
    }

    /// Takes the objects of a folder that the environment with this number has.
    pub(super) fn add(&mut self, number: usize, part: &Part) {
        for family in &part.objects {
            let Some(Some(tree)) = family.environments.get(number) else { continue };
            let mut id = family.id.clone();
            id.name = id.name.replace(NAMESPACE, &self.namespace);
            id.namespace = id.namespace.map(|namespace| namespace.replace(NAMESPACE, &self.namespace));
            self.entries.push(Entry {
                namespace: id.namespace.as_ref().unwrap_or(&self.namespace).clone(),
                folder: part.component.clone(),
                file: format!("{}/{}.yaml", part.component, family.file),
                id,
                tree: with_namespace(tree, &self.namespace),
            });
        }
    }

    /// The objects of a kind.
    pub(super) fn kind<'c>(&'c self, kind: &'c str) -> impl Iterator<Item = &'c Entry> {
        self.entries.iter().filter(move |entry| entry.id.kind == kind)
    }

    /// What has revisions that can be rolled out and undone.
    pub(super) fn workloads(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| {
            matches!(entry.id.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet") && self.owns(entry)
        })
    }

    /// Whether an object is in a namespace that the platform makes, or in none.
    pub(super) fn owns(&self, entry: &Entry) -> bool {
        let makes = |namespace: &String| self.namespaces.iter().any(|(name, _)| name == namespace);
        entry.id.namespace.as_ref().is_none_or(makes)
    }

    /// Kinds that are not Kubernetes' own, nor brought by the platform, by API version.
    pub(super) fn foreign_kinds(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let brought: BTreeSet<_> = self
            .kind("CustomResourceDefinition")
            .filter_map(|entry| entry.tree.at(&["spec", "names", "kind"])?.as_str())
            .collect();
        let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for Entry { id, .. } in &self.entries {
            if id.is_foreign() && !brought.contains(id.kind.as_str()) {
                found.entry(&id.api_version).or_default().insert(&id.kind);
            }
        }
        found
    }
}

impl ObjectId {
    /// Whether somebody else than Kubernetes defines the kind.
    pub(super) fn is_foreign(&self) -> bool {
        let own = api::version(&self.kind).is_some_and(|version| version == self.api_version);
        let group = self.api_version.split_once('/').map_or("", |(group, _)| group);
        !own && group.contains('.') && group != "apiextensions.k8s.io" && group != "apiregistration.k8s.io"
    }
}

impl Entry {
    /// `KIND/NAME` as kubectl takes it; the kind of somebody else with its group.
    pub(super) fn reference(&self) -> String {
        let kind = self.id.kind.to_lowercase();
        match self.id.api_version.split_once('/') {
            Some((group, _)) if self.id.is_foreign() => format!("{kind}.{group}/{}", self.id.name),
            _ => format!("{kind}/{}", self.id.name),
        }
    }

    /// The value of the label `app` that selects the pods.
    pub(super) fn app(&self) -> Option<&str> {
        self.tree.at(&["spec", "selector", "matchLabels", "app"])?.as_str()
    }

    /// The main container of the pods.
    pub(super) fn container(&self) -> Option<&Tree> {
        self.tree.at(&["spec", "template", "spec", "containers", "0"])
    }

    /// A text in the main container.
    pub(super) fn container_text(&self, key: &str) -> Option<&str> {
        self.container()?.get(key)?.as_str()
    }
}

/// Namespaces that the platform makes beside its own, with their files.
pub(super) fn beside(content: &Content, platform: &Platform) -> Vec<(String, String)> {
    let homes = platform.scope.homes();
    let names: Vec<_> =
        homes.iter().map(|home| home.namespace.replace(NAMESPACE, &content.namespace)).collect();
    let made = content.kind("Namespace").filter(|entry| names.contains(&entry.id.name));
    made.map(|entry| (entry.id.name.clone(), entry.file.clone())).collect()
}

/// The order of the folders: that of the stages of their components.
pub(super) fn waves(content: &Content, platform: &Platform) -> Vec<Wave> {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Entry { folder, id, .. } in &content.entries {
        kinds.entry(folder).or_default().push(&id.kind);
    }
    let stages = wave::stages(platform, &kinds);
    let mut waves: BTreeMap<Stage, Wave> = BTreeMap::new();
    for Entry { folder, .. } in &content.entries {
        // What belongs to no component is the cluster's, or rules for all of them.
        let shared = if folder == "cluster" { Stage::Cluster } else { Stage::Policies };
        let wave = waves.entry(stages.get(folder.as_str()).copied().unwrap_or(shared)).or_default();
        if !wave.folders.contains(folder) {
            wave.folders.push(folder.clone());
        }
    }
    waves.into_values().collect()
}
