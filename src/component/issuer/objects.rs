//! Objects of cert-manager: issuers, and the certificate of an authority.

use super::{Acme, Authority, Issuer, Kind, Way, ways};
use crate::k8s::certificate::{API, Certificate, CertificateSpec, IssuerRef};
use crate::k8s::{NAMESPACE, Object, meta};
use crate::pod::probe::{go_span, seconds};
use crate::scope::{LabelMap, Scope};
use crate::value::raw::Raw;
use crate::workload::patch::tree_of;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IssuerObject {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: IssuerSpec,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct IssuerSpec {
    self_signed: Option<SelfSigned>,
    ca: Option<Ca>,
    acme: Option<AcmeSpec>,
}

#[derive(Serialize)]
struct SelfSigned {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ca {
    secret_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AcmeSpec {
    email: String,
    server: String,
    private_key_secret_ref: Named,
    solvers: Vec<Solver>,
}

#[derive(Serialize)]
struct Named {
    name: String,
}

#[derive(Serialize)]
struct Solver {
    #[serde(skip_serializing_if = "Option::is_none")]
    http01: Option<Http01>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Http01 {
    ingress: Option<SolverIngress>,
    #[serde(rename = "gatewayHTTPRoute")]
    gateway_http_route: Option<SolverRoute>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SolverIngress {
    ingress_class_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SolverRoute {
    parent_refs: Vec<ParentRef>,
}

#[derive(Serialize)]
struct ParentRef {
    group: &'static str,
    kind: &'static str,
    name: String,
    namespace: String,
}

const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";
const DAY: u64 = 86_400;

/// An issuer that signs itself, the authority that it signs, and the issuer that signs with it.
pub(super) fn authority(issuer: &Issuer, ca: &Authority, name: &str, scope: &Scope) -> Vec<Object> {
    let own = issuer.object_name(name);
    let labels = scope.labels(name, &issuer.labels);
    if let Some(secret) = &ca.secret {
        return vec![object(issuer.kind, name, &own, labels, signing(secret.to_string()))];
    }
    // cert-manager reads what a ClusterIssuer needs in its own namespace only.
    let namespace = match issuer.kind {
        Kind::Issuer => NAMESPACE,
        Kind::ClusterIssuer => ca.cert_manager_namespace.as_deref().unwrap_or("cert-manager"),
    };
    let root = format!("{own}-root");
    let spec = IssuerSpec { self_signed: Some(SelfSigned {}), ..IssuerSpec::default() };
    let place = |name: &str| {
        let mut metadata = meta(name, labels.clone());
        metadata.namespace = Some(namespace.to_owned());
        metadata
    };
    let first = IssuerObject { api_version: API, kind: Kind::Issuer.name(), metadata: place(&root), spec };
    let span = |given: &Option<_>, default| go_span(given.as_ref().map_or(default, seconds));
    let certificate = CertificateSpec {
        secret_name: own.clone(),
        is_ca: true,
        common_name: Some(
            ca.common_name.clone().unwrap_or_else(|| format!("{} internal CA", scope.header.platform)),
        ),
        duration: Some(span(&ca.duration, 3650 * DAY)),
        renew_before: Some(span(&ca.renew_before, 365 * DAY)),
        issuer_ref: IssuerRef::new("Issuer", root),
        ..CertificateSpec::default()
    };
    vec![
        Object::new(name, &first).in_file("issuer-root"),
        Object::new(name, &Certificate::new(place(&own), certificate)),
        object(issuer.kind, name, &own, labels, signing(own.clone())),
    ]
}

fn signing(secret_name: String) -> IssuerSpec {
    IssuerSpec { ca: Some(Ca { secret_name }), ..IssuerSpec::default() }
}

/// An issuer that asks a public authority.
pub(super) fn acme(issuer: &Issuer, acme: &Acme, name: &str, scope: &Scope) -> Object {
    let own = issuer.object_name(name);
    let spec = AcmeSpec {
        email: acme.email.clone(),
        server: acme.server.clone().unwrap_or_else(|| LETS_ENCRYPT.to_owned()),
        private_key_secret_ref: Named { name: format!("{own}-account") },
        solvers: vec![Solver { http01: acme.dns01.is_none().then(|| http01(acme, &ways(name, scope))) }],
    };
    let spec = IssuerSpec { acme: Some(spec), ..IssuerSpec::default() };
    let mut object = object(issuer.kind, name, &own, scope.labels(name, &issuer.labels), spec);
    if let Some(Raw(dns01)) = &acme.dns01
        && let Some(crate::tree::Tree::List(solvers)) =
            ["spec", "acme", "solvers"].iter().try_fold(&mut object.tree, |tree, key| tree.get_mut(key))
        && let Some(solver) = solvers.first_mut().and_then(|solver| solver.as_map_mut())
        && let Some(tree) = tree_of(dns01)
    {
        solver.push("dns01", tree);
    }
    object
}

/// The web server that answers the authority's question.
fn http01(acme: &Acme, ways: &[&Way]) -> Http01 {
    let mut parent_refs = Vec::new();
    let mut class = None;
    for way in ways {
        match way {
            Way::Class(name) => class = Some(name.clone()),
            Way::Istio => class = Some("istio".to_owned()),
            Way::Gateway { name, namespace, .. } => parent_refs.push(ParentRef {
                group: "gateway.networking.k8s.io",
                kind: "Gateway",
                name: name.clone(),
                namespace: namespace.clone().unwrap_or_else(|| NAMESPACE.to_owned()),
            }),
        }
    }
    let given = acme.class.as_ref().map(ToString::to_string);
    if given.is_none() && !parent_refs.is_empty() {
        return Http01 { ingress: None, gateway_http_route: Some(SolverRoute { parent_refs }) };
    }
    let ingress_class_name = given.or(class).unwrap_or_else(|| "nginx".to_owned());
    Http01 { ingress: Some(SolverIngress { ingress_class_name }), gateway_http_route: None }
}

/// How many solvers these edges would need: one for each class, one for all Gateways.
pub(super) fn solvers(ways: &[&Way]) -> usize {
    let gateways = ways.iter().filter(|way| matches!(way, Way::Gateway { .. })).count();
    ways.len() - gateways + gateways.min(1)
}

fn object(kind: Kind, component: &str, name: &str, labels: LabelMap, spec: IssuerSpec) -> Object {
    let mut metadata = meta(name, labels);
    if kind == Kind::ClusterIssuer {
        metadata.namespace = None;
    }
    let issuer = IssuerObject { api_version: API, kind: kind.name(), metadata, spec };
    match kind {
        Kind::Issuer => Object::new(component, &issuer),
        Kind::ClusterIssuer => Object::new("cluster", &issuer).in_file(format!("clusterissuer-{component}")),
    }
}
