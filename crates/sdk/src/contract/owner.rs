//! Whoever owns what is scanned for signs in to say which one it is, and stays signed in.

use super::subject::text;
use super::{Outcome, Subject, ensure};
use crate::access::{Roles, Side};
use crate::connector::Held;
use crate::sign_in::{self, Exchange};

/// # Errors
/// A sentence with what does not hold.
pub async fn is_told(s: &Subject<'_>) -> Outcome {
    for facts in s.manifest().sign_ins.iter().filter(|facts| facts.tells.is_some()) {
        let credential = s.walk(facts, Side::Client, s.person(Side::Client)).await?;
        let of = |credential| {
            let (connection, sign_in) = (facts.id.clone(), facts.id.clone());
            [Held { side: Side::Client, connection, sign_in, credential }]
        };
        let held = of(credential.clone());
        let first = s.connector().identify(&s.cx_with(&held), Side::Client).await.map_err(text)?;
        ensure!(!first.id.is_empty() && !first.name.is_empty(), "{}: nobody is named", facts.id);
        let told: Roles = first.scopes.iter().flatten().cloned().collect();
        ensure!(facts.scopes.is_subset(&told), "{}: only {told:?} is reported as allowed", facts.id);
        if facts.refresh.is_none() {
            continue;
        }
        ensure!(credential.expires_at.is_some(), "{}: what is refreshed does not end", facts.id);
        let cx = s.cx();
        let with = Exchange { http: cx.http, sign_in: facts, app: cx.app, now: s.clock().now() };
        let new = sign_in::refresh(&with, &credential).await.map_err(text)?;
        let new = new.ok_or("there is nothing to refresh with")?;
        let same = new.access_token.matches(credential.access_token.expose());
        ensure!(!same, "{}: the same token came back", facts.id);
        let held = of(new);
        let again = s.connector().identify(&s.cx_with(&held), Side::Client).await.map_err(text)?;
        ensure!(again == first, "{}: somebody else after the refresh: {again:?}", facts.id);
    }
    Ok(())
}
