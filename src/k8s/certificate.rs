//! cert-manager's Certificate, which several kinds of components ask for.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

/// The API of cert-manager.
pub const API: &str = "cert-manager.io/v1";

/// A certificate that cert-manager makes, keeps in a secret and renews.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: CertificateSpec,
}

/// What is certified, by whom and for how long.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSpec {
    /// The secret that it is kept in.
    pub secret_name: String,
    /// Whether it may sign others.
    #[serde(rename = "isCA", skip_serializing_if = "std::ops::Not::not")]
    pub is_ca: bool,
    /// The name of whom it speaks of; not used for hosts any more.
    pub common_name: Option<String>,
    /// Names of servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dns_names: Vec<String>,
    /// How long it is valid.
    pub duration: Option<String>,
    /// How long before its end it is renewed.
    pub renew_before: Option<String>,
    /// The key.
    pub private_key: PrivateKey,
    /// What it may be used for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub usages: Vec<String>,
    /// Who signs it.
    pub issuer_ref: IssuerRef,
}

/// How the key is made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateKey {
    /// RSA, ECDSA or Ed25519.
    pub algorithm: String,
    /// Bits.
    pub size: Option<u16>,
    /// Whether each renewal makes a new key.
    pub rotation_policy: &'static str,
}

impl Default for PrivateKey {
    fn default() -> Self {
        Self { algorithm: "ECDSA".to_owned(), size: Some(256), rotation_policy: "Always" }
    }
}

/// A reference to an issuer.
#[derive(Debug, Default, Serialize)]
pub struct IssuerRef {
    /// Its name.
    pub name: String,
    /// `Issuer` or `ClusterIssuer`.
    pub kind: &'static str,
    /// The API group.
    pub group: &'static str,
}

impl IssuerRef {
    /// A reference to an issuer of cert-manager's own kinds.
    #[must_use]
    pub fn new(kind: &'static str, name: impl Into<String>) -> Self {
        Self { name: name.into(), kind, group: "cert-manager.io" }
    }
}

impl Certificate {
    /// The object.
    #[must_use]
    pub const fn new(metadata: ObjectMeta, spec: CertificateSpec) -> Self {
        Self { api_version: API, kind: "Certificate", metadata, spec }
    }
}
