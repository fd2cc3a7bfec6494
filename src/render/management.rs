//! Objects for the cluster that manages this one: files of their own, which are never applied with the platform.

use crate::k8s::NAMESPACE;
use crate::output::{File, Format, Outline, Part, Sink};
use crate::platform::Platform;
use crate::tree::yaml::{self, Fill};

/// Writes `cluster/ENV/COMPONENT/FILE.yaml` for every environment.
pub(super) struct Management<'p> {
    pub(super) outline: &'p Outline,
    pub(super) environments: &'p [Platform],
}

impl Format for Management<'_> {
    fn part(&mut self, _: &Part, _: &mut Sink<'_>) -> anyhow::Result<()> {
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        for (platform, environment) in self.environments.iter().zip(&self.outline.environments) {
            let fill = Fill { marker: NAMESPACE, text: &environment.namespace };
            for part in &platform.parts {
                for object in part.management(&platform.scope) {
                    let mut text = self.outline.header();
                    text.push_str("# For the cluster that manages this one: apply it there.\n");
                    yaml::write_filled(&object.tree, fill, &mut text);
                    let path = format!("cluster/{}/{}/{}.yaml", environment.name, part.name, object.file);
                    sink(File {
                        path,
                        environment: Some(environment.name.clone()),
                        text,
                        executable: false,
                    })?;
                }
            }
        }
        Ok(())
    }
}
