//! Figures for programs.

use super::table;
use crate::platform::capacity::fit::Packing;
use crate::platform::capacity::{Capacity, Figures, Line, figure_text};
use serde_json::{Value, json};

/// All figures; the form has a version, which changes when a field goes or means something else.
pub(super) fn text(figures: &[Capacity]) -> String {
    let all: Vec<Value> = figures.iter().map(environment).collect();
    let text = serde_json::to_string_pretty(&json!({ "version": 1, "environments": all }));
    text.expect("internal error: figures are JSON") + "\n"
}

fn environment(capacity: &Capacity) -> Value {
    let components: Vec<Value> = capacity.lines.iter().map(line).collect();
    let claims: Vec<Value> = capacity
        .claims
        .iter()
        .map(|compared| {
            json!({
                "name": compared.name,
                "at": table::at(compared.claim.at),
                "stated": *compared.claim.stated,
                "to": compared.claim.to.as_deref(),
                "computed": figure_text(compared.claim.figure, compared.computed),
                "holds": compared.holds,
                "because": compared.claim.because,
            })
        })
        .collect();
    let nodes = capacity.fit.as_ref().map(|fit| {
        json!({
            "minimum": packing(&fit.least),
            "maximum": packing(&fit.most),
            "replaced": packing(&fit.rolled),
            "nodeLost": packing(&fit.lost),
            "storageBytes": fit.storage,
        })
    });
    json!({
        "platform": capacity.platform,
        "environment": capacity.environment,
        "components": components,
        "total": line(&capacity.total),
        "claims": claims,
        "nodes": nodes,
    })
}

fn line(line: &Line) -> Value {
    json!({
        "name": (!line.component.is_empty()).then_some(&line.component),
        "minimum": figures(&line.least),
        "maximum": figures(&line.most),
        "jobPods": line.jobs,
        "perNode": line.per_node,
        "withoutFigures": line.silent,
    })
}

fn figures(figures: &Figures) -> Value {
    json!({
        "pods": figures.pods,
        "surgePods": figures.surge,
        "cpuRequestsMilli": figures.requests.cpu,
        "cpuLimitsMilli": figures.limits.cpu,
        "cpuUnlimited": figures.unlimited.0,
        "memoryRequestsBytes": figures.requests.memory,
        "memoryLimitsBytes": figures.limits.memory,
        "memoryUnlimited": figures.unlimited.1,
        "claims": figures.claims,
        "storageBytes": figures.storage,
    })
}

fn packing(packing: &Packing) -> Value {
    json!({ "fits": packing.fits(), "nodes": packing.needed, "withoutRoom": packing.left })
}
