//! The dashboard of the objectives: what was promised, and what is.

use crate::header::objectives::{Objectives, Threshold};
use serde_json::{Value, json};

/// Its text.
pub(super) fn text(objectives: &Objectives) -> String {
    let mut panels = vec![
        panel(&Panel {
            title: "Requests",
            description: "Requests a second at the services that edges lead to.",
            unit: "reqps",
            expression: "sum(platform:http_requests:rate5m{namespace=~\"$namespace\"})",
            legend: "Requests",
            levels: objectives.request_alert(),
        }),
        panel(&Panel {
            title: "Failing requests",
            description: "Share of the requests of each service that failed.",
            unit: "percentunit",
            expression: "app:http_errors:ratio_rate5m{namespace=~\"$namespace\"}",
            legend: "{{app}}",
            levels: objectives.error_alert(),
        }),
    ];
    let (p95, p99) = objectives.latency_seconds();
    for (title, series, level) in [
        ("Latency of 95 % of the requests", "app:http_request_duration_seconds:p95_5m", p95),
        ("Latency of 99 % of the requests", "app:http_request_duration_seconds:p99_5m", p99),
    ] {
        panels.push(panel(&Panel {
            title,
            description: "Time within which they are answered, by service.",
            unit: "s",
            expression: &format!("{series}{{namespace=~\"$namespace\"}}"),
            legend: "{{app}}",
            levels: Threshold { warning: None, critical: level },
        }));
    }
    if let Some(budget) = objectives.error_budget() {
        panels.push(panel(&Panel {
            title: "Budget for errors that is used up",
            description: "Errors of the last 30 days, as a share of those that the availability allows.",
            unit: "percentunit",
            expression: &format!(
                "avg_over_time(platform:http_errors:ratio_rate1h{{namespace=~\"$namespace\"}}[30d]) / {budget:.6}"
            ),
            legend: "Used up",
            levels: Threshold { warning: Some(0.75), critical: Some(1.0) },
        }));
    }
    panels.push(panel(&Panel {
        title: "Pods",
        description: "Pods of each service that answer Prometheus.",
        unit: "none",
        expression: "app:pods:up{namespace=~\"$namespace\"}",
        legend: "{{app}}",
        levels: Threshold::default(),
    }));
    for (at, panel) in panels.iter_mut().enumerate() {
        panel["id"] = json!(at + 1);
        panel["gridPos"] = json!({ "x": (at % 2) * 12, "y": (at / 2) * 8, "w": 12, "h": 8 });
    }
    let board = json!({
        "uid": "objectives",
        "title": "Objectives",
        "tags": ["kgen"],
        "schemaVersion": 39,
        "version": 1,
        "editable": false,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": { "from": "now-6h", "to": "now" },
        "timezone": "browser",
        "templating": { "list": [source(), namespace()] },
        "annotations": { "list": [] },
        "panels": panels,
    });
    let mut text = serde_json::to_string_pretty(&board).expect("internal error: a dashboard is JSON");
    text.push('\n');
    text
}

struct Panel<'a> {
    title: &'a str,
    description: &'a str,
    unit: &'a str,
    expression: &'a str,
    legend: &'a str,
    levels: Threshold,
}

fn panel(panel: &Panel<'_>) -> Value {
    let mut steps = vec![json!({ "color": "green", "value": null })];
    for (color, level) in [("orange", panel.levels.warning), ("red", panel.levels.critical)] {
        steps.extend(level.map(|level| json!({ "color": color, "value": level })));
    }
    let style = if steps.len() > 1 { "line" } else { "off" };
    json!({
        "type": "timeseries",
        "title": panel.title,
        "description": panel.description,
        "datasource": { "type": "prometheus", "uid": "${datasource}" },
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "thresholds": { "mode": "absolute", "steps": steps },
                "custom": { "thresholdsStyle": { "mode": style } },
            },
            "overrides": [],
        },
        "options": { "tooltip": { "mode": "multi" }, "legend": { "displayMode": "list", "placement": "bottom" } },
        "targets": [{
            "refId": "A",
            "datasource": { "type": "prometheus", "uid": "${datasource}" },
            "expr": panel.expression,
            "legendFormat": panel.legend,
        }],
    })
}

fn source() -> Value {
    json!({ "name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "current": {}, "hide": 0 })
}

fn namespace() -> Value {
    let query = "label_values(platform:http_requests:rate5m, namespace)";
    json!({
        "name": "namespace",
        "label": "Namespace",
        "type": "query",
        "datasource": { "type": "prometheus", "uid": "${datasource}" },
        "query": { "query": query, "refId": "namespace" },
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": false,
        "includeAll": true,
        "allValue": ".*",
        "current": { "text": "All", "value": "$__all" },
    })
}
