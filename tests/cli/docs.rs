//! The reference of the command line is what the program itself says.

use super::Folder;
use std::fmt::Write;
use std::fs;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cli.md");

/// With `KGEN_BLESS=1` the file is written anew.
#[test]
fn the_reference_is_current() {
    let folder = Folder::new();
    let mut text = "# The command line\n\nWhat `kgen -h` says; `--help` says more.\n".to_owned();
    for verb in
        ["", "render", "validate", "capacity", "graph", "explain", "schema", "init", "completions", "man"]
    {
        let (code, help, _) = folder.kgen(&format!("{verb} -h"));
        assert_eq!(code, 0);
        let help: Vec<_> = help.lines().map(str::trim_end).collect();
        let title = format!("kgen {verb}");
        let _ = write!(text, "\n## `{}`\n\n```text\n{}\n```\n", title.trim_end(), help.join("\n").trim_end());
    }
    if std::env::var_os("KGEN_BLESS").is_some() {
        fs::write(FILE, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(FILE).unwrap(), text);
}
