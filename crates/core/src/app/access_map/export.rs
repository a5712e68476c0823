//! The lines of the map as a table for spreadsheets.

use serde_json::json;
use valetkey_sdk::clock::from_millisecond;

use super::lines::{Line, Named};

const COLUMNS: [&str; 19] = [
    "platform",
    "asset_type",
    "asset_id",
    "asset_name",
    "principal_kind",
    "principal_id",
    "principal_name",
    "principal_within",
    "roles",
    "state",
    "waits_for",
    "invitation_until",
    "until",
    "path",
    "inherited_from_type",
    "inherited_from_id",
    "read_by",
    "read_at",
    "two_factor",
];

/// For spreadsheets: what would be taken for a formula begins with an apostrophe.
pub fn csv(lines: &[Line]) -> String {
    let mut out = COLUMNS.join(",");
    out.push_str("\r\n");
    for line in lines {
        let cells: Vec<_> = cells(line).iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn cells(line: &Line) -> [String; 19] {
    let (waits_for, invited_until) = match line.pending {
        Some((by, until)) => (json!(by).as_str().unwrap_or_default().to_owned(), until),
        None => (String::new(), None),
    };
    let from = |part: fn(&Named) -> &String| line.from.as_ref().map(part).cloned().unwrap_or_default();
    [
        line.platform.clone(),
        line.asset.kind.clone(),
        line.asset.id.clone(),
        line.asset.name.clone(),
        line.who.kind.clone(),
        line.who.id.clone(),
        line.who.name.clone(),
        line.within.clone().unwrap_or_default(),
        line.roles.join(" "),
        line.state().to_owned(),
        waits_for,
        invited_until.map(|at| at.to_string()).unwrap_or_default(),
        line.until.map(|at| at.to_string()).unwrap_or_default(),
        if line.from.is_some() { "inherited" } else { "direct" }.to_owned(),
        from(|named| &named.kind),
        from(|named| &named.id),
        line.read_by.as_str().to_owned(),
        from_millisecond(line.read_at).to_string(),
        line.two_factor.map(|has| has.to_string()).unwrap_or_default(),
    ]
}

/// A field of RFC 4180. Spreadsheets run what begins with one of these signs.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if cell.contains(['"', ',', '\n', '\r']) || !guard.is_empty() {
        return format!("\"{guard}{}\"", cell.replace('"', "\"\""));
    }
    cell.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_spills_into_the_next() {
        let table = [
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("Pine, Oak & \"Co\"", "\"Pine, Oak & \"\"Co\"\"\""),
            ("a\nb", "\"a\nb\""),
            ("act_1-2", "act_1-2"),
            ("", ""),
        ];
        for (cell, written) in table {
            assert_eq!(quoted(cell), written);
        }
    }
}
