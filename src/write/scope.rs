//! Which files a run is about: those of the chosen environments and formats.

use std::collections::BTreeSet;

/// The part of the output folder that a run renders; the rest is neither stale nor checked.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    environments: Option<BTreeSet<String>>,
    folders: Option<BTreeSet<String>>,
}

impl Scope {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only these environments, and the files that belong to all of them.
    #[must_use]
    pub fn environments<I: IntoIterator<Item = S>, S: Into<String>>(mut self, names: I) -> Self {
        self.environments = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Only these folders at the top of the output, e.g. `raw`.
    #[must_use]
    pub fn folders<I: IntoIterator<Item = S>, S: Into<String>>(mut self, names: I) -> Self {
        self.folders = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Whether a file belongs to the run; `environment` is the one that alone needs it.
    #[must_use]
    pub fn covers(&self, path: &str, environment: Option<&str>) -> bool {
        let folder = path.split('/').next().unwrap_or_default();
        self.folders.as_ref().is_none_or(|folders| folders.contains(folder))
            && match (environment, &self.environments) {
                (Some(name), Some(chosen)) => chosen.contains(name),
                _ => true,
            }
    }
}
