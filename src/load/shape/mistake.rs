//! The wording of structural mistakes.

use super::{Rule, Texts};
use crate::diagnostic::{Diagnostic, Findings, suggest};
use crate::source::{Node, NodeId};

/// What the root of a file is called.
pub(super) const ROOT: &str = "the file";
/// How to start a file.
const START: &str = "start with `platform: NAME` and sections such as `services:` below it, without a dash";

/// A field in a message.
fn owner(name: &str) -> String {
    if name == ROOT { "a platform".to_owned() } else { format!("`{name}`") }
}

/// Reports a scalar that is not what its rule says.
pub(super) fn scalar(
    rule: &Rule,
    sources: Texts<'_>,
    id: NodeId,
    text: &str,
    plain: bool,
    name: &str,
    findings: &mut Findings,
) {
    let span = sources.span(id);
    let mut report = |code, message: String, help: String| {
        findings.push(Diagnostic::error(code, message).at(span, "").helped(help));
    };
    if rule.text {
        if !rule.words.is_empty() {
            if !rule.words.iter().any(|word| word == text) {
                let help = suggest(text, rule.words.iter().map(String::as_str)).map_or_else(
                    || format!("use one of: {}", rule.words.join(", ")),
                    |near| format!("did you mean `{near}`? allowed: {}", rule.words.join(", ")),
                );
                report("unknown-word", format!("`{text}` is not a value of `{name}`"), help);
            }
        } else if let Some(format) = &rule.format
            && let Err(invalid) = crate::value::check(format, text)
        {
            report("invalid-value", invalid.reason, invalid.help.unwrap_or_default());
        }
    } else if rule.integer {
        integer(rule, text, plain, name, &mut report);
    } else if rule.boolean && !(plain && matches!(text, "true" | "false")) {
        let help = match text.to_lowercase().as_str() {
            "yes" | "on" | "y" | "true" | "1" => "write `true`".to_owned(),
            "no" | "off" | "n" | "false" | "0" => "write `false`".to_owned(),
            _ => "write `true` or `false`".to_owned(),
        };
        report("wrong-type", format!("`{name}` is true or false, not `{text}`"), help);
    } else if rule.number && !(plain && text.parse::<f64>().is_ok_and(f64::is_finite)) {
        report("wrong-type", format!("`{name}` is a number, not `{text}`"), "write a number".to_owned());
    }
}

fn integer(
    rule: &Rule,
    text: &str,
    plain: bool,
    name: &str,
    report: &mut dyn FnMut(&'static str, String, String),
) {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    if !plain && whole {
        return report(
            "wrong-type",
            format!("`{name}` is a whole number, and this is text"),
            format!("remove the quotes: `{text}`"),
        );
    }
    if whole && digits.len() > 1 && digits.starts_with('0') {
        let decimal = digits.trim_start_matches('0');
        let octal = i64::from_str_radix(digits, 8)
            .map_or_else(|_| String::new(), |value| format!(", or `{value}` if you mean octal"));
        return report(
            "ambiguous-number",
            format!("`{text}` is read as octal by some tools and as decimal by others"),
            format!("write `{}`{octal}", if decimal.is_empty() { "0" } else { decimal }),
        );
    }
    let radix = [("0o", 8), ("0x", 16), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| i64::from_str_radix(text.strip_prefix(prefix)?, radix).ok());
    if let Some(value) = radix {
        return report(
            "ambiguous-number",
            format!("`{text}` is a number for some readers of YAML and text for others"),
            format!("write `{value}`"),
        );
    }
    if text.contains('_') && text.chars().all(|c| c.is_ascii_digit() || c == '_') {
        return report(
            "ambiguous-number",
            format!("`{text}` is a number for some readers of YAML and text for others"),
            format!("write `{}`", text.replace('_', "")),
        );
    }
    let Some(number) = text.parse::<i64>().ok().filter(|_| whole) else {
        return report(
            "wrong-type",
            format!("`{name}` is a whole number, not `{text}`"),
            range(rule).map_or_else(
                || "write a whole number".to_owned(),
                |range| format!("write a whole number {range}"),
            ),
        );
    };
    if rule.minimum.is_some_and(|least| number < least) || rule.maximum.is_some_and(|most| number > most) {
        report(
            "out-of-range",
            format!("{number} is out of the range of `{name}`"),
            format!("write a whole number {}", range(rule).unwrap_or_default()),
        );
    }
}

fn range(rule: &Rule) -> Option<String> {
    match (rule.minimum, rule.maximum) {
        (Some(least), Some(most)) => Some(format!("from {least} to {most}")),
        (Some(least), _) => Some(format!("of {least} or more")),
        (None, Some(most)) => Some(format!("up to {most}")),
        (None, None) => None,
    }
}

/// Reports a scalar where a map or a list must be.
pub(super) fn not_a_collection(
    rule: &Rule,
    sources: Texts<'_>,
    id: NodeId,
    text: &str,
    name: &str,
    findings: &mut Findings,
) {
    let help = if name == ROOT {
        START.to_owned()
    } else if rule.list {
        format!("write a list: `[{text}]`")
    } else {
        let fields: Vec<&str> = rule.properties.keys().map(String::as_str).take(8).collect();
        if fields.is_empty() {
            "write a map: one `name: value` on each line, indented".to_owned()
        } else {
            format!("write a map with some of: {}", fields.join(", "))
        }
    };
    findings.push(
        Diagnostic::error("wrong-type", format!("{} is {}, not a text", owner(name), rule.expected()))
            .at(sources.span(id), "")
            .helped(help),
    );
}

/// Reports a list where something else must be.
pub(super) fn list(rule: &Rule, sources: Texts<'_>, id: NodeId, name: &str, findings: &mut Findings) {
    let help = if name == ROOT {
        START.to_owned()
    } else if rule.map && rule.rest.is_some() {
        let (entry, item) = first_item(sources, id);
        format!(
            "write `{entry}` instead of `{item}`: `{name}` is a map by name, so that an environment can change one entry"
        )
    } else if rule.map {
        "remove the dash or the brackets: this is one map, not a list".to_owned()
    } else {
        "write one value, without a dash or brackets".to_owned()
    };
    findings.push(
        Diagnostic::error("wrong-type", format!("{} is {}, not a list", owner(name), rule.expected()))
            .at(sources.span(id), "")
            .helped(help),
    );
}

/// The first item of a list as an entry of a map, and as it stands there.
fn first_item(sources: Texts<'_>, list: NodeId) -> (String, String) {
    let Node::List([first, ..]) = sources.node(list) else {
        return ("NAME: …".to_owned(), "- …".to_owned());
    };
    if let Some(text) = sources.text(*first) {
        return (format!("NAME: {text}"), format!("- {text}"));
    }
    let name = sources.get(*first, "name").and_then(|name| sources.text(name)).unwrap_or("NAME");
    let value = sources.get(*first, "value").and_then(|value| sources.text(value)).unwrap_or("…");
    (format!("{name}: {value}"), format!("- name: {name}"))
}

/// Reports something that is meant as a field of a component, and stands where its name is expected.
pub(super) fn not_indented(
    sources: Texts<'_>,
    key: NodeId,
    field: &str,
    name: &str,
    findings: &mut Findings,
) {
    findings.push(
        Diagnostic::error(
            "wrong-type",
            format!("`{field}` is taken for a name in `{name}`, because it stands at this indentation"),
        )
        .at(sources.span(key), "")
        .helped(format!(
            "indent it further if it is a field of the entry above: entries of `{name}` are maps"
        )),
    );
}

/// Reports an item that says nothing: it could not be told from one that is not there.
pub(super) fn empty_item(sources: Texts<'_>, id: NodeId, name: &str, findings: &mut Findings) {
    findings.push(
        Diagnostic::error("wrong-type", format!("`{name}` has an empty item"))
            .at(sources.span(id), "")
            .helped(
                "write the item after the dash, or remove the dash; text that looks like null needs quotes",
            ),
    );
}

/// Reports a map where something else must be.
pub(super) fn map(rule: &Rule, sources: Texts<'_>, id: NodeId, name: &str, findings: &mut Findings) {
    // Somebody's template: its key is no text, which was reported.
    let span = sources.span(id);
    if sources.file(span).text.get(span.start as usize..).is_some_and(|text| text.starts_with("{{")) {
        return;
    }
    let help = if rule.list {
        "write a list: each item on a line with `- ` before it"
    } else {
        "write one value; a text with `{` or `: ` in it needs quotes"
    };
    findings.push(
        Diagnostic::error("wrong-type", format!("{} is {}, not a map", owner(name), rule.expected()))
            .at(sources.span(id), "")
            .helped(help),
    );
}

/// Fields that people write from other tools, and what they are here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("containerPort", "port"),
    ("configMap", "config"),
    ("configMapRef", "config"),
    ("configMaps", "config"),
    ("environment", "env"),
    ("hosts", "host"),
    ("hpa", "autoscaling"),
    ("imagePullPolicy", "imagePullPolicy"),
    ("livenessProbe", "probes"),
    ("name", "platform"),
    ("pdb", "disruptionBudget"),
    ("pvc", "claims"),
    ("readinessProbe", "probes"),
    ("replicaCount", "replicas"),
    ("startupProbe", "probes"),
    ("volumeMounts", "mounts"),
];

/// Reports a field that the schema does not have.
pub(super) fn unknown_field(
    rule: &Rule,
    sources: Texts<'_>,
    map: NodeId,
    key: NodeId,
    name: &str,
    below: Option<&str>,
    findings: &mut Findings,
) {
    let field = sources.text(key).unwrap_or_default();
    let fields =
        || rule.properties.keys().map(String::as_str).filter(|known| sources.get(map, known).is_none());
    let help = match elsewhere(rule, field).or_else(|| suggest(field, fields())) {
        Some(near) => format!("did you mean `{near}`?"),
        None if below.is_some() => {
            let section = below.unwrap_or_default();
            format!("it is a field of the entries of `{section}`: `{section}: {{ NAME: {{ {field}: … }} }}`")
        }
        None if rule.properties.contains_key("services") && holds_image(sources, map, field) => {
            format!("write it in `services`, indented: `services: {{ {field}: … }}`")
        }
        None => format!(
            "fields here: {}",
            rule.properties.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
        ),
    };
    let place = owner(name);
    findings.push(
        Diagnostic::error("unknown-field", format!("{place} has no field `{field}`"))
            .at(sources.span(key), "")
            .helped(help),
    );
}

/// The field that has this name in other tools.
fn elsewhere(rule: &Rule, field: &str) -> Option<&'static str> {
    ours(field).find(|ours| rule.properties.contains_key(*ours))
}

/// The fields that a name of other tools may mean.
pub fn ours(theirs: &str) -> impl Iterator<Item = &'static str> {
    ELSEWHERE.iter().filter(move |(name, _)| *name == theirs).map(|(_, ours)| *ours)
}

/// Whether a map has a field under a name that is wrong, which was reported before.
pub(super) fn misspelt(rule: &Rule, sources: Texts<'_>, map: NodeId, field: &str) -> bool {
    let unknown = sources.entries(map).filter_map(|(key, _)| sources.text(key));
    rule.closed
        && unknown.filter(|name| !rule.properties.contains_key(*name)).any(|name| {
            elsewhere(rule, name) == Some(field) || suggest(name, std::iter::once(field)).is_some()
        })
}

fn holds_image(sources: Texts<'_>, map: NodeId, field: &str) -> bool {
    sources.get(map, field).is_some_and(|value| sources.get(value, "image").is_some())
}

/// Reports a field that must be there.
pub(super) fn missing(
    sources: Texts<'_>,
    map: NodeId,
    key: Option<NodeId>,
    field: &str,
    example: Option<&str>,
    meant: Option<&str>,
    findings: &mut Findings,
) {
    let owner = key
        .and_then(|key| sources.text(key))
        .map_or_else(|| "the spec".to_owned(), |name| format!("`{name}`"));
    let mut span = sources.span(key.unwrap_or(map));
    if key.is_none() {
        span.end = span.start;
    }
    let value = if field == "platform" { "shop" } else { example.unwrap_or("…") };
    let other = meant.map(|meant| format!(", or did you mean `{meant}`?")).unwrap_or_default();
    findings.push(
        Diagnostic::error("missing-field", format!("{owner} has no `{field}`"))
            .at(span, "")
            .helped(format!("add `{field}: {value}`{other}")),
    );
}
