//! Traces: who passes them to a collector that chooses among whole traces must not choose before it.

use super::Subject;
use crate::diagnostic::Check;
use crate::needs::Offer;
use crate::value::Scalar;

/// The variable by which OpenTelemetry's libraries are told which traces to send.
const SAMPLER: &str = "OTEL_TRACES_SAMPLER";

/// Reports a choice before the choice.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let scope = subject.scope;
    let uses = &subject.blueprint.workload.uses;
    let collector = uses.iter().enumerate().find(|(_, used)| {
        let name = used.split(':').next().unwrap_or_default();
        scope.endpoint(name).is_some_and(|endpoint| endpoint.samples_traces)
    });
    let Some((n, _)) = collector else { return };
    let chooses = |sampler: &str| sampler.contains("ratio") || sampler.ends_with("off");
    let own = subject.blueprint.container.env.iter().find(|(name, _)| *name == SAMPLER);
    let place = if let Some((_, value)) = own {
        let Some(Scalar(text)) = &value.value else { return };
        chooses(text).then(|| subject.at.key("env").key(SAMPLER).path())
    } else {
        let from = subject.blueprint.container.env_from.iter().position(|from| {
            matches!(scope.offers.get(&*from.from), Some(Offer::Config { data })
                if data.get(SAMPLER).is_some_and(|text| chooses(text)))
        });
        from.map(|at| subject.at.key("envFrom").index(at).path())
    };
    let Some(place) = place else { return };
    let used = subject.at.key("uses");
    check
        .error("head-sampling", &place, "traces are dropped before the collector can see whether they failed")
        .label(&used.index(n), "it keeps errors and slow traces, and a share of the rest")
        .help(format!("write `{SAMPLER}: parentbased_always_on`; how many are kept is said in `sampling` of the collector"));
}
