//! The Helm output: one chart for the platform, with a values file for each environment.
//!
//! Every object becomes a template as its component comes; the values are gathered and written at
//! the end. For every environment the chart renders to that environment's trees.

use super::{File, Format, Outline, Part, Sink};
use crate::k8s::NAMESPACE;
use values::Values;

mod align;
mod chart;
mod config;
mod factor;
mod form;
mod names;
mod naming;
mod place;
mod pod;
mod schema;
mod section;
mod shape;
mod slot;
mod template;
#[cfg(test)]
mod tests;
mod values;

/// Writes a platform as a chart.
#[derive(Debug)]
pub struct Helm<'o> {
    outline: &'o Outline,
    values: Values,
    /// Segments of the top of the values that components have, with the component.
    segments: std::collections::BTreeMap<String, String>,
    digests: factor::Digests,
    maps: Vec<config::ConfigMap>,
    notes: chart::Notes,
}

impl<'o> Helm<'o> {
    /// Starts the chart of a platform.
    #[must_use]
    pub fn new(outline: &'o Outline) -> Self {
        Self {
            outline,
            values: Values::default(),
            segments: std::collections::BTreeMap::new(),
            digests: factor::Digests::new(),
            maps: Vec::new(),
            notes: chart::Notes::default(),
        }
    }

    /// The path of a file of the chart.
    fn path(&self, path: &str) -> String {
        format!("helm/{}/{path}", self.outline.platform)
    }

    /// The segment of the values that belongs to a component.
    fn segment(&mut self, component: &str) -> String {
        const TAKEN: &[&str] = &["global", "labels", "checksums"];
        let mut segment = names::camel(component);
        while TAKEN.contains(&segment.as_str())
            || self.segments.get(&segment).is_some_and(|known| known != component)
        {
            segment.push('_');
        }
        self.segments.insert(segment.clone(), component.to_owned());
        segment
    }

    fn emit(
        &self,
        sink: &mut Sink<'_>,
        path: &str,
        text: String,
        environment: Option<&str>,
    ) -> anyhow::Result<()> {
        let environment = environment.map(str::to_owned);
        sink(File { path: self.path(path), environment, text, executable: false })
    }
}

impl Format for Helm<'_> {
    fn part(&mut self, part: &Part, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        let segment = self.segment(&part.component);
        let outline = self.outline;
        let namespaces: Vec<String> = outline.environments.iter().map(|e| e.namespace.clone()).collect();
        let members = section::members(part, &segment, outline, &mut self.values);
        let mut tags = factor::Tags::new();
        let mut kinds = Vec::new();
        for member in members {
            let id = &member.family.id;
            let config = (id.kind == "ConfigMap" && id.api_version == "v1" && id.namespace.is_none())
                .then(|| {
                    let values = &mut self.values;
                    config::ConfigMap::new(&outline.platform, &id.name, &member.slots, &namespaces, values)
                })
                .flatten();
            let mut factor = factor::Factor {
                values: &mut self.values,
                chart: &outline.platform,
                digests: &mut self.digests,
                tags: &mut tags,
                place: &member.place,
                hosts: Vec::new(),
                data: config.as_ref().map(|(map, _)| map.node()),
            };
            let node = factor.object(&member.slots);
            self.notes.add(&member, &factor.hosts);
            if let Some((map, blobs)) = config {
                self.maps.push(map);
                for blob in blobs {
                    self.emit(sink, &blob.path, blob.text, None)?;
                }
            }
            if id.name != NAMESPACE && !kinds.contains(&id.kind) {
                kinds.push(id.kind.clone());
            }
            let mut text = String::new();
            if let Some(guard) = &member.guard {
                text = format!("{{{{- {guard} }}}}\n");
            }
            text.push_str(&outline.header());
            template::write(&node, &mut text);
            if member.guard.is_some() {
                text.push_str("{{- end }}\n");
            }
            let path = format!("templates/{}/{}.yaml", part.component, member.file);
            self.emit(sink, &path, text, None)?;
        }
        self.values.describe(&segment, &format!("{}: {}", part.component, kinds.join(", ")));
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        let outline = self.outline;
        let mut helpers = chart::helpers(outline, &self.notes);
        for map in &self.maps {
            map.define(&mut helpers);
        }
        let chart = &outline.platform;
        config::define_digests(chart, &self.digests, &self.maps, &mut self.values, &mut helpers);
        self.values.describe("namespace", "The release's namespace");
        self.values.describe("labels", "Labels that environments set");
        self.values.describe("config", "Entries of ConfigMaps; pods that read one restart when it changes");
        self.values.describe("ingress", "What is reached from outside");
        self.values.describe("cluster", "Objects of the whole cluster; one release brings them");
        self.values.arrange();
        let mut base = outline.header();
        base.push_str(
            "# The platform without an environment; values-<environment>.yaml holds what differs there.\n",
        );
        values::write_base(&self.values.root, &mut base);
        self.emit(sink, "templates/_helpers.tpl", helpers, None)?;
        self.emit(sink, "values.yaml", base, None)?;
        for (n, environment) in outline.environments.iter().enumerate() {
            let mut text = outline.header();
            match self.values.beyond_base(n + 1) {
                Some(delta) => values::write_delta(&delta, 0, &mut text),
                None => text.push_str("# As in values.yaml.\n"),
            }
            let path = format!("values-{}.yaml", environment.name);
            self.emit(sink, &path, text, Some(&environment.name))?;
        }
        let schema = schema::text(outline, &self.values.root);
        self.emit(sink, "values.schema.json", schema, None)?;
        self.emit(sink, "Chart.yaml", chart::chart_yaml(outline), None)?;
        self.emit(sink, "README.md", chart::readme(outline, &self.notes, &self.values), None)?;
        self.emit(sink, ".helmignore", chart::HELMIGNORE.to_owned(), None)?;
        self.emit(sink, "templates/NOTES.txt", chart::notes(outline, &self.notes), None)?;
        self.emit(sink, "templates/one-release.yaml", chart::one_release(outline, &self.notes), None)
    }
}
