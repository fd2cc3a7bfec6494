//! Exporters: they ask servers for their state, and give it to scrapers.

use super::{Readymade, User};
use crate::pod::container::{Container, Port, Resources};
use crate::pod::probe::{Probe, Probes};
use crate::value::{Image, Labels, Short};
use crate::workload::metrics::Metrics;
use crate::workload::tuning::Tuning;

/// The user `nobody`.
const NOBODY: User = User { user: 65534, group: 65534 };

/// One that stands beside a server in its pod, runs as a user and lives as long as a path of its port answers.
pub fn beside(image: &str, user: u32, port: u16, path: &str) -> Container {
    let mut exporter = Container {
        image: Some(Image::known(image)),
        resources: Some(Resources::of("10m", "32Mi", "100m", "64Mi")),
        ..Container::default()
    };
    exporter.security_context.read_only_root_filesystem = Some(true);
    exporter.security_context.run_as_user = Some(user);
    exporter.ports.insert("metrics", Short(Port { container: port, ..Port::default() }));
    exporter.probes.liveness = Some(Probe::http(path, 30));
    exporter
}

/// Label `app` of one that stands apart.
pub fn name(component: &str) -> String {
    format!("{component}-exporter")
}

/// One that knows a whole cluster, and stands apart: beside each server, each of them would give the same series.
pub fn apart(image: &str, (port, number): (&str, u16), labels: &Labels, tuning: &Tuning) -> Readymade {
    let resources = Resources::of("10m", "64Mi", "200m", "128Mi");
    let mut made = Readymade::new(Image::known(image), NOBODY, resources, &tuning.beside());
    made.workload.labels = labels.clone();
    made.port(port, number);
    made.workload.metrics = Some(Metrics::at(port));
    made.container.probes = Probes {
        startup: None,
        liveness: Some(Probe::tcp(port, 30)),
        readiness: Some(Probe::http("/healthz", 10)),
    };
    made
}

impl Readymade {
    /// Adds an exporter beside the server, and tells scrapers of its port.
    pub fn exporter(&mut self, name: &str, container: Container, port: u16) {
        self.pod.sidecars.insert(name, container);
        self.workload.metrics = Some(Metrics::at(&port.to_string()));
    }
}
