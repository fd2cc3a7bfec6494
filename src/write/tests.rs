use super::{Checker, Conflict, DriftKind, Force, Outcome, Scope, Step, Writer};
use crate::output::File;
use Step::{Journaled, Listed, Moved, Removed, Staged};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

type Tree = BTreeMap<String, String>;

fn file(path: &str, text: &str) -> File {
    let environment = match path.split('/').nth(1) {
        Some("dev") => Some("dev"),
        Some("prod") => Some("prod"),
        _ => None,
    };
    let environment = environment.map(str::to_owned);
    File { path: path.to_owned(), environment, text: text.to_owned(), executable: path == "x/y.sh" }
}

fn write_with(out: &Path, files: &[(&str, &str)], scope: Scope, force: Force) -> anyhow::Result<Outcome> {
    let mut writer = Writer::open(out, scope, force)?;
    files.iter().try_for_each(|(path, text)| writer.file(file(path, text)))?;
    writer.finish()
}

fn write(out: &Path, files: &[(&str, &str)]) -> anyhow::Result<Outcome> {
    write_with(out, files, Scope::all(), Force::Refuse)
}

fn check(out: &Path, files: &[(&str, &str)]) -> Vec<(String, DriftKind)> {
    let mut checker = Checker::open(out, Scope::all()).unwrap();
    files.iter().try_for_each(|(path, text)| checker.file(file(path, text))).unwrap();
    checker.finish().unwrap().0.into_iter().map(|(path, drift)| (path, drift.kind)).collect()
}

/// Every file below a folder with its text, kgen's own included.
fn tree(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(place) = todo.pop() {
        for entry in fs::read_dir(place).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                tree.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    tree
}

fn copy(from: &Path, to: &Path) {
    for (path, text) in tree(from) {
        let place = to.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }
}

fn refused(outcome: Outcome) -> Vec<(String, Conflict)> {
    let Outcome::Refused(conflicts) = outcome else { panic!("not refused: {outcome:?}") };
    conflicts.into_iter().collect()
}

fn fresh() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    (folder, out)
}

const OLD: &[(&str, &str)] = &[
    ("raw/dev/a.yaml", "a: 1\n"),
    ("raw/prod/a.yaml", "a: 1\n"),
    ("raw/prod/b/c.yaml", "c: 1\n"),
    ("x", "x\n"),
];
const NEW: &[(&str, &str)] = &[
    ("raw/dev/a.yaml", "a: 1\n"),
    ("raw/prod/a.yaml", "a: 2\n"),
    ("raw/prod/n/m.yaml", "m: 1\n"),
    ("x/y.sh", "y\n"),
];

#[test]
fn writes_only_what_changed() {
    let (_folder, out) = fresh();
    write(&out, OLD).unwrap();
    let kept = fs::metadata(out.join("raw/dev/a.yaml")).unwrap().modified().unwrap();
    let Outcome::Done(tally) = write(&out, NEW).unwrap() else { panic!() };
    let counts: Vec<_> = tally
        .iter()
        .map(|(env, n)| (env.as_deref().unwrap_or("-"), n.written, n.unchanged, n.removed))
        .collect();
    assert_eq!(counts, [("-", 1, 0, 1), ("dev", 0, 1, 0), ("prod", 2, 0, 1)]);
    assert_eq!(fs::metadata(out.join("raw/dev/a.yaml")).unwrap().modified().unwrap(), kept);
    assert!(!out.join("raw/prod/b").exists());
    let paths: Vec<_> = tree(&out).into_keys().collect();
    assert_eq!(
        paths,
        [".kgen/manifest.json", "raw/dev/a.yaml", "raw/prod/a.yaml", "raw/prod/n/m.yaml", "x/y.sh"]
    );
    assert_eq!(check(&out, NEW), []);
    // A file again where there was a folder.
    write(&out, OLD).unwrap();
    assert_eq!(check(&out, OLD), []);
}

#[cfg(unix)]
#[test]
fn a_program_is_executable() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, out) = fresh();
    write(&out, NEW).unwrap();
    let place = out.join("x/y.sh");
    let mode = || fs::metadata(&place).unwrap().permissions().mode() & 0o111;
    assert_ne!(mode(), 0);
    fs::set_permissions(&place, fs::Permissions::from_mode(0o644)).unwrap();
    write(&out, NEW).unwrap();
    assert_ne!(mode(), 0);
}

#[test]
fn edits_and_strangers_are_named_and_kept() {
    let (_folder, out) = fresh();
    write(&out, OLD).unwrap();
    fs::write(out.join("raw/prod/a.yaml"), "mine\n").unwrap();
    fs::write(out.join("raw/prod/b/c.yaml"), "mine\n").unwrap();
    fs::create_dir_all(out.join("raw/prod/n")).unwrap();
    fs::write(out.join("raw/prod/n/m.yaml"), "mine\n").unwrap();
    let before = tree(&out);
    assert_eq!(
        refused(write(&out, NEW).unwrap()),
        [
            ("raw/prod/a.yaml".to_owned(), Conflict::Edited),
            ("raw/prod/b/c.yaml".to_owned(), Conflict::EditedAndStale),
            ("raw/prod/n/m.yaml".to_owned(), Conflict::Foreign),
        ]
    );
    assert_eq!(tree(&out), before);
    write_with(&out, NEW, Scope::all(), Force::Overwrite).unwrap();
    assert_eq!(check(&out, NEW), []);
}

#[test]
fn other_environments_and_formats_are_left_alone() {
    let (_folder, out) = fresh();
    write(&out, OLD).unwrap();
    fs::write(out.join("raw/dev/a.yaml"), "mine\n").unwrap();
    let prod = Scope::all().environments(["prod"]).folders(["raw"]);
    let Outcome::Done(_) = write_with(&out, NEW, prod, Force::Refuse).unwrap() else { panic!() };
    let now = tree(&out);
    assert_eq!(now["raw/dev/a.yaml"], "mine\n");
    assert_eq!(now["x"], "x\n");
    assert_eq!(now["raw/prod/a.yaml"], "a: 2\n");
}

#[test]
fn line_ends_of_a_checkout_are_no_edit() {
    let (_folder, out) = fresh();
    write(&out, OLD).unwrap();
    fs::write(out.join("raw/prod/a.yaml"), "a: 1\r\n").unwrap();
    assert_eq!(check(&out, OLD), []);
    assert!(matches!(write(&out, NEW).unwrap(), Outcome::Done(_)));
    assert_eq!(check(&out, NEW), []);
}

#[test]
fn after_a_stop_at_any_step_the_next_run_finds_old_or_completes_new() {
    let (_folder, out) = fresh();
    write(&out, OLD).unwrap();
    let old = tree(&out);
    let stops = tempfile::tempdir().unwrap();
    let mut passed = Vec::new();
    let mut writer = Writer::open(&out, Scope::all(), Force::Refuse).unwrap();
    NEW.iter().try_for_each(|(path, text)| writer.file(file(path, text))).unwrap();
    writer
        .finish_observed(&mut |step| {
            copy(&out, &stops.path().join(passed.len().to_string()));
            passed.push(step);
        })
        .unwrap();
    let new = tree(&out);
    assert_eq!(passed, [Staged, Journaled, Removed, Removed, Moved, Moved, Moved, Listed]);
    for (number, step) in passed.iter().enumerate() {
        let stopped = stops.path().join(number.to_string());
        let is_promised = *step != Staged;
        assert!(!check(&stopped, NEW).is_empty());
        drop(Writer::open(&stopped, Scope::all(), Force::Refuse).unwrap());
        assert_eq!(tree(&stopped), if is_promised { new.clone() } else { old.clone() }, "{step:?}");
    }
}

#[test]
fn an_edit_after_a_stop_survives_the_completion() {
    let (_folder, out) = fresh();
    write(&out, OLD).unwrap();
    let stopped = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(&out, Scope::all(), Force::Refuse).unwrap();
    NEW.iter().try_for_each(|(path, text)| writer.file(file(path, text))).unwrap();
    writer
        .finish_observed(&mut |step| {
            if step == Journaled {
                copy(&out, stopped.path());
            }
        })
        .unwrap();
    fs::write(stopped.path().join("raw/prod/a.yaml"), "mine\n").unwrap();
    fs::write(stopped.path().join("raw/prod/b/c.yaml"), "mine\n").unwrap();
    let conflicts = refused(write(stopped.path(), NEW).unwrap());
    assert_eq!(
        conflicts,
        [
            ("raw/prod/a.yaml".to_owned(), Conflict::Edited),
            ("raw/prod/b/c.yaml".to_owned(), Conflict::EditedAndStale)
        ]
    );
}

#[test]
fn a_new_folder_appears_whole_or_not_at_all() {
    let (folder, out) = fresh();
    let mut writer = Writer::open(&out, Scope::all(), Force::Refuse).unwrap();
    OLD.iter().try_for_each(|(path, text)| writer.file(file(path, text))).unwrap();
    assert!(!out.exists());
    drop(writer);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    write(&out, OLD).unwrap();
    assert_eq!(check(&out, OLD), []);
}

#[test]
fn two_runs_do_not_write_at_once() {
    let (_folder, out) = fresh();
    let mut first = Writer::open(&out, Scope::all(), Force::Refuse).unwrap();
    first.file(file("x", "x\n")).unwrap();
    let error = Writer::open(&out, Scope::all(), Force::Refuse).unwrap_err();
    assert!(error.to_string().starts_with("another kgen is writing"), "{error}");
    first.finish().unwrap();
    let first = Writer::open(&out, Scope::all(), Force::Refuse).unwrap();
    assert!(Writer::open(&out, Scope::all(), Force::Refuse).is_err());
    drop(first);
}

#[test]
fn a_path_that_leaves_the_folder_is_refused() {
    for path in ["../x", "/x", "a/../../x", "a//b", "", ".kgen/manifest.json", "a\\b", "C:/x"] {
        let (_folder, out) = fresh();
        assert!(write(&out, &[(path, "x\n")]).is_err(), "{path}");
        assert!(!out.exists());
    }
    let (_folder, out) = fresh();
    write(&out, OLD).unwrap();
    let list = out.join(".kgen/manifest.json");
    fs::write(&list, fs::read_to_string(&list).unwrap().replace("raw/dev", "../dev")).unwrap();
    let error = format!("{:#}", write(&out, OLD).unwrap_err());
    assert!(error.contains("`../dev/a.yaml` is not a path below the output folder"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out() {
    let (folder, out) = fresh();
    write(&out, OLD).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(out.join("raw/prod"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, out.join("raw/prod")).unwrap();
    let before = tree(&elsewhere);
    let error = write_with(&out, NEW, Scope::all(), Force::Overwrite).unwrap_err().to_string();
    assert!(error.contains("raw/prod` is a symbolic link"), "{error}");
    assert_eq!(tree(&elsewhere), before);
}

#[test]
fn a_file_in_the_place_of_a_folder_and_the_reverse() {
    let (_folder, out) = fresh();
    fs::create_dir_all(&out).unwrap();
    fs::write(out.join("x"), "mine\n").unwrap();
    assert_eq!(refused(write(&out, NEW).unwrap()), [("x".to_owned(), Conflict::Foreign)]);
    write_with(&out, NEW, Scope::all(), Force::Overwrite).unwrap();
    assert_eq!(check(&out, NEW), []);
    fs::write(out.join("x/mine"), "mine\n").unwrap();
    let error = write_with(&out, OLD, Scope::all(), Force::Overwrite).unwrap_err().to_string();
    assert!(error.ends_with("x/mine` away"), "{error}");
    let onto = write(&out.join("raw/prod/a.yaml"), OLD).unwrap_err().to_string();
    assert!(onto.contains("is a file, but the output needs a folder"), "{onto}");
}

#[test]
fn check_names_each_kind_of_drift() {
    let (_folder, out) = fresh();
    write(&out, OLD).unwrap();
    fs::write(out.join("raw/dev/a.yaml"), "mine\n").unwrap();
    let found: Vec<_> =
        check(&out, NEW).into_iter().map(|(path, kind)| format!("{path} {}", kind.word())).collect();
    assert_eq!(
        found,
        [
            "raw/dev/a.yaml edited",
            "raw/prod/a.yaml changed",
            "raw/prod/b/c.yaml stale",
            "raw/prod/n/m.yaml missing",
            "x stale",
            "x/y.sh missing"
        ]
    );
}
