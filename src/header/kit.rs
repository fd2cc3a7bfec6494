//! The kit: what stands in `ops/` beside the manifests, and what it cannot know by itself.

use crate::value::format::{EnvName, Name};
use crate::value::{FromShort, Keyed, Scalar, Short, Text};
use schemars::JsonSchema;
use serde::Deserialize;

pub mod load;

/// Scripts, documents and tests around the manifests, in `ops/`; `{}` is a kit without images, workflow and load tests.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Kit {
    /// The environment that the documents' commands are about and that the workflow deploys. Default: the last one.
    pub environment: Option<Text<Name>>,
    /// What `deploy.sh` applies unless `--form` says otherwise. Default: raw.
    pub form: Form,
    /// Where images of services are pushed whose `image` names no registry, e.g. `ghcr.io/acme`. Default: Docker Hub's library.
    pub registry: Option<String>,
    /// Services whose images the platform builds itself; the short form is the folder of the source.
    pub images: Keyed<Name, Short<Build>>,
    /// The workflow for GitHub Actions. Default: none.
    pub workflow: Option<Workflow>,
    /// Load tests. Default: none.
    pub load_tests: Option<load::LoadTests>,
}

/// What `deploy.sh` applies.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Form {
    /// The plain objects, in waves: what others need comes first and is waited for.
    #[default]
    Raw,
    /// The overlay of the environment, at once.
    Kustomize,
    /// The chart with the values of the environment, at once.
    Helm,
}

/// How the image of a service is built.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Build {
    /// Folder of the source, from the platform's folder.
    pub context: String,
    /// The Dockerfile that the kit brings. Default: none; the source has one.
    #[serde(default)]
    pub recipe: Option<Recipe>,
    /// The program: `MODULE:APP` for `uvicorn`, the module for `python`. Default: `app.main:app` and `app`.
    #[serde(default)]
    pub program: Option<String>,
    /// Build arguments by name, e.g. what Next.js fixes in its pages.
    #[serde(default)]
    pub args: Keyed<EnvName, Scalar>,
}

/// A Dockerfile that the kit brings.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Recipe {
    /// Next.js with `output: "standalone"`, built in one image and run in another.
    Nextjs,
    /// An ASGI application in Python, served by Uvicorn.
    Uvicorn,
    /// A module in Python.
    Python,
}

/// A workflow for GitHub Actions.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workflow {
    /// The command that puts kgen on the path of the runner.
    pub install: String,
    /// The branch that is deployed. Default: main.
    #[serde(default)]
    pub branch: Option<String>,
}

impl FromShort for Build {
    type Scalar = Scalar;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { context: text.to_owned(), recipe: None, program: None, args: Keyed::default() })
    }
}

impl Form {
    /// Its word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Kustomize => "kustomize",
            Self::Helm => "helm",
        }
    }
}
