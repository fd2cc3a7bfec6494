//! What can be wrong with an edge.

use super::{Ingress, Through, annotations, traffic};
use crate::diagnostic::{At, Check, Key};
use crate::k8s::nginx::is_pattern;
use crate::needs::Offer;
use crate::pod::probe::seconds;
use crate::scope::{RouteTo, Scope};

/// Reports everything.
pub(super) fn check(ingress: &Ingress, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    if ingress.host(name, scope).is_none() {
        check.error("host-missing", at, format!("`{name}` has no host")).help(format!(
            "write `host: {name}.example.com`, or `domain: example.com` at the top of the spec"
        ));
    }
    let hosts = ingress.hosts(name, scope);
    // What a broken component would route is not known.
    let known = !scope.offers.values().any(|offer| matches!(offer, Offer::Broken));
    if hosts.is_empty() && known {
        check
            .error("ingress-without-routes", at, format!("nothing routes to `{name}`"))
            .help(format!("give a service `routes: {{ {name}: / }}`, or remove the ingress"));
    }
    for (host, routes) in &hosts {
        duplicates(host, routes, check);
    }
    if let Some(issuer) = ingress.tls.as_ref().and_then(|tls| tls.issuer.as_ref())
        && ingress.through == Through::Istio
        && scope.issuer(issuer).is_some_and(|found| found.kind == "Issuer")
    {
        check
            .error(
                "mesh-issuer",
                &at.key("tls"),
                "Istio's gateway keeps its certificate in its own namespace, where this issuer is not",
            )
            .label(Key(&["issuers", issuer]), "an issuer of this namespace")
            .help("write `kind: ClusterIssuer` at the issuer");
    }
    if let Some(issuer) = ingress.tls.as_ref().and_then(|tls| tls.issuer.as_ref())
        && let Some(found) = scope.issuer(issuer)
    {
        for (host, _) in &hosts {
            if let Some(refusal) = found.refuses(host) {
                let (code, why, help) = refusal.told();
                check
                    .error(
                        code,
                        &at.key("tls"),
                        format!("`{issuer}` cannot make a certificate for `{host}`: {why}"),
                    )
                    .label(Key(&["issuers", issuer]), "the issuer")
                    .help(help);
            }
        }
    }
    if let Some(cors) = &ingress.cors {
        cors.check(&at.key("cors"), check);
    }
    if let Some(limit) = &ingress.rate_limit {
        limit.check(&at.key("rateLimit"), check);
    }
    traffic::check_headers(ingress, &at.key("responseHeaders"), check);
    let routes: Vec<_> = hosts.iter().flat_map(|(_, routes)| routes.iter().copied()).collect();
    annotations::check(ingress, &routes, at, check);
    for route in routes {
        self::route(route, name, check);
    }
    if ingress.ssl_redirect == Some(true) && ingress.tls.is_none() {
        check
            .error(
                "tls-missing",
                &at.key("sslRedirect"),
                format!("`{name}` redirects to HTTPS without a certificate"),
            )
            .help("add `tls: ISSUER` or `tls: { secret: NAME }`, or remove `sslRedirect`");
    }
    if ingress.strip_prefix && ingress.through == Through::Ingress && !ingress.is_nginx() {
        check
            .error(
                "rewrite-class",
                &at.key("stripPrefix"),
                format!("the class `{}` is not known to take a path off", ingress.class()),
            )
            .label(&at.key("class"), "the class")
            .help(
                "use the class `nginx` or `through: gateway`, or let the services answer at the whole path",
            );
    }
    for (field, span) in
        [("readTimeout", &ingress.read_timeout), ("connectTimeout", &ingress.connect_timeout)]
    {
        if span.as_ref().is_some_and(|span| seconds(span) == 0) {
            check
                .error("out-of-range", &at.key(field), "a timeout is at least a second")
                .help(format!("write `{field}: 60s`"));
        }
    }
    fields(ingress, at, check);
}

/// Reports a path that would be read as it stands, and a way around the edge.
fn route(route: &RouteTo, ingress: &str, check: &mut Check<'_>) {
    if is_pattern(&route.path) {
        place(route, |at| {
            check
                .error("path-pattern", at, format!("`{}` is no path: it is matched as it stands", route.path))
                .help("write the plain prefix; `stripPrefix` of the ingress takes it off");
        });
    }
    if route.load_balanced {
        let root = At::root();
        let services = root.key("services");
        let component = services.key(&route.component);
        let message =
            format!("clients reach `{}` around `{ingress}`, its TLS, limits and headers", route.component);
        check
            .error("edge-bypass", &component.key("service").key("type"), message)
            .label(Key(&["services", &route.component, "routes"]), "it is behind an edge too")
            .help("remove `type: LoadBalancer`, or the routes");
    }
}

/// Reports two routes with one path.
fn duplicates(host: &str, routes: &[&RouteTo], check: &mut Check<'_>) {
    for (n, route) in routes.iter().enumerate() {
        let same = |other: &&&RouteTo| other.path == route.path && other.exact == route.exact;
        let Some(first) = routes[..n].iter().find(same) else { continue };
        place(first, |first_at| {
            place(route, |at| {
                let message = format!(
                    "`{}` and `{}` both answer `{host}{}`",
                    first.component, route.component, route.path
                );
                check
                    .error("duplicate-route", at, message)
                    .label(first_at, "the first route")
                    .help("give one of them another path, or another `host`");
            });
        });
    }
}

/// The place of a route: only services have them.
fn place(route: &RouteTo, then: impl FnOnce(&At<'_>)) {
    let root = At::root();
    let services = root.key("services");
    let component = services.key(&route.component);
    let routes = component.key("routes");
    then(&routes.key(&route.ingress));
}

/// Reports fields that would have no effect at this kind of edge.
fn fields(ingress: &Ingress, at: &At<'_>, check: &mut Check<'_>) {
    let through = ingress.through == Through::Gateway;
    let istio = ingress.through == Through::Istio;
    let foreign = ingress.gateway.is_some();
    let plain = !through && !istio && !ingress.is_nginx();
    let other = "only ingress-nginx has it: use the class `nginx`, or `annotations` of your own controller";
    let policy = "the Gateway API cannot say it: remove it, and attach a policy of your implementation by `extra` (Envoy Gateway: BackendTrafficPolicy, ClientTrafficPolicy)";
    let lost = |set: bool| set && !ingress.is_nginx();
    let filter = "Istio says it by an EnvoyFilter alone: remove it, and write one in `extra`";
    let way = match ingress.through {
        Through::Ingress => other,
        Through::Gateway => policy,
        Through::Istio => filter,
    };
    let theirs = "the Gateway belongs to somebody else: its owner sets it, or remove `gateway`";
    let rows = [
        ("gateway", foreign && !through, "write `through: gateway`, or remove it"),
        ("tls", through && foreign && ingress.tls.is_some(), theirs),
        ("sslRedirect", through && foreign && ingress.ssl_redirect.is_some(), theirs),
        ("class", through && foreign && ingress.class.is_some(), theirs),
        ("annotations", through && foreign && !ingress.annotations.is_empty(), theirs),
        ("sslRedirect", plain && ingress.ssl_redirect.is_some(), other),
        ("readTimeout", plain && ingress.read_timeout.is_some(), other),
        ("class", istio && ingress.class.is_some(), "`mesh.gateway` says who serves it: remove it"),
        ("connectTimeout", lost(ingress.connect_timeout.is_some()), way),
        ("bodySize", lost(ingress.body_size.is_some()), way),
        ("rateLimit", lost(ingress.rate_limit.is_some()), way),
        ("cors", plain && ingress.cors.is_some(), other),
        ("responseHeaders", plain && !ingress.response_headers.is_empty(), other),
    ];
    for (field, wrong, help) in rows {
        if wrong {
            check
                .error(
                    "ingress-field",
                    &at.key(field),
                    format!("`{field}` has no effect at this kind of edge"),
                )
                .help(help);
        }
    }
}
