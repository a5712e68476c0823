//! The agency's logo: drawn anew, shown wherever the agency is, taken away and put back.

use valetkey::app::AppError;
use valetkey::app::logo::{self, MOST_SERVED};

use crate::app::{PAGE, TestApp};
use crate::browser::{Browser, Page};
use crate::threats::t42_uploads::{picture, png};

pub async fn send(member: &Browser, file: &[u8]) -> Page {
    let form = member.get("/settings").await.form("send-logo");
    member.upload(&form, "logo", "image/png", file).await
}

/// The address of the first logo on a page.
pub fn src(page: &Page) -> Option<String> {
    const IMAGE: &str = "<img class=\"logo\" src=\"";
    let at = page.html.find(IMAGE)? + IMAGE.len();
    page.html[at..].split('"').next().map(str::to_owned)
}

#[tokio::test]
async fn a_logo_is_seen_at_once_wherever_the_agency_is_named() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (member, olivia) = (app.member(&app.agency).await, app.browser());
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(src(&olivia.get(&sent.path).await), None, "initials, and nothing to load");
    let saved = send(&member, &png(&picture(600, 300))).await;
    assert!(saved.has("Logo saved") && saved.path == "/settings", "{}", saved.html);
    let address = src(&saved).expect("in the agency's own frame");
    let guide = format!("{}/guide", sent.path);
    let receipt = format!("{}/receipt", sent.path);
    for path in [&sent.path, &receipt, &guide, &format!("{}/{}/progress", sent.path, sent.item)] {
        let page = olivia.get(path).await;
        assert_eq!(src(&page).as_deref(), Some(address.as_str()), "{path}");
        assert!(page.has("width=\"96\" height=\"48\" alt=\"\">"), "its room is kept: {}", page.html);
    }
    let preview = member.get(&format!("/requests/{}/preview", sent.id)).await;
    assert_eq!(src(&preview).as_deref(), Some(address.as_str()));
    // Trouble on a link that works, in another browser; the file to keep holds the picture itself.
    let other = app.browser().get(&receipt).await;
    assert_eq!((other.status, src(&other).as_deref()), (403, Some(address.as_str())), "{}", other.html);
    let file = olivia.get(&format!("{receipt}/file")).await;
    assert!(file.has("<img class=\"logo\" src=\"data:image/png;base64,iVBOR"), "{}", file.html);
    // Whoever knows no link that works sees nobody's.
    assert_eq!(src(&app.browser().get("/r/nothing").await), None);
    let other = app.member(&app.other_agency).await;
    assert_eq!(src(&other.get("/settings").await), None);
    let (status, headers, bytes) = app.browser().file(&address).await;
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    assert_eq!((status, header("content-type").as_str()), (200, "image/png"));
    assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(bytes.len() <= MOST_SERVED, "{} bytes", bytes.len());
    app.check().await;
}

#[tokio::test]
async fn a_logo_is_replaced_taken_away_and_put_back() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let first = src(&send(&member, &png(&picture(300, 300))).await).expect("shown");
    let page = send(&member, &png(&picture(200, 100))).await;
    let second = src(&page).expect("shown");
    assert_ne!(first, second);
    let back = member.press(&page, "restore-logo").await;
    assert_eq!(src(&back).as_deref(), Some(first.as_str()), "the one before");
    let forth = member.press(&back, "restore-logo").await;
    assert_eq!(src(&forth).as_deref(), Some(second.as_str()), "and that is undone as well");
    let gone = member.press(&forth, "remove-logo").await;
    assert!(gone.has("Logo removed") && !gone.has("data-testid=\"remove-logo\""), "{}", gone.html);
    let head = &gone.html[..gone.html.find("<main").expect("a page")];
    assert!(!head.contains("<img"), "the frame has no picture any more");
    let undone = member.press(&gone, "restore-logo").await;
    assert!(undone.has("The logo before is back") && src(&undone).is_some(), "{}", undone.html);
    let log = member.get("/audit").await;
    for told in ["changed the agency’s logo", "removed the agency’s logo", "put the logo before back"] {
        assert!(log.has(told), "{told}");
    }
    // Of three, the one that was neither shown nor before it is forgotten.
    send(&member, &png(&picture(90, 90))).await;
    send(&member, &png(&picture(80, 80))).await;
    assert_eq!(app.browser().file(&second).await.0, 404);
    app.check().await;
}

#[tokio::test]
async fn the_same_picture_again_is_no_change_and_has_one_address_for_each_agency() {
    let app = TestApp::start().await;
    let (member, other) = (app.member(&app.agency).await, app.member(&app.other_agency).await);
    let file = png(&picture(300, 300));
    let first = src(&send(&member, &file).await);
    let changes = |page: &Page| page.html.matches("changed the agency’s logo").count();
    let before = changes(&member.get("/audit").await);
    assert_eq!(
        (src(&send(&member, &file).await), changes(&member.get("/audit").await)),
        (first.clone(), before)
    );
    assert_ne!(
        src(&send(&other, &file).await),
        first,
        "an address tells nobody that two agencies have one picture"
    );
    app.check().await;
}

/// Of two changes at once, the one that began from what is not shown any more is refused, with its audit record.
#[tokio::test]
async fn a_logo_that_somebody_else_overtook_is_refused() {
    let app = TestApp::start().await;
    let scope = &app.agency.scope;
    let own = app.desk.store.get_agency(scope).await.expect("the agency");
    logo::put(&app.desk, scope, &own, png(&picture(300, 300))).await.expect("shown");
    let late = logo::put(&app.desk, scope, &own, png(&picture(400, 300))).await;
    assert!(matches!(late, Err(AppError::Stale(_))), "{late:?}");
    let nothing =
        logo::restore(&app.desk, scope, &app.desk.store.get_agency(scope).await.expect("the agency")).await;
    assert!(matches!(nothing, Err(AppError::NotFound(_))), "{nothing:?}");
    app.check().await;
}
