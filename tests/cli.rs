//! The command line: what is printed where, and the exit code. Messages are exact.

use insta::assert_snapshot;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

mod capacity;
mod chart;
mod disk;
mod docs;
mod explain;
mod graph;
mod messages;
mod place;

/// A folder with a first platform in `shop/`.
fn shop() -> Folder {
    let folder = Folder::new();
    assert_eq!(folder.kgen("init shop").0, 0);
    folder
}

/// A folder of a test's own, in which kgen runs.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The program in this folder, with nothing of the environment.
    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kgen"));
        command.current_dir(self.0.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs kgen with words; returns exit code, standard output and standard error.
    fn kgen(&self, words: &str) -> (i32, String, String) {
        let output = self.command().args(words.split_whitespace()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// The same as one text to compare.
    fn run(&self, words: &str) -> String {
        let (code, out, err) = self.kgen(words);
        let mark = |name, text: String| if text.is_empty() { text } else { format!("--- {name}\n{text}") };
        format!("exit {code}\n{}{}", mark("out", out), mark("err", err))
    }
}

/// One file of raw output, to be edited.
fn some_file(out: &Path) -> PathBuf {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut todo = vec![out.join("raw/prod")];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { todo.push(path) } else { files.push(path) }
        }
    }
    files.into_iter().min().unwrap()
}

#[test]
fn without_a_platform_it_says_how_to_begin() {
    assert_snapshot!(Folder::new().run("render"), @r#"
    exit 2
    --- err
    error: there is no `platform.yaml` here or above, and no `platforms/*/platform.yaml`
    help: `kgen init my-platform` writes a first one; `-p PATH` names one that is elsewhere
    "#);
    assert_snapshot!(Folder::new().run("validate -p shop"), @r#"
    exit 2
    --- err
    error: there is no platform `shop`
    help: `kgen init shop` writes a first one
    "#);
}

#[test]
fn the_first_platform_renders_as_it_is() {
    let folder = Folder::new();
    assert_snapshot!(folder.run("init shop"), @r#"
    exit 0
    --- out
    shop/platform.yaml: written
    next: kgen render -p shop
    for an editor: kgen schema > shop/platform.schema.json
    "#);
    assert_snapshot!(folder.run("init shop"), @r#"
    exit 2
    --- err
    error: `shop/platform.yaml` is there already; nothing was written
    help: `kgen render` renders it; `kgen init DIR` begins another
    "#);
    assert_snapshot!(folder.run("validate -p shop"), @r#"
    exit 0
    --- out
    shop/platform.yaml: no mistakes in `dev`, `prod`
    "#);
    let (code, out, err) = folder.kgen("render -p shop");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("shop/out\n  shared: "), "{out}");
    let (code, out, _) = folder.kgen("render --check -p shop");
    assert!(code == 0 && out.ends_with("files are current\n"), "{out}");
    let (_, out, _) = folder.kgen("render -p shop prod");
    assert!(out.contains("  prod: 0 files written, ") && !out.contains("dev"), "{out}");
}

#[test]
fn only_platforms_that_have_the_environment_are_answered_for() {
    let folder = Folder::new();
    folder.kgen("init platforms/one");
    folder.write("platforms/two/platform.yaml", "platform: two\nenvironments: { staging: {} }\n");
    assert_snapshot!(folder.run("validate staging"), @r#"
    exit 0
    --- out
    platforms/two/platform.yaml: no mistakes in `staging`
    --- err
    note: `platforms/one/platform.yaml` has no environment `staging`: skipped
    "#);
}

#[test]
fn a_platform_is_found_from_below_and_by_name() {
    let folder = Folder::new();
    folder.kgen("init platforms/one");
    folder.kgen("init platforms/two");
    let (code, out, _) = folder.kgen("render prod");
    assert!(code == 0 && out.contains("platforms/one/out") && out.contains("platforms/two/out"), "{out}");
    let (_, out, _) = folder.kgen("render prod -o all -p two");
    assert!(out.starts_with("all\n"), "{out}");
    let (_, out, _) = folder.kgen("render prod -o all2");
    assert!(out.contains("all2/one\n") && out.contains("all2/two\n"), "{out}");
    let below =
        folder.command().current_dir(folder.path("platforms/one/out/raw")).args(["render"]).output().unwrap();
    assert!(String::from_utf8(below.stdout).unwrap().starts_with("../../out\n"));
    assert_snapshot!(folder.run("render -p tow"), @r#"
    exit 2
    --- err
    error: there is no platform `tow`
    help: did you mean `two`?
    "#);
}

#[test]
fn an_unknown_environment_is_named_with_those_that_are() {
    let folder = shop();
    assert_snapshot!(folder.run("render -p shop prdo"), @r#"
    exit 2
    --- err
    error: there is no environment `prdo`
    help: did you mean `prod`? there are: `dev`, `prod`
    "#);
    assert_snapshot!(folder.run("validate -p shop qa"), @r#"
    exit 2
    --- err
    error: there is no environment `qa`
    help: there are: `dev`, `prod`
    "#);
    assert_snapshot!(folder.run("render shop -p shop"), @r#"
    exit 2
    --- err
    error: there is no environment `shop`
    help: `shop` is a platform: `-p shop`
    "#);
    assert_snapshot!(folder.run("render -p shop --stdout"), @r#"
    exit 2
    --- err
    error: `--stdout` streams one environment at a time
    help: name one: `kgen render dev --stdout`; there are: `dev`, `prod`
    "#);
}

#[test]
fn an_edited_file_is_named_and_kept() {
    let folder = shop();
    folder.kgen("render -p shop");
    let file = some_file(&folder.path("shop/out"));
    let before = fs::read_to_string(&file).unwrap();
    fs::write(&file, before.clone() + "# mine\n").unwrap();
    let name = file.strip_prefix(folder.path("shop/out")).unwrap().to_str().unwrap();
    let run = |words: &str| folder.run(words).replace(name, "FILE");
    assert_snapshot!(run("render -p shop"), @r#"
    exit 1
    --- err
    error: `shop/out` has 1 file that kgen may not touch; nothing was written there
      FILE: edited since kgen wrote it
    help: say it in `shop/platform.yaml`; then `kgen render -p shop --force` overwrites it
    "#);
    let (code, out, err) = folder.kgen("render --check prod -p shop");
    assert_eq!(code, 1);
    assert!(out.contains("edited: ") && out.contains("-# mine"), "{out}");
    assert_snapshot!(err, @r#"
    help: `kgen render prod -p shop` writes what the spec says
    help: move edits into the spec first, or lose them with `kgen render prod -p shop --force`
    "#);
    assert!(fs::read_to_string(&file).unwrap().ends_with("# mine\n"));
    assert_eq!(folder.run("render -p shop --force -q"), "exit 0\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn a_stale_file_goes_and_a_missing_one_comes_back() {
    let folder = shop();
    folder.kgen("render -p shop");
    let spec = fs::read_to_string(folder.path("shop/platform.yaml")).unwrap();
    folder.write("shop/platform.yaml", &spec.replace("  prod:", "  production:"));
    fs::remove_dir_all(folder.path("shop/out/raw/dev")).unwrap();
    let (code, out, _) = folder.kgen("render --check -p shop");
    assert!(code == 1 && out.contains("stale: raw/prod/") && out.contains("missing: raw/dev/"), "{out}");
    assert_eq!(folder.kgen("render -p shop").0, 0);
    assert!(!folder.path("shop/out/raw/prod").exists() && folder.path("shop/out/raw/dev").exists());
}

#[test]
fn one_environment_streams() {
    let folder = shop();
    let (code, out, err) = folder.kgen("render prod --stdout -p shop");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("---\n") && out.contains("\nkind: Deployment\n"), "{out}");
    let namespace = out.find("kind: Namespace").unwrap();
    assert!(namespace < out.find("kind: Deployment").unwrap());
    assert!(!folder.path("shop/out").exists());
}

#[test]
fn an_image_is_pinned_from_outside() {
    let folder = shop();
    let (code, out, err) = folder.kgen("render dev --stdout -p shop --image web=registry.example/web:7");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("image: registry.example/web:7\n"), "{out}");
    assert_snapshot!(folder.run("render -p shop --image wbe=x:1"), @r#"
    exit 2
    --- err
    error: `--image wbe=…`: there is no component `wbe`
    help: did you mean `web`?
    "#);
    assert_snapshot!(folder.run("render -p shop --image web"), @r#"
    exit 2
    --- err
    error: invalid value 'web' for '--image <NAME=REF>': write NAME=REF, e.g. `api=registry.example/api:1.2.3`

    For more information, try '--help'.
    "#);
}

#[test]
fn findings_are_an_answer_of_no_and_nothing_is_written() {
    let folder = Folder::new();
    folder.write("platform.yaml", "platform: shop\nservises: {}\n");
    assert_snapshot!(folder.run("validate --format concise"), @r#"
    exit 1
    --- out
    platform.yaml:2:1: error[unknown-field] a platform has no field `servises`; help: did you mean `services`?
    1 error
    "#);
    assert_snapshot!(folder.run("render prod --message-format concise"), @r#"
    exit 1
    --- err
    platform.yaml:2:1: error[unknown-field] a platform has no field `servises`; help: did you mean `services`?
    1 error
    "#);
    assert!(!folder.path("out").exists());
}

#[test]
fn wrong_places_are_named() {
    let folder = Folder::new();
    folder.write("a/platform.yaml/x", "");
    folder.write("b/y", "");
    assert_snapshot!(folder.run("render -p a"), @r#"
    exit 2
    --- err
    error: `a/platform.yaml` is a folder, but the spec is a file of that name
    help: rename the folder; `kgen init` writes a first spec
    "#);
    assert_snapshot!(folder.run("render -p b"), @r#"
    exit 2
    --- err
    error: there is no `platform.yaml` in `b`
    help: `kgen init b` writes a first one
    "#);
    assert_snapshot!(folder.run("render -p b/z"), @r#"
    exit 2
    --- err
    error: there is no platform `b/z`
    help: `kgen init b/z` writes a first one
    "#);
    assert_snapshot!(folder.run("init b/y"), @r#"
    exit 2
    --- err
    error: `b/y` is a file, but a platform needs a folder
    "#);
    let folder = shop();
    assert_snapshot!(folder.run("render -p shop -o shop/platform.yaml"), @r#"
    exit 2
    --- err
    error: `shop/platform.yaml` is a file, but the output needs a folder
    help: name a folder with `-o`
    "#);
    assert_snapshot!(folder.run("render -p shop -o shop/platform.yaml/out"), @r#"
    exit 3
    --- err
    error: there can be no folder `shop/platform.yaml/out`, because `shop/platform.yaml` is a file
    "#);
}

#[test]
fn a_reader_that_goes_away_has_read_enough() {
    let folder = Folder::new();
    let mut child = folder.command().arg("schema").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn color_is_asked_for() {
    let folder = Folder::new();
    assert!(!folder.run("render").contains('\u{1b}'));
    assert!(folder.run("render --color always").contains("\u{1b}[1;31merror\u{1b}[0m"));
    assert!(!folder.run("render --color never").contains('\u{1b}'));
}

#[test]
fn shells_and_manuals_are_served() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, out, _) = folder.kgen(&format!("completions {shell}"));
        assert!(code == 0 && out.contains("render"), "{shell}");
    }
    assert!(folder.kgen("man").1.contains("kgen"));
    assert_eq!(folder.kgen("man pages").0, 0);
    assert!(folder.path("pages/kgen-render.1").exists());
}
