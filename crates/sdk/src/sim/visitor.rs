//! A small browser for people of the simulated world: follows redirects, keeps cookies, sends forms by their hook.

use reqwest::header::{HeaderMap, HeaderValue, ORIGIN};
use url::Url;

/// Why a visit did not work, in a sentence.
pub type Result<T> = std::result::Result<T, String>;

/// Somebody with a browser of their own.
pub struct Visitor(reqwest::Client);

/// A page that was reached.
pub struct Visited {
    pub url: Url,
    pub html: String,
    /// Where a redirect leads that was not followed, because nobody listens there.
    pub leads_to: Option<Url>,
}

impl Visitor {
    pub fn new() -> Result<Self> {
        Self::with(reqwest::redirect::Policy::limited(10))
    }

    /// One that stays at the simulators: a redirect to any other host is only noted.
    pub fn staying_at(host: &str) -> Result<Self> {
        let host = host.to_owned();
        Self::with(reqwest::redirect::Policy::custom(move |attempt| {
            if attempt.url().host_str() == Some(host.as_str()) { attempt.follow() } else { attempt.stop() }
        }))
    }

    fn with(redirects: reqwest::redirect::Policy) -> Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "it visits a demo and simulators on this machine only")]
        let builder = reqwest::Client::builder();
        // Without TLS nobody's certificates matter, and reading them takes a while.
        builder.cookie_store(true).redirect(redirects).tls_certs_only([]).build().map(Self).map_err(text)
    }

    pub async fn open(&self, url: &str) -> Result<Visited> {
        read(self.0.get(url).send().await.map_err(text)?).await
    }

    /// Presses the button with this hook, or sends the form that it stands in.
    pub async fn press(&self, page: &Visited, hook: &str) -> Result<Visited> {
        self.press_with(page, hook, &[]).await
    }

    /// The same, with these boxes ticked beside those that are.
    pub async fn press_with(&self, page: &Visited, hook: &str, ticked: &[(&str, &str)]) -> Result<Visited> {
        let mut form = Form::find(&page.html, hook)
            .ok_or_else(|| format!("{} has no form with {hook}", page.url.path()))?;
        form.fields.extend(ticked.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let target = page.url.join(&form.action).map_err(text)?;
        let call = if form.is_post {
            let origin = HeaderValue::from_str(&page.url.origin().ascii_serialization()).map_err(text)?;
            self.0.post(target).headers(HeaderMap::from_iter([(ORIGIN, origin)])).form(&form.fields)
        } else {
            self.0.get(target).query(&form.fields)
        };
        read(call.send().await.map_err(text)?).await
    }
}

async fn read(answer: reqwest::Response) -> Result<Visited> {
    let (status, url) = (answer.status(), answer.url().clone());
    let location = answer.headers().get(reqwest::header::LOCATION).and_then(|l| l.to_str().ok());
    let leads_to = location.and_then(|l| url.join(l).ok());
    if !status.is_success() && leads_to.is_none() {
        return Err(format!("{} answered {status}", url.path()));
    }
    Ok(Visited { url, html: answer.text().await.map_err(text)?, leads_to })
}

fn text(e: impl std::fmt::Display) -> String {
    e.to_string()
}

/// A form of our own simple pages: attributes in double quotes, one form inside no other.
#[derive(Debug, PartialEq, Eq)]
struct Form {
    action: String,
    is_post: bool,
    fields: Vec<(String, String)>,
}

impl Form {
    fn find(html: &str, hook: &str) -> Option<Self> {
        let hook = format!("data-testid=\"{hook}\"");
        let at = html.find(&hook)?;
        let start = html[..at].rfind("<form")?;
        let end = start + html[start..].find("</form>")?;
        let form = &html[start..end];
        let head = &form[..=form.find('>')?];
        let mut fields: Vec<_> = tags(form, "<input")
            .filter(|t| {
                !t.contains("type=\"submit\"") && (!t.contains("type=\"checkbox\"") || t.contains("checked"))
            })
            .filter_map(named)
            .collect();
        let pressed = tags(form, "<button").find(|t| t.contains(&hook));
        fields.extend(pressed.and_then(named));
        Some(Self {
            action: attribute(head, "action").unwrap_or_default(),
            is_post: attribute(head, "method").is_some_and(|m| m.eq_ignore_ascii_case("post")),
            fields,
        })
    }
}

fn tags<'a>(form: &'a str, open: &'static str) -> impl Iterator<Item = &'a str> {
    form.match_indices(open).filter_map(|(i, _)| Some(&form[i..=i + form[i..].find('>')?]))
}

fn named(tag: &str) -> Option<(String, String)> {
    Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = start + tag[start..].find('"')?;
    let text = &tag[start..end];
    Some(
        text.replace("&quot;", "\"")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#38;", "&")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_around_a_hook_is_sent() {
        let html = r#"<form action="/a"></form><form method="post" action="/b?x=1&amp;y=2">
            <input type="hidden" name="csrf" value="t"><input type="checkbox" name="no" value="1">
            <button name="as" value="kim" data-testid="in-kim">Kim</button></form>"#;
        let fields = [("csrf", "t"), ("as", "kim")].map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
        let form = Form { action: "/b?x=1&y=2".into(), is_post: true, fields };
        assert_eq!(Form::find(html, "in-kim"), Some(form));
        assert_eq!(Form::find(html, "other"), None);
    }
}
