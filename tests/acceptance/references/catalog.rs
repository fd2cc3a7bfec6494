//! What an environment has that others may refer to.

use super::super::rendered::{Rendered, entries, list, text};
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Objects by kind and name, and secrets with their keys.
pub(super) struct Catalog<'a> {
    pub(super) rendered: &'a Rendered,
    secrets: BTreeMap<String, BTreeSet<String>>,
    /// Issuers that the spec says the cluster has.
    issuers: BTreeSet<String>,
}

/// Services that operators make: for which kind, what follows its name, and a port.
const OPERATORS: &[(&str, &str, u16)] = &[("Elasticsearch", "-es-http", 9200)];

impl<'a> Catalog<'a> {
    pub(super) fn new(rendered: &'a Rendered) -> Self {
        let specs = specs(rendered);
        let mut secrets = declared(&specs);
        for (key, object) in &rendered.objects {
            let spec = &object["spec"];
            let mut add = |name: &Value, keys: Vec<String>| {
                secrets.entry(text(name).to_owned()).or_default().extend(keys);
            };
            let words = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
            match key.kind.as_str() {
                "Secret" => add(
                    &object["metadata"]["name"],
                    entries(&object["data"]).chain(entries(&object["stringData"])).map(own).collect(),
                ),
                "SealedSecret" => {
                    add(&object["metadata"]["name"], entries(&spec["encryptedData"]).map(own).collect());
                }
                "ExternalSecret" => add(
                    &spec["target"]["name"],
                    list(&spec["data"]).iter().map(|entry| text(&entry["secretKey"]).to_owned()).collect(),
                ),
                "Certificate" => add(&spec["secretName"], words(&["tls.crt", "tls.key", "ca.crt"])),
                "Ingress" if issuer(object).is_some() => {
                    for tls in list(&spec["tls"]) {
                        add(&tls["secretName"], words(&["tls.crt", "tls.key", "ca.crt"]));
                    }
                }
                _ => {}
            }
        }
        Self { rendered, secrets, issuers: existing(&specs) }
    }

    pub(super) fn find(&self, kind: &str, name: &str) -> Option<&'a Value> {
        let objects = &self.rendered.objects;
        objects.iter().find(|(key, _)| key.kind == kind && key.name == name).map(|(_, value)| value)
    }

    /// Whether there is an object in this very namespace.
    pub(super) fn is_in(&self, namespace: &str, kind: &str, name: &str) -> bool {
        let mut keys = self.rendered.objects.keys();
        keys.any(|key| key.kind == kind && key.name == name && key.namespace == namespace)
    }

    /// Whether there is an issuer, here or in the cluster.
    pub(super) fn has_issuer(&self, kind: &str, name: &str) -> bool {
        self.find(kind, name).is_some() || self.issuers.contains(name)
    }

    /// Whether there is a secret, and a key in it if one is asked for.
    pub(super) fn has_secret(&self, name: &str, key: Option<&str>) -> bool {
        self.secrets.get(name).is_some_and(|keys| key.is_none_or(|key| keys.contains(key)))
    }

    /// Whether there is a config, and a key in it if one is asked for.
    pub(super) fn has_config(&self, name: &str, key: Option<&str>) -> bool {
        self.find("ConfigMap", name).is_some_and(|config| {
            key.is_none_or(|key| ["data", "binaryData"].iter().any(|part| !config[*part][key].is_null()))
        })
    }

    /// Whether a Service has a port of this name or number.
    pub(super) fn has_port(&self, service: &str, port: &Value) -> bool {
        self.find("Service", service).is_some_and(|found| {
            let ports = list(&found["spec"]["ports"]);
            ports.iter().any(|candidate| candidate["name"] == *port || candidate["port"] == *port)
        }) || self.is_operators(service, port)
    }

    /// Whether an operator makes a Service with this port for one of the objects.
    fn is_operators(&self, service: &str, port: &Value) -> bool {
        OPERATORS.iter().any(|(kind, suffix, number)| {
            let name = service.strip_suffix(suffix);
            port.as_i64() == Some(i64::from(*number))
                && name.is_some_and(|name| self.find(kind, name).is_some())
        })
    }

    /// Whether an operator makes pods with these labels.
    pub(super) fn has_operators_pods(&self, labels: &Value) -> bool {
        let made =
            |label: &str, kind| labels[label].as_str().is_some_and(|name| self.find(kind, name).is_some());
        let told = |object: &Value| {
            told(object).is_some_and(|own| entries(labels).all(|(key, value)| own[key] == *value))
        };
        made("cnpg.io/cluster", "Cluster")
            || made("cnpg.io/poolerName", "Pooler")
            || (entries(labels).count() > 0 && self.rendered.objects.values().any(told))
    }

    /// The templates of pods that have all these labels.
    pub(super) fn selected(&self, labels: &'a Value) -> impl Iterator<Item = &'a Value> {
        self.rendered.objects.values().filter_map(template).filter(move |template| {
            let own = &template["metadata"]["labels"];
            entries(labels).all(|(key, value)| own[key] == *value)
        })
    }
}

/// The labels of pods that an operator is told of in an object.
fn told(object: &Value) -> Option<&Value> {
    let spec = &object["spec"];
    match object["kind"].as_str()? {
        "Cluster" => Some(&spec["inheritedMetadata"]["labels"]),
        "Kafka" => Some(&spec["kafkaExporter"]["template"]["pod"]["metadata"]["labels"]),
        "KafkaNodePool" => Some(&spec["template"]["pod"]["metadata"]["labels"]),
        "Pooler" => Some(&spec["template"]["metadata"]["labels"]),
        _ => None,
    }
}

/// The template of the pods that an object makes.
pub(super) fn template(object: &Value) -> Option<&Value> {
    // What an operator is told of pods is only a part of them.
    if object["kind"] == "Pooler" {
        return None;
    }
    let spec = &object["spec"];
    [&spec["template"], &spec["jobTemplate"]["spec"]["template"]]
        .into_iter()
        .find(|template| !template["spec"]["containers"].is_null())
}

/// The kind and the name of the issuer that an edge's annotations name.
pub(super) fn issuer(object: &Value) -> Option<(&'static str, &str)> {
    let annotations = &object["metadata"]["annotations"];
    [("cert-manager.io/issuer", "Issuer"), ("cert-manager.io/cluster-issuer", "ClusterIssuer")]
        .into_iter()
        .find_map(|(key, kind)| annotations[key].as_str().map(|name| (kind, name)))
}

fn own(entry: (&str, &Value)) -> String {
    entry.0.to_owned()
}

/// The spec and what its environment says, inline and in a file.
fn specs(rendered: &Rendered) -> [Value; 3] {
    let environment = &rendered.environment;
    let folder = &environment.project.folder;
    let read = |path: std::path::PathBuf| -> Value {
        std::fs::read_to_string(path).map_or(Value::Null, |text| serde_yaml::from_str(&text).unwrap())
    };
    let spec = read(folder.join("platform.yaml"));
    let beside = read(folder.join(format!("environments/{}.yaml", environment.name)));
    let inline = spec["environments"][environment.name.as_str()].clone();
    [spec, inline, beside]
}

/// The secrets that are declared, with their keys.
fn declared(specs: &[Value]) -> BTreeMap<String, BTreeSet<String>> {
    let mut secrets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, secret) in specs.iter().flat_map(|spec| entries(&spec["secrets"])) {
        let keys = secrets.entry(name.to_owned()).or_default();
        keys.extend(list(&secret["keys"]).iter().map(|key| text(key).to_owned()));
        keys.extend(entries(&secret["external"]["remote"]).map(own));
        keys.extend(entries(&secret["sealed"]).map(own));
    }
    secrets
}

/// The issuers that are declared to exist, by the names of their objects.
fn existing(specs: &[Value]) -> BTreeSet<String> {
    specs
        .iter()
        .flat_map(|spec| entries(&spec["issuers"]))
        .filter(|(_, issuer)| issuer["existing"] == true)
        .map(|(name, issuer)| issuer["name"].as_str().unwrap_or(name).to_owned())
        .collect()
}
