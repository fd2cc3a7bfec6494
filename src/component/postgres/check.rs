//! What can be wrong with a PostgreSQL database.

use super::Postgres;
use crate::component::readymade::Readymade;
use crate::diagnostic::{At, Check};

/// Reports everything that is PostgreSQL's own.
pub(super) fn check(postgres: &Postgres, at: &At<'_>, check: &mut Check<'_>) {
    if postgres.user.is_some() && postgres.user_secret.is_some() {
        check
            .error("one-of", &at.key("user"), "both `user` and `userSecret` say who the superuser is")
            .label(&at.key("userSecret"), "here too")
            .help("keep one of them");
    }
    for (field, text) in [("database", &postgres.database), ("user", &postgres.user)] {
        if let Some(text) = text.as_deref().filter(|text| !is_identifier(text)) {
            check
                .error("invalid-value", &at.key(field), format!("`{text}` cannot be the `{field}`"))
                .help("use at most 63 letters, digits, `_` and `-`, not starting with a digit or `pg_`");
        }
    }
    if let Some(backup) = &postgres.backup {
        backup.check(&at.key("backup"), check);
    }
    if postgres.operator.is_some() {
        operator(postgres, at, check);
    } else if postgres.instances.is_some() {
        check
            .error("operator-field", &at.key("instances"), "without an operator there is one server")
            .help("add `operator: cloudnative-pg`, or remove `instances`");
    }
}

/// Whether it can name a database or a user without quotes in addresses and scripts.
fn is_identifier(text: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.len() <= 63
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(good)
        && !text.starts_with("pg_")
}

/// What CloudNativePG decides by itself, and what it must be told in its own way.
fn operator(postgres: &Postgres, at: &At<'_>, check: &mut Check<'_>) {
    let set = |fields: &[(&'static str, bool)]| {
        fields.iter().filter(|(_, set)| *set).map(|(field, _)| *field).collect::<Vec<_>>()
    };
    let fields =
        [("claimName", postgres.claim_name.is_some()), ("userSecret", postgres.user_secret.is_some())];
    Readymade::refuse_beside_operator(set(&fields).into_iter(), at, check);
    let pod = [("sidecars", !postgres.pod.sidecars.is_empty()), ("patch", !postgres.pod.patch.is_empty())];
    Readymade::refuse_beside_operator(set(&pod).into_iter(), &at.key("pod"), check);
    let names = [("serviceAccount", postgres.names.service_account.is_some())];
    Readymade::refuse_beside_operator(set(&names).into_iter(), &at.key("names"), check);
    if let Some(backup) = &postgres.backup {
        let place = at.key("backup");
        let storage = [("storage", backup.storage.is_some())];
        Readymade::refuse_beside_operator(set(&storage).into_iter(), &place, check);
        if let Some(kept) = backup.retention.as_ref().filter(|kept| !kept.ends_with(['d', 'w'])) {
            check
                .error(
                    "invalid-value",
                    &place.key("retention"),
                    format!("the operator cannot keep backups for {kept}"),
                )
                .help("write days or weeks: `14d`, `4w`");
        }
    }
    if postgres.user.as_deref() == Some("postgres") {
        check
            .error("operator-field", &at.key("user"), "the operator keeps the user `postgres` for itself")
            .help("name the owner of the database otherwise, or remove `user`: it is `app` then");
    }
    if postgres.password.split_once('/').is_some_and(|(_, key)| key != "password") {
        check
            .error(
                "operator-field",
                &at.key("password"),
                "the operator reads the entries `username` and `password`",
            )
            .help("write `password: NAME/password`, and give the secret both keys");
    }
}
