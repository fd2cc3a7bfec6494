//! Texts of variables and configs: nothing that was left in them by mistake, no address that nobody answers.

use crate::diagnostic::{At, Check};
use crate::needs::{Endpoint, Offer};
use crate::scope::Scope;

/// Reports what is wrong with a text that pods read.
pub fn check(key: &str, text: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    if let Some((what, help)) = leftover(text) {
        check.warning("leftover", at, format!("`{key}` holds {what}")).help(help);
    }
    for (host, port) in addresses(text) {
        let Some(endpoint) = served(host, scope) else { continue };
        let service: Vec<u16> = endpoint.ports.iter().filter_map(|(_, port)| port.at_service()).collect();
        if !service.is_empty() && !service.contains(&port) {
            let ports: Vec<_> = service.iter().map(ToString::to_string).collect();
            check
                .warning("unknown-port", at, format!("nobody answers at `{host}:{port}`"))
                .help(format!("the Service `{host}` has: {}", ports.join(", ")));
        }
    }
}

/// A placeholder, or text that was read in the wrong encoding.
fn leftover(text: &str) -> Option<(&'static str, &'static str)> {
    let text = text.trim();
    let marked = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_- .".contains(c))
    });
    let lower = text.to_ascii_lowercase();
    if marked || ["change_me", "change-me", "changeme", "replace_me", "replace-me"].contains(&&*lower) {
        return Some(("a placeholder", "write the value, or read it from a secret"));
    }
    if is_unfilled(text) {
        return Some((
            "a placeholder that nobody fills in",
            "write the value, and what differs into `environments`; `$(NAME)` stands for a variable further up",
        ));
    }
    // UTF-8 that was taken for Latin-1 or Windows-1252.
    let mut pairs = text.chars().zip(text.chars().skip(1));
    let torn = pairs
        .any(|(a, b)| matches!((a, b), ('Ã' | 'Â', '\u{80}'..='\u{bf}') | ('â', '€' | '\u{80}'..='\u{9f}')));
    torn.then_some(("text in a wrong encoding", "write the letters that are meant, in UTF-8"))
}

/// Whether a text is nothing but the placeholder of a chart, a shell, a script or an author.
fn is_unfilled(text: &str) -> bool {
    let name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let within = |open: &str, close: &str| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    within("{{", "}}").is_some_and(|inner| !inner.contains("}}"))
        || within("${", "}").is_some_and(|inner| name(inner.split([':', '-']).next().unwrap_or_default()))
        || text.strip_prefix('$').is_some_and(name)
        || within("%", "%").is_some_and(name)
        || ["TODO", "FIXME", "TBD"].contains(&text)
}

/// Hosts and ports of URLs in a text, or of a list of nothing but addresses.
fn addresses(text: &str) -> Vec<(&str, u16)> {
    let urls = text.split("://").skip(1).filter_map(|rest| {
        let authority = rest.split(['/', '?', '#', '"', '\'', ',', ' ', '\n']).next()?;
        address(authority.rsplit('@').next()?)
    });
    let found: Vec<_> = urls.collect();
    if !found.is_empty() || text.contains("://") {
        return found;
    }
    text.split(',').map(|item| address(item.trim())).collect::<Option<_>>().unwrap_or_default()
}

fn address(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.split_once(':')?;
    let is_host = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (!host.is_empty() && host.chars().all(is_host)).then_some(())?;
    Some((host, port.parse().ok()?))
}

/// The component whose Service has this name.
fn served<'s>(host: &str, scope: &'s Scope) -> Option<&'s Endpoint> {
    scope.offers.values().find_map(|offer| match offer {
        Offer::Endpoint(endpoint) if endpoint.service.as_deref() == Some(host) => Some(endpoint),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_urls_and_lists() {
        assert_eq!(addresses("http://api:80/x"), [("api", 80)]);
        assert_eq!(addresses("postgres://u:p@db:5432/shop"), [("db", 5432)]);
        assert_eq!(addresses("kafka-0:9092, kafka-1:9092"), [("kafka-0", 9092), ("kafka-1", 9092)]);
        for none in ["https://api.example.com:80", "note: 80", "a:b", "", "12:30:00"] {
            assert!(addresses(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn placeholders_and_torn_letters_are_seen() {
        let placeholders =
            ["{{ .Values.mode }}", "${MODE}", "${MODE:-fast}", "$MODE", "%MODE%", "TODO", "<base64_encoded>"];
        for text in placeholders.into_iter().chain(["CHANGE_ME", "cafÃ©", "â€œquotedâ€\u{9d}"]) {
            assert!(leftover(text).is_some(), "{text}");
        }
        for text in [
            "a < b > c",
            "<a><b></b></a>",
            "café",
            "changeme.example.com",
            "â la carte",
            "$(MODE)",
            "$5",
            "100%",
            "a${B}",
            "{{a}} {{b}}",
            "TODOS",
        ] {
            assert!(leftover(text).is_none(), "{text}");
        }
    }
}
