//! Ports: each name and each number once in a pod.

use super::{Role, Subject};
use crate::diagnostic::{At, Check, Key, Path};
use crate::pod::container::{Container, Port};
use std::collections::BTreeMap;

/// Reports ports that share a name or a number.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let mut numbers: BTreeMap<(u16, String), Path> = BTreeMap::new();
    let mut outside: BTreeMap<(u16, String), Path> = BTreeMap::new();
    let mut names: BTreeMap<String, Path> = BTreeMap::new();
    subject.containers(&mut |role, _, container, at| {
        if !role.stays() {
            return;
        }
        let ports = at.key("ports");
        if container.port.is_some() && container.ports.contains("http") {
            check
                .error("port-twice", &ports.key("http"), "there are two ports `http`")
                .label(&at.key("port"), "`port` is short for a port `http`")
                .help("keep one of the two forms");
            return;
        }
        each(container, at, &mut |name, port, here| {
            if let Some(first) = names.get(name) {
                check
                    .warning("port-twice", here, format!("two ports of the pod are named `{name}`"))
                    .label(Key(first), "what goes by this name arrives here")
                    .help("give one of them another name under `ports`");
            } else {
                names.insert(name.to_owned(), here.path());
            }
            let protocol = port.protocol_name().unwrap_or_else(|| "TCP".to_owned());
            let key = (port.container, protocol.clone());
            if let Some(first) = numbers.get(&key) {
                twice(format!("two ports of the pod have the number {}", port.container), first, here, check);
                return;
            }
            numbers.insert(key, here.path());
            let number = port.at_service().filter(|_| role == Role::Main);
            let Some(number) = number else { return };
            if let Some(first) = outside.get(&(number, protocol.clone())) {
                twice(
                    format!("two ports of the Service have the number {number}: `{name}` is the second"),
                    first,
                    here,
                    check,
                );
            }
            outside.insert((number, protocol), here.path());
        });
    });
}

fn twice(message: String, first: &Path, here: &At<'_>, check: &mut Check<'_>) {
    check
        .error("port-twice", here, message)
        .label(Key(first), "the first one is here")
        .help("give one of them another number, or remove it");
}

/// Calls `act` with name, content and place of each port.
pub(super) fn each(container: &Container, at: &At<'_>, act: &mut dyn FnMut(&str, &Port, &At<'_>)) {
    for (name, port) in container.ports() {
        if container.ports.contains(name) {
            act(name, &port, &at.key("ports").key(name));
        } else {
            act(name, &port, &at.key("port"));
        }
    }
}
