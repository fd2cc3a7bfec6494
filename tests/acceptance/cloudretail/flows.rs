//! 004-A03: the flows of the document, evaluated by the policies of the raw output.

use super::{DATABASES, SERVICES, production};
use crate::acceptance::reachability::evaluate::{End, Policies, Port};

/// Ports at which pods could be asked.
const PORTS: [u16; 15] =
    [3001, 3002, 3003, 3004, 3005, 4000, 8080, 5432, 6379, 9092, 2181, 2888, 3888, 22, 443];

fn pod(app: &str) -> End {
    End::pod("cloudretail", "app", app)
}

fn apps() -> Vec<String> {
    let services = SERVICES.iter().map(|(name, ..)| (*name).to_owned());
    let databases = DATABASES.iter().map(|name| format!("postgres-{name}"));
    let rest = ["redis", "kafka", "zookeeper"].map(str::to_owned);
    services.chain(databases).chain(rest).collect()
}

/// Every flow between pods that the document has: who, whom, at which port.
fn stated() -> Vec<(String, String, u16)> {
    let mut flows = Vec::new();
    let mut add = |from: &str, to: &str, port| flows.push((from.to_owned(), to.to_owned(), port));
    for (name, port, _, _, database) in SERVICES {
        let port = u16::try_from(port).unwrap();
        if name != "api-gateway" {
            add("api-gateway", name, port);
        }
        if let Some(database) = database {
            add(name, &format!("postgres-{database}"), 5432);
            add(name, "event-bus", 4000);
        }
    }
    add("event-bus", "kafka", 9092);
    add("event-bus", "redis", 6379);
    add("kafka", "kafka", 9092);
    add("kafka", "zookeeper", 2181);
    add("zookeeper", "zookeeper", 2888);
    add("zookeeper", "zookeeper", 3888);
    flows
}

#[test]
fn a004_a03_pods_reach_what_the_document_says_and_nothing_else() {
    let production = production();
    let policies = Policies::new(&production.objects);
    let stated = stated();
    assert_eq!(stated.len(), 6 + 5 + 5 + 2 + 4);
    for from in apps() {
        for to in apps() {
            for port in PORTS {
                let wanted = stated.contains(&(from.clone(), to.clone(), port));
                let found = policies.allow(&pod(&from), &pod(&to), Port(port, "TCP"));
                assert_eq!(found, wanted, "{from} to {to} at {port}");
            }
        }
    }
}

#[test]
fn a004_a03_the_edge_reaches_the_gateway_alone() {
    let production = production();
    let policies = Policies::new(&production.objects);
    let edge = End::pod("ingress-nginx", "app.kubernetes.io/name", "ingress-nginx");
    for app in apps() {
        for port in PORTS {
            let wanted = app == "api-gateway" && port == 8080;
            assert_eq!(policies.allow(&edge, &pod(&app), Port(port, "TCP")), wanted, "{app} at {port}");
            for stranger in [End::pod("default", "app", "stranger"), End::address("93.184.215.14")] {
                assert!(!policies.allow(&stranger, &pod(&app), Port(port, "TCP")), "{app} at {port}");
            }
        }
    }
}

#[test]
fn a004_a03_names_are_found_and_payments_alone_leave_the_cluster() {
    let production = production();
    let policies = Policies::new(&production.objects);
    let names = End::pod("kube-system", "k8s-app", "kube-dns");
    for app in apps() {
        let may = |to: &End, port, protocol| policies.allow(&pod(&app), to, Port(port, protocol));
        assert!(may(&names, 53, "UDP") && may(&names, 53, "TCP"), "{app} finds no names");
        let outside = End::address("93.184.215.14");
        assert_eq!(may(&outside, 443, "TCP"), app == "payment-service", "{app}");
        assert!(!may(&outside, 80, "TCP"), "{app}");
        // Private addresses are no Internet.
        for address in ["10.0.0.7", "172.16.0.1", "192.168.1.1", "169.254.169.254"] {
            assert!(!may(&End::address(address), 443, "TCP"), "{app} and {address}");
        }
    }
    // Scrapers from outside reach metrics of the services, not the data.
    let scraper = End::pod("monitoring", "app", "prometheus");
    for (name, port, ..) in SERVICES {
        assert!(policies.allow(&scraper, &pod(name), Port(u16::try_from(port).unwrap(), "TCP")), "{name}");
    }
    assert!(!policies.allow(&scraper, &pod("postgres-payments"), Port(5432, "TCP")));
}

#[test]
fn a004_c05_the_authority_may_ask_for_its_proof() {
    let production = production();
    let policies = Policies::new(&production.objects);
    let edge = End::pod("ingress-nginx", "app.kubernetes.io/name", "ingress-nginx");
    let solver = End::pod("cloudretail", "acme.cert-manager.io/http01-solver", "true");
    assert!(policies.allow(&edge, &solver, Port(8089, "TCP")));
    assert!(!policies.allow(&edge, &solver, Port(443, "TCP")));
    assert!(!policies.allow(&solver, &pod("api-gateway"), Port(8080, "TCP")));
}

#[test]
fn a004_f13_backups_alone_bring_data_out() {
    let production = production();
    let policies = Policies::new(&production.objects);
    let store = End::address("93.184.215.14");
    for database in DATABASES {
        let (server, backup) = (format!("postgres-{database}"), format!("postgres-{database}-backup"));
        assert_eq!(production.one("CronJob", &backup)["spec"]["schedule"], "0 2 * * *");
        assert!(policies.allow(&pod(&backup), &pod(&server), Port(5432, "TCP")), "{database}");
        assert!(policies.allow(&pod(&backup), &store, Port(443, "TCP")), "{database}");
        for other in DATABASES.iter().filter(|other| **other != database) {
            let other = pod(&format!("postgres-{other}"));
            assert!(!policies.allow(&pod(&backup), &other, Port(5432, "TCP")), "{database}");
        }
    }
}
