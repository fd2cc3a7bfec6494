//! What gets no fixes any more: controllers, servers by their version, and annotations that nobody reads.

use super::Part;
use crate::diagnostic::{At, Check};
use crate::k8s::provider::Provider;
use crate::scope::Scope;

/// An add-on that nobody mends, with when that ended and what takes its place.
const ADD_ONS: &[(Provider, &str, &str)] = &[(
    Provider::IngressNginx,
    "since March 2026",
    "move the edges to a controller that is maintained, e.g. with `through: gateway` to the Gateway API",
)];

/// The oldest version of the servers of a section that is mended.
const SERVERS: &[(&str, (u32, u32))] = &[
    ("elasticsearch", (8, 0)),
    ("grafana", (11, 0)),
    ("jaeger", (2, 0)),
    ("kafka", (3, 9)),
    ("mongodb", (7, 0)),
    ("postgres", (15, 0)),
    ("prometheus", (3, 0)),
    ("redis", (6, 2)),
    ("zookeeper", (3, 8)),
];

/// Beginnings of annotations without effect, and what to write instead.
const ANNOTATIONS: &[(&str, &str)] = &[
    ("container.apparmor.security.beta.kubernetes.io/", "`securityContext: { appArmor: … }`"),
    ("scheduler.alpha.kubernetes.io/critical-pod", "`priority`"),
    ("seccomp.security.alpha.kubernetes.io/", "`podSecurityContext: { seccomp: … }`"),
    (
        "service.alpha.kubernetes.io/tolerate-unready-endpoints",
        "`service: { publishNotReadyAddresses: true }`",
    ),
    ("service.kubernetes.io/topology-aware-hints", "`service: { trafficDistribution: PreferSameZone }`"),
    ("volume.beta.kubernetes.io/storage-class", "`storageClass`"),
];

/// Reports add-ons and servers that get no fixes.
pub(super) fn check(parts: &[Part], scope: &Scope, check: &mut Check<'_>) {
    let root = At::root();
    let provides = root.key("provides");
    for (provider, ended, help) in ADD_ONS {
        if let Some(n) = scope.header.provides.place(*provider) {
            let name = provider.name();
            check
                .warning("retired", &provides.index(n), format!("{name} gets no fixes any more, {ended}"))
                .help(*help);
        }
    }
    for (part, (_, oldest)) in parts.iter().filter_map(|part| Some((part, row(part.section)?))) {
        part.at(|at| {
            let place = at.key("version");
            let said = check.node(&place.path()).and_then(|node| check.sources().text(node));
            let Some(said) = said.filter(|said| number(said).is_some_and(|said| said < *oldest)) else {
                return;
            };
            let message = format!("`{}` runs version {said}, which gets no fixes any more", part.name);
            let (major, minor) = oldest;
            let newer = if *minor == 0 { major.to_string() } else { format!("{major}.{minor}") };
            check
                .warning("retired", &place, message)
                .help(format!("move to {newer} or later; read what its notes say about the data first"));
        });
    }
}

/// What an annotation was replaced by, if nobody reads it any more.
pub(super) fn annotation(key: &str) -> Option<&'static str> {
    ANNOTATIONS.iter().find(|(start, _)| key.starts_with(start)).map(|(_, instead)| *instead)
}

fn row(section: &str) -> Option<&'static (&'static str, (u32, u32))> {
    SERVERS.iter().find(|(known, ..)| *known == section)
}

/// The first two numbers of a version.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split(['.', '-']).map(str::parse);
    let major = numbers.next()?.ok()?;
    Some((major, numbers.next().and_then(Result::ok).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component::SECTIONS;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(number("3.10.1") > number("3.9"));
        assert!(number("15") > Some((15, 0)) && number("14-alpine") < Some((15, 0)));
        assert_eq!(number("latest"), None);
    }

    #[test]
    fn tables_name_what_there_is() {
        assert!(SERVERS.is_sorted_by_key(|row| row.0) && ANNOTATIONS.is_sorted_by_key(|row| row.0));
        for (section, _) in SERVERS {
            assert!(SECTIONS.iter().any(|known| known.key == *section), "{section}");
        }
    }

    #[test]
    fn an_annotation_may_go_on() {
        assert!(annotation("container.apparmor.security.beta.kubernetes.io/web").is_some());
        assert_eq!(annotation("kubernetes.io/change-cause"), None);
    }
}
