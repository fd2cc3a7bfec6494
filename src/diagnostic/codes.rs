//! Every code, documented once: `kgen explain`, the docs and the output formats read this table.
//!
//! The rows stand in one file per topic, sorted by name.

mod shape;
mod syntax;

/// A kind of finding.
#[derive(Debug)]
pub struct Code {
    /// Kebab-case word.
    pub name: &'static str,
    /// What it means: one line, lower case, no full stop.
    pub summary: &'static str,
    /// Why it matters: a sentence or two.
    pub why: &'static str,
    /// A spec that has it; empty where a spec cannot show it.
    pub example: &'static str,
    /// What to write instead: YAML if there is an example, else a sentence.
    pub instead: &'static str,
}

/// Topics, each with its codes sorted by name. A new topic is a file and a row.
pub const TOPICS: &[(&str, &[Code])] = &[("Syntax", syntax::CODES), ("Shape", shape::CODES)];

/// Returns all codes, topic by topic.
pub fn all() -> impl Iterator<Item = &'static Code> {
    TOPICS.iter().flat_map(|(_, codes)| codes.iter())
}

/// Returns the code of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    all().find(|code| code.name == name)
}

impl Code {
    /// What, why, an example and what to write instead, as Markdown.
    #[must_use]
    pub fn explanation(&self) -> String {
        let Self { name, summary, why, example, instead } = self;
        let summary = capitalized(summary);
        let (example, yaml) = (example.trim_end(), instead.trim_end());
        let instead = if example.is_empty() {
            format!("## Instead\n\n{instead}")
        } else {
            format!("## Example\n\n```yaml\n{example}\n```\n\n## Instead\n\n```yaml\n{yaml}\n```")
        };
        format!("# {name}\n\n{summary}.\n\n## Why\n\n{why}\n\n{instead}\n")
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_sorted_and_documented() {
        let mut seen = BTreeSet::new();
        for (topic, codes) in TOPICS {
            assert!(codes.is_sorted_by_key(|code| code.name), "the codes of {topic} are not sorted");
            for code in *codes {
                assert!(seen.insert(code.name), "`{}` is there twice", code.name);
                assert!(
                    code.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                    "`{}` is not in kebab case",
                    code.name
                );
                assert!(!code.summary.is_empty() && !code.summary.ends_with('.'), "`{}`", code.name);
                assert!(!code.why.is_empty() && !code.instead.is_empty(), "`{}`", code.name);
            }
        }
    }

    #[test]
    fn every_code_that_is_used_is_documented() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    for code in used(&text) {
                        assert!(find(code).is_some(), "{} uses `{code}`, which has no row", path.display());
                    }
                }
            }
        }
    }

    /// The literals that stand where a finding's code does.
    fn used(text: &str) -> impl Iterator<Item = &str> {
        ["error(", "warning("].into_iter().flat_map(move |call| {
            let after = text.split(call).skip(1);
            let literal = after.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split_once('"'));
            literal.filter_map(|(code, rest)| rest.trim_start().starts_with(',').then_some(code))
        })
    }
}
