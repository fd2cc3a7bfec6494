//! Configs: `ConfigMap`s with texts and files of the platform's folder.

use super::{Component, Files, readymade};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Need, Needs, Offer};
use crate::scope::Scope;
use crate::value::format::DataKey;
use crate::value::secrecy::suspicion;
use crate::value::{FromShort, Keyed, Labels, Scalar, Short};
use crate::workload::check::literal;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The entries of a config by key: a text, or `{file: PATH}`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Config(Keyed<DataKey, Short<Entry>>);

/// An entry of a config; the short form is its text.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// The text of this file of the platform's folder, by its path from there.
    #[schemars(required)]
    file: Option<String>,
    #[serde(skip)]
    text: String,
}

impl FromShort for Entry {
    type Scalar = Scalar;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { file: None, text: text.to_owned() })
    }
}

impl Entry {
    fn text<'a>(&'a self, files: &'a Files) -> &'a str {
        match &self.file {
            Some(path) => files.get(path).map_or("", String::as_str),
            None => &self.text,
        }
    }
}

/// Bytes that a `ConfigMap` may have.
pub(super) const LIMIT: usize = 1024 * 1024;

impl Config {
    fn data(&self, files: &Files) -> Vec<(String, String)> {
        self.0.iter().map(|(key, entry)| (key.to_owned(), entry.text(files).to_owned())).collect()
    }
}

impl Component for Config {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        for (key, entry) in self.0.iter() {
            if let Some(path) = &entry.file {
                needs.push(&at.key(key).key("file"), Need::File { path: path.clone() });
            }
        }
    }

    fn offer(&self, _: &str, files: &Files) -> Offer {
        Offer::Config { data: self.data(files).into_iter().collect::<BTreeMap<_, _>>() }
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let mut size = 0;
        for (key, text) in self.data(&scope.files) {
            size += key.len() + text.len();
            literal::check(&key, &text, &at.key(&key), scope, check);
            if let Some(why) = suspicion(&key, &text) {
                let written = if self.0.get(&key).is_some_and(|entry| entry.file.is_some()) {
                    "the file of `"
                } else {
                    "`"
                };
                check
                    .error("secret-literal", &at.key(&key), format!("{written}{key}` holds a secret"))
                    .says(why)
                    .help(format!("declare `{key}` in the `keys` of a secret and read it from there"));
            }
        }
        if size > LIMIT {
            check
                .error(
                    "config-too-large",
                    at,
                    format!("`{name}` has {size} bytes, Kubernetes allows {LIMIT}"),
                )
                .help("divide it into several configs, or put large files into the image or on a volume");
        }
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let data = self.data(&scope.files);
        let entries = data.iter().map(|(key, text)| (key, text));
        let labels = scope.labels(name, &Labels::default());
        vec![readymade::config_map("config", name, entries, labels).in_file(name)]
    }
}
