//! What an `HTTPRoute` does with a request and its answer.

use super::super::Ingress;
use super::super::traffic::Cors;
use crate::scope::RouteTo;
use serde::Serialize;

/// A filter: its type, and the field of that type.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Filter {
    r#type: &'static str,
    url_rewrite: Option<UrlRewrite>,
    request_redirect: Option<RequestRedirect>,
    response_header_modifier: Option<HeaderModifier>,
    cors: Option<CorsFilter>,
}

#[derive(Serialize)]
struct UrlRewrite {
    path: PathModifier,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PathModifier {
    r#type: &'static str,
    replace_prefix_match: Option<&'static str>,
    replace_full_path: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestRedirect {
    scheme: &'static str,
    status_code: u16,
}

#[derive(Serialize)]
struct HeaderModifier {
    set: Vec<Header>,
}

#[derive(Serialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CorsFilter {
    allow_origins: Vec<String>,
    allow_methods: Vec<String>,
    allow_headers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expose_headers: Vec<String>,
    allow_credentials: Option<bool>,
    max_age: u64,
}

impl Filter {
    /// Sends the client to HTTPS.
    pub(super) fn to_https() -> Self {
        let redirect = RequestRedirect { scheme: "https", status_code: 301 };
        Self { r#type: "RequestRedirect", request_redirect: Some(redirect), ..Self::default() }
    }

    /// Takes the path of the route off.
    fn stripping(exact: bool) -> Self {
        let path = PathModifier {
            r#type: if exact { "ReplaceFullPath" } else { "ReplacePrefixMatch" },
            replace_prefix_match: (!exact).then_some("/"),
            replace_full_path: exact.then_some("/"),
        };
        Self { r#type: "URLRewrite", url_rewrite: Some(UrlRewrite { path }), ..Self::default() }
    }

    fn cors(cors: &Cors) -> Self {
        let filter = CorsFilter {
            allow_origins: cors.origins.clone(),
            allow_methods: cors.methods(),
            allow_headers: cors.headers(),
            expose_headers: cors.expose_headers.clone(),
            allow_credentials: cors.credentials.then_some(true),
            max_age: cors.max_age(),
        };
        Self { r#type: "CORS", cors: Some(filter), ..Self::default() }
    }
}

/// All filters of a route.
pub(super) fn all(ingress: &Ingress, route: &RouteTo) -> Vec<Filter> {
    let set: Vec<_> = ingress
        .response_headers
        .iter()
        .map(|(name, value)| Header { name: name.to_owned(), value: value.0.clone() })
        .collect();
    let headers = (!set.is_empty()).then(|| Filter {
        r#type: "ResponseHeaderModifier",
        response_header_modifier: Some(HeaderModifier { set }),
        ..Filter::default()
    });
    let strip = ingress.strip_prefix.then(|| Filter::stripping(route.exact));
    strip.into_iter().chain(ingress.cors.as_ref().map(Filter::cors)).chain(headers).collect()
}
