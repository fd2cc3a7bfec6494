//! What is wrong with the size of a platform: claims that do not hold, and pods that no node takes.

use super::super::Platform;
use super::super::demand::{Demands, Stay};
use super::{Capacity, figure_text};
use crate::diagnostic::{At, Check, Key};

/// Reports claims without a reason, and pods without a node.
pub fn check(platform: &Platform, demands: &Demands, check: &mut Check<'_>) {
    let header = &platform.scope.header;
    if header.nodes.is_empty() && header.capacity.claims.is_empty() {
        return;
    }
    let capacity = Capacity::with(platform, demands);
    let root = At::root();
    let place = root.key("capacity");
    let claims = place.key("claims");
    for compared in &capacity.claims {
        let here = claims.key(&compared.name);
        let figure = compared.claim.figure;
        if !compared.holds && compared.claim.because.is_none() {
            let computed = figure_text(figure, compared.computed);
            check
                .warning(
                    "capacity-claim",
                    &here.key("stated"),
                    format!("`{}` is {computed}, not what is claimed", compared.name),
                )
                .help("correct it, or say why it differs: `because: …`");
        }
    }
    let Some(fit) = &capacity.fit else { return };
    if !fit.least.fits() {
        let left: Vec<_> = fit.least.left.iter().map(|(name, pods)| format!("{pods} of `{name}`")).collect();
        check
            .warning(
                "nodes-too-small",
                Key(&["nodes"]),
                format!("the nodes have no room for all pods, even at the fewest: {}", left.join(", ")),
            )
            .help("add nodes or make them larger; `kgen capacity` shows what is asked for");
    }
    let nodes: u64 = fit.pools.iter().map(|(_, nodes)| u64::from(*nodes)).sum();
    for demand in &demands.workloads {
        if demand.apart && demand.stay == Stay::Always && demand.pods.most > nodes {
            let part = platform.parts.iter().find(|part| part.name == demand.component);
            check
                .warning(
                    "apart-nodes",
                    Key(&[part.map_or("services", |part| part.section), &demand.component]),
                    format!(
                        "up to {} pods of `{}` must be on different nodes, and there are {nodes}",
                        demand.pods.most, demand.name
                    ),
                )
                .label(Key(&["nodes"]), "these are the nodes")
                .help("write `antiAffinity: soft`: the scheduler then tries");
        }
    }
}
