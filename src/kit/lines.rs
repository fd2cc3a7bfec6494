//! Commands for documents, one a line, with the names of an environment's objects.

use super::Whole;
use super::inventory::{Content, Entry};
use super::shell::word;
use crate::needs::Need;
use crate::platform::Platform;
use crate::platform::demand::Span;
use crate::tree::Tree;

/// The image that asks from inside of the cluster.
const ASKER: &str = "curlimages/curl:8.16.0";

/// Lines as a block of shell commands.
pub(super) fn block(lines: &[String]) -> String {
    format!("```sh\n{}\n```\n", lines.join("\n"))
}

/// `kubectl` in the namespace of an object.
fn kubectl(entry: &Entry, rest: &str) -> String {
    format!("kubectl -n {} {rest}", entry.namespace)
}

/// Finds a pod of an application.
fn first_pod(beside: &Entry, app: &str) -> String {
    format!("pod=$(kubectl -n {} get pods -l app={app} -o name | head -n 1)", beside.namespace)
}

/// Waits for every rollout.
pub(super) fn statuses(content: &Content) -> Vec<String> {
    content
        .workloads()
        .map(|entry| kubectl(entry, &format!("rollout status {}", entry.reference())))
        .collect()
}

/// Reads the logs of every workload; of all its pods, with their names.
pub(super) fn logs(content: &Content) -> Vec<String> {
    content
        .workloads()
        .filter_map(|entry| {
            Some(kubectl(
                entry,
                &format!("logs -l app={} --all-containers --prefix --tail=100", entry.app()?),
            ))
        })
        .collect()
}

/// Services of the platform with their first TCP port; what has no address or no port is left out.
fn services(content: &Content) -> impl Iterator<Item = (&Entry, i64)> {
    content.kind("Service").filter(|entry| content.owns(entry) && entry.id.api_version == "v1").filter_map(
        |entry| match entry.tree.at(&["spec", "ports", "0", "port"]) {
            Some(Tree::Int(port)) => Some((entry, *port)),
            _ => None,
        },
    )
}

/// Forwards a port of this machine to every Service; ports below 1024 get 8000 on top.
pub(super) fn forwards(content: &Content) -> Vec<String> {
    services(content)
        .map(|(entry, port)| {
            let local = if port < 1024 { port + 8000 } else { port };
            kubectl(entry, &format!("port-forward service/{} {local}:{port}", entry.id.name))
        })
        .collect()
}

/// The workload that a Service leads to.
fn behind<'c>(content: &'c Content, service: &Entry) -> Option<&'c Entry> {
    let app = service.tree.at(&["spec", "selector", "app"])?.as_str()?;
    content.workloads().find(|entry| entry.app() == Some(app))
}

/// The path that a workload's readiness, or liveness, asks over HTTP.
fn path(workload: &Entry) -> Option<&str> {
    let container = workload.container()?;
    ["readinessProbe", "livenessProbe"]
        .iter()
        .find_map(|probe| container.at(&[probe, "httpGet", "path"])?.as_str())
}

/// Asks Services whose pods answer HTTP where their probes do, and at the same port.
fn askable(content: &Content) -> impl Iterator<Item = (&Entry, i64, &str)> {
    services(content).filter_map(|(service, port)| {
        let workload = behind(content, service)?;
        let first = workload.container()?.at(&["ports", "0"])?;
        let probe = workload.container()?;
        let asked = ["readinessProbe", "livenessProbe"]
            .iter()
            .find_map(|name| probe.at(&[name, "httpGet", "port"]))?;
        let same = asked == first.get("name")? || Some(asked) == first.get("containerPort");
        Some((service, port, path(workload).filter(|_| same)?))
    })
}

/// Asks the first Services over HTTP.
pub(super) fn ask(content: &Content, most: usize) -> Vec<String> {
    askable(content)
        .filter(|(service, ..)| service.namespace == content.namespace)
        .take(most)
        .map(|(service, _, path)| {
            format!("out/ops/deploy.sh ask {} {} {}", content.name, service.id.name, word(path))
        })
        .collect()
}

/// Asks from the pods of one service another one that it uses.
pub(super) fn peers(content: &Content, platform: Option<&Platform>) -> Vec<String> {
    let Some(platform) = platform else { return Vec::new() };
    for part in &platform.parts {
        let mut here = content.workloads().filter(|entry| entry.namespace == content.namespace);
        let caller = here.find(|entry| entry.folder == part.name).and_then(Entry::app);
        for (_, need) in part.needs.iter() {
            let (Need::Component { name, .. }, Some(caller)) = (need, caller) else { continue };
            let callee = askable(content)
                .find(|(service, ..)| service.folder == *name && service.namespace == content.namespace);
            let Some((service, port, path)) = callee else { continue };
            let pod = first_pod(service, caller);
            let url = format!("http://{}:{port}{path}", service.id.name);
            let debug =
                format!("debug \"$pod\" --image={ASKER} --profile=restricted -i -- curl -fsS {}", word(&url));
            return vec![pod, kubectl(service, &debug)];
        }
    }
    Vec::new()
}

/// The autoscaler of a workload.
fn scaler<'c>(content: &'c Content, workload: &Entry) -> Option<&'c Entry> {
    content.kind("HorizontalPodAutoscaler").find(|scaler| {
        let target = scaler.tree.at(&["spec", "scaleTargetRef"]);
        let is = |key: &str, text: &str| target.and_then(|target| target.get(key)?.as_str()) == Some(text);
        is("kind", &workload.id.kind) && is("name", &workload.id.name)
    })
}

/// Fewest and most pods of a workload; none if it has one on each node.
fn range(content: &Content, workload: &Entry) -> Option<Span> {
    let int = |tree: Option<&Tree>| if let Some(Tree::Int(n)) = tree { u64::try_from(*n).ok() } else { None };
    if workload.id.kind == "DaemonSet" {
        return None;
    }
    if let Some(scaler) = scaler(content, workload) {
        let least = int(scaler.tree.at(&["spec", "minReplicas"])).unwrap_or(1);
        return Some(Span { least, most: int(scaler.tree.at(&["spec", "maxReplicas"]))? });
    }
    Some(Span::of(int(workload.tree.at(&["spec", "replicas"])).unwrap_or(1)))
}

/// A number, or two with what is between them.
pub(super) fn shown(Span { least, most }: Span) -> String {
    if least == most { least.to_string() } else { format!("{least} to {most}") }
}

/// How workloads get more pods: those with an autoscaler, and those without one.
pub(super) fn scale(content: &Content) -> String {
    let mut scaled = Vec::new();
    let mut fixed = Vec::new();
    for entry in content.workloads() {
        let Some(Span { least, .. }) = range(content, entry) else { continue };
        match scaler(content, entry) {
            Some(scaler) => scaled.push(kubectl(
                scaler,
                &format!(
                    "patch hpa {} --type=merge --patch='{{\"spec\":{{\"minReplicas\":{}}}}}'",
                    scaler.id.name,
                    least.saturating_add(1)
                ),
            )),
            None if entry.id.kind == "Deployment"
                && entry.tree.at(&["spec", "strategy", "type"]) != Some(&"Recreate".into()) =>
            {
                let more = least.saturating_add(1);
                fixed.push(kubectl(entry, &format!("scale {} --replicas={more}", entry.reference())));
            }
            None => {}
        }
    }
    let mut out = String::new();
    if !scaled.is_empty() {
        out += "Autoscalers own these numbers; before a rush, raise the least one:\n\n";
        out += &block(&scaled);
        out += "\n";
    }
    if !fixed.is_empty() {
        out += "By hand, until the next deploy:\n\n";
        out += &block(&fixed);
        out += "\n";
    }
    out + "What shall last belongs into the spec. Databases and brokers are not scaled by a number alone: they need to be told \
           who is new.\n"
}

/// Sets the images that the platform builds.
pub(super) fn updates(kit: &Whole<'_>, content: &Content) -> Vec<String> {
    content
        .workloads()
        .filter(|entry| kit.spec.images.contains(&entry.folder))
        .filter_map(|entry| {
            let image = entry.container_text("image")?;
            Some(format!("out/ops/deploy.sh update {} {}={}", content.name, entry.id.name, word(image)))
        })
        .collect()
}

/// The workloads that the platform builds itself, or all of them if it builds none: those that are taken back.
pub(super) fn own<'c>(kit: &Whole<'_>, content: &'c Content) -> Vec<&'c Entry> {
    let built: Vec<_> = content.workloads().filter(|entry| kit.spec.images.contains(&entry.folder)).collect();
    if built.is_empty() { content.workloads().collect() } else { built }
}

/// Takes workloads back.
pub(super) fn rollbacks(kit: &Whole<'_>, content: &Content) -> Vec<String> {
    let mut out = Vec::new();
    for entry in own(kit, content) {
        if out.is_empty() {
            out.push(kubectl(entry, &format!("rollout history {}", entry.reference())));
        }
        out.push(format!("out/ops/deploy.sh rollback {} {}", content.name, entry.id.name));
    }
    out
}

/// Deletes one pod of the first workload that has several, or of the first one.
pub(super) fn heal(content: &Content) -> Vec<String> {
    let several = content.workloads().find(|entry| range(content, entry).is_some_and(|span| span.least > 1));
    let Some(entry) = several.or_else(|| content.workloads().next()) else { return Vec::new() };
    let app = entry.app().unwrap_or(&entry.id.name);
    vec![
        first_pod(entry, app),
        kubectl(entry, "delete \"$pod\""),
        kubectl(entry, &format!("rollout status {}", entry.reference())),
        kubectl(entry, &format!("get pods -l app={app} -o wide")),
    ]
}

/// The workloads whose pods read a secret.
pub(super) fn readers(content: &Content, secret: &str) -> Vec<String> {
    fn names(tree: &Tree, secret: &str) -> bool {
        match tree {
            Tree::Map(map) => map.iter().any(|(key, value)| match key.as_ref() {
                "secretKeyRef" | "secretRef" => value.get("name").and_then(Tree::as_str) == Some(secret),
                "secretName" => value.as_str() == Some(secret),
                _ => names(value, secret),
            }),
            Tree::List(items) => items.iter().any(|item| names(item, secret)),
            _ => false,
        }
    }
    content.workloads().filter(|entry| names(&entry.tree, secret)).map(Entry::reference).collect()
}

/// Looks at autoscalers.
pub(super) fn scalers(content: &Content) -> Vec<String> {
    content
        .kind("HorizontalPodAutoscaler")
        .map(|entry| kubectl(entry, &format!("get hpa {}", entry.id.name)))
        .collect()
}

/// Hosts that are reached from outside.
pub(super) fn hosts(content: &Content) -> Vec<String> {
    let rules = content.kind("Ingress").filter_map(|entry| entry.tree.at(&["spec", "rules"])?.as_list());
    let ingresses = rules.flatten().filter_map(|rule| rule.get("host")?.as_str());
    let routes =
        content.kind("HTTPRoute").filter_map(|entry| entry.tree.at(&["spec", "hostnames"])?.as_list());
    let gateways = routes.flatten().filter_map(Tree::as_str);
    let mut hosts: Vec<_> = ingresses.chain(gateways).map(|host| format!("`{host}`")).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Whether somebody claims a volume.
pub(super) fn claims(content: &Content) -> bool {
    content.kind("PersistentVolumeClaim").next().is_some()
        || content.workloads().any(|entry| entry.tree.at(&["spec", "volumeClaimTemplates"]).is_some())
}

/// Rows of the table of workloads.
pub(super) fn table(content: &Content) -> Vec<String> {
    content
        .workloads()
        .map(|entry| {
            let pods = range(content, entry).map_or_else(|| "one a node".to_owned(), shown);
            let service = services(content).find(|(service, _)| {
                service.tree.at(&["spec", "selector", "app"]).and_then(Tree::as_str) == entry.app()
            });
            let (name, ports) = service.map_or_else(
                || ("–".to_owned(), "–".to_owned()),
                |(service, _)| (format!("`{}`", service.id.name), ports(service)),
            );
            format!("| `{}` | {} | {pods} | {name} | {ports} |", entry.id.name, entry.id.kind)
        })
        .collect()
}

fn ports(service: &Entry) -> String {
    let ports = service.tree.at(&["spec", "ports"]).and_then(Tree::as_list).unwrap_or_default();
    let numbers = ports.iter().filter_map(|port| match port.get("port") {
        Some(Tree::Int(number)) => Some(number.to_string()),
        _ => None,
    });
    numbers.collect::<Vec<_>>().join(", ")
}
