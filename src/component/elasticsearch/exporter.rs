//! What gives the metrics of a whole cluster: of its health, its nodes and its indices.

use super::{Elasticsearch, PORT};
use crate::component::readymade::Readymade;
use crate::component::readymade::exporter::{apart, name};
use crate::k8s::Object;
use crate::scope::Scope;

const IMAGE: &str = "quay.io/prometheuscommunity/elasticsearch-exporter:v1.9.0";
const METRICS: (&str, u16) = ("metrics", 9114);

/// The pods.
pub(super) fn readymade(search: &Elasticsearch, component: &str) -> Readymade {
    let mut made = apart(IMAGE, METRICS, &search.labels, &search.pod);
    let uri = format!("--es.uri=http://{}:{PORT}", search.service(component));
    // All nodes, not only the one that answers.
    made.container.args = Some(vec![uri, "--es.all".to_owned(), "--es.indices".to_owned()]);
    if let Some(password) = &search.password {
        made.env("ES_USERNAME", "elastic");
        made.secret_env("ES_PASSWORD", password);
    }
    made
}

/// The pods and their Service.
pub(super) fn objects(search: &Elasticsearch, component: &str, scope: &Scope) -> Vec<Object> {
    readymade(search, component).objects_of(component, &name(component), scope)
}
