//! Annotations that authors write themselves and that do not do what they look like.

use super::{Ingress, Through};
use crate::diagnostic::{At, Check};
use crate::k8s::nginx::{Edge, Fault};
use crate::scope::RouteTo;

/// Reports them.
pub(super) fn check(ingress: &Ingress, routes: &[&RouteTo], at: &At<'_>, check: &mut Check<'_>) {
    let at = at.key("annotations");
    let edge = Edge { tls: ingress.tls.is_some(), prefixes: routes.iter().any(|route| !route.exact) };
    for (key, value) in ingress.annotations.iter().filter(|_| ingress.through == Through::Ingress) {
        let Some(fault) = edge.fault(key, &value.0) else { continue };
        let at = at.key(key);
        let help = match fault {
            Fault::Class => format!("write `class: {}`", value.0),
            Fault::Rewrite => {
                "write `stripPrefix: true`, which keeps the rest, or remove the annotation".to_owned()
            }
            Fault::Redirect => {
                "add `tls: ISSUER` or `tls: { secret: NAME }`, or remove the annotation".to_owned()
            }
            Fault::Snippet => {
                "use `responseHeaders`, `cors`, `rateLimit` and the like, or settings of the controller"
                    .to_owned()
            }
        };
        let (code, message) = fault.told(&value.0);
        check.error(code, &at, message).help(help);
    }
}
