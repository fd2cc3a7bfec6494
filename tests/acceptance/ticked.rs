//! Each platform's README has a row for every item of the reference material, and names tests that exist.

use crate::kgen::{files, root};
use std::collections::BTreeSet;

/// Facts, contradictions and acceptance items of each platform.
const ITEMS: [(&str, usize, usize, usize); 5] = [
    ("ez-platform", 16, 29, 7),
    ("my-saas-chat", 18, 27, 6),
    ("tartware", 15, 28, 10),
    ("evolution-todo", 13, 22, 5),
    ("cloudretail", 14, 24, 5),
];

/// Names of all tests, and of all cases of mistakes.
fn proofs() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (path, bytes) in files(&root().join("tests")) {
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if line == "#[test]"
                && let Some(name) = lines.peek().and_then(|line| line.strip_prefix("fn "))
            {
                names.insert(name.split('(').next().unwrap().to_owned());
            }
        }
        if path.starts_with("diagnostics") {
            names.insert(path.file_stem().unwrap().to_string_lossy().into_owned());
        }
    }
    names
}

#[test]
fn every_item_is_ticked_by_a_test_that_exists() {
    let proofs = proofs();
    let mut wrong = Vec::new();
    for (platform, facts, contradictions, items) in ITEMS {
        let readme = root().join("platforms").join(platform).join("README.md");
        let readme = std::fs::read_to_string(readme).unwrap();
        let rows: Vec<Vec<&str>> = readme
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
            .map(|row| row.split(" | ").collect())
            .collect();
        for (letter, count) in [('F', facts), ('C', contradictions), ('A', items)] {
            for n in 1..=count {
                let id = format!("{letter}{n:02}");
                let row = rows.iter().find(|row| row[0].split(' ').next() == Some(&id));
                let Some(proof) = row.and_then(|row| row.last()) else {
                    wrong.push(format!("{platform}: no row {id}"));
                    continue;
                };
                let named: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
                let tests: Vec<&&str> = named.iter().filter(|name| !name.contains(['/', ' '])).collect();
                if letter == 'A' && tests.iter().all(|name| !name.contains(&*id.to_lowercase())) {
                    wrong.push(format!("{platform}: no test is named after {id}"));
                }
                wrong.extend(
                    tests
                        .iter()
                        .filter(|name| !proofs.contains(***name))
                        .map(|name| format!("{platform}: {id} names `{name}`, which is no test")),
                );
                if proof.is_empty() {
                    wrong.push(format!("{platform}: {id} does not say what proves it"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
