//! The plan of a commit, on disk before its first step: whoever finds it can complete the work.
//!
//! It names what was in each place when the plan was made. A file that changed since is somebody's
//! edit, and completing the plan later leaves it alone.

use super::Step;
use super::disk::{self, Disk, is_absent, parent};
use super::manifest::{self, Digest, Entry, Manifest};
use super::{Force, staging};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// The journal's path below the output folder.
pub(super) const PATH: &str = ".kgen/journal.json";
const VERSION: u32 = 1;

/// Everything that a commit does.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    version: u32,
    pub(super) remove: Vec<Removal>,
    pub(super) write: Vec<Write>,
    /// The manifest afterwards.
    pub(super) files: BTreeMap<String, Entry>,
}

/// A file to delete.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Removal {
    pub(super) path: String,
    /// What was there.
    pub(super) before: Option<Digest>,
}

/// A file to move into place.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Write {
    pub(super) path: String,
    /// The name that it waits under.
    pub(super) staged: String,
    pub(super) sha256: Digest,
    /// What was there.
    pub(super) before: Option<Digest>,
}

/// Completes what an interrupted run began in `out`.
pub(super) fn recover(out: &Path) -> Result<()> {
    let path = out.join(PATH);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
    };
    let journal = Journal::parse(&text)
        .with_context(|| format!("`{}` is damaged; delete it and run `kgen render` again", path.display()))?;
    journal
        .without_changed(out)
        .and_then(|journal| journal.play(out, &mut |_| {}))
        .with_context(|| format!("cannot complete the interrupted write of `{}`", out.display()))
}

impl Journal {
    /// A plan.
    pub(super) const fn new(remove: Vec<Removal>, write: Vec<Write>, files: BTreeMap<String, Entry>) -> Self {
        Self { version: VERSION, remove, write, files }
    }

    /// Reads a journal, refusing what kgen would never write.
    fn parse(text: &[u8]) -> Result<Self> {
        let journal: Self = serde_json::from_slice(text)?;
        if journal.version != VERSION {
            bail!("its version is {}, this kgen reads version {VERSION}", journal.version);
        }
        let written = journal.write.iter().map(|write| &write.path);
        let removed = journal.remove.iter().map(|removal| &removal.path);
        written.chain(removed).chain(journal.files.keys()).try_for_each(|path| disk::check_path(path))?;
        if journal.write.iter().any(|write| write.staged.parse::<usize>().is_err()) {
            bail!("a staged file has no number");
        }
        Ok(journal)
    }

    /// Puts the plan on disk; once it has its name it is complete.
    pub(super) fn save(&self, out: &Path) -> io::Result<()> {
        let path = out.join(PATH);
        let draft = path.with_extension("json.new");
        let mut file = fs::File::create(&draft)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        if let Ok(folder) = fs::File::open(out.join(manifest::FOLDER)) {
            // Not every file system can do it, and the journal is there all the same.
            let _ = folder.sync_all();
        }
        Ok(())
    }

    /// Carries the plan out. Steps that are done already are passed over.
    pub(super) fn play(&self, out: &Path, observe: &mut dyn FnMut(Step)) -> Result<()> {
        for removal in &self.remove {
            let place = out.join(&removal.path);
            match fs::remove_file(&place) {
                // A folder there shows that this step and later ones were done before.
                Err(error) if !is_absent(&error) && !place.is_dir() => {
                    return Err(error).with_context(|| format!("cannot delete `{}`", place.display()));
                }
                _ => observe(Step::Removed),
            }
        }
        self.prune(out);
        for write in &self.write {
            let place = out.join(&write.path);
            move_file(&out.join(staging::FOLDER).join(&write.staged), &place)
                .with_context(|| format!("cannot write `{}`", place.display()))?;
            observe(Step::Moved);
        }
        let list = out.join(manifest::PATH);
        let draft = list.with_extension("json.new");
        fs::write(&draft, manifest::print(&self.files)?)
            .and_then(|()| fs::rename(&draft, &list))
            .with_context(|| format!("cannot write `{}`", list.display()))?;
        observe(Step::Listed);
        // The journal goes first: staged files without one are only leftovers.
        fs::remove_file(out.join(PATH)).and_then(|()| fs::remove_dir_all(out.join(staging::FOLDER))).or_else(
            |error| if is_absent(&error) { Ok(()) } else { Err(error).context("cannot remove the journal") },
        )
    }

    /// Removes folders that the removals left empty.
    fn prune(&self, out: &Path) {
        let mut folders = BTreeSet::new();
        for removal in &self.remove {
            let mut folder = parent(&removal.path);
            while !folder.is_empty() && folders.insert(folder) {
                folder = parent(folder);
            }
        }
        for folder in folders.into_iter().rev() {
            // It fails where something is left, which is the point.
            let _ = fs::remove_dir(out.join(folder));
        }
    }

    /// The plan without the files that were edited, or whose new bytes were lost, since it was made.
    fn without_changed(mut self, out: &Path) -> Result<Self> {
        let mut now = Disk::open(out, Force::Overwrite)?;
        let mut skipped = BTreeSet::new();
        for removal in &self.remove {
            let found = now.digest(&removal.path)?;
            if found.is_some() && found != removal.before {
                skipped.insert(removal.path.clone());
            }
        }
        for write in &self.write {
            let found = now.digest(&write.path)?;
            let staged = match fs::read(out.join(staging::FOLDER).join(&write.staged)) {
                Ok(bytes) => Digest::of(&bytes) == write.sha256,
                Err(error) if error.kind() == ErrorKind::NotFound => false,
                Err(error) => return Err(error.into()),
            };
            let done = found == Some(write.sha256);
            if !done && (!staged || (found.is_some() && found != write.before)) {
                skipped.insert(write.path.clone());
            }
        }
        self.remove.retain(|removal| !skipped.contains(&removal.path));
        self.write.retain(|write| !skipped.contains(&write.path));
        let mut old = Manifest::read(out).unwrap_or_default().files;
        for path in skipped {
            match old.remove(&path) {
                Some(entry) => self.files.insert(path, entry),
                None => self.files.remove(&path),
            };
        }
        Ok(self)
    }
}

/// Moves a staged file, making its folder; does nothing if it was moved before.
fn move_file(staged: &Path, place: &Path) -> io::Result<()> {
    match fs::rename(staged, place) {
        Err(error) if is_absent(&error) => {
            if !staged.exists() && place.exists() {
                return Ok(());
            }
            fs::create_dir_all(place.parent().unwrap_or(place))?;
            fs::rename(staged, place)
        }
        other => other,
    }
}
