//! `kgen schema`: the JSON Schema of a spec, for editors.

use super::answer::{Answer, Fault};
use crate::spec::schema;
use anyhow::Context;

/// Print the JSON Schema of a spec
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An editor with a YAML language server checks a spec that begins with
  # yaml-language-server: $schema=platform.schema.json")]
pub(super) struct Args {}

/// Prints the schema.
pub(super) fn run(_: &Args) -> Result<Answer, Fault> {
    let text = serde_json::to_string_pretty(&schema()).context("cannot print the schema")?;
    Ok(Answer::result(text + "\n"))
}
