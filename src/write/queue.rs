//! Files on their way from the thread that renders to one that looks at the disk: they come in the
//! order in which they were rendered, and neither thread waits for each file.

use crate::output::{File, Sink};
use anyhow::{Result, anyhow};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Bytes that are sent together.
const PARCEL: usize = 64 * 1024;
/// Parcels that may wait.
const WAITING: usize = 8;

/// Files that are sent together.
#[derive(Default)]
struct Parcel {
    files: Vec<File>,
    bytes: usize,
}

/// Gives the files that `render` makes to `take`, on a thread of its own.
///
/// # Errors
/// Those of both; that of `take`, which comes first, hides that of `render`.
pub fn render_into(
    render: impl FnOnce(&mut Sink<'_>) -> Result<()>,
    take: impl FnMut(File) -> Result<()> + Send,
) -> Result<()> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let taking = scope.spawn(|| take_all(receiver, take));
        let rendered = send_all(render, &sender);
        // Nothing more comes.
        drop(sender);
        let taken = taking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        taken.and(rendered)
    })
}

fn send_all(render: impl FnOnce(&mut Sink<'_>) -> Result<()>, sender: &SyncSender<Parcel>) -> Result<()> {
    // Nobody takes any more if taking failed, and that error is told.
    let send = |parcel| sender.send(parcel).map_err(|_| anyhow!("nobody takes the files"));
    let mut parcel = Parcel::default();
    render(&mut |file| {
        parcel.bytes += file.text.len();
        parcel.files.push(file);
        if parcel.bytes < PARCEL { Ok(()) } else { send(std::mem::take(&mut parcel)) }
    })?;
    send(parcel)
}

fn take_all(receiver: Receiver<Parcel>, take: impl FnMut(File) -> Result<()>) -> Result<()> {
    receiver.into_iter().flat_map(|parcel| parcel.files).try_for_each(take)
}

#[cfg(test)]
mod tests {
    use super::{PARCEL, render_into};
    use crate::output::File;
    use anyhow::bail;

    fn file(path: String, text: &str) -> File {
        File { path, environment: Some("dev".to_owned()), text: text.to_owned(), executable: false }
    }

    #[test]
    fn files_come_whole_and_in_order() {
        let text = "x".repeat(PARCEL / 3);
        let mut taken = Vec::new();
        let done = render_into(
            |sink| (0..100).try_for_each(|n| sink(file(n.to_string(), &text))),
            |file| {
                assert_eq!((file.text, file.environment.as_deref()), (text.clone(), Some("dev")));
                taken.push(file.path);
                Ok(())
            },
        );
        assert!(done.is_ok());
        assert_eq!(taken, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_error_is_told() {
        let text = "x".repeat(PARCEL);
        let full = render_into(
            |sink| (0..100).try_for_each(|n| sink(file(n.to_string(), &text))),
            |file| if file.path == "3" { bail!("the disk is full") } else { Ok(()) },
        );
        assert_eq!(full.unwrap_err().to_string(), "the disk is full");
        let failed = render_into(|_| bail!("no template"), |_| Ok(()));
        assert_eq!(failed.unwrap_err().to_string(), "no template");
    }
}
