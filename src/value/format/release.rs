//! Releases of distributions and of servers.

use super::invalid;
use crate::value::Invalid;
use crate::value::text::Format;

/// A release of RKE2 or K3s.
#[derive(Clone, Debug)]
pub struct RkeRelease;

impl Format for RkeRelease {
    const NAME: &'static str = "rke-release";
    const DOC: &'static str = "A release of RKE2 or K3s, `v1.MINOR.PATCH+rke2rN` or `v1.MINOR.PATCH+k3sN`.";
    const EXAMPLE: &'static str = "v1.33.4+rke2r1";

    fn check(text: &str) -> Result<(), Invalid> {
        let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let release = |text: &str| {
            let (version, build) = text.strip_prefix("v1.")?.split_once('+')?;
            let (minor, patch) = version.split_once('.')?;
            let build = build.strip_prefix("rke2r").or_else(|| build.strip_prefix("k3s"))?;
            Some(number(minor) && number(patch) && number(build))
        };
        if release(text) == Some(true) {
            return Ok(());
        }
        invalid(
            format!("`{text}` is no release of RKE2 or K3s"),
            "write it as Rancher lists it, e.g. `v1.33.4+rke2r1`",
        )
    }
}

/// The version of a server, which is part of its image's tag.
#[derive(Clone, Debug)]
pub struct Version;

impl Format for Version {
    const NAME: &'static str = "version";
    const DOC: &'static str = "Numbers with dots between them, perhaps with `-SUFFIX`.";
    const EXAMPLE: &'static str = "17.6";
    const NUMERIC: bool = true;

    fn check(text: &str) -> Result<(), Invalid> {
        let (numbers, suffix) = text.split_once('-').unwrap_or((text, "0"));
        let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let word = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if numbers.split('.').all(number) && !suffix.is_empty() && suffix.chars().all(word) {
            return Ok(());
        }
        let bare = text.trim_start_matches('v');
        invalid(
            format!("`{text}` is no version"),
            if bare != text && Self::check(bare).is_ok() {
                format!("write `{bare}`")
            } else {
                "write the numbers of a release, such as `17.6`".to_owned()
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for right in ["17", "17.6", "8.0.13-focal", "3.9.1"] {
            assert!(Version::check(right).is_ok(), "{right}");
        }
        for wrong in ["16.x", "", "v", "v17", "latest", "17.", "17-", "*"] {
            assert!(Version::check(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn releases() {
        assert!(RkeRelease::check("v1.33.4+rke2r1").is_ok() && RkeRelease::check("v1.32.8+k3s1").is_ok());
        for wrong in ["1.33.4+rke2r1", "v1.33", "v1.33.4", "v1.33.4+rke2", "v1.x.4+rke2r1"] {
            assert!(RkeRelease::check(wrong).is_err(), "{wrong}");
        }
    }
}
