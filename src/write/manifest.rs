//! What kgen wrote into a folder: how an edited file is told from an old one, and a stale file from
//! a stranger's. One line a file, sorted, so that a change of one file is a change of one line.

use super::disk;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::Path;

/// The folder of kgen's own files, below the output folder.
pub(super) const FOLDER: &str = ".kgen";
/// The manifest's path below the output folder.
pub(super) const PATH: &str = ".kgen/manifest.json";
const VERSION: u32 = 1;

/// The manifest of one output folder.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// What was written, by path below the folder.
    pub(super) files: BTreeMap<String, Entry>,
    /// Whether it was there.
    pub(super) on_disk: bool,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Digest of what kgen wrote.
    pub(super) sha256: Digest,
    /// The environment that alone needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) environment: Option<String>,
}

/// SHA-256 of a file's bytes; in JSON as hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Digest([u8; 32]);

#[derive(Deserialize)]
struct Text {
    version: u32,
    #[serde(default)]
    files: BTreeMap<String, Entry>,
}

impl Manifest {
    /// Reads the manifest of `out`; an absent one is empty.
    pub(super) fn read(out: &Path) -> Result<Self> {
        let path = out.join(PATH);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if disk::is_absent(&error) => return Ok(Self::default()),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", path.display())),
        };
        let files = parse(&text).with_context(|| {
            format!(
                "`{}` is damaged; restore it from version control, or run `kgen render --force` to write everything anew",
                path.display()
            )
        })?;
        Ok(Self { files, on_disk: true })
    }
}

/// Reads the text of a manifest, refusing paths that kgen would never write.
fn parse(text: &str) -> Result<BTreeMap<String, Entry>> {
    let text: Text = serde_json::from_str(text)?;
    if text.version != VERSION {
        bail!("its version is {}, this kgen reads version {VERSION}", text.version);
    }
    text.files.keys().try_for_each(|path| disk::check_path(path))?;
    Ok(text.files)
}

/// The text of a manifest.
pub(super) fn print(files: &BTreeMap<String, Entry>) -> Result<String> {
    let mut out = format!("{{\n  \"version\": {VERSION},\n  \"files\": {{");
    for (n, (path, entry)) in files.iter().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        write!(out, "{comma}\n    {}: {}", serde_json::to_string(path)?, serde_json::to_string(entry)?)?;
    }
    out.push_str("\n  }\n}\n");
    Ok(out)
}

impl Digest {
    /// The digest of some bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Whether this is the digest of some bytes, or of the same with plain line ends: a checkout
    /// that turns LF into CRLF is not an edit.
    pub(super) fn is_of(self, bytes: &[u8]) -> bool {
        Self::of(bytes) == self || plain_lines(bytes).is_some_and(|plain| Self::of(&plain) == self)
    }
}

/// The bytes with LF for CRLF, if there is any CRLF.
pub(super) fn plain_lines(bytes: &[u8]) -> Option<Vec<u8>> {
    bytes.windows(2).any(|pair| pair == b"\r\n").then(|| {
        let next = bytes.iter().skip(1).copied().map(Some).chain([None]);
        bytes
            .iter()
            .copied()
            .zip(next)
            .filter(|pair| *pair != (b'\r', Some(b'\n')))
            .map(|pair| pair.0)
            .collect()
    })
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
        let text: String = self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        f.write_str(&text)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const WRONG: &str = "a digest is 64 hexadecimal digits";
        if text.len() != 64 || !text.is_ascii() {
            return Err(WRONG);
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| WRONG)?;
        }
        Ok(Self(bytes))
    }
}
