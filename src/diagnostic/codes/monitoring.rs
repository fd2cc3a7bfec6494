//! Codes about objectives, metrics, traces and logs.

use super::{Code, row};

pub(super) const CODES: &[Code] = &[
    row(
        "alert-too-late",
        "An alert that comes when the objective is lost already.",
        "Somebody could act before it, if the warning came earlier.",
    ),
    row(
        "fixed-target",
        "A component whose metrics a fixed address does not give.",
        "Prometheus would collect nothing, or counters of several pods in one series.",
    ),
    row(
        "head-sampling",
        "Traces that are dropped in front of a collector that chooses among them.",
        "Nine of ten errors would be gone before anything can keep them.",
    ),
    row(
        "metrics-provider",
        "A metric that nobody collects, or gives to the autoscaler.",
        "The HorizontalPodAutoscaler would never scale by it.",
    ),
    row("metrics-server", "The address of a Prometheus that nobody asks.", "It would have no effect."),
    row(
        "objective-missing",
        "A share of an objective that is not stated.",
        "There is nothing to take a share of.",
    ),
    row(
        "objective-order",
        "Objectives or thresholds that stand the wrong way round.",
        "The milder of two alerts would come last, or never.",
    ),
    row(
        "objective-unreachable",
        "An objective that leaves no room for a single failure.",
        "Its alert would never rest.",
    ),
    row(
        "storage-field",
        "A field that does not fit where a component keeps its data.",
        "It would have no effect, or lose data.",
    ),
];
