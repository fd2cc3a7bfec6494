//! The kit: everything in `ops/`, from the same objects as the manifests, so that the two never disagree.
//!
//! It takes the objects like a format does, and writes when it has seen all of them. Every script and
//! document serves all environments, so its files belong to none.

use crate::output::{File, Format, Outline, Part, Sink};
use crate::platform::Platform;
use inventory::Content;

mod check;
mod cluster;
mod deploy;
mod documents;
mod generator;
mod images;
mod inventory;
mod lines;
mod load;
mod secrets;
mod settings;
mod shell;
mod workflow;

pub use check::check;

/// Gathers a platform's objects and writes its kit.
#[derive(Debug)]
pub struct Kit<'p> {
    outline: &'p Outline,
    base: &'p Platform,
    environments: &'p [Platform],
    contents: Vec<Content>,
}

impl<'p> Kit<'p> {
    /// The kit of a platform: the spec without an environment, and with each.
    #[must_use]
    pub fn new(outline: &'p Outline, base: &'p Platform, environments: &'p [Platform]) -> Self {
        let contents = outline.environments.iter().map(Content::new).collect();
        Self { outline, base, environments, contents }
    }
}

impl Format for Kit<'_> {
    fn part(&mut self, part: &Part, _: &mut Sink<'_>) -> anyhow::Result<()> {
        // Without a kit nobody asks, and a large platform is not to be held in memory.
        if self.base.scope.header.kit.is_some() {
            for (n, content) in self.contents.iter_mut().enumerate() {
                content.add(n, part);
            }
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink<'_>) -> anyhow::Result<()> {
        secrets::write(self.outline, self.base, self.environments, sink)?;
        let Some(spec) = &self.base.scope.header.kit else { return Ok(()) };
        for (content, platform) in self.contents.iter_mut().zip(self.environments) {
            content.secrets = secrets::needed(platform);
            content.namespaces = inventory::beside(content, platform);
            content.waves = inventory::waves(content, platform);
        }
        let kit = Whole {
            outline: self.outline,
            spec,
            header: &self.base.scope.header,
            contents: &self.contents,
            platforms: self.environments,
        };
        let mut made = deploy::files(&kit);
        made.extend(cluster::files(&kit));
        made.extend(images::files(&kit));
        made.extend(workflow::files(&kit));
        made.extend(load::files(&kit));
        made.extend(settings::files(&kit));
        made.extend(documents::files(&kit, &made));
        for file in made {
            sink(File {
                path: format!("ops/{}", file.path),
                environment: None,
                text: file.text,
                executable: file.executable,
            })?;
        }
        Ok(())
    }
}

/// Everything that a part of the kit is made of.
struct Whole<'k> {
    outline: &'k Outline,
    spec: &'k crate::header::kit::Kit,
    header: &'k crate::header::Header,
    contents: &'k [Content],
    platforms: &'k [Platform],
}

/// A file of the kit.
struct Made {
    /// Its path below `ops/`.
    path: String,
    /// Its content.
    text: String,
    /// Whether it is a program.
    executable: bool,
}

impl Made {
    /// A program.
    fn program(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text, executable: true }
    }

    /// Something to read.
    fn text(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text, executable: false }
    }
}

impl Whole<'_> {
    /// The platform's folder in the repository, `.` if it is the repository.
    fn folder(&self) -> String {
        let folder = self.outline.spec.rsplit_once('/').map_or(".", |(folder, _)| folder);
        folder.to_owned()
    }

    /// The platform in an environment.
    fn platform_of(&self, content: &Content) -> Option<&Platform> {
        self.contents
            .iter()
            .zip(self.platforms)
            .find(|(one, _)| one.name == content.name)
            .map(|(_, platform)| platform)
    }

    /// The environment that documents are about; none if the platform has none.
    fn main(&self) -> Option<&Content> {
        match &self.spec.environment {
            Some(name) => self.contents.iter().find(|content| content.name == **name),
            None => self.contents.last(),
        }
    }
}
