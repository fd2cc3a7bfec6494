//! The YAML that leaves kgen: one block style, quoted so that every reader reads the same.
//!
//! A text that some YAML 1.1 or 1.2 reader takes for another type is double-quoted, text that
//! collides with syntax is single-quoted, text of several lines is a literal block.

use super::{Map, Tree};
use std::borrow::Cow;

/// Writes a tree as one document, ending in a newline.
pub fn write(tree: &Tree, out: &mut String) {
    match tree {
        Tree::Map(map) if !map.is_empty() => entries(map, 0, out),
        Tree::List(list) if !list.is_empty() => items(list, 0, out),
        other => {
            value(other, 0, out);
        }
    }
}

/// Writes the entries of a map, each line indented by `indent` spaces.
pub fn entries(map: &Map, indent: usize, out: &mut String) {
    for (name, tree) in map.iter() {
        pad(indent, out);
        entry(name, tree, indent, out);
    }
}

/// Writes `key: value` without the spaces before it; what follows on further lines is indented.
pub fn entry(name: &str, tree: &Tree, indent: usize, out: &mut String) {
    out.push_str(&key(name));
    out.push(':');
    match tree {
        Tree::Map(map) if !map.is_empty() => {
            out.push('\n');
            entries(map, indent + 2, out);
        }
        Tree::List(list) if !list.is_empty() => {
            out.push('\n');
            items(list, indent, out);
        }
        other => {
            out.push(' ');
            value(other, indent + 2, out);
        }
    }
}

/// Writes the items of a list, each dash indented by `indent` spaces.
pub fn items(list: &[Tree], indent: usize, out: &mut String) {
    for tree in list {
        pad(indent, out);
        out.push_str("- ");
        match tree {
            Tree::Map(map) if !map.is_empty() => {
                for (n, (name, tree)) in map.iter().enumerate() {
                    if n > 0 {
                        pad(indent + 2, out);
                    }
                    entry(name, tree, indent + 2, out);
                }
            }
            // A list in a list starts on its own line: `- - a` is hard to read.
            Tree::List(inner) if !inner.is_empty() => {
                out.pop();
                out.push('\n');
                items(inner, indent + 2, out);
            }
            other => value(other, indent + 2, out),
        }
    }
}

/// Writes a scalar or an empty collection and the end of its line.
fn value(tree: &Tree, indent: usize, out: &mut String) {
    use std::fmt::Write as _;
    match tree {
        Tree::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Tree::Int(number) => write!(out, "{number}").expect("internal error: a string takes all"),
        Tree::Float(number) => write!(out, "{number:?}").expect("internal error: a string takes all"),
        Tree::Str(text) if is_block(text) => return block(text, indent, out),
        Tree::Str(text) => out.push_str(&scalar(text)),
        Tree::List(_) => out.push_str("[]"),
        Tree::Map(_) => out.push_str("{}"),
    }
    out.push('\n');
}

/// Writes `|` and the lines of the text.
fn block(text: &str, indent: usize, out: &mut String) {
    let body = text.strip_suffix('\n');
    out.push_str(match body {
        None => "|-\n",
        Some(body) if body.ends_with('\n') || body.is_empty() => "|+\n",
        Some(_) => "|\n",
    });
    for line in body.unwrap_or(text).split('\n') {
        if !line.is_empty() {
            pad(indent, out);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// Returns the key as it stands before the colon.
#[must_use]
pub fn key(text: &str) -> Cow<'_, str> {
    if text.len() > 900 { Cow::Owned(format!("? {}\n", double(text))) } else { scalar(text) }
}

/// Returns the text as a scalar on one line.
#[must_use]
pub fn scalar(text: &str) -> Cow<'_, str> {
    if looks_typed(text) || text.chars().any(needs_escape) {
        Cow::Owned(double(text))
    } else if collides(text) {
        Cow::Owned(format!("'{}'", text.replace('\'', "''")))
    } else {
        Cow::Borrowed(text)
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

/// Whether some reader would take the text for null, a boolean, a number or a date.
fn looks_typed(text: &str) -> bool {
    const RESERVED: &[&str] = &[
        "", "=", "<<", "~", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "nan",
        "inf", "infinity",
    ];
    if RESERVED.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return true;
    }
    let bytes = text.as_bytes();
    if matches!(bytes[0], b'e' | b'E') && bytes.len() > 1 && bytes[1..].iter().all(u8::is_ascii_digit) {
        return true;
    }
    if let Some(word) = text.strip_prefix(['.', '+', '-'])
        && ["inf", "nan", ".inf", ".nan", ""].iter().any(|w| word.eq_ignore_ascii_case(w))
    {
        return true;
    }
    let dotted = bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.')
        && bytes.iter().filter(|b| **b == b'.').count() >= 2
        && bytes[0].is_ascii_digit();
    !dotted
        && (bytes[0].is_ascii_digit() || matches!(bytes[0], b'+' | b'-' | b'.'))
        && bytes.iter().all(|b| b.is_ascii_hexdigit() || b"_.:+-xXoOtTzZ, ".contains(b))
}

/// Whether plain text would collide with YAML's syntax.
fn collides(text: &str) -> bool {
    text.starts_with([
        '*', '&', '!', '|', '>', '%', '@', '`', '?', '#', '[', ']', '{', '}', ',', '"', '\'', ':', ' ',
    ]) || text.starts_with("- ")
        || text == "-"
        || text.starts_with("---")
        || text.starts_with("...")
        || text.contains(": ")
        || text.contains(" #")
        || text.ends_with([':', ' '])
}

/// Whether a character must be written as an escape.
fn needs_escape(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{A0}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}'
        | '\u{1FFFE}'..='\u{1FFFF}' | '\u{F0000}'..='\u{10FFFF}')
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

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
