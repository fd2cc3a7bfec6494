//! The secrets that somebody else fills: which keys the platform needs, and nothing of their values.

use super::inventory::Needed;
use crate::k8s::NAMESPACE;
use crate::output::{File, Outline, Sink};
use crate::platform::Platform;
use crate::tree::{Tree, yaml};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Writes `ops/secrets/NAME.yaml.example` for each secret of any variant that kgen makes no object for.
///
/// # Errors
/// Those of the sink.
pub(super) fn write(
    outline: &Outline,
    base: &Platform,
    environments: &[Platform],
    sink: &mut Sink<'_>,
) -> anyhow::Result<()> {
    let mut known = BTreeSet::new();
    let all = std::iter::once(base).chain(environments);
    for (platform, part) in all.flat_map(|platform| platform.parts.iter().map(move |part| (platform, part))) {
        let Some(template) = part.component.template(&part.name).filter(|_| known.insert(&part.name)) else {
            continue;
        };
        let mut text = outline.header();
        let namespace = platform.scope.namespace(&part.name).replace(NAMESPACE, "NAMESPACE");
        let _ = writeln!(
            text,
            "# Fill a copy and apply it with `kubectl apply -n {namespace} -f`; never commit the copy."
        );
        yaml::write(&template, &mut text);
        let path = format!("ops/secrets/{}.yaml.example", part.name);
        sink(File { path, environment: None, text, executable: false })?;
    }
    Ok(())
}

/// Names and keys of the secrets that must be there before an environment is deployed.
pub(super) fn needed(platform: &Platform) -> Vec<Needed> {
    let keys = |template: &Tree| {
        let entries = template.get("stringData").and_then(Tree::as_map);
        entries.into_iter().flat_map(|map| map.keys().map(ToString::to_string)).collect()
    };
    let parts = platform.parts.iter();
    let needed = parts.filter_map(|part| {
        Some(Needed {
            name: part.name.clone(),
            namespace: platform.scope.namespace(&part.name).replace(NAMESPACE, &platform.namespace()),
            keys: keys(&part.component.template(&part.name)?),
        })
    });
    needed.collect()
}
