//! Lists with cursors, in the shape Meta gives them.

use serde_json::{Map, Value, json};
use url::form_urlencoded::Serializer;

use super::GRAPH;
use super::call::Call;
use super::refusal::Refusal;

const DEFAULT_LIMIT: usize = 25;
const MOST: usize = 500;
/// Stands before every id, so that a list may start with an empty page.
const START: &str = "";

/// One page of `ids` (any order), each built into a node. `sparse` puts an empty page before the first.
pub fn page(
    call: &Call,
    mut ids: Vec<String>,
    sparse: bool,
    mut build: impl FnMut(&str) -> Result<Value, Refusal>,
) -> Result<Value, Refusal> {
    // A cursor is a place in the order of ids, so it survives changes of the list.
    ids.sort();
    let total = ids.len();
    let limit = limit(call)?;
    let after = call.find("after").map(decode).transpose()?;
    let before = call.find("before").map(decode).transpose()?;
    if sparse && total > 0 && after.is_none() && before.is_none() {
        let next = link(call, "after", &encode(START));
        return Ok(json!({ "data": [], "paging": { "next": next } }));
    }
    let from = after.as_ref().map_or(0, |after| ids.partition_point(|id| id <= after));
    let (from, to) = match &before {
        Some(before) => {
            let to = ids.partition_point(|id| id < before);
            (to.saturating_sub(limit), to)
        }
        None => (from, (from + limit).min(total)),
    };
    let shown = &ids[from..to];
    let data = shown.iter().map(|id| build(id)).collect::<Result<Vec<_>, _>>()?;
    let mut answer = Map::from_iter([("data".to_owned(), Value::Array(data))]);
    if let (Some(first), Some(last)) = (shown.first(), shown.last()) {
        let (before, after) = (encode(first), encode(last));
        let mut paging = json!({ "cursors": { "before": before, "after": after } });
        if to < total {
            paging["next"] = json!(link(call, "after", &after));
        }
        if from > 0 {
            paging["previous"] = json!(link(call, "before", &before));
        }
        answer.insert("paging".into(), paging);
    }
    if call.find("summary").is_some_and(|wish| wish != "false" && wish != "0") {
        answer.insert("summary".into(), json!({ "total_count": total }));
    }
    Ok(Value::Object(answer))
}

fn limit(call: &Call) -> Result<usize, Refusal> {
    match call.find("limit").map(str::parse::<usize>) {
        None => Ok(DEFAULT_LIMIT),
        Some(Ok(limit)) => Ok(limit.clamp(1, MOST)),
        Some(Err(_)) => Err(Refusal::parameter("Param limit must be an integer")),
    }
}

fn encode(id: &str) -> String {
    id.bytes().fold("QVFI".to_owned(), |cursor, byte| format!("{cursor}{byte:02x}"))
}

fn decode(cursor: &str) -> Result<String, Refusal> {
    let digits = cursor.strip_prefix("QVFI").map(str::as_bytes).unwrap_or(b"?");
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>();
    let id = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    id.ok_or_else(|| Refusal::parameter("Invalid cursor"))
}

/// The real host's address of the neighbouring page. It carries the token, as Meta's does.
fn link(call: &Call, direction: &str, cursor: &str) -> String {
    let mut query = Serializer::new(String::new());
    if let Some(token) = &call.token {
        query.append_pair("access_token", token);
    }
    for (name, value) in &call.params {
        if !["after", "before", "appsecret_proof"].contains(&name.as_str()) {
            query.append_pair(name, value);
        }
    }
    query.append_pair(direction, cursor);
    format!("https://{GRAPH}/{}/{}?{}", call.version, call.path.join("/"), query.finish())
}
