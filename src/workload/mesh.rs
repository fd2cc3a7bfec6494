//! What a mesh must be told about single pods: how their proxy starts, and which pods have none.

use crate::header::mesh::Mesh;
use crate::scope::{LabelMap, Scope};

/// The label of pods that get no proxy, and its value.
pub const INJECT: (&str, &str) = ("sidecar.istio.io/inject", "false");

/// Keeps pods out of a mesh that an operator makes: it stands outside, and would be refused by its own pods.
pub fn leave(scope: &Scope, labels: &mut LabelMap) {
    if scope.header.mesh.is_some() {
        labels.insert(INJECT.0.to_owned(), INJECT.1.to_owned());
    }
}

/// Labels and annotations of the pods of a workload; `batch` are those that end.
pub fn mark(mesh: &Mesh, batch: bool, labels: &mut LabelMap, annotations: &mut LabelMap) {
    let set = |map: &mut LabelMap, key: &str, value: &str| {
        map.entry(key.to_owned()).or_insert_with(|| value.to_owned());
    };
    if mesh.is_native() {
        set(annotations, "sidecar.istio.io/nativeSidecar", "true");
    } else if batch {
        // The proxy of an older kind never ends, and the Job with it.
        set(labels, INJECT.0, INJECT.1);
    } else {
        // Otherwise the first connections of a container would find no network.
        set(annotations, "proxy.istio.io/config", r#"{"holdApplicationUntilProxyStarts":true}"#);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(mesh: &Mesh, batch: bool) -> (LabelMap, LabelMap) {
        let (mut labels, mut annotations) = (LabelMap::new(), LabelMap::new());
        mark(mesh, batch, &mut labels, &mut annotations);
        (labels, annotations)
    }

    #[test]
    fn jobs_end_because_their_proxy_ends_or_is_not_there() {
        let native = Mesh::default();
        let old = Mesh { native_sidecars: Some(false), ..Mesh::default() };
        let (labels, annotations) = marked(&native, true);
        assert!(labels.is_empty());
        assert_eq!(annotations["sidecar.istio.io/nativeSidecar"], "true");
        let (labels, annotations) = marked(&old, true);
        assert_eq!(labels["sidecar.istio.io/inject"], "false");
        assert!(annotations.is_empty());
        let (labels, annotations) = marked(&old, false);
        assert!(labels.is_empty());
        assert!(annotations.contains_key("proxy.istio.io/config"));
    }
}
