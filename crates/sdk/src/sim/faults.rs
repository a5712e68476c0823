//! Faults: which requests go wrong, and how.

use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use super::pattern::{matches_path, matches_wildcard};

/// What goes wrong. A fault says whether the platform still did its work.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An answer with this status instead; nothing was done.
    Status { code: u16, body: Option<Value> },
    /// The platform's own "too many calls"; nothing was done.
    RateLimit { retry_after_s: Option<u64> },
    /// The right answer, late. Real time, whatever the clock says.
    Delay { ms: u64 },
    /// The connection closes without an answer; nothing was done.
    DropBefore,
    /// The connection closes without an answer, after the work was done.
    DropAfterEffect,
    /// Half of the right answer, then the connection closes.
    Truncate,
    /// A web page instead of an answer, as a proxy sends it; nothing was done.
    Html,
    /// The right answer with every value of another type.
    WrongType,
    /// Done at once, but reads show it only after this time on the simulators' clock.
    Eventual { ms: u64 },
}

/// A fault as a control brings it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultForm {
    host: String,
    method: Option<String>,
    path: Option<String>,
    nth: Option<u64>,
    times: Option<u64>,
    kind: String,
    code: Option<u16>,
    body: Option<Value>,
    retry_after_s: Option<u64>,
    ms: Option<u64>,
}

#[derive(Debug)]
struct Fault {
    form: FaultForm,
    kind: Kind,
    /// Matching requests so far.
    seen: u64,
}

#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Replaces all faults and starts counting again.
    pub fn set(&self, forms: Vec<FaultForm>) -> Result<(), String> {
        let faults = forms
            .into_iter()
            .map(|form| Ok(Fault { kind: kind_of(&form)?, form, seen: 0 }))
            .collect::<Result<Vec<_>, String>>()?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = faults;
        Ok(())
    }

    /// What goes wrong with this request, in the order of the list. Counts the request.
    pub fn list_for(&self, method: &str, host: &str, path: &str) -> Vec<Kind> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kinds = Vec::new();
        for fault in faults.iter_mut() {
            let form = &fault.form;
            let matches = matches_wildcard(&form.host, host)
                && form.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && form.path.as_deref().is_none_or(|pattern| matches_path(pattern, path));
            if !matches {
                continue;
            }
            fault.seen += 1;
            // `nth` is the first request hit (1 by default). `times` is how many in a row:
            // one when `nth` picks a request, else all of them.
            let first = form.nth.unwrap_or(1);
            let times = form.times.unwrap_or(if form.nth.is_some() { 1 } else { u64::MAX });
            if fault.seen >= first && fault.seen - first < times {
                kinds.push(fault.kind.clone());
            }
        }
        kinds
    }
}

fn kind_of(form: &FaultForm) -> Result<Kind, String> {
    if form.nth == Some(0) {
        return Err("'nth' counts from 1".into());
    }
    let name = form.kind.as_str();
    let extras = [
        ("code", form.code.is_some()),
        ("body", form.body.is_some()),
        ("retry_after_s", form.retry_after_s.is_some()),
        ("ms", form.ms.is_some()),
    ];
    let (kind, allowed): (Kind, &[&str]) = match name {
        "status" => {
            let code = form.code.ok_or("a 'status' fault needs a 'code' such as 503")?;
            if !(200..=599).contains(&code) {
                return Err(format!("'code' {code} is not an HTTP status between 200 and 599"));
            }
            (Kind::Status { code, body: form.body.clone() }, &["code", "body"])
        }
        "rate_limit" => (Kind::RateLimit { retry_after_s: form.retry_after_s }, &["retry_after_s"]),
        "delay" => (Kind::Delay { ms: form.ms.ok_or("a 'delay' fault needs 'ms'")? }, &["ms"]),
        "drop_before" => (Kind::DropBefore, &[]),
        "drop_after_effect" => (Kind::DropAfterEffect, &[]),
        "truncate" => (Kind::Truncate, &[]),
        "html" => (Kind::Html, &[]),
        "wrong_type" => (Kind::WrongType, &[]),
        "eventual" => (Kind::Eventual { ms: form.ms.ok_or("an 'eventual' fault needs 'ms'")? }, &["ms"]),
        other => {
            return Err(format!(
                "there is no fault of kind '{other}'; there are status, rate_limit, delay, drop_before, \
                 drop_after_effect, truncate, html, wrong_type, eventual"
            ));
        }
    };
    match extras.iter().find(|(field, given)| *given && !allowed.contains(field)) {
        Some((field, _)) => Err(format!("a '{name}' fault has no '{field}'")),
        None => Ok(kind),
    }
}
