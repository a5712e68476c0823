//! Nodes, lists, fields and cursors.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn a_list_pages_through_everything_once_in_either_direction() {
    let rig = rig().await;
    let liam = rig.sign_in("liam").await;
    let edge = format!("{HOTELS}/owned_pages");
    let first = rig.get(&liam, &edge, &[("summary", "true")]).await;
    assert_eq!((first.ids().len(), &first.body["summary"]["total_count"]), (25, &json!(60)));
    let next = first.body["paging"]["next"].as_str().expect("a next page");
    assert!(
        next.starts_with(&format!("https://graph.facebook.com/v26.0/{edge}?access_token=EAAB")),
        "{next}"
    );
    assert!(first.body["paging"].get("previous").is_none());
    let (mut seen, mut at) = (Vec::new(), None::<String>);
    loop {
        let mut form = vec![("limit", "17"), ("fields", "name")];
        form.extend(at.as_deref().map(|at| ("after", at)));
        let page = rig.get(&liam, &edge, &form).await;
        seen.extend(page.ids().into_iter().map(str::to_owned));
        if page.body["paging"].get("next").is_none() {
            break;
        }
        at = Some(page.body["paging"]["cursors"]["after"].as_str().expect("a cursor").to_owned());
    }
    let mut once = seen.clone();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (60, 60));
    let before = first.body["paging"]["cursors"]["after"].as_str().expect("a cursor");
    let back = rig.get(&liam, &edge, &[("before", before), ("limit", "2")]).await;
    assert_eq!(back.ids(), [seen[22].as_str(), seen[23].as_str()]);
    assert_eq!(rig.get(&liam, &edge, &[("after", "nonsense")]).await.code(), (100, 0));
}

/// Observed by implementers: an empty page does not mean the end.
#[tokio::test]
async fn a_sparse_list_starts_with_an_empty_page() {
    let rig = rig().await;
    rig.edit_world(|meta| meta["sparse_lists"] = json!(true)).await;
    let olivia = rig.sign_in("olivia").await;
    let first = rig.get(&olivia, &format!("{HARBOUR}/owned_pages"), &[]).await;
    assert!(first.ids().is_empty());
    let next = first.body["paging"]["next"].as_str().expect("a next page");
    let proof = proof(&olivia);
    let path = next.trim_start_matches("https:/");
    let second = rig.send("GET", &format!("{path}&appsecret_proof={proof}"), &[], "").await;
    assert_eq!(second.ids(), [PAGE, CATERING]);
}

#[tokio::test]
async fn fields_cut_nodes_down_and_unknown_ones_are_refused() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    let account = rig.get(&olivia, EUR, &[("fields", "account_id,business{name},spend_cap")]).await.body;
    let business = json!({ "id": HARBOUR, "name": "Harbour Bakery" });
    assert_eq!(account, json!({ "id": EUR, "account_id": &EUR[4..], "business": business }));
    assert_eq!(rig.get(&olivia, PAGE, &[]).await.body, json!({ "id": PAGE, "name": "Harbour Bakery" }));
    for fields in ["shoe_size", "name,", "business{id", "name}"] {
        assert_ne!(rig.get(&olivia, PAGE, &[("fields", fields)]).await.code(), (0, 0), "{fields}");
    }
    let me = rig.get(&olivia, "me", &[("fields", "id,name,email")]).await.body;
    assert_eq!(me["email"], "olivia@harbourbakery.example");
}

/// META-2, META-9, META-11: what each of the cast sees.
#[tokio::test]
async fn everybody_sees_their_own_and_only_their_own() {
    let rig = rig().await;
    let northwinds =
        rig.control("GET", "world", Value::Null).await.body["platforms"]["meta"]["assets"].clone();
    let northwinds: Vec<String> = northwinds
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(id, asset)| !id.starts_with("act_") && asset["partners"].get(NORTHWIND).is_some())
        .map(|(id, _)| id.clone())
        .collect();
    let northwinds: Vec<&str> = northwinds.iter().map(String::as_str).collect();
    let owned_pages = format!("{HARBOUR}/owned_pages");
    let owned_accounts = format!("{HARBOUR}/owned_ad_accounts");
    let client_pages = format!("{NORTHWIND}/client_pages");
    let table: [(&str, &str, &[&str]); 15] = [
        ("olivia", "me/businesses", &[HARBOUR]),
        ("olivia", &owned_pages, &[PAGE, CATERING]),
        ("olivia", &owned_accounts, &[EUR, USD]),
        ("olivia", "me/accounts", &[]), // The portfolio's Pages are missing here.
        ("olivia", "me/adaccounts", &[EUR, USD]),
        ("olivia", &client_pages, &[]), // Not hers: empty, not an error.
        ("noah", &owned_pages, &[PAGE]),
        ("noah", &owned_accounts, &[EUR]),
        ("noah", "me/businesses", &[HARBOUR]),
        ("mia", "me/businesses", &[]),
        ("mia", "me/accounts", &[MIAS_PAGE]),
        ("mia", "me/adaccounts", &[MIAS_ACCOUNT]),
        ("kim", &client_pages, &northwinds),
        ("ravi", &client_pages, &[]),
        ("sam", "me/businesses", &[TIDEWATER]),
    ];
    for (person, path, expected) in table {
        let token = rig.sign_in(person).await;
        assert_eq!(rig.get(&token, path, &[]).await.ids(), expected, "{person} on {path}");
    }
}

#[tokio::test]
async fn a_page_token_needs_a_task_and_ids_that_lead_nowhere_say_so() {
    let rig = rig().await;
    let liam = rig.sign_in("liam").await;
    let form = [("fields", "tasks,access_token"), ("limit", "100")];
    let pages = rig.get(&liam, &format!("{HOTELS}/owned_pages"), &form).await.body["data"].clone();
    let rows = pages.as_array().expect("a list").iter();
    let without: Vec<_> =
        rows.filter(|row| row.get("access_token").is_none()).map(|row| &row["tasks"]).collect();
    assert_eq!(without, [&json!([]), &json!([])]);
    for (path, code) in [
        ("me/birthdays", (100, 0)),
        ("1730284650918273/client_instagram_accounts", (100, 0)),
        ("999999999999", (100, 33)),
        ("1183920475566102", (100, 33)),
        (EUR, (100, 33)),
        (HARBOUR, (100, 33)),
    ] {
        assert_eq!(rig.get(&liam, path, &[]).await.code(), code, "{path}");
    }
}

#[tokio::test]
async fn versions_are_checked_and_may_be_left_out() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    let (token, proof) = (olivia.as_str(), proof(&olivia));
    let form = [("access_token", token), ("appsecret_proof", proof.as_str())];
    for (path, code) in [("v26.0/me", 0), ("v25.0/me", 0), ("me", 0), ("v3.2/me", 2635), ("v99.0/me", 2500)] {
        let reply = rig.send("GET", &format!("/graph.facebook.com/{path}"), &form, "").await;
        assert_eq!(reply.code().0, code, "{path}");
    }
    let url = format!("{}/graph.facebook.com/v26.0/me?appsecret_proof={proof}", rig.sims.url);
    let bearer =
        rig.http.get(url).header("authorization", format!("Bearer {token}")).send().await.expect("an answer");
    assert_eq!(bearer.status().as_u16(), 200);
}
