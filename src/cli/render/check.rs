//! `kgen render --check`: whether the files are what a render would write, why not, and what to do.

use super::{Args, Job};
use crate::cli::answer::{Answer, Exit, Fault};
use crate::write::{Checker, DriftKind, render_into};
use std::fmt::Write;

/// At most so many files are listed for a platform.
const LISTED: usize = 100;

/// Compares and reports; the diffs are short.
pub(super) fn run(jobs: &[Job<'_>], args: &Args) -> Result<Answer, Fault> {
    let mut answer = Answer { is_report: true, ..Answer::default() };
    let mut needs_force = false;
    for job in jobs {
        let mut checker = Checker::open(&job.out, job.scope.clone())?;
        render_into(|sink| job.render(&args.format, sink), |file| checker.file(file))?;
        let (drift, looked_at) = checker.finish()?;
        let out = job.out.display();
        if looked_at == 0 {
            return Err(Fault::no(format!("nothing was rendered for `{out}`")));
        }
        if drift.is_empty() {
            let _ = writeln!(answer.out, "{out}: {looked_at} files are current");
            continue;
        }
        answer.exit = Exit::No;
        let _ = writeln!(answer.out, "{out}: {} of {looked_at} files differ from the spec", drift.len());
        needs_force |= drift.values().any(|drift| drift.kind.needs_force());
        let hidden = drift.len().saturating_sub(LISTED);
        for (path, drift) in drift.into_iter().take(LISTED) {
            let _ = writeln!(answer.out, "  {}: {path}{}", drift.kind.word(), note(drift.kind));
            for line in drift.diff.lines() {
                let _ = writeln!(answer.out, "    {line}");
            }
        }
        if hidden > 0 {
            let _ = writeln!(answer.out, "  … and {hidden} more");
        }
    }
    if answer.exit == Exit::No {
        let command = args.command();
        let _ = writeln!(answer.err, "help: `{command}` writes what the spec says");
        if needs_force {
            let _ = writeln!(
                answer.err,
                "help: move edits into the spec first, or lose them with `{command} --force`"
            );
        }
    }
    Ok(answer)
}

const fn note(kind: DriftKind) -> &'static str {
    match kind {
        DriftKind::Edited => " (somebody changed it since kgen wrote it)",
        DriftKind::Foreign => " (kgen did not write it)",
        DriftKind::Stale => " (no longer rendered)",
        DriftKind::Interrupted => " (an earlier render did not end; the next one completes it)",
        DriftKind::Changed | DriftKind::Missing => "",
    }
}
