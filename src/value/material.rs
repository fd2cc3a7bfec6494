//! Text that looks like secret material: kgen writes none of it.

/// Words in the name of a variable whose value is a secret.
const WORDS: &[&str] = &[
    "ACCESSKEY",
    "ACCESS_KEY",
    "APIKEY",
    "API_KEY",
    "BEARER",
    "CREDENTIAL",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PRIVATEKEY",
    "PRIVATE_KEY",
    "PWD",
    "SECRET",
    "TOKEN",
];

/// Endings of names that speak *about* a secret.
const ABOUT: &[&str] = &[
    "ALG",
    "ALGORITHM",
    "AUDIENCE",
    "COST",
    "COUNT",
    "DIR",
    "ENABLED",
    "ENDPOINT",
    "EXPIRATION",
    "EXPIRES",
    "EXPIRES_IN",
    "EXPIRY",
    "FIELD",
    "FILE",
    "HEADER",
    "HOST",
    "ISSUER",
    "KEYS",
    "KIND",
    "LENGTH",
    "LIFETIME",
    "LIMIT",
    "MAX",
    "MIN",
    "NAME",
    "PATH",
    "POLICY",
    "PREFIX",
    "REF",
    "REQUIRED",
    "ROUNDS",
    "ROTATION",
    "SECONDS",
    "STORE",
    "TIMEOUT",
    "TTL",
    "TYPE",
    "URI",
    "URL",
    "VERSION",
];

/// Beginnings of keys that services hand out.
const ISSUED: &[&str] =
    &["AKIA", "ghp_", "gho_", "github_pat_", "glpat-", "sk_live_", "xoxb-", "xoxp-", "AIza"];

/// Says why an entry of this name looks like a secret that is written out; none if it does not.
#[must_use]
pub fn suspicion(name: &str, text: &str) -> Option<&'static str> {
    let value = text.trim();
    if value.contains("PRIVATE KEY-----") {
        return Some("this is a private key");
    }
    if has_credentials(value) {
        return Some("this URL holds a password");
    }
    let token =
        |start: &str| value.starts_with(start) && value.len() >= start.len() + 12 && !value.contains(' ');
    if ISSUED.iter().any(|start| token(start)) || is_web_token(value) {
        return Some("this looks like an access key");
    }
    (is_secret_name(name) && is_literal(value)).then_some("the name says that this is a secret")
}

fn is_secret_name(name: &str) -> bool {
    let mut upper = String::new();
    let mut lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && lower {
            upper.push('_');
        }
        lower = c.is_ascii_lowercase();
        upper.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    let about = ABOUT.iter().any(|end| upper.strip_suffix(end).is_some_and(|rest| rest.ends_with('_')));
    let part = |word: &str| {
        upper.match_indices(word).any(|(at, _)| {
            let before = upper[..at].chars().next_back();
            let after = upper[at + word.len()..].trim_start_matches('S').chars().next();
            word.len() > 3 || (before.is_none_or(|c| c == '_') && after.is_none_or(|c| c == '_'))
        })
    };
    !about && WORDS.iter().any(|word| part(word))
}

/// Whether the text is the thing itself, not a switch, a number, a reference or a path.
fn is_literal(value: &str) -> bool {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let counted =
        !number.is_empty() && number.len() <= 6 && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    !value.is_empty()
        && !counted
        && !matches!(value, "true" | "false" | "yes" | "no" | "none" | "null")
        && !(value.contains("$(") || value.contains("${") || value.contains("{{"))
        && !value.starts_with('/')
        && !value.starts_with("http://")
        && !value.starts_with("https://")
}

/// `scheme://user:password@host` with a password that is written out.
fn has_credentials(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = &text[at + 3..];
        let authority = rest
            .split(|c: char| "/?#".contains(c) || c.is_whitespace() || c == '"')
            .next()
            .unwrap_or_default();
        let password = authority
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .map(|(_, password)| password);
        password.is_some_and(|password| {
            !password.is_empty()
                && !password.contains('$')
                && !password.contains("{{")
                && !password.starts_with('<')
        })
    })
}

/// A JSON web token: three parts of base 64, the first of which is a map.
fn is_web_token(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3
        && parts[0].starts_with("eyJ")
        && parts.iter().all(|part| part.len() >= 10 && !part.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::suspicion;

    #[test]
    fn secrets_are_seen() {
        for (name, text) in [
            ("POSTGRES_PASSWORD", "hunter2"),
            ("apiKey", "0123456789abcdef"),
            ("AUTH_SECRET", "change me"),
            ("DB_PWD", "x1"),
            ("DATABASE_URL", "postgres://saas:hunter2@postgres:5432/saas_db"),
            ("CERT", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
            ("ANYTHING", "ghp_0123456789abcdefghij"),
            ("github-tokens", "abc def"),
        ] {
            assert!(suspicion(name, text).is_some(), "{name}={text}");
        }
    }

    #[test]
    fn what_speaks_about_secrets_is_none() {
        for (name, text) in [
            ("TOKEN_TTL", "3600"),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", "30"),
            ("SECRET_NAME", "app-secrets"),
            ("PASSWORD_FILE", "/run/secrets/password"),
            ("TOKEN_URL", "https://idp.example.com/token"),
            ("DATABASE_URL", "postgres://saas:$(DB_PASSWORD)@postgres:5432/saas_db"),
            ("REDIS_URL", "redis://redis:6379/0"),
            ("PASSWORD_RESET_ENABLED", "true"),
            ("REFRESH_TOKEN", "15m"),
            ("PGPASSFILE", "/tmp/pgpass"),
            ("PWD_CHECK", "false"),
        ] {
            assert_eq!(suspicion(name, text), None, "{name}={text}");
        }
    }
}
