//! The secrets that somebody else fills: which keys the platform needs, and nothing of their values.

use crate::output::{File, Outline, Sink};
use crate::platform::Platform;
use crate::tree::{Tree, yaml};
use std::collections::BTreeSet;

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
    for part in std::iter::once(base).chain(environments).flat_map(|platform| &platform.parts) {
        let Some(template) = part.component.template(&part.name).filter(|_| known.insert(&part.name)) else {
            continue;
        };
        let mut text = outline.header();
        text.push_str(
            "# Fill a copy and apply it with `kubectl apply -n NAMESPACE -f`; never commit the copy.\n",
        );
        yaml::write(&template, &mut text);
        let path = format!("ops/secrets/{}.yaml.example", part.name);
        sink(File { path, environment: None, text: &text, executable: false })?;
    }
    Ok(())
}

/// Names and keys of the secrets that must be there before an environment is deployed.
pub(super) fn needed(platform: &Platform) -> Vec<(String, Vec<String>)> {
    let keys = |template: &Tree| {
        let entries = template.get("stringData").and_then(Tree::as_map);
        entries.into_iter().flat_map(|map| map.keys().map(ToString::to_string)).collect()
    };
    let parts = platform.parts.iter();
    parts.filter_map(|part| Some((part.name.clone(), keys(&part.component.template(&part.name)?)))).collect()
}
