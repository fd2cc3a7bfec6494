//! `ConfigMaps`: entries are values, long texts are files, digests are derived.

use super::factor::Digests;
use super::form::{is_trimmed, texts};
use super::names;
use super::naming::Naming;
use super::shape::Shape;
use super::slot::{Slot, Slots, any_text, enter, has_absent, here};
use super::template::Node;
use super::values::{Leaf, Name, Values};
use crate::k8s::NAMESPACE;
use crate::tree::{Map, Tree};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// A long text that comes back through `.Files.Get`.
#[derive(Debug, PartialEq)]
pub(super) struct Blob {
    /// Path in the chart.
    pub path: String,
    /// Content, ending in a newline.
    pub text: String,
}

/// A `ConfigMap` whose entries are given by a named template.
#[derive(Debug)]
pub(super) struct ConfigMap {
    /// Its name.
    name: String,
    /// The chart's name.
    chart: String,
    /// The named template that gives its data as JSON.
    helper: String,
    /// The knob that holds its entries.
    values: Name,
    /// Lines of the template that take a file in.
    files: Vec<String>,
    /// Stands for the release's namespace in entries.
    placeholder: Option<String>,
    /// Whether Helm could trim the end of a text that is not in quotes.
    trimmed: bool,
    /// The digest of its data in each variant; absent where it cannot be known.
    digests: Vec<Slot<String>>,
}

impl ConfigMap {
    /// Makes knobs and files of the data; none if it has to be treated as any other field.
    pub(super) fn new(
        chart: &str,
        name: &str,
        slots: &Slots<'_>,
        namespaces: &[String],
        values: &mut Values,
    ) -> Option<(Self, Vec<Blob>)> {
        let data = enter(slots, "data");
        let maps: Vec<&Map> = here(&data).map(Tree::as_map).collect::<Option<_>>()?;
        let texts = |map: &&Map| !map.is_empty() && map.iter().all(|(_, value)| value.as_str().is_some());
        if has_absent(&data) || !maps.iter().all(texts) || maps.is_empty() || name.contains(NAMESPACE) {
            return None;
        }
        let placeholder = super::slot::placeholder(&data);
        let mut blobs = Vec::new();
        let mut files = Vec::new();
        for key in maps[0].keys() {
            let entry = enter(&data, key);
            if let Some(text) = here(&entry).next().and_then(Tree::as_str)
                && super::slot::agree(&entry)
                && is_file(key, text)
            {
                let path = format!("files/{name}/{key}");
                files.push(file_line(key, &path, text, &placeholder));
                let text = text.replace(NAMESPACE, &placeholder);
                let end = if text.ends_with('\n') { "" } else { "\n" };
                blobs.push(Blob { path, text: format!("{text}{end}") });
            }
        }
        let is_blob = |key: &str| blobs.iter().any(|blob| blob.path.ends_with(&format!("/{key}")));
        let rest = data.iter().map(|slot| match slot {
            Slot::Here(tree) => {
                let entries = tree.as_map().into_iter().flat_map(Map::iter);
                let kept = entries.filter(|(key, _)| !is_blob(key));
                Slot::Here(Tree::Map(kept.map(|(key, value)| (key.clone(), value.clone())).collect()))
            }
            _ => Slot::Skip,
        });
        let rest: Vec<Slot<Tree>> = rest.collect();
        let marked =
            rest.iter().any(|slot| matches!(slot, Slot::Here(tree) if super::slot::names_release(tree)));
        let kept = rest.iter().map(as_ref).collect::<Vec<_>>();
        let leaf = Leaf {
            slots: super::slot::owned(&kept, &placeholder).into_iter().collect(),
            about: format!("Entries of ConfigMap {name}"),
            shape: Shape::Strings,
            optional: false,
            hidden: false,
        };
        let wanted = vec!["config".to_owned(), names::camel(name)];
        let values = values.claim(&[wanted], leaf, false);
        let helper = format!("{chart}.config.{name}");
        let digests = digests(&data, namespaces);
        let placeholder = marked.then_some(placeholder);
        let trimmed = here(&data).any(|tree| any_text(tree, &is_trimmed));
        let chart = chart.to_owned();
        Some((
            Self { name: name.to_owned(), chart, helper, values, files, placeholder, trimmed, digests },
            blobs,
        ))
    }

    /// The template of the field `data`.
    pub(super) fn node(&self) -> Node {
        let include = format!("include {} .", names::quoted(&self.helper));
        if self.trimmed {
            Node::Inline(include)
        } else {
            Node::Block(format!("{include} | fromJson | toYaml"))
        }
    }

    /// The named template.
    pub(super) fn define(&self, out: &mut String) {
        let Self { name, helper, values, files, placeholder, .. } = self;
        let values = names::reference(values);
        let release = placeholder
            .as_ref()
            .map(|text| format!(" | replace {} .Release.Namespace", names::quoted(text)))
            .unwrap_or_default();
        let entries = format!("include {} {values}{release}", texts(&self.chart));
        let _ = writeln!(out, "\n{{{{/* The data of ConfigMap {name}, as JSON. */}}}}");
        let _ = writeln!(out, "{{{{- define {} -}}}}", names::quoted(helper));
        if files.is_empty() {
            let _ = writeln!(out, "{{{{- {entries} }}}}");
        } else {
            let _ = writeln!(out, "{{{{- $data := dict }}}}");
            for line in files {
                let _ = writeln!(out, "{line}");
            }
            let _ = writeln!(out, "{{{{- range $key, $value := ({entries} | fromJson) }}}}");
            let _ = writeln!(out, "{{{{- $_ := set $data $key $value }}}}");
            let _ = writeln!(out, "{{{{- end }}}}");
            let _ = writeln!(out, "{{{{- toJson $data }}}}");
        }
        let _ = writeln!(out, "{{{{- end }}}}");
    }

    /// Whether the pods' digests are those of this data, in every variant.
    fn gives(&self, digests: &[Slot<String>]) -> bool {
        digests.iter().zip(&self.digests).enumerate().all(|(n, pair)| match pair {
            (Slot::Skip, _) => true,
            (Slot::Here(a), Slot::Here(b)) => a == b,
            // The base has no namespace of its own.
            (Slot::Here(_), Slot::Absent) => n == 0,
            _ => false,
        })
    }
}

/// Writes the named templates that give the digests of the data that pods read.
pub(super) fn define_digests(
    chart: &str,
    digests: &Digests,
    maps: &[ConfigMap],
    values: &mut Values,
    out: &mut String,
) {
    for (name, digests) in digests {
        let helper = names::quoted(&format!("{chart}.checksum.{name}"));
        let map = maps.iter().find(|map| map.name == *name && map.gives(digests));
        let expression = if let Some(map) = map {
            format!("include {} . | sha256sum", names::quoted(&map.helper))
        } else {
            digest_knob(name, digests, values)
        };
        let _ = writeln!(out, "\n{{{{/* Rolls the pods that read {name} when it changes. */}}}}");
        let _ = writeln!(out, "{{{{- define {helper} -}}}}\n{{{{- {expression} }}}}\n{{{{- end }}}}");
    }
}

/// A digest of something that is not in the chart.
fn digest_knob(name: &str, digests: &[Slot<String>], values: &mut Values) -> String {
    let slots = digests
        .iter()
        .map(|slot| match slot {
            Slot::Here(text) => Slot::Here(Tree::Str(text.clone())),
            _ => Slot::Skip,
        })
        .collect();
    let naming = Naming {
        names: vec![vec!["checksums".to_owned(), names::camel(name)]],
        about: format!("Digest of {name}; pods restart when it changes"),
        share: false,
    };
    let leaf = Leaf { slots, about: naming.about, shape: Shape::Str, optional: false, hidden: false };
    names::reference(&values.claim(&naming.names, leaf, naming.share))
}

fn as_ref(slot: &Slot<Tree>) -> Slot<&Tree> {
    match slot {
        Slot::Here(tree) => Slot::Here(tree),
        Slot::Absent => Slot::Absent,
        Slot::Skip => Slot::Skip,
    }
}

/// Whether an entry is a text that Helm and Git carry as a file without a change.
fn is_file(key: &str, text: &str) -> bool {
    let name = !key.is_empty()
        && !key.starts_with('.')
        && !key.ends_with('~')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    name && text.contains('\n')
        && !text.starts_with('\u{FEFF}')
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
}

fn file_line(key: &str, path: &str, text: &str, placeholder: &str) -> String {
    let trim = if text.ends_with('\n') { "" } else { " | trimSuffix \"\\n\"" };
    let release = if text.contains(NAMESPACE) {
        format!(" | replace {} .Release.Namespace", names::quoted(placeholder))
    } else {
        String::new()
    };
    format!(
        "{{{{- $_ := set $data {} (.Files.Get {}{trim}{release}) }}}}",
        names::quoted(key),
        names::quoted(path)
    )
}

/// The digest of the data in each variant, with its namespace in place.
fn digests(data: &Slots<'_>, namespaces: &[String]) -> Vec<Slot<String>> {
    data.iter()
        .enumerate()
        .map(|(n, slot)| match slot {
            Slot::Here(tree) if n == 0 && super::slot::names_release(tree) => Slot::Absent,
            Slot::Here(tree) if n == 0 => Slot::Here(digest(tree)),
            Slot::Here(tree) => Slot::Here(digest(&crate::k8s::with_namespace(tree, &namespaces[n - 1]))),
            Slot::Absent => Slot::Absent,
            Slot::Skip => Slot::Skip,
        })
        .collect()
}

/// SHA-256 of the tree as [`json`], in hexadecimal digits.
pub(super) fn digest(tree: &Tree) -> String {
    Sha256::digest(json(tree)).iter().fold(String::with_capacity(64), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The tree as Go writes JSON: sorted keys, no spaces, `<`, `>` and `&` escaped.
pub(super) fn json(tree: &Tree) -> String {
    let mut out = String::new();
    write_json(tree, &mut out);
    out
}

fn write_json(tree: &Tree, out: &mut String) {
    let text = |text: &str, out: &mut String| {
        let quoted = serde_json::Value::from(text).to_string();
        for piece in quoted.split_inclusive(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let last = piece.chars().next_back();
            match last.filter(|c| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}')) {
                Some(c) => {
                    out.push_str(&piece[..piece.len() - c.len_utf8()]);
                    let _ = write!(out, "\\u{:04x}", c as u32);
                }
                None => out.push_str(piece),
            }
        }
    };
    match tree {
        Tree::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Tree::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Tree::Float(value) => {
            let _ = write!(out, "{value}");
        }
        Tree::Str(value) => text(value, out),
        Tree::List(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Tree::Map(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| (*key).clone());
            out.push('{');
            for (n, (key, value)) in entries.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                text(key, out);
                out.push(':');
                write_json(value, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_that_of_go() {
        let data: Map = [("b".into(), "<a> & \"b\"\u{2028}".into()), ("a".into(), "\t\u{1}".into())]
            .into_iter()
            .collect();
        assert_eq!(json(&data.into()), r#"{"a":"\t\u0001","b":"\u003ca\u003e \u0026 \"b\"\u2028"}"#);
    }

    #[test]
    fn digest_is_that_of_the_example() {
        let data: Map =
            [("NODE_ENV", "production"), ("LOG_LEVEL", "info"), ("POSTGRES_HOST", "postgres-service")]
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect();
        assert_eq!(digest(&data.into()), "9966598500d07d71fa1a016bc2560e217408f5a5ed1a6116f5fb4b37efdd91ab");
    }
}
