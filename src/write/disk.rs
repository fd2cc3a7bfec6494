//! What is on disk now, seen against what kgen wrote last and what it wants to write.

use super::Force;
use super::journal::Removal;
use super::manifest::{self, Digest, Entry, Manifest};
use crate::output::File;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// An output folder as it is now.
#[derive(Debug)]
pub(super) struct Disk {
    out: PathBuf,
    pub(super) manifest: Manifest,
    folders: BTreeMap<String, Folder>,
    /// Content of the file that was looked at last.
    pub(super) content: Vec<u8>,
}

/// How a file on disk stands to the one to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing to do; line ends may differ.
    Same,
    /// Not there.
    Missing,
    /// As kgen wrote it, but not as it is to be.
    Outdated,
    /// Written by kgen, then changed by somebody.
    Edited,
    /// Not written by kgen.
    Foreign,
    /// A folder stands there.
    Folder,
}

/// What was found in the place of a file.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) state: State,
    /// Digest of what is there, unless it is the same or missing.
    pub(super) digest: Option<Digest>,
    /// A file where one of its folders has to be.
    pub(super) in_the_way: Option<String>,
}

/// What stands where a folder is wanted.
#[derive(Clone, Debug)]
enum Folder {
    Real,
    Missing,
    /// A file, at this path, stands in its place or in that of a folder above.
    File(String),
}

impl Disk {
    /// Looks at `out`; a damaged manifest counts as none if everything may be overwritten.
    pub(super) fn open(out: &Path, force: Force) -> Result<Self> {
        let manifest = match Manifest::read(out) {
            Err(_) if force == Force::Overwrite => Manifest::default(),
            other => other?,
        };
        Ok(Self { out: out.to_owned(), manifest, folders: BTreeMap::new(), content: Vec::new() })
    }

    /// Compares what is in the place of `file` with it.
    pub(super) fn compare(&mut self, file: &File) -> Result<Found> {
        check_path(&file.path)?;
        let missing = Found { state: State::Missing, digest: None, in_the_way: None };
        match self.folder(parent(&file.path))? {
            Folder::Missing => return Ok(missing),
            Folder::File(path) => return Ok(Found { in_the_way: Some(path), ..missing }),
            Folder::Real => {}
        }
        let Some(metadata) = self.load(&file.path)? else { return Ok(missing) };
        if metadata.is_dir() {
            return Ok(Found { state: State::Folder, ..missing });
        }
        let bytes = file.text.as_bytes();
        let lost_bit = file.executable && !is_executable(&metadata);
        let same = metadata.is_file()
            && (self.content == bytes
                || manifest::plain_lines(&self.content).is_some_and(|plain| plain == bytes));
        if same && !lost_bit {
            return Ok(Found { state: State::Same, ..missing });
        }
        let state = match self.manifest.files.get(&file.path) {
            _ if same => State::Outdated,
            None => State::Foreign,
            Some(entry) if metadata.is_file() && entry.sha256.is_of(&self.content) => State::Outdated,
            Some(_) => State::Edited,
        };
        Ok(Found { state, digest: Some(Digest::of(&self.content)), in_the_way: None })
    }

    /// Looks at a file of the manifest: outdated or edited; none if it is gone.
    pub(super) fn owned(&mut self, path: &str, entry: &Entry) -> Result<Option<Found>> {
        let Folder::Real = self.folder(parent(path))? else { return Ok(None) };
        let Some(metadata) = self.load(path)? else { return Ok(None) };
        if metadata.is_dir() {
            // A folder of that name is somebody's own: what kgen wrote is gone.
            return Ok(None);
        }
        let untouched = metadata.is_file() && entry.sha256.is_of(&self.content);
        let state = if untouched { State::Outdated } else { State::Edited };
        Ok(Some(Found { state, digest: Some(Digest::of(&self.content)), in_the_way: None }))
    }

    /// The digest of the file at `path`; none if there is none.
    pub(super) fn digest(&mut self, path: &str) -> Result<Option<Digest>> {
        let Folder::Real = self.folder(parent(path))? else { return Ok(None) };
        let found = self.load(path)?.filter(|metadata| !metadata.is_dir());
        Ok(found.map(|_| Digest::of(&self.content)))
    }

    /// Fails if a folder stands at `path` and would not be gone after the removals.
    pub(super) fn refuse_folder(&self, path: &str, removals: &[Removal]) -> Result<()> {
        let place = self.out.join(path);
        if !fs::symlink_metadata(&place).is_ok_and(|metadata| metadata.is_dir()) {
            return Ok(());
        }
        let removed: BTreeSet<PathBuf> =
            removals.iter().map(|removal| self.out.join(&removal.path)).collect();
        if let Some(kept) = first_kept(&place, &removed)? {
            bail!(
                "`{}` is a folder, but kgen has to write a file there; move `{}` away",
                place.display(),
                kept.display()
            );
        }
        Ok(())
    }

    /// Reads what is at `path` into `content`; a link's content is its target.
    fn load(&mut self, path: &str) -> Result<Option<Metadata>> {
        let place = self.out.join(path);
        match read_place(&place, &mut self.content) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", place.display())),
        }
    }

    /// What stands at a folder's path. Links are refused: they may lead anywhere.
    fn folder(&mut self, path: &str) -> Result<Folder> {
        if let Some(known) = self.folders.get(path) {
            return Ok(known.clone());
        }
        let above = if path.is_empty() { Folder::Real } else { self.folder(parent(path))? };
        let place = self.out.join(path);
        let folder = match above {
            Folder::Real => match fs::symlink_metadata(&place) {
                Ok(_) if path.is_empty() => Folder::Real,
                Ok(metadata) if metadata.is_dir() => Folder::Real,
                Ok(metadata) if metadata.is_symlink() => bail!(
                    "`{}` is a symbolic link; kgen writes below `{}` into real folders only: remove the link",
                    place.display(),
                    self.out.display()
                ),
                Ok(_) => Folder::File(path.to_owned()),
                Err(error) if is_absent(&error) => Folder::Missing,
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot look at `{}`", place.display()));
                }
            },
            other => other,
        };
        self.folders.insert(path.to_owned(), folder.clone());
        Ok(folder)
    }
}

/// Reads a file, or the target of a link, into `content`.
fn read_place(place: &Path, content: &mut Vec<u8>) -> io::Result<Metadata> {
    content.clear();
    let metadata = fs::symlink_metadata(place)?;
    if metadata.is_file() {
        // The length is known: half as many calls as reading to the end.
        content.resize(usize::try_from(metadata.len()).unwrap_or(usize::MAX), 0);
        fs::File::open(place)?.read_exact(content)?;
    } else if metadata.is_symlink() {
        content.extend_from_slice(fs::read_link(place)?.as_os_str().as_encoded_bytes());
    }
    Ok(metadata)
}

/// The first thing below a folder that is not removed.
fn first_kept(folder: &Path, removed: &BTreeSet<PathBuf>) -> Result<Option<PathBuf>> {
    let read = |place: &Path| fs::read_dir(place)?.collect::<io::Result<Vec<_>>>();
    let mut entries = read(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if let Some(kept) = first_kept(&path, removed)? {
                return Ok(Some(kept));
            }
        } else if !removed.contains(&path) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Fails if a path does not stay below the folder, or is one of kgen's own.
pub(super) fn check_path(path: &str) -> Result<()> {
    let sound = |part: &str| !part.is_empty() && part != "." && part != "..";
    if path.contains(['\\', '\0', ':']) || !path.split('/').all(sound) {
        bail!("`{path}` is not a path below the output folder");
    }
    if path.split('/').next() == Some(manifest::FOLDER) {
        bail!("`{path}` is in the folder that kgen keeps for itself");
    }
    Ok(())
}

/// The folder part of a path below the output folder.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether an error says that there is no such file.
pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    true
}
