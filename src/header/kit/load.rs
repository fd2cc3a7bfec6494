//! Load tests: what is loaded, by whom, and how much. How well it must do say the objectives.

use crate::value::format::Name;
use crate::value::{Duration, FromShort, Keyed, Scalar, Short, UrlPath};
use schemars::JsonSchema;
use serde::Deserialize;

/// Load tests for k6 and Locust.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadTests {
    /// The service that takes the load.
    pub service: crate::value::Name,
    /// Where it is reached, if not inside the cluster, e.g. `https://api.example.com`. Default: the service's own address.
    #[serde(default)]
    pub url: Option<String>,
    /// Requests a second under full load. Default: `objectives.requests`, or 100.
    #[serde(default)]
    pub rate: Option<u32>,
    /// Most virtual users at once. Default: 5000.
    #[serde(default)]
    pub virtual_users: Option<u32>,
    /// Kinds of users by name, and what they do.
    pub users: Keyed<Name, User>,
}

/// A kind of users.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    /// How many of them there are, as a weight among all kinds. Default: 1.
    #[serde(default)]
    pub share: Option<u32>,
    /// Mean pause between two requests of one user. Default: 1s.
    #[serde(default)]
    pub pause: Option<Duration>,
    /// Requests, one of which is chosen each time; the short form is the path of a GET.
    pub requests: Vec<Short<Request>>,
}

/// A request.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Request {
    /// Its path, perhaps with a query.
    pub path: UrlPath,
    /// Its method. Default: GET.
    #[serde(default)]
    pub method: Method,
    /// Its body, as JSON.
    #[serde(default)]
    pub body: Option<String>,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    #[default]
    Get,
    /// Makes something new.
    Post,
    /// Puts something into a place.
    Put,
    /// Changes something.
    Patch,
    /// Deletes something.
    Delete,
}

impl FromShort for Request {
    type Scalar = Scalar;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { path: UrlPath::known(text), method: Method::Get, body: None })
    }
}

impl Method {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}
