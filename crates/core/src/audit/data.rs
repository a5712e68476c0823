//! What an audit record says beside who did what: JSON in its one canonical form.

use serde_json::Value;
use thiserror::Error;

/// Canonical JSON: sorted keys, no white space, no fractions. It stays text from the record to the
/// database and back, so that a hash covers exactly the bytes that are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data(String);

#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("audit data holds the fraction {0}, which can be written in several ways: use whole numbers or text")]
pub struct NotCanonical(String);

impl Data {
    /// # Errors
    /// If it holds a fraction.
    pub fn new(value: &Value) -> Result<Self, NotCanonical> {
        let mut text = String::new();
        write(value, &mut text)?;
        Ok(Self(text))
    }

    /// Text as it was stored. It is not looked at: whether it is what was once written is for the hash to say.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The JSON itself; `Null` if somebody made the stored text unreadable.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or(Value::Null)
    }
}

fn write(value: &Value, out: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::Number(number) if number.is_f64() => return Err(NotCanonical(number.to_string())),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                comma(index, out);
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(fields) => {
            // Sorted here and not by the map: its order is a build feature that any crate can switch.
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (index, (name, field)) in sorted.into_iter().enumerate() {
                comma(index, out);
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(field, out)?;
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
    Ok(())
}

fn comma(index: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
}
