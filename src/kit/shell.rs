//! Text for scripts: quoting, and lists that a person can read.

use std::fmt::Write as _;

/// A text as one word of the shell.
pub(super) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// An array `NAME=(…)` with one item a line.
pub(super) fn array(name: &str, items: &[String], indent: &str) -> String {
    if items.is_empty() {
        return format!("{indent}{name}=()\n");
    }
    let mut out = format!("{indent}{name}=(\n");
    for item in items {
        let _ = writeln!(out, "{indent}  {}", word(item));
    }
    out + indent + ")\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(word("ghcr.io/acme/web:1"), "ghcr.io/acme/web:1");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("it's $x"), "'it'\\''s $x'");
        assert_eq!(word(""), "''");
    }
}
