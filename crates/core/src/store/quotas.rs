//! `Store` methods for limits that platforms told: one row for each, which all nodes read.

use jiff::Timestamp;
use valetkey_sdk::http::{News, Quota};
use valetkey_sdk::point;

use super::sql::{DbError, FromRow, RowRef};
use super::{Store, StoreError};
use crate::{cells, sql};

sql!(
    LIST,
    "SELECT platform, connection_id, source, percent, step, noted_at, until FROM quota WHERE until > $1 AND source <> 'turn' ORDER BY platform, connection_id, source"
);
sql!(
    TELL,
    "INSERT INTO quota (platform, connection_id, source, percent, step, noted_at, until) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (platform, connection_id, source) DO UPDATE SET percent = excluded.percent, step = excluded.step, noted_at = excluded.noted_at, until = excluded.until WHERE quota.noted_at <= excluded.noted_at"
);
sql!(
    TAKE_TURN,
    "INSERT INTO quota (platform, connection_id, source, percent, step, noted_at, until) VALUES ($1, $2, 'turn', '0', '0', $3, $4) ON CONFLICT (platform, connection_id, source) DO UPDATE SET noted_at = excluded.noted_at, until = excluded.until WHERE quota.until <= excluded.noted_at"
);

struct Row(News);

impl FromRow for Row {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        let (platform, connection): (String, String) = (r.get(0)?, r.get(1)?);
        let of = match connection.as_str() {
            "" => Quota::app(&platform),
            id => Quota::connection(&platform, id),
        };
        let number = |text: String| {
            text.parse::<f64>().map_err(|_| DbError::wrong_type(format!("{text:?} in quota is no number")))
        };
        let time = |ms: i64| {
            Timestamp::from_millisecond(ms)
                .map_err(|_| DbError::wrong_type(format!("{ms} in quota is no time")))
        };
        Ok(Self(News {
            of,
            source: r.get(2)?,
            percent: number(r.get(3)?)?,
            step: number(r.get(4)?)?,
            at: time(r.get(5)?)?,
            until: time(r.get(6)?)?,
        }))
    }
}

impl Store {
    /// What is known about limits that are nearly used up, from all nodes.
    pub async fn list_quotas(&self, now: i64) -> Result<Vec<News>, StoreError> {
        let rows: Vec<Row> = self.db.across().query(LIST, cells![now]).await?;
        Ok(rows.into_iter().map(|Row(news)| news).collect())
    }

    /// Tells the other nodes. Of one source the latest counts.
    pub async fn tell_quotas(&self, all: Vec<News>) -> Result<(), StoreError> {
        self.db
            .across()
            .tx(point!("tell quotas"), async move |tx| {
                for news in &all {
                    let (percent, step) = (news.percent.to_string(), news.step.to_string());
                    let (at, until) = (news.at.as_millisecond(), news.until.as_millisecond());
                    let connection = news.of.connection_id().unwrap_or_default();
                    let row =
                        cells![news.of.platform_id(), connection, &news.source, &percent, &step, at, until];
                    tx.exec(TELL, row).await?;
                }
                Ok(())
            })
            .await
    }

    /// Takes the one turn that all nodes have while this limit is nearly used up; false when somebody had it less
    /// than their spacing ago. Nobody has the next one before `until`.
    pub async fn take_quota_turn(
        &self,
        of: Quota,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.db
            .across()
            .tx(point!("take quota turn"), async move |tx| {
                let connection = of.connection_id().unwrap_or_default();
                let row = cells![of.platform_id(), connection, now.as_millisecond(), until.as_millisecond()];
                Ok(tx.exec(TAKE_TURN, row).await? == 1)
            })
            .await
    }
}
