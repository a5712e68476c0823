//! Patterns for hosts and paths, as faults and simulators write them.

/// Does `text` match, where `*` stands for any run of characters?
pub fn matches_wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// A path matches by wildcard when the pattern has one, else by prefix.
pub fn matches_path(pattern: &str, path: &str) -> bool {
    if pattern.contains('*') { matches_wildcard(pattern, path) } else { path.starts_with(pattern) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_no_star_means_prefix() {
        for (pattern, path, expected) in [
            ("/v26.0/", "/v26.0/me", true),
            ("/v26.0/me", "/v26.0", false),
            ("/v26.0/*/agencies", "/v26.0/act_1/agencies", true),
            ("/v26.0/*/agencies", "/v26.0/act_1/agencies/x", false),
            ("*/agencies*", "/v26.0/act_1/agencies/x", true),
            ("*", "/anything", true),
            ("/a*b*c", "/a-b-b-c", true),
            ("/a*b*c", "/a-c-b", false),
        ] {
            assert_eq!(matches_path(pattern, path), expected, "{pattern} on {path}");
        }
        assert!(!matches_wildcard("*.myshopify.com", "myshopify.com.evil"));
    }
}
