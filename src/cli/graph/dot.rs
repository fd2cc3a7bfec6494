//! A picture as a digraph of Graphviz.

use crate::platform::graph::{End, Graph, Kind};
use std::fmt::Write as _;

/// Its text.
pub(super) fn text(graph: &Graph) -> String {
    let mut out =
        format!("digraph \"{0}\" {{\n  label=\"{0}\"\n  rankdir=LR\n  node [shape=box]\n", graph.title);
    for (n, group) in graph.groups.iter().enumerate() {
        let _ = writeln!(out, "  subgraph cluster_{n} {{\n    label=\"{}\"", group.title);
        for name in &group.components {
            let _ = writeln!(out, "    \"{name}\"{}", shape(group.title));
        }
        out += "  }\n";
    }
    if graph.leaves() {
        out += "  outside [shape=ellipse]\n";
    }
    for edge in &graph.edges {
        let style = if edge.kind == Kind::Uses { "" } else { ", style=dashed" };
        let _ = writeln!(out, "  {} -> {} [label=\"{}\"{style}]", end(&edge.from), end(&edge.to), edge.label);
    }
    out + "}\n"
}

/// How the components of a stage look.
fn shape(title: &str) -> &'static str {
    match title {
        "data stores" => " [shape=cylinder]",
        "edge" => " [shape=cds]",
        _ => "",
    }
}

fn end(end: &End) -> String {
    match end {
        End::Component(name) => format!("\"{name}\""),
        End::Outside => "outside".to_owned(),
    }
}
