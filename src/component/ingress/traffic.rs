//! What an edge does with requests and answers on their way: who may ask, how often, and what is added.

use super::Ingress;
use crate::diagnostic::{At, Check};
use crate::pod::probe::seconds;
use crate::value::format::HeaderName;
use crate::value::{Duration, Keyed, Scalar};
use schemars::JsonSchema;
use serde::Deserialize;

/// Pages of other origins that may call (CORS).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Cors {
    /// The origins, e.g. `https://shop.example.com` or `https://*.example.com`; `*` is everybody.
    pub(super) origins: Vec<String>,
    /// Methods that they may use. Default: GET, POST, PUT, PATCH, DELETE and OPTIONS.
    #[serde(default)]
    pub(super) methods: Vec<Method>,
    /// Headers that they may send. Default: `Authorization` and `Content-Type`.
    #[serde(default)]
    pub(super) headers: Vec<String>,
    /// Headers of the answer that they may read, beside the harmless ones. Default: none.
    #[serde(default)]
    pub(super) expose_headers: Vec<String>,
    /// Whether browsers may send cookies and passwords along. Default: false.
    #[serde(default)]
    pub(super) credentials: bool,
    /// How long a browser may remember the answer. Default: 10m.
    #[serde(default)]
    pub(super) max_age: Option<Duration>,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Method {
    /// Reads.
    Get,
    /// Reads the headers alone.
    Head,
    /// Makes.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
    /// Asks what is allowed.
    Options,
}

impl Cors {
    /// The methods, by name.
    pub(super) fn methods(&self) -> Vec<String> {
        use Method::{Delete, Get, Options, Patch, Post, Put};
        let default = [Get, Post, Put, Patch, Delete, Options];
        let methods = if self.methods.is_empty() { &default[..] } else { &self.methods };
        methods.iter().map(|method| format!("{method:?}").to_uppercase()).collect()
    }

    /// The headers that may be sent.
    pub(super) fn headers(&self) -> Vec<String> {
        if self.headers.is_empty() {
            ["Authorization", "Content-Type"].map(ToOwned::to_owned).to_vec()
        } else {
            self.headers.clone()
        }
    }

    /// Seconds for which a browser may remember the answer.
    pub(super) fn max_age(&self) -> u64 {
        self.max_age.as_ref().map_or(600, seconds)
    }

    /// Reports origins that browsers would not compare, and a wildcard that they refuse.
    pub(super) fn check(&self, at: &At<'_>, check: &mut Check<'_>) {
        if self.origins.is_empty() {
            check
                .error("cors-origin", &at.key("origins"), "nobody is named who may call")
                .help("write `origins: [\"https://shop.example.com\"]`, or remove `cors`");
        }
        let (list, credentials) = (at.key("origins"), &at.key("credentials"));
        for (n, origin) in self.origins.iter().enumerate() {
            let at = list.index(n);
            if origin == "*" {
                if self.credentials {
                    check
                        .error("cors-origin", &at, "everybody may call, with the cookies of the user")
                        .label(credentials, "browsers refuse this together")
                        .help("name the origins, or remove `credentials`");
                }
            } else if !is_origin(origin) {
                check
                    .error("cors-origin", &at, format!("`{origin}` is no origin: no browser sends it"))
                    .help("write scheme and host, perhaps a port, and no path: `https://shop.example.com`");
            }
        }
    }
}

/// Whether a text is what browsers send as `Origin`, perhaps with `*.` before the host.
fn is_origin(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    let host = host.strip_prefix("*.").unwrap_or(host);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    (scheme == "https" || scheme == "http")
        && !host.is_empty()
        && host.chars().all(plain)
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// How much one client may ask. Each replica of the controller counts for itself.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RateLimit {
    /// Requests in a second. Default: no limit.
    #[schemars(range(min = 1))]
    pub(super) requests_per_second: Option<u32>,
    /// How many times that many requests may come at once before they are refused. Default: 5.
    #[schemars(range(min = 1))]
    pub(super) burst: Option<u16>,
    /// Connections at a time. Default: no limit.
    #[schemars(range(min = 1))]
    pub(super) connections: Option<u32>,
}

impl RateLimit {
    /// Reports a limit that limits nothing.
    pub(super) fn check(&self, at: &At<'_>, check: &mut Check<'_>) {
        let burst = self.burst.is_some() && self.requests_per_second.is_none();
        if burst || (self.requests_per_second.is_none() && self.connections.is_none()) {
            check
                .error("rate-limit", at, "the limit says not how much is allowed")
                .help("write `requestsPerSecond: 100`, `connections: 20`, or both");
        }
    }
}

/// Headers that are added to every answer, by name; they replace those of the service.
pub(super) type ResponseHeaders = Keyed<HeaderName, Scalar>;

/// Reports texts that cannot be the value of a header, and promises of TLS without it.
pub(super) fn check_headers(ingress: &Ingress, at: &At<'_>, check: &mut Check<'_>) {
    for (name, value) in ingress.response_headers.iter() {
        let at = at.key(name);
        let value = &value.0;
        if value.is_empty() || value.chars().any(|c| !c.is_ascii() || c.is_ascii_control()) {
            check
                .error("header-value", &at, format!("this cannot be the value of the header `{name}`"))
                .help("write one line of printable ASCII; several directives are joined by `; `");
        }
        if name.eq_ignore_ascii_case("Strict-Transport-Security")
            && ingress.tls.is_none()
            && ingress.gateway.is_none()
        {
            check
                .error("tls-missing", &at, format!("`{name}` promises HTTPS, and there is no certificate"))
                .help("add `tls: ISSUER`, or remove the header");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn an_origin_has_a_scheme_and_no_path() {
        for origin in ["https://shop.example.com", "http://localhost:3000", "https://*.example.com"] {
            assert!(is_origin(origin), "{origin}");
        }
        for text in
            ["shop.example.com", "https://shop.example.com/", "ftp://shop", "https://Shop.com", "https://"]
        {
            assert!(!is_origin(text), "{text}");
        }
    }
}
