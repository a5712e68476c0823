//! T14: a printed code leads elsewhere.

use valetkey::defence::weaken;

use crate::app::{Sent, TestApp};
use crate::browser::Page;

/// The squares of the picture that was served: one `M x,y` each.
fn squares(svg: &str) -> (usize, Vec<(usize, usize)>) {
    let box_ = svg.split("viewBox=\"0 0 ").nth(1).expect("a size");
    let size = box_.split([' ', '"']).next().expect("a number").parse().expect("a number");
    let path = svg.split("d=\"").nth(1).expect("a path").split('"').next().expect("its end");
    let square = |at: &str| {
        let (x, rest) = at.split_once(',')?;
        let y: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((x.parse().ok()?, y.parse().ok()?))
    };
    (size, path.split('M').filter_map(square).collect())
}

/// What a phone reads, with a decoder that shares nothing with what draws.
fn read(svg: &Page) -> String {
    const SCALE: usize = 4;
    let (size, squares) = squares(&svg.html);
    let dark: std::collections::BTreeSet<_> = squares.into_iter().collect();
    let side = size * SCALE;
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        if dark.contains(&(x / SCALE, y / SCALE)) { 0 } else { 255 }
    });
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    grids[0].decode().expect("it can be read").1
}

async fn sent() -> (TestApp, Sent, String) {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let qr = format!("/requests/{}/qr.svg", sent.id);
    (app, sent, qr)
}

#[tokio::test]
async fn the_code_reads_as_the_requests_own_address_which_answers_without_a_detour() {
    let (app, sent, qr) = sent().await;
    let member = app.member(&app.agency).await;
    let svg = member.get(&qr).await;
    assert_eq!(svg.headers["content-type"], "image/svg+xml");
    let address = read(&svg);
    assert_eq!(address, format!("{}{}", app.base, sent.path));
    let page = app.browser().get(&address).await;
    assert_eq!((page.status, page.url.as_str()), (200, address.as_str()), "no redirect in between");
    let host = app.base.trim_start_matches("http://");
    assert!(page.has("Northwind Growth") && page.has(&format!("asks on {host}")), "who asks, and where");
    app.check().await;
}

#[tokio::test]
async fn nothing_else_is_drawn() {
    let (app, sent, qr) = sent().await;
    let member = app.member(&app.agency).await;
    for query in ["url=https://evil.example", "https://evil.example", "data=x", "text=", ""] {
        assert_eq!(member.get(&format!("{qr}?{query}")).await.status, 400, "{query}");
    }
    for id in ["req_0", "https:%2F%2Fevil.example", "..%2F..%2Fr", sent.path.trim_start_matches("/r/")] {
        let page = member.get(&format!("/requests/{id}/qr.svg")).await;
        assert_eq!(page.status, 404, "{id}");
    }
    assert_eq!(app.member(&app.other_agency).await.get(&qr).await.status, 404);
    assert_eq!(app.browser().get(&qr).await.status, 401);
    app.check().await;
}

#[tokio::test]
async fn without_the_defence_it_draws_what_it_is_told() {
    let (app, _, qr) = sent().await;
    let member = app.member(&app.agency).await;
    let _weakened = weaken::without("own_qr");
    let svg = member.get(&format!("{qr}?https://evil.example")).await;
    assert_eq!(read(&svg), "https://evil.example", "the test would not notice");
}
