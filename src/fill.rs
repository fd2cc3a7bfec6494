//! Templates of text: `@WORD@` stands for a value.

/// The template with every `@WORD@` replaced by its value; a value is not looked into.
///
/// # Panics
/// If the template has a word without a value, or a value has no word: a bug of ours.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut used = vec![false; values.len()];
    let mut rest = template;
    while let Some(at) = rest.find('@') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let word = from[1..].split('@').next().unwrap_or_default();
        let is_word = !word.is_empty()
            && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if is_word && from[1 + word.len()..].starts_with('@') {
            let n = values.iter().position(|(name, _)| *name == word);
            let n = n.unwrap_or_else(|| panic!("internal error: the template's `{word}` has no value"));
            out.push_str(values[n].1);
            used[n] = true;
            rest = &from[word.len() + 2..];
        } else {
            out.push('@');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    let spare = used.iter().position(|used| !used).map(|n| values[n].0);
    assert!(spare.is_none(), "internal error: the template has no `{}`", spare.unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn words_are_replaced_and_nothing_else() {
        let text = fill("@A@ \"$@\" a@b.c @B_C@@A@ @x@", &[("A", "@B_C@"), ("B_C", "2")]);
        assert_eq!(text, "@B_C@ \"$@\" a@b.c 2@B_C@ @x@");
    }

    #[test]
    #[should_panic(expected = "the template's `B` has no value")]
    fn a_word_without_a_value_is_a_bug() {
        fill("@A@@B@", &[("A", "1")]);
    }

    #[test]
    #[should_panic(expected = "the template has no `B`")]
    fn a_value_without_a_word_is_a_bug() {
        fill("@A@", &[("A", "1"), ("B", "2")]);
    }
}
