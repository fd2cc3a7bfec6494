//! Paths into a spec: cheap while all is well, looked up when something is wrong.

/// A path into a spec: keys and indices.
pub type Path = Vec<String>;

/// A path that is being walked: a list on the stack, without an allocation.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    /// The root of the spec.
    #[must_use]
    pub const fn root() -> Self {
        Self { parent: None, step: Step::Root }
    }

    /// The value of a key of the map here.
    #[must_use]
    pub const fn key(&'a self, key: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Key(key) }
    }

    /// An item of the list here.
    #[must_use]
    pub const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }

    /// The path, owned.
    #[must_use]
    pub fn path(&self) -> Path {
        let mut path = self.parent.map(At::path).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Key(key) => path.push(key.to_owned()),
            Step::Index(index) => path.push(index.to_string()),
        }
        path
    }
}
