//! Mail that goes out: receipts, links, and codes for "who has access".

mod codes;
mod receipts;
pub mod server;

use valetkey::app::access;
use valetkey::ids::RequestId;
use valetkey::mail::Caught;

use crate::app::{Sent, TestApp};

/// What went to the client so far.
pub fn caught(app: &TestApp) -> Vec<Caught> {
    app.desk.mailer.caught()
}

/// The only mail.
pub fn one(app: &TestApp) -> Caught {
    let mut all = caught(app);
    assert_eq!(all.len(), 1, "{:?}", all.iter().map(|c| c.message.subject.clone()).collect::<Vec<_>>());
    all.remove(0)
}

/// The address of "who has access" for this request's client, as a receipt has it.
pub async fn access_page(app: &TestApp, sent: &Sent) -> String {
    let scope = &app.agency.scope;
    let id = RequestId::from_text(&sent.id);
    let request = app.desk.store.get_request(scope, &id).await.expect("there");
    let token = access::token_of(&app.desk, scope, &request.client_id, &id).await.expect("a link");
    format!("/a/{}", token.expose())
}

/// How each mail of the agency stands: kind, state, tries.
pub fn standing(app: &TestApp) -> Vec<(String, String, i64)> {
    let db = app.database.look();
    let mut all = db.prepare("SELECT kind, state, tries FROM mail ORDER BY mail_id").expect("a statement");
    let rows = all.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}
