//! The stages of whole platforms.

use super::*;
use crate::diagnostic::Findings;
use crate::platform::memo::Memo;
use crate::source::Sources;

/// A platform, or what was found wrong with it.
fn platform(text: &str) -> Result<Platform, Findings> {
    let (mut sources, mut findings) = (Sources::new(), Findings::default());
    let root = sources.add("platform.yaml", text.as_bytes(), &mut findings).unwrap();
    let mut read = |path: &str| Err(format!("no file {path}"));
    let made = Platform::resolve(&mut sources, root, None, &mut Memo::default(), &mut read, &mut findings);
    made.ok_or(findings)
}

/// The stages of the components in the order in which they come.
fn order(text: &str) -> Vec<(String, Stage)> {
    let platform = platform(text).unwrap_or_else(|findings| panic!("{} errors", findings.errors()));
    let kinds: Vec<(&str, Vec<String>)> = platform
        .parts
        .iter()
        .map(|part| {
            let objects = part.own_objects(&platform.scope);
            (part.name.as_str(), objects.iter().map(|object| object.id().kind).collect())
        })
        .collect();
    let kinds =
        kinds.iter().map(|(name, kinds)| (*name, kinds.iter().map(String::as_str).collect())).collect();
    let mut found: Vec<_> =
        stages(&platform, &kinds).into_iter().map(|(name, stage)| (name.to_owned(), stage)).collect();
    found.sort_by_key(|(name, stage)| (*stage, name.clone()));
    found
}

fn is(found: &[(String, Stage)], wanted: &[(&str, Stage)]) {
    let found: Vec<_> = found.iter().map(|(name, stage)| (name.as_str(), *stage)).collect();
    assert_eq!(found, wanted);
}

#[test]
fn what_is_used_comes_before_who_uses_it() {
    let found = order(
        "
platform: shop
config: { settings: { A: b } }
secrets: { db: { keys: [password] } }
services:
  worker: { image: acme/worker:1, uses: [api] }
  api: { image: acme/api:1, port: 8080, uses: [orders, events], routes: { public: / }, probes: { readiness: { httpGet: /up } } }
  migrate: { image: acme/migrate:1, kind: Job, uses: [orders] }
  apart: { image: acme/apart:1, port: 8080 }
postgres: { orders: { storage: 1Gi, password: db/password } }
kafka: { events: { version: 3.9.1, mode: zookeeper, zookeeper: quorum, replicas: 3, storage: 1Gi } }
zookeeper: { quorum: { storage: 1Gi } }
ingress: { public: { host: shop.example.com } }
",
    );
    is(
        &found,
        &[
            ("db", Stage::Settings),
            ("settings", Stage::Settings),
            ("orders", Stage::Stores(0)),
            ("quorum", Stage::Stores(0)),
            ("events", Stage::Stores(1)),
            ("migrate", Stage::Jobs),
            ("apart", Stage::Services(0)),
            ("api", Stage::Services(0)),
            ("worker", Stage::Services(1)),
            ("public", Stage::Edge),
        ],
    );
}

#[test]
fn rules_come_before_everything_that_they_rule() {
    let order =
        [Stage::Cluster, Stage::Policies, Stage::Settings, Stage::Stores(0), Stage::Stores(1), Stage::Jobs];
    let rest = [Stage::Services(0), Stage::Services(1), Stage::Edge];
    assert!(order.into_iter().chain(rest).is_sorted());
    let found = order_of_extra("NetworkPolicy", "networking.k8s.io/v1");
    is(&found, &[("own", Stage::Policies), ("web", Stage::Services(0))]);
    let found = order_of_extra("ConfigMap", "v1");
    is(&found, &[("own", Stage::Settings), ("web", Stage::Services(0))]);
}

fn order_of_extra(kind: &str, version: &str) -> Vec<(String, Stage)> {
    let spec = if kind == "NetworkPolicy" { ", spec: { podSelector: {} }" } else { "" };
    order(&format!(
        "
platform: shop
services: {{ web: {{ image: acme/web:1 }} }}
extra: {{ own: {{ apiVersion: {version}, kind: {kind}, metadata: {{ name: own }}{spec} }} }}
"
    ))
}

#[test]
fn what_an_operator_runs_is_a_store() {
    let found = order(
        "
platform: shop
provides: [strimzi, cloudnative-pg]
secrets: { db: { keys: [username, password] } }
services: { api: { image: acme/api:1, uses: [orders, events] } }
postgres: { orders: { operator: cloudnative-pg, storage: 1Gi, password: db/password } }
kafka: { events: { operator: strimzi, storage: 1Gi } }
",
    );
    is(
        &found,
        &[
            ("db", Stage::Settings),
            ("events", Stage::Stores(0)),
            ("orders", Stage::Stores(0)),
            ("api", Stage::Services(0)),
        ],
    );
}

#[test]
fn answers_make_no_circle_and_circles_are_refused() {
    let services = |back: &str| {
        format!(
            "
platform: shop
services:
  bus: {{ image: acme/bus:1, port: 4000, {back}: [api] }}
  api: {{ image: acme/api:1, port: 8080, uses: [bus] }}
"
        )
    };
    // Who notifies does not depend on whom it tells.
    is(&order(&services("notifies")), &[("bus", Stage::Services(0)), ("api", Stage::Services(1))]);
    let findings = platform(&services("uses")).err().unwrap();
    assert_eq!(findings.sorted().iter().filter(|finding| finding.code == "cyclic-uses").count(), 1);
}
