//! What to say about text that is no YAML.

use super::Reader;

impl Reader<'_> {
    pub(super) fn syntax(&mut self, error: &granit_parser::ScanError) {
        let text = self.text;
        let byte = error.marker().byte_offset().unwrap_or_else(|| {
            text.char_indices().nth(error.marker().index()).map_or(text.len(), |(at, _)| at)
        });
        let byte = byte.min(text.len());
        let file = &self.sources.files[self.file as usize];
        let (line, _) = file.position(byte);
        let start = file.lines[line - 1];
        let content = text[start..].lines().next().unwrap_or_default().to_owned();
        // A scanner stops at the line before if that could have gone on.
        let tab = file.lines[line - 1..].iter().take(2).find_map(|start| indented_by_tab(text, *start));
        let place = self.span(&tab.map_or(byte..byte, |tab| tab..tab + 1));
        let what = error.info();
        let help = if tab.is_some() {
            "indent with spaces: YAML does not allow tabs there"
        } else if what.contains("unclosed quote") {
            "close the quote that is opened here"
        } else if content.contains("{{") || content.contains("%}") {
            "put the value in quotes: `{` starts a map"
        } else if content.matches(": ").count() > 1 {
            "put the value in quotes: a second `: ` on a line starts another map"
        } else if content.trim_start().starts_with('@') || content.contains(": @") || content.contains(": `")
        {
            "put the value in quotes: no plain text starts with `@` or a backtick"
        } else {
            "look at this line and the one above: indentation, a missing colon or quote, a `{{` that needs quotes"
        };
        self.fail("yaml-syntax", format!("this is not YAML: {what}"), place, "", help);
    }
}

/// The first tab in the indentation of a line.
fn indented_by_tab(text: &str, start: usize) -> Option<usize> {
    let line = text.get(start..)?.lines().next()?;
    let indent = &line[..line.len() - line.trim_start().len()];
    indent.find('\t').map(|at| start + at)
}
