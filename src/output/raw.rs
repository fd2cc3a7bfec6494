//! Raw output: every object of every environment as a file of its own, ready for `kubectl apply`.

use super::{File, Format, Outline, Part, Sink};
use crate::k8s::NAMESPACE;
use crate::tree::yaml::{self, Fill};

/// The format `raw`: `raw/<env>/<component>/<file>.yaml`, one object a file.
#[derive(Debug)]
pub struct Raw<'a> {
    outline: &'a Outline,
    header: String,
}

impl<'a> Raw<'a> {
    /// A writer of raw files for this platform.
    #[must_use]
    pub fn new(outline: &'a Outline) -> Self {
        Self { outline, header: outline.header() }
    }
}

impl Format for Raw<'_> {
    fn part(&mut self, part: &Part, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        for (n, environment) in self.outline.environments.iter().enumerate() {
            let fill = Fill { marker: NAMESPACE, text: &environment.namespace };
            for family in &part.objects {
                let Some(tree) = family.environments.get(n).and_then(Option::as_ref) else { continue };
                let mut text = self.header.clone();
                yaml::write_filled(tree, fill, &mut text);
                sink(File {
                    path: format!("raw/{}/{}/{}.yaml", environment.name, part.component, family.file),
                    environment: Some(environment.name.clone()),
                    text,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::Object;
    use crate::output::{Environment, Family};
    use crate::tree::serialize::to_tree;

    #[test]
    fn every_environment_has_its_objects_with_its_namespace() {
        let object = serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": "app", "namespace": NAMESPACE}, "data": {"url": format!("http://db.{NAMESPACE}.svc")}});
        let tree = to_tree(&object, |_, _| ());
        let id = Object::from_tree("config", tree.clone()).id();
        let family = Family {
            id,
            file: "app".to_owned(),
            fixed: &[],
            base: None,
            environments: vec![Some(tree), None],
        };
        let environment = |name: &str| Environment { name: name.to_owned(), namespace: format!("{name}-ns") };
        let outline = Outline {
            platform: "shop".to_owned(),
            description: String::new(),
            version: "1.0.0".to_owned(),
            kubernetes: "1.30".to_owned(),
            spec: "platform.yaml".to_owned(),
            environments: vec![environment("dev"), environment("prod")],
        };
        let mut files = Vec::new();
        Raw::new(&outline)
            .part(&Part { component: "config".to_owned(), objects: vec![family] }, &mut |file| {
                files.push((file.path.clone(), file.text));
                Ok(())
            })
            .unwrap();
        let text = outline.header()
            + "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n  namespace: dev-ns\ndata:\n  \
               url: http://db.dev-ns.svc\n";
        assert_eq!(files, [("raw/dev/config/app.yaml".to_owned(), text)]);
    }
}
