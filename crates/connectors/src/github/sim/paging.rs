//! Pages of a list, with the neighbours in a `Link` header.
//! GitHub docs: "Using pagination in the REST API", read 2026-11-23.

use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::API;
use super::answer::Answer;
use super::call::Call;

const DEFAULT: usize = 30;
const MOST: usize = 100;

/// One page of all rows.
pub fn page(call: &Call, rows: Vec<Value>) -> Answer {
    let number = |name: &str| call.query.get(name).and_then(|text| text.parse::<usize>().ok());
    let per_page = number("per_page").unwrap_or(DEFAULT).clamp(1, MOST);
    let at = number("page").unwrap_or(1).max(1);
    let last = rows.len().div_ceil(per_page).max(1);
    let shown = rows.into_iter().skip((at - 1) * per_page).take(per_page).collect();
    let mut links = Vec::new();
    for (name, to, there) in [
        ("prev", at.wrapping_sub(1), at > 1),
        ("next", at + 1, at < last),
        ("last", last, at < last),
        ("first", 1, at > 1),
    ] {
        if there {
            links.push(format!("<{}>; rel=\"{name}\"", link(call, to)));
        }
    }
    let answer = Answer::ok(Value::Array(shown));
    if links.is_empty() { answer } else { answer.header("link", &links.join(", ")) }
}

fn link(call: &Call, page: usize) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(call.query.iter().filter(|(name, _)| *name != "page"));
    query.append_pair("page", &page.to_string());
    format!("https://{API}/{}?{}", call.path.join("/"), query.finish())
}
