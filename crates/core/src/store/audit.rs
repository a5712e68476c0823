//! `Store` methods for the audit log: append-only, chained in the transaction that does what it tells.

use serde_json::{Value, json};

use super::sql::{Cell, DbError, FromRow, RowRef, Sql, Tx};
use super::write::side_by_side;
use super::{Scope, Store, StoreError};
use crate::audit::{self as chain, Data, Head, Record};
use crate::ids::{AgencyId, RequestId};
use crate::{cells, sql};

/// What happened; who did it comes from the scope.
#[derive(Clone, Debug)]
pub struct Entry {
    pub at: i64,
    pub action: String,
    pub subject_id: String,
    pub request_id: Option<RequestId>,
    pub data: Value,
}

sql!(LAST, "SELECT seq, hash FROM audit WHERE agency_id = $1 ORDER BY seq DESC LIMIT 1");
sql!(
    INSERT,
    "INSERT INTO audit (agency_id, seq, at, actor, action, subject_id, request_id, data, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);
sql!(
    INSERT_2,
    "INSERT INTO audit (agency_id, seq, at, actor, action, subject_id, request_id, data, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($1, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
);
sql!(
    INSERT_3,
    "INSERT INTO audit (agency_id, seq, at, actor, action, subject_id, request_id, data, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($1, $11, $12, $13, $14, $15, $16, $17, $18, $19), ($1, $20, $21, $22, $23, $24, $25, $26, $27, $28)"
);
sql!(
    INSERT_8,
    "INSERT INTO audit (agency_id, seq, at, actor, action, subject_id, request_id, data, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10), ($1, $11, $12, $13, $14, $15, $16, $17, $18, $19), ($1, $20, $21, $22, $23, $24, $25, $26, $27, $28), ($1, $29, $30, $31, $32, $33, $34, $35, $36, $37), ($1, $38, $39, $40, $41, $42, $43, $44, $45, $46), ($1, $47, $48, $49, $50, $51, $52, $53, $54, $55), ($1, $56, $57, $58, $59, $60, $61, $62, $63, $64), ($1, $65, $66, $67, $68, $69, $70, $71, $72, $73)"
);

/// The same for so many at once, the most first.
const INSERTS: [(usize, Sql); 4] = [(8, INSERT_8), (3, INSERT_3), (2, INSERT_2), (1, INSERT)];

sql!(
    CHAIN,
    "SELECT agency_id, seq, at, actor, action, subject_id, data, prev, hash, request_id FROM audit WHERE agency_id = $1 AND seq > $2 ORDER BY seq LIMIT $3"
);
sql!(LAST_SEQ, "SELECT COALESCE(MAX(seq), 0) FROM audit WHERE agency_id = $1");
sql!(
    OF_REQUEST,
    "SELECT agency_id, seq, at, actor, action, subject_id, data, prev, hash, request_id FROM audit WHERE agency_id = $1 AND request_id = $2 ORDER BY seq"
);

struct Row(Record);

impl FromRow for Row {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        // Text that was damaged is read as it is: the verifier names the record.
        let mut data = Data::stored(r.get_lossy(6)?);
        let request: Option<String> = r.get(9)?;
        if data.value().get("request").and_then(Value::as_str) != request.as_deref() {
            // The column is only an index; where it says otherwise, the record was changed.
            data = Data::stored(format!("{} beside request {request:?}", data.as_str()));
        }
        Ok(Self(Record {
            agency_id: r.get_lossy(0)?,
            seq: r.get(1)?,
            at_ms: r.get(2)?,
            actor: r.get_lossy(3)?,
            action: r.get_lossy(4)?,
            subject: r.get_lossy(5)?,
            data,
            prev: chain::hash_from_stored(&r.get::<Vec<u8>>(7)?),
            hash: chain::hash_from_stored(&r.get::<Vec<u8>>(8)?),
        }))
    }
}

impl Store {
    /// The end of an agency's chain.
    pub async fn get_audit_head(&self, scope: &Scope) -> Result<Head, StoreError> {
        let agency = scope.agency();
        let last: Option<(i64, Vec<u8>)> = self.db.of(scope.agency()).optional(LAST, cells![agency]).await?;
        Ok(head_of(agency, last))
    }

    /// Part of an agency's chain, in order, after this position.
    pub async fn list_audit(&self, scope: &Scope, after: i64, limit: i64) -> Result<Vec<Record>, StoreError> {
        let rows: Vec<Row> =
            self.db.of(scope.agency()).query(CHAIN, cells![scope.agency(), after, limit]).await?;
        Ok(rows.into_iter().map(|r| r.0).collect())
    }

    /// The number of the last record; 0 without any.
    pub async fn last_audit_seq(&self, scope: &Scope) -> Result<i64, StoreError> {
        Ok(self.db.of(scope.agency()).one(LAST_SEQ, cells![scope.agency()]).await?)
    }

    /// What happened around one request, in order.
    pub async fn list_audit_of_request(
        &self,
        scope: &Scope,
        request: &RequestId,
    ) -> Result<Vec<Record>, StoreError> {
        let rows: Vec<Row> =
            self.db.of(scope.agency()).query(OF_REQUEST, cells![scope.agency(), request]).await?;
        Ok(rows.into_iter().map(|r| r.0).collect())
    }
}

fn head_of(agency: &AgencyId, last: Option<(i64, Vec<u8>)>) -> Head {
    match last {
        Some((seq, hash)) => {
            Head { agency_id: agency.to_string(), seq, hash: chain::hash_from_stored(&hash) }
        }
        None => Head::genesis(agency.as_str()),
    }
}

pub(super) async fn append(tx: &Tx<'_>, scope: &Scope, e: &Entry) -> Result<(), StoreError> {
    append_all(tx, scope, &[e]).await
}

/// Several in this order. The first of a transaction reads where the chain ends.
pub(super) async fn append_all(tx: &Tx<'_>, scope: &Scope, entries: &[&Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let agency = scope.agency();
    let mut head = match tx.kept::<Head>().filter(|head| head.agency_id == agency.as_str()) {
        Some(head) => head,
        None => head_of(agency, tx.optional(LAST, cells![agency]).await?),
    };
    let mut records = Vec::with_capacity(entries.len());
    for e in entries {
        let record = record_after(&head, scope, e);
        head = Head { agency_id: head.agency_id, seq: record.seq, hash: record.hash };
        records.push((record, e.request_id.as_ref()));
    }
    tx.keep(head);
    let mut inserts = Vec::new();
    let mut rest = &records[..];
    for (count, sql) in INSERTS {
        while let Some((now, later)) = rest.split_at_checked(count) {
            inserts.push(insert(tx, agency, sql, now));
            rest = later;
        }
    }
    side_by_side(inserts.into_iter()).await
}

fn record_after(head: &Head, scope: &Scope, e: &Entry) -> Record {
    let data = json!({"request": e.request_id, "what": e.data});
    let data = Data::new(&data).expect("what is recorded is made of text, whole numbers and lists of them");
    let entry = chain::Entry {
        at_ms: e.at,
        actor: scope.actor().as_text(),
        action: e.action.clone(),
        subject: e.subject_id.clone(),
        data,
    };
    Record::after(head, entry)
}

/// As many as the statement takes.
async fn insert(
    tx: &Tx<'_>,
    agency: &AgencyId,
    sql: Sql,
    records: &[(Record, Option<&RequestId>)],
) -> Result<(), StoreError> {
    let mut row = vec![Cell::from(agency)];
    for (record, request) in records {
        row.extend_from_slice(cells![
            record.seq,
            record.at_ms,
            &record.actor,
            &record.action,
            &record.subject,
            request.map(RequestId::as_str),
            record.data.as_str(),
            record.prev.as_slice(),
            record.hash.as_slice(),
        ]);
    }
    tx.exec(sql, &row).await?;
    Ok(())
}
