//! A spec on disk becomes a project: its base and its environments, validated, and then its output.

use crate::diagnostic::{Check, Diagnostic, Findings};
use crate::header::DEFAULT_KUBERNETES;
use crate::k8s::{NAMESPACE, Object, ObjectId};
use crate::kit::Kit;
use crate::load::Lacks;
use crate::output::{Environment, FORMATS, Family, Format, Kind, Outline, Part as OutputPart, Sink};
use crate::platform::memo::Memo;
use crate::platform::{Part, Platform, dead, idle, shared};
use crate::source::{NodeId, Sources};
use crate::spec::{self, ENVIRONMENT, ENVIRONMENTS};
use anyhow::Context as _;
use folder::read_inside;
use indexmap::IndexMap;
use management::Management;
use pin::Pins;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

mod definitions;
mod folder;
mod management;
mod namespace;
mod pin;
mod stranger;

/// A platform folder that was read and checked.
#[derive(Debug)]
pub struct Project {
    /// The texts.
    pub sources: Sources,
    /// What is wrong.
    pub findings: Findings,
    /// The environments' names, in the spec's order.
    pub environments: Vec<String>,
    /// The spec without an environment, and the spec with each of them; none while something is wrong.
    pub platforms: Option<(Platform, Vec<Platform>)>,
    /// The root of the spec, and of each environment's part.
    pub roots: Option<(NodeId, Vec<(String, NodeId)>)>,
    /// The overlays of pinned images, by section, name and image.
    pinned: BTreeMap<(&'static str, String, String), NodeId>,
    /// The folder of the spec.
    folder: PathBuf,
    /// The spec's path as it is named in generated files.
    spec: String,
}

impl Project {
    /// Reads and checks `platform.yaml` and the files beside it that belong to it; `images` are pairs
    /// of a component's name and the image that it has instead.
    ///
    /// # Errors
    /// A file that cannot be read. Mistakes in the spec are findings.
    pub fn load(file: &Path, images: &[(String, String)]) -> anyhow::Result<Self> {
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let mut project = Self {
            sources: Sources::new(),
            findings: Findings::default(),
            environments: Vec::new(),
            platforms: None,
            roots: None,
            pinned: BTreeMap::new(),
            spec: named(file),
            folder,
        };
        project.read(file, images)?;
        Ok(project)
    }

    fn read(&mut self, file: &Path, images: &[(String, String)]) -> anyhow::Result<()> {
        let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let root = self.sources.add(&file.display().to_string(), &bytes, &mut self.findings);
        let mut overlays = IndexMap::new();
        if let Some(root) = root
            && let Some(environments) = self.sources.get(root, ENVIRONMENTS)
        {
            for (key, node) in self.sources.entries(environments) {
                overlays.insert(self.sources.text(key).unwrap_or_default().to_owned(), (node, false));
            }
        }
        let sound = self.read_environments(&mut overlays)?;
        let Some(root) = root.filter(|_| sound) else { return Ok(()) };
        let shape = spec::shape();
        shape.check(&self.sources, root, &mut self.findings);
        for (node, _) in overlays.values().filter(|(_, own_file)| *own_file) {
            shape.check_part(ENVIRONMENT, &self.sources, [root, *node], &mut self.findings);
        }
        // A component that has not its shape is not looked at further.
        self.sources.refuse(self.findings.places());
        self.environments = overlays.keys().cloned().collect();
        let overlays = overlays.into_iter().map(|(name, (node, _))| (name, node)).collect();
        if !self.findings.is_full() {
            self.resolve(root, overlays, &Pins { images, shape: &shape });
        }
        self.findings.settle(&self.sources);
        if self.findings.errors() > 0 {
            self.platforms = None;
        }
        Ok(())
    }

    /// Reads `environments/*.yaml`; false if one of them is no YAML.
    fn read_environments(&mut self, overlays: &mut IndexMap<String, (NodeId, bool)>) -> anyhow::Result<bool> {
        let folder = self.folder.join(ENVIRONMENTS);
        if !folder.is_dir() {
            return Ok(true);
        }
        let listing =
            std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut files =
            listing.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
        files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        files.sort();
        let mut sound = true;
        for path in files {
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let Some(node) = self.sources.add(&path.display().to_string(), &bytes, &mut self.findings) else {
                sound = false;
                continue;
            };
            if let Some((first, _)) = overlays.insert(name.clone(), (node, true)) {
                let (here, there) = (self.sources.span(node), self.sources.span(first));
                self.findings.push(
                    Diagnostic::error(
                        "environment-twice",
                        format!("the environment `{name}` is in the spec and in a file of its own"),
                    )
                    .at(here, "")
                    .at(there, "it is here too")
                    .helped("keep one of the two"),
                );
            }
        }
        Ok(sound)
    }

    fn resolve(&mut self, root: NodeId, overlays: Vec<(String, NodeId)>, pins: &Pins<'_>) {
        let mut roots = vec![(None, root)];
        for (name, node) in &overlays {
            // `dev:` alone names an environment that is the base.
            let over = self.without_strangers(root, (name, *node), pins.shape);
            let merged = if self.sources.is_null(over) { root } else { self.sources.overlay(root, over) };
            roots.push((Some(name.clone()), merged));
        }
        let mut memo = Memo::default();
        let mut lacks = Lacks::new();
        let mut platforms = Vec::new();
        for (name, root) in roots {
            let root = self.pin(root, pins);
            let full = crate::platform::with_defaults(&mut self.sources, root, &mut memo);
            pins.shape.check_missing(&self.sources, full, &mut lacks, &mut self.findings);
            let folder = self.folder.clone();
            let mut read = |path: &str| read_inside(&folder, path);
            platforms.extend(Platform::resolve(
                &mut self.sources,
                root,
                name.as_deref(),
                &mut memo,
                &mut read,
                &mut self.findings,
            ));
        }
        shared::check(&platforms, &self.sources, &mut self.findings);
        self.check_own_definitions(&platforms);
        if self.findings.errors() == 0 {
            idle::check(&platforms, &self.sources, &mut self.findings);
        }
        if let Some(base) = platforms.first().filter(|base| base.scope.environment.is_none()) {
            let names: Vec<_> = overlays.iter().map(|(name, _)| name.as_str()).collect();
            crate::kit::check(base, &names, &mut Check::new(&self.sources, base.root, &mut self.findings));
        }
        if self.findings.errors() == 0 && platforms.len() == overlays.len() + 1 {
            let base = platforms.remove(0);
            self.platforms = Some((base, platforms));
        }
        self.roots = Some((root, overlays));
    }

    /// Reports overrides that change nothing. Says nothing while something is wrong.
    pub fn check_overrides(&mut self) {
        let (Some((_, environments)), Some((base, overlays))) = (&self.platforms, &self.roots) else {
            return;
        };
        let folder = self.folder.clone();
        let mut read = |path: &str| read_inside(&folder, path);
        for (platform, (_, overlay)) in environments.iter().zip(overlays) {
            dead::overrides(&mut self.sources, *base, *overlay, platform, &mut read, &mut self.findings);
        }
        self.findings.settle(&self.sources);
        self.findings.report_unused_allows(&self.sources);
    }

    /// What the outputs know of the platform.
    ///
    /// # Panics
    /// If the project has errors.
    pub fn outline(&self) -> Outline {
        let (base, environments) =
            self.platforms.as_ref().expect("internal error: nothing is rendered with errors");
        Outline {
            platform: base.scope.header.platform.to_string(),
            description: base
                .scope
                .header
                .description
                .clone()
                .unwrap_or_else(|| format!("The platform {}", base.scope.header.platform)),
            version: base.scope.header.version.as_deref().unwrap_or("0.1.0").to_owned(),
            kubernetes: base.scope.header.kubernetes.as_deref().unwrap_or(DEFAULT_KUBERNETES).to_owned(),
            spec: self.spec.clone(),
            environments: environments
                .iter()
                .map(|platform| Environment {
                    name: platform.scope.environment.clone().unwrap_or_default(),
                    namespace: platform.namespace(),
                })
                .collect(),
        }
    }

    /// Gives the platform to the formats, component by component.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn render(&self, kinds: &[Kind], sink: &mut Sink<'_>) -> anyhow::Result<()> {
        let outline = self.outline();
        let (base, environments) =
            self.platforms.as_ref().expect("internal error: nothing is rendered with errors");
        let mut formats: Vec<Box<dyn Format + '_>> =
            kinds.iter().map(|kind| (kind.start)(&outline)).collect();
        // It speaks of all formats, so that one of them alone comes without it.
        if kinds.len() == FORMATS.len() {
            formats.push(Box::new(Kit::new(&outline, base, environments)));
            formats.push(Box::new(Management { outline: &outline, environments }));
        }
        let formats = &mut formats[..];
        let variants: Vec<&Platform> = std::iter::once(base).chain(environments).collect();
        let mut shared: IndexMap<String, Families> = IndexMap::new();
        let namespaces = shared.entry("cluster".to_owned()).or_default();
        for (variant, platform) in variants.iter().enumerate() {
            // That of the spec without an environment is whoever installs it to choose.
            let own = (variant > 0).then(|| namespace::own(platform));
            for object in own.into_iter().chain(namespace::beside(platform)) {
                namespaces.add(variant, variants.len(), object);
            }
        }
        let parts: Vec<BTreeMap<&str, &Part>> = variants
            .iter()
            .map(|platform| platform.parts.iter().map(|part| (part.name.as_str(), part)).collect())
            .collect();
        for name in names(&variants) {
            let mut own = Families::default();
            for (variant, platform) in variants.iter().enumerate() {
                let Some(part) = parts[variant].get(name.as_str()) else { continue };
                for object in platform.objects(part) {
                    if object.component == name {
                        own.add(variant, variants.len(), object);
                    } else {
                        shared.entry(object.component.clone()).or_default().add(
                            variant,
                            variants.len(),
                            object,
                        );
                    }
                }
            }
            own.give(&name, formats, sink)?;
        }
        for (variant, platform) in variants.iter().enumerate() {
            for object in platform.own_objects() {
                shared.entry(object.component.clone()).or_default().add(variant, variants.len(), object);
            }
        }
        for (folder, families) in shared {
            families.give(&folder, formats, sink)?;
        }
        formats.iter_mut().try_for_each(|format| format.finish(sink))
    }
}

/// Names of the components of all variants: the base's order, then those that only environments have.
fn names(variants: &[&Platform]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut known = BTreeSet::new();
    for part in variants.iter().flat_map(|platform| &platform.parts) {
        if known.insert(part.name.clone()) {
            names.push(part.name.clone());
        }
    }
    names
}

/// Objects of one folder by identity, in the base and in every environment.
#[derive(Default)]
struct Families(IndexMap<ObjectId, Family>);

impl Families {
    fn add(&mut self, variant: usize, variants: usize, object: Object) {
        let Object { file, fixed, .. } = &object;
        let family = self.0.entry(object.id()).or_insert_with_key(|id| Family {
            id: id.clone(),
            file: file.clone(),
            fixed,
            base: None,
            environments: vec![None; variants - 1],
        });
        let slot = match variant.checked_sub(1) {
            None => &mut family.base,
            Some(environment) => &mut family.environments[environment],
        };
        *slot = Some(object.tree);
    }

    fn give(
        self,
        folder: &str,
        formats: &mut [Box<dyn Format + '_>],
        sink: &mut Sink<'_>,
    ) -> anyhow::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut taken: BTreeMap<String, Vec<bool>> = BTreeMap::new();
        let objects = self
            .0
            .into_values()
            .map(|mut family| {
                family.file = file_name(&family, &mut taken);
                family
            })
            .collect();
        let part = OutputPart { component: folder.to_owned(), objects };
        formats.iter_mut().try_for_each(|format| format.part(&part, sink))
    }
}

/// A name that no other file of the folder has in the same variant: two objects of one kind get in each
/// other's way, one that is called otherwise in an environment does not. `taken` says by whom.
fn file_name(family: &Family, taken: &mut BTreeMap<String, Vec<bool>>) -> String {
    let there: Vec<bool> = family.trees().map(|tree| tree.is_some()).collect();
    let named = format!("{}-{}", family.file, family.id.name.replace(NAMESPACE, "namespace"));
    let numbered = (2..).map(|n| format!("{named}-{n}"));
    let takes = |name: &String| {
        let by = taken.entry(name.clone()).or_insert_with(|| vec![false; there.len()]);
        let free = !by.iter().zip(&there).any(|(by, there)| *by && *there);
        if free {
            by.iter_mut().zip(&there).for_each(|(by, there)| *by |= there);
        }
        free
    };
    let mut names = [family.file.clone(), named.clone()].into_iter().chain(numbered);
    names.find(takes).expect("internal error: numbers do not end")
}

/// The spec's path as the generated files name it: the same from whichever folder kgen is called.
fn named(file: &Path) -> String {
    let full = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let parts: Vec<_> = full.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let known = parts
        .iter()
        .rposition(|part| part == "platforms" || part == "examples")
        .filter(|at| at + 3 == parts.len());
    known.map_or_else(|| parts.last().cloned().unwrap_or_default(), |at| parts[at..].join("/"))
}
