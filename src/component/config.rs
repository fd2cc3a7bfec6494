//! Configs: `ConfigMap`s with texts and files of the platform's folder.

use super::{Component, Files, readymade};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Need, Needs, Offer};
use crate::scope::Scope;
use crate::value::format::DataKey;
use crate::value::{FromShort, Keyed, Labels, Scalar, Short};
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

    fn check(&self, _: &str, _: &At<'_>, _: &Scope, _: &mut Check<'_>) {}

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let data = self.data(&scope.files);
        let entries = data.iter().map(|(key, text)| (key, text));
        let labels = scope.labels(name, &Labels::default());
        vec![readymade::config_map("config", name, entries, labels).in_file(name)]
    }
}
