//! 002-F15: who reaches whom, by the policies of the raw output.

use super::{production, routes};
use crate::acceptance::reachability::evaluate::{End, Policies, Port};
use crate::acceptance::rendered::{list, text};

const ENTRIES: [&str; 3] = ["api-gateway", "core-service", "reservations"];

fn pod(app: &str) -> End {
    End::pod("tartware-system", "app", app)
}

#[test]
fn a002_f15_the_gateway_leads_to_services_and_those_to_the_data() {
    let production = production();
    let mut leads: Vec<_> = routes(&production, "edge").into_iter().map(|(_, service)| service).collect();
    leads.sort_unstable();
    assert_eq!(leads, ENTRIES);
    let policies = Policies::new(&production.objects);
    let may = |from: &End, to: &str, port| policies.allow(from, &pod(to), Port(port, "TCP"));
    let gateway = End::pod("istio-system", "istio", "ingressgateway");
    for service in ENTRIES {
        assert!(may(&gateway, service, 3000), "the gateway does not reach {service}");
        for (to, port) in [("postgres-pooler", 5432), ("redis", 6379), ("events", 9092), ("collector", 4317)]
        {
            assert!(may(&pod(service), to, port), "{service} does not reach {to}");
        }
        assert!(!may(&pod(service), "postgres", 5432), "{service} goes around the pooler");
        assert!(!may(&pod(service), "collector-sampler", 4317) && !may(&pod(service), "jaeger", 4317));
    }
    assert!(!may(&gateway, "billing", 3000) && !may(&gateway, "postgres-pooler", 5432));
    // Servers write their backups themselves; who hands out their connections does not.
    let store = End::address("93.184.215.14");
    let leaves = |app: &str| policies.allow(&pod(app), &store, Port(443, "TCP"));
    assert!(leaves("postgres") && !leaves("postgres-pooler") && !leaves("api-gateway"));
    // Servers of Consul gossip by TCP and by UDP.
    for protocol in ["TCP", "UDP"] {
        assert!(policies.allow(&pod("consul"), &pod("consul"), Port(8301, protocol)), "{protocol}");
    }
    assert!(may(&pod("collector"), "collector-sampler", 4317));
    assert!(may(&pod("collector-sampler"), "jaeger", 4317) && may(&pod("jaeger"), "traces", 9200));
}

#[test]
fn a002_f11_c07_whoever_sees_traces_has_logged_in() {
    let production = production();
    assert_eq!(routes(&production, "edge-2"), [("/".to_owned(), "jaeger-login".to_owned())]);
    assert_eq!(production.one("VirtualService", "edge-2")["spec"]["hosts"][0], "jaeger.tartware.local");
    let policies = Policies::new(&production.objects);
    let gateway = End::pod("istio-system", "istio", "ingressgateway");
    assert!(!policies.allow(&gateway, &pod("jaeger"), Port(16686, "TCP")));
    assert!(policies.allow(&pod("jaeger-login"), &pod("jaeger"), Port(16686, "TCP")));
    assert!(!policies.allow(&pod("jaeger-login"), &pod("postgres-pooler"), Port(5432, "TCP")));
    let login = production.container("Deployment", "jaeger-login");
    assert!(list(&login["args"]).iter().any(|argument| text(argument) == "--upstream=http://jaeger:16686"));
    assert!(list(&login["envFrom"]).is_empty(), "it knows no database");
}
