//! What Grafana finds when it starts: its data sources and where its dashboards are.

use crate::tree::{Map, Tree, yaml};

/// `datasources.yaml`: the platform's Prometheus and Jaeger, as far as there are any.
pub(super) fn datasources(metrics: Option<&str>, traces: Option<&str>) -> String {
    let source = |name: &str, kind: &str, url: &str, default: bool| {
        map([
            ("name", name.into()),
            // Dashboards and links name it by this.
            ("uid", kind.into()),
            ("type", kind.into()),
            ("access", "proxy".into()),
            ("url", url.into()),
            ("isDefault", default.into()),
            ("editable", false.into()),
        ])
    };
    let metrics = metrics.map(|url| source("Prometheus", "prometheus", url, true));
    let traces = traces.map(|url| source("Jaeger", "jaeger", url, metrics.is_none()));
    let sources: Vec<_> = metrics.into_iter().chain(traces).collect();
    text(&map([
        ("apiVersion", 1.into()),
        // A source that is gone from here goes from Grafana too.
        ("prune", true.into()),
        ("datasources", Tree::List(sources)),
    ]))
}

/// `provider.yaml`: dashboards are the files of this folder.
pub(super) fn provider(folder: &str) -> String {
    let provider = map([
        ("name", "platform".into()),
        ("type", "file".into()),
        ("disableDeletion", true.into()),
        ("allowUiUpdates", false.into()),
        ("options", map([("path", folder.into())])),
    ]);
    text(&map([("apiVersion", 1.into()), ("providers", Tree::List(vec![provider]))]))
}

fn map<const N: usize>(entries: [(&'static str, Tree); N]) -> Tree {
    Tree::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>())
}

fn text(tree: &Tree) -> String {
    let mut out = String::new();
    yaml::write(tree, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_source_is_the_default() {
        let both = datasources(Some("http://prometheus:9090"), Some("http://jaeger:16686"));
        assert_eq!(both.matches("isDefault: true").count(), 1, "{both}");
        assert!(both.contains("url: http://prometheus:9090\n  isDefault: true"), "{both}");
        assert_eq!(datasources(None, None), "apiVersion: 1\nprune: true\ndatasources: []\n");
    }
}
