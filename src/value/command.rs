//! Command lines: containers are started with a list of words, and no shell reads it.

use crate::tree::yaml::flow;

/// The words of a line as a shell splits them; none if only a shell can tell what it means.
#[must_use]
pub fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(end), _) if letter == end => quote = None,
            // `$(NAME)` is filled in by Kubernetes.
            (None | Some('"'), '$') if letters.peek() == Some(&'(') => {
                let rest: String = letters.by_ref().take_while(|c| *c != ')').collect();
                let name = rest.strip_prefix('(').unwrap_or_default();
                let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
                plain.then_some(())?;
                word.get_or_insert_default().extend(["$", &rest, ")"]);
            }
            (Some('"'), '$' | '`' | '\\')
            | (None, '$' | '`' | '\\' | '|' | '&' | ';' | '<' | '>' | '(' | ')' | '*' | '\n') => {
                return None;
            }
            (None, '"' | '\'') => {
                word.get_or_insert_default();
                quote = Some(letter);
            }
            (None, ' ' | '\t') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
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
