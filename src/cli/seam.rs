//! Stands in for `render`, `spec` and the diagnostics until they are merged.

use crate::output::{File, Sink};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Which formats to render.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Formats {
    /// Plain objects.
    Raw,
    /// Base and overlays.
    Kustomize,
    /// A chart.
    Helm,
}

/// A platform.
pub(super) struct Project {
    spec: PathBuf,
    text: String,
    environments: Vec<String>,
}

impl Project {
    pub(super) fn load(spec: &Path, _images: &[(String, String)]) -> Result<Self> {
        let text =
            std::fs::read_to_string(spec).with_context(|| format!("cannot read `{}`", spec.display()))?;
        let environments = ["dev", "staging", "prod"].map(str::to_owned).to_vec();
        Ok(Self { spec: spec.to_owned(), text, environments })
    }

    pub(super) fn environments(&self) -> &[String] {
        &self.environments
    }

    pub(super) fn has_errors(&self) -> bool {
        self.text.contains("broken")
    }

    pub(super) fn messages(&self, _format: super::messages::MessageFormat, _color: bool) -> String {
        if self.has_errors() {
            format!("{}:1:1: error[unknown-field] it is broken\n", self.spec.display())
        } else {
            String::new()
        }
    }

    pub(super) fn render(&self, formats: &[Formats], sink: &mut Sink<'_>) -> Result<()> {
        for environment in &self.environments {
            for format in formats {
                let folder = format!("{format:?}").to_lowercase();
                let path = format!("{folder}/{environment}/a/config-map.yaml");
                sink(File { path, environment: Some(environment), text: &self.text, executable: false })?;
            }
        }
        Ok(())
    }
}

pub(super) fn suggest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names.into_iter().find(|name| strsim::levenshtein(name, wrong) <= 2)
}

pub(super) fn schema() -> serde_json::Value {
    serde_json::json!({
        "title": "Platform",
        "type": "object",
        "properties": {
            "platform": {"type": "string", "description": "Name of the platform"},
            "services": {"type": "object", "description": "Services by name", "additionalProperties": {"$ref": "#/$defs/Service"}}
        },
        "required": ["platform"],
        "$defs": {"Service": {"type": "object", "description": "A service", "additionalProperties": false, "properties": {
            "replicas": {"description": "How many pods.\n\nAt least one.", "default": 1, "type": ["integer", "null"], "minimum": 1},
            "kind": {"anyOf": [{"$ref": "#/$defs/Kind"}, {"type": "null"}]}
        }},
        "Kind": {"oneOf": [{"const": "web", "description": "Serves"}, {"enum": ["job", "cron"], "type": "string"}]}}
    })
}
