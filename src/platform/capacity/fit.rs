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
    /// Whether every pod has a node.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.left.is_empty()
    }
}

#[derive(Clone, Debug)]
struct Node<'a> {
    pool: &'a NodePool,
    free: Amount,
    pods: u32,
    /// Workloads that keep apart, of which it runs a pod.
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
        let mut nodes: Vec<Node<'_>> = Vec::new();
        for (_, pool) in pools.iter() {
            nodes.extend((0..pool.most()).map(|_| Node::new(pool)));
        }
        // The largest node is the first one lost; it is the worst case.
        let mut fewer = nodes.clone();
        let largest = fewer
            .iter()
            .enumerate()
            .max_by_key(|(n, node)| (node.free.cpu, node.free.memory, usize::MAX - n));
        if let Some(at) = largest.map(|(n, _)| n) {
            fewer.remove(at);
        }
        let labelled = pools.iter().any(|(_, pool)| !pool.labels.is_empty());
        let storage = pools
            .iter()
            .filter_map(|(_, pool)| Some(bytes(pool.storage.as_deref()?)? * u64::from(pool.most())));
        let storage = storage.fold(None, |sum: Option<u64>, bytes| Some(sum.unwrap_or_default() + bytes));
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

impl<'a> Node<'a> {
    fn new(pool: &'a NodePool) -> Self {
        let free = Amount {
            cpu: millicores(&pool.cpu).unwrap_or_default(),
            memory: bytes(&pool.memory).unwrap_or_default(),
        };
        Self { pool, free, pods: pool.pods.unwrap_or(110), taken: BTreeSet::new(), used: false }
    }

    fn has(&self, demand: &Demand, labelled: bool) -> bool {
        !labelled
            || demand
                .nodes
                .iter()
                .all(|(key, value)| self.pool.labels.get(key).is_some_and(|label| **label == **value))
    }

    fn takes(&self, demand: &Demand) -> bool {
        let Amount { cpu, memory } = demand.requests;
        self.pods > 0
            && cpu <= self.free.cpu
            && memory <= self.free.memory
            && !(demand.apart && self.taken.contains(&*demand.name))
    }

    fn place(&mut self, demand: &'a Demand) {
        self.pods -= 1;
        self.free.cpu -= demand.requests.cpu;
        self.free.memory -= demand.requests.memory;
        if demand.apart {
            self.taken.insert(&demand.name);
        }
    }
}

fn pack<'a>(demands: &'a Demands, mut nodes: Vec<Node<'a>>, labelled: bool, case: Case) -> Packing {
    let mut packing = Packing::default();
    let largest = nodes.iter().map(|node| node.free).fold(Amount::default(), Amount::most);
    let (every, mut pods): (Vec<_>, Vec<_>) =
        demands.workloads.iter().partition(|demand| demand.stay == Stay::PerNode);
    for demand in every {
        for node in nodes.iter_mut().filter(|node| node.has(demand, labelled)) {
            if node.takes(demand) {
                node.place(demand);
            } else {
                *packing.left.entry(demand.name.clone()).or_default() += 1;
            }
        }
    }
    pods.sort_by_key(|demand| {
        let share = |part: u64, whole: u64| part * 1_000_000 / whole.max(1);
        let size = share(demand.requests.cpu, largest.cpu)
            .max(share(demand.requests.memory / 1024, largest.memory / 1024));
        // Those that keep apart have the least choice.
        (std::cmp::Reverse(demand.apart), std::cmp::Reverse(size))
    });
    for demand in pods {
        let number = match case {
            Case::Least => demand.pods.least,
            Case::Most => demand.pods.most,
            Case::Rolled => demand.pods.most + demand.surge.of(demand.pods.most),
        };
        for _ in 0..number {
            match nodes.iter_mut().find(|node| node.has(demand, labelled) && node.takes(demand)) {
                Some(node) => {
                    node.place(demand);
                    node.used = true;
                }
                None => *packing.left.entry(demand.name.clone()).or_default() += 1,
            }
        }
    }
    packing.needed = nodes.iter().filter(|node| node.used).count() as u64;
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
