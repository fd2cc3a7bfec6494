//! What annotations and paths mean to ingress-nginx, where it is not what they look like.

/// A mistake in an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The class has a field of its own.
    Class,
    /// The rest of the path is lost.
    Rewrite,
    /// Clients are sent to HTTPS, and there is no certificate.
    Redirect,
    /// Configuration that controllers refuse by default.
    Snippet,
}

impl Fault {
    /// The code, and what is wrong.
    #[must_use]
    pub fn told(self, value: &str) -> (&'static str, String) {
        match self {
            Self::Class => ("retired-annotation", "the annotation of the class is retired".to_owned()),
            Self::Rewrite => (
                "rewrite-target",
                format!("every path below a route becomes `{value}`: the rest of it is lost"),
            ),
            Self::Redirect => ("tls-missing", "requests are sent to HTTPS without a certificate".to_owned()),
            Self::Snippet => {
                ("snippet", "controllers refuse snippets unless they are told to trust everybody".to_owned())
            }
        }
    }
}

/// What an edge has besides annotations.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Whether it has a certificate.
    pub tls: bool,
    /// Whether some of its paths are beginnings.
    pub prefixes: bool,
}

const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// Characters that make a path a pattern, which only paths of the type `ImplementationSpecific` may be.
const PATTERN: &[char] = &['(', ')', '[', ']', '*', '+', '?', '^', '$', '|', '\\', '{', '}'];

impl Edge {
    /// What is wrong with an annotation.
    #[must_use]
    pub fn fault(self, key: &str, value: &str) -> Option<Fault> {
        if key == "kubernetes.io/ingress.class" {
            return Some(Fault::Class);
        }
        match key.strip_prefix(PREFIX)? {
            "rewrite-target" if self.prefixes && !value.contains('$') => Some(Fault::Rewrite),
            "ssl-redirect" | "force-ssl-redirect" if value == "true" && !self.tls => Some(Fault::Redirect),
            name if name.ends_with("-snippet") => Some(Fault::Snippet),
            _ => None,
        }
    }
}

/// Whether a path looks like a pattern.
#[must_use]
pub fn is_pattern(path: &str) -> bool {
    path.contains(PATTERN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_judged_by_what_stands_beside_them() {
        let bare = Edge { tls: false, prefixes: true };
        let key = |name: &str| format!("{PREFIX}{name}");
        assert_eq!(bare.fault(&key("rewrite-target"), "/"), Some(Fault::Rewrite));
        assert_eq!(bare.fault(&key("rewrite-target"), "/$2"), None);
        assert_eq!(Edge { prefixes: false, ..bare }.fault(&key("rewrite-target"), "/"), None);
        assert_eq!(bare.fault(&key("ssl-redirect"), "true"), Some(Fault::Redirect));
        assert_eq!(Edge { tls: true, ..bare }.fault(&key("ssl-redirect"), "true"), None);
        assert_eq!(bare.fault(&key("server-snippet"), "deny all;"), Some(Fault::Snippet));
        assert_eq!(bare.fault("kubernetes.io/ingress.class", "nginx"), Some(Fault::Class));
        assert_eq!(bare.fault("cert-manager.io/issuer", "internal"), None);
    }
}
