//! Words for what was expected, and hints for what was written.

use super::rule::{Rule, Scalar};
use crate::diagnostic::suggest::list;
use crate::load::scalar::{integer, number, number_hint, old_boolean};

/// Why a scalar does not fit: the code, what is wrong and the way out.
pub(super) struct Mismatch {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Returns "a whole number", "a map or a list" and so on.
pub(super) fn expected(rule: &Rule) -> String {
    let mut parts: Vec<String> = Vec::new();
    for scalar in &rule.scalars {
        let part = match scalar {
            Scalar::Text { .. } => "text".to_owned(),
            Scalar::Words(words) => list(words.iter().map(String::as_str)),
            Scalar::Integer { .. } => "a whole number".to_owned(),
            Scalar::Number { .. } => "a number".to_owned(),
            Scalar::Boolean => "`true` or `false`".to_owned(),
        };
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if rule.list.is_some() {
        parts.push("a list".to_owned());
    }
    if !rule.maps.is_empty() {
        parts.push("a map".to_owned());
    }
    match parts.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} or {last}", init.join(", ")),
    }
}

/// Checks a scalar against one demand.
pub(super) fn check(scalar: &Scalar, text: &str, plain: bool) -> Result<(), Mismatch> {
    match scalar {
        Scalar::Text { check, min, max } => {
            let length = text.chars().count() as u64;
            if length < *min || length > *max {
                return Err(range(
                    format!("the text has {length} characters"),
                    &bounds(*min, *max, "characters"),
                ));
            }
            let Some(check) = check else { return Ok(()) };
            check(text).map_err(|invalid| Mismatch {
                code: "invalid-value",
                message: invalid.reason,
                help: invalid.help,
            })
        }
        Scalar::Words(words) if words.iter().any(|word| word == text) => Ok(()),
        Scalar::Words(words) => Err(Mismatch {
            code: "unknown-value",
            message: format!("`{text}` is not one of the allowed values"),
            help: Some(match crate::diagnostic::suggest::suggest(text, words.iter().map(String::as_str)) {
                Some(near) => {
                    format!("did you mean `{near}`? allowed: {}", list(words.iter().map(String::as_str)))
                }
                None => format!("allowed: {}", list(words.iter().map(String::as_str))),
            }),
        }),
        Scalar::Integer { min, max } => match integer(text).filter(|_| plain) {
            Some(value) if value < *min || value > *max => {
                Err(range(format!("`{text}` is out of range"), &format!("from {min} to {max}")))
            }
            Some(_) => Ok(()),
            None => Err(wrong("a whole number", text, plain, integer(text).is_some())),
        },
        Scalar::Number { min, max } => match number(text).filter(|_| plain) {
            Some(value) if value < *min || value > *max => {
                Err(range(format!("`{text}` is out of range"), &format!("from {min} to {max}")))
            }
            Some(_) => Ok(()),
            None => Err(wrong("a number", text, plain, number(text).is_some())),
        },
        Scalar::Boolean if plain && matches!(text, "true" | "false") => Ok(()),
        Scalar::Boolean => {
            let mut mismatch = wrong("`true` or `false`", text, plain, matches!(text, "true" | "false"));
            if let (None, Some(value)) = (&mismatch.help, old_boolean(text)) {
                mismatch.help = Some(format!("booleans are written `true` and `false`: write `{value}`"));
            }
            Err(mismatch)
        }
    }
}

fn wrong(expected: &str, text: &str, plain: bool, fits_unquoted: bool) -> Mismatch {
    let (found, help) = match plain {
        true => (format!("`{text}`"), number_hint(text).or_else(|| whole(expected, text))),
        false if fits_unquoted => {
            (format!("the text `{text}`"), Some(format!("remove the quotes: `{text}`")))
        }
        false => (format!("the text `{text}`"), None),
    };
    Mismatch { code: "wrong-type", message: format!("expected {expected}, found {found}"), help }
}

/// `5.0` and `1e3` are whole, but not written so.
fn whole(expected: &str, text: &str) -> Option<String> {
    let value = number(text).filter(|value| value.fract() == 0.0 && value.abs() < 9e15)?;
    expected.contains("whole").then(|| format!("write it without point and exponent: `{value:.0}`"))
}

fn range(message: String, allowed: &str) -> Mismatch {
    Mismatch { code: "out-of-range", message, help: Some(format!("allowed: {allowed}")) }
}

/// Returns "at least 1 item", "from 2 to 5 items".
pub(super) fn bounds(min: u64, max: u64, what: &str) -> String {
    if max == u64::MAX { format!("at least {min} {what}") } else { format!("from {min} to {max} {what}") }
}
