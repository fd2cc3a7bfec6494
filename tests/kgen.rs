//! Runs the program that is tested.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A command that runs kgen in a folder, without the caller's environment.
pub(crate) fn kgen(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kgen"));
    command.env_clear().env("NO_COLOR", "1").current_dir(folder);
    command
}

/// Runs kgen and returns its standard output.
///
/// # Panics
/// If it does not exit with 0.
pub(crate) fn succeeds(folder: &Path, args: &[&str]) -> String {
    let output = kgen(folder).args(args).output().expect("kgen starts");
    assert!(output.status.success(), "kgen {} failed:\n{}", args.join(" "), both(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What a program said on both channels.
pub(crate) fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// All files below a folder with their bytes, by path relative to it, sorted.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                found.push((path.strip_prefix(folder).unwrap().to_owned(), bytes));
            }
        }
    }
    found.sort();
    found
}
