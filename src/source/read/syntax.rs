//! The parser's own errors, with a way out where the mistake is a common one.

use super::text::byte_at;
use crate::diagnostic::Diagnostic;
use crate::source::{Span, offset};
use granit_parser::{ErrorKind, ScanError};

/// Returns the finding for an error of the parser.
pub(super) fn error(file: u32, text: &str, error: &ScanError) -> Diagnostic {
    let start = byte_at(text, error.marker());
    let width = text.get(start as usize..).and_then(|rest| rest.chars().next());
    let width = width.filter(|c| !matches!(c, '\n' | '\r')).map_or(0, char::len_utf8);
    let span = Span { file, start, end: start + offset(width) };
    if let Some(start) = tab(text, start, error.kind()) {
        return Diagnostic::error("tab-indentation", "a tab indents this line")
            .label(Span { file, start, end: start + 1 }, "YAML is indented by spaces only")
            .help("replace each tab by two spaces");
    }
    let message = format!("this is not YAML: {}", error.info().replace('\n', " "));
    let diagnostic = Diagnostic::error("syntax", message).label(span, "the parser stopped here");
    match help(error.kind()) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// The tab in the indentation that the parser stumbled over.
fn tab(text: &str, at: u32, kind: &ErrorKind) -> Option<u32> {
    let kinds =
        [ErrorKind::TabInBlockIndentation, ErrorKind::TabInIndentation, ErrorKind::TabAtBlockScalarStart];
    let start = text.get(..at as usize)?.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let line = text.get(start..)?;
    let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
    // Whatever the parser calls it: it stopped within an indentation that has a tab.
    let within = start + indent >= at as usize;
    let tab = line[..indent].find('\t').filter(|_| within || kinds.contains(kind))?;
    Some(offset(start + tab))
}

fn help(kind: &ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            "text that holds `: ` needs quotes; otherwise check the indentation of this line"
        }
        ErrorKind::UnclosedFlowCollection { open: '{' } | ErrorKind::UnexpectedEofFlowMapping => {
            "close the map with `}`; text that starts with `{` needs quotes"
        }
        ErrorKind::UnclosedFlowCollection { .. } | ErrorKind::UnexpectedEofFlowSequence => {
            "close the list with `]`; text that starts with `[` needs quotes"
        }
        ErrorKind::UnclosedQuotedScalar => "close the quotes",
        ErrorKind::UnknownQuotedScalarEscape => {
            "write the backslash twice, or use single quotes, which know no escapes"
        }
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::SimpleKeyExpected
        | ErrorKind::ExpectedBlockSequenceEntry => {
            "the keys of one map start in one column; is this line indented like its neighbours, \
             and does each key end in `: `?"
        }
        ErrorKind::UnexpectedCharacter { .. } => "text that starts with this character needs quotes",
        ErrorKind::UnknownAnchor => {
            "an alias `*name` needs an anchor `&name` further up; text that starts with `*` needs quotes"
        }
        ErrorKind::DirectiveDisallowed => "remove the line that starts with `%`",
        _ => return None,
    })
}
