//! A browser that stops at every redirect and remembers what it sent where.

use std::cell::RefCell;
use std::sync::Arc;

use reqwest::cookie::{CookieStore, Jar};
use url::Url;

use crate::app::{Sent, TestApp};
use crate::browser::{Form, Page};

pub struct Steps {
    http: reqwest::Client,
    jar: Arc<Jar>,
    base: Url,
    /// Every address asked for, in order.
    pub asked: RefCell<Vec<Url>>,
}

impl Steps {
    pub fn new(app: &TestApp) -> Self {
        let jar = Arc::new(Jar::default());
        let none = reqwest::redirect::Policy::none();
        #[expect(clippy::disallowed_methods, reason = "a person's browser, not a platform client")]
        let http =
            reqwest::Client::builder().redirect(none).cookie_provider(jar.clone()).tls_certs_only([]).build();
        let base = app.base.parse().expect("an address");
        Self { http: http.expect("a client"), jar, base, asked: RefCell::default() }
    }

    pub async fn get(&self, to: &str) -> Page {
        self.raw("GET", to, &[], "").await
    }

    pub async fn raw(&self, method: &str, to: &str, headers: &[(&'static str, &str)], body: &str) -> Page {
        let url = self.base.join(to).expect("an address");
        let mut call = self.http.request(method.parse().expect("a method"), url);
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        self.read(call.body(body.to_owned())).await
    }

    pub async fn post(&self, form: &Form) -> Page {
        self.post_with(form, &[("origin", &form.action.origin().ascii_serialization())]).await
    }

    pub async fn post_with(&self, form: &Form, headers: &[(&'static str, &str)]) -> Page {
        let mut call = self.http.post(form.action.clone()).form(&form.fields);
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        self.read(call).await
    }

    async fn read(&self, call: reqwest::RequestBuilder) -> Page {
        let answer = call.send().await.expect("an answer");
        let (status, url, headers) =
            (answer.status().as_u16(), answer.url().clone(), answer.headers().clone());
        self.asked.borrow_mut().push(url.clone());
        Page { status, path: url.path().to_owned(), url, headers, html: answer.text().await.expect("a body") }
    }

    /// Where a redirect leads.
    pub fn location(page: &Page) -> Url {
        let to = page.headers.get("location").and_then(|v| v.to_str().ok()).expect("a redirect");
        page.url.join(to).expect("an address")
    }

    /// Follows redirects as long as they stay off our callback.
    async fn follow(&self, mut page: Page) -> Page {
        while (300..400).contains(&page.status) && !Self::location(&page).path().starts_with("/callback/") {
            page = self.get(Self::location(&page).as_str()).await;
        }
        page
    }

    /// Presses Connect on the link's only card: the answer that leads to the platform.
    pub async fn connect(&self, sent: &Sent) -> Page {
        let link = self.get(&sent.path).await;
        self.post(&link.form("connect-meta")).await
    }

    /// The same on a card that offers no button any more: the form is made up from the address.
    pub async fn connect_again(&self, sent: &Sent, csrf: &str) -> Page {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let path = format!("{}/{}/connect", sent.path, sent.item);
        self.raw("POST", &path, &form, &format!("csrf={csrf}")).await
    }

    /// Logs in and allows at the platform, from the address that Connect led to: the callback, not yet opened.
    pub async fn authorise(&self, authorize: &Url, person: &str) -> Url {
        let login = self.follow(self.get(authorize.as_str()).await).await;
        let consent = self.follow(self.post(&login.form(&format!("sim-login-{person}"))).await).await;
        Self::location(&self.post(&consent.form("sim-allow")).await)
    }

    /// From the link to the callback's address, which is not opened.
    pub async fn to_callback(&self, sent: &Sent, person: &str) -> Url {
        let authorize = Self::location(&self.connect(sent).await);
        self.authorise(&authorize, person).await
    }

    /// Everything up to the list of accounts.
    pub async fn to_pick(&self, sent: &Sent, person: &str) -> Page {
        let callback = self.to_callback(sent, person).await;
        let back = self.get(callback.as_str()).await;
        self.get(Self::location(&back).as_str()).await
    }

    /// Ticks these; the review page comes back.
    pub async fn to_review(&self, pick: &Page, assets: &[&str]) -> Page {
        let form =
            assets.iter().fold(pick.form("review").without("pick"), |f, a| f.add("pick", &pick.index_of(a)));
        let chosen = self.post(&form).await;
        self.get(Self::location(&chosen).as_str()).await
    }

    /// A member with one more ticket than cookies.
    pub async fn sign_in(&self, address: &str) -> Page {
        let page = self.get(address).await;
        self.post(&page.form("sign-in")).await
    }

    /// The value of one of our cookies.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let all = self.jar.cookies(&self.base)?;
        let found = all.to_str().ok()?.split("; ").find_map(|c| c.strip_prefix(name)?.strip_prefix('='));
        found.map(str::to_owned)
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.add_cookie_str(&format!("{name}={value}; Path=/"), &self.base);
    }
}

/// One parameter of an address.
pub fn parameter(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned()).expect("the parameter")
}

/// The same address with another value for one parameter.
pub fn with_parameter(url: &Url, name: &str, value: &str) -> Url {
    let pairs: Vec<_> = url.query_pairs().into_owned().filter(|(n, _)| n != name).collect();
    let mut out = url.clone();
    out.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
    out
}
