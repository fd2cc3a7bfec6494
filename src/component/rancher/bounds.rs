//! Between how many machines a pool must be able to scale, by what the platform's pods request.

use super::{Pool, Rancher, Role};
use crate::scope::{Demand, Scope};
use crate::value::format::scaled;

/// What of a machine is left for pods: the rest is the system's.
const SHARE: f64 = 0.9;
/// Room above the maximum: for surges, and for what does not fit together.
const ROOM: f64 = 1.25;

/// Fewest and most machines that a pool needs.
pub(super) fn needed(name: &str, rancher: &Rancher, scope: &Scope) -> (u32, u32) {
    let Some(pool) = rancher.pools.get(name) else { return (0, 0) };
    let own = scope.demands.iter().filter(|demand| target(demand, rancher) == Some(name));
    let sum = own.fold([0.0; 4], |sum, demand| {
        let (least, most) = (f64::from(demand.least), f64::from(demand.most));
        let add = [demand.cpu * least, demand.memory * least, demand.cpu * most, demand.memory * most];
        std::array::from_fn(|n| sum[n] + add[n])
    });
    let (cpu, memory) = size(pool);
    let machines = |cpus: f64, bytes: f64| {
        let number = (cpus / (cpu * SHARE)).max(bytes / (memory * SHARE)).ceil();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let number = number.min(f64::from(u32::MAX)) as u32;
        number
    };
    (machines(sum[0], sum[1]), machines(sum[2] * ROOM, sum[3] * ROOM))
}

/// Cores and bytes of a machine.
fn size(pool: &Pool) -> (f64, f64) {
    (f64::from(pool.cpus), scaled(&pool.memory).unwrap_or(1.0).max(1.0))
}

/// The pool that pods go to: the first whose labels they ask for; those that ask for none avoid taints.
fn target<'a>(demand: &Demand, rancher: &'a Rancher) -> Option<&'a str> {
    let fits = |pool: &Pool| {
        let label =
            |(key, value): (&String, &String)| pool.labels.get(key).is_some_and(|own| **own == **value);
        pool.has(Role::Worker)
            && demand.node_selector.iter().all(label)
            && (pool.taints.is_empty() || !demand.node_selector.is_empty())
    };
    rancher.pools.iter().find(|(_, pool)| fits(pool)).map(|(name, _)| name)
}
