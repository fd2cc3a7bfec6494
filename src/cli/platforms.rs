//! Which platforms a command is about, and where they are.

use super::answer::Fault;
use super::messages::MessageFormat;
use crate::diagnostic::suggest;
use anyhow::Context;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The name of a spec.
pub(super) const SPEC: &str = "platform.yaml";
/// What people call it, too: read by nobody, so that a folder has one spec.
const OTHER: &str = "platform.yml";
/// The folder of a repository that holds several platforms.
const MANY: &str = "platforms";

/// Which platforms a verb is about, and how it speaks of them.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Choice {
    /// Platform: its name under `platforms/`, its folder or its `platform.yaml`; may be repeated
    #[arg(short = 'p', long = "platform", value_name = "NAME|PATH")]
    pub(super) names: Vec<String>,
    /// How to print findings about a spec
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) message_format: MessageFormat,
}

/// The `platform.yaml` of each chosen platform, as a path from here.
///
/// `chosen` names them; else it is the one in this folder or above; else every one under
/// `platforms/` in this folder or above. There is at least one, and each is a file.
pub(super) fn find(chosen: &[String]) -> Result<Vec<PathBuf>, Fault> {
    let above = above()?;
    let mut found = if chosen.is_empty() {
        nearest(&above)?
    } else {
        chosen.iter().map(|name| named(name, &above)).collect::<Result<_, _>>()?
    };
    let mut seen = Vec::new();
    found.retain(|path| {
        !seen.contains(path) && {
            seen.push(path.clone());
            true
        }
    });
    for spec in &found {
        check_file(spec)?;
    }
    Ok(found)
}

/// The folder of a spec.
pub(super) fn folder(spec: &Path) -> &Path {
    spec.parent().unwrap_or(spec)
}

/// The name of a platform's folder.
pub(super) fn name(spec: &Path) -> Result<String, Fault> {
    let place = std::path::absolute(folder(spec)).context("cannot tell the current folder")?;
    let place = place.canonicalize().unwrap_or(place);
    Ok(place.file_name().map_or_else(|| "platform".to_owned(), |name| name.to_string_lossy().into_owned()))
}

/// This folder and those above it, as paths from here: nothing, `..`, `../..`.
fn above() -> Result<Vec<PathBuf>, Fault> {
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let ups = (0..here.ancestors().count()).map(|ups| std::iter::repeat_n("..", ups).collect());
    Ok(ups.collect())
}

/// The spec of this folder or the nearest above, or those of the nearest `platforms/`.
fn nearest(above: &[PathBuf]) -> Result<Vec<PathBuf>, Fault> {
    if let Some(spec) = above.iter().map(|folder| folder.join(SPEC)).find(|spec| spec.exists()) {
        return Ok(vec![spec]);
    }
    for folder in above {
        let many = all_of(folder)?;
        if !many.is_empty() {
            return Ok(many);
        }
    }
    if let Some(other) = above.iter().map(|folder| folder.join(OTHER)).find(|other| other.is_file()) {
        return Err(misnamed(&other));
    }
    Err(Fault::usage(format!("there is no `{SPEC}` here or above, and no `{MANY}/*/{SPEC}`"))
        .help("`kgen init my-platform` writes a first one; `-p PATH` names one that is elsewhere"))
}

/// Every spec under `platforms/` of a folder, sorted.
fn all_of(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let many = folder.join(MANY);
    let entries = match std::fs::read_dir(&many) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => {
            return Err(anyhow::Error::new(error)
                .context(format!("cannot read `{}`", many.display()))
                .into());
        }
    };
    let mut specs = entries
        .map(|entry| entry.map(|entry| entry.path().join(SPEC)))
        .collect::<std::io::Result<Vec<_>>>()
        .with_context(|| format!("cannot read `{}`", many.display()))?;
    specs.retain(|spec| spec.exists());
    specs.sort();
    Ok(specs)
}

/// The spec that `-p` means: a name under `platforms/`, a folder or a file.
fn named(name: &str, above: &[PathBuf]) -> Result<PathBuf, Fault> {
    if name.is_empty() {
        return Err(Fault::usage("`-p` needs the name or the path of a platform"));
    }
    let is_name = !name.contains(['/', '\\']) && name != "." && name != "..";
    if is_name {
        let found =
            above.iter().map(|folder| folder.join(MANY).join(name).join(SPEC)).find(|spec| spec.exists());
        if let Some(spec) = found {
            return Ok(spec);
        }
    }
    let path = PathBuf::from(name);
    if path.is_dir() {
        let spec = path.join(SPEC);
        if spec.exists() {
            return Ok(spec);
        }
        if path.join(OTHER).is_file() {
            return Err(misnamed(&path.join(OTHER)));
        }
        return Err(Fault::usage(format!("there is no `{SPEC}` in `{name}`"))
            .help(format!("`kgen init {name}` writes a first one")));
    }
    if path.exists() {
        return Ok(path);
    }
    let mut names = Vec::new();
    for folder in above {
        names.extend(
            all_of(folder)?
                .iter()
                .filter_map(|spec| Some(spec.parent()?.file_name()?.to_string_lossy().into_owned())),
        );
    }
    let fault = Fault::usage(format!("there is no platform `{name}`"));
    Err(match suggest(name, names.iter().map(String::as_str)) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => fault.help(format!("`kgen init {name}` writes a first one")),
        None => fault.help(format!("there are: {}", list(&names))),
    })
}

/// A spec that has another ending.
fn misnamed(other: &Path) -> Fault {
    let other = other.display();
    Fault::usage(format!("`{other}` is not read: a spec is called `{SPEC}`"))
        .help(format!("rename it to `{SPEC}`, or name it: `-p {other}`"))
}

/// Fails unless a spec is a file.
fn check_file(spec: &Path) -> Result<(), Fault> {
    if spec.is_dir() {
        return Err(Fault::usage(format!(
            "`{}` is a folder, but the spec is a file of that name",
            spec.display()
        ))
        .help("rename the folder; `kgen init` writes a first spec"));
    }
    Ok(())
}

/// Names in a sentence.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
