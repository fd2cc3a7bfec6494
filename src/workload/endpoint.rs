//! What others must know of a workload to call it, to scrape it and to watch over it.

use super::Blueprint;
use crate::needs::Endpoint;

impl Blueprint<'_> {
    /// Fewest and most pods that stay.
    pub fn pods(&self) -> (u32, u32) {
        if self.workload.kind.stays() { self.range() } else { (0, 0) }
    }

    /// What others can call.
    pub fn endpoint(&self) -> Endpoint {
        let ports: Vec<_> =
            self.container.ports().into_iter().map(|(name, port)| (name.to_owned(), port)).collect();
        let exposed = ports.iter().any(|(_, port)| port.at_service().is_some());
        Endpoint {
            app: self.name.to_owned(),
            service: exposed.then(|| self.workload.names.service(self.name)),
            ports,
            metrics: self.workload.metrics.as_ref().and_then(|metrics| metrics.scrape(self)),
            pods: self.pods(),
            limits: self.container.limits(),
            scaled_by: self
                .workload
                .autoscaling
                .as_ref()
                .map(|scaling| scaling.metrics.series(self.name))
                .unwrap_or_default(),
            ..Endpoint::default()
        }
    }
}
