//! Raw output: every object of every environment as a file of its own, ready for `kubectl apply`.

use super::{File, Format, Outline, Part, Sink};
use crate::k8s::NAMESPACE;
use crate::tree::yaml::{self, Fill};

/// The format `raw`: `raw/<env>/<component>/<file>.yaml`, one object a file.
#[derive(Debug)]
pub struct Raw<'a> {
    outline: &'a Outline,
    header: String,
    text: String,
}

impl<'a> Raw<'a> {
    /// A writer of raw files for this platform.
    #[must_use]
    pub fn new(outline: &'a Outline) -> Self {
        Self { outline, header: outline.header(), text: String::new() }
    }
}

impl Format for Raw<'_> {
    fn part(&mut self, part: &Part, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        for (n, environment) in self.outline.environments.iter().enumerate() {
            let fill = Fill { marker: NAMESPACE, text: &environment.namespace };
            for family in &part.objects {
                let Some(tree) = family.environments.get(n).and_then(Option::as_ref) else { continue };
                self.text.clear();
                self.text.push_str(&self.header);
                yaml::write_filled(tree, fill, &mut self.text);
                sink(File {
                    path: format!("raw/{}/{}/{}.yaml", environment.name, part.component, family.file),
                    environment: Some(&environment.name),
                    text: &self.text,
                    executable: false,
                })?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Sink<'_>) -> anyhow::Result<()> {
        Ok(())
    }
}
