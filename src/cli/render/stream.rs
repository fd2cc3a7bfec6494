//! `kgen render --stdout`: the objects of one environment as one stream, e.g. for `kubectl apply`.

use super::{Args, Job};
use crate::cli::answer::{Answer, Fault};
use crate::cli::platforms;

/// Streams the raw objects; those of the cluster come first, so that their namespace is there.
pub(super) fn run(jobs: &[Job<'_>], args: &Args) -> Result<Answer, Fault> {
    let (mut cluster, mut rest) = (String::new(), String::new());
    for job in jobs {
        let project = &job.loaded.project;
        let environment = match (args.environments.as_slice(), project.environments.as_slice()) {
            ([one], _) | ([], [one]) => one,
            (_, []) => {
                return Err(Fault::usage("the spec has no environment to stream")
                    .help("add one under `environments:`"));
            }
            (_, all) => {
                return Err(Fault::usage("`--stdout` streams one environment at a time").help(format!(
                    "name one: `kgen render {} --stdout`; there are: {}",
                    all[0],
                    platforms::list(all)
                )));
            }
        };
        let folder = format!("raw/{environment}/cluster/");
        job.render(&["raw".to_owned()], &mut |file| {
            if file.environment.as_deref() == Some(environment) {
                let stream = if file.path.starts_with(&folder) { &mut cluster } else { &mut rest };
                stream.extend(["---\n", &file.text]);
            }
            Ok(())
        })?;
    }
    if cluster.is_empty() && rest.is_empty() {
        return Err(Fault::no("nothing was rendered: the environment has no objects"));
    }
    Ok(Answer::result(cluster + &rest))
}
