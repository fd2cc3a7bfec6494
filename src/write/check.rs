//! Whether what is on disk is what a render would write; nothing is touched.

use super::disk::{Disk, State};
use super::manifest::{self, Digest, Entry};
use super::{Force, Scope, journal};
use crate::output::File;
use anyhow::Result;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::path::Path;

/// At most so many lines of difference are shown for a file.
const LINES_PER_FILE: usize = 20;
/// At most so many lines of difference are shown in all.
const LINES_IN_ALL: usize = 120;
/// Files longer than this are not compared line by line.
const LONGEST: usize = 1 << 20;

/// Takes the files of a render and finds what differs on disk.
#[derive(Debug)]
pub struct Checker {
    disk: Disk,
    scope: Scope,
    files: BTreeMap<String, Entry>,
    drift: BTreeMap<String, Drift>,
    lines_left: usize,
}

/// A file that is not as a render would write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// In which way.
    pub kind: DriftKind,
    /// What a render would change, as a unified diff; bounded.
    pub diff: String,
}

/// In which way a file differs from a render.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftKind {
    /// As kgen wrote it, from an older spec.
    Changed,
    /// Not there.
    Missing,
    /// Written by kgen, no longer rendered.
    Stale,
    /// Changed by somebody since kgen wrote it.
    Edited,
    /// In the place of a rendered file, not written by kgen.
    Foreign,
    /// An earlier render was interrupted.
    Interrupted,
}

impl Checker {
    /// Opens the folder `out` for reading.
    ///
    /// # Errors
    /// It cannot be read, or its manifest is damaged.
    pub fn open(out: &Path, scope: Scope) -> Result<Self> {
        let mut drift = BTreeMap::new();
        if out.join(journal::PATH).exists() {
            let interrupted = Drift { kind: DriftKind::Interrupted, diff: String::new() };
            drift.insert(journal::PATH.to_owned(), interrupted);
        }
        let disk = Disk::open(out, Force::Refuse)?;
        Ok(Self { disk, scope, files: BTreeMap::new(), drift, lines_left: LINES_IN_ALL })
    }

    /// Takes one file; one of an environment outside the scope is passed over.
    ///
    /// # Errors
    /// What is on disk cannot be read.
    pub fn file(&mut self, file: File) -> Result<()> {
        if !self.scope.covers(&file.path, file.environment.as_deref()) {
            return Ok(());
        }
        let sha256 = Digest::of(file.text.as_bytes());
        let kind = match self.disk.compare(&file)?.state {
            State::Same => None,
            State::Missing => Some(DriftKind::Missing),
            State::Outdated => Some(DriftKind::Changed),
            State::Edited => Some(DriftKind::Edited),
            State::Foreign | State::Folder => Some(DriftKind::Foreign),
        };
        if let Some(kind) = kind {
            let diff = if kind == DriftKind::Missing { String::new() } else { self.difference(&file) };
            self.drift.insert(file.path.clone(), Drift { kind, diff });
        }
        self.files.insert(file.path, Entry { sha256, environment: file.environment });
        Ok(())
    }

    /// What differs, by path below the folder, and how many files were looked at.
    ///
    /// # Errors
    /// What is on disk cannot be read.
    pub fn finish(mut self) -> Result<(BTreeMap<String, Drift>, usize)> {
        let looked_at = self.files.len();
        let listed = std::mem::take(&mut self.disk.manifest.files);
        for (path, entry) in &listed {
            if self.files.contains_key(path) {
                continue;
            }
            if !self.scope.covers(path, entry.environment.as_deref()) {
                self.files.insert(path.clone(), entry.clone());
            } else if let Some(found) = self.disk.owned(path, entry)? {
                let kind = if found.state == State::Edited { DriftKind::Edited } else { DriftKind::Stale };
                self.drift.insert(path.clone(), Drift { kind, diff: String::new() });
            }
        }
        if self.drift.is_empty() && (self.files != listed || !self.disk.manifest.on_disk) {
            let there = self.disk.manifest.on_disk;
            let kind = if there { DriftKind::Changed } else { DriftKind::Missing };
            self.drift.insert(manifest::PATH.to_owned(), Drift { kind, diff: String::new() });
        }
        Ok((self.drift, looked_at))
    }

    /// What a render would change in the file that was read last.
    fn difference(&mut self, file: &File) -> String {
        let plain = manifest::plain_lines(&self.disk.content);
        let content = plain.as_deref().unwrap_or(&self.disk.content);
        let Ok(old) = std::str::from_utf8(content) else { return String::new() };
        if self.lines_left == 0 || old.len().max(file.text.len()) > LONGEST {
            return String::new();
        }
        let diff = TextDiff::from_lines(old, &file.text);
        let unified = diff.unified_diff().context_radius(1).missing_newline_hint(false).to_string();
        let count = unified.lines().count();
        let shown = count.min(LINES_PER_FILE).min(self.lines_left);
        self.lines_left -= shown;
        let mut text: String = unified.lines().take(shown).flat_map(|line| [line, "\n"]).collect();
        if shown < count {
            text.extend(["… ", &(count - shown).to_string(), " more lines\n"]);
        }
        text
    }
}

impl DriftKind {
    /// One word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Stale => "stale",
            Self::Edited => "edited",
            Self::Foreign => "foreign",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether `kgen render` alone would refuse to repair it.
    #[must_use]
    pub const fn needs_force(self) -> bool {
        matches!(self, Self::Edited | Self::Foreign)
    }
}
