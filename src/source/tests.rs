use super::*;
use crate::diagnostic::{Findings, allow, render};

fn read(text: &str) -> (Sources, Option<NodeId>, Findings) {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let root = sources.add("platform.yaml", text.as_bytes(), &mut findings);
    (sources, root, findings)
}

/// The findings, one a line.
fn findings(bytes: &[u8]) -> String {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    sources.add("p.yaml", bytes, &mut findings);
    let text = render::render(render::Format::Concise, &findings, &sources, render::Color::Off);
    text.lines().filter(|line| line.starts_with("p.yaml")).collect::<Vec<_>>().join("\n")
}

/// The tree as one line; quoted text has quotes.
fn show(sources: &Sources, node: NodeId) -> String {
    match sources.node(node) {
        Node::Null => "null".to_owned(),
        Node::Scalar { text, plain: true } => text.to_owned(),
        Node::Scalar { text, plain: false } => format!("{text:?}"),
        Node::List(items) => {
            format!("[{}]", items.iter().map(|item| show(sources, *item)).collect::<Vec<_>>().join(", "))
        }
        Node::Map(entries) => {
            let entry = |(k, v): &(NodeId, NodeId)| format!("{}: {}", sources.text(*k), show(sources, *v));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn reads_scalars_as_written() {
    let (sources, root, findings) = read("\u{FEFF}a: 1.10\nb: 'yes'\nc: ~\nd: [on, null, \"\"]\ne:\n");
    assert!(findings.is_empty());
    assert_eq!(show(&sources, root.unwrap()), "{a: 1.10, b: \"yes\", c: null, d: [on, null, \"\"], e: null}");
}

#[test]
fn spans_cover_what_the_eye_sees() {
    let (sources, root, _) =
        read("a:\n  b: x # note\n  c:\n    - 1\n    - {d: e}   \n\n# end\nf: |\n  one\n  two\n\ng: 1\n");
    let slice = |path: &[&str]| {
        let place = sources.find(root.unwrap(), path.iter().copied());
        assert!(place.complete);
        sources.slice(sources.span(place.value)).to_owned()
    };
    assert_eq!(slice(&["a"]), "b: x # note\n  c:\n    - 1\n    - {d: e}");
    assert_eq!(slice(&["a", "c", "1"]), "{d: e}");
    assert_eq!(slice(&["f"]), "one\n  two");
    let place = sources.find(root.unwrap(), ["a", "c", "7", "x"]);
    assert!(!place.complete);
    assert_eq!(sources.slice(sources.mark(place.key, place.value)), "c");
}

#[test]
fn positions_count_characters_and_all_line_ends() {
    let (sources, root, _) = read("é: 1\r\nü: [ä, x]\rz: 2\n");
    let root = root.unwrap();
    let at = |path: &[&str]| {
        let p = sources.position(sources.span(sources.find(root, path.iter().copied()).value));
        (p.line, p.column)
    };
    assert_eq!(at(&["é"]), (1, 4));
    assert_eq!(at(&["ü", "1"]), (2, 8));
    assert_eq!(at(&["z"]), (3, 4));
}

#[test]
fn refuses_what_readers_disagree_on() {
    assert_eq!(
        findings(b"a: 1\nb: 2\na: 3\n"),
        "p.yaml:3:1: error[duplicate-key] the key `a` is there twice"
    );
    assert_eq!(
        findings(b"a: !!str 1\n"),
        "p.yaml:1:4: error[tag] tags (`!\u{2026}`) have no meaning in a spec"
    );
    assert_eq!(
        findings(b"a: !x\n  b: 1\n"),
        "p.yaml:1:4: error[tag] tags (`!\u{2026}`) have no meaning in a spec"
    );
    assert_eq!(
        findings(b"a: 1\n---\nb: 1\n"),
        "p.yaml:2:1: error[several-documents] a file holds one document"
    );
    assert_eq!(findings(b"{a: {{ b }}}\n"), "p.yaml:1:6: error[invalid-key] a key is text");
    assert_eq!(findings(b"~: 1\n"), "p.yaml:1:1: error[invalid-key] a key may not be empty");
    assert_eq!(findings(b"a:\n\tb: 1\n"), "p.yaml:2:1: error[tab-indentation] a tab indents this line");
    assert_eq!(
        findings(b"a: &a [*a]\n"),
        "p.yaml:1:8: error[recursive-alias] an alias stands inside of what it repeats"
    );
    assert_eq!(
        findings(b"a: \"\\x7f\"\n"),
        "p.yaml:1:4: error[forbidden-character] text may not hold the character U+007F"
    );
    assert_eq!(
        findings("\"\u{E000}\": 1\n".as_bytes()),
        "p.yaml:1:1: error[forbidden-character] text may not hold the character U+E000"
    );
    assert_eq!(findings(b"a: x\nb: \xff\n"), "p.yaml:2:4: error[not-utf8] the file is not UTF-8");
    for empty in ["", "# nothing\n", "---\n", "~\n", "null"] {
        assert_eq!(
            findings(empty.as_bytes()),
            "p.yaml:1:1: error[empty-spec] `p.yaml` holds nothing",
            "{empty}"
        );
    }
}

#[test]
fn reports_every_error_that_leaves_the_rest_readable() {
    let text = findings(b"a: 1\na: 2\nb: !t 1\nc: {[x]: 1}\n");
    assert_eq!(text.lines().count(), 3, "{text}");
}

#[test]
fn bounds_depth_and_aliases() {
    let deep = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
    assert!(findings(deep.as_bytes()).contains("error[too-deep]"));
    assert!(!findings(format!("a: {}{}", "[".repeat(127), "]".repeat(127)).as_bytes()).contains("error"));
    let block = (0..300).map(|n| " ".repeat(n) + "a:\n").collect::<String>();
    assert!(findings(block.as_bytes()).contains("error[too-deep]"));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..9 {
        let list = vec![format!("*a{}", n - 1); 9].join(", ");
        bomb = format!("{bomb}a{n}: &a{n} [{list}]\n");
    }
    assert!(findings(bomb.as_bytes()).contains("error[alias-bomb]"));
    let nested = |inner: &str| format!("{}{inner}{}", "[".repeat(60), "]".repeat(60));
    let chain = format!("a: &a {}\nb: &b {}\nc: {}\n", nested("x"), nested("*a"), nested("*b"));
    assert!(findings(chain.as_bytes()).contains("p.yaml:3:64: error[too-deep]"));
    let comments = "# x\n".repeat(5000);
    assert_eq!(findings(format!("{comments}a: 1\n{comments}").as_bytes()), "");
}

#[test]
fn floods_are_cut() {
    let (_, _, findings) = read(&"a: 1\n".repeat(5001));
    assert_eq!(findings.summary(), "5000 errors; the first 1000 are shown");
    let line = format!("a: {}", "x".repeat(2 << 20));
    assert!(self::findings(line.as_bytes()).contains("error[file-too-large] a line"));
}

#[test]
fn merge_keys_yield_to_own_keys() {
    let (sources, root, findings) =
        read("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  first: 0\n  <<: [*x, *y]\n  c: 5\n");
    assert!(findings.is_empty());
    let z = sources.get(root.unwrap(), "z").unwrap();
    assert_eq!(show(&sources, z), "{first: 0, a: 1, b: 2, c: 5}");
}

#[test]
fn overlays_merge_maps_and_replace_the_rest() {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let base = sources.add("base", b"a: {x: 1, y: [1, 2], z: {k: v}}\nb: 1\n", &mut findings).unwrap();
    let over = sources.add("over", b"c: 3\na: {y: [3], x: ~, z: {l: w}}\n", &mut findings).unwrap();
    let merged = sources.overlay(base, over);
    assert_eq!(show(&sources, merged), "{a: {x: null, y: [3], z: {k: v, l: w}}, b: 1, c: 3}");
    let again = sources.add("again", b"a: {x: {n: 1}}\n", &mut findings).unwrap();
    let merged = sources.overlay(merged, again);
    assert_eq!(show(&sources, sources.get(merged, "a").unwrap()), "{x: {n: 1}, y: [3], z: {k: v, l: w}}");
    let y = sources.find(merged, ["a", "y"]).value;
    assert_eq!(sources.file_name(sources.span(y).file), "over");
    let origin = sources.origin(y).unwrap();
    assert_eq!(
        (sources.file_name(sources.span(origin).file), show(&sources, origin).as_str()),
        ("base", "[1, 2]")
    );
    assert_eq!(show(&sources, base), "{a: {x: 1, y: [1, 2], z: {k: v}}, b: 1}");
}

#[test]
fn comments_allow_warnings_only() {
    use crate::diagnostic::{At, Check};
    let text = "a: 1 # kgen: allow[unused-allow] because\n# kgen: allow[unused-allow, wrong-type] why\nb: 2\n\
                c: 3 # kgen: allow[unused-allow] nothing\nd: 4 # kgen: allow[wrong-type]\n";
    let (sources, root, mut findings) = read(text);
    let check = Check::new(&sources, root.unwrap(), &mut findings);
    check.warning("unused-allow", &At::ROOT.key("a"), "dropped");
    check.warning("unused-allow", &At::ROOT.key("b"), "dropped");
    check.error("wrong-type", &At::ROOT.key("b"), "stays");
    allow::apply(&mut findings, &sources).report(&mut findings);
    let text = render::render(render::Format::Concise, &findings, &sources, render::Color::Off);
    insta::assert_snapshot!(text, @r#"
    platform.yaml:2:1: warning[unused-allow] `wrong-type` is an error here and cannot be allowed
    platform.yaml:3:4: error[wrong-type] stays
    platform.yaml:4:6: warning[unused-allow] nothing here is reported as `unused-allow`
    platform.yaml:5:6: error[allow-without-reason] the comment gives no reason
    2 errors, 2 warnings
    "#);
}

mod hostile {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            findings(&bytes);
        }

        #[test]
        fn no_yaml_makes_reading_panic(text in "[a-c:\\-\\[\\]{},&*!|>'\"#%@ \t\n\r<~é]{0,80}") {
            let (sources, root, mut findings) = read(&text);
            if let Some(root) = root {
                show(&sources, root);
                allow::apply(&mut findings, &sources).report(&mut findings);
            }
            for (_, format) in render::Format::ALL {
                let _ = render::render(*format, &findings, &sources, render::Color::On);
            }
        }
    }
}
