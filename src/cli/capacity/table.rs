//! Figures as tables for people.

use crate::header::capacity::Extreme;
use crate::platform::capacity::fit::{Fit, Packing};
use crate::platform::capacity::{Capacity, Compared, Figures, Line, figure_text};
use crate::platform::demand::amount::{cores, size};
use std::fmt::Write;

const TITLES: [&str; 8] =
    ["", "pods", "CPU requests", "CPU limits", "memory requests", "memory limits", "claims", "storage"];

/// The figures of one environment.
pub(super) fn text(capacity: &Capacity) -> String {
    let environment = capacity.environment.as_deref().unwrap_or("the base");
    let mut out = format!("{}: {environment}\n\n", capacity.platform);
    let mut rows: Vec<[String; 8]> = vec![TITLES.map(str::to_owned)];
    rows.extend(capacity.lines.iter().map(|line| row(&line.component, line)));
    rows.push(row("total", &capacity.total));
    let most = &capacity.total.most;
    let more = |all: String, unlimited: bool| {
        if unlimited && all == "0" { "none".to_owned() } else { format!("+{all}") }
    };
    rows.push([
        "while all is replaced".to_owned(),
        format!("+{}", most.surge),
        format!("+{}", cores(most.surge_requests.cpu)),
        more(cores(most.surge_limits.cpu), most.unlimited.0),
        format!("+{}", size(most.surge_requests.memory)),
        more(size(most.surge_limits.memory), most.unlimited.1),
        String::new(),
        String::new(),
    ]);
    columns(&rows, &mut out);
    let total = &capacity.total;
    if total.most.unlimited != (false, false) {
        out.push_str("\n`none` and `+`: containers without a limit may use what their node has\n");
    }
    if total.jobs > 0 {
        let _ = writeln!(out, "\nPods of Jobs, not counted: {}", total.jobs);
    }
    let every: Vec<_> =
        capacity.lines.iter().filter(|line| line.per_node).map(|line| line.component.as_str()).collect();
    if !every.is_empty() {
        let _ = writeln!(out, "\nOn every node, not counted: {}", every.join(", "));
    }
    if !total.silent.is_empty() {
        let _ = writeln!(out, "\nWithout figures, counted as nothing: {}", total.silent.join(", "));
    }
    if !capacity.claims.is_empty() {
        claims(&capacity.claims, &mut out);
    }
    if let Some(fit) = &capacity.fit {
        nodes(fit, total, &mut out);
    }
    out
}

fn row(name: &str, line: &Line) -> [String; 8] {
    let span = |figure: fn(&Figures) -> String| {
        let (least, most) = (figure(&line.least), figure(&line.most));
        if least == most { least } else { format!("{least} - {most}") }
    };
    [
        name.to_owned(),
        span(|figures| figures.pods.to_string()),
        span(|figures| cores(figures.requests.cpu)),
        span(|figures| limit(cores(figures.limits.cpu), figures.unlimited.0)),
        span(|figures| size(figures.requests.memory)),
        span(|figures| limit(size(figures.limits.memory), figures.unlimited.1)),
        span(|figures| figures.claims.to_string()),
        span(|figures| size(figures.storage)),
    ]
}

/// What all may use together, or at least if some have no limit.
fn limit(all: String, unlimited: bool) -> String {
    match (unlimited, all.as_str()) {
        (true, "0") => "none".to_owned(),
        (true, _) => all + "+",
        (false, _) => all,
    }
}

fn columns<const N: usize>(rows: &[[String; N]], out: &mut String) {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in rows {
        let mut line = String::new();
        for (n, (cell, width)) in row.iter().zip(widths).enumerate() {
            let gap = " ".repeat(width - cell.chars().count());
            let _ = if n == 0 { write!(line, "{cell}{gap}") } else { write!(line, "   {gap}{cell}") };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// What is claimed, beside what is computed, and why they differ.
fn claims(claims: &[Compared], out: &mut String) {
    let mut rows = vec![["claim", "stated", "computed", ""].map(str::to_owned)];
    for compared in claims {
        let verdict = match (&compared.claim.because, compared.holds) {
            (_, true) => "holds".to_owned(),
            (Some(why), false) => format!("differs: {why}"),
            (None, false) => "differs".to_owned(),
        };
        rows.push([
            format!("{} ({})", compared.name, at(compared.claim.at)),
            stated(compared),
            figure_text(compared.claim.figure, compared.computed),
            verdict,
        ]);
    }
    out.push('\n');
    // The last column is a sentence: it stands at the left.
    let width = |n: usize| rows.iter().map(|row| row[n].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2)];
    for [name, stated, computed, verdict] in &rows {
        let line = format!(
            "{name:<0$}   {stated:>1$}   {computed:>2$}   {verdict}",
            widths[0], widths[1], widths[2]
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Which end of the range of pods.
pub(super) const fn at(extreme: Extreme) -> &'static str {
    match extreme {
        Extreme::Minimum => "minimum",
        Extreme::Maximum => "maximum",
    }
}

fn stated(compared: &Compared) -> String {
    let claim = &compared.claim;
    claim.to.as_ref().map_or_else(|| claim.stated.to_string(), |to| format!("{} - {to}", claim.stated))
}

/// How the pods fit on the nodes.
fn nodes(fit: &Fit, total: &Line, out: &mut String) {
    let pools: Vec<_> = fit.pools.iter().map(|(name, nodes)| format!("{name} x {nodes}")).collect();
    let _ = writeln!(out, "\nNodes: {}", pools.join(", "));
    let rows = [
        ("at the fewest pods", &fit.least),
        ("at the most pods", &fit.most),
        ("while all is replaced", &fit.rolled),
        ("at the most, one node lost", &fit.lost),
    ];
    for (case, packing) in rows {
        let _ = writeln!(out, "  {case:<27} {}", placed(packing));
    }
    if let Some(storage) = fit.storage {
        let verdict = if total.most.storage <= storage { "fits" } else { "does not fit" };
        let _ = writeln!(
            out,
            "  {:<27} {verdict}: {} of {}",
            "claims on the nodes",
            size(total.most.storage),
            size(storage)
        );
    }
}

fn placed(packing: &Packing) -> String {
    if packing.fits() {
        return format!("fits on {}", packing.needed);
    }
    let left: Vec<_> = packing.left.iter().map(|(name, pods)| format!("{pods} of {name}")).collect();
    format!("no room for {}", left.join(", "))
}
