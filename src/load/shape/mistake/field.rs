//! Fields that the schema does not have, and where they were meant to stand.

use super::super::walk::{Step, StepKind, Walk};
use super::super::{Rule, Texts};
use super::elsewhere::Ours;
use super::{ROOT, owner};
use crate::diagnostic::{Diagnostic, suggest};
use crate::source::{Node, NodeId};

/// More fields than these are not listed: nobody reads on.
const MOST_LISTED: usize = 12;
/// More places than these are no answer.
const MOST_PLACES: usize = 3;

impl<'a> Walk<'a> {
    /// Reports a field that the schema does not have.
    pub(in super::super) fn unknown_field(&mut self, rule: &'a Rule, map: NodeId, key: NodeId) {
        let field = self.sources.text(key).unwrap_or_default();
        let value = self.sources.entry(map, field).map_or(key, |(_, value)| value);
        let near = || {
            let known = rule.properties.keys().map(String::as_str);
            suggest(field, known.filter(|known| self.sources.get(map, known).is_none()))
                .map(|near| format!("did you mean `{near}`?"))
        };
        let help = self
            .elsewhere(rule, field, value)
            .or_else(|| self.component(rule, field, value))
            .or_else(|| self.level_too_much(rule, field, value))
            .or_else(|| self.below(rule, field, value))
            .or_else(|| self.above(field, value))
            .or_else(near)
            .or_else(|| self.in_an_entry(rule, field, value))
            .or_else(|| self.material(rule, map, value))
            .unwrap_or_else(|| self.known_fields(rule));
        let place = owner(self.name());
        self.findings.push(
            Diagnostic::error("unknown-field", format!("{place} has no field `{field}`"))
                .at(self.sources.span(key), "")
                .helped(help),
        );
    }

    /// Reports an object of Kubernetes in place of a spec.
    pub(in super::super) fn pasted(&mut self, map: NodeId, rule: &Rule) -> bool {
        let Some(kind) = is_object(rule, self.sources, map) else { return false };
        let section = match kind {
            "ConfigMap" => "config",
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" | "Pod" | "Service" => "services",
            "Ingress" => "ingress",
            "PersistentVolumeClaim" => "claims",
            "Secret" => "secrets",
            _ => "extra",
        };
        let say = if section == "extra" { String::new() } else { format!("say it in `{section}`, or ") };
        let key = self.sources.entry(map, "apiVersion").map_or(map, |(key, _)| key);
        self.findings.push(
            Diagnostic::error(
                "unknown-field",
                format!("this is an object of Kubernetes, a {kind}, not a spec"),
            )
            .at(self.sources.span(key), "")
            .helped(format!(
                "start with `platform: NAME`; {say}write it raw, indented below `extra:` and a name"
            )),
        );
        true
    }

    /// The field that has this name in other tools.
    fn elsewhere(&self, rule: &Rule, field: &str, value: NodeId) -> Option<String> {
        let around = || {
            let [.., outer, inner] = self.around[..] else { return None };
            let ours = Ours::of(outer.rule, &format!("{}.{field}", inner.name))?;
            Some(format!("write `{}` in `{}`", self.written(outer.rule, ours, value), outer.name))
        };
        match Ours::of(rule, field) {
            Some(ours) if ours.is_name() => Some(format!("did you mean `{}`?", ours.field())),
            Some(ours) => Some(format!("write `{}`", self.written(rule, ours, value))),
            None => around(),
        }
    }

    /// A component of the spec, or something with an image, outside of its section.
    fn component(&self, rule: &Rule, field: &str, value: NodeId) -> Option<String> {
        rule.properties.get("services")?;
        let known = rule.properties.iter().find(|(section, link)| {
            let section = self.sources.get(self.spec, section);
            let entry = section.and_then(|section| self.sources.entry(section, field));
            entry.is_some() && self.shape.follow(link).rest.is_some()
        });
        let image = || self.sources.get(value, "image").map(|_| "services");
        let section = known.map(|(section, _)| section.as_str()).or_else(image)?;
        Some(format!("write it in `{section}`, indented: `{section}: {{ {field}: … }}`"))
    }

    /// A level that the spec does not have around fields that it has.
    fn level_too_much(&self, rule: &Rule, field: &str, value: NodeId) -> Option<String> {
        // What the spec as a whole does not have is rather a section of somebody's, with names of components in it.
        let is_section = rule.properties.contains_key("services");
        let fields: Option<Vec<String>> = self
            .sources
            .entries(value)
            .map(|(key, value)| {
                let name = self.sources.text(key)?;
                let known = rule.properties.contains_key(name) || !is_section;
                self.here(rule, name, value).filter(|_| known)
            })
            .collect();
        let fields = fields.filter(|fields| !fields.is_empty())?;
        let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
        Some(format!("write {} here, without `{field}` around it", fields.join(" and ")))
    }

    /// The fields of this map that have such a field themselves.
    fn below(&self, rule: &Rule, field: &str, value: NodeId) -> Option<String> {
        let mut ways = Vec::new();
        for (name, link) in &rule.properties {
            let link = self.shape.follow(link).properties.get(field);
            if let Some(link) = link.filter(|link| self.accepts(link, value)) {
                let shown = self.shown(Some(self.shape.follow(link)), value);
                ways.push(format!("`{name}: {{ {field}: {shown} }}`"));
            }
        }
        let answers = !ways.is_empty() && ways.len() <= MOST_PLACES;
        answers.then(|| format!("write it one level down: {}", ways.join(" or ")))
    }

    /// The map around this one that has such a field.
    fn above(&self, field: &str, value: NodeId) -> Option<String> {
        let (here, around) = self.around.split_last()?;
        let has =
            |step: &&Step<'_>| step.rule.properties.get(field).is_some_and(|link| self.accepts(link, value));
        let step = around.iter().rev().find(has)?;
        Some(format!("it is a field of {}: write it there, not in {}", owner(step.name), owner(here.name)))
    }

    /// The collection here whose entries have a field: where people meant to write it.
    fn in_an_entry(&self, rule: &'a Rule, field: &str, value: NodeId) -> Option<String> {
        let services = rule.properties.get_key_value("services").into_iter();
        let mut sections = services.chain(rule.properties.iter());
        let (section, link) = sections.find_map(|(name, section)| {
            let entry = self.shape.follow(self.shape.follow(section).rest.as_ref()?);
            let link = entry.properties.get(field).filter(|link| self.accepts(link, value))?;
            Some((name, link))
        })?;
        let shown = self.shown(Some(self.shape.follow(link)), value);
        Some(format!(
            "it is a field of the entries of `{section}`: `{section}: {{ NAME: {{ {field}: {shown} }} }}`"
        ))
    }

    /// What is secret, written into an entry of `secrets`.
    fn material(&self, rule: &Rule, map: NodeId, value: NodeId) -> Option<String> {
        let [.., section, entry] = self.around[..] else { return None };
        let is_secret = section.name == "secrets" && entry.kind == StepKind::Entry;
        let texts = |map: NodeId| {
            let mut entries = self.sources.entries(map);
            entries.all(|(_, value)| self.sources.text(value).is_some())
        };
        // `stringData` and `data` of Kubernetes hold what is written here by mistake.
        let below = matches!(self.sources.node(value), Node::Map([_, ..])) && texts(value);
        (is_secret && (below || self.sources.text(value).is_some())).then_some(())?;
        let names = self.sources.entries(if below { value } else { map });
        let names = names.filter_map(|(key, _)| self.sources.text(key));
        let keys: Vec<&str> = names.filter(|name| !rule.properties.contains_key(*name)).collect();
        Some(format!(
            "write the keys alone: `keys: [{}]`; the values are in this file now: take them out, and do not use them any more",
            keys.join(", ")
        ))
    }

    /// All fields, or who lists them.
    fn known_fields(&self, rule: &Rule) -> String {
        if rule.properties.len() <= MOST_LISTED {
            let fields: Vec<&str> = rule.properties.keys().map(String::as_str).collect();
            return format!("fields here: {}", fields.join(", "));
        }
        let mut path = Vec::new();
        for step in &self.around {
            match step.kind {
                StepKind::Field if step.name != ROOT => path.push(step.name),
                // An environment has the fields of the spec.
                StepKind::Entry if path == ["environments"] => path.clear(),
                _ => {}
            }
        }
        let path = if path.is_empty() { String::new() } else { format!(" {}", path.join(".")) };
        format!("`kgen explain{path}` lists the fields")
    }
}

/// The kind of an object of Kubernetes that stands where a spec is expected.
fn is_object<'s>(rule: &Rule, sources: Texts<'s>, map: NodeId) -> Option<&'s str> {
    rule.properties.get("services")?;
    sources.entry(map, "apiVersion")?;
    sources.text(sources.get(map, "kind")?)
}

/// Whether a map has a field under a name that is wrong, which was reported before.
pub(in super::super) fn misspelt(rule: &Rule, sources: Texts<'_>, map: NodeId, field: &str) -> bool {
    let unknown = sources.entries(map).filter_map(|(key, _)| sources.text(key));
    let meant = |name: &str| {
        Ours::of(rule, name).is_some_and(|ours| ours.field() == field)
            || suggest(name, std::iter::once(field)).is_some()
    };
    is_object(rule, sources, map).is_some()
        || (rule.closed && unknown.filter(|name| !rule.properties.contains_key(*name)).any(meant))
}
