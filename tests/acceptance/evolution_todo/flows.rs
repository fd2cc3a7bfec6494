//! 003-F13: who talks to whom, evaluated by the policies of the raw output.

use super::production;
use crate::acceptance::reachability::evaluate::{End, Policies, Port};

fn pod(app: &str) -> End {
    let namespace = if app == "fluent-bit" { "evolution-todo-logging" } else { "evolution-todo" };
    End::pod(namespace, "app", app)
}

#[test]
fn a003_f13_flows_of_evolution_todo() {
    let production = production();
    let policies = Policies::new(&production.objects);
    let may = |from: &str, to: &str, port| policies.allow(&pod(from), &pod(to), Port(port, "TCP"));
    assert!(may("backend", "postgres", 5432) && may("backend", "redis", 6379) && may("mcp", "backend", 8000));
    assert!(may("fluent-bit", "loki", 3100));
    for (from, to, port) in [
        ("frontend", "backend", 8000), // the browser asks, through the edge
        ("frontend", "postgres", 5432),
        ("mcp", "postgres", 5432),
        ("mcp", "redis", 6379),
        ("postgres", "backend", 8000),
        ("fluent-bit", "postgres", 5432),
    ] {
        assert!(!may(from, to, port), "{from} to {to} at {port}");
    }
    let edge = End::pod("ingress-nginx", "app.kubernetes.io/name", "ingress-nginx");
    let scraper = End::pod("monitoring", "app", "prometheus");
    let asked = |from: &End, to: &str, port| policies.allow(from, &pod(to), Port(port, "TCP"));
    assert!(asked(&edge, "frontend", 3000) && asked(&edge, "backend", 8000) && !asked(&edge, "mcp", 8001));
    assert!(asked(&scraper, "backend", 9000) && !asked(&scraper, "backend", 8000));
}
