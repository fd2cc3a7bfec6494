//! `ResourceQuota` and `LimitRange`, computed from what all objects of the environment need at their most.

use super::super::Platform;
use super::super::demand::amount::{self, Amount, GIB, MIB};
use super::super::demand::{Ask, Demand, Demands, Stay};
use super::{FOLDER, labels};
use crate::header::policy::quota::{Limits, Quota};
use crate::k8s::{Object, meta};
use crate::scope::Scope;
use crate::value::Keyed;
use crate::value::format::{LabelKey, scaled};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use std::collections::BTreeMap;

mod check;

pub(super) use check::check;

/// What the environment needs at its most, while everything is replaced at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Most {
    pods: u64,
    requests: Amount,
    limits: Amount,
    claims: u64,
    storage: u64,
    /// The largest container.
    container: Amount,
    /// The largest claim.
    claim: u64,
}

/// CPU and memory of a container that states none.
const DEFAULT_REQUEST: (&str, &str) = ("100m", "128Mi");
const DEFAULT_LIMIT: (&str, &str) = ("500m", "512Mi");
const HEADROOM: u64 = 25;

impl Most {
    pub(super) fn of(platform: &Platform, demands: &Demands) -> Self {
        let header = &platform.scope.header;
        let nodes: u64 = header.nodes.iter().map(|(_, pool)| u64::from(pool.most())).sum();
        let mut most = Self::default();
        let counted = |demand: &&Demand| !platform.scope.homes.contains_key(&demand.component);
        for demand in demands.workloads.iter().filter(counted) {
            let pods = match demand.stay {
                Stay::PerNode => nodes.max(1),
                Stay::Always | Stay::Ends => demand.pods.most,
            };
            let all = pods.saturating_add(demand.surge.of(pods));
            most.pods = most.pods.saturating_add(all);
            let (requests, limits) = filled(demand, header.policy.limits.as_ref());
            most.requests = most.requests.plus(requests.times(all));
            most.limits = most.limits.plus(limits.times(all));
            let (claims, storage) = demand.claimed(pods);
            most.claims = most.claims.saturating_add(claims);
            most.storage = most.storage.saturating_add(storage);
            most.claim = demand.claims.iter().copied().fold(most.claim, u64::max);
            for ask in &demand.containers {
                let limit = |limit: Option<u64>| limit.unwrap_or_default();
                let own = Amount { cpu: limit(ask.limits.0), memory: limit(ask.limits.1) };
                most.container = most.container.most(own);
            }
        }
        for volume in &demands.volumes {
            most.claims += 1;
            most.storage = most.storage.saturating_add(volume.bytes);
            most.claim = most.claim.max(volume.bytes);
        }
        most
    }

    /// Hard limits by name: what is needed with so many percent more, in whole cores and gibibytes.
    fn hard(&self, headroom: u64) -> [(&'static str, u64, u64); 7] {
        let more = |number: u64| number.saturating_mul(100 + headroom).div_ceil(100);
        [
            ("pods", more(self.pods), 1),
            ("requests.cpu", more(self.requests.cpu), 1000),
            ("requests.memory", more(self.requests.memory), GIB),
            ("limits.cpu", more(self.limits.cpu), 1000),
            ("limits.memory", more(self.limits.memory), GIB),
            ("persistentvolumeclaims", more(self.claims), 1),
            ("requests.storage", more(self.storage), GIB),
        ]
    }
}

/// What a pod asks for where containers that say nothing get the defaults of the namespace.
fn filled(demand: &Demand, limits: Option<&Limits>) -> (Amount, Amount) {
    let Some(rules) = limits else { return (demand.requests, demand.limits) };
    let (request, limit) = (rules.requests(), rules.limits());
    let mut sum = (demand.requests, demand.limits);
    for Ask { requests, limits, .. } in &demand.containers {
        let missing = |own: Option<u64>, default: u64| if own.is_none() { default } else { 0 };
        sum.0 = sum.0.plus(Amount {
            cpu: missing(requests.0.or(limits.0), request.cpu),
            memory: missing(requests.1.or(limits.1), request.memory),
        });
        sum.1 =
            sum.1.plus(Amount { cpu: missing(limits.0, limit.cpu), memory: missing(limits.1, limit.memory) });
    }
    sum
}

impl Limits {
    fn requests(&self) -> Amount {
        amount_of(&self.default_request, DEFAULT_REQUEST)
    }

    fn limits(&self) -> Amount {
        amount_of(&self.limit, DEFAULT_LIMIT)
    }
}

fn amount_of(given: &Keyed<LabelKey, crate::value::Quantity>, default: (&str, &str)) -> Amount {
    let text = |key: &str, default: &str| given.get(key).map_or(default.to_owned(), ToString::to_string);
    Amount {
        cpu: amount::millicores(&text("cpu", default.0)).unwrap_or_default(),
        memory: amount::bytes(&text("memory", default.1)).unwrap_or_default(),
    }
}

/// The objects, as far as the spec asks for them.
pub(super) fn objects(scope: &Scope, most: &Most) -> Vec<Object> {
    let policy = &scope.header.policy;
    let quota = policy.quota.as_ref().map(|quota| self::quota(scope, quota, most));
    let limits = policy.limits.as_ref().map(|limits| limit_range(scope, limits, most));
    quota.into_iter().chain(limits).collect()
}

fn quota(scope: &Scope, quota: &Quota, most: &Most) -> Object {
    let mut hard: BTreeMap<String, Quantity> = BTreeMap::new();
    for (name, number, unit) in most.hard(quota.headroom()) {
        let number = number.div_ceil(unit);
        // A quota of nothing forbids; where there are no claims, none of them says so on purpose.
        let suffix = if unit == GIB { "Gi" } else { "" };
        hard.insert(name.to_owned(), Quantity(format!("{number}{suffix}")));
    }
    hard.extend(quota.hard.iter().map(|(name, value)| (name.to_owned(), Quantity(value.to_string()))));
    let object = core::ResourceQuota {
        metadata: meta("quota", labels(scope)),
        spec: Some(core::ResourceQuotaSpec { hard: Some(hard), ..core::ResourceQuotaSpec::default() }),
        status: None,
    };
    Object::new(FOLDER, &object)
}

impl Quota {
    fn headroom(&self) -> u64 {
        let given = self.headroom.as_deref().and_then(|text| text.trim_end_matches('%').parse().ok());
        given.unwrap_or(HEADROOM)
    }
}

fn limit_range(scope: &Scope, limits: &Limits, most: &Most) -> Object {
    let of = |amount: Amount| {
        BTreeMap::from([
            ("cpu".to_owned(), Quantity(cpu(amount.cpu))),
            ("memory".to_owned(), Quantity(memory(amount.memory))),
        ])
    };
    let mut max = of(most.container.most(limits.limits()));
    max.extend(limits.max.iter().map(|(name, value)| (name.to_owned(), Quantity(value.to_string()))));
    let mut items = vec![core::LimitRangeItem {
        type_: "Container".to_owned(),
        default: Some(of(limits.limits())),
        default_request: Some(of(limits.requests())),
        max: Some(max),
        ..core::LimitRangeItem::default()
    }];
    if most.claim > 0 {
        items.push(core::LimitRangeItem {
            type_: "PersistentVolumeClaim".to_owned(),
            max: Some([("storage".to_owned(), Quantity(memory(most.claim)))].into()),
            ..core::LimitRangeItem::default()
        });
    }
    let object = core::LimitRange {
        metadata: meta("limits", labels(scope)),
        spec: Some(core::LimitRangeSpec { limits: items }),
    };
    Object::new(FOLDER, &object)
}

/// CPU as the API server writes it.
fn cpu(milli: u64) -> String {
    if milli.is_multiple_of(1000) { (milli / 1000).to_string() } else { format!("{milli}m") }
}

/// Memory as the API server writes it.
fn memory(bytes: u64) -> String {
    match bytes {
        _ if bytes.is_multiple_of(GIB) => format!("{}Gi", bytes / GIB),
        _ if bytes.is_multiple_of(MIB) => format!("{}Mi", bytes / MIB),
        _ => bytes.to_string(),
    }
}

/// A quantity of a hard limit in the unit of the computed one.
fn in_unit(name: &str, text: &str) -> Option<u64> {
    if name.ends_with("cpu") {
        amount::millicores(text)
    } else {
        scaled(text).and_then(|_| amount::bytes(text))
    }
}
