//! The platform's folder: files and folders that the spec names are inside of it.

use std::path::{Path, PathBuf};

/// The text of a file inside the folder.
pub(super) fn read_inside(folder: &Path, path: &str) -> Result<String, String> {
    let bytes = std::fs::read(inside(folder, path)?).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
}

/// Where a file or a folder inside the folder is.
pub(super) fn inside(folder: &Path, path: &str) -> Result<PathBuf, String> {
    let relative = Path::new(path);
    if relative.is_absolute()
        || relative.components().any(|part| matches!(part, std::path::Component::ParentDir))
    {
        return Err("it is outside the platform's folder".to_owned());
    }
    let full = folder.join(relative);
    match full.canonicalize().ok().zip(folder_of(folder).canonicalize().ok()) {
        None => Err("there is no such file".to_owned()),
        Some((full, folder)) if !full.starts_with(&folder) => {
            Err("it is a link that leaves the platform's folder".to_owned())
        }
        Some((full, _)) => Ok(full),
    }
}

fn folder_of(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}
