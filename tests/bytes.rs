//! Law 4: the same spec gives the same bytes, whatever surrounds the program.

use crate::judges::{for_all, none};
use crate::kgen::{both, files, kgen, root};
use crate::projects::{self, Project};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files by path.
type Tree = Vec<(PathBuf, Vec<u8>)>;

#[test]
fn twice_from_anywhere_and_in_any_surroundings() {
    none(&for_all(&projects::all(), |project| {
        let first = render(project, root(), |_| {});
        assert!(!first.is_empty());
        let runs = [
            ("a second run", render(project, root(), |_| {})),
            // Files name the spec as seen from the repository, not from the caller's folder.
            ("another folder", render(project, &project.folder, |_| {})),
            ("another locale, time zone and home", render(project, root(), foreign)),
        ];
        runs.iter().filter_map(|(what, tree)| difference(project, what, &first, tree)).collect()
    }));
}

#[test]
fn a_copy_elsewhere_gives_the_same_bytes() {
    let project = projects::all().remove(0);
    let temporary = tempfile::tempdir().unwrap();
    let group = project.folder.parent().unwrap().file_name().unwrap();
    let copy = temporary.path().join(group).join(&project.name);
    for (path, bytes) in files(&project.folder) {
        if !path.starts_with("out") {
            let target = copy.join(path);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, bytes).unwrap();
        }
    }
    let here = render(&project, root(), |_| {});
    let there = render(&Project::new(&copy), temporary.path(), |_| {});
    assert_eq!(difference(&project, "a copy in another folder", &here, &there), None);
}

/// Renders into an empty folder and returns what is there, kgen's own notes included.
fn render(project: &Project, folder: &Path, surround: impl Fn(&mut Command)) -> Tree {
    let out = tempfile::tempdir().unwrap();
    let mut command = kgen(folder);
    surround(&mut command);
    command.args(["render", "--quiet", "-p"]).arg(&project.folder).arg("-o").arg(out.path().join("out"));
    let output = command.output().expect("kgen starts");
    assert!(output.status.success(), "{}: {}", project.name, both(&output));
    files(&out.path().join("out"))
}

fn foreign(command: &mut Command) {
    let variables = [
        ("TZ", "Pacific/Kiritimati"),
        ("SOURCE_DATE_EPOCH", "1"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "tr_TR.UTF-8"),
        ("HOME", "/nowhere"),
        ("USER", "somebody"),
        ("TMPDIR", "/nowhere"),
        ("RAYON_NUM_THREADS", "7"),
        ("COLUMNS", "31"),
    ];
    command.envs(variables.iter().rev().copied());
}

fn difference(project: &Project, what: &str, expected: &Tree, actual: &Tree) -> Option<String> {
    let names = |tree: &Tree| tree.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    if names(expected) != names(actual) {
        return Some(format!("{}: other files after {what}", project.name));
    }
    let differs = expected.iter().zip(actual).find(|(a, b)| a != b);
    differs.map(|((path, _), _)| format!("{}: {} differs after {what}", project.name, path.display()))
}
