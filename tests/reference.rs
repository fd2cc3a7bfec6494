//! Pages that are derived from the program's own tables are current. `KGEN_BLESS=1` writes them anew.

use crate::kgen::{root, succeeds};
use crate::projects;
use std::fmt::Write as _;
use std::fs;

#[test]
fn the_page_of_codes_is_current() {
    let mut page = "# Codes of findings\n\nEvery finding has a code; `kgen explain CODE` says the same as this page. A warning is silenced where it\nis right with a comment on its line, or on a line of its own above: `# kgen: allow[CODE] reason`.\n\n| code | what it means | why it matters |\n|---|---|---|\n".to_owned();
    for code in kgen::diagnostic::codes::CODES.iter() {
        let _ = writeln!(page, "| `{}` | {} | {} |", code.name, code.summary, code.reason);
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/codes.md");
    if std::env::var_os("KGEN_BLESS").is_some() {
        fs::write(file, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap_or_default(), page, "bless it with KGEN_BLESS=1");
}

/// Every platform's production as a picture, which readers of Markdown draw.
#[test]
fn the_page_of_graphs_is_current() {
    let mut page = "# Graphs\n\nWho connects to whom in production on the platforms of this repository: `kgen graph prod` says it, from the connections\nthat make the network policies.\n".to_owned();
    for project in projects::all() {
        if project.folder.parent().is_none_or(|group| !group.ends_with("platforms")) {
            continue;
        }
        let text = succeeds(root(), &["graph", "prod", "-p", &project.name]);
        let _ = write!(page, "\n## {}\n\n```mermaid\n{}\n```\n", project.name, text.trim_end());
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/graph.md");
    if std::env::var_os("KGEN_BLESS").is_some() {
        fs::write(file, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap_or_default(), page, "bless it with KGEN_BLESS=1");
}

/// Every platform's production: a table of totals, and what `kgen capacity` says.
#[test]
fn the_page_of_capacity_is_current() {
    let mut page = "# Capacity\n\nWhat the platforms of this repository need in production: `kgen capacity prod` says it, from the generated objects.\nThe first figure is that of the fewest pods, the second one that of the most. What a document claims stands beside it, with\nthe reason where it differs.\n".to_owned();
    for project in projects::all() {
        if project.folder.parent().is_none_or(|group| !group.ends_with("platforms")) {
            continue;
        }
        let text = succeeds(root(), &["capacity", "prod", "-p", &project.name]);
        let (_, text) = text.split_once("\n\n").unwrap();
        let _ = write!(page, "\n## {}\n\n```text\n{}\n```\n", project.name, text.trim_end());
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/capacity.md");
    if std::env::var_os("KGEN_BLESS").is_some() {
        fs::write(file, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap_or_default(), page, "bless it with KGEN_BLESS=1");
}
