//! Containers of a pod: their names, and fields that not every sort of container has.

use super::{Role, Subject};
use crate::diagnostic::{At, Check, Key, Path};
use crate::pod::container::{Container, PullPolicy};
use crate::pod::probe::Probes;
use std::collections::BTreeMap;

/// Reports containers that share a name, and fields that they cannot have.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let mut seen: BTreeMap<String, Path> = BTreeMap::new();
    subject.containers(&mut |role, name, container, at| {
        let path = if role == Role::Main { subject.key() } else { at.path() };
        if let Some(first) = seen.get(name) {
            let main = role == Role::Main || first.len() == 2;
            check
                .error("container-twice", Key(&path), format!("the pod has two containers `{name}`"))
                .label(Key(first), "the first one is here")
                .help(if main {
                    "rename the one in `initContainers` or `sidecars`: the main container has the component's name"
                } else {
                    "rename one of them"
                });
        } else {
            seen.insert(name.to_owned(), path);
        }
        fields(role, name, container, at, check);
    });
}

fn fields(role: Role, name: &str, container: &Container, at: &At<'_>, check: &mut Check<'_>) {
    if role != Role::Main && container.image.is_none() {
        check
            .error("missing-field", Key(&at.path()), format!("the container `{name}` has no `image`"))
            .help("add `image: ghcr.io/acme/web:1.4.2` with the image that you mean");
    }
    moving(container, at, check);
    if role == Role::Init {
        initiates(name, container, at, check);
        let rows =
            [("probes", container.probes != Probes::default()), ("lifecycle", container.lifecycle.is_some())];
        for (field, _) in rows.into_iter().filter(|(_, set)| *set) {
            check
                .error(
                    "container-field",
                    &at.key(field),
                    format!("`{name}` runs to its end before the main container: it has no `{field}`"),
                )
                .help(format!("remove `{field}`, or add `restartPolicy: Always` if it is to keep running"));
        }
    }
    if matches!(role, Role::Main | Role::Beside) && container.restart_policy.is_some() {
        check
            .error(
                "container-field",
                &at.key("restartPolicy"),
                format!("`restartPolicy` is for `initContainers`, and `{name}` is none"),
            )
            .help("move the container to `initContainers`, or remove `restartPolicy`");
    }
}

/// A tag without a number, which is not always the same image, where nodes keep what they have.
fn moving(container: &Container, at: &At<'_>, check: &mut Check<'_>) {
    let image = container.image.as_deref().unwrap_or_default();
    let tag = image.rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
    let asked = container.image_pull_policy == Some(PullPolicy::Always) || image.contains('@');
    // `latest` is refused before.
    if let Some(tag) =
        tag.filter(|tag| !asked && *tag != "latest" && !tag.contains(|c: char| c.is_ascii_digit()))
    {
        check
            .warning(
                "moving-tag",
                &at.key("image"),
                format!("`{tag}` may be another image tomorrow, and nodes that have one do not ask again"),
            )
            .help("name a version or a digest, or add `imagePullPolicy: Always`");
    }
}

/// Words by which servers are made a cluster.
const INITIATES: &[&str] =
    &["rs.initiate", "replSetInitiate", "--cluster create", "CLUSTER MEET", "cluster-init", "cockroach init"];

/// An initial container ends before the servers that it would join have started.
fn initiates(name: &str, container: &Container, at: &At<'_>, check: &mut Check<'_>) {
    for (field, words) in [("command", &container.command), ("args", &container.args)] {
        let text = words.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
        if let Some(word) = INITIATES.iter().find(|word| text.contains(**word)) {
            check
                .error(
                    "initiated-too-early",
                    &at.key(field),
                    format!("`{name}` calls `{word}` and ends before the server starts"),
                )
                .help("do it in a Job that tries until all members answer; the section `mongodb` makes one");
        }
    }
}
