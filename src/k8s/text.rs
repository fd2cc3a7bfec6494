//! Texts in objects that have a format: how schemas outside of kgen say it. The formats are those of the spec.

use crate::value::format::{Host, Image, ObjectName, Percent, Quantity, Schedule};
use crate::value::text::Format;

/// A format of text.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// A regular expression that all of its texts have, and few others.
    pub pattern: &'static str,
    /// Whether a text has the format.
    pub takes: fn(&str) -> bool,
}

const fn text<F: Format>() -> Text {
    Text { pattern: F::PATTERN, takes: |text| F::check(text).is_ok() }
}

/// CPU, memory or storage.
pub const QUANTITY: Text = text::<Quantity>();
/// A share of pods.
pub const PERCENT: Text = text::<Percent>();
/// When a `CronJob` makes Jobs.
pub const SCHEDULE: Text = text::<Schedule>();
/// A DNS name.
pub const HOST: Text = text::<Host>();
/// The name of an object.
pub const OBJECT_NAME: Text = text::<ObjectName>();
/// An image with its tag or digest, whose parts have patterns of their own.
pub const IMAGE: Text = text::<Image>();
/// The patterns of an image's repository, with its registry, of its tag and of its digest.
pub const IMAGE_PARTS: [&str; 3] = Image::PARTS;

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever a format takes has its pattern, or another schema would refuse what the spec says.
    #[test]
    fn patterns_take_what_formats_take() {
        fn agree<F: Format>(good: &[&str], bad: &[&str]) {
            let pattern = regex_lite::Regex::new(F::PATTERN).unwrap();
            for text in good {
                assert!(F::check(text).is_ok() && pattern.is_match(text), "{}: {text}", F::NAME);
            }
            for text in bad {
                assert!(F::check(text).is_err() && !pattern.is_match(text), "{}: {text}", F::NAME);
            }
        }
        agree::<Quantity>(
            &["1", "250m", "1.5Gi", "2.", ".5", "10k", "3Ei", "7n"],
            &["", "lots", "10GB", "-1", "1K", "1 Gi"],
        );
        agree::<Percent>(&["0%", "34%", "100%"], &["", "half", "50", "050%", "-1%"]);
        agree::<Schedule>(
            &["0 3 * * *", "@daily", "*/5 0-6,8 ? JAN mon-fri", " 0  3 * * * "],
            &["", "bad", "@often", "* * * *", "TZ=UTC 0 3 * * *"],
        );
        agree::<Host>(
            &["a", "api.example.com", "*.x-1.y"],
            &["", "HTTPS://foo/", "a:80", "-a.b", "a..b", "*"],
        );
        agree::<ObjectName>(&["api-tls", "a.b", "1"], &["", "API", "a_b", "a-", "a.-b"]);
        let parts = Image::PARTS.map(|pattern| regex_lite::Regex::new(pattern).unwrap());
        let digest = format!("sha256:{}", "0a".repeat(32));
        for [repository, tag] in
            [["web", "1.0"], ["ghcr.io/acme/web_x", "v1"], ["localhost:5000/a", "_"], ["A.b:1/c/d.e", "x-Y"]]
        {
            assert!(Image::check(&format!("{repository}:{tag}@{digest}")).is_ok(), "{repository}:{tag}");
            let all = [repository, tag, &digest];
            assert!(
                parts.iter().zip(all).all(|(pattern, text)| pattern.is_match(text)),
                "{repository}:{tag}"
            );
        }
        for repository in ["", "Web", "a//b", "a/", "web:1"] {
            assert!(!parts[0].is_match(repository), "{repository}");
        }
        assert!(!parts[1].is_match("-a") && !parts[2].is_match("sha256:0"));
    }
}
