//! "Did you mean": the nearest of the names that are there.

/// Returns the candidate that `wrong` is most likely meant to be, if one is near enough.
pub fn suggest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wrong.chars().count() / 3).max(2);
    candidates
        .into_iter()
        .map(|candidate| (distance(wrong, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Case and separators weigh nothing: `ConfigMap`, `config-map` and `config_map` are one word.
fn distance(a: &str, b: &str) -> usize {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
    };
    if a != b && plain(a) == plain(b) {
        return 1;
    }
    // A name that only differs by length limits is not worth the full matrix.
    if a.len().abs_diff(b.len()) > 24 {
        return usize::MAX;
    }
    strsim::damerau_levenshtein(a, b)
}

/// Returns "`a`, `b` or `c`", shortened when the list is long.
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 24;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        many if many.len() > SHOWN => {
            format!("{} and {} more", many[..SHOWN].join(", "), many.len() - SHOWN)
        }
        [init @ .., last] => format!("{} or {last}", init.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_near_names_only() {
        assert_eq!(suggest("portz", ["image", "ports", "port"]), Some("ports"));
        assert_eq!(suggest("env_from", ["env", "envFrom"]), Some("envFrom"));
        assert_eq!(suggest("zz", ["a", "image"]), None);
    }

    #[test]
    fn lists_read_like_a_sentence() {
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(list(["a"]), "`a`");
    }
}
