use super::{Diagnostic, Findings, suggest};
use crate::source::{Sources, Span};

fn span(start: u32, end: u32) -> Span {
    Span { file: 0, start, end }
}

#[test]
fn a_root_cause_is_told_once() {
    let mut findings = Findings::default();
    let told = |place, message: &str| Diagnostic::error("no-port", message).at(place, "");
    findings.push(told(span(3, 5), "in the base"));
    findings.push(told(span(3, 5), "in an environment"));
    findings.push(told(span(6, 9), "elsewhere"));
    // Without a text to mark, the message tells one cause from another.
    findings.push(told(span(0, 0), "one"));
    findings.push(told(span(0, 0), "other"));
    findings.push(told(span(0, 0), "other"));
    assert_eq!(findings.errors(), 4);
}

#[test]
fn comments_allow_warnings_of_their_line_only() {
    let (mut sources, mut findings) = (Sources::new(), Findings::default());
    let text = "a: 1 # kgen: allow[probe-budget] slow\nb: 2\nc: 3 # kgen: allow[no-port] never mind\n";
    sources.add("p", text.as_bytes(), &mut findings);
    let b = u32::try_from(text.find("b: 2").unwrap()).unwrap();
    let c = u32::try_from(text.find("c: 3").unwrap()).unwrap();
    findings.push(Diagnostic::warning("probe-budget", "first").at(span(0, 1), ""));
    findings.push(Diagnostic::warning("probe-budget", "second").at(span(b, b + 1), ""));
    findings.push(Diagnostic::error("no-port", "an error stays").at(span(c, c + 1), ""));
    findings.settle(&sources);
    assert_eq!((findings.errors(), findings.warnings()), (1, 1));
    findings.report_unused_allows(&sources);
    assert_eq!(findings.warnings(), 2);
}

#[test]
fn the_nearest_candidate_is_meant_if_it_is_near() {
    let fields = ["replicas", "image", "port", "ports"];
    assert_eq!(suggest("replica", fields), Some("replicas"));
    assert_eq!(suggest("Image", fields), Some("image"));
    assert_eq!(suggest("prot", fields), Some("port"));
    assert_eq!(suggest("colour", fields), None);
}
