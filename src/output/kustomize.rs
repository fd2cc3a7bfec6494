//! Kustomize output: a base, and overlays that say what their environment changes.
//!
//! Every component is a kustomization of its own, in the base and in each overlay, so that it
//! can be built and handed over alone; the overlay of an environment lists its components.
//! Kustomize applies a patch or finds that it has no target without a word, so nothing here is
//! left to names that might not match: each patch is made from the object that it changes.

use super::{Environment, File, Format, Outline, Part, Sink};
use crate::k8s::NAMESPACE;
use crate::tree::yaml::{self, Fill};
use crate::tree::{Map, Tree};
use kustomization::Kustomization;
use member::{Member, Use};
use placement::{Group, groups};

mod change;
mod kustomization;
mod member;
mod merge_keys;
mod patch;
mod placement;
#[cfg(test)]
mod tests;

/// The format `kustomize`: `kustomize/base/<component>` and `kustomize/overlays/<env>/<component>`.
#[derive(Debug)]
pub struct Kustomize<'a> {
    outline: &'a Outline,
    header: String,
    /// Components that the base has.
    base: Vec<String>,
    /// Components that each environment has.
    environments: Vec<Vec<String>>,
}

impl<'a> Kustomize<'a> {
    /// A writer of kustomizations for this platform.
    #[must_use]
    pub fn new(outline: &'a Outline) -> Self {
        let environments = vec![Vec::new(); outline.environments.len()];
        Self { outline, header: outline.header(), base: Vec::new(), environments }
    }
}

impl Format for Kustomize<'_> {
    fn part(&mut self, part: &Part, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        let groups = groups(part);
        let members: Vec<Vec<Member<'_>>> = groups
            .iter()
            .map(|group| {
                group.families.iter().map(|family| Member::new(family, group.own, self.outline)).collect()
            })
            .collect();

        let mut folder = Folder { header: &self.header, path: String::new(), environment: None, sink };
        folder.path = format!("kustomize/base/{}", part.component);
        if folder.component(&groups, |folder, n, _| folder.base(&members[n], &self.outline.platform))? {
            self.base.push(part.component.clone());
        }
        for (at, environment) in self.outline.environments.iter().enumerate() {
            folder.environment = Some(environment);
            folder.path = format!("kustomize/overlays/{}/{}", environment.name, part.component);
            let overlay = |folder: &mut Folder<'_, '_>, n: usize, group: &Group<'_>| {
                let up = if group.folder.is_empty() { "../../.." } else { "../../../.." };
                let base = format!("{up}/base/{}{}", part.component, group.folder);
                folder.overlay(&members[n], at, group.own.then_some(&environment.namespace), base)
            };
            if folder.component(&groups, overlay)? {
                self.environments[at].push(part.component.clone());
            }
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        let mut folder =
            Folder { header: &self.header, path: "kustomize/base".to_owned(), environment: None, sink };
        folder.kustomization(Kustomization { resources: self.base.clone(), ..Kustomization::default() })?;
        for (environment, components) in self.outline.environments.iter().zip(&self.environments) {
            folder.environment = Some(environment);
            folder.path = format!("kustomize/overlays/{}", environment.name);
            folder
                .kustomization(Kustomization { resources: components.clone(), ..Kustomization::default() })?;
        }
        Ok(())
    }
}

/// A folder that files are written to.
struct Folder<'a, 's> {
    header: &'a str,
    path: String,
    environment: Option<&'a Environment>,
    sink: &'a mut Sink<'s>,
}

impl Folder<'_, '_> {
    /// Writes the kustomizations of a component's groups, and one that lists them if they are two.
    /// Returns whether there are any.
    fn component(
        &mut self,
        groups: &[Group<'_>],
        mut write: impl FnMut(&mut Self, usize, &Group<'_>) -> anyhow::Result<bool>,
    ) -> anyhow::Result<bool> {
        let path = self.path.clone();
        let mut resources = Vec::new();
        let mut any = false;
        for (n, group) in groups.iter().enumerate() {
            self.path = format!("{path}{}", group.folder);
            if write(self, n, group)? {
                any = true;
                resources.extend(group.folder.strip_prefix('/').map(str::to_owned));
            }
        }
        self.path = path;
        self.kustomization(Kustomization { resources, ..Kustomization::default() })?;
        Ok(any)
    }

    /// Writes the base of a group: its objects without a namespace of their own.
    fn base(&mut self, members: &[Member<'_>], platform: &str) -> anyhow::Result<bool> {
        let mut resources = Vec::new();
        for member in members {
            if let Some(tree) = member.base {
                self.file(&member.file, |out| write_object(tree, platform, Namespace::Given, out))?;
                resources.push(member.file.clone());
            }
        }
        let any = !resources.is_empty();
        self.kustomization(Kustomization { resources, ..Kustomization::default() })?;
        Ok(any)
    }

    /// Writes a group in the environment of this place.
    fn overlay(
        &mut self,
        members: &[Member<'_>],
        at: usize,
        namespace: Option<&String>,
        base: String,
    ) -> anyhow::Result<bool> {
        let uses_base = members.iter().any(|member| member.base.is_some() && member.uses[at].is_present());
        let text = self.environment.map_or("", |environment| &environment.namespace);
        let mut kustomization =
            Kustomization { namespace: namespace.map(String::as_str), ..Default::default() };
        kustomization.resources.extend(uses_base.then_some(base));
        for member in members {
            match &member.uses[at] {
                Use::Absent | Use::Same => {}
                Use::Whole(tree) => {
                    let given = if namespace.is_some() { Namespace::Given } else { Namespace::Stated };
                    self.file(&member.file, |out| write_object(tree, text, given, out))?;
                    kustomization.resources.push(member.file.clone());
                }
                Use::Removed(_) if !uses_base => {}
                Use::Patched(fields) | Use::Removed(fields) => {
                    let path = format!("patches/{}", member.file);
                    let fill = Fill { marker: NAMESPACE, text };
                    self.file(&path, |out| change::write_fields(fields, 0, fill, out))?;
                    kustomization.patches.push(path);
                }
            }
        }
        let any = !kustomization.resources.is_empty();
        self.kustomization(kustomization)?;
        Ok(any)
    }

    fn kustomization(&mut self, kustomization: Kustomization<'_>) -> anyhow::Result<()> {
        // Kustomize refuses a kustomization that holds nothing.
        if kustomization.resources.is_empty() {
            return Ok(());
        }
        self.file("kustomization.yaml", |out| kustomization.write(out))
    }

    fn file(&mut self, name: &str, write: impl FnOnce(&mut String)) -> anyhow::Result<()> {
        let mut text = self.header.to_owned();
        write(&mut text);
        (self.sink)(File {
            path: format!("{}/{name}", self.path),
            environment: self.environment.map(|environment| environment.name.clone()),
            text,
            executable: false,
        })
    }
}

/// Where the platform's namespace comes from.
#[derive(Clone, Copy)]
enum Namespace {
    /// From `namespace:` of the kustomization; the object says nothing.
    Given,
    /// From the object itself.
    Stated,
}

fn write_object(tree: &Tree, text: &str, namespace: Namespace, out: &mut String) {
    let fill = Fill { marker: NAMESPACE, text };
    for (key, value) in tree.as_map().into_iter().flat_map(Map::iter) {
        if let (Namespace::Given, "metadata", Tree::Map(map)) = (namespace, key.as_ref(), value)
            && map.get("namespace").and_then(Tree::as_str) == Some(NAMESPACE)
        {
            let mut metadata = map.clone();
            metadata.remove("namespace");
            yaml::entry_filled(key, &Tree::Map(metadata), 0, fill, out);
        } else {
            yaml::entry_filled(key, value, 0, fill, out);
        }
    }
}
