//! Whole numbers: written so that every reader of YAML reads the same, and within their range.

use super::super::Rule;

/// Reports a scalar that is no whole number of its rule.
pub(super) fn integer(
    rule: &Rule,
    text: &str,
    plain: bool,
    name: &str,
    report: &mut dyn FnMut(&'static str, String, String),
) {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    if !plain && whole {
        return report(
            "wrong-type",
            format!("`{name}` is a whole number, and this is text"),
            format!("remove the quotes: `{text}`"),
        );
    }
    if whole && digits.len() > 1 && digits.starts_with('0') {
        let decimal = digits.trim_start_matches('0');
        let octal = i64::from_str_radix(digits, 8)
            .map_or_else(|_| String::new(), |value| format!(", or `{value}` if you mean octal"));
        return report(
            "ambiguous-number",
            format!("`{text}` is read as octal by some tools and as decimal by others"),
            format!("write `{}`{octal}", if decimal.is_empty() { "0" } else { decimal }),
        );
    }
    let radix = [("0o", 8), ("0x", 16), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| i64::from_str_radix(text.strip_prefix(prefix)?, radix).ok());
    if let Some(value) = radix {
        return report(
            "ambiguous-number",
            format!("`{text}` is a number for some readers of YAML and text for others"),
            format!("write `{value}`"),
        );
    }
    if text.contains('_') && text.chars().all(|c| c.is_ascii_digit() || c == '_') {
        return report(
            "ambiguous-number",
            format!("`{text}` is a number for some readers of YAML and text for others"),
            format!("write `{}`", text.replace('_', "")),
        );
    }
    if let Some(number) = text.strip_suffix('%').filter(|number| number.parse::<u8>().is_ok()) {
        return report(
            "wrong-type",
            format!("`{name}` is a whole number, not `{text}`"),
            format!("write the number alone: `{name}: {number}`"),
        );
    }
    let Some(number) = text.parse::<i64>().ok().filter(|_| whole) else {
        return report(
            "wrong-type",
            format!("`{name}` is a whole number, not `{text}`"),
            range(rule).map_or_else(
                || "write a whole number".to_owned(),
                |range| format!("write a whole number {range}"),
            ),
        );
    };
    if rule.minimum.is_some_and(|least| number < least) || rule.maximum.is_some_and(|most| number > most) {
        report(
            "out-of-range",
            format!("{number} is out of the range of `{name}`"),
            format!("write a whole number {}", range(rule).unwrap_or_default()),
        );
    }
}

/// The range of a rule, in words.
fn range(rule: &Rule) -> Option<String> {
    match (rule.minimum, rule.maximum) {
        (Some(least), Some(most)) => Some(format!("from {least} to {most}")),
        (Some(least), _) => Some(format!("of {least} or more")),
        (None, Some(most)) => Some(format!("up to {most}")),
        (None, None) => None,
    }
}
