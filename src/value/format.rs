//! The formats of text in a spec, each with its reason and its way out.

use super::Invalid;
use super::text::Format;

mod measure;
mod network;
mod number;
mod reference;
mod release;

pub use measure::{MetricLabel, MetricName, Rate, Share, per_second, share};
pub use network::Cidr;
pub use number::{
    Duration, FileMode, IntOrPercent, KubernetesVersion, NEWEST, OLDEST, Percent, Quantity, Schedule,
    SemanticVersion, fine_seconds, minor, scaled,
};
pub use reference::{AbsolutePath, HeaderName, Host, HttpUrl, Image, KeyRef, PortRef, UrlPath, Use};
pub use release::{RkeRelease, Version};

/// A check of one format.
pub type Check = fn(&str) -> Result<(), Invalid>;

/// All formats by name.
pub const FORMATS: &[(&str, Check)] = &[
    row::<AbsolutePath>(),
    row::<Cidr>(),
    row::<DataKey>(),
    row::<Duration>(),
    row::<EnvName>(),
    row::<FileMode>(),
    row::<HeaderName>(),
    row::<Host>(),
    row::<HttpUrl>(),
    row::<Image>(),
    row::<IntOrPercent>(),
    row::<KeyRef>(),
    row::<KubernetesVersion>(),
    row::<LabelKey>(),
    row::<LabelValue>(),
    row::<MetricLabel>(),
    row::<MetricName>(),
    row::<Name>(),
    row::<ObjectName>(),
    row::<Percent>(),
    row::<PortName>(),
    row::<PortRef>(),
    row::<Quantity>(),
    row::<Rate>(),
    row::<RkeRelease>(),
    row::<Schedule>(),
    row::<SemanticVersion>(),
    row::<Share>(),
    row::<SysctlName>(),
    row::<UrlPath>(),
    row::<Use>(),
    row::<Version>(),
];

const fn row<F: Format>() -> (&'static str, Check) {
    (F::NAME, F::check)
}

pub(super) fn invalid<T>(reason: String, help: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid { reason, help: Some(help.into()) })
}

/// RFC 1123 label: Kubernetes' rule for most names.
#[derive(Clone, Debug)]
pub struct Name;

impl Format for Name {
    const NAME: &'static str = "name";
    const DOC: &'static str = "Lower-case letters, digits and `-`, at most 63 characters (RFC 1123 label).";
    const EXAMPLE: &'static str = "auth-service";

    fn check(text: &str) -> Result<(), Invalid> {
        label(text, 63, &text.to_lowercase().replace(['_', '.', ' '], "-"))
    }
}

fn label(text: &str, limit: usize, proposal: &str) -> Result<(), Invalid> {
    if text.len() > limit {
        return invalid(
            format!("the name `{text}` has {} characters, Kubernetes allows {limit}", text.len()),
            format!("shorten it by {}", text.len() - limit),
        );
    }
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || !text.chars().all(inner) || text.starts_with('-') || text.ends_with('-') {
        let trimmed: String = proposal.chars().filter(|c| inner(*c)).collect();
        let trimmed = trimmed.trim_matches('-');
        return invalid(
            format!(
                "`{text}` is not a name: use lower-case letters, digits and `-`, with a letter or digit at both ends"
            ),
            if trimmed.is_empty() {
                "write a name such as `web`".to_owned()
            } else {
                format!("write `{trimmed}`")
            },
        );
    }
    Ok(())
}

/// RFC 1123 subdomain: labels joined by dots.
#[derive(Clone, Debug)]
pub struct ObjectName;

impl Format for ObjectName {
    const NAME: &'static str = "object-name";
    const DOC: &'static str =
        "Lower-case letters, digits, `-` and `.`, at most 253 characters (RFC 1123 subdomain).";
    const EXAMPLE: &'static str = "postgres-service";
    const PATTERN: &'static str = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$";

    fn check(text: &str) -> Result<(), Invalid> {
        if text.len() > 253 {
            return invalid(
                format!("the name has {} characters, Kubernetes allows 253", text.len()),
                "shorten it",
            );
        }
        text.split('.').try_for_each(|part| label(part, 253, &text.to_lowercase().replace(['_', ' '], "-")))
    }
}

/// Name of a port: an IANA service name.
#[derive(Clone, Debug)]
pub struct PortName;

impl Format for PortName {
    const NAME: &'static str = "port-name";
    const DOC: &'static str = "Lower-case letters, digits and single `-`, with at least one letter, at most 15 characters (IANA service name).";
    const EXAMPLE: &'static str = "http";

    fn check(text: &str) -> Result<(), Invalid> {
        if text.len() > 15 {
            return invalid(
                format!("the port name `{text}` has {} characters, Kubernetes allows 15", text.len()),
                format!("shorten it by {}", text.len() - 15),
            );
        }
        label(text, 15, &text.to_lowercase().replace(['_', ' '], "-"))?;
        if !text.contains(|c: char| c.is_ascii_lowercase()) {
            return invalid(
                format!("the port name `{text}` has no letter"),
                format!("write `port-{text}`, and the number as its value"),
            );
        }
        if text.contains("--") {
            return invalid(
                format!("the port name `{text}` has two `-` in a row"),
                format!("write `{}`", text.replace("--", "-")),
            );
        }
        Ok(())
    }
}

/// Name of an environment variable.
#[derive(Clone, Debug)]
pub struct EnvName;

impl Format for EnvName {
    const NAME: &'static str = "env-name";
    const DOC: &'static str = "Letters, digits, `_`, `-` and `.`, not starting with a digit.";
    const EXAMPLE: &'static str = "LOG_LEVEL";

    fn check(text: &str) -> Result<(), Invalid> {
        let good = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        if text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit()) || !text.chars().all(good) {
            return invalid(
                format!("`{text}` is not the name of an environment variable"),
                "use letters, digits, `_`, `-` and `.`, and no digit in front",
            );
        }
        Ok(())
    }
}

/// Name of a kernel parameter, as `sysctl` prints it.
#[derive(Clone, Debug)]
pub struct SysctlName;

impl Format for SysctlName {
    const NAME: &'static str = "sysctl-name";
    const DOC: &'static str =
        "Parts of lower-case letters, digits, `-` and `_`, joined by `.` or `/`, at most 253 characters.";
    const EXAMPLE: &'static str = "net.core.somaxconn";

    fn check(text: &str) -> Result<(), Invalid> {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        let part = |part: &str| {
            part.chars().all(inner)
                && !part.is_empty()
                && !part.starts_with(['-', '_'])
                && !part.ends_with(['-', '_'])
        };
        if text.len() > 253 || !text.split(['.', '/']).all(part) {
            return invalid(
                format!("`{text}` is not the name of a kernel parameter"),
                "write it as `sysctl -a` prints it, e.g. `net.core.somaxconn`",
            );
        }
        Ok(())
    }
}

/// Key of a ConfigMap or a Secret.
#[derive(Clone, Debug)]
pub struct DataKey;

impl Format for DataKey {
    const NAME: &'static str = "data-key";
    const DOC: &'static str = "Letters, digits, `-`, `_` and `.`, at most 253 characters.";
    const EXAMPLE: &'static str = "app.properties";

    fn check(text: &str) -> Result<(), Invalid> {
        let good = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        if text.is_empty()
            || text.len() > 253
            || text == "."
            || text.starts_with("..")
            || !text.chars().all(good)
        {
            return invalid(
                format!("`{text}` cannot be a key of a ConfigMap or a Secret"),
                "use letters, digits, `-`, `_` and `.`, and not `..` in front",
            );
        }
        Ok(())
    }
}

/// Key of a label or an annotation: `[PREFIX/]NAME`.
#[derive(Clone, Debug)]
pub struct LabelKey;

impl Format for LabelKey {
    const NAME: &'static str = "label-key";
    const DOC: &'static str =
        "`NAME` or `PREFIX/NAME`; the name has at most 63 letters, digits, `-`, `_` and `.`.";
    const EXAMPLE: &'static str = "example.com/team";

    fn check(text: &str) -> Result<(), Invalid> {
        let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
        if let Some(prefix) = prefix
            && ObjectName::check(prefix).is_err()
        {
            return invalid(
                format!("the prefix of the key `{text}` is not a domain"),
                "write `example.com/NAME`",
            );
        }
        if !is_qualified(name) || name.is_empty() {
            return invalid(
                format!("`{text}` is not the key of a label or an annotation"),
                "use `NAME` or `PREFIX/NAME`, the name with at most 63 letters, digits, `-`, `_` and `.`",
            );
        }
        Ok(())
    }
}

/// Value of a label.
#[derive(Clone, Debug)]
pub struct LabelValue;

impl Format for LabelValue {
    const NAME: &'static str = "label-value";
    const DOC: &'static str =
        "At most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.";
    const EXAMPLE: &'static str = "payments";
    const NUMERIC: bool = true;

    fn check(text: &str) -> Result<(), Invalid> {
        if is_qualified(text) {
            return Ok(());
        }
        invalid(
            format!("`{text}` cannot be the value of a label"),
            "use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, or an annotation",
        )
    }
}

fn is_qualified(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    text.is_empty()
        || (text.len() <= 63
            && text.chars().all(|c| edge(c) || "-_.".contains(c))
            && text.starts_with(edge)
            && text.ends_with(edge))
}
