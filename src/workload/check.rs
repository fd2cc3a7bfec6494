//! What can be wrong with a workload by itself, each group of facts in a file of its own.

use super::Blueprint;
use super::access::Access;
use crate::diagnostic::{At, Check, Path};
use crate::pod::container::{Container, SidecarRestart};
use crate::scope::Scope;
use crate::source::{NodeId, Span};

mod budget;
mod command;
mod container;
mod data;
mod env;
mod kind;
pub mod literal;
pub mod patch;
mod port;
mod priority;
mod probe;
mod resources;
mod rollout;
mod scaling;
mod security;
mod service;
mod singleton;
mod tracing;
pub mod version;
mod volume;
mod vpa;

/// Keys of the spec under which other layers of it are written.
const DEFAULTS: &str = "defaults";
const ENVIRONMENTS: &str = "environments";

/// Reports everything.
pub fn check(blueprint: &Blueprint<'_>, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    let subject = Subject { blueprint, at, scope };
    kind::check(&subject, check);
    container::check(&subject, check);
    command::check(&subject, check);
    port::check(&subject, check);
    service::check(&subject, check);
    priority::check(&subject, check);
    probe::check(&subject, check);
    env::check(&subject, check);
    resources::check(&subject, check);
    volume::check(&subject, check);
    data::check(&subject, check);
    security::check(&subject, check);
    scaling::check(&subject, check);
    budget::check(&subject, check);
    singleton::check(&subject, check);
    vpa::check(&subject, check);
    rollout::check(&subject, check);
    tracing::check(&subject, check);
    version::check(&subject, check);
    let access = &blueprint.workload.access;
    access.check(&at.key("access"), check);
    if blueprint.pod.service_account.is_some() && *access != Access::default() {
        check
            .error(
                "access-rule",
                &at.key("access"),
                "these rights are for a service account of the component's own",
            )
            .label(&at.key("serviceAccount"), "and it uses this one")
            .help("move `access` to the entry of `serviceAccounts`, or remove `serviceAccount`");
    }
    let patches = &blueprint.workload.patch;
    if !patches.is_empty() {
        let objects = blueprint.objects(scope);
        patch::check(patches, &objects, &at.key("patch"), scope.kubernetes, check);
    }
}

/// A workload with its place and its surroundings.
struct Subject<'a> {
    blueprint: &'a Blueprint<'a>,
    at: &'a At<'a>,
    scope: &'a Scope,
}

/// What a container is for its pod.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It runs to its end before the main one starts.
    Init,
    /// It starts before the main one and runs as long as the pod.
    Early,
    /// The main one.
    Main,
    /// It runs beside the main one.
    Beside,
}

impl Role {
    /// Whether it runs as long as the pod.
    const fn stays(self) -> bool {
        !matches!(self, Self::Init)
    }
}

impl Subject<'_> {
    /// Calls `act` with the role, the name, the content and the place of every container.
    fn containers(&self, act: &mut dyn FnMut(Role, &str, &Container, &At<'_>)) {
        let group = self.at.key("initContainers");
        for (name, container) in self.blueprint.pod.init_containers.iter() {
            let early = container.restart_policy == Some(SidecarRestart::Always);
            act(if early { Role::Early } else { Role::Init }, name, container, &group.key(name));
        }
        act(Role::Main, self.blueprint.name, self.blueprint.container, self.at);
        let group = self.at.key("sidecars");
        for (name, container) in self.blueprint.pod.sidecars.iter() {
            act(Role::Beside, name, container, &group.key(name));
        }
    }

    /// The component's own key in the spec.
    fn key(&self) -> Path {
        self.at.path().into_iter().take(2).collect()
    }
}

/// How to get rid of a field, which may come from `defaults`.
fn removal(check: &Check<'_>, at: &At<'_>, field: &str) -> String {
    if is_default(check, at) {
        format!("write `{field}: null` in the component: this one comes from `defaults`")
    } else {
        format!("remove `{field}`")
    }
}

/// Whether the value at a place comes from `defaults`.
fn is_default(check: &Check<'_>, at: &At<'_>) -> bool {
    inside(check, &at.path(), DEFAULTS)
}

/// Whether the value at a place was written for an environment.
fn is_override(check: &Check<'_>, at: &At<'_>) -> bool {
    let spec = check.node(&["platform".to_owned()]);
    let value = check.node(&at.path());
    let file = |node: Option<NodeId>| node.map(|node| check.sources().span(node).file);
    (value.is_some() && file(value) != file(spec)) || inside(check, &at.path(), ENVIRONMENTS)
}

/// Whether the value at a path was written inside a section of the spec.
fn inside(check: &Check<'_>, path: &[String], section: &str) -> bool {
    let span = |node| check.sources().span(node);
    let (Some(value), Some(section)) = (check.node(path), check.node(&[section.to_owned()])) else {
        return false;
    };
    contains(span(section), span(value))
}

const fn contains(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

/// `a`, `b` and `c`, in backticks.
fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// Reports that not exactly one of some fields is set.
fn one_of(what: &str, set: &[&str], all: &str, at: &At<'_>, check: &mut Check<'_>) {
    let message = match set {
        [_] => return,
        [] => format!("{what} says nothing"),
        several => format!("{what} says several things: {}", list(several)),
    };
    let help = if set.is_empty() { format!("write one of: {all}") } else { "keep one of them".to_owned() };
    check.error("one-of", at, message).help(help);
}
