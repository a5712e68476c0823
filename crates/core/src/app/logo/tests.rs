//! Pictures of all shapes, and files that are none.

use image::{ImageBuffer, Luma};

use super::*;

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("encoded");
    out.into_inner()
}

/// A disc on nothing, in one colour.
fn disc(side: u32, colour: [u8; 3]) -> DynamicImage {
    let middle = f64::from(side) / 2.0;
    let dot = |x: u32, y: u32| {
        let far = (f64::from(x) - middle).hypot(f64::from(y) - middle) > middle * 0.8;
        let [r, g, b] = colour;
        Rgba([r, g, b, if far { 0 } else { 255 }])
    };
    DynamicImage::ImageRgba8(RgbaImage::from_fn(side, side, dot))
}

fn plain(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, Rgb([200, 40, 60])))
}

/// What no filter makes smaller.
fn noise(side: u32) -> DynamicImage {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    DynamicImage::ImageRgb8(RgbImage::from_fn(side, side, |_, _| Rgb([next(), next(), next()])))
}

fn read(drawn: &Drawn) -> RgbImage {
    assert!(
        drawn.png.starts_with(b"\x89PNG\r\n\x1a\n") && drawn.png.len() <= MOST_SERVED,
        "{}",
        drawn.png.len()
    );
    image::load_from_memory_with_format(&drawn.png, ImageFormat::Png).expect("a PNG").into_rgb8()
}

#[test]
fn each_shape_comes_out_at_one_height_with_its_width_on_the_page() {
    for (width, height, shown) in [
        (400, 400, 48),
        (800, 400, 96),
        (1_200, 400, 144),
        (2_400, 200, 144),
        (200, 900, 48),
        (3_000, 3_000, 48),
    ] {
        let drawn = draw(&file(&plain(width, height), ImageFormat::Png)).expect("drawn");
        let picture = read(&drawn);
        assert_eq!((drawn.width, picture.height()), (shown, 96), "{width} × {height}");
        assert_eq!(picture.width(), shown * 2);
    }
    // A small one is not blown up.
    let small = draw(&file(&plain(60, 50), ImageFormat::Png)).expect("drawn");
    assert_eq!(read(&small).height(), 48);
    assert_eq!(draw(&file(&plain(20, 20), ImageFormat::Png)), Err(Unfit::Small));
}

#[test]
fn all_three_formats_are_taken_by_what_they_hold() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let picture = read(&draw(&file(&plain(300, 300), format)).expect("drawn"));
        let Rgb([r, g, b]) = *picture.get_pixel(48, 48);
        assert!(r > 180 && g < 60 && b < 80, "{format:?}: {r} {g} {b}");
    }
    let deep = DynamicImage::ImageLuma16(ImageBuffer::from_pixel(200, 200, Luma([40_000])));
    assert!(draw(&file(&deep, ImageFormat::Png)).is_ok());
    assert_eq!(draw(&file(&plain(300, 300), ImageFormat::Png)[..200]), Err(Unfit::Damaged));
}

#[test]
fn what_is_transparent_can_be_seen_on_every_page() {
    let dark = read(&draw(&file(&disc(300, [10, 20, 90]), ImageFormat::Png)).expect("drawn"));
    assert_eq!(*dark.get_pixel(1, 1), PAPER);
    let light = read(&draw(&file(&disc(300, [255, 250, 240]), ImageFormat::WebP)).expect("drawn"));
    assert_eq!(*light.get_pixel(1, 1), INK, "white on white would be nothing");
    let nothing = DynamicImage::ImageRgba8(RgbaImage::new(100, 100));
    assert_eq!(draw(&file(&nothing, ImageFormat::Png)), Err(Unfit::Empty));
}

#[test]
fn what_cannot_be_made_small_has_fewer_pixels() {
    let drawn = draw(&file(&noise(500), ImageFormat::Png)).expect("drawn");
    assert!(read(&drawn).height() < 96 && drawn.width == 48);
}

/// A PNG that says it has so many pixels, without holding them.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut png = file(&plain(64, 64), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

/// ISO 3309, as PNG has it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}

#[test]
fn limits_hold_before_anything_is_unpacked() {
    for (width, height) in [(3_001, 10), (10, 3_001), (60_000, 60_000), (u32::MAX >> 1, 1)] {
        let refused = draw(&claiming(width, height));
        assert!(matches!(refused, Err(Unfit::Large | Unfit::Damaged)), "{width} × {height}: {refused:?}");
    }
    assert_eq!(draw(&claiming(3_000, 3_000)), Err(Unfit::Damaged), "fewer pixels than it says");
    assert_eq!(draw(&vec![0; MOST_BYTES + 1]), Err(Unfit::Heavy));
    assert_eq!(draw(b""), Err(Unfit::Missing));
}

#[test]
fn what_is_no_picture_is_refused_by_its_kind() {
    for sent in [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".as_slice(),
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00",
        b"BM\x00\x00",
        b"%PDF-1.7",
        b"II*\x00",
        b"MZ",
    ] {
        assert_eq!(draw(sent), Err(Unfit::Kind), "{:?}", String::from_utf8_lossy(sent));
    }
}

#[test]
fn a_name_says_how_wide_the_picture_is() {
    let letters = "a1".repeat(16);
    assert_eq!(width(&format!("{letters}-96")), Some(96));
    for bad in
        ["", "-96", "a-96", &format!("{letters}-500"), &format!("{letters}-x"), "../../../../../../etc/a-96"]
    {
        assert_eq!(width(bad), None, "{bad}");
    }
}
