//! What a plain scalar may stand for, and how near misses are to be written.

/// What YAML 1.2's core schema makes of a plain scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Core {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text,
}

/// Resolves a plain scalar by YAML 1.2's core schema, without its octal and hexadecimal numbers,
/// which YAML 1.1 readers understand differently: these stay text.
pub(super) fn core(text: &str) -> Core {
    match text {
        "true" | "True" | "TRUE" => return Core::Bool(true),
        "false" | "False" | "FALSE" => return Core::Bool(false),
        _ => {}
    }
    if let Some(number) = integer(text) {
        return i64::try_from(number).map_or(Core::Text, Core::Int);
    }
    match number(text) {
        // Kubernetes' JSON does not tell 1.0 from 1.
        Some(value) if value.fract() == 0.0 && value.abs() < 9e15 =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            Core::Int(value as i64)
        }
        Some(value) => Core::Float(value),
        None => Core::Text,
    }
}

/// Returns the whole number that a spec may write: decimal digits without leading zeros.
pub(super) fn integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || digits.len() > 30 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    text.parse().ok()
}

/// Returns the finite number that a spec may write, in the form of JSON.
pub(super) fn number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let ok = digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)));
    if ok { text.parse().ok().filter(|value: &f64| value.is_finite()) } else { None }
}

/// Returns the boolean that a spec may write.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Returns why a text is no number though it looks like one, and what to write.
pub(super) fn number_hint(text: &str) -> Option<String> {
    let (sign, body) = match text.strip_prefix(['-', '+']) {
        Some(body) => (if text.starts_with('-') { "-" } else { "" }, body),
        None => ("", text),
    };
    let radix = |digits: &str, radix: u32, what: &str| {
        let value = i64::from_str_radix(digits, radix).ok()?;
        Some(format!("numbers are decimal: {what} is written `{sign}{value}`"))
    };
    if let Some(octal) = body.strip_prefix("0o") {
        return radix(octal, 8, "this octal number");
    }
    if let Some(hex) = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")) {
        return radix(hex, 16, "this hexadecimal number");
    }
    if let Some(binary) = body.strip_prefix("0b") {
        return radix(binary, 2, "this binary number");
    }
    let bare = body.replace(['_', ','], "");
    if bare != body && integer(&bare).is_some() {
        return Some(format!("write the number without separators: `{sign}{bare}`"));
    }
    let stripped = body.trim_start_matches('0');
    if body.len() > 1 && body.starts_with('0') && body.bytes().all(|b| b.is_ascii_digit()) {
        let decimal = if stripped.is_empty() { "0" } else { stripped };
        let octal =
            i64::from_str_radix(body, 8).ok().map(|v| format!(", or `{sign}{v}` if it is meant to be octal"));
        return Some(format!(
            "a leading zero means octal to some readers: write `{sign}{decimal}`{}",
            octal.unwrap_or_default()
        ));
    }
    if text.starts_with('+') && number(body).is_some() {
        return Some(format!("write the number without `+`: `{body}`"));
    }
    if body.starts_with('.') && number(&format!("0{body}")).is_some() {
        return Some(format!("write the digit before the point: `{sign}0{body}`"));
    }
    if body.ends_with('.') && integer(body.trim_end_matches('.')).is_some() {
        return Some(format!("write `{sign}{}`", body.trim_end_matches('.')));
    }
    if let Some(percent) = body.strip_suffix('%').filter(|n| number(n).is_some()) {
        return Some(format!("the field takes a number without a unit: `{sign}{percent}`"));
    }
    None
}

/// Returns the boolean that older YAML readers make of a word.
pub(super) fn old_boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" | "true" => Some(true),
        "no" | "off" | "n" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_decimal_numbers_are_numbers() {
        assert_eq!(integer("12"), Some(12));
        assert_eq!(integer("-0"), Some(0));
        for text in ["012", "0o14", "1_000", "+5", "0x1F", "", "-", "1e3", "٣"] {
            assert_eq!(integer(text), None, "{text}");
        }
        assert_eq!(number("1e3"), Some(1000.0));
        for text in [".5", "5.", ".inf", "NaN", "1e999", "01.5", "1_0.0"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn core_types_are_those_that_every_reader_shares() {
        assert_eq!(core("1.10"), Core::Float(1.1));
        assert_eq!(core("1.0"), Core::Int(1));
        assert_eq!(core("012"), Core::Text);
        assert_eq!(core("yes"), Core::Text);
        assert_eq!(core("99999999999999999999"), Core::Text);
    }

    #[test]
    fn near_misses_say_what_to_write() {
        assert!(number_hint("012").unwrap().contains("`12`, or `10`"));
        assert!(number_hint("0o14").unwrap().contains("`12`"));
        assert!(number_hint("1_000").unwrap().contains("`1000`"));
        assert_eq!(number_hint("many"), None);
    }
}
