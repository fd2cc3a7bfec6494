//! What is wrong with a spec: facts with places, worded once, printed in several formats.
//!
//! A check names a *path*; where that is in which file is looked up when something is wrong.

use crate::source::{Allow, File, Node, NodeId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

mod check;
pub mod codes;
pub mod format;
mod place;

pub use check::{Check, Key, Place, Report};
pub use place::{At, Path};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is written while there is one.
    Error,
    /// Most likely a mistake; output is written all the same.
    Warning,
}

impl Level {
    /// The word in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One finding: a stable code, the reason, places in the spec and a way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kebab-case word, one of [`codes::CODES`].
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What is wrong, lower case, names in backticks, no full stop.
    pub message: String,
    /// Places: the first is where it is wrong, the others say why.
    pub labels: Vec<Label>,
    /// The way out: what to write instead.
    pub help: Option<String>,
}

/// A place in a file and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The marked text.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(codes::find(code).is_some(), "the code {code} is not in the table");
        Self { code, level: Level::Error, message: message.into(), labels: Vec::new(), help: None }
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(code, message) }
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Sets the way out.
    #[must_use]
    pub fn helped(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All findings of a run.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Diagnostic>,
    /// Root causes that are in the list: code, first place, and the message where there is no text to mark.
    known: BTreeSet<(&'static str, Option<Span>, String)>,
    /// Errors and warnings that were counted, but not kept.
    more: [usize; 2],
}

/// A broken file may have millions of mistakes: nobody reads more than these.
const MOST: usize = 1000;

impl Findings {
    /// Adds a finding unless the same root cause is there already: environments share most of a spec.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.more[diagnostic.level as usize] += 1;
            return;
        }
        let place = diagnostic.labels.first().map(|label| label.span);
        let marked = place.is_some_and(|span| span.end > span.start);
        let message = if marked { String::new() } else { diagnostic.message.clone() };
        if self.known.insert((diagnostic.code, place, message)) {
            self.list.push(diagnostic);
        }
    }

    /// The places of the findings.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        self.list.iter().filter_map(|diagnostic| Some(diagnostic.labels.first()?.span))
    }

    /// Whether nothing more is kept.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// Forgets warnings, for who wants to hear of errors only.
    pub fn drop_warnings(&mut self) {
        self.list.retain(|diagnostic| diagnostic.level == Level::Error);
        self.more[Level::Warning as usize] = 0;
    }

    /// Number of errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.count(Level::Error)
    }

    /// Number of warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.count(Level::Warning)
    }

    fn count(&self, level: Level) -> usize {
        self.list.iter().filter(|diagnostic| diagnostic.level == level).count() + self.more[level as usize]
    }

    /// The findings by file, place and code.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut list: Vec<&Diagnostic> = self.list.iter().collect();
        list.sort_by_key(|diagnostic| (diagnostic.labels.first().map(|label| label.span), diagnostic.code));
        list
    }

    /// Drops warnings that a comment allows, and reports comments that give no reason.
    pub fn settle(&mut self, sources: &Sources) {
        let mut lines: BTreeMap<(u32, usize), Vec<&Allow>> = BTreeMap::new();
        for (span, _, allow) in allows(sources) {
            lines.entry((span.file, allow.line)).or_default().push(allow);
            if allow.reason.is_empty() {
                self.push(
                    Diagnostic::error(
                        "allow-without-reason",
                        format!("the comment allows `{}` without a reason", allow.code),
                    )
                    .at(span, "")
                    .helped(format!("write `# kgen: allow[{}] because …`", allow.code)),
                );
            }
        }
        if lines.is_empty() {
            return;
        }
        self.list.retain(|diagnostic| {
            let Some(span) = diagnostic.labels.first().map(|label| label.span) else { return true };
            let (line, _) = sources.file(span).position(span.start as usize);
            let hit = lines
                .get(&(span.file, line))
                .filter(|_| diagnostic.level == Level::Warning)
                .and_then(|allows| allows.iter().find(|allow| allow.code == diagnostic.code));
            if let Some(allow) = hit {
                allow.used.set(true);
            }
            hit.is_none()
        });
    }

    /// Reports comments that allow what was not found; to be asked when everything was checked.
    pub fn report_unused_allows(&mut self, sources: &Sources) {
        for (span, _, allow) in allows(sources).filter(|(_, _, allow)| !allow.used.get()) {
            self.push(
                Diagnostic::warning(
                    "unused-allow",
                    format!("the comment allows `{}`, which is not reported here", allow.code),
                )
                .at(span, "")
                .helped("remove the comment; it speaks of warnings on its own line, or on the next one if it stands alone"),
            );
        }
    }
}

/// All comments that allow something, with their places.
fn allows(sources: &Sources) -> impl Iterator<Item = (Span, &File, &Allow)> {
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    sources.files().iter().enumerate().flat_map(move |(index, file)| {
        let span = move |allow: &Allow| Span { file: at(index), start: at(allow.start), end: at(allow.end) };
        file.allows.iter().map(move |allow| (span(allow), file, allow))
    })
}

/// The candidate that is most like `wrong`, if one is near enough to be meant.
pub fn suggest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = wrong.to_lowercase();
    // Of a word of four letters, two changes leave another word.
    let most = match wrong.chars().count() {
        ..=4 => 1,
        length => (length / 3).clamp(2, 4),
    };
    let seen: BTreeSet<&str> = candidates.into_iter().collect();
    seen.into_iter()
        .map(|candidate| (strsim::osa_distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= most.min(candidate.chars().count().max(2) - 1)
                || (wrong.len() >= 3 && candidate.to_lowercase().starts_with(&lower))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The node at a path, or the deepest one that exists on the way.
fn walk(sources: &Sources, root: NodeId, path: &[String]) -> (Option<NodeId>, NodeId, bool) {
    let (mut key, mut node) = (None, root);
    for step in path {
        let next = match sources.node(node) {
            Node::Map(_) => sources.entry(node, step),
            Node::List(items) => step
                .parse::<usize>()
                .ok()
                .and_then(|n| items.get(n))
                .map(|item| (key.unwrap_or(*item), *item)),
            _ => None,
        };
        match next {
            Some((name, value)) => {
                key = matches!(sources.node(node), Node::Map(_)).then_some(name);
                node = value;
            }
            None => return (key, node, false),
        }
    }
    (key, node, true)
}

#[cfg(test)]
mod tests;
