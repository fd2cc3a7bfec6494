//! Alerts on CPU, memory and volumes that run out: the limits are those of the platform.

use super::rule::{Severity, alert, number};
use super::{Watch, one_of};
use crate::needs::Limits;
use crate::tree::Tree;
use std::collections::BTreeMap;

/// A resource, and how much of it is used: by containers as the nodes see them, by processes as they count themselves.
struct Resource {
    alert: &'static str,
    what: &'static str,
    limit: fn(&Limits) -> Option<f64>,
    container: fn(&str) -> String,
    process: fn(&str) -> String,
}

const RESOURCES: [Resource; 2] = [
    Resource {
        alert: "MemoryExhausted",
        what: "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of the memory that it may have",
        limit: |limits| limits.memory,
        container: |matchers| {
            format!("max by (namespace, pod) (container_memory_working_set_bytes{{{matchers}}})")
        },
        process: |matchers| format!("max by (namespace, pod) (process_resident_memory_bytes{{{matchers}}})"),
    },
    Resource {
        alert: "CpuExhausted",
        what: "{{ $labels.pod }} uses {{ $value | humanizePercentage }} of the CPU that it may have",
        limit: |limits| limits.cpu,
        container: |matchers| {
            format!("sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{{{matchers}}}[5m]))")
        },
        process: |matchers| {
            format!("sum by (namespace, pod) (rate(process_cpu_seconds_total{{{matchers}}}[5m]))")
        },
    },
];

/// All of them. Components with one limit share an expression.
pub(super) fn rules(watch: &Watch<'_>) -> Vec<Tree> {
    let level = number(watch.objectives.resource_alert());
    let wait = watch.objectives.wait();
    let mut rules = Vec::new();
    for resource in RESOURCES {
        let mut by_limit: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
        for (endpoint, scrape) in &watch.watched {
            // An exporter that stands apart counts its own process, not that of the servers.
            if !watch.reach.containers && scrape.app != endpoint.app {
                continue;
            }
            if let Some(limit) = (resource.limit)(&endpoint.limits) {
                by_limit.entry(thousandths(limit)).or_default().push(&endpoint.app);
            }
        }
        let used: Vec<String> = by_limit
            .into_iter()
            .map(|(limit, apps)| {
                let (label, used) = if watch.reach.containers {
                    ("container", resource.container)
                } else {
                    ("app", resource.process)
                };
                format!("{} / {} > {level}", used(&watch.and(&one_of(label, &apps))), units(limit))
            })
            .collect();
        if !used.is_empty() {
            rules.push(alert(resource.alert, &used.join("\nor "), wait, Severity::Warning, resource.what));
        }
    }
    if watch.reach.containers {
        let by = "max by (namespace, persistentvolumeclaim)";
        let own = &watch.own;
        let expression = format!(
            "{by} (kubelet_volume_stats_used_bytes{{{own}}}) / {by} (kubelet_volume_stats_capacity_bytes{{{own}}}) > {level}"
        );
        let what = "{{ $labels.persistentvolumeclaim }} is {{ $value | humanizePercentage }} full";
        rules.push(alert("VolumeExhausted", &expression, wait, Severity::Warning, what));
    }
    rules
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "limits are above zero and far below 2^64"
)]
fn thousandths(limit: f64) -> u64 {
    (limit * 1000.0).round() as u64
}

fn units(thousandths: u64) -> String {
    match thousandths % 1000 {
        0 => (thousandths / 1000).to_string(),
        rest => format!("{}.{rest:03}", thousandths / 1000).trim_end_matches('0').to_owned(),
    }
}
