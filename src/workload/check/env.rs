//! Environment variables: one source each, no secret written out, references in the right order.

use super::{Subject, one_of};
use crate::diagnostic::{At, Check, Key, suggest};
use crate::pod::env::EnvValue;
use crate::value::secrecy;

/// Fields of a pod that a variable can hold.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Resources of a container that a variable can hold.
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Beginnings of variables that frameworks write into what browsers load.
const BUILT_IN: &[&str] = &["GATSBY_", "NEXT_PUBLIC_", "REACT_APP_", "VITE_", "VUE_APP_"];

/// Reports everything about variables.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let mut containers: Vec<String> = Vec::new();
    subject.containers(&mut |_, name, _, _| containers.push(name.to_owned()));
    subject.containers(&mut |_, _, container, at| {
        let place = at.key("env");
        let names: Vec<&str> = container.env.keys().collect();
        for (index, (name, value)) in container.env.iter().enumerate() {
            let here = place.key(name);
            one_of(
                &format!("the variable `{name}`"),
                &value.sources(),
                "value, config, secret, field, resource",
                &here,
                check,
            );
            literal(name, value, &names[index + 1..], &here, &place, check);
            if let Some(text) = &value.value {
                super::literal::check(name, &text.0, &here, subject.scope, check);
            }
            if let Some(start) = BUILT_IN.iter().find(|start| name.starts_with(**start)) {
                check
                    .warning(
                        "build-time",
                        Key(&here.path()),
                        format!("`{name}` is read when the image is built"),
                    )
                    .says(format!("what begins with `{start}` becomes part of the pages that browsers load"))
                    .help("give it to the build: `kit: { images: { NAME: { args: { … } } } }`");
            }
            downward(value, &containers, &here, check);
        }
    });
}

fn literal(name: &str, value: &EnvValue, later: &[&str], at: &At<'_>, place: &At<'_>, check: &mut Check<'_>) {
    let Some(text) = value.value.as_ref().map(|value| value.0.as_str()) else { return };
    let long = at.key("value");
    let here = if check.node(&long.path()).is_some() { &long } else { at };
    if let Some(why) = secrecy::suspicion(name, text) {
        check
            .error("secret-literal", here, format!("`{name}` holds a secret that everybody can read here"))
            .says(why)
            .help(format!("name an entry of a secret: `{name}: {{ secret: app-secrets/{name} }}`"));
    }
    for used in references(text) {
        if later.contains(&used) {
            check
                .warning("env-order", here, format!("`{name}` uses `$({used})`, which comes only after it"))
                .label(Key(&place.key(used).path()), "it is set here")
                .help(format!(
                    "move `{used}` above `{name}`: Kubernetes leaves `$({used})` as it is otherwise"
                ));
        }
    }
}

/// Names in `$(NAME)`; `$$` stands for a dollar.
fn references(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            found.push(name);
            rest = after;
        }
    }
    found
}

/// What Kubernetes can tell a container about its pod.
fn downward(value: &EnvValue, containers: &[String], at: &At<'_>, check: &mut Check<'_>) {
    if let Some(field) = value.field.as_deref() {
        let keyed = ["metadata.labels['", "metadata.annotations['"]
            .iter()
            .any(|start| field.starts_with(start) && field.ends_with("']"));
        if !keyed && !FIELDS.contains(&field) {
            let help = suggest(field, FIELDS.iter().copied()).map_or_else(
                || {
                    format!(
                        "use one of: {}, metadata.labels['KEY'], metadata.annotations['KEY']",
                        FIELDS.join(", ")
                    )
                },
                |near| format!("did you mean `{near}`?"),
            );
            check
                .error(
                    "downward-field",
                    &at.key("field"),
                    format!("a container cannot be told the field `{field}` of its pod"),
                )
                .help(help);
        }
    }
    if let Some(resource) = value.resource.as_deref()
        && !RESOURCES.contains(&resource)
        && !resource.contains(".hugepages-")
    {
        let help = suggest(resource, RESOURCES.iter().copied()).map_or_else(
            || format!("use one of: {}", RESOURCES.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        check
            .error(
                "downward-field",
                &at.key("resource"),
                format!("a container cannot be told the resource `{resource}`"),
            )
            .help(help);
    }
    if let Some(container) = value.container.as_deref()
        && !containers.iter().any(|name| name == container)
    {
        let help = suggest(container, containers.iter().map(String::as_str)).map_or_else(
            || format!("use one of: {}", containers.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        check
            .error("downward-field", &at.key("container"), format!("the pod has no container `{container}`"))
            .help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn references_are_found_and_escapes_are_not() {
        assert_eq!(references("a$(B)c$$(D)$(E"), ["B"]);
        assert_eq!(references("$(A)$(B) $ $("), ["A", "B"]);
    }
}
