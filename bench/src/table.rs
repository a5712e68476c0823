//! What a benchmark found, for people as Markdown and for scripts as JSON.

use serde_json::{Map, Value, json};

/// One table. Numbers stay numbers; their unit is in the column's name or in the row's.
pub struct Table {
    pub name: &'static str,
    pub columns: Vec<&'static str>,
    /// The first cell says what was measured.
    pub rows: Vec<Vec<Value>>,
    /// No figure missed its bound.
    pub good: bool,
}

impl Table {
    pub fn new(name: &'static str, columns: &[&'static str]) -> Self {
        Self { name, columns: columns.to_vec(), rows: Vec::new(), good: true }
    }

    pub fn markdown(&self) -> String {
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut out = line([self.name].iter().chain(&self.columns).map(|c| (*c).to_owned()).collect());
        out += &line(vec!["---".to_owned(); self.columns.len() + 1]);
        for row in &self.rows {
            out += &line(row.iter().map(cell).collect());
        }
        out
    }

    pub fn json(&self) -> Value {
        let row = |row: &Vec<Value>| -> Value {
            let names = ["what"].iter().chain(&self.columns).map(|c| (*c).to_owned());
            names.zip(row.iter().cloned()).collect::<Map<_, _>>().into()
        };
        json!({"name": self.name, "rows": self.rows.iter().map(row).collect::<Vec<_>>(), "good": self.good})
    }
}

fn cell(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A figure with this many digits behind the point.
pub fn figure(value: f64, digits: i32) -> Value {
    let scale = 10_f64.powi(digits);
    json!((value * scale).round() / scale)
}

/// The middle one of several measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
