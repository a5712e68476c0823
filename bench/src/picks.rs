//! What a client can tick on the page of accounts.

/// Indexes of the accounts that can be shared, in the page's order.
pub fn free_indexes(html: &str) -> Vec<String> {
    let boxes = html.split("<input").filter(|t| t.contains("data-testid=\"asset-"));
    let free = boxes.filter(|t| !t[..t.find('>').unwrap_or(t.len())].contains("disabled"));
    free.filter_map(|t| Some(t.split(" value=\"").nth(1)?.split('"').next()?.to_owned())).collect()
}
