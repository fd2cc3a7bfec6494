//! Where a spec may be, and what it may be called.

use super::{Folder, shop};
use insta::assert_snapshot;
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn another_ending_is_told_to_be_renamed() {
    let folder = shop();
    fs::rename(folder.path("shop/platform.yaml"), folder.path("shop/platform.yml")).unwrap();
    assert_snapshot!(folder.run("render -p shop"), @r#"
    exit 2
    --- err
    error: `shop/platform.yml` is not read: a spec is called `platform.yaml`
    help: rename it to `platform.yaml`, or name it: `-p shop/platform.yml`
    "#);
    assert_eq!(folder.kgen("validate -p shop/platform.yml").0, 0);
    fs::rename(folder.path("shop/platform.yml"), folder.path("platform.yml")).unwrap();
    assert_snapshot!(folder.run("validate"), @r#"
    exit 2
    --- err
    error: `platform.yml` is not read: a spec is called `platform.yaml`
    help: rename it to `platform.yaml`, or name it: `-p platform.yml`
    "#);
}

/// Runs kgen with the first platform on its standard input.
fn kgen(folder: &Folder, words: &str) -> (i32, String) {
    let spec = fs::File::open(folder.path("shop/platform.yaml")).unwrap();
    // A pipe, not the file itself.
    let mut cat = Command::new("cat").stdin(spec).stdout(Stdio::piped()).spawn().unwrap();
    let mut command = folder.command();
    let output = command.args(words.split_whitespace()).stdin(cat.stdout.take().unwrap()).output().unwrap();
    cat.wait().unwrap();
    let text = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn a_stream_has_no_folder_beside_it() {
    let folder = shop();
    let (code, err) = kgen(&folder, "render -p /dev/stdin");
    assert_eq!(code, 2);
    assert_snapshot!(err, @r#"
    error: `/dev/stdin` is no regular file, so there is no folder for `out` beside it
    help: `-o DIR` says where to write, `--stdout` prints one environment
    "#);
    let (code, out) = kgen(&folder, "render prod --stdout -p /dev/stdin");
    assert!(code == 0 && out.contains("kind: Deployment"), "{out}");
    let (code, out) = kgen(&folder, "render prod -o here -p /dev/stdin");
    assert!(code == 0 && folder.path("here/raw/prod").exists(), "{out}");
}
