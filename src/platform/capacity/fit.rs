//! Whether the pods fit on the stated nodes: the largest ones first, each on the first node that has room.

use super::super::demand::amount::{Amount, bytes, millicores};
use super::super::demand::{Demand, Demands, Stay};
use crate::header::capacity::NodePool;
use crate::value::Keyed;
use crate::value::format::Name;
use std::collections::{BTreeMap, BTreeSet};

/// How the pods fit on the nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Nodes at the most, by pool.
    pub pools: Vec<(String, u32)>,
    /// At the fewest pods.
    pub least: Packing,
    /// At the most pods.
    pub most: Packing,
    /// At the most pods, while everything is replaced at once.
    pub rolled: Packing,
    /// At the most pods, without the largest node.
    pub lost: Packing,
    /// Bytes of disk that the nodes have for claims, if claims lie on them.
    pub storage: Option<u64>,
}

/// What became of the pods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packing {
    /// Nodes with pods on them.
    pub needed: u64,
    /// Pods for which there is no room, by workload.
    pub left: BTreeMap<String, u64>,
}

impl Packing {
    fn leave(&mut self, demand: &Demand, pods: u64) {
        if pods > 0 {
            let left = self.left.entry(demand.name.clone()).or_default();
            *left = left.saturating_add(pods);
        }
    }

    /// Whether every pod has a node.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.left.is_empty()
    }
}

/// Nodes that are alike: of one pool, with the same pods on each. Pods of one workload are alike too, so
/// that what packing costs grows with workloads and pools, not with the numbers that a spec states.
#[derive(Clone, Debug)]
struct Nodes<'a> {
    pool: &'a NodePool,
    count: u64,
    free: Amount,
    pods: u64,
    /// Workloads that keep apart, of which each runs a pod.
    taken: BTreeSet<&'a str>,
    used: bool,
}

/// Which pods are placed.
#[derive(Clone, Copy)]
enum Case {
    Least,
    Most,
    Rolled,
}

impl Fit {
    /// How these pods fit on these nodes.
    pub fn of(demands: &Demands, pools: &Keyed<Name, NodePool>) -> Self {
        let nodes: Vec<Nodes<'_>> = pools.iter().map(|(_, pool)| Nodes::new(pool)).collect();
        // The largest node is the first one lost; it is the worst case.
        let mut fewer = nodes.clone();
        let largest = fewer
            .iter_mut()
            .rev()
            .filter(|nodes| nodes.count > 0)
            .max_by_key(|nodes| (nodes.free.cpu, nodes.free.memory));
        if let Some(nodes) = largest {
            nodes.count -= 1;
        }
        let labelled = pools.iter().any(|(_, pool)| !pool.labels.is_empty());
        let storage = pools.iter().filter_map(|(_, pool)| {
            Some(bytes(pool.storage.as_deref()?)?.saturating_mul(pool.most().into()))
        });
        let storage = storage.reduce(u64::saturating_add);
        Self {
            pools: pools.iter().map(|(name, pool)| (name.to_owned(), pool.most())).collect(),
            least: pack(demands, nodes.clone(), labelled, Case::Least),
            most: pack(demands, nodes.clone(), labelled, Case::Most),
            rolled: pack(demands, nodes, labelled, Case::Rolled),
            lost: pack(demands, fewer, labelled, Case::Most),
            storage,
        }
    }
}

impl<'a> Nodes<'a> {
    fn new(pool: &'a NodePool) -> Self {
        let free = Amount {
            cpu: millicores(&pool.cpu).unwrap_or_default(),
            memory: bytes(&pool.memory).unwrap_or_default(),
        };
        let pods = pool.pods.unwrap_or(110).into();
        Self { pool, count: pool.most().into(), free, pods, taken: BTreeSet::new(), used: false }
    }

    fn has(&self, demand: &Demand, labelled: bool) -> bool {
        !labelled
            || demand
                .nodes
                .iter()
                .all(|(key, value)| self.pool.labels.get(key).is_some_and(|label| **label == **value))
    }

    /// Pods of a workload that each of them has room for.
    fn room(&self, demand: &Demand) -> u64 {
        let most = match demand.apart {
            true if self.taken.contains(&*demand.name) => 0,
            true => 1,
            false => u64::MAX,
        };
        let Amount { cpu, memory } = demand.requests;
        let fit = |free: u64, ask: u64| free.checked_div(ask).unwrap_or(u64::MAX);
        most.min(self.pods).min(fit(self.free.cpu, cpu)).min(fit(self.free.memory, memory))
    }

    /// So many of them, with so many more pods on each.
    fn with(&self, demand: &'a Demand, count: u64, pods: u64) -> Self {
        let mut nodes = Self { count, pods: self.pods - pods, ..self.clone() };
        nodes.free.cpu -= demand.requests.cpu * pods;
        nodes.free.memory -= demand.requests.memory * pods;
        if demand.apart {
            nodes.taken.insert(&demand.name);
        }
        nodes.used |= demand.stay != Stay::PerNode;
        nodes
    }

    /// Places pods on one node after the other, and returns the nodes, and how many pods are left.
    fn fill(self, demand: &'a Demand, pods: u64) -> (Vec<Self>, u64) {
        let room = self.room(demand);
        if room == 0 || pods == 0 {
            return (vec![self], pods);
        }
        let full = self.count.min(pods / room);
        let rest = if full < self.count { pods - full * room } else { 0 };
        let begun = u64::from(rest > 0);
        let nodes = [
            self.with(demand, full, room),
            self.with(demand, begun, rest),
            Self { count: self.count - full - begun, ..self },
        ];
        (nodes.into_iter().filter(|nodes| nodes.count > 0).collect(), pods - full * room - rest)
    }
}

fn pack<'a>(demands: &'a Demands, mut nodes: Vec<Nodes<'a>>, labelled: bool, case: Case) -> Packing {
    let mut packing = Packing::default();
    let largest = nodes
        .iter()
        .filter(|nodes| nodes.count > 0)
        .map(|nodes| nodes.free)
        .fold(Amount::default(), Amount::most);
    let (every, mut pods): (Vec<_>, Vec<_>) =
        demands.workloads.iter().partition(|demand| demand.stay == Stay::PerNode);
    for demand in every {
        for nodes in nodes.iter_mut().filter(|nodes| nodes.has(demand, labelled)) {
            if nodes.room(demand) > 0 {
                *nodes = nodes.with(demand, nodes.count, 1);
            } else {
                packing.leave(demand, nodes.count);
            }
        }
    }
    pods.sort_by_key(|demand| {
        let share = |part: u64, whole: u64| part.saturating_mul(1_000_000) / whole.max(1);
        let size = share(demand.requests.cpu, largest.cpu)
            .max(share(demand.requests.memory / 1024, largest.memory / 1024));
        // Those that keep apart have the least choice.
        (std::cmp::Reverse(demand.apart), std::cmp::Reverse(size))
    });
    for demand in pods {
        let mut left = match case {
            Case::Least => demand.pods.least,
            Case::Most => demand.pods.most,
            Case::Rolled => demand.pods.most.saturating_add(demand.surge.of(demand.pods.most)),
        };
        let mut placed = Vec::with_capacity(nodes.len() + 2);
        for nodes in nodes {
            if nodes.has(demand, labelled) {
                let (filled, rest) = nodes.fill(demand, left);
                placed.extend(filled);
                left = rest;
            } else {
                placed.push(nodes);
            }
        }
        nodes = placed;
        packing.leave(demand, left);
    }
    packing.needed = nodes.iter().filter(|nodes| nodes.used).map(|nodes| nodes.count).sum();
    packing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::demand::{Span, Surge};
    use serde_json::json;

    fn demand(name: &str, pods: u64, cpu: u64, apart: bool) -> Demand {
        let requests = Amount { cpu, memory: 1 << 20 };
        Demand { name: name.to_owned(), pods: Span::of(pods), requests, apart, ..Demand::default() }
    }

    fn pools(count: u32) -> Keyed<Name, NodePool> {
        let pools = json!({ "workers": { "count": count, "cpu": "4", "memory": "8Gi", "pods": 5 } });
        serde_json::from_value(pools).unwrap()
    }

    #[test]
    fn the_largest_pods_are_placed_first() {
        let workloads = vec![demand("small", 4, 1000, false), demand("large", 2, 3000, false)];
        let fit = Fit::of(&Demands { workloads, ..Demands::default() }, &pools(3));
        assert!(fit.most.fits() && fit.most.needed == 3);
        // Two nodes hold 8 cores, 10 are asked for.
        assert_eq!(fit.lost.left, [("small".to_owned(), 2)].into());
    }

    #[test]
    fn large_numbers_cost_no_more_than_small_ones() {
        let (most, half) = (u32::MAX, u64::from(u32::MAX) / 2);
        let workloads = vec![demand("web", u64::MAX, 1, false), demand("quorum", half, 4000, true)];
        let fit = Fit::of(&Demands { workloads, ..Demands::default() }, &pools(most));
        assert_eq!(fit.least.needed, u64::from(most));
        assert_eq!(fit.least.left, [("web".to_owned(), u64::MAX - (u64::from(most) - half) * 5)].into());
    }

    #[test]
    fn pods_that_keep_apart_need_nodes_of_their_own() {
        let workloads = vec![demand("quorum", 3, 100, true)];
        let demands = Demands { workloads, ..Demands::default() };
        let fit = Fit::of(&demands, &pools(3));
        assert!(fit.most.fits() && fit.most.needed == 3 && !fit.lost.fits());
    }

    #[test]
    fn a_node_runs_so_many_pods_and_pods_of_every_node_count() {
        let mut shipper = demand("shipper", 0, 500, false);
        shipper.stay = Stay::PerNode;
        let mut web = demand("web", 5, 100, false);
        web.surge = Surge::Share(100);
        let demands = Demands { workloads: vec![shipper, web], ..Demands::default() };
        let fit = Fit::of(&demands, &pools(2));
        assert!(fit.most.fits() && fit.most.needed == 2);
        assert_eq!(fit.rolled.left, [("web".to_owned(), 2)].into());
    }
}
