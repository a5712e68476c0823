//! The second wall between agencies: row-level security, by a setting of the session.
//!
//! Every agency table shows only rows of the agency in `valetkey.agency`. A statement that forgets its
//! `agency_id = $1` then finds nothing of anybody else. Where the setting is `*`, all are seen: that is
//! asked for by name ([`Db::across`](super::super::Db::across)), in the few places that serve all agencies.

use crate::ids::AgencyId;

/// Whose rows can be seen.
#[derive(Clone, Debug, Default)]
pub(in crate::store::sql) enum Wall {
    /// No agency's.
    #[default]
    Nobody,
    Agency(AgencyId),
    All,
}

impl Wall {
    /// The session's setting.
    pub(super) fn setting(&self) -> &str {
        match self {
            Self::Nobody => "",
            Self::Agency(agency) => agency.as_str(),
            Self::All => "*",
        }
    }

    /// For one read: the setting holds until the next, and each read brings its own.
    pub(super) fn for_session(&self) -> String {
        format!("SET valetkey.agency = '{}'", self.setting().replace('\'', "''"))
    }
}

/// Tables that are read before an agency is known; each is keyed by a secret's hash or an e-mail address.
pub(in crate::store) const OUTSIDE: [&str; 5] = ["link", "session", "api_key", "sign_in_state", "password"];

/// The agency tables that have no wall yet.
pub(super) const OPEN_TABLES: &str = "
    SELECT CAST(c.relname AS TEXT) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = CAST(current_schema() AS regnamespace) AND c.relkind IN ('r', 'p')
      AND a.attname = 'agency_id' AND NOT a.attisdropped
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY c.relname";

/// What builds the wall of one table. FORCE: the tables' owner, as whom the program runs, is held too.
pub(super) fn build(table: &str) -> String {
    format!(
        "ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY; ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY;
         CREATE POLICY agency_wall ON \"{table}\" USING
           (agency_id = current_setting('valetkey.agency', true) OR current_setting('valetkey.agency', true) = '*');"
    )
}
