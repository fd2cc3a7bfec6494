//! Pages that are derived from the program's own tables are current. `KGEN_BLESS=1` writes them anew.

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
