//! The `fields=` parameter: what a caller wants of a node, nested as far as it goes.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// One wanted field, with the fields wanted of it: `business{id,name}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub of: Option<Vec<Field>>,
}

/// A type of node: the fields it has, and those it shows when nobody asks.
pub struct NodeType {
    pub name: &'static str,
    pub shown: &'static [&'static str],
    pub known: &'static [&'static str],
}

/// Parses the parameter; none at all means the node's own choice.
pub fn parse(text: Option<&str>) -> Result<Option<Vec<Field>>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let mut rest = text;
    let fields = parse_list(&mut rest)?;
    if rest.is_empty() { Ok(Some(fields)) } else { Err(syntax(rest)) }
}

fn parse_list(rest: &mut &str) -> Result<Vec<Field>, Refusal> {
    let mut fields = Vec::new();
    loop {
        *rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end == 0 {
            return Err(syntax(rest));
        }
        let name = rest[..end].to_owned();
        *rest = &rest[end..];
        skip_modifiers(rest)?;
        let of = match rest.strip_prefix('{') {
            Some(inner) => {
                *rest = inner;
                let list = parse_list(rest)?;
                *rest = rest.strip_prefix('}').ok_or_else(|| syntax(rest))?;
                Some(list)
            }
            None => None,
        };
        fields.push(Field { name, of });
        match rest.strip_prefix(',') {
            Some(after) => *rest = after,
            None => return Ok(fields),
        }
    }
}

/// `.limit(5)` and the like are allowed and mean nothing here: nested edges are not simulated.
fn skip_modifiers(rest: &mut &str) -> Result<(), Refusal> {
    while rest.starts_with('.') || rest.starts_with('(') {
        let close = rest.find(')').ok_or_else(|| syntax(rest))?;
        *rest = &rest[close + 1..];
    }
    Ok(())
}

fn syntax(at: &str) -> Refusal {
    Refusal::new(2500, format!("Syntax error at \"{at}\" in the fields parameter"))
}

/// Whether a caller asks for this field by name.
pub fn asks(fields: Option<&[Field]>, name: &str) -> bool {
    fields.is_some_and(|fields| fields.iter().any(|field| field.name == name))
}

/// Cuts a node down to what was asked. A field Meta has but this node lacks is left out; one that
/// Meta does not have is an error. The id always comes along.
pub fn project(
    mut node: Map<String, Value>,
    fields: Option<&[Field]>,
    of: &NodeType,
) -> Result<Value, Refusal> {
    let mut cut = Map::new();
    if let Some(id) = node.get("id") {
        cut.insert("id".into(), id.clone());
    }
    let Some(fields) = fields else {
        let shown = of.shown.iter().filter_map(|name| Some(((*name).to_owned(), node.remove(*name)?)));
        cut.extend(shown);
        return Ok(Value::Object(cut));
    };
    for field in fields {
        if !of.known.contains(&field.name.as_str()) {
            return Err(Refusal::no_such_field(&field.name, of.name));
        }
        if let Some(value) = node.get(&field.name) {
            cut.insert(field.name.clone(), nested(value, field.of.as_deref()));
        }
    }
    Ok(Value::Object(cut))
}

fn nested(value: &Value, fields: Option<&[Field]>) -> Value {
    match (value, fields) {
        (Value::Object(map), Some(fields)) => {
            let wanted = |name: &String| name == "id" || asks(Some(fields), name);
            map.iter()
                .filter(|(name, _)| wanted(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        }
        (value, _) => value.clone(),
    }
}
