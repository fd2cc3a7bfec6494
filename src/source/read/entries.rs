//! Entries of maps: keys are text and unique; merge keys are resolved.

use super::{Fatal, Reader};
use crate::diagnostic::Diagnostic;
use crate::source::{Node, NodeId, offset};
use std::collections::{BTreeMap, BTreeSet};

/// Above this size a map's keys are indexed to find duplicates.
const INDEX_FROM: usize = 16;

impl Reader<'_, '_> {
    /// Pairs keys and values; refuses keys that are no text and duplicates, resolves merge keys.
    pub(super) fn entries(&mut self, children: &[NodeId]) -> Result<Vec<(NodeId, NodeId)>, Fatal> {
        let mut entries: Vec<(NodeId, NodeId)> = Vec::with_capacity(children.len() / 2);
        let mut merges: Vec<(usize, NodeId, NodeId)> = Vec::new();
        let mut index: BTreeMap<String, usize> = BTreeMap::new();
        for pair in children.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            let Node::Scalar { text, plain } = self.sources.node(key) else {
                self.refuse_key(key);
                continue;
            };
            if plain && text == "<<" {
                merges.push((entries.len(), key, value));
                continue;
            }
            let first = if entries.len() < INDEX_FROM {
                entries.iter().position(|(k, _)| self.sources.text(*k) == text)
            } else {
                if index.is_empty() {
                    let names = entries.iter().map(|(k, _)| self.sources.text(*k).to_owned());
                    index = names.zip(0..).collect();
                }
                index.get(text).copied()
            };
            if let Some(first) = first {
                let diagnostic =
                    Diagnostic::error("duplicate-key", format!("the key `{text}` is there twice"))
                        .label(self.sources.span(key), "again here")
                        .label(self.sources.span(entries[first].0), "first written here")
                        .help("remove one of them, or merge the two");
                self.findings.push(diagnostic);
                continue;
            }
            if !index.is_empty() {
                index.insert(text.to_owned(), entries.len());
            }
            entries.push((key, value));
        }
        if merges.is_empty() { Ok(entries) } else { self.merge(&entries, &merges) }
    }

    /// Puts the entries of merged maps where `<<` stood; the map's own keys win, then earlier maps.
    fn merge(
        &mut self,
        own: &[(NodeId, NodeId)],
        merges: &[(usize, NodeId, NodeId)],
    ) -> Result<Vec<(NodeId, NodeId)>, Fatal> {
        let mut taken: BTreeSet<String> =
            own.iter().map(|(key, _)| self.sources.text(*key).to_owned()).collect();
        let mut all = Vec::new();
        let mut next = 0;
        for (at, key, value) in merges {
            all.extend_from_slice(&own[next..*at]);
            next = *at;
            let maps = match self.sources.node(*value) {
                Node::List(items) => items.to_vec(),
                _ => vec![*value],
            };
            for map in maps {
                let Node::Map(entries) = self.sources.node(map) else {
                    self.findings.push(
                        Diagnostic::error("invalid-merge", "`<<` takes a map or a list of maps")
                            .label(self.sources.mark(Some(*key), map), "this is no map"),
                    );
                    continue;
                };
                let entries = entries.to_vec();
                let span = self.sources.span(*key);
                self.spend(offset(entries.len()).into(), span)?;
                for (key, value) in entries {
                    if taken.insert(self.sources.text(key).to_owned()) {
                        all.push((key, value));
                    }
                }
            }
        }
        all.extend_from_slice(&own[next..]);
        Ok(all)
    }

    fn refuse_key(&mut self, key: NodeId) {
        let span = self.first_char(self.sources.span(key));
        let (what, help) = match self.sources.node(key) {
            Node::Null => ("a key may not be empty", "give the key a name, or put `null` into quotes"),
            _ => ("a key is text", "is a `{{ … }}` without quotes here? write it as text: `\"{{ … }}\"`"),
        };
        self.findings.push(Diagnostic::error("invalid-key", what).label(span, "").help(help));
    }
}
