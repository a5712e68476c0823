//! The look that all simulated sites share: plain, accessible, and never mistaken for the real one.

use axum::response::Html;

use super::hub::Hub;

const STYLE: &str = include_str!("site.css");

/// A simulated site, named as people know the real one.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    pub name: &'static str,
}

impl Site {
    /// A whole page. `title` is text; `main` is HTML whose texts went through [`escape`].
    pub fn page(&self, title: &str, main: &str) -> Html<String> {
        let (name, title) = (escape(self.name), escape(title));
        Html(format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"robots\" content=\"noindex\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title} – Simulated {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <header class=\"sim\"><strong>Simulated {name}</strong> — not the real site</header>\n\
             <main>\n<p class=\"brand\">{name} (simulated)</p>\n<h1>{title}</h1>\n{main}\n</main>\n</body>\n</html>\n"
        ))
    }
}

/// Text made safe for HTML content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// What somebody sees who opens the hub itself.
pub fn index_page(hub: &Hub) -> Html<String> {
    let hosts = hub.simulators.iter().flat_map(|sim| sim.hosts().iter());
    let items: String = hosts.map(|host| format!("<li><code>/{}/…</code></li>", escape(host))).collect();
    let main = format!(
        "<p>This server answers for the hosts below, as they would. Put the real host before the real path.</p>\
         <ul>{items}</ul><p class=\"soft\">Controls are under <code>/_sim/</code>.</p>"
    );
    Site { name: "platforms" }.page("Simulated platforms", &main)
}
