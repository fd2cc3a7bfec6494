//! A platform in one environment: its components, decoded, with all references resolved.

use crate::component::{Component, Files, SECTIONS};
use crate::diagnostic::{At, Check, Findings, Path};
use crate::header::{DEFAULT_KUBERNETES, Header};
use crate::k8s::{NAMESPACE, Object};
use crate::load;
use crate::needs::{Need, Needs, Offer};
use crate::scope::Scope;
use crate::source::{NodeId, Sources};
use crate::spec::DEFAULTS;
use crate::value::format::minor;
use demand::{Demands, Span};
use memo::{Decoded, Memo};
use names::Names;
use pods::Inventory;
use policy::Derived;
use selectors::Selectors;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

mod annotations;
pub mod capacity;
mod cycle;
pub mod dead;
pub mod demand;
pub mod fit;
pub mod flow;
pub mod graph;
mod homes;
pub mod idle;
mod labels;
pub mod memo;
pub mod mesh;
pub mod names;
pub mod pods;
pub mod policy;
mod provided;
pub mod references;
mod retired;
mod selectors;
pub mod shared;
pub mod wave;

/// A platform in one environment, or in none (the base).
#[derive(Debug)]
pub struct Platform {
    /// The components in the order in which they are applied.
    pub parts: Vec<Part>,
    /// What the components know of each other.
    pub scope: Scope,
    /// The merged spec, defaults included.
    pub root: NodeId,
    /// Pods that stay, without those that are on every node.
    pub pods: Span,
    /// What follows from all components together.
    derived: Derived,
}

/// A component of a platform.
#[derive(Debug)]
pub struct Part {
    /// Key of its section.
    pub section: &'static str,
    /// Its name.
    pub name: String,
    /// The component itself.
    pub component: Rc<dyn Component>,
    /// What it refers to, with the places.
    pub needs: Rc<Needs>,
}

impl Part {
    /// The component's place in the spec.
    pub fn at<T>(&self, then: impl FnOnce(&At<'_>) -> T) -> T {
        let root = At::root();
        let section = root.key(self.section);
        then(&section.key(&self.name))
    }

    /// The path to it.
    pub fn path(&self) -> Path {
        vec![self.section.to_owned(), self.name.clone()]
    }

    /// The component's objects for the cluster that manages this one.
    pub fn management(&self, scope: &Scope) -> Vec<Object> {
        self.component.management(&self.name, scope)
    }

    /// The component's own objects, without what the whole platform derives for it.
    pub fn own_objects(&self, scope: &Scope) -> Vec<Object> {
        let objects = self.component.objects(&self.name, scope);
        objects.into_iter().map(|object| scope.at_home(&self.name, object)).collect()
    }
}

impl Platform {
    /// Decodes a spec that has passed the shape check, and reports everything that is wrong with its meaning.
    ///
    /// `read` gives the text of a file of the platform's folder.
    pub fn resolve(
        sources: &mut Sources,
        spec: NodeId,
        environment: Option<&str>,
        memo: &mut Memo,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let root = with_defaults(sources, spec, memo);
        let shaped = findings.errors() == 0;
        let header: Header = match load::decode::<Header>(sources, root) {
            Ok(header) => header.settled(),
            Err(error) if shaped => unreachable_shape(&error),
            Err(_) => return None,
        };
        let (mut broken, mut misshapen) = (Vec::new(), BTreeSet::new());
        let mut parts = Vec::new();
        for section in SECTIONS {
            for (key, node) in entries(sources, root, section.key) {
                if !shaped && sources.holds_refused(node) {
                    misshapen.insert(key.clone());
                }
                match memo.decode(sources, section, &key, node) {
                    Ok(Decoded { component, needs }) => {
                        parts.push(Part { section: section.key, name: key, component, needs });
                    }
                    Err(error) if shaped => unreachable_shape(&error),
                    Err(_) => broken.push(key),
                }
            }
        }
        let kubernetes = minor(header.kubernetes.as_deref().unwrap_or(DEFAULT_KUBERNETES)).unwrap_or(30);
        let mut scope = Scope {
            header,
            environment: environment.map(ToOwned::to_owned),
            kubernetes,
            offers: BTreeMap::new(),
            homes: BTreeMap::new(),
            routes: Vec::new(),
            files: Files::new(),
            demands: Vec::new(),
        };
        let mut check = Check::new(sources, root, findings);
        scope.header.check(&mut check);
        read_files(&parts, &mut scope.files, read, &mut check);
        names::unique(&parts, &mut check);
        labels::check(&parts, &mut check);
        for part in &parts {
            let mut offer = part.component.offer(&part.name, &scope.files);
            offer.settle(&scope.header.metrics);
            scope.offers.insert(part.name.clone(), offer);
            scope.routes.extend(part.component.routes(&part.name));
        }
        scope.offers.extend(broken.into_iter().map(|name| (name, Offer::Broken)));
        references::header(&parts, &scope, &mut check);
        references::shared(&parts, &scope, &mut check);
        retired::check(&parts, &scope, &mut check);
        for part in &parts {
            references::check(part, &parts, &scope, &mut check);
        }
        scope.homes = homes::of(&parts, &scope, &mut check);
        cycle::check(&parts, &mut check);
        policy::check::check(&parts, &scope, &mut check);
        if check.errors() == 0 && parts.iter().any(|part| part.section == "rancher") {
            scope.demands = Demands::of_parts(&parts, &scope).on_nodes().collect();
        }
        mesh::check::check(&scope, &mut check);
        for part in parts.iter().filter(|part| !misshapen.contains(&part.name)) {
            part.at(|at| part.component.check(&part.name, at, &scope, &mut check));
        }
        let sound = check.errors() == 0;
        let mut platform = Self { parts, scope, root, pods: Span::default(), derived: Derived::default() };
        if sound {
            let mut check = Check::new(sources, root, findings);
            (platform.derived, platform.pods) = platform.derive(&mut check);
        }
        Some(platform).filter(|_| sound)
    }

    /// What follows from the objects of all components, which are built once for it and dropped again: a large
    /// platform is never held in memory. Reports what is wrong with them.
    fn derive(&self, check: &mut Check<'_>) -> (Derived, Span) {
        let scope = &self.scope;
        let (mut inventory, mut demands) = (Inventory::default(), Demands::default());
        let mut names = Names::of(&self.parts, scope);
        let mut selectors = Selectors::of(&self.parts, scope);
        for part in &self.parts {
            let objects = part.own_objects(scope);
            inventory.add(part, &objects, scope);
            demands.add(&part.name, &objects);
            names.look(part, &objects, check);
            selectors.look(&objects);
        }
        let demands = demands.settled();
        let derived = Derived::new(self, inventory, &demands, check);
        for part in &self.parts {
            names.look(part, &derived.of(part, scope), check);
        }
        names.report(&self.parts, &derived.own_objects(scope), &self.namespace(), check);
        selectors.report(check);
        capacity::check::check(self, &demands, check);
        (derived, demands.pods())
    }

    /// Objects of the platform as a whole.
    pub fn own_objects(&self) -> Vec<Object> {
        self.derived.own_objects(&self.scope)
    }

    /// The objects of a component, with what the whole platform derives for it.
    pub fn objects(&self, part: &Part) -> Vec<Object> {
        let mut objects = part.own_objects(&self.scope);
        objects.extend(self.derived.of(part, &self.scope));
        objects
    }

    /// The namespace of the platform's objects.
    pub fn namespace(&self) -> String {
        self.scope.own_namespace()
    }

    /// All namespaces that the platform makes, with the places where the spec names them.
    pub fn namespaces(&self) -> Vec<(Path, String)> {
        let own = self.namespace();
        let beside = self.parts.iter().filter_map(|part| {
            let home = part.component.home()?;
            Some((part.at(|at| at.key("namespace").path()), home.namespace.replace(NAMESPACE, &own)))
        });
        let beside: Vec<_> = beside.collect();
        std::iter::once((vec!["namespace".to_owned()], own)).chain(beside).collect()
    }
}

/// The shape check lets only through what serde can decode; a property test holds that.
fn unreachable_shape(error: &load::DecodeError) -> ! {
    panic!("internal error: the shape check passed what cannot be decoded: {error}")
}

/// Reads the files that components name.
fn read_files(
    parts: &[Part],
    files: &mut Files,
    read: &mut dyn FnMut(&str) -> Result<String, String>,
    check: &mut Check<'_>,
) {
    for (place, need) in parts.iter().flat_map(|part| part.needs.iter()) {
        let Need::File { path } = need else { continue };
        if files.contains_key(path) {
            continue;
        }
        match read(path) {
            Ok(text) => {
                files.insert(path.clone(), text);
            }
            Err(reason) => {
                check
                    .error("unreadable-file", place, format!("the file `{path}` cannot be used: {reason}"))
                    .help("name a text file inside the platform's folder, relative to it");
            }
        }
    }
}

/// Name and node of each component of a section, in the author's order; removed ones are left out.
fn entries(sources: &Sources, root: NodeId, section: &str) -> Vec<(String, NodeId)> {
    let Some(node) = sources.get(root, section) else { return Vec::new() };
    sources
        .entries(node)
        .filter(|(_, value)| !sources.is_null(*value))
        .map(|(key, value)| (sources.text(key).unwrap_or_default().to_owned(), value))
        .collect()
}

/// The spec with `defaults` merged under every component.
pub fn with_defaults(sources: &mut Sources, root: NodeId, memo: &mut Memo) -> NodeId {
    let Some(defaults) = sources.get(root, DEFAULTS) else { return root };
    let mut merged = root;
    for section in SECTIONS {
        let Some(default) = sources.get(defaults, section.key) else { continue };
        let Some(node) = sources.get(root, section.key) else { continue };
        let values: Vec<NodeId> = sources.entries(node).map(|(_, value)| value).collect();
        let values: Vec<NodeId> = values
            .into_iter()
            .map(|value| if sources.is_null(value) { value } else { memo.merge(sources, default, value) })
            .collect();
        let components = sources.with_values(node, &values);
        merged = sources.replace(merged, section.key, components);
    }
    merged
}

/// Whether `offer` holds the entry.
pub fn holds(offer: &Offer, entry: &str) -> bool {
    match offer {
        Offer::Config { data } => data.contains_key(entry),
        Offer::Secret { keys } => keys.iter().any(|key| key == entry),
        _ => false,
    }
}

/// A place in the spec.
pub type Place = Path;
