//! Somebody of the agency in the client's own portfolio: invited by hand, read back, and taken back by a call.

use serde_json::{Value, json};

use crate::app::{HARBOUR, TestApp};

const KIM: &str = "kim@northwindgrowth.example";

/// Kim is invited, and says yes or does not yet.
async fn invited(accepts: bool) -> TestApp {
    let app = TestApp::start().await;
    let kim = json!({"platform": "meta", "kind": "member", "external_id": KIM, "label": "Kim Park"});
    let (status, kim) = app.api(&app.agency, "POST", "/grantees", Some(kim)).await;
    assert_eq!(status, 201, "{kim}");
    let body = json!({
        "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
        "items": [{
            "platform": "meta", "assets": [{"type": "portfolio", "level": "manage"}], "grantee_ids": [kim["id"]],
        }],
    });
    let sent = app.send_body(body).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[HARBOUR]).await;
    app.drain().await;
    assert_eq!(app.words().await[HARBOUR], "needs_action", "no call invites");
    let who = json!({"type": "member", "id": KIM});
    app.act(
        json!({"person": "olivia", "platform": "meta", "do": "invite", "asset": HARBOUR, "principal": who}),
    )
    .await;
    if accepts {
        app.act(json!({"person": "kim", "platform": "meta", "do": "accept"})).await;
    }
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    olivia.press(&progress, "retry").await;
    app.drain().await;
    app
}

async fn revoke(app: &TestApp) -> Value {
    let path = format!("/grants/{}/revoke", app.grant_id(HARBOUR).await);
    let (status, grant) = app.api(&app.agency, "POST", &path, Some(json!({}))).await;
    assert!((200..300).contains(&status), "{grant}");
    app.drain().await;
    let (_, grant) = app.api(&app.agency, "GET", &path.replace("/revoke", ""), None).await;
    grant
}

#[tokio::test]
async fn an_invitation_into_the_portfolio_is_taken_back_by_a_call_and_so_is_the_person() {
    let line = |what: &str| format!("{what} {HARBOUR} {KIM}");
    for (accepts, stands, done) in [
        (false, "awaiting_acceptance", ["invite", "withdraw"].map(line).to_vec()),
        (true, "active", ["invite", "accept", "revoke"].map(line).to_vec()),
    ] {
        let app = invited(accepts).await;
        assert_eq!(app.words().await[HARBOUR], stands);
        assert_eq!(revoke(&app).await["state"], "revoked");
        assert_eq!(app.ledger(), done);
        app.check().await;
    }
}

/// Where Meta lets only apps that the portfolio has claimed, a person does it.
#[tokio::test]
async fn what_the_app_may_not_take_back_is_taken_back_by_hand() {
    let app = invited(false).await;
    let no = json!({"error": {"message": "(#200) no", "type": "OAuthException", "code": 200}});
    app.faults(json!([{
        "host": "graph.facebook.com", "method": "DELETE", "path": "*", "kind": "status", "code": 403, "body": no,
    }]))
    .await;
    let grant = revoke(&app).await;
    assert_eq!(
        (&grant["state"], &grant["reason"]),
        (&json!("needs_action"), &json!("revoke-by-hand")),
        "{grant}"
    );
    assert_eq!(app.ledger(), [format!("invite {HARBOUR} {KIM}")]);
}
