//! What Grafana finds when it starts: its data sources and where its dashboards are.

use crate::tree::{Map, Tree, yaml};

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

/// `datasources.yaml`: what the platform has of these. The first one is the default.
pub(super) fn datasources(sources: &[Source]) -> String {
    let there = sources.iter().filter_map(|source| Some((source, source.url.as_deref()?)));
    let sources = there.enumerate().map(|(n, (source, url))| source.tree(url, n == 0)).collect();
    text(&map([
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
        let source = |name, kind, url: Option<&str>, password| Source {
            name,
            kind,
            url: url.map(str::to_owned),
            password,
        };
        let text = datasources(&[
            source("Prometheus", "prometheus", None, false),
            source("Jaeger", "jaeger", Some("http://jaeger:16686"), false),
            source("Elasticsearch", "elasticsearch", Some("http://search:9200"), true),
        ]);
        assert_eq!(text.matches("isDefault: true").count(), 1, "{text}");
        assert!(text.contains("url: http://jaeger:16686\n  isDefault: true"), "{text}");
        assert!(text.contains("basicAuthPassword: $ELASTIC_PASSWORD"), "{text}");
        assert_eq!(datasources(&[]), "apiVersion: 1\nprune: true\ndatasources: []\n");
    }
}
