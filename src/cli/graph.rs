//! `kgen graph`: a picture of a platform, who connects to whom.

use super::Common;
use super::answer::{Answer, Fault};
use super::platforms::Choice;
use super::render;
use crate::platform::graph::{Graph, Kind};
use clap::ValueEnum;

mod dot;
mod mermaid;

/// Draw a platform: its components, and who connects to whom
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An arrow leads from who connects to who answers, with the ports or, from an edge, the paths; dashed, it says that one \
calls the other without depending on it. The same connections make the network policies and the waves of a deploy. \
Mermaid is drawn by many readers of Markdown; `kgen graph prod --format dot | dot -Tsvg` makes a file of it.")]
pub(super) struct Args {
    /// Environments to draw; the spec without an environment if none is named
    #[arg(value_name = "ENV")]
    environments: Vec<String>,
    /// How to draw it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Form,
    /// Draw who collects metrics of whom, too
    #[arg(long)]
    metrics: bool,
    #[command(flatten)]
    choice: Choice,
}

/// How a picture is written.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// A flowchart of Mermaid.
    #[default]
    Mermaid,
    /// A digraph of Graphviz.
    Dot,
}

/// Draws.
pub(super) fn run(args: &Args, common: Common) -> Result<Answer, Fault> {
    let kinds = [Kind::Uses, Kind::Notifies, Kind::Scrapes];
    let kinds = if args.metrics { &kinds[..] } else { &kinds[..2] };
    let draw = match args.format {
        Form::Mermaid => mermaid::text,
        Form::Dot => dot::text,
    };
    render::ask(&args.choice, &args.environments, common, |asked| {
        let mut graphs = Vec::new();
        for (base, environments) in asked {
            if args.environments.is_empty() {
                graphs.push(Graph::of(base, kinds));
            } else {
                graphs.extend(environments.iter().map(|platform| Graph::of(platform, kinds)));
            }
        }
        graphs.iter().map(draw).collect::<Vec<_>>().join("\n")
    })
}
