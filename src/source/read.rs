//! From the bytes of a file to marked nodes, by the events of a YAML parser.
//!
//! The limits are part of the language: one document, no tags, text keys, depth 128, and a budget
//! for aliases, so that no input takes longer than its size allows.

use super::{Data, Kind, NodeId, SourceFile, Sources, Span, offset};
use crate::diagnostic::{Diagnostic, Findings};
use granit_parser::{Event, Marker, Parser, ScalarStyle, StructureStyle};
use std::collections::BTreeMap;

mod entries;
mod syntax;
mod text;

/// The largest file, in bytes.
const MAX_FILE: usize = 16 << 20;
/// The deepest nesting of maps and lists.
const MAX_DEPTH: usize = 128;
/// Aliases may make a file this many times larger than it is written, ...
const ALIAS_FACTOR: u64 = 4;
/// ... and this many nodes more.
const ALIAS_ALLOWANCE: u64 = 100_000;

impl Sources {
    /// Reads a file and returns its root, which is never null.
    ///
    /// With errors that leave the rest readable (a duplicate key, a tag) the root is returned all
    /// the same, so that later checks find their errors in the same run; `findings` has them.
    pub fn add(&mut self, name: &str, bytes: &[u8], findings: &mut Findings) -> Option<NodeId> {
        let file = offset(self.files.len());
        let text = match text::decode(file, bytes, MAX_FILE) {
            Ok(text) => text,
            Err((text, diagnostic)) => {
                self.add_file(name, text);
                findings.push(diagnostic);
                return None;
            }
        };
        self.add_file(name, text.clone());
        let root = Reader {
            sources: self,
            findings,
            file,
            text: &text,
            stack: Vec::new(),
            anchors: BTreeMap::new(),
            written: 0,
            expanded: 0,
            weights: Vec::new(),
            heights: Vec::new(),
            first_node: 0,
        }
        .run();
        match root {
            Ok(Some(root)) => Some(root),
            Ok(None) => {
                findings.push(
                    Diagnostic::error("empty-spec", format!("`{name}` holds nothing"))
                        .label(Span::whole(file), "")
                        .help("a file holds a map, e.g. `platform: my-platform`"),
                );
                None
            }
            Err(diagnostic) => {
                findings.push(*diagnostic);
                None
            }
        }
    }

    fn add_file(&mut self, name: &str, text: String) {
        let lines = text::line_starts(&text);
        self.files.push(SourceFile { name: name.to_owned(), text, lines, allows: Vec::new() });
    }
}

/// A map or list whose end has not come yet.
struct Open {
    start: u32,
    anchor: usize,
    children: Vec<NodeId>,
    is_map: bool,
    is_flow: bool,
}

struct Reader<'r, 't> {
    sources: &'r mut Sources,
    findings: &'r mut Findings,
    file: u32,
    text: &'t str,
    stack: Vec<Open>,
    /// Finished anchors; none while the anchored node is still open.
    anchors: BTreeMap<usize, Option<NodeId>>,
    /// Nodes as written, and with every alias expanded.
    written: u64,
    expanded: u64,
    /// Expanded size of each node of this file.
    weights: Vec<u64>,
    /// Nesting below each node of this file, aliases expanded.
    heights: Vec<usize>,
    first_node: u32,
}

/// What ends the reading of a file.
type Fatal = Box<Diagnostic>;

impl Reader<'_, '_> {
    fn run(mut self) -> Result<Option<NodeId>, Fatal> {
        self.first_node = offset(self.sources.nodes.len());
        let options = granit_parser::options! {
            disallow_directives: true,
            max_buffered_comment_events: usize::MAX,
            block_nesting_limit: 255,
            flow_nesting_limit: 255,
        };
        let mut root = None;
        let mut document: Option<Span> = None;
        for event in Parser::new_from_str_with_options(self.text, options) {
            let (event, at) = event.map_err(|error| Box::new(syntax::error(self.file, self.text, &error)))?;
            let span = self.span(&at.start, &at.end);
            if let (true, Some(tag)) = (has_tag(&event), at.tag_start()) {
                self.refuse_tag(&tag, span);
            }
            let done = match event {
                Event::DocumentStart(..) => {
                    if let Some(first) = document {
                        return Err(Box::new(
                            Diagnostic::error("several-documents", "a file holds one document")
                                .label(span, "the second document starts here")
                                .label(first, "the first one starts here")
                                .help("put each document into a file of its own"),
                        ));
                    }
                    document = Some(span);
                    None
                }
                Event::Comment(text, _) => {
                    self.sources.read_comment(&text, span, self.findings);
                    None
                }
                Event::Scalar(text, style, anchor, _) => Some(self.scalar(&text, style, anchor, span)),
                Event::SequenceStart(style, anchor, _) => {
                    self.open(anchor, span, false, style)?;
                    None
                }
                Event::MappingStart(style, anchor, _) => {
                    self.open(anchor, span, true, style)?;
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => Some(self.close(span)?),
                Event::Alias(anchor) => Some(self.alias(anchor, span)?),
                _ => None,
            };
            if let Some(node) = done {
                match self.stack.last_mut() {
                    Some(open) => open.children.push(node),
                    None => root = Some(node),
                }
            }
        }
        Ok(root.filter(|root| !self.sources.is_null(*root)))
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, span: Span) -> NodeId {
        let plain = style == ScalarStyle::Plain;
        let kind = if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            Kind::Null
        } else {
            if let Some(bad) = text::forbidden(text) {
                let message = format!("text may not hold the character {}", text::name(bad));
                self.findings.push(
                    Diagnostic::error("forbidden-character", message)
                        .label(self.sources.first_line(span), text::why(bad))
                        .help("remove it; binary content belongs into a file or a secret"),
                );
            }
            Kind::Scalar { text: text.into(), plain }
        };
        let id = self.sources.push(Data { span, kind });
        self.measure(1, 0);
        self.count(1);
        self.name(anchor, Some(id));
        id
    }

    fn open(&mut self, anchor: usize, span: Span, is_map: bool, style: StructureStyle) -> Result<(), Fatal> {
        check_depth(self.stack.len() + 1, self.first_char(span))?;
        self.count(1);
        self.name(anchor, None);
        let is_flow = style == StructureStyle::Flow;
        self.stack.push(Open { start: span.start, anchor, children: Vec::new(), is_map, is_flow });
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<NodeId, Fatal> {
        let open = self.stack.pop().expect("internal error: the parser closes what it opened");
        // The end of a block is the next token; what the eye sees ends with the last child.
        let last = open.children.last().map_or(open.start, |last| self.sources.span(*last).end);
        let end = if open.is_flow { end.end } else { last.max(open.start) };
        let span = Span { file: self.file, start: open.start, end };
        let id = if open.is_map {
            let entries = self.entries(&open.children)?;
            let weight = entries.iter().map(|(k, v)| self.weight(*k).saturating_add(self.weight(*v)));
            let weight = weight.fold(1, u64::saturating_add);
            let id = self.sources.push_map(span, &entries);
            let height = entries.iter().map(|(_, value)| self.height(*value)).max();
            self.measure(weight, height.unwrap_or(0) + 1);
            id
        } else {
            let weight = open.children.iter().map(|item| self.weight(*item)).fold(1, u64::saturating_add);
            let id = self.sources.push_list(span, &open.children);
            let height = open.children.iter().map(|item| self.height(*item)).max();
            self.measure(weight, height.unwrap_or(0) + 1);
            id
        };
        self.name(open.anchor, Some(id));
        Ok(id)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<NodeId, Fatal> {
        let Some(target) = self.anchors.get(&anchor).copied().flatten() else {
            return Err(Box::new(
                Diagnostic::error("recursive-alias", "an alias stands inside of what it repeats")
                    .label(span, "this would never end"),
            ));
        };
        check_depth(self.stack.len() + self.height(target), span)?;
        self.written += 1;
        self.spend(self.weight(target), span)?;
        Ok(target)
    }

    /// Counts nodes that an alias or a merge key adds, within the budget.
    fn spend(&mut self, nodes: u64, span: Span) -> Result<(), Fatal> {
        self.expanded = self.expanded.saturating_add(nodes);
        let budget = self.written.saturating_mul(ALIAS_FACTOR).saturating_add(ALIAS_ALLOWANCE);
        if self.expanded <= budget {
            return Ok(());
        }
        Err(Box::new(
            Diagnostic::error("alias-bomb", "aliases make the file many times larger than it is written")
                .label(span, format!("here it grows beyond {budget} values"))
                .help("write defaults once under `defaults:` instead of repeating them by aliases"),
        ))
    }

    fn refuse_tag(&mut self, tag: &Marker, value: Span) {
        let start = self.byte(tag).min(value.start);
        let end =
            self.text[start as usize..].find(char::is_whitespace).map_or(value.start, |n| start + offset(n));
        self.findings.push(
            Diagnostic::error("tag", "tags (`!…`) have no meaning in a spec")
                .label(Span { file: self.file, start, end }, "remove it")
                .help("write the value itself; text that starts with `!` needs quotes"),
        );
    }

    /// Remembers the expanded size and depth of the node that was just made.
    fn measure(&mut self, weight: u64, height: usize) {
        self.weights.push(weight);
        self.heights.push(height);
    }

    fn height(&self, id: NodeId) -> usize {
        self.heights[(id.0 - self.first_node) as usize]
    }

    fn weight(&self, id: NodeId) -> u64 {
        self.weights[(id.0 - self.first_node) as usize]
    }

    fn count(&mut self, nodes: u64) {
        self.written += nodes;
        self.expanded = self.expanded.saturating_add(nodes);
    }

    fn name(&mut self, anchor: usize, node: Option<NodeId>) {
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
    }

    fn first_char(&self, span: Span) -> Span {
        let len = self.text[span.start as usize..].chars().next().map_or(0, char::len_utf8);
        Span { end: span.start + offset(len), ..span }
    }

    fn byte(&self, marker: &Marker) -> u32 {
        text::byte_at(self.text, marker)
    }

    /// The span without the blanks that the parser counts in at its end.
    fn span(&self, start: &Marker, end: &Marker) -> Span {
        let (start, end) = (self.byte(start), self.byte(end));
        let text = self.text.get(start as usize..end as usize).unwrap_or_default();
        Span { file: self.file, start, end: start + offset(text.trim_end().len()) }
    }
}

/// Aliases count as what they stand for: whoever walks the tree may recurse.
fn check_depth(depth: usize, span: Span) -> Result<(), Fatal> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(Box::new(
        Diagnostic::error("too-deep", format!("nesting is deeper than {MAX_DEPTH} levels"))
            .label(span, "")
            .help("a spec needs about ten levels; is an indentation wrong?"),
    ))
}

fn has_tag(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_))
    )
}
