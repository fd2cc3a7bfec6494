//! The text of a spec as one arena of marked nodes: every node knows where it was written.
//!
//! All files of a platform share the arena, so a merged tree may point into several of them.
//! Nothing is typed here: a plain scalar is the text as written until a type asks.

use std::collections::BTreeMap;

mod allow;
mod overlay;
mod read;

pub use allow::Allow;

/// A range of bytes in one file. An empty span at 0 stands for the whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index of the file in [`Sources`].
    pub file: u32,
    /// First byte, counted without a byte order mark.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// A node of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// What a node holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Node<'a> {
    /// Nothing, `~` or `null`: the key counts as absent; over another value it removes that.
    Null,
    /// Text as written; `plain` if it has no quotes and no block marker.
    Scalar {
        /// The text.
        text: &'a str,
        /// Whether it is written without quotes, so that it may stand for a number or boolean.
        plain: bool,
    },
    /// The items of a list.
    List(&'a [NodeId]),
    /// The entries of a map as (key, value), in order; keys are scalars and unique.
    Map(&'a [(NodeId, NodeId)]),
}

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line from 1.
    pub line: u32,
    /// Column from 1, in characters.
    pub column: u32,
}

/// Where a path ends in a tree, or the deepest part of it that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The key under which the value stands; none for a list's item and for the root.
    pub key: Option<NodeId>,
    /// The value.
    pub value: NodeId,
    /// Whether the whole path is there.
    pub complete: bool,
}

/// All files of a run and the nodes that they hold.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    nodes: Vec<Data>,
    items: Vec<NodeId>,
    entries: Vec<(NodeId, NodeId)>,
    /// From an overriding node to what it replaced.
    origins: BTreeMap<NodeId, NodeId>,
}

#[derive(Debug)]
struct SourceFile {
    name: String,
    text: String,
    /// Byte at which each line starts.
    lines: Vec<u32>,
    allows: Vec<Allow>,
}

#[derive(Clone, Debug)]
struct Data {
    span: Span,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Null,
    Scalar { text: Box<str>, plain: bool },
    List { start: u32, end: u32 },
    Map { start: u32, end: u32 },
}

impl Sources {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the node holds.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        match &self.data(id).kind {
            Kind::Null => Node::Null,
            Kind::Scalar { text, plain } => Node::Scalar { text, plain: *plain },
            Kind::List { start, end } => Node::List(&self.items[*start as usize..*end as usize]),
            Kind::Map { start, end } => Node::Map(&self.entries[*start as usize..*end as usize]),
        }
    }

    /// The text of a scalar; empty for everything else.
    #[must_use]
    pub fn text(&self, id: NodeId) -> &str {
        if let Kind::Scalar { text, .. } = &self.data(id).kind { text } else { "" }
    }

    /// Whether the node counts as absent.
    #[must_use]
    pub fn is_null(&self, id: NodeId) -> bool {
        matches!(self.data(id).kind, Kind::Null)
    }

    /// The entry of `key` as (key, value), if the node is a map that has it; the value may be null.
    #[must_use]
    pub fn entry(&self, map: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let Node::Map(entries) = self.node(map) else { return None };
        entries.iter().copied().find(|(k, _)| self.text(*k) == key)
    }

    /// The value of `key`, if the node is a map that has it and it is not null.
    #[must_use]
    pub fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        self.entry(map, key).map(|(_, value)| value).filter(|value| !self.is_null(*value))
    }

    /// Goes from `root` along `path` as far as it is there; a number steps into a list.
    #[must_use]
    pub fn find<'p>(&self, root: NodeId, path: impl IntoIterator<Item = &'p str>) -> Place {
        let mut place = Place { key: None, value: root, complete: true };
        for step in path {
            let next = match self.node(place.value) {
                Node::Map(_) => self.entry(place.value, step).map(|(key, value)| (Some(key), value)),
                Node::List(items) => {
                    step.parse::<usize>().ok().and_then(|i| items.get(i)).map(|item| (None, *item))
                }
                Node::Null | Node::Scalar { .. } => None,
            };
            match next {
                Some((key, value)) => place = Place { key, value, complete: true },
                None => return Place { complete: false, ..place },
            }
        }
        place
    }

    /// Where the node was written; for a merged map, where the override was.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.data(id).span
    }

    /// What this node replaced or was laid over, if it came from an override.
    #[must_use]
    pub fn origin(&self, id: NodeId) -> Option<NodeId> {
        self.origins.get(&id).copied()
    }

    /// The part of a place that a message should mark: the value if it fits a line, else the key,
    /// else the first line of the value.
    #[must_use]
    pub fn mark(&self, key: Option<NodeId>, value: NodeId) -> Span {
        let span = self.span(value);
        let text = self.slice(span);
        if !span.is_empty() && !text.contains(['\n', '\r']) {
            return span;
        }
        match key {
            Some(key) => self.span(key),
            None => self.first_line(span),
        }
    }

    /// The span cut at the end of its first line.
    fn first_line(&self, span: Span) -> Span {
        let len = self.slice(span).find(['\n', '\r']).map_or(span.end - span.start, offset);
        Span { end: span.start + len, ..span }
    }

    /// The text that a span covers.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.file_text(span.file).get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The name under which a file was added; empty if there is no such file.
    #[must_use]
    pub fn file_name(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |file| &file.name)
    }

    /// A file's text without byte order mark; empty if there is no such file.
    #[must_use]
    pub fn file_text(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |file| &file.text)
    }

    /// The number of files.
    #[must_use]
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// All comments that allow a finding, with the file that holds them.
    pub fn allows(&self) -> impl Iterator<Item = (u32, &Allow)> {
        (0..).zip(&self.files).flat_map(|(index, file)| file.allows.iter().map(move |allow| (index, allow)))
    }

    /// The line and column at which a span starts.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        self.position_of(span.file, span.start)
    }

    /// The line and column of the byte after a span.
    #[must_use]
    pub fn end_position(&self, span: Span) -> Position {
        self.position_of(span.file, span.end)
    }

    /// The byte at which a line (from 1) starts, and the one at which the next one does.
    #[must_use]
    pub fn line_range(&self, file: u32, line: u32) -> std::ops::Range<usize> {
        let Some(source) = self.files.get(file as usize) else { return 0..0 };
        let at = |line: usize| source.lines.get(line).map_or(source.text.len(), |byte| *byte as usize);
        at(line.saturating_sub(1) as usize)..at(line as usize)
    }

    fn position_of(&self, file: u32, byte: u32) -> Position {
        let Some(source) = self.files.get(file as usize) else { return Position { line: 1, column: 1 } };
        let line = source.lines.partition_point(|start| *start <= byte).max(1);
        let start = source.lines.get(line - 1).copied().unwrap_or(0);
        let before = source.text.get(start as usize..byte as usize).unwrap_or_default();
        Position { line: offset(line), column: offset(before.chars().count()) + 1 }
    }

    fn data(&self, id: NodeId) -> &Data {
        &self.nodes[id.0 as usize]
    }

    fn push(&mut self, data: Data) -> NodeId {
        let id = NodeId(offset(self.nodes.len()));
        self.nodes.push(data);
        id
    }

    fn push_map(&mut self, span: Span, entries: &[(NodeId, NodeId)]) -> NodeId {
        let start = offset(self.entries.len());
        self.entries.extend_from_slice(entries);
        self.push(Data { span, kind: Kind::Map { start, end: offset(self.entries.len()) } })
    }

    fn push_list(&mut self, span: Span, items: &[NodeId]) -> NodeId {
        let start = offset(self.items.len());
        self.items.extend_from_slice(items);
        self.push(Data { span, kind: Kind::List { start, end: offset(self.items.len()) } })
    }
}

impl Span {
    /// The place of a finding about a whole file.
    #[must_use]
    pub const fn whole(file: u32) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// Whether it covers nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A file has at most 16 MB and a run far fewer nodes than fit.
fn offset(value: usize) -> u32 {
    u32::try_from(value).expect("internal error: files are limited to 16 MB")
}

#[cfg(test)]
mod tests;
