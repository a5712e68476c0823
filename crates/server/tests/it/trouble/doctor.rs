//! What a platform said, explained: from the card, and on the page with one field.

use serde_json::json;

use crate::app::{PAGE, TestApp};

/// Meta refuses for a reason that no code of ours decides on: its facts alone say what it means.
#[tokio::test]
async fn a_refusal_on_a_card_is_in_words_and_leads_to_the_page_that_says_more() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let refusal =
        json!({"error": {"code": 3980, "message": "(#3980) Nicht in Ordnung", "type": "OAuthException"}});
    app.faults(json!([{"host": "graph.facebook.com", "path": format!("/v26.0/{PAGE}/agencies"),
        "method": "POST", "kind": "status", "code": 400, "body": refusal}]))
        .await;
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "needs_action");
    let card = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(card.has("was disabled or owes money"), "the cause");
    assert!(card.has("Settle it under Business settings"), "and what to do");
    let link = "/doctor?platform=meta&#38;message=bad-standing";
    assert!(card.has(link), "and where more is said: {}", card.html);

    let more = app.browser().get("/doctor?platform=meta&message=bad-standing").await;
    assert_eq!(more.status, 200);
    for text in ["was disabled or owes money", "somebody with full rights", "read on 22 November 2026"] {
        assert!(more.has(text), "{text}");
    }
}

#[tokio::test]
async fn th_12_the_page_explains_what_was_pasted_and_says_when_nothing_is_known() {
    let app = TestApp::start().await;
    let anyone = app.browser();
    let asked = async |message: &str, platform: &str| {
        let query = [("message", message), ("platform", platform)];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let page = anyone.get(&format!("/doctor?{query}")).await;
        assert_eq!(page.status, 200, "{message}");
        page
    };
    let empty = anyone.get("/doctor").await;
    assert!(empty.has("data-testid=\"doctor-message\"") && !empty.has("data-testid=\"unexplained\""));
    for platform in ["meta", "", "no-such-platform"] {
        let page = asked("You don\u{2019}t have sufficient permissions for this business.", platform).await;
        assert!(page.has("data-testid=\"explained-threads-no-control\""), "{platform}");
        assert!(page.has("First check at the top of Business settings"), "{platform}");
    }
    let unknown = asked("<script>the moon is full</script>", "meta").await;
    assert!(unknown.has("data-testid=\"unexplained\"") && unknown.has("fbtrace_id"), "whom to send what");
    assert!(!unknown.has("<script>the moon"), "what was typed stays text");
    let long = asked(&"x".repeat(6_000), "").await;
    assert!(long.has("data-testid=\"unexplained\""));
}
