//! The `kgen` program: parse, run, print once, exit.

use std::io::Write;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let _ =
            writeln!(std::io::stderr(), "internal error: {panic}\nThis is a bug in kgen: please report it.");
        std::process::exit(kgen::cli::Exit::Failed.code().into());
    }));
    ExitCode::from(kgen::cli::run(std::env::args_os()).print().code())
}
