//! What two environments may not share, unless they are in different clusters.

use super::{Part, Platform};
use crate::diagnostic::{At, Check, Findings, Key, Path};
use crate::needs::Offer;
use crate::source::Sources;
use std::collections::BTreeMap;

/// Something of which every environment has its own.
struct Own {
    code: &'static str,
    noun: &'static str,
    /// What an environment has of it, with the places where the spec says so.
    of: fn(&Platform) -> BTreeMap<String, Path>,
    way_out: &'static str,
}

const OWN: &[Own] = &[
    Own {
        code: "shared-namespace",
        noun: "namespace",
        of: namespaces,
        way_out: "give each its own `namespace`, unless they are in different clusters",
    },
    Own {
        code: "shared-host",
        noun: "host",
        of: hosts,
        way_out: "give each its own `domain`, or `host`: a name leads to one of them",
    },
];

/// Reports environments that share a namespace or a host.
pub fn check(platforms: &[Platform], sources: &Sources, findings: &mut Findings) {
    for own in OWN {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for platform in platforms {
            let Some(environment) = &platform.scope.environment else { continue };
            for (value, place) in (own.of)(platform) {
                if let Some(first) = seen.insert(value.clone(), environment) {
                    Check::new(sources, platform.root, findings)
                        .warning(
                            own.code,
                            Key(&place),
                            format!(
                                "the environments `{first}` and `{environment}` have one {}, `{value}`",
                                own.noun
                            ),
                        )
                        .help(own.way_out);
                }
            }
        }
    }
}

fn namespaces(platform: &Platform) -> BTreeMap<String, Path> {
    platform.namespaces().into_iter().rev().map(|(place, namespace)| (namespace, place)).collect()
}

/// Hosts of ingresses and of routes to them.
fn hosts(platform: &Platform) -> BTreeMap<String, Path> {
    let scope = &platform.scope;
    let parts: BTreeMap<&str, &Part> = platform.parts.iter().map(|part| (&*part.name, part)).collect();
    let routed = scope.routes.iter().filter_map(|route| {
        let at = |part: &Part, keys: &[&str]| part.at(|at| below(at, keys));
        if let Some(host) = &route.host {
            return Some((
                host.clone(),
                at(parts.get(&*route.component)?, &["routes", &route.ingress, "host"]),
            ));
        }
        let Some(Offer::Ingress(edge)) = scope.offers.get(&route.ingress) else { return None };
        match (&edge.host, &scope.header.domain) {
            (Some(host), _) => Some((host.clone(), at(parts.get(&*route.ingress)?, &["host"]))),
            (None, Some(domain)) => Some((format!("{}.{domain}", route.ingress), vec!["domain".to_owned()])),
            (None, None) => None,
        }
    });
    routed.collect()
}

fn below(at: &At<'_>, keys: &[&str]) -> Path {
    at.path().into_iter().chain(keys.iter().map(ToString::to_string)).collect()
}
