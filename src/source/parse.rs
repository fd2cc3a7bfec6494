//! From bytes to nodes, within limits: one document, text keys, no tags, no odd characters.
//!
//! A mistake that leaves the rest readable (a duplicate key, a tag) does not hide what else is wrong:
//! it is reported, and the tree is returned all the same.

use super::limits::{ALIAS_VISITS, DEPTH, FILE_BYTES};
use super::{File, Kind, NodeId, Sources, Span};
use crate::diagnostic::{Diagnostic, Findings};
use granit_parser::{Event, Parser, ScalarStyle};
use std::collections::BTreeMap;

/// Parses a file; none if it cannot be used, which is reported.
pub(super) fn parse(
    sources: &mut Sources,
    name: &str,
    bytes: &[u8],
    findings: &mut Findings,
) -> Option<NodeId> {
    let index = u32::try_from(sources.files.len()).expect("internal error: fewer than 2^32 files");
    let whole = Span { file: index, start: 0, end: 0 };
    if bytes.len() > FILE_BYTES {
        sources.files.push(File::new(name.to_owned(), String::new()));
        findings.push(
            Diagnostic::error(
                "file-too-large",
                format!("the file has {} bytes, kgen reads up to {FILE_BYTES}", bytes.len()),
            )
            .at(whole, "")
            .helped("split the platform, or move large texts to files that the spec names"),
        );
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned(),
        Err(error) => {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            let at = u32::try_from(good.len()).unwrap_or(u32::MAX);
            sources.files.push(File::new(name.to_owned(), good));
            findings.push(
                Diagnostic::error(
                    "not-utf8",
                    format!("byte {} of the file is not UTF-8 text", error.valid_up_to() + 1),
                )
                .at(Span { file: index, start: at, end: at }, "the text before it ends here")
                .helped(
                    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
                        "this looks like UTF-16: save the file as UTF-8"
                    } else {
                        "save the file as UTF-8"
                    },
                ),
            );
            return None;
        }
    };
    sources.files.push(File::new(name.to_owned(), text.clone()));
    let mut reader = Reader {
        sources,
        findings,
        file: index,
        anchors: BTreeMap::new(),
        visits: 0,
        sizes: BTreeMap::new(),
    };
    reader.document(&text)
}

/// A map or list that is being read.
struct Open {
    start: usize,
    anchor: usize,
    map: bool,
    children: Vec<NodeId>,
    visits: usize,
    /// Levels below this one, aliases counted in full.
    height: usize,
}

struct Reader<'a> {
    sources: &'a mut Sources,
    findings: &'a mut Findings,
    file: u32,
    anchors: BTreeMap<usize, NodeId>,
    /// Nodes that the document stands for, aliases counted in full.
    visits: usize,
    /// Nodes and levels that each anchor stands for.
    sizes: BTreeMap<usize, (usize, usize)>,
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        let at = |byte: usize| u32::try_from(byte).expect("internal error: a file has fewer than 2^32 bytes");
        Span { file: self.file, start: at(start), end: at(end.max(start)) }
    }

    fn fail(
        &mut self,
        code: &'static str,
        message: String,
        span: Span,
        label: &str,
        help: impl Into<String>,
    ) {
        self.findings.push(Diagnostic::error(code, message).at(span, label).helped(help));
    }

    fn document(&mut self, text: &str) -> Option<NodeId> {
        let before = self.sources.nodes.len();
        // However long a comment is, it is one: the default refuses more than 96 lines before a value.
        let options = granit_parser::options! { max_buffered_comment_events: usize::MAX };
        let mut parser = Parser::new_from_str_with_options(text, options);
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        loop {
            let (event, span) = match parser.next_event() {
                None => break,
                Some(Ok(next)) => next,
                Some(Err(error)) => {
                    self.syntax(text, &error);
                    return None;
                }
            };
            let range = span.byte_range().unwrap_or(0..0);
            let (start, end) = (range.start, range.end);
            let finished = match event {
                Event::StreamEnd => break,
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        let place = self.span(start, end);
                        self.fail(
                            "two-documents",
                            "the file has a second document".to_owned(),
                            place,
                            "it starts here",
                            "keep one document a file: a platform is one map",
                        );
                        return None;
                    }
                    continue;
                }
                Event::Comment(payload, _) => {
                    let file = &mut self.sources.files[self.file as usize];
                    file.comment(&payload, start, end);
                    continue;
                }
                Event::Scalar(value, style, anchor, tag) => {
                    if let Some(tag) = tag {
                        self.tag(&tag.original(), start, end);
                    }
                    let plain = matches!(style, ScalarStyle::Plain);
                    self.characters(&value, start, end);
                    let null = plain && matches!(&*value, "" | "~" | "null" | "Null" | "NULL");
                    let kind = if null {
                        Kind::Null
                    } else {
                        Kind::Scalar { text: value.into_owned().into_boxed_str(), plain }
                    };
                    let place = self.span(start, trimmed(text, start, end));
                    let node = self.sources.push(place, kind);
                    self.visits += 1;
                    Some((node, anchor, 1, 0))
                }
                Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEPTH => {
                    let place = self.span(start, end);
                    self.too_deep(place);
                    return None;
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.open(&mut open, start, end, anchor, tag.map(|tag| tag.original()), false);
                    None
                }
                Event::MappingStart(_, anchor, tag) => {
                    self.open(&mut open, start, end, anchor, tag.map(|tag| tag.original()), true);
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let Some(done) = open.pop() else { continue };
                    let visits = self.visits - done.visits + 1;
                    let place = self.span(done.start, trimmed(text, done.start, end));
                    let node = if done.map {
                        self.map(place, &done.children)
                    } else {
                        self.sources.push_list(place, &done.children)
                    };
                    Some((node, done.anchor, visits, done.height + 1))
                }
                Event::Alias(id) => {
                    let place = self.span(start, end);
                    let Some(target) = self.anchors.get(&id).copied() else {
                        self.fail(
                            "bad-alias",
                            "the alias stands for something that contains it".to_owned(),
                            place,
                            "",
                            "write the content out",
                        );
                        return None;
                    };
                    let (visits, height) = self.sizes.get(&id).copied().unwrap_or((1, 0));
                    // Whoever walks the tree may recurse, and does so through aliases too.
                    if open.len() + height > DEPTH {
                        self.too_deep(place);
                        return None;
                    }
                    self.visits += visits;
                    let written = self.sources.nodes.len() - before;
                    if self.visits > 4 * written + ALIAS_VISITS {
                        self.fail(
                            "alias-bomb",
                            "the aliases of this file stand for too much".to_owned(),
                            place,
                            "the limit is passed here",
                            "write the content out where it is needed",
                        );
                        return None;
                    }
                    Some((target, 0, 0, height))
                }
                _ => continue,
            };
            let Some((node, anchor, visits, height)) = finished else { continue };
            if anchor != 0 {
                self.anchors.insert(anchor, node);
                self.sizes.insert(anchor, (visits, height));
            }
            match open.last_mut() {
                Some(parent) => {
                    parent.children.push(node);
                    parent.height = parent.height.max(height);
                }
                None => root = Some(node),
            }
        }
        let empty = root.is_none_or(|root| self.sources.is_null(root));
        if empty {
            let place = self.span(0, 0);
            self.fail(
                "empty-spec",
                "the file is empty".to_owned(),
                place,
                "",
                "start with `platform: NAME`, or let `kgen init` write a first platform",
            );
            return None;
        }
        root
    }

    fn open(
        &mut self,
        open: &mut Vec<Open>,
        start: usize,
        end: usize,
        anchor: usize,
        tag: Option<String>,
        map: bool,
    ) {
        if let Some(tag) = tag {
            self.tag(&tag, start, end);
        }
        self.visits += 1;
        open.push(Open { start, anchor, map, children: Vec::new(), visits: self.visits, height: 0 });
    }

    fn too_deep(&mut self, place: Span) {
        self.fail(
            "too-deep",
            format!("the file is nested deeper than {DEPTH} levels"),
            place,
            "",
            "no platform needs this: look for a bracket or an indentation that was never closed",
        );
    }

    fn tag(&mut self, tag: &str, start: usize, end: usize) {
        let place = self.span(start, end);
        self.fail(
            "tag",
            format!("the tag `{tag}` is not allowed"),
            place,
            "",
            "remove it: kgen knows the type of every field; quote a text that looks like something else",
        );
    }

    /// Refuses characters that some reader of the output would change or choke on.
    fn characters(&mut self, value: &str, start: usize, end: usize) {
        let odd = value.chars().find(|c| {
            matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}'
                | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{F0000}'..='\u{10FFFF}')
                || (u32::from(*c) & 0xFFFE) == 0xFFFE
        });
        if let Some(odd) = odd {
            let place = self.span(start, end);
            self.fail(
                "odd-character",
                format!(
                    "the text holds the character U+{:04X}, which not every reader of YAML keeps",
                    u32::from(odd)
                ),
                place,
                "",
                "remove it; text of this kind belongs in a file of the image",
            );
        }
    }

    /// Makes a map: keys are text and unique, `<<` is merged.
    fn map(&mut self, place: Span, children: &[NodeId]) -> NodeId {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut kept: Vec<NodeId> = Vec::with_capacity(children.len());
        let mut merged: Vec<(NodeId, NodeId)> = Vec::new();
        for pair in children.chunks_exact(2) {
            let key = self.sources.span(pair[0]);
            let Some(name) = self.sources.text(pair[0]).map(ToOwned::to_owned) else {
                let help = if self.sources.is_null(pair[0]) {
                    "write a name before the colon, in quotes if it is `null` or `~`"
                } else {
                    "keys are plain text; a `{{ … }}` in a value needs quotes"
                };
                self.fail("key-not-text", "the key is not text".to_owned(), key, "", help);
                continue;
            };
            let plain = matches!(self.sources.node(pair[0]), super::Node::Scalar { plain: true, .. });
            if plain && name == "<<" {
                merged.push((pair[0], pair[1]));
                continue;
            }
            if let Some(first) = seen.get(&name) {
                self.findings.push(
                    Diagnostic::error("duplicate-key", format!("the key `{name}` is here twice"))
                        .at(key, "the second one")
                        .at(*first, "the first one")
                        .helped("keep one: a reader that takes the last in silence would hide the other"),
                );
                continue;
            }
            seen.insert(name, key);
            kept.extend_from_slice(pair);
        }
        for (key, source) in merged {
            let maps = match self.sources.node(source) {
                super::Node::List(items) => items.to_vec(),
                _ => vec![source],
            };
            for map in maps {
                if !matches!(self.sources.node(map), super::Node::Map(_)) {
                    let place = self.sources.span(key);
                    let help = "write `<<: *NAME`, where `&NAME` marks a map further up";
                    self.fail("wrong-type", "`<<` is a map or a list of maps".to_owned(), place, "", help);
                    continue;
                }
                let entries: Vec<_> = self.sources.entries(map).collect();
                for (key, value) in entries {
                    let name = self.sources.text(key).unwrap_or_default().to_owned();
                    if !seen.contains_key(&name) {
                        seen.insert(name, self.sources.span(key));
                        kept.extend_from_slice(&[key, value]);
                    }
                }
            }
        }
        self.sources.push_map(place, &kept)
    }

    fn syntax(&mut self, text: &str, error: &granit_parser::ScanError) {
        let byte = error.marker().byte_offset().unwrap_or_else(|| {
            text.char_indices().nth(error.marker().index()).map_or(text.len(), |(at, _)| at)
        });
        let byte = byte.min(text.len());
        let file = &self.sources.files[self.file as usize];
        let (line, _) = file.position(byte);
        let start = file.lines[line - 1];
        let content = text[start..].lines().next().unwrap_or_default().to_owned();
        let indent = &content[..content.len() - content.trim_start().len()];
        let mut place = self.span(byte, byte);
        let mut help = "look at this line and the one above: indentation, a missing colon or quote, a `{{` that needs quotes";
        if indent.contains('\t') {
            let tab = start + indent.find('\t').unwrap_or(0);
            place = self.span(tab, tab + 1);
            help = "indent with spaces: YAML does not allow tabs there";
        } else if content.contains("{{") || content.contains("%}") {
            help = "put the value in quotes: `{` starts a map";
        } else if content.trim_start().contains(": ") && content.matches(": ").count() > 1 {
            help = "put the value in quotes: a second `: ` on a line starts another map";
        } else if content.trim_start().starts_with('@') || content.contains(": @") || content.contains(": `")
        {
            help = "put the value in quotes: no plain text starts with `@` or a backtick";
        }
        let what = error.info();
        self.fail("yaml-syntax", format!("this is not YAML: {what}"), place, "", help);
    }
}

/// The end of a node without the blank lines and comments that a parser may count to it.
fn trimmed(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end).map_or(end, |part| start + part.trim_end().len())
}

#[cfg(test)]
mod tests;
