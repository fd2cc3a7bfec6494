//! Whether the cluster takes every custom resource: its group is served by what the spec says it `provides`.

use super::Part;
use crate::diagnostic::{At, Check, Key, Path};
use crate::header::provides::Provides;
use crate::k8s::Object;
use crate::k8s::provider::{Provider, group, is_built_in};
use crate::scope::Scope;
use crate::tree::Tree;
use std::collections::BTreeSet;

/// A kind that nothing takes.
struct Orphan {
    api_version: String,
    kind: String,
}

/// What takes custom resources.
pub(super) struct Takers<'a> {
    provides: &'a Provides,
    /// Groups that the platform itself defines, by a CustomResourceDefinition among its raw objects.
    defined: BTreeSet<String>,
}

impl<'a> Takers<'a> {
    /// Those of a platform.
    pub(super) fn of(parts: &[Part], scope: &'a Scope) -> Self {
        let raw = parts.iter().filter(|part| part.section == "extra");
        let definitions = raw
            .flat_map(|part| part.own_objects(scope))
            .filter(|object| object.id().kind == "CustomResourceDefinition");
        let group =
            |object: Object| object.tree.at(&["spec", "group"]).and_then(Tree::as_str).map(String::from);
        Self { provides: &scope.header.provides, defined: definitions.filter_map(group).collect() }
    }

    fn take(&self, api_version: &str, kind: &str) -> bool {
        let group = group(api_version);
        is_built_in(api_version) || self.defined.contains(group) || self.provides.takes(group, kind)
    }

    /// Reports the kinds of a component's objects that nothing takes.
    pub(super) fn check(&self, part: &Part, objects: &[Object], check: &mut Check<'_>) {
        let mut orphans: Vec<Orphan> = Vec::new();
        for object in objects {
            let text = |key: &str| object.tree.get(key).and_then(Tree::as_str).unwrap_or_default();
            let (api_version, kind) = (text("apiVersion"), text("kind"));
            let known = |orphan: &Orphan| orphan.api_version == api_version && orphan.kind == kind;
            if !self.take(api_version, kind) && !orphans.iter().any(known) {
                orphans.push(Orphan { api_version: api_version.to_owned(), kind: kind.to_owned() });
            }
        }
        let Some(first) = orphans.first() else { return };
        let kinds: Vec<_> =
            orphans.iter().map(|orphan| format!("{} ({})", orphan.kind, orphan.api_version)).collect();
        let said = check.node(&["provides".to_owned()]).is_some();
        let report = check
            .error(
                "not-provided",
                &place(part),
                format!("nothing in the cluster takes the {} of `{}`", kinds.join(", the "), part.name),
            )
            .help(help(first));
        if said {
            report.label(Key(&["provides"]), "this is what the cluster has");
        }
    }
}

/// A raw object says its group; elsewhere the component is what can be changed.
fn place(part: &Part) -> Path {
    part.at(|at| if part.section == "extra" { at.key("apiVersion").path() } else { At::path(at) })
}

fn help(orphan: &Orphan) -> String {
    let providers: Vec<_> = Provider::of(group(&orphan.api_version), &orphan.kind).collect();
    match providers.first() {
        Some(provider) => format!(
            "once the cluster has it, add `{name}` to the list `provides` at the top of the spec: `provides: [{name}]`",
            name = provider.name()
        ),
        None => format!(
            "once the cluster has what takes it, say so at the top of the spec: `provides: [{{ name: NAME, groups: [{}] }}]`",
            group(&orphan.api_version)
        ),
    }
}
