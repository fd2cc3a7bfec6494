//! `kgen completions`: what a shell needs to complete kgen's words.

use super::answer::{Answer, Fault};
use anyhow::Context;
use clap_complete::Shell;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Where they go:
  bash: kgen completions bash > ~/.local/share/bash-completion/completions/kgen
  zsh:  kgen completions zsh > \"${fpath[1]}/_kgen\"
  fish: kgen completions fish > ~/.config/fish/completions/kgen.fish")]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script.
pub(super) fn run(args: &Args) -> Result<Answer, Fault> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "kgen", &mut text);
    Ok(Answer::result(String::from_utf8(text).context("internal error: completions are not UTF-8")?))
}
