//! The text of a spec as one arena of marked nodes: every node knows where it was written.
//!
//! All files of a run share the arena, so a merged tree can hold nodes of several files. A node
//! is never changed once it is made; merging makes new maps that share everything untouched.

use crate::diagnostic::Findings;
use std::collections::{BTreeMap, BTreeSet};

mod overlay;
mod parse;
mod text;

pub use text::{Allow, File};

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index of the file in [`Sources`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

/// A node of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

#[derive(Clone, Debug)]
struct Record {
    span: Span,
    kind: Kind,
    /// The node of the base that this one overrides, if it was merged over one.
    base: Option<NodeId>,
}

#[derive(Clone, Debug)]
enum Kind {
    Null,
    Scalar {
        text: Box<str>,
        plain: bool,
    },
    /// Range of items in `children`.
    List {
        from: u32,
        to: u32,
    },
    /// Range of alternating keys and values in `children`.
    Map {
        from: u32,
        to: u32,
    },
}

/// A node as a reader of the tree sees it.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// Nothing, `~` or `null`: the same as an absent key.
    Null,
    /// Text; `plain` says that it was written without quotes.
    Scalar {
        /// The text.
        text: &'a str,
        /// Whether it has no quotes and is no block.
        plain: bool,
    },
    /// Items.
    List(&'a [NodeId]),
    /// Alternating keys and values.
    Map(&'a [NodeId]),
}

/// Limits that keep a hostile spec from using more than a stated amount of time and memory.
pub mod limits {
    /// Bytes of one file.
    pub const FILE_BYTES: usize = 16 * 1024 * 1024;
    /// Levels of nesting.
    pub const DEPTH: usize = 128;
    /// Nodes that aliases may stand for, beyond four times the nodes that were written.
    pub const ALIAS_VISITS: usize = 100_000;
}

/// Maps of more entries have an index; in smaller ones a key is found as fast by looking at each.
const SCANNED: usize = 16;

/// All texts of a run and their nodes.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<File>,
    nodes: Vec<Record>,
    children: Vec<NodeId>,
    /// Entries of large maps, in the order of their keys' text.
    indexes: BTreeMap<NodeId, Box<[u32]>>,
    /// What was reported: numbers out of range, which no type holds, and all else that has not its shape.
    refused: BTreeSet<Span>,
}

impl Sources {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file and returns its root; none if it is no YAML document that kgen takes, which is reported.
    pub fn add(&mut self, name: &str, bytes: &[u8], findings: &mut Findings) -> Option<NodeId> {
        parse::parse(self, name, bytes, findings)
    }

    /// Takes a value from elsewhere than a file, e.g. from the command line, as a tree that has it at a path.
    /// The place is called `name` and reads `words`, which end with the value.
    pub fn quote(&mut self, name: &str, words: &str, path: &[&str], value: &str) -> NodeId {
        let at = |len: usize| u32::try_from(len).expect("internal error: fewer than 2^32 bytes");
        let whole = Span { file: at(self.files.len()), start: 0, end: at(words.len()) };
        self.files.push(File::new(name.to_owned(), words.to_owned()));
        let scalar = |text: &str| Kind::Scalar { text: text.into(), plain: false };
        let marked = Span { start: whole.end.saturating_sub(at(value.len())), ..whole };
        let mut node = self.push(marked, scalar(value));
        for key in path.iter().rev() {
            let key = self.push(whole, scalar(key));
            node = self.push_map(whole, &[key, node]);
        }
        node
    }

    /// The node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        let children = |from: u32, to: u32| &self.children[from as usize..to as usize];
        match &self.nodes[id.0 as usize].kind {
            Kind::Null => Node::Null,
            Kind::Scalar { text, plain } => Node::Scalar { text, plain: *plain },
            Kind::List { from, to } => Node::List(children(*from, *to)),
            Kind::Map { from, to } => Node::Map(children(*from, *to)),
        }
    }

    /// Whether the node says nothing.
    #[must_use]
    pub fn is_null(&self, id: NodeId) -> bool {
        matches!(self.node(id), Node::Null)
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match self.node(id) {
            Node::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Keys and values of a map; nothing for other nodes.
    pub fn entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let children = match self.node(id) {
            Node::Map(children) => children,
            _ => &[],
        };
        children.chunks_exact(2).map(|pair| (pair[0], pair[1]))
    }

    /// Key and value of an entry of a map.
    #[must_use]
    pub fn entry(&self, map: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let at = self.position(map, key)?;
        let Node::Map(children) = self.node(map) else { return None };
        Some((children[2 * at], children[2 * at + 1]))
    }

    /// Which entry of a map has a key.
    fn position(&self, map: NodeId, key: &str) -> Option<usize> {
        let Some(index) = self.indexes.get(&map) else {
            return self.entries(map).position(|(name, _)| self.text(name) == Some(key));
        };
        let Node::Map(children) = self.node(map) else { return None };
        let name = |at: &u32| self.text(children[2 * *at as usize]);
        let found = index.binary_search_by(|at| name(at).cmp(&Some(key))).ok()?;
        Some(index[found] as usize)
    }

    /// The value of an entry of a map; none if it is null.
    #[must_use]
    pub fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        self.entry(map, key).map(|(_, value)| value).filter(|value| !self.is_null(*value))
    }

    /// Takes what is here for no value of its type from now on.
    pub fn refuse(&mut self, places: impl IntoIterator<Item = Span>) {
        self.refused.extend(places);
    }

    /// Whether the value was refused.
    #[must_use]
    pub fn is_refused(&self, id: NodeId) -> bool {
        self.refused.contains(&self.span(id))
    }

    /// Whether something was refused in the node, or in what it overrides.
    #[must_use]
    pub fn holds_refused(&self, id: NodeId) -> bool {
        let Span { file, start, end } = self.span(id);
        let mut inside = self.refused.range(Span { file, start, end: start }..);
        inside.next().is_some_and(|span| span.file == file && span.start < end)
            || self.base(id).is_some_and(|base| self.holds_refused(base))
    }

    /// Where the node was written.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        self.nodes[id.0 as usize].span
    }

    /// The node of the base that an environment's node overrides.
    #[must_use]
    pub fn base(&self, id: NodeId) -> Option<NodeId> {
        self.nodes[id.0 as usize].base
    }

    /// The file of a span.
    #[must_use]
    pub fn file(&self, span: Span) -> &File {
        &self.files[span.file as usize]
    }

    /// All files in the order in which they were read.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    fn push(&mut self, span: Span, kind: Kind) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("internal error: fewer than 2^32 nodes"));
        if let Kind::Map { from, to } = kind
            && let Some(index) = self.index(from, to)
        {
            self.indexes.insert(id, index);
        }
        self.nodes.push(Record { span, kind, base: None });
        id
    }

    /// The index of a map with these children, if it is large.
    fn index(&self, from: u32, to: u32) -> Option<Box<[u32]>> {
        let entries = (to - from) / 2;
        if entries as usize <= SCANNED {
            return None;
        }
        let mut index: Vec<u32> = (0..entries).collect();
        index.sort_by_key(|at| self.text(self.children[(from + 2 * at) as usize]));
        Some(index.into())
    }

    fn push_children(&mut self, children: &[NodeId]) -> (u32, u32) {
        let at = |len: usize| u32::try_from(len).expect("internal error: fewer than 2^32 nodes");
        let from = at(self.children.len());
        self.children.extend_from_slice(children);
        (from, at(self.children.len()))
    }

    fn push_map(&mut self, span: Span, children: &[NodeId]) -> NodeId {
        let (from, to) = self.push_children(children);
        self.push(span, Kind::Map { from, to })
    }

    fn push_list(&mut self, span: Span, children: &[NodeId]) -> NodeId {
        let (from, to) = self.push_children(children);
        self.push(span, Kind::List { from, to })
    }
}

#[cfg(test)]
mod tests;
