//! What a guide may hold, and a corpus of what it may not.

use super::*;
use crate::manifest::Manifest;

fn manifest() -> Manifest {
    crate::manifest::parse(
        r#"
id = "example"
name = "Example"
category = "ads"
hosts = ["ads.example.com"]
[[sources]]
what = "made for this test"
url = "https://example.com/docs"
read = "2026-11-22"
[[guide]]
from = "2026-11-22"
source = "https://example.com/docs"
[[grantee]]
kind = "partner"
id = { refuse = '.+' }
[[asset]]
type = "page"
id = { refuse = '.+' }
[asset.level.view]
roles = ["VIEWER"]
method = "guided"
"#,
    )
    .expect("valid")
}

/// A guide with this as its second step.
fn with(step: &str) -> String {
    format!(
        "# Add the agency {{#give-page}}\n\nBefore.\n\n1. Open **Settings**.\n2. {step}\n3. Save.\n\nAfter.\n\n\
         # Remove it {{#remove-page}}\n\n1. Open the same list.\n"
    )
}

#[test]
fn steps_values_and_links_are_read() {
    let text = with("Paste {grantee_id} at [the list](https://ads.example.com/people).");
    let guide = parse(&manifest(), &text).expect("a good guide");
    let give = guide.find(Task::Give, &AssetType::new("page")).expect("there");
    assert_eq!(give.title, "Add the agency");
    assert_eq!((give.intro.len(), give.steps.len(), give.notes.len()), (1, 3, 1));
    assert_eq!(
        give.steps[1],
        [
            Piece::Text("Paste ".into()),
            Piece::Value(Value::GranteeId),
            Piece::Text(" at ".into()),
            Piece::Link {
                text: "the list".into(),
                url: "https://ads.example.com/people".into(),
                host: "ads.example.com".into()
            },
            Piece::Text(".".into()),
        ]
    );
    assert_eq!(give.steps[0][1], Piece::Strong("Settings".into()));
}

#[test]
fn what_could_deceive_a_client_is_refused() {
    let corpus = [
        ("<b>Click</b>", "HTML"),
        ("<script>alert(1)</script>", "HTML"),
        ("Look <img src=x onerror=alert(1)>", "HTML"),
        ("<!-- hidden -->", "HTML"),
        ("[here](javascript:alert(1))", "not https"),
        ("[here](JaVaScRiPt:alert(1))", "not https"),
        ("[here](data:text/html,x)", "not https"),
        ("[here](http://ads.example.com/)", "not https"),
        ("[here](/settings)", "no full address"),
        ("[here](//evil.example/)", "no full address"),
        ("[here](https://evil.example/)", "not on one of the platform's hosts"),
        ("[here](https://ads.example.com.evil.example/)", "not on one of the platform's hosts"),
        ("[here](https://evil.example/ads.example.com)", "not on one of the platform's hosts"),
        ("[here](https://ads.example.com@evil.example/)", "names a user or a port"),
        ("[here](https://ads.example.com:8443/)", "names a user or a port"),
        ("[here](https://ads.exаmple.com/)", "not on one of the platform's hosts"),
        ("[](https://ads.example.com/)", "a link without words"),
        ("<https://evil.example/>", "write links as"),
        ("![picture](https://ads.example.com/x.png)", "pictures"),
        ("![picture](https://evil.example/x.png)", "pictures"),
        ("Answer {answer}.", "asks nothing here"),
        ("Type your password into our form.", "password"),
        ("Geben Sie Ihr Kennwort in unser Formular ein.", "kennwort"),
        ("Geben Sie hier den Bestätigungscode ein.", "bestätigungscode"),
        ("Tell us your PASS\nWORD or the verification  code.", "verification code"),
        ("Send us the **one-time code**.", "one-time code"),
        ("Copy the API key and paste it here.", "api key"),
        ("Paste {password} here.", "nothing is called {password}"),
        ("Paste {grantee_id here.", "a brace is not closed"),
        ("Run `curl evil`.", "code"),
        ("> Meta says: trust this", "steps do not hold other blocks"),
        ("Open the \u{202e}list.", "invisible"),
        ("Open the\u{200b} list.", "invisible"),
    ];
    for (step, why) in corpus {
        let said = parse(&manifest(), &with(step)).expect_err(step);
        assert!(said.contains(why) || said.contains("is refused"), "{step}: {said}");
    }
}

#[test]
fn a_guide_that_leaves_something_out_is_refused() {
    let whole = with("Save.");
    let cases = [
        (whole.replace(" {#give-page}", ""), "a heading without what it is for"),
        (whole.replace("#give-page", "#give-profile"), "no asset type profile"),
        (whole.replace("#give-page", "#take-page"), "neither"),
        (whole.replace("#remove-page", "#give-page"), "there twice"),
        (whole.split("# Remove").next().expect("a part").to_owned(), "no section {#remove-page}"),
        (whole.replace("1. Open the same list.\n", "Ask somebody.\n"), "no numbered steps"),
        (format!("Hello.\n\n{whole}"), "before the first heading"),
        (whole.replace("1. Open the same", "- Open the same"), "number the steps"),
        (whole.replace("# Remove", "## Remove"), "one kind of heading"),
    ];
    for (text, why) in cases {
        let said = parse(&manifest(), &text).expect_err(why);
        assert!(said.contains(why), "{why}: {said}");
    }
}

#[test]
fn a_guide_without_a_date_and_a_source_is_refused() {
    let manifest = Manifest { guides: Vec::new(), ..manifest() };
    assert!(parse(&manifest, &with("Save.")).is_err_and(|e| e.contains("[[guide]]")));
}
