//! Writing outputs to disk, so that nothing is lost.
//!
//! Files stream in, are compared with what is there, and only those that differ are staged beside
//! their place. At the end everything is checked, then moved into place under a journal: after a
//! crash the next run finds the old tree, or completes the new one. A file that a person edited, or
//! that kgen does not own, is named and left alone unless [`Force::Overwrite`] says otherwise.

use crate::output::File;
use anyhow::{Result, bail};
use disk::{Disk, State};
use journal::{Journal, Removal, Write};
use manifest::{Digest, Entry};
use staging::Staging;
use std::collections::btree_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use check::{Checker, Drift, DriftKind};
pub use queue::render_into;
pub use scope::Scope;

mod check;
mod disk;
mod journal;
mod manifest;
mod queue;
mod scope;
mod staging;
#[cfg(test)]
mod tests;

/// What to do with files that kgen may not touch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Force {
    /// Name them all and write nothing.
    #[default]
    Refuse,
    /// Replace or delete them: a person said so.
    Overwrite,
}

/// Takes finished files and makes a folder hold exactly them.
#[derive(Debug)]
pub struct Writer {
    disk: Disk,
    scope: Scope,
    force: Force,
    staging: Staging,
    /// What will be in the manifest.
    files: BTreeMap<String, Entry>,
    writes: Vec<Write>,
    conflicts: BTreeMap<String, Conflict>,
    /// Files where a folder has to be.
    in_the_way: BTreeSet<String>,
    tally: BTreeMap<Option<String>, Counts>,
}

/// What became of a write.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The folder holds the new files; counts for each environment, the shared files under none.
    Done(BTreeMap<Option<String>, Counts>),
    /// Nothing was touched, because of these paths below the folder.
    Refused(BTreeMap<String, Conflict>),
}

/// How many files were treated in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New or with new content.
    pub written: usize,
    /// Already as they should be; not touched.
    pub unchanged: usize,
    /// No longer rendered, and deleted.
    pub removed: usize,
}

/// Why a file may not be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// kgen wrote it, somebody changed it since.
    Edited,
    /// kgen did not write it.
    Foreign,
    /// kgen wrote it, somebody changed it since, and it is no longer rendered.
    EditedAndStale,
}

/// A point of a commit at which the machine may stop; for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Everything is staged, nothing is promised.
    Staged,
    /// The journal is on disk: from here on the new tree will come.
    Journaled,
    /// One file was deleted.
    Removed,
    /// One file was moved into place.
    Moved,
    /// The manifest is new.
    Listed,
}

impl Writer {
    /// Opens the folder `out`, which need not exist, after completing what an earlier run began.
    ///
    /// # Errors
    /// `out` is not a folder, cannot be read, or is being written by another kgen.
    pub fn open(out: &Path, scope: Scope, force: Force) -> Result<Self> {
        let staging = Staging::open(out)?;
        let disk = Disk::open(out, force)?;
        Ok(Self {
            disk,
            scope,
            force,
            staging,
            files: BTreeMap::new(),
            writes: Vec::new(),
            conflicts: BTreeMap::new(),
            in_the_way: BTreeSet::new(),
            tally: BTreeMap::new(),
        })
    }

    /// Takes one file; one of an environment outside the scope is passed over.
    ///
    /// # Errors
    /// The disk is full, a folder may not be written or is a symbolic link.
    pub fn file(&mut self, file: File) -> Result<()> {
        if !self.scope.covers(&file.path, file.environment.as_deref()) {
            return Ok(());
        }
        let found = self.disk.compare(&file)?;
        let sha256 = Digest::of(file.text.as_bytes());
        let counts = self.tally.entry(file.environment.clone()).or_default();
        match found.state {
            State::Same => counts.unchanged += 1,
            state => {
                counts.written += 1;
                match state {
                    State::Edited => self.conflicts.insert(file.path.clone(), Conflict::Edited),
                    State::Foreign => self.conflicts.insert(file.path.clone(), Conflict::Foreign),
                    _ => None,
                };
                self.in_the_way.extend(found.in_the_way);
                let staged = self.staging.add(&file)?;
                self.writes.extend(staged.map(|staged| Write {
                    path: file.path.clone(),
                    staged,
                    sha256,
                    before: found.digest,
                }));
            }
        }
        match self.files.entry(file.path) {
            Vacant(place) => place.insert(Entry { sha256, environment: file.environment }),
            Occupied(place) => bail!("internal error: a file was rendered twice: `{}`", place.key()),
        };
        Ok(())
    }

    /// Moves everything into place, or refuses and touches nothing.
    ///
    /// # Errors
    /// Something cannot be written. Before the journal is there nothing has changed; after it, the
    /// next run completes the work, and the message says so.
    pub fn finish(self) -> Result<Outcome> {
        self.finish_observed(&mut |_| {})
    }

    /// Like [`Writer::finish`]; tells `observe` about each point at which the machine may stop.
    pub(crate) fn finish_observed(mut self, observe: &mut dyn FnMut(Step)) -> Result<Outcome> {
        let removals = self.removals()?;
        if !self.conflicts.is_empty() && self.force == Force::Refuse {
            return Ok(Outcome::Refused(self.conflicts));
        }
        for write in &self.writes {
            self.disk.refuse_folder(&write.path, &removals)?;
        }
        let kept = std::mem::take(&mut self.disk.manifest.files);
        let unlisted = !self.disk.manifest.on_disk;
        let listed = self.files.len();
        for (path, entry) in &kept {
            if !self.files.contains_key(path) && !self.scope.covers(path, entry.environment.as_deref()) {
                self.files.insert(path.clone(), entry.clone());
            }
        }
        if listed == 0 {
            bail!("nothing was rendered, so nothing was written");
        }
        if self.writes.is_empty() && removals.is_empty() && self.files == kept && !unlisted {
            return Ok(Outcome::Done(self.tally));
        }
        let journal = Journal::new(removals, self.writes, self.files);
        self.staging.commit(&journal, observe)?;
        Ok(Outcome::Done(self.tally))
    }

    /// Files to delete: stale ones, and what stands where a folder has to be.
    fn removals(&mut self) -> Result<Vec<Removal>> {
        let mut removals = BTreeMap::new();
        let stale: Vec<(String, Entry)> = self
            .disk
            .manifest
            .files
            .iter()
            .filter(|(path, entry)| {
                !self.files.contains_key(*path) && self.scope.covers(path, entry.environment.as_deref())
            })
            .map(|(path, entry)| (path.clone(), entry.clone()))
            .collect();
        for (path, entry) in stale {
            let Some(found) = self.disk.owned(&path, &entry)? else { continue };
            if found.state == State::Edited {
                self.conflicts.insert(path.clone(), Conflict::EditedAndStale);
            }
            self.tally.entry(entry.environment).or_default().removed += 1;
            removals.insert(path, found.digest);
        }
        for path in std::mem::take(&mut self.in_the_way) {
            if let Vacant(place) = removals.entry(path) {
                let digest = self.disk.digest(place.key())?;
                self.conflicts.insert(place.key().clone(), Conflict::Foreign);
                place.insert(digest);
            }
        }
        Ok(removals.into_iter().map(|(path, before)| Removal { path, before }).collect())
    }
}

impl Conflict {
    /// Says it to a person, after the file's name.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Edited => "edited since kgen wrote it",
            Self::Foreign => "not written by kgen",
            Self::EditedAndStale => "edited since kgen wrote it, and no longer rendered",
        }
    }
}
