//! New bytes wait beside their place, on the same file system, until all of them are there.
//!
//! If the output folder does not exist, a whole tree is staged next to it and renamed in one step.
//! Otherwise the files wait in `.kgen/staging` and are moved under a journal.

use super::Step;
use super::disk::{is_absent, parent};
use super::journal::{self, Journal};
use super::manifest;
use crate::output::File;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs::{self, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The folder, below the output folder, where new files wait.
pub(super) const FOLDER: &str = ".kgen/staging";

/// A place for new files, emptied when it is dropped before the commit.
#[derive(Debug)]
pub(super) struct Staging {
    out: PathBuf,
    /// Where files wait.
    place: PathBuf,
    /// Whether `place` becomes `out` itself.
    whole: bool,
    /// Holds other runs off for as long as this lives.
    lock: Option<fs::File>,
    /// Folders that were made on the way, in order.
    made: Vec<PathBuf>,
    /// Folders below `place` that are there.
    ready: BTreeSet<String>,
    count: usize,
    committed: bool,
}

impl Staging {
    /// Prepares for `out`: takes the lock, completes an interrupted run, throws leftovers away.
    pub(super) fn open(out: &Path) -> Result<Self> {
        let whole = match fs::metadata(out) {
            Ok(metadata) if metadata.is_dir() => false,
            Ok(_) => bail!("`{}` is a file, but the output needs a folder there", out.display()),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if fs::symlink_metadata(out).is_ok() {
                    bail!("`{}` is a symbolic link that leads nowhere", out.display());
                }
                true
            }
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                let file = out.ancestors().find(|above| above.is_file()).unwrap_or(out);
                bail!("there can be no folder `{}`, because `{}` is a file", out.display(), file.display());
            }
            Err(error) => return Err(error).with_context(|| format!("cannot use `{}`", out.display())),
        };
        let place = if whole { beside(out)? } else { out.join(FOLDER) };
        let mut staging = Self {
            out: out.to_owned(),
            place,
            whole,
            lock: None,
            made: Vec::new(),
            ready: BTreeSet::new(),
            count: 0,
            committed: false,
        };
        if whole {
            staging.lock(&staging.place.clone())?;
        } else {
            staging.lock(out)?;
            own_folder(out)?;
            journal::recover(out)?;
        }
        discard(&staging.place)?;
        Ok(staging)
    }

    /// Stages a file and returns the name that it waits under; none if it comes into place with the whole tree.
    pub(super) fn add(&mut self, file: &File) -> Result<Option<String>> {
        self.count += 1;
        let waiting = (!self.whole).then(|| self.count.to_string());
        self.put(waiting.as_deref().unwrap_or(&file.path), file).with_context(|| {
            format!("cannot write `{}`; nothing was changed", self.out.join(&file.path).display())
        })?;
        Ok(waiting)
    }

    /// Moves everything into place.
    pub(super) fn commit(mut self, journal: &Journal, observe: &mut dyn FnMut(Step)) -> Result<()> {
        if self.whole { self.move_tree(journal, observe) } else { self.move_files(journal, observe) }
    }

    /// The staged tree becomes the output folder.
    fn move_tree(&mut self, journal: &Journal, observe: &mut dyn FnMut(Step)) -> Result<()> {
        let text = manifest::print(&journal.files)?;
        let list = File { path: manifest::PATH.to_owned(), environment: None, text, executable: false };
        self.add(&list)?;
        observe(Step::Staged);
        fs::rename(&self.place, &self.out)
            .with_context(|| format!("cannot create `{}`; nothing was changed", self.out.display()))?;
        self.committed = true;
        observe(Step::Listed);
        Ok(())
    }

    /// The staged files go to their places one by one, under a journal.
    fn move_files(&mut self, journal: &Journal, observe: &mut dyn FnMut(Step)) -> Result<()> {
        self.make_parents(&self.out.join(FOLDER).join("x"))
            .and_then(|()| self.probe(journal))
            .with_context(|| format!("cannot write to `{}`; nothing was changed", self.out.display()))?;
        observe(Step::Staged);
        journal
            .save(&self.out)
            .with_context(|| format!("cannot write to `{}`; nothing was changed", self.out.display()))?;
        self.committed = true;
        observe(Step::Journaled);
        journal.play(&self.out, observe).with_context(|| {
            format!("writing `{}` stopped half-way; the next `kgen render` completes it", self.out.display())
        })
    }

    /// Finds out before the first change whether every folder that will change can be changed.
    fn probe(&mut self, journal: &Journal) -> io::Result<()> {
        let paths = journal.write.iter().map(|w| &w.path).chain(journal.remove.iter().map(|r| &r.path));
        let folders: BTreeSet<&str> = paths.map(|path| parent(path)).collect();
        for folder in folders {
            let place = self.out.join(folder);
            let probe = place.join(".kgen-probe");
            match fs::File::create(&probe) {
                Ok(_) => fs::remove_file(&probe)?,
                Err(error) if error.kind() == ErrorKind::NotFound => self.make_parents(&probe)?,
                // A file that is going to be removed stands in the way.
                Err(error) if error.kind() == ErrorKind::NotADirectory => {}
                Err(error) => {
                    return Err(io::Error::new(error.kind(), format!("`{}`: {error}", place.display())));
                }
            }
        }
        Ok(())
    }

    /// Writes a file into the staging place.
    fn put(&mut self, name: &str, file: &File) -> io::Result<()> {
        let place = self.place.join(name);
        let folder = parent(name);
        if !self.ready.contains(folder) {
            self.make_parents(&place)?;
            self.ready.insert(folder.to_owned());
            if self.lock.is_none() {
                // A failure to lock a folder just made is a file system without locks.
                self.lock = fs::File::open(&self.place).ok().filter(|folder| folder.try_lock().is_ok());
            }
        }
        let mut handle = fs::File::create_new(place)?;
        handle.write_all(file.text.as_bytes())?;
        if file.executable { make_executable(&handle) } else { Ok(()) }
    }

    /// Makes the folders above a path, remembering which are new.
    fn make_parents(&mut self, path: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = path
            .ancestors()
            .skip(1)
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => self.made.push(folder.to_owned()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) if error.kind() == ErrorKind::NotADirectory && !self.whole => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Takes the lock of a folder, if it is there.
    fn lock(&mut self, folder: &Path) -> Result<()> {
        let Ok(handle) = fs::File::open(folder) else { return Ok(()) };
        match patiently(&handle) {
            Err(TryLockError::WouldBlock) => {
                bail!("another kgen is writing `{}`; run this again when it is done", self.out.display())
            }
            // A file system without locks is no reason not to write.
            Err(TryLockError::Error(_)) => {}
            Ok(()) if self.whole => {}
            Ok(()) => self.lock = Some(handle),
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.committed {
            // Leftovers do no harm: the next run throws them away.
            let _ = fs::remove_dir_all(&self.place);
            for folder in self.made.iter().rev() {
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

/// Where the tree for a new output folder waits.
fn beside(out: &Path) -> Result<PathBuf> {
    let Some(name) = out.file_name() else { bail!("`{}` does not name a folder", out.display()) };
    Ok(out.with_file_name(format!(".{}.kgen-staging", name.to_string_lossy())))
}

/// Fails if kgen's own folder is not a real folder.
fn own_folder(out: &Path) -> Result<()> {
    for name in [manifest::FOLDER, FOLDER] {
        let place = out.join(name);
        if fs::symlink_metadata(&place).is_ok_and(|metadata| !metadata.is_dir()) {
            bail!("`{}` has to be a folder of kgen's own; move what is there away", place.display());
        }
    }
    Ok(())
}

/// Throws away what an interrupted run left.
fn discard(place: &Path) -> Result<()> {
    match fs::remove_dir_all(place) {
        Err(error) if !is_absent(&error) => Err(error)
            .with_context(|| format!("cannot remove `{}`, left by an interrupted run", place.display())),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn make_executable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = file.metadata()?.permissions();
    // Whoever may read it may run it.
    permissions.set_mode(permissions.mode() | ((permissions.mode() & 0o444) >> 2));
    file.set_permissions(permissions)
}

#[cfg(not(unix))]
fn make_executable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Tries for a second: the other run may be about to finish, or a child of this process may be about to let go.
fn patiently(folder: &fs::File) -> Result<(), TryLockError> {
    for _ in 0..20 {
        match folder.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(std::time::Duration::from_millis(50)),
            done => return done,
        }
    }
    folder.try_lock()
}
