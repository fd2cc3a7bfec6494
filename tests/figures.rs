//! The table of the README that sets the lines of each platform's spec against those of its document and of what is
//! generated. With `KGEN_BLESS=1` it is written anew.

use crate::kgen::{files, root};
use std::fmt::Write as _;
use std::path::Path;

/// The platforms, and the lines of the documents that they come from.
const DOCUMENTS: [(&str, &str, usize); 5] = [
    ("ez-platform", "EZ Platform", 499),
    ("my-saas-chat", "My-SaaS-Chat", 870),
    ("tartware", "Tartware", 338),
    ("evolution-todo", "Evolution Todo", 446),
    ("cloudretail", "CloudRetail", 353),
];

const BEGIN: &str = "<!-- lines of specs: tests/figures.rs writes this -->\n";
const END: &str = "<!-- end -->\n";

#[test]
fn the_readme_counts_lines_of_specs_and_of_what_is_generated() {
    let readme = root().join("README.md");
    let text = std::fs::read_to_string(&readme).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("the README has the table");
    let (_, after) = rest.split_once(END).expect("the table ends");
    let current = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("KGEN_BLESS").is_some() {
        std::fs::write(&readme, &current).unwrap();
        return;
    }
    assert!(
        text == current,
        "the README's table is not current: KGEN_BLESS=1 cargo test --test kgen figures"
    );
}

fn table() -> String {
    let mut table = "\n| platform | document | spec | raw | Kustomize | Helm | kit |\n|---|---:|---:|---:|---:|---:|---:|\n".to_owned();
    for (folder, name, document) in DOCUMENTS {
        let platform = root().join("platforms").join(folder);
        let spec = lines(&std::fs::read(platform.join("platform.yaml")).unwrap());
        let _ = write!(table, "| [{name}](platforms/{folder}) | {document} | **{spec}**");
        for form in ["raw", "kustomize", "helm", "ops"] {
            let _ = write!(table, " | {}", below(&platform.join("out").join(form)));
        }
        table.push_str(" |\n");
    }
    table.push('\n');
    table
}

fn below(folder: &Path) -> usize {
    files(folder).iter().map(|(_, bytes)| lines(bytes)).sum()
}

fn lines(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes).lines().count()
}
