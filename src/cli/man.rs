//! `kgen man`: manual pages.

use super::answer::{Answer, Fault};
use anyhow::Context;
use std::path::PathBuf;

/// Print the manual page, or write one page a verb into a folder
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder to write `kgen.1`, `kgen-render.1` … to
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Prints or writes the pages.
pub(super) fn run(args: &Args) -> Result<Answer, Fault> {
    let command = super::command();
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).context("cannot write the manual page")?;
        return Ok(Answer::result(String::from_utf8(page).context("internal error: the page is not UTF-8")?));
    };
    if folder.exists() && !folder.is_dir() {
        return Err(Fault::usage(format!("`{}` is a file, but the pages need a folder", folder.display())));
    }
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(command, folder))
        .with_context(|| format!("cannot write manual pages to `{}`", folder.display()))?;
    let report = format!("{}: manual pages written; read one with `man {0}/kgen.1`\n", folder.display());
    Ok(Answer { out: report, is_report: true, ..Answer::default() })
}
