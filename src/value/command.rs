//! Command lines: containers are started with a list of words, and no shell reads it.

use crate::tree::yaml::flow;

/// What a shell does more with than to end a word.
const SHELL: &[char] = &['$', '`', '\\', '|', '&', ';', '<', '>', '(', ')', '*', '\n'];

/// The words of a line as a shell splits them; none if only a shell can tell what it means.
#[must_use]
pub fn words(line: &str) -> Option<Vec<String>> {
    if without_references(line).contains(SHELL) { None } else { shlex::split(line) }
}

/// The line without `$(NAME)`, which Kubernetes fills in.
fn without_references(line: &str) -> String {
    let mut parts = line.split("$(");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
        match part.split_once(')').filter(|(name, _)| is_name(name)) {
            Some((_, after)) => rest.push_str(after),
            None => rest.extend(["$(", part]),
        }
    }
    rest
}

/// The list to write for a line that starts a container.
#[must_use]
pub fn list(line: &str) -> String {
    words(line).map_or_else(|| inline(["sh", "-c", line.trim_end()]), inline)
}

/// A list of texts on one line.
pub fn inline(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| flow(word.as_ref()).into_owned()).collect();
    format!("[{}]", words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn lines_become_lists_that_start_what_they_say() {
        let cases = [
            ("npm start", "[npm, start]"),
            ("python -m etl --from 2024-01-01", r#"[python, -m, etl, --from, "2024-01-01"]"#),
            ("echo 'a b' \"c\"d ''", r#"[echo, a b, cd, ""]"#),
            ("serve --port=$(PORT)", "[serve, --port=$(PORT)]"),
            ("migrate && serve", r#"[sh, "-c", migrate && serve]"#),
            ("grep 'a|b' x", r#"[sh, "-c", grep 'a|b' x]"#),
            ("echo $HOME", r#"[sh, "-c", echo $HOME]"#),
            ("kill $(cat /run/pid)", r#"[sh, "-c", kill $(cat /run/pid)]"#),
            ("echo it's", r#"[sh, "-c", echo it's]"#),
            ("a {b,c}", "[a, '{b,c}']"),
        ];
        for (line, expected) in cases {
            assert_eq!(list(line), expected, "{line}");
        }
    }
}
