//! Annotations of ingress-nginx that authors write themselves and that do not do what they look like.

use super::Ingress;
use crate::diagnostic::{At, Check};
use crate::scope::RouteTo;

const PREFIX: &str = "nginx.ingress.kubernetes.io/";

/// Reports them.
pub(super) fn check(ingress: &Ingress, routes: &[&RouteTo], at: &At<'_>, check: &mut Check<'_>) {
    let at = at.key("annotations");
    for (key, value) in ingress.annotations.iter() {
        let at = at.key(key);
        if key == "kubernetes.io/ingress.class" {
            check
                .error("retired-annotation", &at, "the annotation of the class is retired")
                .help(format!("write `class: {}`", value.0));
            continue;
        }
        let Some(name) = key.strip_prefix(PREFIX).filter(|_| ingress.is_nginx()) else { continue };
        match name {
            "rewrite-target" if !value.0.contains('$') && routes.iter().any(|route| !route.exact) => {
                let message =
                    format!("every path below a route becomes `{}`: the rest of it is lost", value.0);
                check
                    .error("rewrite-target", &at, message)
                    .help("write `stripPrefix: true`, which keeps the rest, or remove the annotation");
            }
            "ssl-redirect" | "force-ssl-redirect" if value.0 == "true" && ingress.tls.is_none() => {
                check
                    .error("tls-missing", &at, "requests are sent to HTTPS without a certificate")
                    .help("add `tls: ISSUER` or `tls: { secret: NAME }`, or remove the annotation");
            }
            _ if name.ends_with("-snippet") => {
                check
                    .error("snippet", &at, "controllers refuse snippets unless they are told to trust everybody")
                    .help("use `responseHeaders`, `cors`, `rateLimit` and the like, or settings of the controller");
            }
            _ => {}
        }
    }
}

/// Characters that make a path a pattern, which only `ImplementationSpecific` paths may be.
const PATTERN: &[char] = &['(', ')', '[', ']', '*', '+', '?', '^', '$', '|', '\\', '{', '}'];

/// Whether a path looks like a pattern.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(PATTERN)
}
