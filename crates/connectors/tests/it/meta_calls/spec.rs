//! Meta's own contract files: which edges a node has, and what may be sent to them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::recorder::Call;

/// Every Graph call takes these; the files leave them out.
const ALWAYS: [&str; 5] = ["access_token", "after", "appsecret_proof", "fields", "limit"];

/// The contract files of one folder.
pub struct Spec {
    nodes: BTreeMap<String, Value>,
    enums: BTreeMap<String, Vec<String>>,
}

impl Spec {
    /// None when the folder is not there: it is Meta's, and no part of this repository.
    pub fn read(folder: &Path) -> Option<Self> {
        let mut nodes = BTreeMap::new();
        for file in std::fs::read_dir(folder).ok()? {
            let file = file.expect("a file").path();
            if file.extension().is_some_and(|e| e == "json") {
                let text = std::fs::read_to_string(&file).expect("readable");
                let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
                nodes.insert(name, serde_json::from_str(&text).expect("JSON"));
            }
        }
        let enums: Value = nodes.remove("enum_types").expect("enum_types.json");
        let enums = enums.as_array().expect("a list").iter().map(|e| {
            let values = e["values"].as_array().expect("values").iter();
            let values = values.filter_map(|v| v.as_str().map(str::to_owned)).collect();
            (e["name"].as_str().expect("a name").to_owned(), values)
        });
        Some(Self { enums: enums.collect(), nodes })
    }

    /// Everything about the call that the contract does not know, each in one short line.
    pub fn differences(&self, node: &str, edge: Option<&str>, call: &Call) -> Vec<String> {
        let at = format!("{} {node}{}", call.method, edge.map(|e| format!("/{e}")).unwrap_or_default());
        let Some(api) = self.find(node, edge, &call.method) else {
            return vec![format!("{at}: no such call")];
        };
        let mut found = Vec::new();
        let known = api["params"].as_array().expect("params");
        for (name, value) in call.params.iter().filter(|(name, _)| !ALWAYS.contains(&name.as_str())) {
            match known.iter().find(|p| p["name"] == name.as_str()) {
                None => found.push(format!("{at}: no parameter {name}")),
                Some(p) => {
                    let kind = p["type"].as_str().expect("a type");
                    found.extend(self.wrong(kind, value).map(|why| format!("{at}: {name} {why}")));
                }
            }
        }
        for p in known.iter().filter(|p| p["required"] == true) {
            let name = p["name"].as_str().expect("a name");
            if !call.params.iter().any(|(given, _)| given == name) {
                found.push(format!("{at}: {name} is required"));
            }
        }
        let fields = call.params.iter().filter(|(name, _)| name == "fields").map(|(_, value)| value);
        let returned = api["return"].as_str().expect("what it returns");
        found.extend(
            fields.flat_map(|list| self.unknown_fields(returned, list)).map(|f| format!("{at}: {f}")),
        );
        found
    }

    fn find(&self, node: &str, edge: Option<&str>, method: &str) -> Option<&Value> {
        self.nodes.get(node)?["apis"].as_array()?.iter().find(|api| {
            api["method"] == method
                && match edge {
                    Some(edge) => api["endpoint"] == edge,
                    None => {
                        let own = [("GET", "#get"), ("DELETE", "#delete")].into_iter();
                        let own =
                            own.into_iter().find(|(of, _)| *of == method).map_or("#update", |own| own.1);
                        api["name"] == own
                    }
                }
        })
    }

    /// Why a value does not fit its type.
    fn wrong(&self, kind: &str, value: &str) -> Option<String> {
        if let Some(of) = kind.strip_prefix("list<").and_then(|k| k.strip_suffix('>')) {
            let Ok(list) = serde_json::from_str::<Vec<String>>(value) else {
                return Some(format!("is no list: {value}"));
            };
            return list.iter().find_map(|one| self.wrong(of, one));
        }
        if let Some(values) = self.enums.get(kind) {
            return (!values.iter().any(|v| v == value)).then(|| format!("cannot be {value}"));
        }
        let is_number = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        match kind {
            "int" | "unsigned int" if !is_number => Some(format!("is no number: {value}")),
            "string" | "int" | "unsigned int" | "Object" => None,
            other => Some(format!("has a type that this test cannot check: {other}")),
        }
    }

    /// Names in `fields=` that the node does not have; of nested ones the outer name counts.
    fn unknown_fields(&self, node: &str, list: &str) -> Vec<String> {
        let mut depth = 0;
        let parts = list.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        });
        let names = parts.map(|part| part.split('{').next().unwrap_or_default());
        let of = self.nodes.get(node).unwrap_or_else(|| panic!("no contract file for {node}"));
        let known = of["fields"].as_array().expect("fields");
        let unknown = names.filter(|name| !known.iter().any(|f| f["name"] == *name));
        unknown.map(|name| format!("{node} has no field {name}")).collect()
    }
}
