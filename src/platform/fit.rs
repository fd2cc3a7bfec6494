//! Whether custom resources fit their definitions: those of the folder that the spec names in `crds`.

use super::{Part, Platform};
use crate::diagnostic::{Check, Key, Path, suggest};
use crate::k8s::definition::{Definitions, Misfit, Verdict};
use crate::k8s::provider::is_built_in;
use crate::k8s::{Object, with_namespace};
use crate::tree::Tree;

/// An object with the component that makes it.
struct Made<'a> {
    part: &'a Part,
    object: &'a Object,
}

/// Reports every custom resource of a platform that does not fit.
pub fn check(platform: &Platform, definitions: &Definitions, check: &mut Check<'_>) {
    let namespace = platform.namespace();
    for part in &platform.parts {
        for object in [platform.objects(part), part.management(&platform.scope)].concat() {
            let made = Made { part, object: &object };
            if !is_built_in(made.text("apiVersion")) {
                made.report(definitions.judge(&with_namespace(&object.tree, &namespace)), check);
            }
        }
    }
}

/// Groups of the custom resources of a platform.
pub fn groups(platform: &Platform) -> impl Iterator<Item = String> {
    let objects = platform
        .parts
        .iter()
        .flat_map(|part| [platform.objects(part), part.management(&platform.scope)].concat());
    objects.filter_map(|object| {
        let id = object.id();
        (!is_built_in(&id.api_version)).then(|| crate::k8s::provider::group(&id.api_version).to_owned())
    })
}

impl Made<'_> {
    fn text(&self, key: &str) -> &str {
        self.object.tree.get(key).and_then(Tree::as_str).unwrap_or_default()
    }

    /// The object in a sentence; a raw one stands where the finding points.
    fn name(&self) -> String {
        let name = self.object.tree.at(&["metadata", "name"]).and_then(Tree::as_str).unwrap_or_default();
        format!("the {} `{name}`", self.text("kind"))
    }

    fn report(&self, verdict: Verdict, check: &mut Check<'_>) {
        let (name, kind, written) = (self.name(), self.text("kind"), self.text("apiVersion"));
        match verdict {
            Verdict::Undefined(kinds) => {
                let help = match suggest(kind, kinds.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`? the group has: {}", kinds.join(", ")),
                    None => "put its CustomResourceDefinition into the folder of `crds`".to_owned(),
                };
                check
                    .warning(
                        "crd-missing",
                        Key(&self.place("kind", check)),
                        format!("{name} ({written}) is not checked: there is no definition of it"),
                    )
                    .help(help);
            }
            Verdict::NotServed(versions) => {
                check
                    .error(
                        "api-version",
                        &self.place("apiVersion", check),
                        format!("{name} is in the version `{written}`, which its definition does not serve"),
                    )
                    .help(format!("write one of: {}", versions.join(", ")));
            }
            Verdict::OutsideNamespaces => {
                check
                    .error(
                        "cluster-scoped",
                        &self.place("kind", check),
                        format!("{name} names a namespace, and stands outside of namespaces"),
                    )
                    .help(format!(
                        "name the kind at the operator: `provides: [{{ name: …, clusterKinds: [{kind}] }}]`"
                    ));
            }
            Verdict::Checked(misfits) if self.part.section == "extra" => {
                for misfit in misfits {
                    check
                        .error(
                            "crd-misfit",
                            &self.inside(&misfit.path),
                            format!("{} does not fit: {}", self.name(), misfit.message),
                        )
                        .help(misfit.help);
                }
            }
            Verdict::Checked(misfits) => self.misfits(&misfits, check),
        }
    }

    /// What a component makes is told once, at the component, unless a patch of its author says it.
    fn misfits(&self, misfits: &[Misfit], check: &mut Check<'_>) {
        let (patched, own): (Vec<_>, Vec<_>) = misfits
            .iter()
            .map(|misfit| (self.patch(&misfit.path), misfit))
            .partition(|(place, _)| check.node(place).is_some());
        for (place, misfit) in patched {
            check
                .error("crd-misfit", &place, format!("{} does not fit: {}", self.name(), misfit.message))
                .help(misfit.help.clone());
        }
        let Some((_, first)) = own.first() else { return };
        let messages: Vec<&str> = own.iter().map(|(_, misfit)| misfit.message.as_str()).collect();
        check
            .error(
                "crd-misfit",
                &self.part.path(),
                format!("{} does not fit: {}", self.name(), messages.join("; ")),
            )
            .help(first.help.clone());
    }

    fn patch(&self, path: &[String]) -> Path {
        self.part.at(|at| {
            let patches = at.key("patch");
            [patches.key(&self.object.file).path(), path.to_vec()].concat()
        })
    }

    fn inside(&self, path: &[String]) -> Path {
        [self.part.path(), path.to_vec()].concat()
    }

    /// A field of a raw object, or the component.
    fn place(&self, key: &str, check: &Check<'_>) -> Path {
        let inside = self.inside(&[key.to_owned()]);
        if self.part.section == "extra" && check.node(&inside).is_some() { inside } else { self.part.path() }
    }
}
