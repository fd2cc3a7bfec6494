//! A map of Hazelcast and its limits.

use super::mebibytes;
use crate::component::readymade::text::map;
use crate::diagnostic::{At, Check};
use crate::pod::probe::seconds;
use crate::tree::Tree;
use crate::value::{Duration, Quantity};
use schemars::JsonSchema;
use serde::Deserialize;

/// The limits of a map. Without any, entries stay until a client removes them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Map {
    /// How long an entry lives after it was written. Default: for ever.
    ttl: Option<Duration>,
    /// How long an entry lives after it was last read or written. Default: for ever.
    max_idle: Option<Duration>,
    /// Memory of the map in each pod, copies for other pods included; `eviction` makes room. Default: no limit.
    size: Option<Quantity>,
    /// Which entries go when the map is full. Default: LRU with `size`.
    eviction: Option<Eviction>,
    /// Copies of each entry in other pods. Default: 1.
    #[schemars(range(max = 6))]
    backups: Option<u8>,
}

/// Which entries go when a map is full.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Eviction {
    /// Those not used for the longest time.
    Lru,
    /// Those used least often.
    Lfu,
    /// Any.
    Random,
}

impl Map {
    /// The limit in MiB, which Hazelcast calls MB.
    pub(super) fn mebibytes(&self) -> Option<u64> {
        mebibytes(self.size.as_deref()?, 1.0)
    }

    /// The entry of `hazelcast.yaml`.
    pub(super) fn tree(&self) -> Tree {
        let span = |span: &Duration| number(seconds(span));
        let mut tree = map([("backup-count", number(self.backups.unwrap_or(1).into()))]);
        let Some(entries) = tree.as_map_mut() else { return tree };
        if let Some(ttl) = &self.ttl {
            entries.push("time-to-live-seconds", span(ttl));
        }
        if let Some(idle) = &self.max_idle {
            entries.push("max-idle-seconds", span(idle));
        }
        if let Some(size) = self.mebibytes() {
            let policy = match self.eviction {
                None | Some(Eviction::Lru) => "LRU",
                Some(Eviction::Lfu) => "LFU",
                Some(Eviction::Random) => "RANDOM",
            };
            let eviction = [
                ("eviction-policy", policy.into()),
                // The memory that the map uses on the heap of one pod.
                ("max-size-policy", "USED_HEAP_SIZE".into()),
                ("size", number(size)),
            ];
            entries.push("eviction", map(eviction));
        }
        tree
    }

    /// Reports limits without effect.
    pub(super) fn check(&self, name: &str, at: &At<'_>, check: &mut Check<'_>) {
        if self.eviction.is_some() && self.size.is_none() {
            check
                .error(
                    "missing-field",
                    &at.key("eviction"),
                    format!("the map `{name}` has `eviction` without `size`: it is never full"),
                )
                .help("add `size: 256Mi` with the memory that it may use in each pod, or remove `eviction`");
        }
        if self.mebibytes() == Some(0) {
            check
                .error("out-of-range", &at.key("size"), format!("the map `{name}` has less than 1 MiB"))
                .help("write whole MiB, such as `64Mi`");
        }
        for (field, span) in [("ttl", &self.ttl), ("maxIdle", &self.max_idle)] {
            if let Some(span) = span.as_ref().filter(|span| seconds(span) == 0) {
                check
                    .error("out-of-range", &at.key(field), format!("`{span}` is less than a second"))
                    .help(format!("write whole seconds; without `{field}` entries stay"));
            }
        }
    }
}

fn number(number: u64) -> Tree {
    Tree::Int(i64::try_from(number).unwrap_or(i64::MAX))
}
