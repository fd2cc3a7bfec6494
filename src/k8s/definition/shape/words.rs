//! How misfits are told.

use crate::diagnostic::suggest;
use crate::tree::Tree;

/// Most fields that are listed.
const MOST: usize = 12;

/// `spec.rules[0].alert`.
pub(super) fn path(steps: &[String]) -> String {
    let mut text = String::new();
    for step in steps {
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            text.extend(["[", step, "]"]);
        } else if step.contains(['.', '/']) {
            text.extend(["[\"", step, "\"]"]);
        } else {
            if !text.is_empty() {
                text.push('.');
            }
            text += step;
        }
    }
    if text.is_empty() { "the object".to_owned() } else { text }
}

/// What a value is.
pub(super) const fn kind(value: &Tree) -> &'static str {
    match value {
        Tree::Map(_) => "a map",
        Tree::List(_) => "a list",
        Tree::Str(_) => "text",
        Tree::Int(_) => "a whole number",
        Tree::Float(_) => "a number with a fraction",
        Tree::Bool(_) => "true or false",
    }
}

/// What a type of OpenAPI takes.
pub(super) fn wanted(kind: &str) -> &str {
    match kind {
        "object" => "a map",
        "array" => "a list",
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "int-or-string" => "a whole number or text",
        other => other,
    }
}

/// How a value becomes one of the type.
pub(super) fn cure(kind: &str, value: &Tree) -> String {
    match (kind, value) {
        ("string", Tree::Int(number)) => format!("write it in quotes: \"{number}\""),
        ("string", Tree::Float(number)) => format!("write it in quotes: \"{number}\""),
        ("string", Tree::Bool(flag)) => format!("write it in quotes: \"{flag}\""),
        ("integer" | "number", Tree::Str(text)) if text.parse::<f64>().is_ok() => {
            format!("remove the quotes: {text}")
        }
        ("boolean", Tree::Str(text)) if matches!(text.as_str(), "true" | "false") => {
            format!("remove the quotes: {text}")
        }
        ("array", other) if !matches!(other, Tree::Map(_)) => {
            format!("write a list: [{}]", show(other).trim_matches('`'))
        }
        _ => format!("write {}", wanted(kind)),
    }
}

/// A value in a sentence.
pub(super) fn show(value: &Tree) -> String {
    match value {
        Tree::Str(text) => format!("`{text}`"),
        Tree::Int(number) => format!("`{number}`"),
        Tree::Float(number) => format!("`{number}`"),
        Tree::Bool(flag) => format!("`{flag}`"),
        other => kind(other).to_owned(),
    }
}

/// What to write instead of a field that is not there.
pub(super) fn instead(key: &str, fields: &[&str]) -> String {
    match suggest(key, fields.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if fields.is_empty() => "remove it: there are no fields here".to_owned(),
        None => format!("remove it, or use one of: {}", list(fields)),
    }
}

/// What to write instead of a value that is not taken.
pub(super) fn choose(value: &Tree, words: &[&str]) -> String {
    let near = value.as_str().and_then(|word| suggest(word, words.iter().copied()));
    match near {
        Some(near) => format!("did you mean `{near}`? allowed: {}", list(words)),
        None => format!("write one of: {}", list(words)),
    }
}

fn list(words: &[&str]) -> String {
    let mut text = words.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if words.len() > MOST {
        text.extend([" and ", &(words.len() - MOST).to_string(), " more"]);
    }
    text
}

/// Whether a text is a time as RFC 3339 has it.
pub(super) fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let form = |pattern: &str, bytes: &[u8]| {
        pattern.len() == bytes.len()
            && pattern.bytes().zip(bytes).all(|(wanted, byte)| {
                if wanted == b'0' { byte.is_ascii_digit() } else { wanted.eq_ignore_ascii_case(byte) }
            })
    };
    let Some((start, rest)) = bytes.split_at_checked(19) else { return false };
    let fraction = rest
        .strip_prefix(b".")
        .map_or(0, |digits| 1 + digits.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let zone = &rest[fraction..];
    form("0000-00-00T00:00:00", start)
        && fraction != 1
        && (form("Z", zone) || form("+00:00", zone) || form("-00:00", zone))
}
