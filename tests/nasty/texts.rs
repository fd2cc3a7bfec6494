//! The texts and the keys that are misread.

/// Texts of one line or of several.
#[rustfmt::skip]
pub(super) const TEXTS: &[&str] = &[
    "on", "off", "yes", "No", "y", "n", "true", "False", "null", "Null", "~", "", " ", "  both ends  ", "012",
    "0o14", "0x1F", "0b11", "1e3", "1E+03", ".5", "5.", "1_000", "1_000.5", "12:30", "190:20:30", "2001-01-01",
    "2001-12-14t21:59:43.10-05:00", "+1", "-0", ".inf", "-.INF", ".NaN", "1000000",
    "123456789012345678901234567890", "9007199254740993", "1.10", "3.0", "<<", "=", "{{ .Values.x }}", "{{",
    "}}", "{{- end }}", "{{/* x */}}", "{{`x`}}", "a {{ $labels.instance }} b", "$(VAR)", "$$(VAR)", "$(",
    "${VAR}", "$VAR", "`uname`", "'", "\"", "''", "it's", "\"quoted\"", "\\", "\\n", "C:\\dir\\", "a\\\"b",
    "#", "# no comment", "a #b", "a # b", "a: b", "a:", ": a", ":", "-", "- a", "-a", "--flag=x", "---", "...",
    "--- a", "?", "? a", "@at", "`tick", "*star", "&amp", "!tag", "!!str x", "%percent", "|", ">", "|-", "[a]",
    "{a: b}", "[", "]", "{", "}", ",", "a,b", "a\tb", "\ta", "a\t", "one\ntwo", "one\ntwo\n",
    "one\n\ntwo\n\n\n", "\nfirst is empty", "\n", "  indented\nthen not\n", "trailing \nblank\n",
    "tab\there\n\tand there\n", "a: b\n# c\n- d\n", "---\na\n...\n", "key: |\n  text\n",
    "{{ range . }}\n{{ end }}\n", "ünï çödé", "emoji 🦀👩‍👩‍👧 here", "中文", "عربى", "\u{e9} and e\u{301}",
    "non\u{a0}breaking", "a&b<c>d", "\r\n is escaped", "100%", "SELECT 'a' || \"b\" -- c", "^[a-z]+$",
    "https://x.example/?a=1&b=2#c", "user:pa:ss", "0", "00", "1", "-1", "1.5e300", "NaN", "Infinity", "0777",
    "08", "1,000", "1 000", "12e03", "_", "0_", "2001-1-1", "23:59:59.5",
];

/// Keys that a `ConfigMap` takes and readers of YAML misread.
#[rustfmt::skip]
pub(super) const DATA_KEYS: &[&str] = &[
    "on", "off", "y", "n", "yes", "no", "null", "true", "012", "1e3", "1_000", "0x1F", ".5", "1.0", "1.10",
    "2001-01-01", "-", "--", "-dash", "_", ".hidden", "a.b", "NaN", ".inf", ".nan", "0", "1", "a-b_c.d",
    "9007199254740993", "0b1", "007",
];

/// The same for annotations, whose keys begin and end with a letter or digit.
#[rustfmt::skip]
pub(super) const ANNOTATION_KEYS: &[&str] = &[
    "on", "off", "y", "n", "yes", "no", "null", "true", "012", "1e3", "1_000", "0x1F", "1.0", "1.10",
    "2001-01-01", "NaN", "0", "1", "a-b_c.d", "example.com/on", "example.com/1", "example.com/null", "0b1",
    "007",
];

/// The same for environment variables.
#[rustfmt::skip]
pub(super) const ENV_KEYS: &[&str] = &[
    "on", "y", "N", "NO", "null", "TRUE", "_", "_1", "NaN", "NULL", "Yes", "off",
];
