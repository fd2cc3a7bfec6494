//! Disks that refuse: nothing is half-written, and the message names the file.

use super::{Folder, shop};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Every file below a folder with its content.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(place) = todo.pop() {
        for entry in fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                files.insert(path.to_str().unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Runs `kgen render -p shop` where no file may be longer than a block: what a full disk does.
fn render_on_a_full_disk(folder: &Folder) -> (i32, String) {
    let script = format!("trap '' XFSZ; ulimit -f 1; exec {} render -p shop", env!("CARGO_BIN_EXE_kgen"));
    let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path("")).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_full_disk_leaves_nothing_of_a_new_folder() {
    let folder = shop();
    let before = tree(&folder.path(""));
    let (code, err) = render_on_a_full_disk(&folder);
    assert_eq!(code, 3);
    assert!(
        err.starts_with("error: cannot write `shop/out/") && err.contains("nothing was changed"),
        "{err}"
    );
    assert_eq!(tree(&folder.path("")), before);
    assert!(!folder.path("shop/out").exists());
}

#[test]
fn a_full_disk_leaves_an_old_folder_as_it_is() {
    let folder = shop();
    folder.kgen("render -p shop");
    let spec = fs::read_to_string(folder.path("shop/platform.yaml")).unwrap();
    folder.write("shop/platform.yaml", &spec.replace("platform: shop", "platform: bazaar"));
    let before = tree(&folder.path(""));
    let (code, err) = render_on_a_full_disk(&folder);
    assert_eq!(code, 3);
    assert!(err.contains("nothing was changed"), "{err}");
    assert_eq!(tree(&folder.path("")), before);
    assert_eq!(folder.kgen("render -p shop").0, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error() {
    let folder = Folder::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = folder.command().arg("schema").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("error: cannot write to standard output: "), "{err}");
}
