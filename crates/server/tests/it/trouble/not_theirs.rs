//! People who have nothing that they could share, and accounts that are not theirs to share.

use serde_json::{Value, json};

use crate::app::TestApp;

/// Received from another business: kim's portfolio is partner on them, and only the owner can share.
#[tokio::test]
async fn what_a_portfolio_only_received_is_shown_and_cannot_be_shared() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let kim = app.browser();
    let pick = kim.connect(&sent, "kim").await;
    assert_eq!(
        pick.assets(),
        (7, 4),
        "her own Page and ad accounts, two Pages and two ad accounts of Alder Hotels"
    );
    for received in ["118404943859575", "act_2093084579737700"] {
        assert!(pick.has(&format!("data-testid=\"asset-{received}\"")), "{received} is shown");
        let form = pick.form("review").without("pick").add("pick", &pick.index_of(received));
        let refused = kim.send(&form).await;
        assert_eq!(refused.status, 422, "{received}");
        assert!(refused.has("cannot be shared as it is"), "{received}");
    }
    assert!(pick.has("This portfolio only received it from another business"), "why");
    assert!(pick.has("Ask the business that owns it"), "and what to do");
    app.drain().await;
    assert!(app.ledger().is_empty());
    app.check().await;
}

/// Neither a portfolio nor an account of one's own.
#[tokio::test]
async fn somebody_with_nothing_at_all_is_told_how_to_begin() {
    let app = TestApp::start().await;
    let mut world = app.sim("GET", "/_sim/world", Value::Null).await;
    let assets = world["platforms"]["meta"]["assets"].as_object_mut().expect("assets");
    assets.retain(|_, asset| asset["portfolio"].is_string());
    app.sim("POST", "/_sim/reset", world).await;
    let sent = app.send(json!([{"type": "page", "level": "view"}])).await;
    let mia = app.browser().connect(&sent, "mia").await;
    assert_eq!((mia.status, mia.assets()), (200, (0, 0)));
    assert!(mia.has("This Meta profile has no business portfolio"), "what is missing");
    assert!(mia.has("Create one at business.facebook.com"), "and what to do");
    assert!(!mia.has("data-testid=\"review\""), "there is nothing to go on with");
    app.check().await;
}

/// Partial access names the portfolio and who can help; an account of a person says what to do first.
#[tokio::test]
async fn each_account_that_cannot_be_shared_says_who_can_help() {
    let app = TestApp::start().await;
    for (person, part, advice) in [
        ("noah", "Your role in the portfolio Harbour Bakery is partial", "Ask someone with full control"),
        ("mia", "belongs to a person and not to a business portfolio", "Add it to a business portfolio"),
    ] {
        let sent = app.send_request().await;
        let pick = app.browser().connect(&sent, person).await;
        assert_eq!(pick.assets(), (2, 2), "{person}");
        assert!(pick.has(part) && pick.has(advice), "{person}");
    }
    app.check().await;
}
