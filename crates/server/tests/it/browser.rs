//! A browser without a screen: one cookie jar, forms by their hooks, redirects on request.

#![allow(clippy::disallowed_methods, reason = "it visits the server under test, on this machine only")]

use std::sync::Arc;

use reqwest::cookie::Jar;
use serde_json::Value;
use url::Url;

use crate::app::Sent;

#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    base: String,
}

/// Where it arrived.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub url: Url,
    pub path: String,
    pub html: String,
    pub headers: reqwest::header::HeaderMap,
}

/// A form as it would be sent.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: Url,
    pub fields: Vec<(String, String)>,
    pub post: bool,
}

impl Form {
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn add(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(n, _)| n != name);
        self
    }
}

impl Browser {
    pub fn new(base: &str) -> Self {
        // Ten hops lead through a platform's login and back.
        let http = reqwest::Client::builder().cookie_provider(Arc::new(Jar::default()));
        // It speaks to this machine without TLS, and reading whom it would trust takes a while.
        let http = http.tls_certs_only([]).build().expect("a client");
        Self { http, base: base.to_owned() }
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    pub async fn get(&self, path: &str) -> Page {
        read(self.http.get(self.address(path)).send().await.expect("an answer")).await
    }

    /// Any request as another site or a script would make it.
    pub async fn raw(&self, method: &str, path: &str, headers: &[(&'static str, &str)], body: &str) -> Page {
        let method = method.parse().expect("a method");
        let mut call = self.http.request(method, self.address(path));
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        read(call.body(body.to_owned()).send().await.expect("an answer")).await
    }

    pub async fn send(&self, form: &Form) -> Page {
        let call = if form.post {
            let origin = form.action.origin().ascii_serialization();
            self.http.post(form.action.clone()).header("origin", origin).form(&form.fields)
        } else {
            self.http.get(form.action.clone()).query(&form.fields)
        };
        read(call.send().await.expect("an answer")).await
    }

    /// Sends a form with one file, as a browser does.
    pub async fn upload(&self, form: &Form, field: &str, of: &str, file: &[u8]) -> Page {
        const EDGE: &str = "----a-test-browser";
        let mut body = Vec::new();
        for (name, value) in form.fields.iter().filter(|(name, _)| name != field) {
            let part =
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"logo\"\r\nContent-Type: {of}\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(file);
        body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
        let origin = form.action.origin().ascii_serialization();
        let call = self.http.post(form.action.clone()).header("origin", origin);
        let call = call.header("content-type", format!("multipart/form-data; boundary={EDGE}"));
        read(call.body(body).send().await.expect("an answer")).await
    }

    /// A file as it is: status, headers and bytes.
    pub async fn file(&self, path: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
        let answer = self.http.get(self.address(path)).send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.bytes().await.expect("a body").to_vec())
    }

    /// Presses the button with this hook.
    pub async fn press(&self, page: &Page, hook: &str) -> Page {
        self.send(&page.form(hook)).await
    }

    /// From the link to the list of accounts, signed in as this person.
    pub async fn connect(&self, sent: &Sent, person: &str) -> Page {
        let link = self.get(&sent.path).await;
        let login = self.press(&link, "connect-meta").await;
        let consent = self.press(&login, &format!("sim-login-{person}")).await;
        self.press(&consent, "sim-allow").await
    }

    /// Ticks exactly these and goes on to the review.
    pub async fn pick(&self, page: &Page, assets: &[&str]) -> Page {
        let mut form = page.form("review").without("pick");
        for asset in assets {
            form = form.add("pick", &page.index_of(asset));
        }
        self.send(&form).await
    }

    /// All of it: signs in, picks, approves.
    pub async fn give(&self, sent: &Sent, person: &str, assets: &[&str]) -> Page {
        let pick = self.connect(sent, person).await;
        let review = self.pick(&pick, assets).await;
        self.press(&review, "approve").await
    }

    pub async fn api(&self, method: &str, path: &str, key: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}/api/v1{path}", self.base);
        let call = self.http.request(method.parse().expect("a method"), url).bearer_auth(key);
        let call = match body {
            Some(body) => call.json(&body),
            None => call,
        };
        let answer = call.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    pub async fn json(&self, method: &str, url: &str, body: &Value) -> (u16, Value) {
        let call = self.http.request(method.parse().expect("a method"), url);
        let call = if body.is_null() { call } else { call.json(body) };
        let answer = call.send().await.expect("an answer");
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }
}

impl Page {
    /// The form around the element with this hook.
    pub fn form(&self, hook: &str) -> Form {
        let hook = format!("data-testid=\"{hook}\"");
        let at =
            self.html.find(&hook).unwrap_or_else(|| panic!("{} has no {hook}\n{}", self.path, self.html));
        let start = self.html[..at].rfind("<form").expect("inside a form");
        let end = start + self.html[start..].find("</form>").expect("a closed form");
        let form = &self.html[start..end];
        let head = &form[..=form.find('>').expect("a tag")];
        let mut fields: Vec<_> = tags(form, "<input")
            .filter(|t| {
                let is_chosen = ["checkbox", "radio"].iter().any(|k| t.contains(&format!("type=\"{k}\"")));
                !is_chosen || t.contains(" checked")
            })
            .filter_map(named)
            .collect();
        fields.extend(tags(form, "<button").find(|t| t.contains(&hook)).and_then(named));
        let action = attribute(head, "action").unwrap_or_default();
        Form {
            action: self.url.join(&action).expect("an address"),
            fields,
            post: head.contains("method=\"post\""),
        }
    }

    pub fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// An id, however it is grouped for reading.
    pub fn shows_id(&self, id: &str) -> bool {
        let mut text = String::new();
        let mut inside = false;
        for c in self.html.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        text.contains(id)
    }

    /// The value of an asset's checkbox.
    pub fn index_of(&self, asset: &str) -> String {
        let hook = format!("data-testid=\"asset-{asset}\"");
        let tag = tags(&self.html, "<input").find(|t| t.contains(&hook));
        tag.and_then(|t| attribute(t, "value")).unwrap_or_else(|| panic!("no {asset} on {}", self.path))
    }

    /// How many assets are shown, and how many of them cannot be ticked.
    pub fn assets(&self) -> (usize, usize) {
        let all: Vec<_> = tags(&self.html, "<input").filter(|t| t.contains("data-testid=\"asset-")).collect();
        (all.len(), all.iter().filter(|t| t.contains("disabled")).count())
    }
}

async fn read(answer: reqwest::Response) -> Page {
    let (status, url) = (answer.status().as_u16(), answer.url().clone());
    let headers = answer.headers().clone();
    let html = answer.text().await.expect("a body");
    Page { status, path: url.path().to_owned(), url, html, headers }
}

fn tags<'a>(html: &'a str, open: &'static str) -> impl Iterator<Item = &'a str> {
    html.match_indices(open).filter_map(|(i, _)| Some(&html[i..=i + html[i..].find('>')?]))
}

fn named(tag: &str) -> Option<(String, String)> {
    Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let end = start + tag[start..].find('"')?;
    let text = tag[start..end].replace("&quot;", "\"").replace("&#34;", "\"");
    Some(text.replace("&#39;", "'").replace("&#38;", "&").replace("&amp;", "&"))
}
