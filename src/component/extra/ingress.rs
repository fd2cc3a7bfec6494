//! Raw Ingresses: annotations and paths that do not do what they look like.

use super::Extra;
use crate::diagnostic::{At, Check};
use crate::k8s::nginx::{Edge, Fault, is_pattern};
use serde_json::Value;

/// Reports them.
pub(super) fn check(extra: &Extra, at: &At<'_>, check: &mut Check<'_>) {
    let spec = &extra.0.0["spec"];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut prefixes = false;
    for (n, rule) in list(&spec["rules"]).iter().enumerate() {
        for (m, path) in list(&rule["http"]["paths"]).iter().enumerate() {
            let plain = path["pathType"] != "ImplementationSpecific";
            prefixes |= path["pathType"] == "Prefix";
            let Some(text) = path["path"].as_str().filter(|text| plain && is_pattern(text)) else { continue };
            let spec = at.key("spec");
            let rules = spec.key("rules");
            let rule = rules.index(n);
            let http = rule.key("http");
            let paths = http.key("paths");
            let path = paths.index(m);
            check
                .error("path-pattern", &path.key("path"), format!("`{text}` is no path: it is matched as it stands"))
                .help("write `pathType: ImplementationSpecific`, or better an `ingress` of the spec with `stripPrefix: true`");
        }
    }
    let edge = Edge { tls: !list(&spec["tls"]).is_empty(), prefixes };
    let metadata = at.key("metadata");
    let annotations = metadata.key("annotations");
    for (key, value) in extra.0.0["metadata"]["annotations"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let Some(fault) = edge.fault(key, value) else { continue };
        let help = match fault {
            Fault::Class => "write `ingressClassName` in its `spec`",
            Fault::Rewrite => "write an `ingress` of the spec with `stripPrefix: true`, which keeps the rest",
            Fault::Redirect => "add `spec.tls`, or remove the annotation",
            Fault::Snippet => {
                "write an `ingress` of the spec: it has `responseHeaders`, `cors` and `rateLimit`"
            }
        };
        let (code, message) = fault.told(value);
        check.error(code, &annotations.key(key), message).help(help);
    }
}
