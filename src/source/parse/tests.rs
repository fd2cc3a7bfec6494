use crate::diagnostic::{
    Findings,
    format::{Format, render, summary},
};
use crate::source::{Node, NodeId, Sources};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> (Sources, Option<NodeId>, Findings) {
    let (mut sources, mut findings) = (Sources::new(), Findings::default());
    let root = sources.add("p", bytes, &mut findings);
    (sources, root, findings)
}

/// The findings, one a line.
fn findings(text: &str) -> String {
    let (sources, _, findings) = read(text.as_bytes());
    render(Format::Concise, &findings, &sources, false)
}

/// The tree as one line; quoted text has quotes.
fn show(sources: &Sources, node: NodeId) -> String {
    match sources.node(node) {
        Node::Null => "null".to_owned(),
        Node::Scalar { text, plain: true } => text.to_owned(),
        Node::Scalar { text, plain: false } => format!("{text:?}"),
        Node::List(items) => {
            let items: Vec<_> = items.iter().map(|item| show(sources, *item)).collect();
            format!("[{}]", items.join(", "))
        }
        Node::Map(_) => {
            let entry = |(key, value)| format!("{}: {}", show(sources, key), show(sources, value));
            let entries: Vec<_> = sources.entries(node).map(entry).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

#[test]
fn a_mistake_does_not_hide_the_next_ones() {
    let (sources, root, findings) = read(b"a: 1\na: 2\nb: !t 3\n? [x]\n: 4\nc: \"\\e\"\n");
    assert_eq!(findings.errors(), 4);
    assert_eq!(show(&sources, root.unwrap()), "{a: 1, b: 3, c: \"\\u{1b}\"}");
}

#[test]
fn aliases_are_as_deep_as_what_they_stand_for() {
    let nested = |inner: &str| format!("{}{inner}{}", "[".repeat(60), "]".repeat(60));
    let two = format!("a: &a {}\nb: &b {}\n", nested("x"), nested("*a"));
    assert_eq!(findings(&two), "");
    let three = format!("{two}c: {}\n", nested("*b"));
    assert!(findings(&three).starts_with("p:3:64: error[too-deep]"), "{}", findings(&three));
}

#[test]
fn merge_keys_take_maps() {
    let (sources, root, _) = read(b"x: &x {a: 1, b: 2}\ny: {b: 3, <<: *x}\nz: {\"<<\": 4}\n");
    assert_eq!(show(&sources, root.unwrap()), "{x: {a: 1, b: 2}, y: {b: 3, a: 1}, z: {\"<<\": 4}}");
    assert!(findings("a: {<<: text}\n").starts_with("p:1:5: error[wrong-type]"));
}

#[test]
fn long_comments_are_comments() {
    assert_eq!(findings(&format!("a:\n{}  b: 1\n", "  # x\n".repeat(5000))), "");
}

#[test]
fn floods_are_counted() {
    let (sources, _, findings) = read("a: 1\n".repeat(5001).as_bytes());
    assert_eq!(summary(&findings), "5000 errors");
    assert_eq!(render(Format::Concise, &findings, &sources, false).lines().count(), 1001);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read(&bytes);
    }

    #[test]
    fn no_yaml_makes_reading_panic(text in "[a-c:\\-\\[\\]{},&*!|>'\"#%@ \t\n\r<~é]{0,80}") {
        let (sources, root, findings) = read(text.as_bytes());
        if let Some(root) = root {
            show(&sources, root);
        }
        for format in [Format::Text, Format::Concise, Format::Json, Format::Github] {
            render(format, &findings, &sources, true);
        }
    }
}
