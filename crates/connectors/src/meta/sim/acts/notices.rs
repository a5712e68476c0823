//! What Meta posts to an app's callbacks when a person removes it: the signed request, to be found among the
//! secrets (it opens nothing, but whoever holds it can say that the person left).
//!
//! Source: "Data Deletion Request Callback", developers.facebook.com, read 2026-11-22.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::json;
use valetkey_sdk::sim::Hub;

use super::super::{Books, PLATFORM};

pub fn write(books: &Books, person: &str, hub: &Hub) {
    let world = books.world.newest();
    let Some(user) = world.users.get(person) else { return };
    let issued_at = hub.clock.now().as_second();
    for (id, app) in &world.apps {
        let payload = json!({"algorithm": "HMAC-SHA256", "user_id": user.id, "issued_at": issued_at});
        let payload = BASE64.encode(payload.to_string());
        let key = hmac::Key::new(hmac::HMAC_SHA256, app.secret.as_bytes());
        let signature = BASE64.encode(hmac::sign(&key, payload.as_bytes()));
        let subject = format!("{person} {id}");
        hub.secrets.register("signed_request", PLATFORM, &format!("{signature}.{payload}"), &subject);
    }
}
