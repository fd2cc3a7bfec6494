//! The YAML that leaves kgen: one block style, quoted so that every reader reads the same.
//!
//! A text that some YAML 1.1 or 1.2 reader takes for another type is double-quoted, text that
//! collides with syntax is single-quoted, text of several lines is a literal block. Lists start
//! at the column of their key.

use super::{Map, Tree};
use std::borrow::Cow;

mod scalar;
#[cfg(test)]
mod tests;

pub use scalar::{flow, is_block, scalar};

/// A text that is written in place of a marker, wherever the marker stands inside a value.
#[derive(Clone, Copy, Debug)]
pub struct Fill<'a> {
    /// What is looked for; no text of ASCII alone holds it.
    pub marker: &'a str,
    /// What is written instead.
    pub text: &'a str,
}

impl Fill<'_> {
    /// Returns the text with every marker replaced.
    #[must_use]
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.is_ascii() && text.contains(self.marker) {
            Cow::Owned(text.replace(self.marker, self.text))
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// Writes a tree as one document, ending in a newline.
pub fn write(tree: &Tree, out: &mut String) {
    document(tree, None, out);
}

/// Writes a tree as one document with a marker replaced in its values, without a copy of it.
pub fn write_filled(tree: &Tree, fill: Fill<'_>, out: &mut String) {
    document(tree, Some(fill), out);
}

/// Writes the entries of a map, each line indented by `indent` spaces.
pub fn entries(map: &Map, indent: usize, out: &mut String) {
    Writer { fill: None, out }.entries(map, indent);
}

/// Writes `key: value` without the spaces before it; what follows on further lines is indented.
pub fn entry(name: &str, tree: &Tree, indent: usize, out: &mut String) {
    Writer { fill: None, out }.entry(name, tree, indent);
}

/// Writes [`entry`] with a marker replaced in the value.
pub fn entry_filled(name: &str, tree: &Tree, indent: usize, fill: Fill<'_>, out: &mut String) {
    Writer { fill: Some(fill), out }.entry(name, tree, indent);
}

/// Writes the items of a list, each dash indented by `indent` spaces.
pub fn items(list: &[Tree], indent: usize, out: &mut String) {
    Writer { fill: None, out }.items(list, indent);
}

/// Writes one item of a list with a marker replaced, its dash indented by `indent` spaces.
pub fn item_filled(tree: &Tree, indent: usize, fill: Fill<'_>, out: &mut String) {
    Writer { fill: Some(fill), out }.items(std::slice::from_ref(tree), indent);
}

/// Writes the key and its colon; a key too long for one line takes the form `? key`.
pub fn key_colon(name: &str, indent: usize, out: &mut String) {
    let text = key(name);
    if text.len() > LONGEST_KEY {
        out.push_str("? ");
        out.push_str(&text);
        out.push('\n');
        pad(indent, out);
    } else {
        out.push_str(&text);
    }
    out.push(':');
}

/// Readers refuse a key of more than 1,024 characters in front of its colon.
const LONGEST_KEY: usize = 900;

/// Returns the key as it is quoted.
#[must_use]
pub fn key(text: &str) -> Cow<'_, str> {
    scalar(text)
}

/// Writes the spaces that a line begins with.
pub fn pad(indent: usize, out: &mut String) {
    const SPACES: &str = "                                                                ";
    if let Some(spaces) = SPACES.get(..indent) {
        out.push_str(spaces);
    } else {
        out.extend(std::iter::repeat_n(' ', indent));
    }
}

fn document(tree: &Tree, fill: Option<Fill<'_>>, out: &mut String) {
    let mut writer = Writer { fill, out };
    match tree {
        Tree::Map(map) if !map.is_empty() => writer.entries(map, 0),
        Tree::List(list) if !list.is_empty() => writer.items(list, 0),
        other => writer.value(other, 2),
    }
}

struct Writer<'a> {
    fill: Option<Fill<'a>>,
    out: &'a mut String,
}

impl Writer<'_> {
    fn entries(&mut self, map: &Map, indent: usize) {
        for (name, tree) in map.iter() {
            pad(indent, self.out);
            self.entry(name, tree, indent);
        }
    }

    fn entry(&mut self, name: &str, tree: &Tree, indent: usize) {
        key_colon(name, indent, self.out);
        match tree {
            Tree::Map(map) if !map.is_empty() => {
                self.out.push('\n');
                self.entries(map, indent + 2);
            }
            Tree::List(list) if !list.is_empty() => {
                self.out.push('\n');
                self.items(list, indent);
            }
            other => {
                self.out.push(' ');
                self.value(other, indent + 2);
            }
        }
    }

    fn items(&mut self, list: &[Tree], indent: usize) {
        for tree in list {
            pad(indent, self.out);
            self.out.push('-');
            match tree {
                Tree::Map(map) if !map.is_empty() => {
                    self.out.push(' ');
                    for (n, (name, tree)) in map.iter().enumerate() {
                        if n > 0 {
                            pad(indent + 2, self.out);
                        }
                        self.entry(name, tree, indent + 2);
                    }
                }
                // A list in a list starts on its own line: `- - a` is hard to read.
                Tree::List(inner) if !inner.is_empty() => {
                    self.out.push('\n');
                    self.items(inner, indent + 2);
                }
                other => {
                    self.out.push(' ');
                    self.value(other, indent + 2);
                }
            }
        }
    }

    /// Writes a scalar or an empty collection and the end of its line.
    fn value(&mut self, tree: &Tree, indent: usize) {
        use std::fmt::Write as _;
        match tree {
            Tree::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Tree::Int(number) => {
                write!(self.out, "{number}").expect("internal error: a string takes all");
            }
            Tree::Float(number) => self.out.push_str(&scalar::float(*number)),
            Tree::Str(text) => {
                let text = self.fill.map_or(Cow::Borrowed(text.as_str()), |fill| fill.apply(text));
                if is_block(&text) {
                    return block(&text, indent, self.out);
                }
                self.out.push_str(&scalar(&text));
            }
            Tree::List(_) => self.out.push_str("[]"),
            Tree::Map(_) => self.out.push_str("{}"),
        }
        self.out.push('\n');
    }
}

/// Writes `|` and the lines of the text.
fn block(text: &str, indent: usize, out: &mut String) {
    let body = text.strip_suffix('\n');
    out.push_str(match body {
        None => "|-\n",
        Some(body) if body.ends_with('\n') => "|+\n",
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
