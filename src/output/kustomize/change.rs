//! What a patch says, and how it is written.

use crate::tree::Tree;
use crate::tree::yaml::{self, Fill};

/// One value of a patch.
#[derive(Debug)]
pub(super) enum Change<'a> {
    /// The key goes.
    Null,
    /// The value is this.
    Set(&'a Tree),
    /// A word for Kustomize, the value of `$patch`.
    Directive(&'static str),
    /// These fields change.
    Map(Vec<(&'a str, Change<'a>)>),
    /// These items change.
    List(Vec<Change<'a>>),
}

/// Writes the fields of a map, each line indented by `indent` spaces.
pub(super) fn write_fields(fields: &[(&str, Change<'_>)], indent: usize, fill: Fill<'_>, out: &mut String) {
    for (key, change) in fields {
        yaml::pad(indent, out);
        write_field(key, change, indent, fill, out);
    }
}

fn write_field(key: &str, change: &Change<'_>, indent: usize, fill: Fill<'_>, out: &mut String) {
    if let Change::Set(tree) = change {
        return yaml::entry_filled(key, tree, indent, fill, out);
    }
    yaml::key_colon(key, indent, out);
    match change {
        Change::Map(fields) => {
            out.push('\n');
            write_fields(fields, indent + 2, fill, out);
        }
        Change::List(items) => {
            out.push('\n');
            for item in items {
                write_item(item, indent, fill, out);
            }
        }
        Change::Directive(word) => {
            out.push(' ');
            out.push_str(word);
            out.push('\n');
        }
        Change::Null | Change::Set(_) => out.push_str(" null\n"),
    }
}

fn write_item(item: &Change<'_>, indent: usize, fill: Fill<'_>, out: &mut String) {
    match item {
        Change::Map(fields) => {
            for (n, (key, change)) in fields.iter().enumerate() {
                yaml::pad(indent, out);
                out.push_str(if n == 0 { "- " } else { "  " });
                write_field(key, change, indent + 2, fill, out);
            }
        }
        Change::Set(tree) => yaml::item_filled(tree, indent, fill, out),
        Change::Null | Change::Directive(_) | Change::List(_) => {
            unreachable!("internal error: items of a patched list are maps")
        }
    }
}
