//! T24, T42: a file that is sent as a logo is something else, or more than a picture.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use valetkey::app::logo::{MOST_BYTES, MOST_SERVED};
use valetkey::defence::weaken;

use crate::app::TestApp;
use crate::face::logo::src;

/// What would run, were it served as it came.
const PAYLOAD: &[u8] = b"<script>alert(document.domain)</script>";

/// A picture of bands, so that no two sizes look the same.
pub fn picture(width: u32, height: u32) -> DynamicImage {
    let band =
        |x: u32, y: u32| Rgb([u8::try_from(x % 251).unwrap_or(0), u8::try_from(y % 241).unwrap_or(0), 90]);
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, band))
}

pub fn png(picture: &DynamicImage) -> Vec<u8> {
    encoded(picture, ImageFormat::Png)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("encoded");
    out.into_inner()
}

/// ISO 3309, as PNG has it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}

fn chunk(of: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("short").to_be_bytes();
    let named = [of.as_slice(), data].concat();
    [&length, named.as_slice(), &crc(&named).to_be_bytes()].concat()
}

/// The signature and the first chunk, with this size in it.
fn sized(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", &[&size, [8, 2, 0, 0, 0].as_slice()].concat()).as_slice()].concat()
}

/// Pictures that carry something: taken, and nothing of it is left.
fn carriers() -> Vec<(&'static str, Vec<u8>)> {
    let whole = png(&picture(300, 300));
    let (head, rest) = whole.split_at(33);
    let jpeg = encoded(&picture(300, 300), ImageFormat::Jpeg);
    let comment =
        [&[0xFF, 0xFE], u16::try_from(PAYLOAD.len() + 2).expect("short").to_be_bytes().as_slice(), PAYLOAD]
            .concat();
    let webp = encoded(&picture(300, 300), ImageFormat::WebP);
    vec![
        ("a script after the end", [&whole, PAYLOAD].concat()),
        ("a script as text", [head, &chunk(b"tEXt", &[b"Comment\0", PAYLOAD].concat()), rest].concat()),
        ("a script in a chunk of its own", [head, &chunk(b"scRp", PAYLOAD), rest].concat()),
        ("an archive behind it", [&whole, b"PK\x03\x04".as_slice(), PAYLOAD].concat()),
        ("a comment of a JPEG", [&jpeg[..2], &comment, &jpeg[2..]].concat()),
        ("a script after a JPEG", [&jpeg, PAYLOAD].concat()),
        ("a script after a WebP", [&webp, PAYLOAD].concat()),
    ]
}

/// What is no picture, or too much of one: refused, with what to do.
fn refused() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let whole = png(&picture(300, 300));
    let svg = [b"<svg xmlns='http://www.w3.org/2000/svg'>", PAYLOAD, b"</svg>"].concat();
    let bomb =
        [sized(60_000, 60_000), chunk(b"IDAT", &[0x78, 0x9c, 0x63, 0, 0]), chunk(b"IEND", b"")].concat();
    vec![
        ("nothing", Vec::new(), "Choose a picture first."),
        ("an SVG", svg, "SVG is not taken"),
        ("a page", [b"<!doctype html>", PAYLOAD].concat(), "no PNG, JPEG or WebP"),
        ("a picture behind a page", [PAYLOAD, &whole].concat(), "no PNG, JPEG or WebP"),
        ("a GIF that is a script", b"GIF89a/*\x00\x00*/=1;alert(1)".to_vec(), "no PNG, JPEG or WebP"),
        ("a bomb", bomb, "too many pixels"),
        ("one pixel too wide", png(&picture(3_001, 24)), "too many pixels"),
        ("half of it", whole[..whole.len() / 2].to_vec(), "damaged"),
        ("a head alone", sized(300, 300), "damaged"),
        ("one byte too many", vec![0x89; MOST_BYTES + 1], "at most 1 MB"),
        ("many bytes too many", vec![0x89; 5 * MOST_BYTES], "at most 1 MB"),
    ]
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// The kinds of a PNG's chunks, in order.
fn chunks(png: &[u8]) -> Vec<String> {
    let (mut at, mut kinds) = (8, Vec::new());
    while at + 12 <= png.len() {
        let length = u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
        kinds.push(String::from_utf8_lossy(&png[at + 4..at + 8]).into_owned());
        at += usize::try_from(length).expect("short") + 12;
    }
    assert_eq!(at, png.len(), "nothing behind the last chunk");
    kinds
}

#[tokio::test]
async fn whatever_a_picture_carries_only_its_pixels_are_served() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    for (what, file) in carriers() {
        assert!(holds(&file, PAYLOAD), "{what}");
        for of in ["image/png", "text/html", "image/svg+xml"] {
            let form = member.get("/settings").await.form("send-logo");
            let page = member.upload(&form, "logo", of, &file).await;
            assert_eq!(page.status, 200, "{what}: {}", page.html);
            let (status, headers, served) = app.browser().file(&src(&page).expect("shown")).await;
            let header = |name: &str| headers[name].to_str().expect("text").to_owned();
            assert_eq!((status, header("content-type").as_str()), (200, "image/png"), "{what}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
            assert!(header("content-security-policy").contains("default-src 'none'"), "{what}");
            assert!(served.len() <= MOST_SERVED && !holds(&served, b"alert"), "{what}");
            let kinds = chunks(&served);
            assert!(
                kinds.iter().all(|kind| ["IHDR", "IDAT", "IEND"].contains(&kind.as_str())),
                "{what}: {kinds:?}"
            );
            assert!(image::load_from_memory(&served).is_ok(), "{what}");
        }
    }
    // Nor is any of it kept.
    for (place, bytes) in app.kept() {
        assert!(!holds(&bytes, PAYLOAD), "{place}");
    }
    app.check().await;
}

#[tokio::test]
async fn what_is_no_picture_or_too_much_of_one_is_refused_with_what_to_do() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    for (what, file, sentence) in refused() {
        for of in ["image/png", "image/svg+xml"] {
            let form = member.get("/settings").await.form("send-logo");
            let page = member.upload(&form, "logo", of, &file).await;
            assert_eq!(page.status, 422, "{what}: {}", page.html);
            assert!(page.has("id=\"logo-wrong\"") && page.has(sentence), "{what}: {}", page.html);
        }
    }
    assert_eq!(crate::threats::rows::count(&app, "logo"), 0);
    app.check().await;
}

#[tokio::test]
async fn a_form_of_parts_takes_its_own_fields_once_and_no_others() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let form = member.get("/settings").await.form("send-logo");
    let file = png(&picture(300, 300));
    let csrf = form.fields.iter().find(|(name, _)| name == "csrf").expect("a token").1.clone();
    for odd in [form.clone().add("agency_id", "x"), form.clone().add("csrf", &csrf)] {
        let page = member.upload(&odd, "logo", "image/png", &file).await;
        assert_eq!(page.status, 422, "{}", page.html);
    }
    let page = member.upload(&form.set("csrf", "x"), "logo", "image/png", &file).await;
    assert_eq!(page.status, 409, "{}", page.html);
    assert_eq!(crate::threats::rows::count(&app, "logo"), 0);
}

#[tokio::test]
async fn without_drawing_anew_the_script_would_be_served() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let _weakened = weaken::without("logo_redrawn");
    for (what, file) in carriers() {
        let form = member.get("/settings").await.form("send-logo");
        let page = member.upload(&form, "logo", "image/png", &file).await;
        let (_, _, served) = app.browser().file(&src(&page).expect("shown")).await;
        assert!(holds(&served, PAYLOAD), "{what}: the test would not notice");
    }
}

#[tokio::test]
async fn a_picture_has_one_address_and_nothing_else_does() {
    let app = TestApp::start().await;
    let letters = "a".repeat(32);
    for name in [
        "app.js",
        "x.png",
        "..%2F..%2Fetc%2Fpasswd",
        &letters,
        &format!("{letters}-48.png"),
        &format!("{letters}-48.svg"),
    ] {
        assert_eq!(app.browser().get(&format!("/logo/{name}")).await.status, 404, "{name}");
    }
}
