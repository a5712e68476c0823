//! What headers tell, and what they do not.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::*;
use crate::manifest::Regain;

fn facts() -> Vec<UsageFacts> {
    let fields = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    let regain = |field: &str, unit_s| Some(Regain { field: field.to_owned(), unit_s });
    vec![
        UsageFacts {
            header: "x-app".into(),
            of: LimitOf::App,
            percent: fields(&["calls", "time"]),
            regain: None,
            pause_s: 900,
        },
        UsageFacts {
            header: "x-business".into(),
            of: LimitOf::Connection,
            percent: fields(&["calls"]),
            regain: regain("minutes", 60),
            pause_s: 300,
        },
    ]
}

fn told(headers: &[(&str, &str)]) -> Vec<(String, f64, Option<i64>)> {
    let pair = |(name, value): &(&str, &str)| {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        (name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"))
    };
    let headers: HeaderMap = headers.iter().map(pair).collect();
    read(&facts(), &headers).into_iter().map(|r| (r.source, r.percent, r.regain_s)).collect()
}

#[test]
fn rows_are_found_however_deep_and_the_fullest_share_counts() {
    let flat = told(&[("x-app", r#"{"calls": 28, "time": 31.5, "other": 99}"#)]);
    assert_eq!(flat, [("x-app/".to_owned(), 31.5, None)]);
    let deep = r#"{"17": [{"type": "ads", "calls": 80, "minutes": 0}, {"type": "pages", "calls": 101, "minutes": 3}], "18": [{"type": "ads", "calls": 5}]}"#;
    let row = |source: &str, percent, regain| (format!("x-business/{source}"), percent, regain);
    let rows = [row("17/ads", 80.0, None), row("17/pages", 101.0, Some(180)), row("18/ads", 5.0, None)];
    assert_eq!(told(&[("x-business", deep)]), rows);
    let two = told(&[("x-app", r#"{"calls": 1}"#), ("x-business", r#"{"17": [{"calls": 2}]}"#)]);
    assert_eq!(two.iter().map(|r| r.1).collect::<Vec<_>>(), [1.0, 2.0]);
}

#[test]
fn a_time_is_at_most_a_day() {
    for minutes in ["1441", "9223372036854775807"] {
        let value = format!(r#"{{"calls": 100, "minutes": {minutes}}}"#);
        assert_eq!(told(&[("x-business", &value)])[0].2, Some(86_400));
    }
}

#[test]
fn garbage_tells_nothing() {
    for value in [
        "",
        "<html>",
        "{",
        "null",
        "95",
        "[]",
        "{}",
        r#"{"calls": "95"}"#,
        r#"{"calls": null}"#,
        r#"{"calls": -1}"#,
        r#"{"calls": 1e300}"#,
        r#"{"calls": {"calls": []}}"#,
        "\u{fffd}\u{1F4A5}",
    ] {
        assert_eq!(told(&[("x-app", value)]), [], "{value}");
    }
    assert_eq!(told(&[("x-other", r#"{"calls": 95}"#)]), [], "a header that no fact names");
    let odd = r#"{"calls": 95, "minutes": "soon"}"#;
    assert_eq!(told(&[("x-business", odd)]), [("x-business/".to_owned(), 95.0, None)]);
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(told(&[("x-app", &deep)]), []);
}
