//! Raw Kubernetes YAML against Kubernetes' own types: everything that does not fit, at once.

use super::decode::{DecodeError, run};
use crate::diagnostic::{
    Diagnostic, Findings,
    suggest::{list, suggest},
};
use crate::source::{NodeId, Sources};
use serde::de::DeserializeOwned;
use std::{cell::RefCell, collections::BTreeSet};

/// More errors than this in one object are not worth a reader's time.
const MAX_ERRORS: usize = 100;

/// Decodes a tree as an API server would, or reports all that does not fit: fields that the type
/// does not have, and values of another type. Plain scalars are what YAML 1.2's core schema makes of
/// them. Types whose fields are all optional decode partial trees, so a patch can be checked too.
pub fn decode_strict<T: DeserializeOwned>(
    sources: &Sources,
    node: NodeId,
    findings: &mut Findings,
) -> Option<T> {
    let mut strict = Strict { sources, problems: RefCell::default(), ignored: BTreeSet::new() };
    let mut failed = false;
    let value = loop {
        match run(sources, node, Some(&strict)) {
            Ok(value) => break Some(value),
            Err(error) => {
                failed = true;
                let at = error.node;
                strict.mismatch(error);
                // Without this value the rest may decode, and show its own errors.
                if at == node || !strict.ignored.insert(at) || strict.ignored.len() > MAX_ERRORS {
                    break None;
                }
            }
        }
    };
    let problems = strict.problems.into_inner();
    let fits = problems.is_empty() && !failed;
    for problem in problems {
        findings.push(problem);
    }
    value.filter(|_| fits)
}

/// The rules of a strict decoding, and what breaks them.
#[derive(Debug)]
pub(super) struct Strict<'s> {
    sources: &'s Sources,
    problems: RefCell<Vec<Diagnostic>>,
    ignored: BTreeSet<NodeId>,
}

impl Strict<'_> {
    /// Whether the node is known not to fit.
    pub(super) fn ignores(&self, node: NodeId) -> bool {
        self.ignored.contains(&node)
    }

    /// Reports the keys that are no fields.
    pub(super) fn check_fields(&self, entries: &[(NodeId, NodeId)], fields: &'static [&'static str]) {
        for (key, _) in entries {
            let name = self.sources.text(*key);
            if fields.contains(&name) {
                continue;
            }
            let help = match suggest(name, fields.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", list(fields.iter().copied())),
            };
            let diagnostic =
                Diagnostic::error("unknown-field", format!("Kubernetes has no field `{name}` here"))
                    .label(self.sources.span(*key), "unknown field")
                    .help(help);
            self.report(diagnostic);
        }
    }

    fn mismatch(&self, DecodeError { node, message }: DecodeError) {
        let span = self.sources.mark(None, node);
        let mut diagnostic =
            Diagnostic::error("wrong-type", message).label(span, "Kubernetes refuses this value");
        if diagnostic.message.starts_with("expected text, found the") {
            diagnostic = diagnostic.help(format!("put it into quotes: `\"{}\"`", self.sources.text(node)));
        } else if diagnostic.message.contains("found the text `") {
            diagnostic = diagnostic.help("write the value without quotes");
        }
        self.report(diagnostic);
    }

    fn report(&self, diagnostic: Diagnostic) {
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&diagnostic) {
            problems.push(diagnostic);
        }
    }
}
