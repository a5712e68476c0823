//! What a platform posts, signed with the app's secret, when a person removed the app.
//!
//! Source: Meta, "Data Deletion Request Callback" and "signed_request", read 2026-11-22: two parts of unpadded
//! base64url, a dot between; the first is the HMAC-SHA256 of the second *as it is written*.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;

use crate::secret::Secret;

/// More than this is no such message.
const MOST: usize = 4 * 1024;

/// Who a message is about, and when the platform wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The person, as the platform names them to this app.
    pub person: String,
    pub issued_at: Timestamp,
}

/// The message, when the platform signed it. Nothing of it is read before its signature was found right, in
/// time that does not depend on where it differs.
pub fn open(text: &str, secret: &Secret) -> Option<About> {
    let (signature, payload) = text.split_once('.').filter(|_| text.len() <= MOST)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    hmac::verify(&key, payload.as_bytes(), &signature).ok()?;
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    if payload.get("algorithm")?.as_str()? != "HMAC-SHA256" {
        return None;
    }
    let person = match payload.get("user_id")? {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let issued_at = Timestamp::from_second(payload.get("issued_at")?.as_i64()?).ok()?;
    Some(About { person, issued_at }).filter(|about| !about.person.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(secret: &str, payload: &str) -> String {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        format!("{}.{payload}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, payload.as_bytes())))
    }

    #[test]
    fn only_what_the_platform_signed_is_opened() {
        let secret = Secret::new("app secret");
        let text = |algorithm: &str| {
            format!(r#"{{"algorithm":"{algorithm}","user_id":"10229","issued_at":1795305600}}"#)
        };
        let right = signed("app secret", &text("HMAC-SHA256"));
        let about = open(&right, &secret).expect("signed");
        assert_eq!((about.person.as_str(), about.issued_at.as_second()), ("10229", 1_795_305_600));

        let (signature, payload) = right.split_once('.').expect("two parts");
        let other = signed("app secret", &text("HMAC-SHA256").replace("10229", "10230"));
        let refused = [
            ("another secret", signed("other secret", &text("HMAC-SHA256"))),
            ("another payload", format!("{signature}.{}", other.split_once('.').expect("two").1)),
            ("another algorithm", signed("app secret", &text("HMAC-SHA1"))),
            ("none", signed("app secret", &text("none"))),
            ("no signature", format!(".{payload}")),
            ("half a signature", format!("{}.{payload}", &signature[..20])),
            ("cut short", right[..right.len() - 1].to_owned()),
            ("one part", payload.to_owned()),
            ("nothing", String::new()),
            ("no JSON", signed("app secret", "user_id=10229")),
            ("nobody", signed("app secret", r#"{"algorithm":"HMAC-SHA256","issued_at":1}"#)),
            ("at no time", signed("app secret", r#"{"algorithm":"HMAC-SHA256","user_id":"1"}"#)),
            ("too long", signed("app secret", &format!("{}{}", text("HMAC-SHA256"), " ".repeat(MOST)))),
        ];
        for (what, text) in refused {
            assert_eq!(open(&text, &secret), None, "{what}");
        }
    }
}
