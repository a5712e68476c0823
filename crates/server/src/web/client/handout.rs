//! The guide that can be sent and printed, as a page and as a PDF file. Both hold the same.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::frame::grantee_mark;
use super::super::view::client::{GuideTask, StepPiece};
use super::super::view::handout::{Handout, Part};
use super::super::view::{AgencyMark, Frame};
use super::super::{Error, page, see};
use super::guide::{since, task};
use super::{csrf, open_whole, page_frame, path, when};
use crate::app::link::{Opened, list_items};
use crate::app::{AppError, handout};
use crate::desk::Desk;
use crate::pdf;
use crate::store::Scope;
use crate::store::agencies::Member;
use crate::store::items::Item;
use crate::store::requests::Request;

pub async fn show(State(desk): State<Desk>, Path(token): Path<String>) -> Result<Response, Error> {
    page(&of_link(&desk, &token).await?)
}

pub async fn pdf(State(desk): State<Desk>, Path(token): Path<String>) -> Result<Response, Error> {
    let found = of_link(&desk, &token).await?;
    file(&desk, &found, &format!("/r/{token}/guide"))
}

async fn of_link(desk: &Desk, token: &str) -> Result<Handout, Error> {
    let Opened { link, agency, client, asker, .. } = open_whole(desk, token).await?;
    let items = list_items(desk, &link).await?;
    let about = About {
        frame: page_frame(desk, "Guide to print", Some(&agency), csrf(desk, &link)),
        client: &client.name,
        // Who stands in for a script on the link page did not ask.
        asker: asker.as_ref().filter(|m| Some(&m.id) == link.request.member_id.as_ref()),
        request: &link.request,
        pdf: path(&link, "/guide.pdf"),
        back: path(&link, ""),
    };
    Ok(view(desk, &link.scope, items, about).await?)
}

/// Around the steps.
pub struct About<'a> {
    pub frame: Frame,
    pub client: &'a str,
    /// Who asked.
    pub asker: Option<&'a Member>,
    pub request: &'a Request,
    /// Where the file is.
    pub pdf: String,
    pub back: String,
}

pub async fn view(
    desk: &Desk,
    scope: &Scope,
    items: Vec<Item>,
    about: About<'_>,
) -> Result<Handout, AppError> {
    let found = handout::of(desk, scope, items).await?;
    let part = |p: &handout::Part<'_>| Part {
        platform_name: p.platform.manifest.name.clone(),
        grantee: grantee_mark(desk, &p.grantee),
        tasks: p.tasks.iter().map(|asked| task(desk, p.platform, asked, &p.grantee, about.client)).collect(),
        since: since(p.platform),
    };
    let mut made = Handout {
        parts: found.parts.iter().map(part).collect(),
        without: found.without.iter().map(|name| (*name).to_owned()).collect(),
        client: about.client.to_owned(),
        asked_by: about.asker.map(|m| format!("{}, {}", m.name, m.role)),
        access_until: about.request.access_expires_at.map(|at| when(desk, at)),
        made: desk.clock.now().strftime("%-d %B %Y").to_string(),
        request: about.request.id.to_string(),
        pdf: None,
        frame: about.frame,
        back: about.back,
    };
    // What our fonts cannot show is left to the browser's.
    if document(desk, &made).find_unprintable().is_none() {
        made.pdf = Some(about.pdf);
    }
    Ok(made)
}

/// The file; where there is none, the page.
pub fn file(desk: &Desk, handout: &Handout, page: &str) -> Result<Response, Error> {
    if handout.pdf.is_none() {
        return Ok(see(page));
    }
    let bytes = pdf::draw(&document(desk, handout)).map_err(AppError::Internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"access-guide.pdf\""),
    ];
    Ok((headers, bytes).into_response())
}

/// The page's text, for paper.
fn document(desk: &Desk, handout: &Handout) -> pdf::Document {
    let asker = handout.frame.asker().to_owned();
    let title = format!("How to give {asker} access");
    let mut blocks = vec![
        pdf::Block::Title(title.clone()),
        pdf::Block::Paragraph(pdf::plain(
            "You do every step at the platform itself, where you sign in as always. \
             Your password stays with you, and you can take the access back at any time.",
        )),
        fact("Who asks", vec![pdf::Span::Strong(asker.clone()), pdf::Span::Plain(whence(handout))]),
        fact("Who gives it", vec![pdf::Span::Strong(handout.client.clone())]),
        fact(
            "Until",
            pdf::plain(handout.access_until.as_ref().map_or_else(|| "you take it back".into(), |w| w.day())),
        ),
    ];
    if handout.frame.simulated {
        blocks.push(pdf::Block::Small(pdf::plain("Simulated platforms: nothing here is real.")));
    }
    for part in &handout.parts {
        blocks.push(pdf::Block::Rule);
        blocks.push(pdf::Block::Heading(part.platform_name.clone()));
        let proven = if part.grantee.proven { " (proven)" } else { " (typed, not proven)" };
        blocks.push(fact(
            "Access goes to",
            vec![pdf::Span::Strong(part.grantee.label.clone()), pdf::Span::Plain(proven.into())],
        ));
        blocks.push(fact(&part.grantee.kind, vec![pdf::Span::Code(part.grantee.external_id.clone())]));
        for task in &part.tasks {
            blocks.extend(steps(task));
        }
        if let Some(since) = &part.since {
            blocks.push(pdf::Block::Small(pdf::plain(format!(
                "Steps at {} as of {since}. Menus move: if yours looks different, ask {asker}.",
                part.platform_name
            ))));
        }
    }
    if !handout.without.is_empty() {
        blocks.push(pdf::Block::Rule);
        blocks.push(pdf::Block::Paragraph(pdf::plain(format!(
            "{}: open the link that {asker} sent you, and sign in there.",
            handout.without.join(", ")
        ))));
    }
    pdf::Document {
        title,
        author: asker,
        language: "en",
        made: desk.clock.now(),
        footer: format!("Made {} by Valetkey · Request {}", handout.made, handout.request),
        blocks,
    }
}

fn whence(handout: &Handout) -> String {
    let domain = handout.frame.agency.as_ref().and_then(|AgencyMark { domain, of_demo, .. }| {
        let where_at = if *of_demo { " in this demo" } else { "" };
        domain.as_ref().map(|d| format!(" · {d}, verified{where_at}"))
    });
    let domain = domain.unwrap_or_default();
    let person = handout.asked_by.as_ref().map(|p| format!(" · {p}")).unwrap_or_default();
    domain + &person
}

fn fact(word: &str, text: pdf::Text) -> pdf::Block {
    pdf::Block::Fact(word.to_owned(), text)
}

fn steps(task: &GuideTask) -> Vec<pdf::Block> {
    let span = |piece: &StepPiece| match piece {
        StepPiece::Text(text) => vec![pdf::Span::Plain(text.clone())],
        StepPiece::Strong(text) | StepPiece::Name(text) => vec![pdf::Span::Strong(text.clone())],
        StepPiece::Copy(value) => vec![pdf::Span::Code(value.clone())],
        // On paper nobody can press it: the host is what can be typed.
        StepPiece::Link { text, url, host } => vec![
            pdf::Span::Link { text: text.clone(), url: url.clone() },
            pdf::Span::Plain(format!(" ({host})")),
        ],
    };
    let line = |line: &Vec<StepPiece>| line.iter().flat_map(span).collect::<pdf::Text>();
    let mut blocks = vec![
        pdf::Block::Subheading(task.steps.title.clone()),
        fact(&task.asset, vec![pdf::Span::Strong(task.level.clone())]),
    ];
    blocks.extend(task.named.iter().map(|id| fact("Only this one", vec![pdf::Span::Code(id.clone())])));
    blocks.push(fact("It allows", pdf::plain(task.can.clone())));
    blocks.push(fact("It does not", pdf::plain(task.cannot.clone())));
    blocks.extend(task.steps.intro.iter().map(|l| pdf::Block::Paragraph(line(l))));
    blocks.push(pdf::Block::Steps(task.steps.steps.iter().map(line).collect()));
    blocks.extend(task.steps.notes.iter().map(|l| pdf::Block::Paragraph(line(l))));
    blocks
}
