//! Texts that look like secrets, which a spec must not hold.

/// What follows a secret's name when the text is about the secret, not the secret itself.
const ABOUT: &[&str] = &[
    "ALGORITHM",
    "AUDIENCE",
    "COUNT",
    "DAYS",
    "ENABLED",
    "ENDPOINT",
    "EXPIRATION",
    "EXPIRES",
    "EXPIRY",
    "FIELD",
    "FILE",
    "HEADER",
    "HOURS",
    "ID",
    "IN",
    "ISSUER",
    "KIND",
    "LENGTH",
    "LIFETIME",
    "LIMIT",
    "MINUTES",
    "NAME",
    "PATH",
    "POLICY",
    "PREFIX",
    "REF",
    "REGION",
    "ROTATION",
    "SECONDS",
    "SIZE",
    "STORE",
    "TTL",
    "TYPE",
    "URI",
    "URL",
    "VERSION",
];

/// Words in the name of a secret.
const NAMES: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "ENCRYPTION_KEY",
    "SIGNING_KEY",
    "CREDENTIALS",
];

/// How keys of well-known services begin, and how long they are at least.
const KEYS: &[(&str, usize)] = &[
    ("AKIA", 20),
    ("AIza", 35),
    ("ghp_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("sk_live_", 24),
    ("sk-ant-", 24),
    ("sk-proj-", 24),
    ("xoxb-", 24),
    ("eyJhbGciOi", 40),
];

/// Why the text looks like a secret, if it does; `name` is that of the variable or the entry.
pub fn suspicion(name: &str, text: &str) -> Option<&'static str> {
    if text.contains("PRIVATE KEY-----") {
        return Some("it is a private key");
    }
    if text.split_whitespace().any(has_credentials) {
        return Some("it is an address with a password in it");
    }
    let bare = text.trim();
    if KEYS.iter().any(|(start, length)| bare.starts_with(start) && bare.len() >= *length) {
        return Some("it looks like the key of a well-known service");
    }
    (names_secret(name) && is_literal(bare)).then_some("its name is that of a secret")
}

/// `scheme://user:password@host`, the password written out.
fn has_credentials(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    user.split_once(':').is_some_and(|(_, password)| is_literal(password))
}

fn names_secret(name: &str) -> bool {
    let name = name.to_uppercase().replace(['-', '.'], "_");
    let last = name.rsplit('_').next().unwrap_or_default();
    NAMES.iter().any(|word| name.contains(word)) && !ABOUT.contains(&last)
}

/// Whether it is a text of its own: not empty, not a variable, a path, a number, a switch or a time span.
fn is_literal(text: &str) -> bool {
    let switch = ["true", "false", "yes", "no", "on", "off", "none", "null"];
    let number = text.chars().all(|c| c.is_ascii_digit() || c == '.') && text.len() < 8;
    let span = text.len() < 8
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.trim_start_matches(|c: char| c.is_ascii_digit()).len() <= 2;
    !(text.is_empty()
        || number
        || span
        || switch.contains(&text.to_lowercase().as_str())
        || text.starts_with(['/', '$', '<'])
        || text.starts_with("{{"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_recognised_by_name_or_by_text() {
        for (name, text) in [
            ("DB_PASSWORD", "hunter2"),
            ("stripe.api-key", "abc"),
            ("apiKey", "abc"),
            ("DATABASE_URL", "postgres://app:s3cret@db:5432/app"),
            ("CERT", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
            ("ANY", "AKIAIOSFODNN7EXAMPLE"),
        ] {
            assert!(suspicion(name, text).is_some(), "{name}={text}");
        }
    }

    #[test]
    fn texts_about_secrets_are_none() {
        for (name, text) in [
            ("TOKEN_TTL", "3600"),
            ("TOKEN_HEADER_NAME", "X-Token"),
            ("DB_PASSWORD_FILE", "/run/secrets/db"),
            ("PASSWORD", "$(OTHER)"),
            ("DATABASE_URL", "postgres://db:5432/app"),
            ("DATABASE_URL", "postgres://app:$(DB_PASSWORD)@db/app"),
            ("USE_TOKEN", "true"),
            ("TOKEN", "15m"),
            ("CA", "-----BEGIN CERTIFICATE-----"),
        ] {
            assert_eq!(suspicion(name, text), None, "{name}={text}");
        }
    }
}
