//! What people turn in a chart: each knob changes what it says, and nothing else. The chart is that
//! of `platforms/my-saas-chat`, in production.

use crate::judges::{HELMS, helm_template, none, tool};
use crate::kgen::root;
use crate::objects::{Objects, differences};
use crate::projects::{Environment, Project};
use serde_yaml::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A turn of one or several knobs, and what it does to the objects.
struct Turn {
    set: &'static [&'static str],
    does: fn(&mut Objects),
}

const TURNS: &[Turn] = &[
    Turn {
        set: &["authService.autoscaling.enabled=false", "authService.replicas=5"],
        does: |objects| {
            objects.retain(|key, value| {
                key.kind != "HorizontalPodAutoscaler"
                    || value["spec"]["scaleTargetRef"]["name"] != "auth-service"
            });
            deployment(objects)["spec"]["replicas"] = 5.into();
        },
    },
    // An autoscaler and a fixed number would fight: while it is on, the number says nothing.
    Turn { set: &["authService.replicas=5"], does: |_| {} },
    Turn {
        set: &["authService.autoscaling.minReplicas=4", "authService.autoscaling.maxReplicas=40"],
        does: |objects| {
            let scaler = scaler(objects);
            scaler["spec"]["minReplicas"] = 4.into();
            scaler["spec"]["maxReplicas"] = 40.into();
        },
    },
    Turn {
        set: &["authService.autoscaling.cpu=55"],
        does: |objects| {
            let metrics = scaler(objects)["spec"]["metrics"].as_sequence_mut().unwrap();
            let cpu =
                metrics.iter_mut().find(|metric| metric["resource"]["name"] == "cpu").expect("a CPU metric");
            cpu["resource"]["target"]["averageUtilization"] = 55.into();
        },
    },
    Turn {
        set: &["authService.image.tag=9.9.9"],
        does: |objects| {
            let image = container(objects)["image"].as_str().unwrap().to_owned();
            let (repository, tag) = image.rsplit_once(':').unwrap();
            container(objects)["image"] = format!("{repository}:9.9.9").into();
            // The version is a label of objects, never of selectors and pods.
            for object in objects.values_mut() {
                let labels = &mut object["metadata"]["labels"];
                if labels["app.kubernetes.io/name"] == "auth-service"
                    && labels["app.kubernetes.io/version"] == tag
                {
                    labels["app.kubernetes.io/version"] = "9.9.9".into();
                }
            }
        },
    },
    Turn {
        set: &["authService.image.repository=registry.example:5000/team/auth"],
        does: |objects| {
            let image = container(objects)["image"].as_str().unwrap().to_owned();
            let tag = image.rsplit_once(':').unwrap().1;
            container(objects)["image"] = format!("registry.example:5000/team/auth:{tag}").into();
        },
    },
    Turn {
        set: &["authService.resources.limits.memory=3Gi", "authService.resources.requests.cpu=2"],
        does: |objects| {
            let resources = &mut container(objects)["resources"];
            resources["limits"]["memory"] = "3Gi".into();
            resources["requests"]["cpu"] = 2.into();
        },
    },
    Turn {
        set: &["authService.podAnnotations.team=core"],
        does: |objects| {
            deployment(objects)["spec"]["template"]["metadata"]["annotations"]["team"] = "core".into();
        },
    },
    Turn {
        set: &["authService.nodeSelector.disk=ssd"],
        does: |objects| pod(objects)["nodeSelector"]["disk"] = "ssd".into(),
    },
    Turn {
        set: &["authService.tolerations[0].key=dedicated", "authService.tolerations[0].operator=Exists"],
        does: |objects| {
            pod(objects)["tolerations"] =
                serde_yaml::from_str("[{key: dedicated, operator: Exists}]").unwrap();
        },
    },
    Turn {
        set: &["authService.podDisruptionBudget.enabled=false"],
        does: |objects| {
            objects.retain(|key, value| {
                key.kind != "PodDisruptionBudget"
                    || value["metadata"]["labels"]["app.kubernetes.io/name"] != "auth-service"
            });
        },
    },
    Turn {
        set: &["authService.serviceAccount.annotations.role=reader"],
        does: |objects| {
            find(objects, "ServiceAccount", "auth-service")["metadata"]["annotations"]["role"] =
                "reader".into();
        },
    },
    Turn {
        set: &["config.appConfig.LOG_LEVEL=chatty", "config.appConfig.BRAND_NEW=<a&b>"],
        does: |objects| config(objects, &[("LOG_LEVEL", "chatty"), ("BRAND_NEW", "<a&b>")]),
    },
    // Numbers and booleans stand for their text.
    Turn {
        set: &["config.appConfig.DB_PORT=5433", "config.appConfig.LARGE=9007199254740991"],
        does: |objects| config(objects, &[("DB_PORT", "5433"), ("LARGE", "9007199254740991")]),
    },
    Turn {
        set: &["authService.podAnnotations.foo=true", "authService.podAnnotations.bar=-7"],
        does: |objects| {
            let annotations = &mut deployment(objects)["spec"]["template"]["metadata"]["annotations"];
            annotations["foo"] = "true".into();
            annotations["bar"] = "-7".into();
        },
    },
    Turn {
        set: &["grafana.env.GF_USERS_ALLOW_SIGN_UP=true", "grafana.env.GF_SECURITY_ADMIN_USER=-5"],
        does: |objects| {
            variable(objects, "GF_USERS_ALLOW_SIGN_UP", "true");
            variable(objects, "GF_SECURITY_ADMIN_USER", "-5");
        },
    },
    // A field that is a number or text keeps its type.
    Turn {
        set: &["authService.podDisruptionBudget.maxUnavailable=50%"],
        does: |objects| budget(objects)["spec"]["maxUnavailable"] = "50%".into(),
    },
    Turn {
        set: &["authService.podDisruptionBudget.maxUnavailable=2"],
        does: |objects| budget(objects)["spec"]["maxUnavailable"] = 2.into(),
    },
    Turn { set: &["ingress.mySaasIngress.className=null"], does: without_class },
    Turn { set: &["ingress.mySaasIngress.className="], does: without_class },
    Turn {
        set: &["ingress.mySaasIngress.host=api.other.example"],
        does: |objects| {
            let ingress = find(objects, "Ingress", "my-saas-ingress");
            let old = ingress["spec"]["rules"][0]["host"].clone();
            for rule in ingress["spec"]["rules"].as_sequence_mut().unwrap() {
                if rule["host"] == old {
                    rule["host"] = "api.other.example".into();
                }
            }
            for tls in ingress["spec"]["tls"].as_sequence_mut().into_iter().flatten() {
                for host in tls["hosts"].as_sequence_mut().unwrap().iter_mut().filter(|host| **host == old) {
                    *host = "api.other.example".into();
                }
            }
        },
    },
    Turn {
        set: &["ingress.mySaasIngress.className=traefik", "ingress.mySaasIngress.annotations.owner=web"],
        does: |objects| {
            let ingress = find(objects, "Ingress", "my-saas-ingress");
            ingress["spec"]["ingressClassName"] = "traefik".into();
            ingress["metadata"]["annotations"]["owner"] = "web".into();
        },
    },
    Turn {
        set: &["postgres.persistence.size=50Gi", "postgres.persistence.storageClass=fast"],
        does: |objects| {
            let claim =
                &mut find(objects, "StatefulSet", "postgres")["spec"]["volumeClaimTemplates"][0]["spec"];
            claim["resources"]["requests"]["storage"] = "50Gi".into();
            claim["storageClassName"] = "fast".into();
        },
    },
    Turn {
        set: &["ingress.mySaasIngress.enabled=false"],
        does: |objects| objects.retain(|key, _| key.kind != "Ingress" || key.name != "my-saas-ingress"),
    },
];

/// What the chart's schema must refuse: a wrong type, and a key that nobody reads.
const REFUSED: &[&str] = &[
    "authService.replicas=many",
    "authService.replica=3",
    "authServce.replicas=3",
    "authService.image.tagg=1",
    "authService.autoscaling.enabled=perhaps",
    "authService.autoscaling.maxReplicas=lots",
    "authService.resources=none",
    "authService.tolerations.key=dedicated",
    "authService.nodeSelector=ssd",
    "config.appConfg.LOG_LEVEL=debug",
    "ingress.mySaasIngress.host.name=x",
    "ingress.ap.host=x",
    "namespace.create=si",
    // What the spec refuses, too.
    "authService.image.repository=",
    "authService.resources.limits.memory=lots",
    "authService.autoscaling.maxReplicas=0",
    "authService.autoscaling.minReplicas=-1",
    "authService.autoscaling.cpu=0",
    "authService.podDisruptionBudget.maxUnavailable=half",
    "ingress.mySaasIngress.host=HTTPS://foo/",
    "ingress.mySaasIngress.tlsSecret=",
    "postgres.persistence.size=10GB",
    // Servers that know nothing of each other, behind one Service.
    "postgres.replicas=2",
    "redis.replicas=3",
    // Numbers that Helm does not hold exactly.
    "config.appConfig.LARGE=9007199254740993",
    "grafana.env.GF_SECURITY_ADMIN_USER=1000000",
];

#[test]
fn a_knob_changes_what_it_says_and_nothing_else() {
    let production = production();
    let mut complaints = Vec::new();
    for helm in HELMS {
        let Some(judge) = tool(helm) else { continue };
        let before = helm_template(&judge, &production, &[]).unwrap();
        for turn in TURNS {
            let set = turn.set.join(",");
            let mut expected = before.clone();
            (turn.does)(&mut expected);
            // A missing field that was looked at is there as null now.
            expected.values_mut().for_each(drop_nulls);
            match helm_template(&judge, &production, &["--set", &set]) {
                Err(error) => complaints.push(error),
                Ok(after) => complaints.extend(
                    differences(&expected, &after).iter().map(|line| format!("{helm} --set {set}: {line}")),
                ),
            }
        }
    }
    none(&complaints);
}

/// Helm reads the numbers of files as floats, of which it writes large ones with an exponent.
#[test]
fn numbers_of_a_file_are_written_in_digits() {
    let production = production();
    let mut complaints = Vec::new();
    for helm in HELMS {
        let Some(judge) = tool(helm) else { continue };
        let mut expected = helm_template(&judge, &production, &[]).unwrap();
        config(&mut expected, &[("BIG", "20000000"), ("ON", "false")]);
        variable(&mut expected, "GF_SECURITY_ADMIN_USER", "999999");
        let env = "grafana={\"env\": {\"GF_SECURITY_ADMIN_USER\": 999999}}";
        let file = "config={\"appConfig\": {\"BIG\": 20000000, \"ON\": false}}";
        match helm_template(&judge, &production, &["--set-json", file, "--set-json", env]) {
            Err(error) => complaints.push(error),
            Ok(after) => complaints.extend(differences(&expected, &after)),
        }
        let fraction = "config={\"appConfig\": {\"VERSION\": 1.5}}";
        if helm_template(&judge, &production, &["--set-json", fraction]).is_ok() {
            complaints.push(format!("{helm} takes a number that may have been written otherwise"));
        }
    }
    none(&complaints);
}

#[test]
fn wrong_values_are_refused() {
    let production = production();
    let mut complaints = Vec::new();
    for helm in HELMS {
        let Some(judge) = tool(helm) else { continue };
        for set in REFUSED {
            match helm_template(&judge, &production, &["--set", set]) {
                Ok(_) => complaints.push(format!("{helm} takes --set {set}")),
                Err(error) if !error.contains("schema") => {
                    complaints.push(format!("{helm} --set {set}: {error}"));
                }
                Err(_) => {}
            }
        }
        complaints.extend(helm_template(&judge, &production, &["--set", "global.anything=1"]).err());
    }
    none(&complaints);
}

fn production() -> Environment {
    let project = Project::new(&root().join("platforms/my-saas-chat"));
    project.environments().into_iter().find(|environment| environment.name == "prod").expect("prod")
}

fn find<'a>(objects: &'a mut Objects, kind: &str, name: &str) -> &'a mut Value {
    let found = objects.iter_mut().find(|(key, _)| key.kind == kind && key.name == name);
    found.unwrap_or_else(|| panic!("no {kind} `{name}`")).1
}

fn deployment(objects: &mut Objects) -> &mut Value {
    find(objects, "Deployment", "auth-service")
}

fn budget(objects: &mut Objects) -> &mut Value {
    let of_service = |value: &Value| value["metadata"]["labels"]["app.kubernetes.io/name"] == "auth-service";
    let found =
        objects.iter_mut().find(|(key, value)| key.kind == "PodDisruptionBudget" && of_service(value));
    found.expect("a budget of auth-service").1
}

/// Sets a variable of Grafana.
fn variable(objects: &mut Objects, name: &str, text: &str) {
    let pod = &mut find(objects, "Deployment", "grafana")["spec"]["template"]["spec"];
    let env = pod["containers"][0]["env"].as_sequence_mut().unwrap();
    env.iter_mut().find(|entry| entry["name"] == name).expect("a variable")["value"] = text.into();
}

fn without_class(objects: &mut Objects) {
    let ingress = find(objects, "Ingress", "my-saas-ingress");
    ingress["spec"].as_mapping_mut().unwrap().remove("ingressClassName");
}

/// Sets entries of `app-config`, and the digest that pods carry of it.
fn config(objects: &mut Objects, entries: &[(&str, &str)]) {
    let data = &mut find(objects, "ConfigMap", "app-config")["data"];
    for (key, text) in entries {
        data[*key] = (*text).into();
    }
    let digest = Value::String(digest(&data.clone()));
    for object in objects.values_mut() {
        // Not by index: that would add what is not there.
        let annotations = object
            .get_mut("spec")
            .and_then(|spec| spec.get_mut("template"))
            .and_then(|template| template.get_mut("metadata"))
            .and_then(|metadata| metadata.get_mut("annotations"));
        if let Some(known) = annotations.and_then(|all| all.get_mut("checksum/app-config")) {
            *known = digest.clone();
        }
    }
}

fn pod(objects: &mut Objects) -> &mut Value {
    &mut deployment(objects)["spec"]["template"]["spec"]
}

fn container(objects: &mut Objects) -> &mut Value {
    let containers = pod(objects)["containers"].as_sequence_mut().unwrap();
    containers.iter_mut().find(|container| container["name"] == "auth-service").expect("the main container")
}

fn scaler(objects: &mut Objects) -> &mut Value {
    let of_service = |value: &Value| value["spec"]["scaleTargetRef"]["name"] == "auth-service";
    let found =
        objects.iter_mut().find(|(key, value)| key.kind == "HorizontalPodAutoscaler" && of_service(value));
    found.expect("an autoscaler of auth-service").1
}

/// The digest that pods carry of a config: of its entries as JSON with sorted keys, as Go writes it.
fn digest(data: &Value) -> String {
    let sorted: BTreeMap<&str, &str> = data
        .as_mapping()
        .unwrap()
        .iter()
        .map(|(key, text)| (key.as_str().unwrap(), text.as_str().unwrap()))
        .collect();
    let json = serde_json::to_string(&sorted).unwrap();
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    Sha256::digest(json).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Mapping(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Sequence(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
