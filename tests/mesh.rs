//! A mesh and the network policies say the same: who may open a connection may also ask, and nobody else.

use crate::judges::none;
use crate::objects::{self, Objects};
use crate::projects;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who asks pods, and where: the label `app` of both, and the port.
type Calls = BTreeSet<(String, String, u64)>;

#[test]
fn pods_answer_those_who_reach_them_and_nobody_else() {
    let mut complaints = Vec::new();
    let mut seen = 0;
    for environment in projects::environments() {
        let objects = objects::read(&environment.raw()).unwrap();
        let accounts = accounts(&objects);
        if !strict(&objects) || of_kind(&objects, "NetworkPolicy").next().is_none() {
            continue;
        }
        seen += 1;
        // Scrapers stand outside of the mesh: their ports are the exception, and have no callers by name.
        let scraped: BTreeSet<(String, u64)> = exceptions(&objects);
        let apart = |calls: Calls| -> Calls {
            calls.into_iter().filter(|(_, to, port)| !scraped.contains(&(to.clone(), *port))).collect()
        };
        // What operators make stands outside, as they do: only the network says who reaches it.
        let inside: BTreeSet<_> = accounts.values().flatten().cloned().collect();
        let mut reached = apart(reached(&objects));
        reached.retain(|(from, to, _)| inside.contains(from) && inside.contains(to));
        let answered = apart(answered(&objects, &accounts));
        for (from, to, port) in reached.symmetric_difference(&answered) {
            complaints.push(format!("{environment}: {from} to {to}:{port} is allowed by one of both only"));
        }
    }
    assert!(seen > 0, "no environment has a strict mesh");
    none(&complaints);
}

#[test]
fn what_is_open_to_those_without_identity_is_metrics_alone() {
    let mut complaints = Vec::new();
    for environment in projects::environments() {
        let objects = objects::read(&environment.raw()).unwrap();
        let scraped = exceptions(&objects);
        for policy in of_kind(&objects, "AuthorizationPolicy").filter(|_| strict(&objects)) {
            let app = text(&policy["spec"]["selector"]["matchLabels"]["app"]);
            for rule in list(&policy["spec"]["rules"]).iter().filter(|rule| rule["from"].is_null()) {
                for port in ports(&list(&rule["to"])[0]["operation"]["ports"]) {
                    if !scraped.contains(&(app.clone(), port)) {
                        complaints.push(format!("{environment}: {app}:{port} answers everybody"));
                    }
                }
            }
        }
    }
    none(&complaints);
}

/// Operators stand outside of a mesh: pods of theirs that were inside would refuse them.
#[test]
fn pods_of_operators_stay_outside() {
    let mut complaints = Vec::new();
    let mut seen = 0;
    for environment in projects::environments() {
        let objects = objects::read(&environment.raw()).unwrap();
        for (key, object) in objects.iter().filter(|_| strict(&objects)) {
            let spec = &object["spec"];
            let labels = match key.kind.as_str() {
                "Cluster" => &spec["inheritedMetadata"]["labels"],
                "Pooler" => &spec["template"]["metadata"]["labels"],
                "KafkaNodePool" => &spec["template"]["pod"]["metadata"]["labels"],
                "Elasticsearch" => &spec["nodeSets"][0]["podTemplate"]["metadata"]["labels"],
                _ => continue,
            };
            seen += 1;
            if labels["sidecar.istio.io/inject"] != "false" {
                complaints.push(format!("{environment}: the pods of {key} get a proxy"));
            }
        }
    }
    assert!(seen > 0, "no operator makes pods beside a mesh");
    none(&complaints);
}

fn strict(objects: &Objects) -> bool {
    of_kind(objects, "PeerAuthentication")
        .any(|object| object["spec"]["selector"].is_null() && object["spec"]["mtls"]["mode"] == "STRICT")
}

/// Label `app` of pods by their service account.
fn accounts(objects: &Objects) -> BTreeMap<String, BTreeSet<String>> {
    let mut accounts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for object in objects.values() {
        let spec = &object["spec"];
        for template in [&spec["template"], &spec["jobTemplate"]["spec"]["template"]] {
            let app = text(&template["metadata"]["labels"]["app"]);
            if !app.is_empty() {
                accounts.entry(text(&template["spec"]["serviceAccountName"])).or_default().insert(app);
            }
        }
    }
    accounts
}

/// Ports that take what comes in clear.
fn exceptions(objects: &Objects) -> BTreeSet<(String, u64)> {
    let mut found = BTreeSet::new();
    for object in of_kind(objects, "PeerAuthentication") {
        let app = text(&object["spec"]["selector"]["matchLabels"]["app"]);
        let exceptions = object["spec"]["portLevelMtls"].as_mapping();
        found.extend(
            exceptions.into_iter().flatten().map(|(port, _)| (app.clone(), text(port).parse().unwrap())),
        );
    }
    found
}

/// What network policies let in from pods of the platform.
fn reached(objects: &Objects) -> Calls {
    let mut calls = Calls::new();
    for policy in of_kind(objects, "NetworkPolicy") {
        let to = text(&policy["spec"]["podSelector"]["matchLabels"]["app"]);
        for rule in list(&policy["spec"]["ingress"]).iter().filter(|_| !to.is_empty()) {
            for from in list(&rule["from"]) {
                let app = text(&from["podSelector"]["matchLabels"]["app"]);
                for port in list(&rule["ports"]).iter().filter(|_| !app.is_empty()) {
                    calls.insert((app.clone(), to.clone(), port["port"].as_u64().unwrap()));
                }
            }
        }
    }
    calls
}

/// What pods of the platform may ask each other.
fn answered(objects: &Objects, accounts: &BTreeMap<String, BTreeSet<String>>) -> Calls {
    let mut calls = Calls::new();
    for policy in of_kind(objects, "AuthorizationPolicy") {
        let to = text(&policy["spec"]["selector"]["matchLabels"]["app"]);
        for rule in list(&policy["spec"]["rules"]) {
            let numbers = ports(&list(&rule["to"])[0]["operation"]["ports"]);
            for source in list(&rule["from"]) {
                for principal in list(&source["source"]["principals"]) {
                    let account = text(principal).rsplit('/').next().unwrap().to_owned();
                    for app in accounts.get(&account).into_iter().flatten() {
                        calls.extend(numbers.iter().map(|port| (app.clone(), to.clone(), *port)));
                    }
                }
            }
        }
    }
    calls
}

fn of_kind<'a>(objects: &'a Objects, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |(key, _)| key.kind == kind).map(|(_, object)| object)
}

fn ports(value: &Value) -> Vec<u64> {
    list(value).iter().map(|port| text(port).parse().unwrap()).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_sequence().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
