//! The cast: the people who exist on every simulated platform under one short id.

use serde::{Deserialize, Serialize};

/// One of the cast. `id` is what scripts call them, such as `olivia`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct People(Vec<Person>);

impl People {
    /// The documented cast, whose ids and names never change.
    pub fn documented() -> Self {
        serde_json::from_str(include_str!("people.json")).expect("people.json is checked by a test")
    }

    pub fn find(&self, id: &str) -> Option<&Person> {
        self.0.iter().find(|person| person.id == id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.0.iter()
    }

    /// A sentence when two people share an id, or an id could not stand in a `data-testid`.
    pub(super) fn check(&self) -> Result<(), String> {
        for (at, person) in self.0.iter().enumerate() {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if person.id.is_empty() || !person.id.chars().all(plain) {
                let id = &person.id;
                return Err(format!(
                    "the person id '{id}' must consist of lower-case letters, digits and dashes"
                ));
            }
            if self.0[..at].iter().any(|earlier| earlier.id == person.id) {
                return Err(format!("two people are called '{}'", person.id));
            }
        }
        Ok(())
    }
}
