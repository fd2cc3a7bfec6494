//! Autoscaling: a range, something to measure, and no number of pods beside it.

use super::super::autoscaling::keda;
use super::{Subject, is_override};
use crate::diagnostic::{Check, Key};
use crate::k8s::provider::Provider;

/// Reports what would keep a workload from being scaled.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    let Some(scaling) = workload.autoscaling.as_ref().filter(|_| workload.kind.scales()) else { return };
    let here = subject.at.key("autoscaling");
    if scaling.max < scaling.min {
        let (min, max) = (here.key("min"), here.key("max"));
        check
            .error(
                "autoscaling-range",
                &max,
                format!("the maximum {} is below the minimum {}", scaling.max, scaling.min),
            )
            .label(&min, "this is the minimum")
            .with_base(&max)
            .help(format!("write a maximum of at least {}", scaling.min));
    }
    requests(subject, check);
    metrics(subject, check);
    measured(subject, check);
    if scaling.memory.is_some() {
        check
            .warning(
                "autoscaling-memory",
                &here.key("memory"),
                "pods that keep the memory that they once had are never fewer again",
            )
            .help(
                "scale by what changes with the load: CPU, or `metrics`; where the memory is given back, say so: \
                 `# kgen: allow[autoscaling-memory] …`",
            );
    }
    let replicas = subject.at.key("replicas");
    // An environment that adds autoscaling leaves the number of the base without effect on purpose.
    if workload.replicas.is_some() && (is_override(check, &replicas) || !is_override(check, &here)) {
        check
            .warning(
                "autoscaling-replicas",
                &replicas,
                "`replicas` has no effect: the autoscaler owns the number of pods",
            )
            .label(&here, "autoscaling is set here")
            .help("remove `replicas`, or write `autoscaling: null` where the number is to be fixed");
    }
}

/// CPU and memory are measured by metrics-server; it is missed once for the platform.
fn measured(subject: &Subject<'_>, check: &mut Check<'_>) {
    let provides = &subject.scope.header.provides;
    if provides.is_said() && !provides.has(Provider::MetricsServer) {
        check
            .warning(
                "autoscaling-metrics",
                Key(&["provides"]),
                "nothing in the cluster measures CPU and memory for the autoscaler",
            )
            .label(&subject.at.key("autoscaling"), "they are needed here")
            .help("add `metrics-server` to `provides`: most clusters come with it");
    }
}

/// A share of a request needs the request, in every container that counts.
fn requests(subject: &Subject<'_>, check: &mut Check<'_>) {
    let Some(scaling) = &subject.blueprint.workload.autoscaling else { return };
    let place = subject.at.key("autoscaling");
    let only_main = scaling.counts_main_alone(subject.scope);
    for (metric, _) in scaling.resources() {
        let mut missing: Vec<String> = Vec::new();
        subject.containers(&mut |role, name, container, _| {
            // A limit alone is also the request.
            let known = container.resources.as_ref().is_some_and(|resources| {
                resources.requests.contains(metric) || resources.limits.contains(metric)
            });
            let counts = role.stays() && (role == super::Role::Main || !only_main);
            if counts && !known {
                missing.push(name.to_owned());
            }
        });
        let Some(first) = missing.first() else { continue };
        let amount = if metric == "cpu" { "100m" } else { "128Mi" };
        let main = first == subject.blueprint.name;
        let container = if main { String::new() } else { format!(" to the container `{first}`") };
        let here = place.key(metric);
        let here = if check.node(&here.path()).is_some() { here } else { place };
        let default =
            if scaling.cpu.is_none() && metric == "cpu" { " (80 % of the CPU, the default)" } else { "" };
        let way = if main || only_main { "" } else { ", or set `mainContainerOnly: true`" };
        check
            .error(
                "autoscaling-request",
                &here,
                format!("scaling by a share of the requested {metric}{default}, and `{first}` requests none"),
            )
            .label(Key(&subject.key()), "this is what is scaled")
            .help(format!("add `resources: {{ requests: {{ {metric}: {amount} }} }}`{container}{way}"));
    }
}

/// Metrics other than CPU and memory need somebody who counts them and somebody who gives them.
fn metrics(subject: &Subject<'_>, check: &mut Check<'_>) {
    let Some(scaling) = subject.blueprint.workload.autoscaling.as_ref().filter(|s| !s.metrics.is_empty())
    else {
        return;
    };
    let name = subject.blueprint.name;
    let header = &subject.scope.header;
    let here = subject.at.key("autoscaling");
    let here = here.key("metrics");
    match header.scaler() {
        None => {
            check
                .error("metrics-provider", &here, "nobody gives these metrics to the autoscaler")
                .label(Key(&subject.key()), "this would never be scaled")
                .help("say who does: `provides: [keda]` at the top, or `[prometheus-adapter]`");
        }
        Some(Provider::Keda) if keda::server(subject.scope).is_none() => {
            check
                .error("metrics-provider", &here, "KEDA does not know which Prometheus to ask")
                .help("write its address at the top: `metrics: { server: \"http://prometheus.monitoring.svc:9090\" }`");
        }
        Some(_) => {}
    }
    if scaling.metrics.latency.is_some() && header.objectives.latency_seconds().0.is_none() {
        check
            .error(
                "objective-missing",
                &here.key("latency"),
                "this is a share of an objective that is not stated",
            )
            .help("state it at the top: `objectives: { latency: { p95: 500ms } }`");
    }
    let counted = scaling.metrics.custom.iter().any(|(_, custom)| custom.metric.is_some());
    let own = scaling.metrics.requests.is_some()
        || scaling.metrics.latency.is_some()
        || scaling.metrics.query_duration.is_some();
    if (own || counted) && subject.blueprint.workload.metrics.is_none() {
        check
            .error("metrics-provider", &here, format!("nobody collects what the pods of `{name}` count"))
            .help("say where the metrics are: `metrics: { path: /metrics }`");
    }
    for (key, custom) in scaling.metrics.custom.iter() {
        let fields = [("metric", custom.metric.is_some()), ("query", custom.query.is_some())];
        let set: Vec<&str> = fields.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect();
        super::one_of(
            &format!("the metric `{key}`"),
            &set,
            "`metric`, `query`",
            &here.key("custom").key(key),
            check,
        );
    }
}
