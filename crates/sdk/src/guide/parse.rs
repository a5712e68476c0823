//! Reads a guide and refuses what a guide must not hold.

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use url::Url;

use super::{Guide, Line, Piece, Section, Task, Value};
use crate::access::AssetType;
use crate::manifest::Manifest;

/// Words that a step could only need to ask for something that signs a person in, or pays.
const SECRETS: [&str; 28] = [
    "password",
    "passcode",
    "passphrase",
    "pass phrase",
    "one-time code",
    "security code",
    "verification code",
    "backup code",
    "recovery code",
    "secret",
    "api key",
    "access token",
    "card number",
    "passwort",
    "passwört",
    "kennwort",
    "kennwört",
    "einmalcode",
    "einmalkennung",
    "sicherheitscode",
    "bestätigungscode",
    "wiederherstellungscode",
    "zugangscode",
    "zugriffstoken",
    "api-schlüssel",
    "kartennummer",
    "geheimnis",
    "geheimcode",
];

/// Reads `guide.<lang>.md` against the platform's facts; the error is a sentence that names the place.
pub fn parse(manifest: &Manifest, text: &str) -> Result<Guide, String> {
    if manifest.guides.is_empty() {
        return Err(
            "say in the manifest's [[guide]] where the steps come from and from when on they hold".into()
        );
    }
    let mut reader = Reader { manifest, sections: Vec::new(), line: None, strong: false, link: None };
    for event in Parser::new_ext(text, Options::ENABLE_HEADING_ATTRIBUTES) {
        reader.take(event)?;
    }
    for section in &reader.sections {
        complete(section)?;
    }
    let guide = Guide { sections: reader.sections };
    for asset in manifest.assets.iter().filter(|a| !a.levels.is_empty()) {
        for task in [Task::Give, Task::Remove] {
            if guide.find(task, &asset.of).is_none() {
                return Err(format!("there is no section {{#{}-{}}}", task.as_str(), asset.of));
            }
        }
        if asset.asks && guide.find(Task::Ask, &asset.of).is_none() {
            return Err(format!("there is no section {{#ask-{}}}, and the agency can ask for it", asset.of));
        }
    }
    Ok(guide)
}

fn complete(section: &Section) -> Result<(), String> {
    let title = &section.title;
    if title.trim().is_empty() {
        return Err(format!("the heading of {{#{}-{}}} is empty", section.task.as_str(), section.of));
    }
    if section.steps.is_empty() {
        return Err(format!("“{title}” has no numbered steps"));
    }
    Ok(())
}

struct Reader<'a> {
    manifest: &'a Manifest,
    sections: Vec<Section>,
    /// What is being read now, and its pieces so far.
    line: Option<(Place, Line)>,
    strong: bool,
    link: Option<(Url, String)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Title,
    Paragraph,
    Step,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, id, .. }) => self.section(id.as_deref()),
            Event::Start(Tag::List(Some(_))) if self.line.is_none() => self.one_list(),
            Event::Start(Tag::Item) => self.begin(Place::Step),
            // A paragraph inside a step is the step.
            Event::Start(Tag::Paragraph) if self.line.is_some() => Ok(()),
            Event::Start(Tag::Paragraph) => self.begin(Place::Paragraph),
            Event::Start(Tag::Strong) => {
                self.strong = true;
                Ok(())
            }
            Event::Start(Tag::Link { link_type, dest_url, .. }) => self.open_link(link_type, &dest_url),
            Event::End(TagEnd::Strong) => {
                self.strong = false;
                Ok(())
            }
            Event::End(TagEnd::Link) => self.close_link(),
            Event::End(TagEnd::Heading(_) | TagEnd::Item) => self.end(),
            Event::End(TagEnd::Paragraph) if self.is_in(Place::Paragraph) => self.end(),
            Event::End(TagEnd::Paragraph | TagEnd::List(true)) => Ok(()),
            Event::Text(text) => self.text(&text),
            Event::SoftBreak => self.text(" "),
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock) => {
                Err(format!("{}: HTML is refused", self.place()))
            }
            Event::Start(Tag::Image { .. }) => Err(format!("{}: pictures are refused", self.place())),
            Event::Start(Tag::List(None)) => Err(format!("{}: number the steps", self.place())),
            Event::Start(Tag::Heading { .. }) => Err(format!("{}: use one kind of heading, #", self.place())),
            other => Err(format!("{}: {} is refused", self.place(), kind(&other))),
        }
    }

    fn place(&self) -> String {
        self.sections
            .last()
            .map_or_else(|| "before the first heading".to_owned(), |s| format!("“{}”", s.title))
    }

    fn is_in(&self, place: Place) -> bool {
        self.line.as_ref().is_some_and(|(p, _)| *p == place)
    }

    fn section(&mut self, id: Option<&str>) -> Result<(), String> {
        let id = id.ok_or("a heading without what it is for: add {#give-…} or {#remove-…}")?;
        let (word, of) = id.split_once('-').unwrap_or((id, ""));
        let task = Task::ALL.into_iter().find(|task| task.as_str() == word);
        let task = task.ok_or_else(|| format!("{{#{id}}} is neither {{#give-…}} nor {{#remove-…}}"))?;
        let of = AssetType::new(of);
        if self.manifest.find_asset(&of).is_none() {
            return Err(format!("{{#{id}}}: the manifest has no asset type {of}"));
        }
        if self.sections.iter().any(|s| s.task == task && s.of == of) {
            return Err(format!("{{#{id}}} is there twice"));
        }
        self.sections.push(Section {
            task,
            of,
            title: String::new(),
            intro: Vec::new(),
            steps: Vec::new(),
            notes: Vec::new(),
        });
        self.begin(Place::Title)
    }

    fn one_list(&self) -> Result<(), String> {
        match self.sections.last() {
            Some(s) if s.steps.is_empty() => Ok(()),
            Some(s) => Err(format!("“{}” has two lists", s.title)),
            None => Err("steps before the first heading".to_owned()),
        }
    }

    fn begin(&mut self, place: Place) -> Result<(), String> {
        if self.line.is_some() {
            return Err(format!("{}: steps do not hold other blocks", self.place()));
        }
        self.line = Some((place, Vec::new()));
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let place = self.place();
        let Some((kind, line)) = self.line.take() else { return Ok(()) };
        no_secret(&place, &line)?;
        let section = self.sections.last_mut().ok_or("text before the first heading")?;
        match kind {
            Place::Title => section.title = plain(&place, &line)?,
            Place::Step if line.is_empty() => return Err(format!("{place}: a step is empty")),
            Place::Step => section.steps.push(line),
            Place::Paragraph if section.steps.is_empty() => section.intro.push(line),
            Place::Paragraph => section.notes.push(line),
        }
        Ok(())
    }

    fn open_link(&mut self, link_type: LinkType, to: &str) -> Result<(), String> {
        if link_type != LinkType::Inline {
            return Err(format!("{}: write links as [words](address)", self.place()));
        }
        let refused = |why: &str| Err(format!("{}: the link {to} {why}", self.place()));
        let Ok(url) = Url::parse(to) else { return refused("is no full address") };
        if url.scheme() != "https" {
            return refused("is not https");
        }
        if !url.username().is_empty() || url.password().is_some() || url.port().is_some() {
            return refused("names a user or a port");
        }
        if !url.host_str().is_some_and(|host| self.manifest.hosts.iter().any(|h| h == host)) {
            return refused("is not on one of the platform's hosts");
        }
        self.link = Some((url, String::new()));
        Ok(())
    }

    fn close_link(&mut self) -> Result<(), String> {
        let Some((url, text)) = self.link.take() else { return Ok(()) };
        if text.trim().is_empty() {
            return Err(format!("{}: a link without words", self.place()));
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        self.push(Piece::Link { text, url: url.into(), host })
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if text.chars().any(|c| c.is_control() || is_invisible(c)) {
            return Err(format!("{}: an invisible or control character", self.place()));
        }
        if let Some((_, words)) = &mut self.link {
            words.push_str(text);
            return Ok(());
        }
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) =
                after.split_once('}').ok_or_else(|| format!("{}: a brace is not closed", self.place()))?;
            let value = Value::ALL.into_iter().find(|v| v.as_str() == name);
            let value = value.ok_or_else(|| format!("{}: nothing is called {{{name}}}", self.place()))?;
            if value == Value::Answer && !self.has_question() {
                return Err(format!(
                    "{}: the platform asks nothing here that {{answer}} answers",
                    self.place()
                ));
            }
            self.words(before)?;
            self.push(Piece::Value(value))?;
            rest = tail;
        }
        self.words(rest)
    }

    /// Whoever follows this section is asked something along the way.
    fn has_question(&self) -> bool {
        let section = self.sections.last().filter(|s| s.task != Task::Remove);
        let facts = section.and_then(|s| self.manifest.find_asset(&s.of));
        facts.is_some_and(|facts| facts.question.is_some())
    }

    fn words(&mut self, text: &str) -> Result<(), String> {
        if text.is_empty() {
            return Ok(());
        }
        let strong = self.strong;
        let place = self.place();
        let (_, line) = self.line.as_mut().ok_or_else(|| format!("{place}: loose text"))?;
        match (line.last_mut(), strong) {
            (Some(Piece::Text(before)), false) | (Some(Piece::Strong(before)), true) => before.push_str(text),
            (_, true) => line.push(Piece::Strong(text.to_owned())),
            (_, false) => line.push(Piece::Text(text.to_owned())),
        }
        Ok(())
    }

    fn push(&mut self, piece: Piece) -> Result<(), String> {
        let place = self.place();
        let (_, line) = self.line.as_mut().ok_or_else(|| format!("{place}: loose text"))?;
        line.push(piece);
        Ok(())
    }
}

/// Bidirectional controls and characters of no width could make a step read as another one.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn no_secret(place: &str, line: &Line) -> Result<(), String> {
    let text = line.iter().map(|piece| match piece {
        Piece::Text(t) | Piece::Strong(t) | Piece::Link { text: t, .. } => t.to_lowercase(),
        Piece::Value(_) => String::new(),
    });
    let text: String = text.collect();
    let squeezed: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match SECRETS.iter().find(|word| squeezed.contains(**word)) {
        Some(word) => Err(format!("{place}: a guide never speaks of a {word}, so that none can ask for one")),
        None => Ok(()),
    }
}

fn plain(place: &str, line: &Line) -> Result<String, String> {
    match line.as_slice() {
        [Piece::Text(text)] => Ok(text.clone()),
        _ => Err(format!("{place}: a heading is plain words")),
    }
}

fn kind(event: &Event<'_>) -> &'static str {
    match event {
        Event::Code(_) | Event::Start(Tag::CodeBlock(_)) => "code",
        Event::Start(Tag::BlockQuote(_)) => "a quotation",
        Event::Start(Tag::Emphasis) => "emphasis other than bold",
        Event::HardBreak => "a forced line break",
        Event::Rule => "a line across",
        Event::Start(Tag::List(_)) => "a list within a step",
        _ => "this kind of markdown",
    }
}
