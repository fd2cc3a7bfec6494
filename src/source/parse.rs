//! From bytes to nodes, within limits: one document, text keys, no tags, no odd characters.
//!
//! A mistake that leaves the rest readable (a duplicate key, a tag) does not hide what else is wrong:
//! it is reported, and the tree is returned all the same.

use super::limits::{ALIAS_VISITS, DEPTH, FILE_BYTES};
use super::{File, Kind, NodeId, Sources, Span};
use crate::diagnostic::{Diagnostic, Findings};
use granit_parser::{Event, Parser, ScalarStyle};
use std::collections::{BTreeMap, btree_map::Entry};
use std::ops::Range;

mod syntax;

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
    if bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || bytes.get(..2).is_some_and(|start| start.contains(&0))
    {
        sources.files.push(File::new(name.to_owned(), String::new()));
        findings.push(
            Diagnostic::error("not-utf8", "the file is not UTF-8 text: it looks like UTF-16")
                .at(whole, "")
                .helped("save the file as UTF-8"),
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
    let before = sources.nodes.len();
    let mut reader = Reader {
        sources,
        findings,
        file: index,
        text: &text,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        before,
        visits: 0,
        documents: 0,
    };
    reader.document()
}

/// A map or list that is being read.
struct Open {
    start: usize,
    anchor: usize,
    map: bool,
    children: Vec<NodeId>,
    /// Visits before it was opened.
    visits: usize,
    /// Levels below this one, aliases counted in full.
    height: usize,
}

/// What a finished node is to its parent and to aliases.
struct Finished {
    node: NodeId,
    anchor: usize,
    visits: usize,
    height: usize,
}

struct Reader<'a> {
    sources: &'a mut Sources,
    findings: &'a mut Findings,
    file: u32,
    text: &'a str,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Finished>,
    /// Nodes that were there before this file.
    before: usize,
    /// Nodes that the document stands for, aliases counted in full.
    visits: usize,
    documents: usize,
}

/// The file cannot be read any further; why was reported.
struct Hopeless;

impl Reader<'_> {
    fn span(&self, range: &Range<usize>) -> Span {
        let at = |byte: usize| u32::try_from(byte).expect("internal error: a file has fewer than 2^32 bytes");
        Span { file: self.file, start: at(range.start), end: at(range.end.max(range.start)) }
    }

    fn fail(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        span: Span,
        label: &str,
        help: &str,
    ) -> Hopeless {
        self.findings.push(Diagnostic::error(code, message).at(span, label).helped(help));
        Hopeless
    }

    fn document(&mut self) -> Option<NodeId> {
        // However long a comment is, it is one: the default refuses more than 96 lines before a value.
        let options = granit_parser::options! { max_buffered_comment_events: usize::MAX };
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        let mut root = None;
        while let Some(next) = parser.next_event() {
            let finished = match next {
                Ok((Event::StreamEnd, _)) => break,
                Ok((event, span)) => self.event(event, span.byte_range().unwrap_or(0..0)).ok()?,
                Err(error) => {
                    self.syntax(&error);
                    return None;
                }
            };
            let Some(finished) = finished else { continue };
            match self.open.last_mut() {
                Some(parent) => {
                    parent.children.push(finished.node);
                    parent.height = parent.height.max(finished.height);
                }
                None => root = Some(finished.node),
            }
            if finished.anchor != 0 {
                self.anchors.insert(finished.anchor, finished);
            }
        }
        if root.is_none_or(|root| self.sources.is_null(root)) {
            let place = self.span(&(0..0));
            let help = "start with `platform: NAME`, or let `kgen init` write a first platform";
            self.fail("empty-spec", "the file is empty", place, "", help);
            return None;
        }
        root
    }

    /// Takes an event; returns the node that it finishes.
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> Result<Option<Finished>, Hopeless> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    let place = self.span(&range);
                    let help = "keep one document a file: a platform is one map";
                    return Err(self.fail(
                        "two-documents",
                        "the file has a second document",
                        place,
                        "it starts here",
                        help,
                    ));
                }
            }
            Event::Comment(payload, _) => {
                self.sources.files[self.file as usize].comment(&payload, range.start, range.end);
            }
            Event::Scalar(value, style, anchor, tag) => {
                self.no_tag(tag.map(|tag| tag.original()), &range);
                return Ok(Some(self.scalar(
                    value.into_owned(),
                    matches!(style, ScalarStyle::Plain),
                    anchor,
                    &range,
                )));
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.no_tag(tag.map(|tag| tag.original()), &range);
                self.begin(false, anchor, &range)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.no_tag(tag.map(|tag| tag.original()), &range);
                self.begin(true, anchor, &range)?;
            }
            Event::SequenceEnd | Event::MappingEnd => return Ok(self.end(&range)),
            Event::Alias(id) => return self.alias(id, &range).map(Some),
            _ => {}
        }
        Ok(None)
    }

    fn scalar(&mut self, text: String, plain: bool, anchor: usize, range: &Range<usize>) -> Finished {
        self.characters(&text, range);
        let null = plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
        let kind = if null { Kind::Null } else { Kind::Scalar { text: text.into_boxed_str(), plain } };
        let place = self.span(&trimmed(self.text, range));
        self.visits += 1;
        Finished { node: self.sources.push(place, kind), anchor, visits: 1, height: 0 }
    }

    fn begin(&mut self, map: bool, anchor: usize, range: &Range<usize>) -> Result<(), Hopeless> {
        self.check_depth(self.open.len() + 1, range)?;
        let (start, visits) = (range.start, self.visits);
        self.open.push(Open { start, anchor, map, children: Vec::new(), visits, height: 0 });
        self.visits += 1;
        Ok(())
    }

    /// Aliases count as what they stand for: whoever walks the tree may recurse.
    fn check_depth(&mut self, depth: usize, range: &Range<usize>) -> Result<(), Hopeless> {
        if depth <= DEPTH {
            return Ok(());
        }
        let place = self.span(range);
        let help = "no platform needs this: look for a bracket or an indentation that was never closed";
        let message = format!("the file is nested deeper than {DEPTH} levels");
        Err(self.fail("too-deep", message, place, "", help))
    }

    fn end(&mut self, range: &Range<usize>) -> Option<Finished> {
        let done = self.open.pop()?;
        let place = self.span(&trimmed(self.text, &(done.start..range.end)));
        let node = if done.map {
            self.map(place, &done.children)
        } else {
            self.sources.push_list(place, &done.children)
        };
        Some(Finished {
            node,
            anchor: done.anchor,
            visits: self.visits - done.visits,
            height: done.height + 1,
        })
    }

    fn alias(&mut self, id: usize, range: &Range<usize>) -> Result<Finished, Hopeless> {
        let place = self.span(range);
        let target = self.anchors.get(&id).map(|target| (target.node, target.visits, target.height));
        let Some((node, visits, height)) = target else {
            let message = "the alias stands for something that contains it";
            return Err(self.fail("bad-alias", message, place, "", "write the content out"));
        };
        self.check_depth(self.open.len() + height, range)?;
        self.visits += visits;
        if self.visits > 4 * (self.sources.nodes.len() - self.before) + ALIAS_VISITS {
            let message = "the aliases of this file stand for too much";
            let help = "write the content out where it is needed";
            return Err(self.fail("alias-bomb", message, place, "the limit is passed here", help));
        }
        Ok(Finished { node, anchor: 0, visits, height })
    }

    fn no_tag(&mut self, tag: Option<String>, range: &Range<usize>) {
        let Some(tag) = tag else { return };
        let place = self.span(range);
        self.fail(
            "tag",
            format!("the tag `{tag}` is not allowed"),
            place,
            "",
            "remove it: kgen knows the type of every field; quote a text that looks like something else",
        );
    }

    /// Refuses characters that some reader of the output would change or choke on.
    fn characters(&mut self, value: &str, range: &Range<usize>) {
        let odd = value.chars().find(|c| {
            matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}'
                | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{F0000}'..='\u{10FFFF}')
                || (u32::from(*c) & 0xFFFE) == 0xFFFE
        });
        if let Some(odd) = odd {
            let place = self.span(range);
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
                    self.fail("wrong-type", "`<<` is a map or a list of maps", place, "", help);
                    continue;
                }
                let entries: Vec<_> = self.sources.entries(map).collect();
                for (key, value) in entries {
                    let name = self.sources.text(key).unwrap_or_default().to_owned();
                    let span = self.sources.span(key);
                    if let Entry::Vacant(free) = seen.entry(name) {
                        free.insert(span);
                        kept.extend_from_slice(&[key, value]);
                    }
                }
            }
        }
        self.sources.push_map(place, &kept)
    }
}

/// The range of a node without the blank lines and comments that a parser may count to it.
fn trimmed(text: &str, range: &Range<usize>) -> Range<usize> {
    let end = text.get(range.clone()).map_or(range.end, |part| range.start + part.trim_end().len());
    range.start..end
}

#[cfg(test)]
mod tests;
