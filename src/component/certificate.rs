//! Certificates that cert-manager makes and renews, for servers other than the edges.

use super::{Component, Files};
use crate::diagnostic::{At, Check, Key};
use crate::k8s::certificate::{Certificate as CertificateObject, CertificateSpec, IssuerRef, PrivateKey};
use crate::k8s::{Object, meta};
use crate::needs::edge::Refusal;
use crate::needs::{Need, Needs, Offer};
use crate::pod::probe::{go_span, seconds};
use crate::scope::Scope;
use crate::value::format::Name;
use crate::value::{Duration, Host, Labels, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// A certificate; the secret of the same name holds it: `tls.crt`, `tls.key` and `ca.crt`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Certificate {
    /// The hosts that it is for.
    hosts: Vec<Host>,
    /// Who signs it: one of the section `issuers`.
    issuer: Text<Name>,
    /// Namespace of the server that shows it, where it and its secret are then; somebody else makes that namespace, and the
    /// issuer must serve the whole cluster. Environments in one cluster would share it. Default: the platform's.
    #[serde(default)]
    namespace: Option<Text<Name>>,
    /// How long it is valid. Default: 90d.
    #[serde(default)]
    duration: Option<Duration>,
    /// How long before its end it is renewed. Default: 30d, as the validity is 90d.
    #[serde(default)]
    renew_before: Option<Duration>,
    /// The kind of its key. Default: ECDSA.
    #[serde(default)]
    algorithm: Algorithm,
    /// Whom it speaks for. Default: `[server]`.
    #[serde(default)]
    usages: Vec<Usage>,
    /// Labels of the object.
    #[serde(default)]
    labels: Labels,
}

/// A kind of key.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
enum Algorithm {
    /// On the curve P-256.
    #[default]
    #[serde(rename = "ECDSA")]
    Ecdsa,
    /// Of 2048 bits, for old clients.
    #[serde(rename = "RSA")]
    Rsa,
}

/// Whom a certificate speaks for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Usage {
    /// A server.
    Server,
    /// A client that shows it to servers.
    Client,
}

const DAY: u64 = 86_400;

impl Certificate {
    /// Seconds of its validity, and of the time before its end in which it is renewed.
    fn spans(&self) -> (u64, u64) {
        let valid = self.duration.as_ref().map_or(90 * DAY, seconds);
        (valid, self.renew_before.as_ref().map_or(valid / 3, seconds))
    }

    fn private_key(&self) -> PrivateKey {
        match self.algorithm {
            Algorithm::Ecdsa => PrivateKey::default(),
            Algorithm::Rsa => {
                PrivateKey { algorithm: "RSA".to_owned(), size: Some(2048), ..PrivateKey::default() }
            }
        }
    }

    fn usages(&self) -> Vec<String> {
        let all = if self.usages.is_empty() { &[Usage::Server][..] } else { &self.usages };
        let own = all.iter().map(|usage| match usage {
            Usage::Server => "server auth",
            Usage::Client => "client auth",
        });
        ["digital signature", "key encipherment"].into_iter().chain(own).map(ToOwned::to_owned).collect()
    }
}

/// Reports hosts that an issuer cannot make a certificate for.
fn check_hosts(issuer: &str, hosts: &[Host], at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    let Some(found) = scope.issuer(issuer) else { return };
    for (n, host) in hosts.iter().enumerate() {
        if let Some(refusal) = found.refuses(host) {
            refused(refusal, issuer, host, &at.key("hosts").index(n), check);
        }
    }
}

fn refused(refusal: Refusal, issuer: &str, host: &str, at: &At<'_>, check: &mut Check<'_>) {
    let (code, why, help) = refusal.told();
    check
        .error(code, at, format!("`{issuer}` cannot make a certificate for `{host}`: {why}"))
        .label(Key(&["issuers", issuer]), "the issuer")
        .help(help);
}

impl Component for Certificate {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        needs.push(&at.key("issuer"), Need::Issuer { name: self.issuer.to_string() });
    }

    fn elsewhere(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    fn offer(&self, _: &str, _: &Files) -> Offer {
        Offer::Secret { keys: ["tls.crt", "tls.key", "ca.crt"].map(ToOwned::to_owned).to_vec() }
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        if self.hosts.is_empty() {
            check
                .error("certificate-hosts", &at.key("hosts"), format!("`{name}` is for no host"))
                .help("write `hosts: [api.example.com]`");
        }
        check_hosts(&self.issuer, &self.hosts, at, scope, check);
        if self.namespace.is_some()
            && scope.issuer(&self.issuer).is_some_and(|issuer| issuer.kind == "Issuer")
        {
            check
                .error(
                    "certificate-namespace",
                    &at.key("namespace"),
                    format!("`{}` serves the platform's namespace only", self.issuer),
                )
                .label(Key(&["issuers", &*self.issuer]), "an issuer of the kind `Issuer`")
                .help("write `kind: ClusterIssuer` there");
        }
        let (valid, before) = self.spans();
        // cert-manager's own rules.
        if valid < 3600 {
            check
                .error("certificate-span", &at.key("duration"), "a certificate is valid for an hour at least")
                .help("write `duration: 90d`");
        } else if before < 300 || before >= valid {
            check
                .error(
                    "certificate-span",
                    &at.key("renewBefore"),
                    "a certificate is renewed 5 minutes at least before its end, and after its beginning",
                )
                .help(format!("write a time below `{}`, or leave `renewBefore` out", go_span(valid)));
        }
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let Some(issuer) = scope.issuer(&self.issuer) else { return Vec::new() };
        let (valid, before) = self.spans();
        let spec = CertificateSpec {
            secret_name: name.to_owned(),
            dns_names: self.hosts.iter().map(ToString::to_string).collect(),
            duration: Some(go_span(valid)),
            renew_before: Some(go_span(before)),
            private_key: self.private_key(),
            usages: self.usages(),
            issuer_ref: IssuerRef::new(issuer.kind, issuer.name.clone()),
            ..CertificateSpec::default()
        };
        let mut metadata = meta(name, scope.labels(name, &self.labels));
        if let Some(namespace) = &self.namespace {
            metadata.namespace = Some(namespace.to_string());
        }
        vec![Object::new(name, &CertificateObject::new(metadata, spec))]
    }
}
