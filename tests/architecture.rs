//! The shape of the program: who may use whom, how long files are, and registries that are in order.

use crate::judges::none;
use crate::kgen::{files, root};
use kgen::diagnostic::codes::CODES;
use kgen::spec;
use kgen::value::FORMATS;
use std::collections::{BTreeMap, BTreeSet};

/// What outputs must not know: they see trees.
const MEANING: &[&str] =
    &["spec", "component", "platform", "workload", "pod", "needs", "scope", "value", "load"];

/// Longest file, in lines. The habit is 150.
const LONGEST: usize = 400;

/// Names that say nothing about what a file owns.
const VAGUE: &[&str] = &["util", "utils", "helper", "common", "misc", "mod", "lib2", "stuff"];

#[test]
fn modules_use_only_what_stands_above_them() {
    let layers = layers();
    let mut complaints = Vec::new();
    for (path, text) in sources() {
        let own = path.split(['/', '.']).next().unwrap().to_owned();
        let Some(layer) = layers.get(&own) else { continue };
        for used in uses(&text) {
            match layers.get(&used) {
                None => {
                    complaints.push(format!("src/{path} uses `crate::{used}`, which lib.rs does not have"));
                }
                Some(other) if other > layer => {
                    complaints.push(format!(
                        "src/{path} uses `crate::{used}`, which stands below `{own}` in lib.rs"
                    ));
                }
                Some(_) => {}
            }
        }
    }
    none(&complaints);
}

#[test]
fn outputs_see_trees_and_never_the_spec() {
    let mut complaints = Vec::new();
    for (path, text) in sources() {
        if path == "output.rs" || path.starts_with("output/") {
            let found = uses(&text);
            complaints.extend(
                MEANING
                    .iter()
                    .filter(|name| found.contains(**name))
                    .map(|name| format!("src/{path} uses `{name}`")),
            );
        }
    }
    none(&complaints);
}

#[test]
fn kinds_of_components_meet_in_the_platform_only() {
    let sections: BTreeSet<String> = kgen::component::SECTIONS
        .iter()
        .flat_map(|section| [section.key.to_owned(), section.key.trim_end_matches('s').to_owned()])
        .collect();
    let mut complaints = Vec::new();
    for (path, text) in sources() {
        if path.ends_with("tests.rs") {
            continue;
        }
        let Some(own) = path.strip_prefix("component/").map(|rest| rest.split(['/', '.']).next().unwrap())
        else {
            continue;
        };
        if own == "tests" {
            continue;
        }
        for kind in &sections {
            let other = snake(kind);
            let named = text.contains(&format!("component::{other}::"))
                || text.contains(&format!("super::{other}::"));
            if other != own && named {
                complaints.push(format!("src/{path} uses the kind `{other}`"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn files_are_short_and_named_after_what_they_own() {
    let mut complaints = Vec::new();
    for folder in ["src", "tests"] {
        for (path, bytes) in files(&root().join(folder)) {
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
            let at = format!("{folder}/{}", path.display());
            if lines > LONGEST {
                complaints.push(format!("{at} has {lines} lines, {LONGEST} are the limit"));
            }
            let stem = path.file_stem().unwrap().to_string_lossy();
            if VAGUE.contains(&stem.trim_end_matches('s')) || VAGUE.contains(&&*stem) {
                complaints.push(format!("{at}: `{stem}` says nothing"));
            }
        }
    }
    none(&complaints);
}

#[test]
fn only_the_edge_prints_and_only_the_writer_writes() {
    let printing = ["println!(", "eprintln!(", "print!(", "eprint!(", "stdout()", "stderr()"];
    let writing =
        ["fs::write(", "File::create", "fs::rename(", "fs::remove_", "fs::create_dir", "OpenOptions"];
    let mut complaints = Vec::new();
    for (path, text) in sources() {
        let edge = path == "main.rs" || path.starts_with("cli");
        let writer = path.starts_with("write") || path.starts_with("cli/");
        let text = without_tests(&path, &text);
        for (words, allowed) in [(&printing[..], edge), (&writing[..], writer)] {
            let found = words.iter().filter(|word| !allowed && text.contains(*word));
            complaints.extend(found.map(|word| format!("src/{path} has `{word}`")));
        }
    }
    none(&complaints);
}

#[test]
fn no_test_file_is_forgotten() {
    let main = std::fs::read_to_string(root().join("tests/main.rs")).unwrap();
    let mut listed: Vec<_> = main
        .lines()
        .filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect();
    listed.sort();
    let mut there: Vec<_> = std::fs::read_dir(root().join("tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|stem| stem != "main")
        .collect();
    there.sort();
    assert_eq!(listed, there, "tests/main.rs names every file of tests/");
}

#[test]
fn registries_are_sorted_unique_and_documented() {
    let codes: Vec<_> = CODES.iter().map(|code| code.name).collect();
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "codes are not sorted or not unique: {codes:?}");
    for code in CODES.iter() {
        let kebab = code.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(kebab, "the code `{}` is no kebab-case word", code.name);
        assert!(
            !code.summary.is_empty() && !code.reason.is_empty(),
            "the code `{}` is not documented",
            code.name
        );
    }
    let keys: BTreeSet<_> = kgen::component::SECTIONS.iter().map(|section| section.key).collect();
    assert_eq!(keys.len(), kgen::component::SECTIONS.len(), "two sections have one key");
    for section in kgen::component::SECTIONS {
        assert!(section.doc.ends_with('.'), "the section `{}` is not documented in a sentence", section.key);
    }
    let formats: BTreeSet<_> = FORMATS.iter().map(|(name, _)| *name).collect();
    assert_eq!(formats.len(), FORMATS.len(), "two formats have one name");
}

#[test]
fn every_documented_code_is_reported() {
    let documented: BTreeSet<_> = CODES.iter().map(|code| code.name).collect();
    let program: String = sources()
        .into_iter()
        .filter(|(path, _)| !path.starts_with("diagnostic/codes"))
        .map(|(path, text)| without_tests(&path, &text))
        .collect();
    let unused: Vec<_> = documented
        .iter()
        .filter(|code| !program.contains(&format!("\"{code}\"")))
        .map(|code| (*code).to_owned())
        .collect();
    none(
        &unused
            .iter()
            .map(|code: &String| format!("the code `{code}` is documented and never reported"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_format_that_the_schema_names_is_checked() {
    let checked: BTreeSet<_> = FORMATS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut named = BTreeSet::new();
    collect_formats(&spec::schema(), &mut named);
    // Formats of numbers are written by the generator of the schema.
    let numbers = ["uint8", "uint16", "uint32", "uint64", "int32", "int64", "double", "uint", "float"];
    named.retain(|name| !numbers.contains(&name.as_str()));
    let missing: Vec<_> = named.difference(&checked).collect();
    assert!(missing.is_empty(), "formats without a check: {missing:?}");
}

fn collect_formats(schema: &serde_json::Value, found: &mut BTreeSet<String>) {
    match schema {
        serde_json::Value::Object(map) => {
            if let Some(serde_json::Value::String(format)) = map.get("format") {
                found.insert(format.clone());
            }
            map.values().for_each(|value| collect_formats(value, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_formats(item, found)),
        _ => {}
    }
}

/// Modules of lib.rs by layer: blank lines part the layers.
fn layers() -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let mut layers = BTreeMap::new();
    let mut layer = 0;
    for line in text.lines() {
        if line.trim().is_empty() {
            layer += 1;
        } else if let Some(name) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) {
            layers.insert(name.to_owned(), layer);
        }
    }
    layers
}

/// All sources by path below `src/`, without comments.
fn sources() -> Vec<(String, String)> {
    files(&root().join("src"))
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|(path, bytes)| {
            let text = String::from_utf8(bytes).unwrap();
            let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            (path.display().to_string(), code.join("\n"))
        })
        .collect()
}

/// The modules of the crate that a text names after `crate::`.
fn uses(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let group = rest.strip_prefix('{').map(|group| group.split("};").next().unwrap_or_default());
        let names = group.map_or_else(|| vec![rest], top_level);
        found.extend(names.into_iter().map(|name| {
            name.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>()
        }));
    }
    found.retain(|name| !name.is_empty());
    found
}

/// Splits a group of `use` at the commas that stand in no inner group.
fn top_level(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0_i32, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[from..]);
    parts
}

/// A source without its tests.
fn without_tests(path: &str, text: &str) -> String {
    if path.ends_with("/tests.rs") || path.contains("/tests/") {
        return String::new();
    }
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

fn snake(text: &str) -> String {
    text.chars()
        .flat_map(|c| if c.is_ascii_uppercase() { vec!['_', c.to_ascii_lowercase()] } else { vec![c] })
        .collect()
}
