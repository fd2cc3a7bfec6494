//! Files of Java properties: settings by name, one a line.

use crate::value::format::EnvName;
use crate::value::{Keyed, Scalar};
use indexmap::IndexMap;
use std::fmt::Write as _;

/// Settings in their order.
#[derive(Debug, Default)]
pub struct Properties(IndexMap<String, String>);

impl Properties {
    /// Sets `name`.
    #[expect(clippy::needless_pass_by_value, reason = "numbers and texts alike")]
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.0.insert(name.to_owned(), value.to_string());
    }

    /// Lets the author's settings win.
    pub fn overlay(&mut self, settings: &Keyed<EnvName, Scalar>) {
        for (name, value) in settings.iter() {
            self.set(name, &value.0);
        }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let escape = |value: &str| value.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
        self.0.iter().fold(String::new(), |mut text, (name, value)| {
            let _ = writeln!(text, "{name}={}", escape(value));
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_author_says_wins_in_its_place() {
        let mut properties = Properties::default();
        properties.set("a", 1);
        properties.set("b", true);
        let mut own = Keyed::default();
        own.insert("a", Scalar("two\nlines \\".to_owned()));
        own.insert("c", Scalar("x=y".to_owned()));
        properties.overlay(&own);
        assert_eq!(properties.text(), "a=two\\nlines \\\\\nb=true\nc=x=y\n");
    }
}
