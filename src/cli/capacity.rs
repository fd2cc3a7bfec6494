//! `kgen capacity`: what a platform asks of its cluster, by component and in total.

use super::Common;
use super::answer::{Answer, Fault};
use super::platforms::Choice;
use super::render;
use crate::platform::capacity::Capacity;
use clap::ValueEnum;

mod json;
mod table;

/// Show pods, CPU, memory and volumes at the fewest and at the most pods, against claims and nodes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Figures are those of the generated objects: requests and limits of pods that stay, at the minimum and at the maximum of \
every autoscaler. Jobs, pods of every node, and what is added while everything is replaced at once are told apart. \
`capacity.claims` of the spec are compared; `nodes` of the spec are filled, the largest pods first.")]
pub(super) struct Args {
    /// Environments to show; all if none is named
    #[arg(value_name = "ENV")]
    environments: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Form,
    #[command(flatten)]
    choice: Choice,
}

/// How figures are printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// Tables for people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Computes and prints the figures.
pub(super) fn run(args: &Args, common: Common) -> Result<Answer, Fault> {
    render::ask(&args.choice, &args.environments, common, |asked| {
        let mut figures = Vec::new();
        for (base, environments) in asked {
            figures.extend(environments.iter().map(|platform| Capacity::of(platform)));
            if environments.is_empty() {
                figures.push(Capacity::of(base));
            }
        }
        match args.format {
            Form::Text => figures.iter().map(table::text).collect::<Vec<_>>().join("\n"),
            Form::Json => json::text(&figures),
        }
    })
}
