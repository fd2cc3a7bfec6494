//! 000-F16: who talks to whom, evaluated by the policies of the raw output.

use super::production;
use crate::acceptance::reachability::evaluate::{End, Policies, Port};

fn pod(app: &str) -> End {
    let namespace = if app == "fluent-bit" { "ez-platform-logging" } else { "ez-platform" };
    End::pod(namespace, "app", app)
}

#[test]
fn a000_f16_flows_of_ez_platform() {
    let production = production();
    let policies = Policies::new(&production.objects);
    let may = |from: &str, to: &str, port| policies.allow(&pod(from), &pod(to), Port(port, "TCP"));
    let backends = [
        ("filediscovery", 5007),
        ("fileprocessor", 5008),
        ("validation", 5003),
        ("output", 5009),
        ("datasource-management", 5001),
        ("metrics-configuration", 5002),
        ("invalidrecords", 5006),
        ("scheduling", 5004),
    ];
    for (service, port) in backends {
        assert!(may(service, "mongodb", 27017) && may(service, "kafka", 9092), "{service}");
        let caches = ["fileprocessor", "validation", "output"].contains(&service);
        assert_eq!(may(service, "hazelcast", 5701), caches, "{service} and the cache");
        let managed = ["datasource-management", "metrics-configuration", "invalidrecords", "scheduling"];
        assert_eq!(may("frontend", service, port), managed.contains(&service), "frontend to {service}");
        assert!(may("prometheus", service, port), "Prometheus to {service}");
        assert!(!may(service, "elasticsearch", 9200), "{service} to the logs");
    }
    assert!(may("prometheus", "frontend", 3000) && may("grafana", "prometheus", 9090));
    assert!(may("filediscovery", "fileprocessor", 5008) && !may("fileprocessor", "filediscovery", 5007));
    assert!(!may("frontend", "mongodb", 27017) && !may("frontend", "kafka", 9092));
    // Across the namespaces, in both directions.
    assert!(may("fluent-bit", "elasticsearch", 9200) && may("prometheus", "fluent-bit", 2020));
    assert!(!may("fluent-bit", "mongodb", 27017) && !may("filediscovery", "fluent-bit", 2020));
}
