//! Formats that point at something: images, hosts, paths, other parts of the spec.

use super::super::Invalid;
use super::super::text::Format;
use super::{DataKey, Name, ObjectName, PortName, invalid};

/// A reference to a container image.
#[derive(Clone, Debug)]
pub struct Image;

impl Image {
    /// The patterns of the repository, with its registry, of a tag and of a digest.
    pub const PARTS: [&'static str; 3] = [
        r"^([A-Za-z0-9-]*[.:][A-Za-z0-9.:-]*/|localhost/)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*$",
        "^([A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$",
        "^(sha256:[0-9a-f]{64})?$",
    ];
}

impl Format for Image {
    const NAME: &'static str = "image";
    const DOC: &'static str =
        "`[REGISTRY/]REPOSITORY:TAG` or `[REGISTRY/]REPOSITORY@sha256:…`; a tag or a digest is required.";
    const EXAMPLE: &'static str = "ghcr.io/acme/web:1.4.2";

    fn check(text: &str) -> Result<(), Invalid> {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        let slash = rest.rfind('/').map_or(0, |at| at + 1);
        let (repository, tag) = rest[slash..]
            .rfind(':')
            .map_or((rest, None), |at| (&rest[..slash + at], Some(&rest[slash + at + 1..])));
        if let Some(digest) = digest {
            let hex = digest.strip_prefix("sha256:").unwrap_or_default();
            if hex.len() != 64 || !hex.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)) {
                return invalid(
                    format!("the digest of the image `{text}` is not `sha256:` and 64 hexadecimal digits"),
                    "copy the digest that the registry shows",
                );
            }
        }
        let (registry, path) = match repository.split_once('/') {
            Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), path),
            _ => (None, repository),
        };
        let good = |part: &str| {
            part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
                && part.starts_with(|c: char| c.is_ascii_alphanumeric())
                && part.ends_with(|c: char| c.is_ascii_alphanumeric())
        };
        let registry_ok = registry
            .is_none_or(|registry| registry.chars().all(|c| c.is_ascii_alphanumeric() || ".:-".contains(c)));
        if path.is_empty() || !path.split('/').all(good) || !registry_ok {
            let help = if path.chars().any(|c| c.is_ascii_uppercase()) {
                format!("repositories are lower case: `{}`", text.to_lowercase())
            } else {
                "write `REGISTRY/REPOSITORY:TAG`, such as `ghcr.io/acme/web:1.4.2`".to_owned()
            };
            return invalid(format!("`{text}` is not an image"), help);
        }
        if let Some(tag) = tag {
            let good = !tag.is_empty()
                && tag.len() <= 128
                && tag.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
                && !tag.starts_with(['.', '-']);
            if !good {
                return invalid(
                    format!("`{tag}` is not a tag of an image"),
                    "a tag has at most 128 letters, digits, `.`, `_` and `-`",
                );
            }
        }
        match (tag, digest) {
            (None, None) => invalid(
                format!("the image `{text}` has no tag: what runs would change without a change here"),
                format!("write `{text}:1.0.0` with the version that you mean"),
            ),
            (Some("latest"), None) => invalid(
                format!("the image `{text}` says `latest`: what runs would change without a change here"),
                format!("write `{repository}:1.0.0` with the version that you mean"),
            ),
            _ => Ok(()),
        }
    }
}

/// `NAME/KEY`.
#[derive(Clone, Debug)]
pub struct KeyRef;

impl Format for KeyRef {
    const NAME: &'static str = "key-reference";
    const DOC: &'static str = "`NAME/KEY`: one entry of a config or a secret of this platform.";
    const EXAMPLE: &'static str = "app-secrets/POSTGRES_PASSWORD";

    fn check(text: &str) -> Result<(), Invalid> {
        match text.split_once('/') {
            Some((name, key)) if ObjectName::check(name).is_ok() && DataKey::check(key).is_ok() => Ok(()),
            _ => invalid(
                format!("`{text}` does not name an entry"),
                "write `NAME/KEY`, such as `app-secrets/POSTGRES_PASSWORD`",
            ),
        }
    }
}

/// An absolute path.
#[derive(Clone, Debug)]
pub struct AbsolutePath;

impl Format for AbsolutePath {
    const NAME: &'static str = "absolute-path";
    const DOC: &'static str = "An absolute path in the container or on the node.";
    const EXAMPLE: &'static str = "/var/lib/app";

    fn check(text: &str) -> Result<(), Invalid> {
        if !text.starts_with('/') {
            return invalid(format!("the path `{text}` is not absolute"), format!("write `/{text}`"));
        }
        if text.contains(':') {
            return invalid(
                format!("the path `{text}` holds a `:`, which Kubernetes refuses in a mount"),
                "choose a path without `:`",
            );
        }
        if text.split('/').any(|part| part == "..") {
            return invalid(
                format!("the path `{text}` steps up with `..`"),
                "write the path that it leads to",
            );
        }
        Ok(())
    }
}

/// The path part of a URL.
#[derive(Clone, Debug)]
pub struct UrlPath;

impl Format for UrlPath {
    const NAME: &'static str = "url-path";
    const DOC: &'static str = "The path of a URL, starting with `/`.";
    const EXAMPLE: &'static str = "/health";

    fn check(text: &str) -> Result<(), Invalid> {
        if !text.starts_with('/') {
            let help = text.split_once("://").map_or_else(
                || format!("write `/{text}`"),
                |(_, rest)| {
                    format!("write the path alone: `/{}`", rest.split_once('/').map_or("", |(_, path)| path))
                },
            );
            return invalid(format!("the path `{text}` does not start with `/`"), help);
        }
        if text.contains([' ', '"', '<', '>']) || text.contains("//") {
            return invalid(
                format!("`{text}` is not the path of a URL"),
                "a path has no spaces, quotes or `//`",
            );
        }
        Ok(())
    }
}

/// A host name.
#[derive(Clone, Debug)]
pub struct Host;

impl Format for Host {
    const NAME: &'static str = "host";
    const DOC: &'static str = "A DNS name in lower case, perhaps with `*.` in front.";
    const EXAMPLE: &'static str = "api.example.com";
    const PATTERN: &'static str = r"^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$";

    fn check(text: &str) -> Result<(), Invalid> {
        if text.contains("://") || text.contains('/') || text.contains(':') {
            let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
            let bare = bare.split(['/', ':']).next().unwrap_or_default();
            return invalid(
                format!("`{text}` is not a host: it holds a scheme, a port or a path"),
                format!("write `{bare}`"),
            );
        }
        let name = text.strip_prefix("*.").unwrap_or(text);
        if ObjectName::check(name).is_err() || name.split('.').any(|part| part.len() > 63) {
            return invalid(
                format!("`{text}` is not a host name"),
                "write a DNS name such as `api.example.com`, or `*.example.com`",
            );
        }
        Ok(())
    }
}

/// The name of a header of HTTP.
#[derive(Clone, Debug)]
pub struct HeaderName;

impl Format for HeaderName {
    const NAME: &'static str = "header-name";
    const DOC: &'static str = "Letters, digits and `-`: the name of a header of HTTP.";
    const EXAMPLE: &'static str = "X-Frame-Options";

    fn check(text: &str) -> Result<(), Invalid> {
        if text.is_empty() || !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return invalid(
                format!("`{text}` is not the name of a header"),
                "use letters, digits and `-`, such as `X-Frame-Options`",
            );
        }
        Ok(())
    }
}

/// The name or the number of a port.
#[derive(Clone, Debug)]
pub struct PortRef;

impl Format for PortRef {
    const NAME: &'static str = "port-reference";
    const DOC: &'static str = "The name of a port of the same component, or a port number.";
    const EXAMPLE: &'static str = "http";
    const NUMERIC: bool = true;

    fn check(text: &str) -> Result<(), Invalid> {
        if text.chars().all(|c| c.is_ascii_digit()) {
            return match text.parse::<u16>() {
                Ok(port) if port > 0 => Ok(()),
                _ => invalid(format!("{text} is not a port"), "a port is a number from 1 to 65535"),
            };
        }
        PortName::check(text)
    }
}

/// A dependency.
#[derive(Clone, Debug)]
pub struct Use;

impl Format for Use {
    const NAME: &'static str = "use";
    const DOC: &'static str =
        "`COMPONENT`, `COMPONENT:PORT`, or `internet:PORT` for addresses outside the cluster.";
    const EXAMPLE: &'static str = "postgres";

    fn check(text: &str) -> Result<(), Invalid> {
        let (name, port) = text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
        if text.contains("://") {
            return invalid(
                format!("`{text}` is an address, not a component"),
                "name a component of this platform, or `internet:443`",
            );
        }
        Name::check(name)?;
        if text == "internet" {
            return invalid("`internet` needs a port".to_owned(), "write `internet:443`");
        }
        port.map_or(Ok(()), PortRef::check)
    }
}

/// An address of a server.
#[derive(Clone, Debug)]
pub struct HttpUrl;

impl Format for HttpUrl {
    const NAME: &'static str = "http-url";
    const DOC: &'static str = "An address that begins with `http://` or `https://`, without a password.";
    const EXAMPLE: &'static str = "http://prometheus.monitoring.svc:9090";

    fn check(text: &str) -> Result<(), Invalid> {
        let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
        let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
        match host {
            Some(host) if host.contains('@') => invalid(
                format!("the address `{text}` holds a user or a password"),
                "leave out what stands before `@`",
            ),
            Some(host) if !host.is_empty() && !text.contains(char::is_whitespace) => Ok(()),
            _ => invalid(
                format!("`{text}` is not an address"),
                "write it with its scheme, such as `http://prometheus.monitoring.svc:9090`",
            ),
        }
    }
}
