//! What text may hold, and where its lines are.

use crate::diagnostic::Diagnostic;
use crate::source::{Span, offset};
use granit_parser::Marker;

/// The longest line, in bytes: messages count columns.
const MAX_LINE: usize = 1 << 20;

/// Returns the text of a file without byte order mark, or what can be shown of it and why not.
pub(super) fn decode(file: u32, bytes: &[u8], limit: usize) -> Result<String, (String, Diagnostic)> {
    if bytes.len() > limit {
        let message = format!("the file has more than {} MB", limit >> 20);
        let diagnostic = Diagnostic::error("file-too-large", message)
            .label(Span::whole(file), "")
            .help("split the spec, or keep large text in files that it names");
        return Err((String::new(), diagnostic));
    }
    let mut line_start = 0;
    for (at, _) in
        bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, b'\n' | b'\r')).chain([(bytes.len(), &0)])
    {
        if at - line_start > MAX_LINE {
            let diagnostic = Diagnostic::error("file-too-large", "a line has more than 1 MB")
                .label(Span::whole(file), "")
                .help("keep large text in files that the spec names");
            return Err((String::new(), diagnostic));
        }
        line_start = at + 1;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned()),
        Err(error) => {
            let valid = &bytes[..error.valid_up_to()];
            let valid = std::str::from_utf8(valid).unwrap_or_default().trim_start_matches('\u{FEFF}');
            let rest = String::from_utf8_lossy(&bytes[error.valid_up_to()..]);
            let start = offset(valid.len());
            let width = rest.chars().next().map_or(0, char::len_utf8);
            let text = format!("{valid}{rest}");
            let help = if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
                "this looks like UTF-16; save the file as UTF-8"
            } else {
                "save the file as UTF-8"
            };
            let diagnostic = Diagnostic::error("not-utf8", "the file is not UTF-8")
                .label(Span { file, start, end: start + offset(width) }, "from here on")
                .help(help);
            // The rest may grow when bytes are replaced; it is only ever shown.
            Err((text, diagnostic))
        }
    }
}

/// Returns the byte at which each line starts; LF, CRLF and CR end a line.
pub(super) fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|(at, _)| offset(at + 1))).collect()
}

/// Returns the byte of a parser's marker.
pub(super) fn byte_at(text: &str, marker: &Marker) -> u32 {
    let byte = marker
        .byte_offset()
        .unwrap_or_else(|| text.char_indices().nth(marker.index()).map_or(text.len(), |(at, _)| at));
    offset(byte.min(text.len()))
}

/// Returns the first character that no output could carry safely.
pub(super) fn forbidden(text: &str) -> Option<char> {
    text.chars().find(|c| is_forbidden(*c))
}

fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{2028}'
        | '\u{2029}'
        | '\u{FEFF}'
        | '\u{E000}'..='\u{F8FF}'
        | '\u{F0000}'..='\u{10FFFF}'
        | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE,
    }
}

/// Returns the character's number.
pub(super) fn name(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Returns why the character is refused.
pub(super) fn why(c: char) -> String {
    let what = match c {
        '\u{2028}' | '\u{2029}' | '\u{85}' => "a line break that YAML readers do not agree on",
        '\u{FEFF}' => "an invisible byte order mark",
        _ if c.is_control() => "a control character",
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => "a private-use character",
        _ => "no character at all",
    };
    format!("{} is {what}", name(c))
}
