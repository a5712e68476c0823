//! The part of YAML in which the vendor's contracts are written: blocks of maps, lists, and scalars on one line
//! or folded.

#[derive(Debug, PartialEq)]
pub enum Yaml {
    Nothing,
    Text(String),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    pub fn parse(text: &str) -> Self {
        let lines: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
        block(&lines, &mut 0, 0)
    }

    pub fn at(&self, key: &str) -> &Self {
        match self {
            Self::Map(fields) => {
                fields.iter().find(|(name, _)| name == key).map_or(&Self::Nothing, |(_, v)| v)
            }
            _ => &Self::Nothing,
        }
    }

    pub fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub fn number(&self) -> Option<usize> {
        self.text()?.parse().ok()
    }

    pub fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn block(lines: &[String], at: &mut usize, least: usize) -> Yaml {
    let Some(first) = lines.get(*at).filter(|line| indent(line) >= least) else { return Yaml::Nothing };
    let own = indent(first);
    let is_list = first.trim_start().starts_with("- ");
    let (mut list, mut map) = (Vec::new(), Vec::new());
    while let Some(line) = lines.get(*at).filter(|line| indent(line) == own) {
        let line = line.trim_start().to_owned();
        match (is_list, line.strip_prefix("- ")) {
            (true, Some(item)) if key(item).is_none() => {
                list.push(scalar(item));
                skip_folded(lines, at, own);
            }
            (true, Some(item)) => {
                // An item that is a map begins on the dash's line, two further in.
                let mut inner = vec![format!("{}{item}", " ".repeat(own + 2))];
                *at += 1;
                while let Some(line) = lines.get(*at).filter(|line| indent(line) > own) {
                    inner.push(line.clone());
                    *at += 1;
                }
                list.push(block(&inner, &mut 0, own + 2));
            }
            (false, None) => {
                let Some((key, value)) = key(&line) else { break };
                if value.is_empty() {
                    *at += 1;
                    // A list may stand as far left as its key.
                    let next = lines.get(*at).map_or("", String::as_str);
                    let deeper = indent(next) > own;
                    let listed = indent(next) == own && next.trim_start().starts_with("- ");
                    map.push((key, if deeper || listed { block(lines, at, own) } else { Yaml::Nothing }));
                } else {
                    map.push((key, scalar(value)));
                    skip_folded(lines, at, own);
                }
            }
            _ => break,
        }
    }
    if is_list { Yaml::List(list) } else { Yaml::Map(map) }
}

/// Past a value and the lines that it is folded into.
fn skip_folded(lines: &[String], at: &mut usize, own: usize) {
    *at += 1;
    while lines.get(*at).is_some_and(|line| indent(line) > own) {
        *at += 1;
    }
}

fn key(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
    let key = key.trim_matches('\'');
    (!key.contains(' ')).then(|| (key.to_owned(), value.trim()))
}

fn scalar(text: &str) -> Yaml {
    match text {
        "{}" | "[]" | "null" => Yaml::Nothing,
        _ => Yaml::Text(text.trim_matches('\'').to_owned()),
    }
}
