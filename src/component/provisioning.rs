//! What Grafana finds when it starts, one of the platform or one that runs elsewhere: its data sources and where its
//! dashboards are.

use super::readymade::text::{map, yaml};
use crate::tree::Tree;

/// Something that Grafana asks.
pub(super) struct Source {
    /// Its name.
    pub(super) name: &'static str,
    /// Its type, by which dashboards and links name it, too.
    pub(super) kind: &'static str,
    /// Its address; none if the platform does not have it.
    pub(super) url: Option<String>,
    /// Whether it wants a password.
    pub(super) password: bool,
}

/// Which source is asked where none is named.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Preferred {
    /// The first one.
    First,
    /// One that somebody else gives.
    Elsewhere,
}

/// `datasources.yaml`: what the platform has of these.
pub(super) fn datasources(sources: &[Source], default: Preferred) -> String {
    let there = sources.iter().filter_map(|source| Some((source, source.url.as_deref()?)));
    let first = |n| n == 0 && default == Preferred::First;
    let sources = there.enumerate().map(|(n, (source, url))| source.tree(url, first(n))).collect();
    yaml(&map([
        ("apiVersion", 1.into()),
        // A source that is gone from here goes from Grafana too.
        ("prune", true.into()),
        ("datasources", Tree::List(sources)),
    ]))
}

impl Source {
    fn tree(&self, url: &str, default: bool) -> Tree {
        let mut tree = map([
            ("name", self.name.into()),
            // Dashboards and links name it by this.
            ("uid", self.kind.into()),
            ("type", self.kind.into()),
            ("access", "proxy".into()),
            ("url", url.into()),
            ("isDefault", default.into()),
            ("editable", false.into()),
        ]);
        let Some(fields) = tree.as_map_mut() else { return tree };
        if self.kind == "elasticsearch" {
            let index = [
                ("index", "logs-*".into()),
                ("timeField", "@timestamp".into()),
                ("logMessageField", "log".into()),
            ];
            fields.push("jsonData", map(index));
        }
        if self.password {
            fields.push("basicAuth", true.into());
            fields.push("basicAuthUser", "elastic".into());
            // Grafana puts the variable in when it reads the file.
            fields.push("secureJsonData", map([("basicAuthPassword", "$ELASTIC_PASSWORD".into())]));
        }
        tree
    }
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
    yaml(&map([("apiVersion", 1.into()), ("providers", Tree::List(vec![provider]))]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_source_is_the_default() {
        let source = |name, kind, url: Option<&str>, password| Source {
            name,
            kind,
            url: url.map(str::to_owned),
            password,
        };
        let text = datasources(
            &[
                source("Prometheus", "prometheus", None, false),
                source("Jaeger", "jaeger", Some("http://jaeger:16686"), false),
                source("Elasticsearch", "elasticsearch", Some("http://search:9200"), true),
            ],
            Preferred::First,
        );
        assert_eq!(text.matches("isDefault: true").count(), 1, "{text}");
        assert!(text.contains("url: http://jaeger:16686\n  isDefault: true"), "{text}");
        assert!(text.contains("basicAuthPassword: $ELASTIC_PASSWORD"), "{text}");
        assert_eq!(datasources(&[], Preferred::First), "apiVersion: 1\nprune: true\ndatasources: []\n");
    }
}
