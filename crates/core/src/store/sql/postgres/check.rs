//! Do the program's statements fit the schema, and has every agency table its wall?

use tokio_postgres::types::Type;

use super::super::{DbError, Sql};
use super::Postgres;

impl Postgres {
    pub(in crate::store::sql) async fn check(&self, statements: &[Sql]) -> Result<Vec<String>, DbError> {
        let statements = statements.to_owned();
        let mut problems = self
            .ask(async move |shared| {
                let conn = shared.connection().await?;
                let mut problems = Vec::new();
                for sql in statements {
                    if let Err(why) = fits(&conn, sql).await {
                        problems.push(format!("{}: {why}", sql.name()));
                    }
                }
                Ok(problems)
            })
            .await?;
        let open = self.open_tables().await?;
        problems.extend(open.into_iter().map(|table| format!("table {table} has no wall between agencies")));
        Ok(problems)
    }
}

async fn fits(conn: &deadpool_postgres::ClientWrapper, sql: Sql) -> Result<(), String> {
    sql.words_fit()?;
    sql.parameters().map_err(|error| error.to_string())?;
    let text = sql.text_on_postgres();
    let types: Vec<Type> = (1..=sql.parameters().unwrap_or(0)).map(|number| guess(&text, number)).collect();
    let refused = |error: tokio_postgres::Error| {
        error.as_db_error().map_or_else(|| error.to_string(), |found| found.message().to_owned())
    };
    conn.prepare_typed(&text, &types).await.map(drop).map_err(refused)
}

/// A value's type comes from the caller. Without one the server finds it, but not beside `IS NULL`,
/// which the program writes for filters of text only.
fn guess(text: &str, number: usize) -> Type {
    if text.contains(&format!("${number} IS NULL")) { Type::TEXT } else { Type::UNKNOWN }
}
