//! Dashboards for Grafana: kgen's own, which follow the platform's objectives, and those of the platform's folder.

use super::readymade::TextFile;
use crate::diagnostic::{At, Check};
use crate::fill::fill;
use crate::scope::Scope;
use crate::value::format::Name;
use crate::value::{Keyed, Short};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

mod objectives;

/// A dashboard of kgen.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Builtin {
    /// Rate, latency and errors of services, by the metrics that `objectives.metrics` names.
    Application,
    /// CPU, memory, disk and network; fuller with `discovery: cluster` at Prometheus.
    Infrastructure,
    /// Connections and queries of PostgreSQL; needs `metrics: true` there.
    Database,
    /// Load, latency, errors and pods against what the platform promises.
    Objectives,
}

impl Builtin {
    const ALL: [Self; 4] = [Self::Application, Self::Infrastructure, Self::Database, Self::Objectives];

    const fn file(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Infrastructure => "infrastructure",
            Self::Database => "database",
            Self::Objectives => "objectives",
        }
    }

    fn text(self, scope: &Scope) -> String {
        match self {
            Self::Application => {
                let names = &scope.header.objectives.metrics;
                fill(
                    include_str!("../../templates/grafana/application.json"),
                    &[("REQUESTS", names.requests()), ("DURATION", names.duration())],
                )
            }
            Self::Infrastructure => include_str!("../../templates/grafana/infrastructure.json").to_owned(),
            Self::Database => include_str!("../../templates/grafana/database.json").to_owned(),
            Self::Objectives => objectives::text(&scope.header.objectives),
        }
    }
}

/// Texts by file name: those of kgen that are wanted, and those of the platform's folder, which take their places.
pub fn files(
    wanted: Option<&[Builtin]>,
    own: &Keyed<Name, Short<TextFile>>,
    scope: &Scope,
) -> BTreeMap<String, String> {
    let stated = scope.header.objectives.is_stated();
    let builtin = Builtin::ALL.into_iter().filter(|board| match wanted {
        Some(wanted) => wanted.contains(board),
        None => *board != Builtin::Objectives || stated,
    });
    let builtin = builtin.map(|board| (format!("{}.json", board.file()), board.text(scope)));
    let own = own.iter();
    let own = own.map(|(board, file)| (format!("{board}.json"), file.text(&scope.files).to_owned()));
    builtin.chain(own).collect()
}

/// Reports files that are no dashboards; `at` is their place.
pub fn check(own: &Keyed<Name, Short<TextFile>>, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    for (board, file) in own.iter() {
        // A file that cannot be read is reported where it is read.
        let Some(text) = scope.files.get(&file.file) else { continue };
        let reason = match serde_json::from_str::<serde_json::Value>(text) {
            Err(error) => format!("it is no JSON: {error}"),
            Ok(json) if json.get("title").is_none_or(|title| !title.is_string()) => {
                "it has no `title`".to_owned()
            }
            Ok(_) => continue,
        };
        check
            .error("dashboard-invalid", &at.key(board), format!("`{}` is no dashboard: {reason}", file.file))
            .help("use `Export` of the dashboard in Grafana, without the option for sharing externally");
    }
}
