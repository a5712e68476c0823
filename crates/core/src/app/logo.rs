//! An agency's logo: what was sent is decoded within limits and drawn anew, and nothing else of it is kept (T24, T42).

use std::io::Cursor;

use aws_lc_rs::digest::{SHA256, digest};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::{self, FilterType as Scaling};
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder as _, ImageEncoder as _, ImageError, ImageFormat,
    ImageReader, Limits, Rgb, RgbImage, Rgba, RgbaImage,
};
use serde_json::json;
use tokio::sync::Semaphore;
use valetkey_sdk::point;

use super::{AppError, invalid};
use crate::defence;
use crate::desk::Desk;
use crate::engine::record;
use crate::store::administer::Administer;
use crate::store::agencies::Agency;
use crate::store::logos::LogoChange;
use crate::store::{Scope, Write};

/// Largest file that is taken.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Most pixels of its width and of its height.
pub const MOST_SIDE: u32 = 3_000;
/// Largest file that is served: a client's page with everything around it stays under 60 kB.
pub const MOST_SERVED: usize = 8 * 1024;
/// Height on a page. It is drawn with twice as many pixels where the file stays small enough.
pub const HEIGHT: u32 = 48;

/// What decoding may allocate: all pixels with four bytes each.
const MOST_MEMORY: u64 = MOST_SIDE as u64 * MOST_SIDE as u64 * 4;
/// Heights in pixels, from the best on.
const HEIGHTS: [u32; 5] = [2 * HEIGHT, 72, HEIGHT, 36, 24];
/// A logo is at least as wide as high, and at most so many times.
const WIDEST: u32 = 3;
/// Behind a transparent logo: white, or for light ones our ink.
const PAPER: Rgb<u8> = Rgb([255, 255, 255]);
const INK: Rgb<u8> = Rgb([28, 34, 48]);
/// On average lighter than this (of 255), a transparent logo could not be seen on white.
const LIGHT: u64 = 200;

/// Each needs what decoding may allocate, and a core: one at a time.
static TURN: Semaphore = Semaphore::const_new(1);

/// Why a file cannot be a logo; the words say what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("choose a picture first")]
    Missing,
    #[error("this file is too large: choose one of at most 1 MB")]
    Heavy,
    #[error(
        "this is no PNG, JPEG or WebP picture: save it as one of these. SVG is not taken, because it can hold scripts"
    )]
    Kind,
    #[error("this picture has too many pixels: make it at most 3,000 wide and 3,000 high")]
    Large,
    #[error("this picture is too small: make it at least 24 pixels high")]
    Small,
    #[error("this picture is damaged or cut off: save it again, or choose another one")]
    Damaged,
    #[error("nothing can be seen on this picture: choose another one")]
    Empty,
}

impl From<Unfit> for AppError {
    fn from(e: Unfit) -> Self {
        invalid("logo", e.to_string())
    }
}

/// A picture as it is served, and its width on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    pub png: Vec<u8>,
    pub width: u32,
}

/// Draws what was sent and shows it from now on.
pub async fn put(desk: &Desk, scope: &Scope, agency: &Agency, sent: Vec<u8>) -> Result<(), AppError> {
    let drawn = match defence::logo_redrawn() {
        true => in_turn(sent).await??,
        false => Drawn { png: sent, width: HEIGHT },
    };
    let name = name(desk, agency, &drawn);
    if agency.logo.as_ref() == Some(&name) {
        return Ok(());
    }
    let change = LogoChange::Put { from: agency.logo.clone(), name, png: drawn.png, at: desk.now_ms() };
    commit(desk, scope, agency, "agency.logo_changed", change).await
}

/// Shows the initials again. The picture is kept until another one comes.
pub async fn hide(desk: &Desk, scope: &Scope, agency: &Agency) -> Result<(), AppError> {
    let Some(from) = agency.logo.clone() else { return Ok(()) };
    commit(desk, scope, agency, "agency.logo_removed", LogoChange::Hide { from }).await
}

/// Puts back the one before.
pub async fn restore(desk: &Desk, scope: &Scope, agency: &Agency) -> Result<(), AppError> {
    let before = desk.store.find_logo_before(scope, agency.logo.as_deref()).await?;
    let name = before.ok_or(AppError::NotFound("the logo before"))?;
    let change = LogoChange::Restore { from: agency.logo.clone(), name };
    commit(desk, scope, agency, "agency.logo_restored", change).await
}

async fn commit(
    desk: &Desk,
    scope: &Scope,
    agency: &Agency,
    action: &str,
    change: LogoChange,
) -> Result<(), AppError> {
    let to = match &change {
        LogoChange::Put { name, .. } | LogoChange::Restore { name, .. } => Some(name.clone()),
        LogoChange::Hide { .. } => None,
    };
    let data = json!({"from": agency.logo, "to": to});
    let writes = vec![
        record::audit(desk, action, agency.id.as_str(), None, data),
        Write::Administer(Administer::Logo(change)),
    ];
    Ok(desk.store.commit(point!("change logo"), scope, writes).await?)
}

/// What the picture is called in its address: nobody can guess it, the same picture of the same agency has one name,
/// and it ends in the width, so that a page reserves the room without reading the picture.
fn name(desk: &Desk, agency: &Agency, drawn: &Drawn) -> String {
    let hash: String = digest(&SHA256, &drawn.png).as_ref().iter().map(|b| format!("{b:02x}")).collect();
    let keyed = desk.hash_session(&format!("logo {} {hash}", agency.id));
    let letters: String = keyed.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    format!("{letters}-{}", drawn.width)
}

/// The width that a name ends in; none where it is no name of a picture.
pub fn width(name: &str) -> Option<u32> {
    let (letters, width) = name.rsplit_once('-')?;
    let fits = letters.len() >= 24 && letters.bytes().all(|b| b.is_ascii_alphanumeric());
    width.parse().ok().filter(|width| fits && (HEIGHT..=WIDEST * HEIGHT).contains(width))
}

async fn in_turn(sent: Vec<u8>) -> Result<Result<Drawn, Unfit>, AppError> {
    let _turn = TURN.acquire().await.map_err(|e| AppError::Internal(e.into()))?;
    tokio::task::spawn_blocking(move || draw(&sent)).await.map_err(|e| AppError::Internal(e.into()))
}

/// Decodes within limits and draws anew.
///
/// # Errors
/// Why not, and what to do.
pub fn draw(sent: &[u8]) -> Result<Drawn, Unfit> {
    if sent.is_empty() {
        return Err(Unfit::Missing);
    }
    if sent.len() > MOST_BYTES {
        return Err(Unfit::Heavy);
    }
    let picture = decode(sent)?.into_rgba8();
    let (flat, paper) = on_paper(picture)?;
    if flat.width().max(flat.height()) < HEIGHTS[HEIGHTS.len() - 1] {
        return Err(Unfit::Small);
    }
    let smallest = HEIGHTS.len() - 1;
    for (n, height) in HEIGHTS.into_iter().enumerate() {
        let Some(canvas) = fitted(&flat, height, paper, n == smallest) else { continue };
        let png = encode(&canvas)?;
        if png.len() <= MOST_SERVED || n == smallest {
            return Ok(Drawn { png, width: (canvas.width() * HEIGHT).div_ceil(height) });
        }
    }
    Err(Unfit::Small)
}

fn decode(sent: &[u8]) -> Result<DynamicImage, Unfit> {
    let format = image::guess_format(sent).map_err(|_| Unfit::Kind)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(Unfit::Kind);
    }
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(sent), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unfit)?;
    let (width, height) = decoder.dimensions();
    if width > MOST_SIDE || height > MOST_SIDE || decoder.total_bytes() > MOST_MEMORY {
        return Err(Unfit::Large);
    }
    let turned = decoder.orientation().map_err(unfit)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unfit)?;
    picture.apply_orientation(turned);
    Ok(picture)
}

fn unfit(e: ImageError) -> Unfit {
    match e {
        ImageError::Limits(_) => Unfit::Large,
        ImageError::Unsupported(_) => Unfit::Kind,
        _ => Unfit::Damaged,
    }
}

/// Without transparency, so that it can be seen on light pages and dark ones; and the paper that shows through, of which a
/// margin belongs around it.
fn on_paper(picture: RgbaImage) -> Result<(RgbImage, Option<Rgb<u8>>), Unfit> {
    let (mut seen, mut light, mut clear) = (0_u64, 0_u64, false);
    for Rgba([r, g, b, a]) in picture.pixels() {
        clear |= *a < 250;
        seen += u64::from(*a);
        // Rec. 709, of the values as they are: enough to tell light from dark.
        light += (u64::from(*r) * 213 + u64::from(*g) * 715 + u64::from(*b) * 72) / 1_000 * u64::from(*a);
    }
    if seen == 0 {
        return Err(Unfit::Empty);
    }
    let paper = if clear && light / seen > LIGHT { INK } else { PAPER };
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (to, Rgba([r, g, b, a])) in flat.pixels_mut().zip(picture.pixels()) {
        let over = |top: u8, below: u8| {
            let (top, below, a) = (u32::from(top), u32::from(below), u32::from(*a));
            u8::try_from((top * a + below * (255 - a) + 127) / 255).unwrap_or(u8::MAX)
        };
        *to = Rgb([over(*r, paper[0]), over(*g, paper[1]), over(*b, paper[2])]);
    }
    Ok((flat, clear.then_some(paper)))
}

/// The picture in the middle of a canvas of this height; none where it would have to grow.
fn fitted(flat: &RgbImage, height: u32, paper: Option<Rgb<u8>>, last: bool) -> Option<RgbImage> {
    let edge = if paper.is_some() { height / 12 } else { 0 };
    let (w, h) = (f64::from(flat.width()), f64::from(flat.height()));
    let (room_w, room_h) = (f64::from(height * WIDEST - 2 * edge), f64::from(height - 2 * edge));
    let scale = (room_w / w).min(room_h / h);
    if scale > 1.0 && !last {
        return None;
    }
    let size = |side: f64| ((side * scale).round() as u32).max(1);
    let small = imageops::resize(flat, size(w), size(h), Scaling::Lanczos3);
    let width = (small.width() + 2 * edge).clamp(height, height * WIDEST);
    let mut canvas = RgbImage::from_pixel(width, height, paper.unwrap_or(*flat.get_pixel(0, 0)));
    let middle = |room: u32, side: u32| i64::from(room.saturating_sub(side) / 2);
    imageops::overlay(&mut canvas, &small, middle(width, small.width()), middle(height, small.height()));
    Some(canvas)
}

/// As a PNG that holds pixels and nothing else, by whichever filter makes it smaller.
fn encode(canvas: &RgbImage) -> Result<Vec<u8>, Unfit> {
    let by = |filter| {
        let mut png = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, filter);
        let (width, height) = canvas.dimensions();
        encoder
            .write_image(canvas.as_raw(), width, height, ExtendedColorType::Rgb8)
            .map_err(|_| Unfit::Damaged)?;
        Ok(png)
    };
    let (adaptive, plain) = (by(FilterType::Adaptive)?, by(FilterType::NoFilter)?);
    Ok(if plain.len() < adaptive.len() { plain } else { adaptive })
}

#[cfg(test)]
mod tests;
