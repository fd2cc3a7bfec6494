//! Ingress: an edge of the platform, as an Ingress or through the Gateway API.

use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::edge::{Edge, Way};
use crate::needs::{Need, Needs, Offer};
use crate::scope::{RouteTo, Scope};
use crate::value::format::Name;
use crate::value::{Annotations, Duration, FromShort, Host, Labels, ObjectName, Quantity, Short, Text};
use schemars::JsonSchema;
use serde::Deserialize;
use traffic::{Cors, RateLimit, ResponseHeaders};

mod annotations;
mod check;
mod gateway;
mod istio;
mod nginx;
mod traffic;

/// A host and what stands behind it; services say in `routes` which paths lead to them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ingress {
    /// The host; a route may name another one. Default: the component's name below the platform's `domain`.
    #[serde(default)]
    pub(super) host: Option<Host>,
    /// Who serves it: the `IngressClass`, or the `GatewayClass` with `through: gateway`. Default: nginx.
    /// The controller behind that name, ingress-nginx, gets no more fixes since March 2026: `through: gateway` says
    /// the same to others.
    #[serde(default)]
    pub(super) class: Option<ObjectName>,
    /// Which API is used. Default: ingress.
    #[serde(default)]
    pub(super) through: Through,
    /// A Gateway that exists already and takes the routes; only with `through: gateway`. Default: one of its own.
    #[serde(default)]
    pub(super) gateway: Option<Parent>,
    /// Name of the Ingress, or of the Gateway and its routes. Default: the component's name.
    #[serde(default)]
    pub(super) name: Option<ObjectName>,
    /// TLS; the short form is the issuer, one of the section `issuers`. Default: none.
    #[serde(default)]
    pub(super) tls: Option<Short<Tls>>,
    /// Whether requests in clear are sent to HTTPS. Default: true with `tls`.
    #[serde(default)]
    pub(super) ssl_redirect: Option<bool>,
    /// Whether the path of the route is taken off before the request goes on: `/auth/login` arrives as `/login`.
    /// With `through: ingress` only for the class nginx. Default: false.
    #[serde(default)]
    pub(super) strip_prefix: bool,
    /// How long an answer, or the silence of a WebSocket, may last. Default: that of the server, 60s for nginx.
    #[serde(default)]
    pub(super) read_timeout: Option<Duration>,
    /// How long the connection to a pod may take to be made. Only for the class nginx. Default: 5s.
    #[serde(default)]
    pub(super) connect_timeout: Option<Duration>,
    /// The largest request. Only for the class nginx. Default: 1Mi for nginx.
    #[serde(default)]
    pub(super) body_size: Option<Quantity>,
    /// Pages of other origins that may call. With `through: gateway` from Gateway API 1.5 on. Default: none.
    #[serde(default)]
    cors: Option<Cors>,
    /// How much one client may ask. Only for the class nginx. Default: no limit.
    #[serde(default)]
    rate_limit: Option<RateLimit>,
    /// Headers that are added to every answer, by name; they replace those of the service. ingress-nginx sends only
    /// those that `global-allowed-response-headers` of its own ConfigMap names. Default: none.
    #[serde(default)]
    response_headers: ResponseHeaders,
    /// Annotations of the Ingress or the Gateway; they win over those that kgen sets.
    #[serde(default)]
    pub(super) annotations: Annotations,
    /// Labels of its objects.
    #[serde(default)]
    pub(super) labels: Labels,
}

/// The API that takes traffic in.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Through {
    /// An Ingress.
    #[default]
    Ingress,
    /// A Gateway and `HTTPRoute`s of the Gateway API.
    Gateway,
    /// A Gateway and `VirtualService`s of Istio, at the gateway of the `mesh`.
    Istio,
}

/// A Gateway that somebody else owns.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parent {
    /// Its name.
    pub(super) name: ObjectName,
    /// Its namespace. Default: the platform's.
    #[serde(default)]
    pub(super) namespace: Option<Text<Name>>,
    /// The listener that takes the routes. Default: all.
    #[serde(default)]
    pub(super) listener: Option<Text<Name>>,
}

/// The certificate; the short form is the name of its issuer.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tls {
    /// The secret with `tls.crt` and `tls.key`. Default: the name of the Ingress and `-tls`.
    /// Without an `issuer` it is one of the sections `secrets` and `certificates`.
    pub(super) secret: Option<Text<Name>>,
    /// Who makes the certificate: one of the section `issuers`. Default: none; the secret is there already.
    pub(super) issuer: Option<Text<Name>>,
}

impl FromShort for Tls {
    type Scalar = Text<Name>;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { issuer: Some(Text::known(text)), ..Self::default() })
    }
}

impl Tls {
    /// The annotation by which cert-manager makes the certificate.
    fn annotation(&self, scope: &Scope) -> Option<(String, String)> {
        let issuer = scope.issuer(self.issuer.as_ref()?)?;
        let key =
            if issuer.kind == "Issuer" { "cert-manager.io/issuer" } else { "cert-manager.io/cluster-issuer" };
        Some((key.to_owned(), issuer.name.clone()))
    }
}

impl Ingress {
    fn object_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.name.as_deref().unwrap_or(name)
    }

    fn class(&self) -> &str {
        self.class.as_deref().unwrap_or("nginx")
    }

    /// Whether the Ingress is read by ingress-nginx, also where its class has another name.
    fn is_nginx(&self) -> bool {
        self.through == Through::Ingress && self.class().contains("nginx")
    }

    fn secret(&self, name: &str) -> Option<String> {
        let tls = self.tls.as_ref()?;
        let default = || format!("{}-tls", self.object_name(name));
        Some(tls.secret.as_deref().map_or_else(default, ToOwned::to_owned))
    }

    fn redirects(&self) -> bool {
        self.ssl_redirect.unwrap_or(self.tls.is_some())
    }

    /// Its host; none if neither it nor the platform says one.
    fn host(&self, name: &str, scope: &Scope) -> Option<String> {
        let below = || scope.header.domain.as_deref().map(|domain| format!("{name}.{domain}"));
        self.host.as_ref().map(ToString::to_string).or_else(below)
    }

    /// The routes by host: its own first, then others as they come.
    fn hosts<'a>(&self, name: &str, scope: &'a Scope) -> Vec<(String, Vec<&'a RouteTo>)> {
        let own = self.host(name, scope).unwrap_or_default();
        let mut hosts: Vec<(String, Vec<&RouteTo>)> = vec![(own.clone(), Vec::new())];
        for route in scope.routes.iter().filter(|route| route.ingress == name) {
            let host = route.host.as_ref().unwrap_or(&own);
            match hosts.iter_mut().find(|(known, _)| known == host) {
                Some((_, routes)) => routes.push(route),
                None => hosts.push((host.clone(), vec![route])),
            }
        }
        hosts.retain(|(_, routes)| !routes.is_empty());
        hosts
    }
}

impl Component for Ingress {
    fn needs(&self, name: &str, at: &At<'_>, needs: &mut Needs) {
        let Some(tls) = &self.tls else { return };
        if let Some(issuer) = &tls.issuer {
            // The short form stands at `tls` itself; a place that is not there is that of its parent.
            needs.push(&at.key("tls").key("issuer"), Need::Issuer { name: issuer.to_string() });
        } else if let Some(secret) = self.secret(name) {
            for key in ["tls.crt", "tls.key"] {
                let key = Some(key.to_owned());
                needs.push(&at.key("tls").key("secret"), Need::Secret { name: secret.clone(), key });
            }
        }
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        let way = match (self.through, &self.gateway) {
            (Through::Ingress, _) => Way::Class(self.class().to_owned()),
            (Through::Istio, _) => Way::Istio,
            (Through::Gateway, None) => Way::Gateway {
                name: self.object_name(name).to_owned(),
                namespace: None,
                class: Some(self.class().to_owned()),
            },
            (Through::Gateway, Some(other)) => Way::Gateway {
                name: other.name.to_string(),
                namespace: other.namespace.as_ref().map(ToString::to_string),
                class: None,
            },
        };
        let issuer = self.tls.as_ref().and_then(|tls| tls.issuer.as_ref()).map(ToString::to_string);
        Offer::Ingress(Edge { host: self.host.as_ref().map(ToString::to_string), issuer, way })
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        check::check(self, name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        match self.through {
            Through::Ingress => nginx::objects(self, name, scope),
            Through::Gateway => gateway::objects(self, name, scope),
            Through::Istio => istio::objects(self, name, scope),
        }
    }
}
