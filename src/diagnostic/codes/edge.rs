//! Codes about edges, and the certificates that they show.

use super::{Code, row};

pub(super) const CODES: &[Code] = &[
    row(
        "shared-host",
        "Two environments with one host.",
        "Its name leads to one of them: requests meant for the other arrive there.",
    ),
    row(
        "acme-address",
        "An address of an ACME account or server that cannot be one.",
        "The authority refuses the account, and no certificate is made.",
    ),
    row(
        "acme-edges",
        "One ACME issuer for edges of several kinds.",
        "Only one of them can answer the authority's question.",
    ),
    row(
        "acme-private-host",
        "A public authority for a name that is nobody's on the Internet.",
        "It cannot look the name up, and refuses.",
    ),
    row(
        "acme-wildcard",
        "A `*.` name that is to be proven by a web server.",
        "Authorities sign such names only against an entry in the zone.",
    ),
    row("certificate-hosts", "A certificate for no host.", "No client would accept it."),
    row(
        "certificate-namespace",
        "A certificate in another namespace from an issuer that serves one namespace.",
        "cert-manager looks for an Issuer beside the certificate, and finds none there.",
    ),
    row(
        "certificate-span",
        "A validity or a renewal that cert-manager refuses.",
        "The certificate would never be made, or end before it is renewed.",
    ),
    row(
        "cors-origin",
        "An origin that no browser sends, or a wildcard with cookies.",
        "Pages would be refused, or every page on the Internet could act for the user.",
    ),
    row(
        "edge-bypass",
        "A Service with a load balancer of its own behind an edge.",
        "Clients can go around the edge: its TLS, limits and headers are worth nothing.",
    ),
    row(
        "header-value",
        "A text that cannot be the value of a header.",
        "Answers would be broken or refused.",
    ),
    row("issuer-field", "A field that this kind of issuer does not have.", "It would have no effect."),
    row("issuer-source", "An issuer that is nothing, or two things.", "Nobody knows who signs."),
    row(
        "mesh-edge",
        "An edge outside of a mesh that takes nothing in clear.",
        "The pods refuse every request that comes through it.",
    ),
    row(
        "mesh-issuer",
        "An issuer of the namespace for the gateway of the mesh.",
        "The certificate belongs into the gateway's namespace.",
    ),
    row("mesh-missing", "An edge through a mesh that is not there.", "Nobody would serve it."),
    row(
        "mesh-version",
        "A version of the mesh that is none, or gets no fixes any more.",
        "Holes that are known stay open.",
    ),
    row(
        "path-pattern",
        "A route with a pattern instead of a path.",
        "It is matched as it stands; current controllers refuse it.",
    ),
    row("rate-limit", "A limit that does not say how much.", "It would limit nothing."),
    row(
        "retired-annotation",
        "An annotation that is retired.",
        "Kubernetes has a field for it, and reads that.",
    ),
    row(
        "rewrite-target",
        "A rewrite that loses the rest of the path.",
        "Every request would arrive at the same path.",
    ),
    row(
        "snippet",
        "Configuration of the controller in an annotation.",
        "Controllers refuse it by default: whoever writes an Ingress could read their secrets.",
    ),
    row(
        "unknown-issuer",
        "An issuer of certificates that the platform does not have.",
        "No certificate would be made, and the edge shows a false one.",
    ),
];
