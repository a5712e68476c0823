//! Shared Access in the Instagram app: steps, the client's word, and no sign-in at all.

use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn shared_access_is_guided_without_signing_in_anywhere() {
    let app = TestApp::start().await;
    let profile =
        json!({"platform": "meta", "kind": "profile", "external_id": "@northwind.kim", "label": "Kim Park"});
    assert_eq!(app.api(&app.agency, "POST", "/grantees", Some(profile)).await.0, 201);
    let sent = app.send(json!([{"type": "instagram_in_app", "level": "manage"}])).await;
    let olivia = app.browser();
    let link = olivia.get(&sent.path).await;
    assert!(link.has("data-testid=\"guide-meta\"") && !link.has("connect-meta"), "{}", link.html);
    let calls = app.seen("").await;
    let guide = olivia.get(&format!("{}/{}/guide", sent.path, sent.item)).await;
    for part in ["@northwind.kim", "Shared Access", "3 people, or 9", "7 days", "no mistake of yours"] {
        assert!(guide.has(part), "{part}: {}", guide.html);
    }
    for message in ["Shared Access isn’t available for this account", "You’ve reached the limit of people"]
    {
        assert!(guide.has(message), "{message}");
    }
    olivia.send(&guide.form("guided-done-meta").set("which", "harbourbakery")).await;
    assert_eq!(app.words().await["harbourbakery"], "attested");
    app.nights(2).await;
    assert_eq!((app.words().await["harbourbakery"].as_str(), app.seen("").await), ("attested", calls));
    app.check().await;
}

/// The agency's portfolio has no place there, and a profile none in a portfolio.
#[tokio::test]
async fn who_receives_it_in_the_app_is_another_than_in_the_portfolio() {
    let app = TestApp::start().await;
    let ask = |of: &str| {
        json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"}, "dry_run": true,
            "items": [{"platform": "meta", "assets": [{"type": of, "level": "manage"}]}],
        })
    };
    let (status, problem) = app.api(&app.agency, "POST", "/requests", Some(ask("instagram_in_app"))).await;
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains("Instagram profile"), "{problem}");
    assert_eq!(app.api(&app.agency, "POST", "/requests", Some(ask("instagram_account"))).await.0, 200);
}
