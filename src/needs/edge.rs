//! What edges and issuers of certificates must know of each other.

/// An issuer of certificates, as edges and certificates name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// `Issuer` or `ClusterIssuer`.
    pub kind: &'static str,
    /// Name of the object.
    pub name: String,
    /// How it wants a name to be proven; none if it signs everything.
    pub proof: Option<Proof>,
}

/// How a public authority wants to see that a name is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By a file that the name's web server hands out.
    Http,
    /// By an entry in the name's zone.
    Dns,
}

/// Why an issuer cannot make a certificate for a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody outside could look the host up.
    Private,
    /// A web server cannot prove all names of a zone.
    Wildcard,
}

impl Refusal {
    /// The code, the reason and a way out.
    pub const fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Private => (
                "acme-private-host",
                "nobody on the Internet can look the name up",
                "use an issuer with `ca: {}` for it, or a host below a domain that you own",
            ),
            Self::Wildcard => (
                "acme-wildcard",
                "one web server cannot prove all names of a zone",
                "give the issuer `acme.dns01`, or name each host",
            ),
        }
    }
}

/// Endings of names that are nobody's on the Internet.
const PRIVATE: &[&str] = &[
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
    "svc",
    "test",
];

impl Issuer {
    /// Why it cannot make a certificate for a host; none if it can.
    pub fn refuses(&self, host: &str) -> Option<Refusal> {
        let proof = self.proof?;
        let last = host.rsplit_once('.').map_or("local", |(_, last)| last);
        if PRIVATE.contains(&last) {
            return Some(Refusal::Private);
        }
        (proof == Proof::Http && host.starts_with("*.")).then_some(Refusal::Wildcard)
    }
}

/// An edge, as issuers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Its host; none if it is its name below the platform's domain.
    pub host: Option<String>,
    /// Name of the issuer of its certificate, in the spec; none if somebody else makes it.
    pub issuer: Option<String>,
    /// The way by which an authority's question reaches the platform.
    pub way: Way,
}

/// The way by which requests in clear reach the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// An Ingress of this class.
    Class(String),
    /// A Gateway.
    Gateway {
        /// Its name.
        name: String,
        /// Its namespace; the platform's if there is none.
        namespace: Option<String>,
        /// Who serves it; not known if somebody else made it.
        class: Option<String>,
    },
    /// The gateway of the mesh.
    Istio,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_authorities_sign_public_names_alone() {
        let acme = |proof| Issuer { kind: "Issuer", name: "acme".to_owned(), proof };
        let http = acme(Some(Proof::Http));
        assert_eq!(http.refuses("api.example.com"), None);
        assert_eq!(http.refuses("api.tartware.local"), Some(Refusal::Private));
        assert_eq!(http.refuses("localhost"), Some(Refusal::Private));
        assert_eq!(http.refuses("*.example.com"), Some(Refusal::Wildcard));
        assert_eq!(acme(Some(Proof::Dns)).refuses("*.example.com"), None);
        assert_eq!(acme(None).refuses("api.tartware.local"), None);
    }
}
