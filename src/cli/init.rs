//! `kgen init`: a first platform, which renders as it is.

use super::answer::{Answer, Fault};
use super::platforms;
use anyhow::Context;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

/// The first spec; `my-platform` stands for the name.
const TEMPLATE: &str = include_str!("../../templates/init/platform.yaml");
const NAME: &str = "my-platform";

/// Write a first `platform.yaml` that renders as it is
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the platform
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

/// Writes the file, never over another.
pub(super) fn run(args: &Args) -> Result<Answer, Fault> {
    let spec = args.folder.join(platforms::SPEC);
    let shown = spec.strip_prefix(".").unwrap_or(&spec).display().to_string();
    if args.folder.exists() && !args.folder.is_dir() {
        return Err(Fault::usage(format!(
            "`{}` is a file, but a platform needs a folder",
            args.folder.display()
        )));
    }
    fs::create_dir_all(&args.folder)
        .with_context(|| format!("cannot make the folder `{}`", args.folder.display()))?;
    let text = TEMPLATE.replace(NAME, &label(&platforms::name(&spec)?));
    match fs::File::create_new(&spec).and_then(|mut file| file.write_all(text.as_bytes())) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Fault::usage(format!("`{shown}` is there already; nothing was written"))
                .help("`kgen render` renders it; `kgen init DIR` begins another"));
        }
        other => other.with_context(|| format!("cannot write `{shown}`"))?,
    }
    let schema = spec.with_file_name("platform.schema.json");
    let schema = schema.strip_prefix(".").unwrap_or(&schema).display();
    let here = args.folder.as_os_str() == ".";
    let next =
        if here { "kgen render".to_owned() } else { format!("kgen render -p {}", args.folder.display()) };
    let out = format!("{shown}: written\nnext: {next}\nfor an editor: kgen schema > {schema}\n");
    Ok(Answer { out, is_report: true, ..Answer::default() })
}

/// Makes a folder's name one that Kubernetes takes: small letters, digits and inner dashes.
fn label(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let text: String = name.chars().map(plain).take(40).collect();
    let text = text.trim_matches('-').trim_start_matches(|c: char| !c.is_ascii_lowercase());
    if text.is_empty() { NAME.to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_folder_name_becomes_a_label() {
        let labels = ["Shop", "my shop!", "2fast", "--", "é"].map(super::label);
        assert_eq!(labels, ["shop", "my-shop", "fast", "my-platform", "my-platform"]);
    }
}
