//! Commands: a list of words, of which the first is the program.

use super::Subject;
use crate::diagnostic::{At, Check};
use crate::value::command;

/// Reports a whole line in place of the program.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    subject.containers(&mut |_, _, container, at| {
        line(container.command.as_deref(), &at.key("command"), check);
        let place = at.key("probes");
        for (kind, probe) in container.probes.iter() {
            line(probe.exec.as_deref(), &place.key(kind).key("exec"), check);
        }
        let Some(lifecycle) = &container.lifecycle else { return };
        let place = at.key("lifecycle");
        for (kind, hook) in [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)] {
            line(hook.as_ref().and_then(|hook| hook.exec.as_deref()), &place.key(kind).key("exec"), check);
        }
    });
}

fn line(words: Option<&[String]>, at: &At<'_>, check: &mut Check<'_>) {
    let Some([program, rest @ ..]) = words.filter(|words| words[..].first().is_some_and(|w| w.contains(' ')))
    else {
        return;
    };
    let help = match command::words(program) {
        Some(split) => format!("write a word an item: `{}`", command::inline(split.iter().chain(rest))),
        None => format!("let a shell read it: `{}`", command::list(program)),
    };
    check
        .warning("command-line", at, format!("the container looks for a program whose name is `{program}`"))
        .help(help);
}
