use super::*;
use crate::tree::serialize::to_tree;
use proptest::prelude::*;

/// Texts that some reader or emitter is known to get wrong.
const NASTY: &[&str] = &[
    "on",
    "ON",
    "y",
    "No",
    "012",
    "0o14",
    "0x1F",
    "1e3",
    "1E+3",
    "e5",
    "1_000",
    "1,000",
    "12:30",
    "12:30:45.5",
    "0:0",
    "2001-01-01",
    "2001-12-14t21:59:43.10-05:00",
    "null",
    "Null",
    "~",
    "",
    " ",
    "  ",
    " a",
    "a ",
    "=",
    "<<",
    ".",
    "..",
    "...",
    "---",
    "--- a",
    "-",
    "- a",
    "-a",
    "--a",
    "+",
    "+1",
    ".5",
    "5.",
    ".inf",
    "-.INF",
    ".nan",
    "+.inf",
    "infinity",
    "0b1",
    "1.2.3",
    "10.0.0.1",
    "1.2",
    "{{ .Values.x }}",
    "{{",
    "{a}",
    "[a]",
    "]",
    "}",
    ",",
    "$(VAR)",
    "${X}",
    "'",
    "\"",
    "it's",
    "say \"x\"",
    "\\",
    "a\\nb",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n",
    "a\n\n\nb",
    "\n",
    "\na",
    " a\nb",
    "\ta\nb",
    "a \nb",
    "a\t\nb",
    "a\n b\n",
    "a\n\tb",
    "a\n---\nb\n",
    "a\n# b\n",
    "a\r\nb",
    "a\tb",
    "\t",
    "#",
    "#a",
    "a #b",
    "a#b",
    "a: b",
    "a:b",
    ":",
    "a:",
    ":a",
    "?",
    "? a",
    "?a",
    "@a",
    "`a",
    "%a",
    "!a",
    "&a",
    "*a",
    "|",
    ">",
    "|a",
    "été",
    "🎉",
    "\u{85}",
    "\u{A0}",
    "\u{AD}",
    "\u{200B}",
    "\u{2028}",
    "a\u{2029}b",
    "\u{FEFF}",
    "\u{E000}",
    "\u{FFFD}",
    "\u{10FFFF}",
    "\u{7F}",
    "true\n",
    "1\n",
    "sha256:0123",
    "22:22",
    "1e",
    "0x",
    "_1",
    "1__2",
    "-0",
    "+.",
    "-.5e-3",
    "null # x",
    "!!str a",
    "a\0b",
];

fn read(text: &str) -> Tree {
    let value: serde_yaml::Value = serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    to_tree(&value, |_, _| ())
}

fn written(tree: &Tree) -> String {
    let mut out = String::new();
    write(tree, &mut out);
    out
}

fn map(key: &str, value: Tree) -> Tree {
    Tree::Map([(key.to_owned().into(), value)].into_iter().collect())
}

#[test]
fn nasty_texts_are_read_back_in_every_position() {
    let long = "x: ".repeat(2_000);
    for text in NASTY.iter().copied().chain([long.as_str(), &"k".repeat(1_100)]) {
        let value = Tree::from(text);
        let list = |items: Vec<Tree>| Tree::List(items);
        for tree in [
            value.clone(),
            map("a", value.clone()),
            list(vec![value.clone(), value.clone()]),
            map(text, Tree::from("b")),
            list(vec![map(text, value.clone())]),
            map("a", list(vec![list(vec![value.clone()]), map("b", map(text, list(vec![value.clone()])))])),
            map("a", map(text, map("b", value.clone()))),
        ] {
            let out = written(&tree);
            assert_eq!(read(&out), tree, "{out}");
        }
    }
}

#[test]
fn every_bare_text_is_a_text_for_yaml_1_1() {
    for text in NASTY {
        assert_bare_is_text(text);
    }
}

proptest! {
    #[test]
    fn random_trees_are_read_back(tree in tree()) {
        let out = written(&tree);
        prop_assert_eq!(read(&out), tree, "{}", out);
    }

    #[test]
    fn random_short_texts_are_texts_for_yaml_1_1(text in "[-+.0-9eExXoObBinfatyYsZ_:, =~<]{0,8}") {
        assert_bare_is_text(&text);
        prop_assert_eq!(read(&written(&map(&text, Tree::from(text.as_str())))), map(&text, Tree::from(text.as_str())));
    }
}

#[test]
fn lists_start_at_the_column_of_their_key() {
    let list = Tree::List(vec![map("b", Tree::List(vec![Tree::Int(1), Tree::List(vec![Tree::Bool(true)])]))]);
    assert_eq!(written(&map("a", list)), "a:\n- b:\n  - 1\n  -\n    - true\n");
}

#[test]
fn blocks_and_long_keys_are_indented_below_their_parent() {
    let key = "k".repeat(1_000);
    let tree = map("a", map(&key, Tree::from("x\n  y\n")));
    assert_eq!(written(&tree), format!("a:\n  ? {key}\n  : |\n    x\n      y\n"));
}

#[test]
fn numbers_are_numbers_for_yaml_1_1() {
    for (number, text) in [(1e16, "1.0e+16"), (1.5e-7, "1.5e-7"), (-0.5, "-0.5"), (2.0, "2.0")] {
        assert_eq!(written(&Tree::Float(number)), format!("{text}\n"));
    }
}

#[test]
fn a_marker_is_filled_before_the_text_is_quoted() {
    let fill = Fill { marker: "\u{E000}", text: "on" };
    let mut out = String::new();
    write_filled(&map("a", Tree::List(vec!["\u{E000}".into(), "x.\u{E000}.svc".into()])), fill, &mut out);
    assert_eq!(out, "a:\n- \"on\"\n- x.on.svc\n");
}

fn tree() -> impl Strategy<Value = Tree> {
    let text = prop_oneof![
        proptest::sample::select(NASTY).prop_map(str::to_owned),
        "[ -~]{0,12}",
        "[a \\t\\n#:-]{0,10}",
        "\\PC{0,8}",
    ];
    let leaf = prop_oneof![
        any::<bool>().prop_map(Tree::Bool),
        any::<i64>().prop_map(Tree::Int),
        (-1e9..1e9_f64).prop_map(|x| Tree::Float(x + 0.25)),
        text.clone().prop_map(Tree::Str),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::List),
            prop::collection::btree_map(text.clone(), inner, 0..5)
                .prop_map(|map| Tree::Map(map.into_iter().map(|(k, v)| (k.into(), v)).collect())),
        ]
    })
}

#[track_caller]
fn assert_bare_is_text(text: &str) {
    let out = scalar(text);
    let bare = !out.starts_with(['"', '\'']);
    assert!(!bare || !is_typed_in_yaml_1_1(text), "`{out}` stands bare");
    assert!(!bare || out == text);
}

/// The implicit types of YAML 1.1 (<https://yaml.org/type/>), written down from there and apart
/// from the emitter's own rules.
fn is_typed_in_yaml_1_1(text: &str) -> bool {
    let words = "~ null true false yes no on off y n = << .inf .nan +.inf -.inf";
    if text.is_empty() || words.split(' ').any(|word| word.eq_ignore_ascii_case(text)) {
        return true;
    }
    let all = |text: &str, digits: &str| {
        !text.is_empty() && text.chars().all(|c| digits.contains(c) || c == '_' || c == ',')
    };
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let integer = number.strip_prefix("0b").is_some_and(|t| all(t, "01"))
        || number.strip_prefix("0x").is_some_and(|t| all(t, "0123456789abcdefABCDEF"))
        || number.strip_prefix("0o").is_some_and(|t| all(t, "01234567"))
        || (number.starts_with(|c: char| c.is_ascii_digit()) && all(number, "0123456789"));
    let float = {
        let (mantissa, exponent) =
            number.split_once(['e', 'E']).map_or((number, None), |(m, e)| (m, Some(e)));
        let exponent = exponent.is_none_or(|e| all(e.strip_prefix(['+', '-']).unwrap_or(e), "0123456789"));
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |text: &str| text.is_empty() || all(text, "0123456789");
        exponent
            && !whole.starts_with('_')
            && digits(whole)
            && digits(part)
            && mantissa.contains(|c: char| c.is_ascii_digit())
    };
    let sixty = number.contains(':')
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.split(':').all(|t| all(&t.replacen('.', "", 1), "0123456789"));
    let date = text.len() >= 8
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.splitn(3, '-').count() == 3
        && text.chars().all(|c| c.is_ascii_digit() || "-:.tTzZ+ ".contains(c));
    integer || float || sixty || date
}
