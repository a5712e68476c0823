//! Every message that a manifest lists is found by what it lists, and has words that say what to do.

use valetkey_connectors::Registry;

#[test]
fn every_listed_message_is_found_and_explained() {
    for platform in Registry::new().iter() {
        let id = &platform.manifest.id;
        if platform.connector.is_some() {
            assert!(!platform.manifest.errors.is_empty(), "{id} speaks through an API and lists no error");
        }
        for error in &platform.manifest.errors {
            let words = |prefix| platform.words.find_explanation(prefix, &error.id);
            let advice = words("error").or_else(|| words("remedy"));
            let advice = advice.unwrap_or_else(|| panic!("{id}: no words for the error {}", error.id));
            assert!(advice.act.is_some_and(|act| !act.is_empty()), "{id}: error {} has no .do", error.id);
            let found = |text: &str| platform.manifest.find_errors(text).iter().any(|e| e.id == error.id);
            for part in &error.says {
                assert!(found(&format!("Sorry: {part}.")), "{id}: {part}");
            }
            for code in &error.codes {
                let text = match code.split_once(['/', '-']) {
                    Some((code, other)) if code.bytes().all(|b| b.is_ascii_digit()) => {
                        format!("{{\"code\": {code}, \"error_subcode\": {other}}}")
                    }
                    _ => format!("code {code}"),
                };
                assert!(found(&text), "{id}: {text}");
            }
        }
    }
}
