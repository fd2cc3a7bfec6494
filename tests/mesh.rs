//! A mesh and the network policies say the same: who may open a connection may also ask, and nobody else.

use crate::judges::none;
use crate::objects::{self, Objects};
use crate::projects;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who asks pods, and where: the service account, the label `app` of those who answer, and the port.
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
        let reached = apart(reached(&objects, &accounts));
        let answered = apart(answered(&objects));
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

/// Service accounts of the pods with a proxy, by their label `app`.
fn accounts(objects: &Objects) -> BTreeMap<String, String> {
    let mut accounts = BTreeMap::new();
    for object in objects.values() {
        let spec = &object["spec"];
        for template in [&spec["template"], &spec["jobTemplate"]["spec"]["template"]] {
            let labels = &template["metadata"]["labels"];
            if !labels["app"].is_null() && labels["sidecar.istio.io/inject"] != "false" {
                accounts.insert(text(&labels["app"]), text(&template["spec"]["serviceAccountName"]));
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

/// What network policies let in from pods in the mesh to others in it.
fn reached(objects: &Objects, accounts: &BTreeMap<String, String>) -> Calls {
    let mut calls = Calls::new();
    for policy in of_kind(objects, "NetworkPolicy") {
        let to = text(&policy["spec"]["podSelector"]["matchLabels"]["app"]);
        for rule in list(&policy["spec"]["ingress"]).iter().filter(|_| accounts.contains_key(&to)) {
            for from in list(&rule["from"]) {
                let account = accounts.get(&text(&from["podSelector"]["matchLabels"]["app"]));
                for (account, port) in
                    account.into_iter().flat_map(|a| list(&rule["ports"]).iter().map(move |p| (a, p)))
                {
                    calls.insert((account.clone(), to.clone(), port["port"].as_u64().unwrap()));
                }
            }
        }
    }
    calls
}

/// What pods of the platform may ask each other.
fn answered(objects: &Objects) -> Calls {
    let mut calls = Calls::new();
    for policy in of_kind(objects, "AuthorizationPolicy") {
        let to = text(&policy["spec"]["selector"]["matchLabels"]["app"]);
        for rule in list(&policy["spec"]["rules"]) {
            let numbers = ports(&list(&rule["to"])[0]["operation"]["ports"]);
            for source in list(&rule["from"]) {
                for principal in list(&source["source"]["principals"]) {
                    // The edge's gateway is in a namespace of its own.
                    let own = text(&policy["metadata"]["namespace"]);
                    let Some(account) =
                        text(principal).split_once(&format!("/ns/{own}/sa/")).map(|it| it.1.to_owned())
                    else {
                        continue;
                    };
                    calls.extend(numbers.iter().map(|port| (account.clone(), to.clone(), *port)));
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
