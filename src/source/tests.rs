use super::{NodeId, Sources};
use crate::diagnostic::Findings;

/// Two texts, the second merged over the first, and the value at a path of it.
fn merged(base: &str, over: &str, path: &[&str]) -> (Sources, Option<NodeId>) {
    let (mut sources, mut findings) = (Sources::new(), Findings::default());
    let base = sources.add("base", base.as_bytes(), &mut findings).unwrap();
    let over = sources.add("over", over.as_bytes(), &mut findings).unwrap();
    let root = sources.overlay(base, over);
    let found = path.iter().try_fold(root, |node, key| sources.entry(node, key).map(|(_, value)| value));
    (sources, found)
}

#[test]
fn maps_merge_and_the_rest_is_replaced() {
    let (sources, one) = merged("a: { b: 1, c: 2 }", "a: { b: 3 }", &["a", "b"]);
    assert_eq!(sources.text(one.unwrap()), Some("3"));
    let (sources, kept) = merged("a: { b: 1, c: 2 }", "a: { b: 3 }", &["a", "c"]);
    assert_eq!(sources.text(kept.unwrap()), Some("2"));
    let (sources, list) = merged("a: [1, 2]", "a: [3]", &["a"]);
    assert!(matches!(sources.node(list.unwrap()), super::Node::List(items) if items.len() == 1));
}

#[test]
fn an_override_remembers_its_place_and_that_of_the_base() {
    let (sources, value) = merged("a: { b: 1 }", "a: { b: 3 }", &["a", "b"]);
    let value = value.unwrap();
    assert_eq!(sources.file(sources.span(value)).name, "over");
    let base = sources.base(value).unwrap();
    assert_eq!((sources.file(sources.span(base)).name.as_str(), sources.text(base)), ("base", Some("1")));
}

#[test]
fn null_removes_and_stays_to_be_seen() {
    let (sources, value) = merged("a: { b: 1 }", "a: null", &["a"]);
    assert!(sources.is_null(value.unwrap()));
}

#[test]
fn a_large_map_finds_its_keys_and_merges_like_a_small_one() {
    let entries = |keys: &[u32], value: &str| {
        let lines: Vec<String> = keys.iter().map(|key| format!("k{key}: {value}")).collect();
        lines.join("\n")
    };
    let keys: Vec<u32> = (0..100).map(|n| n * 37 % 100).collect();
    for key in ["k0", "k9", "k10", "k99"] {
        let (sources, found) = merged(&entries(&keys, "old"), &entries(&[9, 100], "new"), &[key]);
        assert_eq!(sources.text(found.unwrap()), Some(if key == "k9" { "new" } else { "old" }), "{key}");
    }
    let (_, missing) = merged(&entries(&keys, "old"), "k9: new", &["k"]);
    assert_eq!(missing, None);
    let (sources, added) = merged(&entries(&keys, "old"), &entries(&[9, 100], "new"), &["k100"]);
    assert_eq!(sources.text(added.unwrap()), Some("new"));
}
