//! Text and numbers on one line: when a text may stand bare, and how it is quoted otherwise.

use std::borrow::Cow;

/// Returns the text as a scalar on one line.
#[must_use]
pub fn scalar(text: &str) -> Cow<'_, str> {
    if is_word(text) {
        return Cow::Borrowed(text);
    }
    if looks_typed(text) || text.chars().any(needs_escape) {
        Cow::Owned(double(text))
    } else if collides(text) {
        Cow::Owned(format!("'{}'", text.replace('\'', "''")))
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns the text as a scalar within brackets or braces.
#[must_use]
pub fn flow(text: &str) -> Cow<'_, str> {
    match scalar(text) {
        Cow::Borrowed(bare) if bare.contains([',', '[', ']', '{', '}']) => {
            Cow::Owned(format!("'{}'", bare.replace('\'', "''")))
        }
        other => other,
    }
}

/// Whether the text is written as a literal block.
#[must_use]
pub fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\t', '\n'])
        && text.split('\n').all(|line| !line.ends_with([' ', '\t']))
        && !text.chars().any(|c| c != '\n' && c != '\t' && needs_escape(c))
}

/// Returns a finite number so that YAML 1.1 reads a number too: with a point, and a signed exponent.
pub(super) fn float(number: f64) -> String {
    let text = format!("{number:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with('-') { "" } else { "+" };
    format!("{mantissa}{point}e{sign}{exponent}")
}

/// Whether the text is so plain that nothing needs a closer look: most keys and names are.
fn is_word(text: &str) -> bool {
    text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/' | b'_'))
        && !is_reserved(text)
        && !is_exponent(text)
}

fn is_reserved(text: &str) -> bool {
    const RESERVED: &[&str] = &[
        "", "=", "<<", "~", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan",
        "inf", "infinity",
    ];
    // Most texts are longer than all of them.
    text.len() <= "infinity".len() && RESERVED.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether the text is like `e5`, which some reader takes for a number.
fn is_exponent(text: &str) -> bool {
    text.strip_prefix(['e', 'E'])
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether some reader would take the text for null, a boolean, a number or a date.
fn looks_typed(text: &str) -> bool {
    const SIGNED: &[&str] = &["", "inf", "nan", ".inf", ".nan", "infinity"];
    if is_reserved(text) || is_exponent(text) {
        return true;
    }
    if text.strip_prefix(['.', '+', '-']).is_some_and(|t| SIGNED.iter().any(|w| w.eq_ignore_ascii_case(t))) {
        return true;
    }
    let bytes = text.as_bytes();
    // Addresses and versions, `10.0.0.1`, are no number for anybody.
    let dotted = bytes[0].is_ascii_digit()
        && bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.')
        && text.find('.') != text.rfind('.');
    !dotted
        && (bytes[0].is_ascii_digit() || matches!(bytes[0], b'+' | b'-' | b'.'))
        && bytes.iter().all(|b| b.is_ascii_hexdigit() || b"_.:+-xXoOtTzZ, ".contains(b))
}

/// Whether plain text would collide with YAML's syntax.
fn collides(text: &str) -> bool {
    text.starts_with([
        '*', '&', '!', '|', '>', '%', '@', '`', '?', '#', '[', ']', '{', '}', ',', '"', '\'', ':', ' ',
    ]) || text.starts_with("- ")
        || text.starts_with("---")
        || text.starts_with("...")
        || text.as_bytes().windows(2).any(|pair| pair == b": " || pair == b" #")
        || text.ends_with([':', ' '])
}

/// Whether a character must be written as an escape.
fn needs_escape(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{A0}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFF}' | '\u{F0000}'..)
        || c as u32 & 0xFFFE == 0xFFFE
}

/// Returns the text in double quotes.
fn double(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) => {
                let code = c as u32;
                match code {
                    0..=0xFF => write!(out, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(out, "\\u{code:04X}"),
                    _ => write!(out, "\\U{code:08X}"),
                }
                .expect("internal error: a string takes all");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
