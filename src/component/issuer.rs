//! Issuers of certificates: an authority of the platform's own, or a public one, through cert-manager.

use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::{NAMESPACE, Object};
use crate::needs::edge::{self, Edge, Proof, Way};
use crate::needs::{Need, Needs, Offer};
use crate::scope::Scope;
use crate::value::format::Name;
use crate::value::raw::Raw;
use crate::value::{Duration, Labels, ObjectName, Text};
use schemars::JsonSchema;
use serde::Deserialize;

mod objects;

/// Somebody who signs certificates: exactly one of `ca`, `acme` and `existing`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Issuer {
    /// Whom it serves: the namespace (`Issuer`) or the whole cluster. Default: Issuer.
    kind: Kind,
    /// Name of the object. Default: the component's name; for a `ClusterIssuer` the namespace, `-` and the
    /// component's name, so that two environments in one cluster do not share it by accident.
    name: Option<ObjectName>,
    /// An authority of the platform's own: for names that are nobody's on the Internet, such as those below `.local`.
    ca: Option<Authority>,
    /// A public authority that is asked by ACME, such as Let's Encrypt: for names that the Internet can look up.
    acme: Option<Acme>,
    /// Whether somebody else has made it already. Default: false.
    existing: bool,
    /// Labels of its objects.
    labels: Labels,
}

/// Whom an issuer serves.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
enum Kind {
    /// Certificates of its own namespace.
    #[default]
    Issuer,
    /// Certificates of every namespace.
    ClusterIssuer,
}

/// An authority of the platform's own. Without `secret` it signs itself and is renewed by cert-manager.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Authority {
    /// What it is called in browsers. Default: the platform's name and `internal CA`.
    common_name: Option<String>,
    /// How long it is valid. Default: 10y.
    duration: Option<Duration>,
    /// How long before its end it is renewed; those who trust it must learn of the new one. Default: 1y.
    renew_before: Option<Duration>,
    /// A secret of the section `secrets` with the certificate and the key of an authority that exists already.
    /// Only for the kind `Issuer`. Default: none.
    secret: Option<Text<Name>>,
    /// Namespace of cert-manager, where the authority of a `ClusterIssuer` is kept. Default: cert-manager.
    cert_manager_namespace: Option<Text<Name>>,
}

/// A public authority that is asked by ACME.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Acme {
    /// Whom the authority writes to.
    email: String,
    /// Address of the authority. Default: Let's Encrypt's, `https://acme-v02.api.letsencrypt.org/directory`;
    /// its server for trials is `https://acme-staging-v02.api.letsencrypt.org/directory`.
    #[serde(default)]
    server: Option<String>,
    /// Class of the Ingress that answers the authority's question. Default: that of the edges that name this issuer.
    #[serde(default)]
    class: Option<ObjectName>,
    /// How names are proven by entries of their zone, as cert-manager's `dns01` takes it; needed for `*.` names.
    /// Default: they are proven by a file of the web server (HTTP-01).
    #[serde(default)]
    dns01: Option<Raw>,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "Issuer",
            Self::ClusterIssuer => "ClusterIssuer",
        }
    }
}

impl Issuer {
    fn object_name(&self, name: &str) -> String {
        match (&self.name, self.kind) {
            (Some(kept), _) => kept.to_string(),
            (None, Kind::ClusterIssuer) if !self.existing => format!("{NAMESPACE}-{name}"),
            (None, _) => name.to_owned(),
        }
    }

    fn proof(&self) -> Option<Proof> {
        let acme = self.acme.as_ref()?;
        Some(if acme.dns01.is_some() { Proof::Dns } else { Proof::Http })
    }
}

/// The ways to the edges whose certificates this issuer makes, without repetition.
fn ways<'a>(name: &str, scope: &'a Scope) -> Vec<&'a Way> {
    let mut ways = Vec::new();
    for offer in scope.offers.values() {
        if let Offer::Ingress(Edge { issuer: Some(issuer), way, .. }) = offer
            && issuer == name
            && !ways.contains(&way)
        {
            ways.push(way);
        }
    }
    ways
}

impl Component for Issuer {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        if let Some(secret) = self.ca.as_ref().and_then(|ca| ca.secret.as_ref()) {
            for key in ["tls.crt", "tls.key"] {
                let need = Need::Secret { name: secret.to_string(), key: Some(key.to_owned()) };
                needs.push(&at.key("ca").key("secret"), need);
            }
        }
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Issuer(edge::Issuer {
            kind: self.kind.name(),
            name: self.object_name(name),
            proof: self.proof(),
        })
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let sources = [self.ca.is_some(), self.acme.is_some(), self.existing];
        if sources.iter().filter(|given| **given).count() != 1 {
            check
                .error("issuer-source", at, format!("`{name}` must be exactly one of `ca`, `acme` and `existing`"))
                .help(
                    "write `ca: {}` for names of your own, `acme: { email: … }` for public ones, or `existing: true`",
                );
        }
        if let Some(ca) = &self.ca {
            self.check_authority(ca, &at.key("ca"), check);
        }
        if let Some(acme) = &self.acme {
            check_acme(acme, name, &at.key("acme"), scope, check);
        }
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        match (&self.ca, &self.acme) {
            (Some(ca), _) => objects::authority(self, ca, name, scope),
            (_, Some(acme)) => vec![objects::acme(self, acme, name, scope)],
            _ => Vec::new(),
        }
    }
}

impl Issuer {
    fn check_authority(&self, ca: &Authority, at: &At<'_>, check: &mut Check<'_>) {
        let cluster = self.kind == Kind::ClusterIssuer;
        let given = ca.secret.is_some();
        let signs = "the authority of the secret is there already: remove it, or `secret`";
        let rows = [
            ("commonName", given && ca.common_name.is_some(), signs),
            ("duration", given && ca.duration.is_some(), signs),
            ("renewBefore", given && ca.renew_before.is_some(), signs),
            (
                "secret",
                given && cluster,
                "a ClusterIssuer reads secrets of cert-manager's namespace: use the kind `Issuer`, or `existing: true`",
            ),
            (
                "certManagerNamespace",
                !cluster && ca.cert_manager_namespace.is_some(),
                "an Issuer keeps its secret in the platform's namespace: remove it, or write `kind: ClusterIssuer`",
            ),
        ];
        for (field, wrong, help) in rows {
            if wrong {
                let message = format!("`{field}` has no effect at this kind of issuer");
                check.error("issuer-field", &at.key(field), message).help(help);
            }
        }
    }
}

fn check_acme(acme: &Acme, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    let host = acme.email.rsplit_once('@').map(|(_, host)| host);
    if host.is_none_or(|host| !host.contains('.') || host.starts_with("example.")) {
        check
            .error(
                "acme-address",
                &at.key("email"),
                format!("the authority cannot write to `{}`", acme.email),
            )
            .help("write an address that is read: `ops@your-domain.com`");
    }
    if let Some(server) = &acme.server
        && !server.starts_with("https://")
    {
        check
            .error("acme-address", &at.key("server"), format!("`{server}` is no address of an ACME server"))
            .help("write the address of its directory, which begins with `https://`");
    }
    let ways = ways(name, scope);
    if acme.class.is_none() && acme.dns01.is_none() && objects::solvers(&ways) > 1 {
        check
            .error(
                "acme-edges",
                at,
                format!("edges of several kinds want certificates of `{name}`: which of them answers it?"),
            )
            .help("declare an issuer for each class of edge, or say `class`");
    }
}
