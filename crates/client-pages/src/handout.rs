//! The guide that can be sent and printed, as a page and as a PDF file. Both hold the same.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use valetkey_core::app::link::{Opened, list_items};
use valetkey_core::app::{AppError, handout};
use valetkey_core::desk::Desk;
use valetkey_core::store::Scope;
use valetkey_core::store::agencies::Member;
use valetkey_core::store::items::Item;
use valetkey_core::store::requests::Request;
use valetkey_pages::frame::{day, grantee_mark};
use valetkey_pages::language::Reader;
use valetkey_pages::page_words::PageWords;
use valetkey_pages::steps::StepPiece;
use valetkey_pages::view::{AgencyMark, Frame};
use valetkey_pages::{Error, page, see};
use valetkey_pdf as pdf;

use super::guide::{since, task};
use super::{csrf, open_whole, page_frame, path, when};
use crate::view::GuideTask;
use crate::view::handout::{Handout, Part};

pub async fn show(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    reader: Reader,
) -> Result<Response, Error> {
    page(&of_link(&desk, &token, reader).await?)
}

pub async fn pdf(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    reader: Reader,
) -> Result<Response, Error> {
    let found = of_link(&desk, &token, reader).await?;
    file(&desk, &found, &format!("/r/{token}/guide"))
}

async fn of_link(desk: &Desk, token: &str, reader: Reader) -> Result<Handout, Error> {
    let Opened { link, agency, client, asker, .. } = open_whole(desk, token).await?;
    let items = list_items(desk, &link).await?;
    let speech = reader.speech(link.request.locale.as_deref());
    let about = About {
        frame: page_frame(desk, &speech, &*speech.words.title_guide, Some(&agency), csrf(desk, &link)),
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
    let say = about.frame.words;
    let found = handout::of(desk, scope, items, say.lang).await?;
    let part = |p: &handout::Part<'_>| Part {
        platform_name: p.platform.manifest.name.clone(),
        grantee: grantee_mark(desk, say.lang, &p.grantee),
        tasks: p
            .tasks
            .iter()
            .map(|asked| task(desk, say, p.platform, asked, &p.grantee, about.client))
            .collect(),
        since: since(say, p.platform),
    };
    let mut made = Handout {
        parts: found.parts.iter().map(part).collect(),
        without: found.without.join(", "),
        client: about.client.to_owned(),
        asked_by: about.asker.map(|m| format!("{}, {}", m.name, m.role)),
        access_until: about.request.access_expires_at.map(|at| when(desk, say, at)),
        made: day(say, desk.clock.now()),
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
    let say = handout.frame.words;
    let title = say.how_to_give(&asker).plain();
    let until = handout.access_until.as_ref().map_or(&*say.you_take_it_back, |w| &w.day);
    let mut blocks = vec![
        pdf::Block::Title(title.clone()),
        pdf::Block::Paragraph(pdf::plain(&*say.you_do_every_step)),
        fact(&say.who_asks, vec![pdf::Span::Strong(asker.clone()), pdf::Span::Plain(whence(handout))]),
        fact(&say.who_gives, vec![pdf::Span::Strong(handout.client.clone())]),
        fact(&say.until, pdf::plain(until)),
    ];
    if handout.frame.simulated {
        blocks.push(pdf::Block::Small(pdf::plain(&*say.nothing_is_real)));
    }
    for part in &handout.parts {
        blocks.push(pdf::Block::Rule);
        blocks.push(pdf::Block::Heading(part.platform_name.clone()));
        let proof = if part.grantee.proven { &say.proven } else { &say.typed };
        blocks.push(fact(
            &say.access_goes_to,
            vec![pdf::Span::Strong(part.grantee.label.clone()), pdf::Span::Plain(format!(" ({proof})"))],
        ));
        blocks.push(fact(&part.grantee.kind, vec![pdf::Span::Code(part.grantee.external_id.clone())]));
        for task in &part.tasks {
            blocks.extend(steps(say, task));
        }
        if let Some(since) = &part.since {
            let since = say.steps_at_as_of(&part.platform_name, since, &asker).plain();
            blocks.push(pdf::Block::Small(pdf::plain(since)));
        }
    }
    if !handout.without.is_empty() {
        blocks.push(pdf::Block::Rule);
        let instead = say.open_the_link_instead(&handout.without, &asker).plain();
        blocks.push(pdf::Block::Paragraph(pdf::plain(instead)));
    }
    pdf::Document {
        title,
        author: asker,
        language: say.lang.as_str(),
        made: desk.clock.now(),
        footer: say.made_by(&handout.made, &handout.request).plain(),
        number: Box::new(move |page, pages| say.page_of(page, pages).plain()),
        blocks,
    }
}

fn whence(handout: &Handout) -> String {
    let say = handout.frame.words;
    let domain = handout.frame.agency.as_ref().and_then(|AgencyMark { domain, of_demo, .. }| {
        domain.as_ref().map(|domain| {
            let verified = match of_demo {
                true => say.domain_verified_in_demo(domain).plain(),
                false => say.domain_verified(domain).plain(),
            };
            format!(" · {verified}")
        })
    });
    let domain = domain.unwrap_or_default();
    let person = handout.asked_by.as_ref().map(|p| format!(" · {p}")).unwrap_or_default();
    domain + &person
}

fn fact(word: &str, text: pdf::Text) -> pdf::Block {
    pdf::Block::Fact(word.to_owned(), text)
}

fn steps(say: &PageWords, task: &GuideTask) -> Vec<pdf::Block> {
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
    blocks.extend(task.named.iter().map(|id| fact(&say.only_this_one, vec![pdf::Span::Code(id.clone())])));
    blocks.push(fact(&say.it_allows, pdf::plain(task.can.clone())));
    blocks.push(fact(&say.it_does_not, pdf::plain(task.cannot.clone())));
    blocks.extend(task.steps.intro.iter().map(|l| pdf::Block::Paragraph(line(l))));
    blocks.push(pdf::Block::Steps(task.steps.steps.iter().map(line).collect()));
    blocks.extend(task.steps.notes.iter().map(|l| pdf::Block::Paragraph(line(l))));
    blocks
}
