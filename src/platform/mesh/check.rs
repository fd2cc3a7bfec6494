//! What can be wrong with a mesh and the edges around it.

use crate::diagnostic::{At, Check, Key};
use crate::header::mesh::{Mesh, Mtls, OLDEST_VERSION};
use crate::needs::Offer;
use crate::needs::edge::Way;
use crate::scope::Scope;

/// Reports everything.
pub fn check(scope: &Scope, check: &mut Check<'_>) {
    let root = At::root();
    let edges = root.key("ingress");
    let ways = scope.offers.iter().filter_map(|(name, offer)| match offer {
        Offer::Ingress(edge) => Some((name, &edge.way)),
        _ => None,
    });
    let Some(mesh) = &scope.header.mesh else {
        for (name, _) in ways.filter(|(_, way)| **way == Way::Istio) {
            check
                .error(
                    "mesh-missing",
                    &edges.key(name).key("through"),
                    "there is no mesh, and no gateway of it",
                )
                .help("write `mesh: {}` at the top of the spec, or `through: gateway`");
        }
        return;
    };
    version(mesh, &root.key("mesh").key("version"), check);
    if mesh.mtls == Mtls::Permissive {
        return;
    }
    for (name, way) in ways {
        let outside = match way {
            Way::Istio => false,
            Way::Class(_) => true,
            Way::Gateway { class, .. } => class.as_deref().is_some_and(|class| class != "istio"),
        };
        if outside {
            check
                .error(
                    "mesh-edge",
                    &edges.key(name),
                    format!("the mesh refuses what comes through `{name}`: its controller stands outside"),
                )
                .label(Key(&["mesh"]), "only what its own proxies encrypt is taken")
                .help("one edge is enough: write `through: istio`, or `mesh: { mtls: permissive }`");
        }
    }
}

fn version(mesh: &Mesh, at: &At<'_>, check: &mut Check<'_>) {
    match mesh.minor() {
        None => drop(
            check
                .error("mesh-version", at, "this is no version of Istio")
                .help("write the minor version: `version: \"1.30\"`"),
        ),
        Some(minor) if minor < OLDEST_VERSION => drop(
            check
                .warning("mesh-version", at, format!("Istio 1.{minor} gets no fixes any more"))
                .help(format!("move to 1.{OLDEST_VERSION} or later")),
        ),
        Some(_) => {}
    }
}
