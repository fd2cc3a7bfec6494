//! Definitions of custom resources on disk: a folder of files, of which those are read that can matter.

use super::Project;
use crate::diagnostic::Check;
use crate::k8s::definition::Definitions;
use crate::platform::{Platform, fit};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Endings of files that can hold definitions.
const ENDINGS: &[&str] = &["yaml", "yml", "json"];

impl Project {
    /// Checks every custom resource against the definitions in a folder.
    ///
    /// # Errors
    /// A folder or a file that cannot be read, or holds no definitions.
    pub fn check_definitions(&mut self, folder: &Path) -> anyhow::Result<()> {
        let Some((base, environments)) = &self.platforms else { return Ok(()) };
        let platforms: Vec<&Platform> = std::iter::once(base).chain(environments).collect();
        let definitions = read(folder, &groups(&platforms))
            .map_err(|reason| anyhow::anyhow!("`{}` {reason}", folder.display()))?;
        for platform in platforms {
            let mut check = Check::new(&self.sources, platform.root, &mut self.findings);
            fit::check(platform, &definitions, &mut check);
        }
        self.findings.settle(&self.sources);
        if self.findings.errors() > 0 {
            self.platforms = None;
        }
        Ok(())
    }

    /// Checks the custom resources of each platform against the folder that its spec names.
    pub(super) fn check_own_definitions(&mut self, platforms: &[Platform]) {
        let mut known: BTreeMap<&str, Result<Definitions, String>> = BTreeMap::new();
        let all: Vec<&Platform> = platforms.iter().collect();
        for platform in platforms {
            let Some(named) = platform.scope.header.crds.as_deref() else { continue };
            let definitions = known.entry(named).or_insert_with(|| {
                let folder = super::folder::inside(&self.folder, named)?;
                read(&folder, &groups(&all))
            });
            let mut check = Check::new(&self.sources, platform.root, &mut self.findings);
            match definitions {
                Ok(definitions) => fit::check(platform, definitions, &mut check),
                Err(reason) => drop(
                    check
                        .error(
                            "unreadable-file",
                            ["crds".to_owned()].as_slice(),
                            format!("the folder `{named}` cannot be used: {reason}"),
                        )
                        .help("name a folder beside the spec with CustomResourceDefinitions as YAML"),
                ),
            }
        }
    }
}

fn groups(platforms: &[&Platform]) -> BTreeSet<String> {
    platforms.iter().flat_map(|platform| fit::groups(platform)).collect()
}

/// Definitions of a folder's files, as far as they speak of the groups.
fn read(folder: &Path, groups: &BTreeSet<String>) -> Result<Definitions, String> {
    let mut files = std::fs::read_dir(folder)
        .and_then(|listing| {
            listing.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
        })
        .map_err(|error| format!("cannot be read: {error}"))?;
    files.retain(|path| {
        path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
    });
    files.sort();
    let mut definitions = Definitions::default();
    let mut seen = false;
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("has `{name}`, which cannot be read: {error}"))?;
        if !text.contains("CustomResourceDefinition") {
            continue;
        }
        seen = true;
        // Reading a large definition takes longer than looking for a word in it.
        if groups.iter().any(|group| text.contains(group.as_str())) {
            definitions
                .add(&name, &text)
                .map_err(|reason| format!("has `{name}`, which cannot be read: {reason}"))?;
        }
    }
    if seen { Ok(definitions) } else { Err("has no CustomResourceDefinition".to_owned()) }
}
