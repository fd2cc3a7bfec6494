//! A picture as a flowchart of Mermaid.

use crate::platform::graph::{End, Graph, Kind};
use std::fmt::Write as _;

/// Its text.
pub(super) fn text(graph: &Graph) -> String {
    let mut out = format!("---\ntitle: {}\n---\nflowchart LR\n", graph.title);
    for (n, group) in graph.groups.iter().enumerate() {
        let _ = writeln!(out, "  subgraph g{n}[\"{}\"]", group.title);
        for name in &group.components {
            let (open, close) = shape(group.title);
            let _ = writeln!(out, "    {}{open}\"{name}\"{close}", id(name));
        }
        out += "  end\n";
    }
    if graph.leaves() {
        out += "  outside((\"outside\"))\n";
    }
    for edge in &graph.edges {
        let arrow = if edge.kind == Kind::Uses { "-->" } else { "-.->" };
        let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", edge.label) };
        let _ = writeln!(out, "  {} {arrow}{label} {}", end(&edge.from), end(&edge.to));
    }
    out
}

/// How the components of a stage look.
fn shape(title: &str) -> (&'static str, &'static str) {
    match title {
        "data stores" => ("[(", ")]"),
        "edge" => ("([", "])"),
        _ => ("[", "]"),
    }
}

/// Some names are words of Mermaid's, so none stands alone.
fn id(name: &str) -> String {
    format!("c_{}", name.replace('-', "_"))
}

fn end(end: &End) -> String {
    match end {
        End::Component(name) => id(name),
        End::Outside => "outside".to_owned(),
    }
}
