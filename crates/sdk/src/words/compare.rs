//! What a file of words has: its messages, and the arguments that each one takes. A translation has the same.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

/// Messages and their attributes (`id`, `id.do`), each with the names of its arguments.
pub type Messages = BTreeMap<String, BTreeSet<String>>;

/// Everything that a file says. What cannot be read is left out: [`super::Words::parse`] names it.
pub fn messages(source: &str) -> Messages {
    let resource = parser::parse(source).unwrap_or_else(|(read, _)| read);
    let mut found = Messages::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let id = message.id.name;
        if let Some(value) = &message.value {
            found.insert(id.to_owned(), arguments(value));
        }
        for attribute in &message.attributes {
            found.insert(format!("{id}.{}", attribute.id.name), arguments(&attribute.value));
        }
    }
    found
}

/// How a translation departs from the English file, in sentences; none when it says the same things.
pub fn differences(english: &str, translation: &str) -> Vec<String> {
    let (english, translation) = (messages(english), messages(translation));
    let list = |names: &BTreeSet<String>| match names.len() {
        0 => "none".to_owned(),
        _ => names.iter().map(|n| format!("${n}")).collect::<Vec<_>>().join(", "),
    };
    let missing = english.iter().filter_map(|(id, wanted)| match translation.get(id) {
        None => Some(format!("no words for {id}")),
        Some(has) if has != wanted => {
            Some(format!("{id} takes the arguments {}, and in English {}", list(has), list(wanted)))
        }
        Some(_) => None,
    });
    let more = translation.keys().filter(|id| !english.contains_key(*id));
    let more = more.map(|id| format!("{id} is not in the English file: check its spelling"));
    missing.chain(more).collect()
}

fn arguments(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            look(expression, &mut found);
        }
    }
    found
}

fn look(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => look_inline(inline, found),
        Expression::Select { selector, variants } => {
            look_inline(selector, found);
            variants.iter().for_each(|v| found.extend(arguments(&v.value)));
        }
    }
}

fn look_inline(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => look(expression, found),
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|a| look_inline(a, found));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "one = Plain\ntwo = For { $who }\n    .do = Ask { $whom }\nmany = { $count ->\n    [one] one of { $who }\n   *[other] { $count }\n}\n";

    #[test]
    fn arguments_are_found_in_variants_and_attributes_too() {
        let found = messages(ENGLISH);
        let of = |id: &str| found[id].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(of("one"), Vec::<&str>::new());
        assert_eq!((of("two"), of("two.do"), of("many")), (vec!["who"], vec!["whom"], vec!["count", "who"]));
    }

    #[test]
    fn a_translation_says_the_same_things_with_the_same_arguments() {
        assert_eq!(differences(ENGLISH, ENGLISH), Vec::<String>::new());
        let german = "one = Schlicht\ntwo = Für { $wen }\nmany = { $count } von { $who }\nthree = Drei\n";
        assert_eq!(
            differences(ENGLISH, german),
            [
                "two takes the arguments $wen, and in English $who",
                "no words for two.do",
                "three is not in the English file: check its spelling",
            ]
        );
    }
}
