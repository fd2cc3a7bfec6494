//! `hazelcast.yaml`: how members find each other, and the limits of the maps.

use super::PORT;
use super::map::Map;
use crate::component::readymade::text::{map, yaml};
use crate::tree::{self, Tree};
use crate::value::Keyed;
use crate::value::format::DataKey;

/// Seconds that a member may take to hand its entries over.
pub(super) const GRACE: u32 = 90;

/// The text.
pub(super) fn text(cluster: &str, service: &str, maps: &Keyed<DataKey, Map>) -> String {
    let off = || map([("enabled", false.into())]);
    let on = || map([("enabled", true.into())]);
    let join = map([
        ("auto-detection", off()),
        ("multicast", off()),
        // By DNS: the headless Service lists the pods, and nobody needs rights at the API server.
        ("kubernetes", map([("enabled", true.into()), ("service-dns", service.into())])),
    ]);
    let network = map([
        ("port", map([("port", i64::from(PORT).into()), ("auto-increment", false.into())])),
        ("join", join),
        // For the probes alone: nothing is read or written through it.
        ("rest-api", map([("enabled", true.into()), ("endpoint-groups", map([("HEALTH_CHECK", on())]))])),
    ]);
    let properties = map([
        ("hazelcast.phone.home.enabled", false.into()),
        ("hazelcast.shutdownhook.policy", "GRACEFUL".into()),
        ("hazelcast.graceful.shutdown.max.wait", i64::from(GRACE).into()),
    ]);
    let mut hazelcast =
        map([("cluster-name", cluster.into()), ("network", network), ("properties", properties)]);
    if let Some(entries) = hazelcast.as_map_mut().filter(|_| !maps.is_empty()) {
        let maps: tree::Map = maps.iter().map(|(name, map)| (name.to_owned().into(), map.tree())).collect();
        entries.push("map", Tree::Map(maps));
    }
    yaml(&map([("hazelcast", hazelcast)]))
}
