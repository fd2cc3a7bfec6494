//! How much of a cluster a platform needs: figures by component and in total, against what is claimed and against nodes.

use super::Platform;
use super::demand::amount::{Amount, bytes, cores, millicores, size};
use super::demand::{Demand, Demands, Stay};
use crate::header::capacity::{Extreme, Figure, FigureClaim};
use fit::Fit;

pub mod check;
pub mod fit;

/// Figures at one number of pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Pods that stay.
    pub pods: u64,
    /// Pods beyond them while everything is replaced at once.
    pub surge: u64,
    /// What the pods that stay request.
    pub requests: Amount,
    /// What the pods that stay may use.
    pub limits: Amount,
    /// Whether some of them have no limit of CPU, and of memory: the limits are those of the others.
    pub unlimited: (bool, bool),
    /// What those beyond them request.
    pub surge_requests: Amount,
    /// What those beyond them may use.
    pub surge_limits: Amount,
    /// Number of claims.
    pub claims: u64,
    /// Bytes of the claims.
    pub storage: u64,
}

/// Figures of one component, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// The component; empty for all of them.
    pub component: String,
    /// At the fewest pods.
    pub least: Figures,
    /// At the most pods.
    pub most: Figures,
    /// Pods of Jobs, which are not counted above.
    pub jobs: u64,
    /// Whether there is a pod on every node, which is not counted above either.
    pub per_node: bool,
    /// Containers that state no figures, which therefore count as nothing.
    pub silent: Vec<String>,
}

/// A figure that is claimed, and the computed one.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Name of the claim.
    pub name: String,
    /// The claim.
    pub claim: FigureClaim,
    /// The computed figure: cores in thousandths, bytes, or a number.
    pub computed: u64,
    /// Whether it is within what is claimed.
    pub holds: bool,
}

/// The capacity that a platform needs in one environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Capacity {
    /// Name of the platform.
    pub platform: String,
    /// The environment; none for the base.
    pub environment: Option<String>,
    /// Figures of each component that has any.
    pub lines: Vec<Line>,
    /// All of them together.
    pub total: Line,
    /// Claims.
    pub claims: Vec<Compared>,
    /// How the pods fit on the nodes, if the spec says what nodes there are.
    pub fit: Option<Fit>,
}

impl Capacity {
    /// The capacity that a platform needs.
    pub fn of(platform: &Platform) -> Self {
        Self::with(platform, &Demands::of(platform))
    }

    /// The same, where it is known what the platform asks for.
    pub fn with(platform: &Platform, demands: &Demands) -> Self {
        let header = &platform.scope.header;
        let mut lines: Vec<Line> = Vec::new();
        for part in &platform.parts {
            let line = Line::of(&part.name, demands);
            if line != Line::named(&part.name) {
                lines.push(line);
            }
        }
        let total = sum(lines.iter());
        let fit = (!header.nodes.is_empty()).then(|| Fit::of(demands, &header.nodes));
        let claims = header.capacity.claims.iter().map(|(name, claim)| {
            let asked = lines.iter().filter(|line| {
                claim.of.is_empty() || claim.of.iter().any(|component| **component == line.component)
            });
            compare(name, claim, &sum(asked), fit.as_ref())
        });
        Self {
            platform: header.platform.to_string(),
            environment: platform.scope.environment.clone(),
            claims: claims.collect(),
            lines,
            total,
            fit,
        }
    }
}

impl Line {
    fn named(component: &str) -> Self {
        Self { component: component.to_owned(), ..Self::default() }
    }

    fn of(component: &str, demands: &Demands) -> Self {
        let mut line = Self::named(component);
        for demand in demands.workloads.iter().filter(|demand| demand.component == component) {
            if demand.is_silent() {
                line.silent.push(demand.name.clone());
            }
            match demand.stay {
                Stay::Ends => line.jobs = line.jobs.saturating_add(demand.pods.most),
                Stay::PerNode => line.per_node = true,
                Stay::Always => {
                    line.least.add(demand, demand.pods.least);
                    line.most.add(demand, demand.pods.most);
                }
            }
        }
        for volume in demands.volumes.iter().filter(|volume| volume.component == component) {
            for figures in [&mut line.least, &mut line.most] {
                figures.claims += 1;
                figures.storage = figures.storage.saturating_add(volume.bytes);
            }
        }
        line
    }
}

impl Figures {
    fn add(&mut self, demand: &Demand, pods: u64) {
        let surge = demand.surge.of(pods);
        self.pods = self.pods.saturating_add(pods);
        self.surge = self.surge.saturating_add(surge);
        self.requests = self.requests.plus(demand.requests.times(pods));
        self.limits = self.limits.plus(demand.limits.times(pods));
        if pods > 0 {
            self.unlimited = either(self.unlimited, demand.unlimited());
        }
        self.surge_requests = self.surge_requests.plus(demand.requests.times(surge));
        self.surge_limits = self.surge_limits.plus(demand.limits.times(surge));
        let (claims, storage) = demand.claimed(pods);
        self.claims = self.claims.saturating_add(claims);
        self.storage = self.storage.saturating_add(storage);
    }

    fn plus(self, other: Self) -> Self {
        Self {
            pods: self.pods.saturating_add(other.pods),
            surge: self.surge.saturating_add(other.surge),
            requests: self.requests.plus(other.requests),
            limits: self.limits.plus(other.limits),
            unlimited: either(self.unlimited, other.unlimited),
            surge_requests: self.surge_requests.plus(other.surge_requests),
            surge_limits: self.surge_limits.plus(other.surge_limits),
            claims: self.claims.saturating_add(other.claims),
            storage: self.storage.saturating_add(other.storage),
        }
    }
}

const fn either(one: (bool, bool), other: (bool, bool)) -> (bool, bool) {
    (one.0 || other.0, one.1 || other.1)
}

fn sum<'a>(lines: impl Iterator<Item = &'a Line>) -> Line {
    lines.fold(Line::default(), |mut total, line| {
        total.least = total.least.plus(line.least);
        total.most = total.most.plus(line.most);
        total.jobs = total.jobs.saturating_add(line.jobs);
        total.per_node |= line.per_node;
        total.silent.extend(line.silent.iter().cloned());
        total
    })
}

fn compare(name: &str, claim: &FigureClaim, total: &Line, fit: Option<&Fit>) -> Compared {
    let figures = match claim.at {
        Extreme::Minimum => &total.least,
        Extreme::Maximum => &total.most,
    };
    let computed = match claim.figure {
        Figure::Pods => figures.pods,
        Figure::SurgePods => figures.surge,
        Figure::CpuRequests => figures.requests.cpu,
        Figure::CpuLimits => figures.limits.cpu,
        Figure::MemoryRequests => figures.requests.memory,
        Figure::MemoryLimits => figures.limits.memory,
        Figure::Claims => figures.claims,
        Figure::Storage => figures.storage,
        Figure::Nodes => fit.map_or(0, |fit| match claim.at {
            Extreme::Minimum => fit.least.needed,
            Extreme::Maximum => fit.most.needed,
        }),
    };
    let read = |text: &str| unit(claim.figure, text);
    let least = read(&claim.stated);
    let most = claim.to.as_deref().map_or(least, read);
    Compared {
        name: name.to_owned(),
        claim: claim.clone(),
        computed,
        holds: (least..=most).contains(&computed),
    }
}

/// A stated figure in the unit of the computed one.
fn unit(figure: Figure, text: &str) -> u64 {
    match figure {
        Figure::CpuRequests | Figure::CpuLimits => millicores(text),
        _ => bytes(text),
    }
    .unwrap_or_default()
}

/// A computed figure as people write it.
pub fn figure_text(figure: Figure, number: u64) -> String {
    match figure {
        Figure::CpuRequests | Figure::CpuLimits => cores(number),
        Figure::MemoryRequests | Figure::MemoryLimits | Figure::Storage => size(number),
        Figure::Pods | Figure::SurgePods | Figure::Claims | Figure::Nodes => number.to_string(),
    }
}
