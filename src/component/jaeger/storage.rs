//! The file that Jaeger reads where Elasticsearch keeps its traces.

use super::{HEALTH_PORT, METRICS_PORT};
use crate::component::readymade::text::{map, yaml};
use crate::tree::Tree;

/// Its text. Two shards suffice for a day of traces; copies of them are Elasticsearch's business.
pub(super) fn text(address: &str, password: bool) -> String {
    let endpoint = |port: u16| map([("endpoint", format!("0.0.0.0:{port}").into())]);
    let indices = ["spans", "services", "dependencies", "sampling"].map(|name| {
        let index = map([
            ("date_layout", "2006-01-02".into()),
            ("rollover_frequency", "day".into()),
            ("shards", 2.into()),
            ("replicas", 1.into()),
        ]);
        (name, index)
    });
    let mut search = vec![("server_urls", Tree::List(vec![address.into()])), ("indices", map(indices))];
    if password {
        let basic = map([("username", "elastic".into()), ("password", "${env:ELASTIC_PASSWORD}".into())]);
        search.push(("auth", map([("basic", basic)])));
    }
    let search = Tree::Map(search.into_iter().map(|(key, value)| (key.into(), value)).collect());
    let list = |names: &[&str]| Tree::List(names.iter().map(|name| (*name).into()).collect());
    let prometheus = map([("host", "0.0.0.0".into()), ("port", i64::from(METRICS_PORT).into())]);
    let reader = map([("pull", map([("exporter", map([("prometheus", prometheus)]))]))]);
    let pipeline = map([
        ("receivers", list(&["otlp"])),
        ("processors", list(&["batch"])),
        ("exporters", list(&["jaeger_storage_exporter"])),
    ]);
    yaml(&map([
        (
            "receivers",
            map([("otlp", map([("protocols", map([("grpc", endpoint(4317)), ("http", endpoint(4318))]))]))]),
        ),
        ("processors", map([("batch", map([]))])),
        ("exporters", map([("jaeger_storage_exporter", map([("trace_storage", "search".into())]))])),
        (
            "extensions",
            map([
                ("healthcheckv2", map([("use_v2", true.into()), ("http", endpoint(HEALTH_PORT))])),
                ("jaeger_storage", map([("backends", map([("search", map([("elasticsearch", search)]))]))])),
                (
                    "jaeger_query",
                    map([
                        ("storage", map([("traces", "search".into())])),
                        ("http", endpoint(16686)),
                        ("grpc", endpoint(16685)),
                    ]),
                ),
            ]),
        ),
        (
            "service",
            map([
                ("extensions", list(&["healthcheckv2", "jaeger_storage", "jaeger_query"])),
                ("pipelines", map([("traces", pipeline)])),
                ("telemetry", map([("metrics", map([("readers", Tree::List(vec![reader]))]))])),
            ]),
        ),
    ]))
}
