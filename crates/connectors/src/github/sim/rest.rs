//! The REST API's front: one call in, one answer out, with limits and headers around it.

use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;
use valetkey_sdk::sim::{Caller, Effect, Operation};

use super::answer::{Answer, Refusal, put};
use super::call::Call;
use super::tokens::Token;
use super::world::World;
use super::{
    API, Github, PLATFORM, collaborators, me, memberships, org_invitations, orgs, repos, show, teams,
};

type Answered = Result<Answer, Refusal>;

pub fn answer(github: &Github, parts: &Parts, body: &[u8], lag_ms: i64) -> Response {
    let mut headers = HeaderMap::new();
    let answer = Call::parse(parts, body, lag_ms).and_then(|call| dispatch(github, &call, &mut headers));
    let mut response = match answer {
        Ok(answer) => answer.into_response(),
        Err(refusal) => refusal.into_response(),
    };
    let id = github.hub.random.token().expose()[..20].to_owned();
    put(&mut headers, "x-github-request-id", &id);
    put(&mut headers, "x-github-api-version-selected", "2022-11-28");
    put(&mut headers, "x-github-media-type", "github.v3; format=json");
    response.headers_mut().extend(headers);
    response
}

fn dispatch(github: &Github, call: &Call, headers: &mut HeaderMap) -> Answered {
    let world = github.books.world.visible(github.hub.clock.now_ms());
    let (token, person) = authenticate(github, &world, call)?;
    let user = &world.users[&person];
    let scopes: Vec<_> = token.scopes.iter().map(String::as_str).collect();
    put(headers, "x-oauth-scopes", &scopes.join(", "));
    put(headers, "x-oauth-client-id", &token.app);
    let (counted, fits) =
        github.books.limits.count(user.id, world.limits.calls_per_hour, github.hub.clock.now_ms());
    headers.extend(counted);
    fits?;
    let cx = Cx { github, world: &world, call, token: &token, person: &person, login: &user.login };
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method.as_str(), path.as_slice()) {
        (_, ["user", rest @ ..]) => me::answer(&cx, rest),
        ("GET", ["users", login]) => {
            let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
            Ok(Answer::ok(show::user(&cx, &user.login)))
        }
        (_, ["orgs", org, rest @ ..]) => {
            let org = cx.org(org)?;
            match rest {
                ["memberships", login] => memberships::answer(&cx, &org, login),
                ["invitations" | "failed_invitations", ..] => org_invitations::answer(&cx, &org, rest),
                ["teams", rest @ ..] => teams::answer(&cx, &org, rest),
                _ => orgs::answer(&cx, &org, rest),
            }
        }
        (_, ["repos", owner, name, rest @ ..]) => {
            let full_name = cx.repo(owner, name)?;
            match rest {
                ["collaborators", rest @ ..] => collaborators::answer(&cx, &full_name, rest),
                _ => repos::answer(&cx, &full_name, rest),
            }
        }
        _ => Err(Refusal::not_found()),
    }
}

fn authenticate(github: &Github, world: &World, call: &Call) -> Result<(Token, String), Refusal> {
    let value = call.token.as_ref().ok_or_else(|| Refusal::new(401, "Requires authentication"))?;
    let token = github.books.tokens.open().tokens.get(value).cloned();
    let alive = |token: &Token| {
        !token.dead && world.apps.contains_key(&token.app) && world.users.contains_key(&token.person)
    };
    let token = token.filter(alive).ok_or_else(Refusal::bad_credentials)?;
    let person = token.person.clone();
    Ok((token, person))
}

/// What the answer to one call is made from.
pub struct Cx<'a> {
    pub github: &'a Github,
    /// As reads see it now.
    pub world: &'a World,
    pub call: &'a Call,
    pub token: &'a Token,
    /// The cast's short id of the caller.
    pub person: &'a str,
    pub login: &'a str,
}

impl Cx<'_> {
    pub fn now(&self) -> jiff::Timestamp {
        self.github.hub.clock.now()
    }

    /// Changes the newest state; a refusal leaves it as it was.
    pub fn change<R>(&self, apply: impl FnOnce(&mut World) -> Result<R, Refusal>) -> Result<R, Refusal> {
        self.github.books.world.change(self.github.hub.clock.now_ms(), self.call.lag_ms, apply)
    }

    pub fn record(&self, operation: Operation, asset: (&str, &str), login: &str, roles: &[&str]) {
        let caller = Caller { app: Some(self.token.app.clone()), person: Some(self.person.to_owned()) };
        let effect = Effect::new(PLATFORM, API, operation, asset, ("user", login), caller);
        self.github.hub.record(effect.with_roles(roles.iter().copied()));
    }

    pub fn needs(&self, scope: &str) -> Result<(), Refusal> {
        if self.token.may(scope) {
            return Ok(());
        }
        // GitHub docs: "Scopes for OAuth apps": the accepted scopes are named in a header.
        let text = format!("This API operation needs the \"{scope}\" scope.");
        Err(Refusal::forbidden(text).header("x-accepted-oauth-scopes", scope))
    }

    pub fn is_owner(&self, org: &str) -> bool {
        self.world.is_owner(org, self.login)
    }

    /// An owner with a token that may change the organization.
    pub fn needs_owner(&self, org: &str) -> Result<(), Refusal> {
        self.needs("admin:org")?;
        if self.is_owner(org) {
            return Ok(());
        }
        Err(Refusal::forbidden("You must be an admin of this organization to do that."))
    }

    fn org(&self, name: &str) -> Result<String, Refusal> {
        let (login, _) = self.world.find_org(name).ok_or_else(Refusal::not_found)?;
        self.lets_in(login)?;
        Ok(login.to_owned())
    }

    /// The repository's own name; a former one is answered with where it is now.
    fn repo(&self, owner: &str, name: &str) -> Result<String, Refusal> {
        let asked = format!("{owner}/{name}");
        let (full_name, repo) = self.world.find_repo(&asked).ok_or_else(Refusal::not_found)?;
        self.lets_in(super::world::owner_of(full_name))?;
        let sees = self.world.role_on(full_name, self.login).is_some();
        if !sees || (repo.private && !self.token.may("repo") && !self.token.may("repo:invite")) {
            return Err(Refusal::not_found());
        }
        if !full_name.eq_ignore_ascii_case(&asked) {
            let to = format!("https://{API}/repositories/{}", repo.id);
            let status = if self.call.method == "GET" { 301 } else { 307 };
            return Err(Refusal::new(status, "Moved Permanently").header("location", &to));
        }
        Ok(full_name.to_owned())
    }

    /// Single sign-on and the organization's rule on apps stand before everything in it.
    pub fn lets_in(&self, owner: &str) -> Result<(), Refusal> {
        let Some(org) = self.world.orgs.get(owner) else { return Ok(()) };
        if org.sso && !org.sso_authorised.contains(self.login) {
            let request = &self.github.hub.random.token().expose()[..24].to_owned();
            let url = format!("https://github.com/orgs/{owner}/sso?authorization_request={request}");
            let text = "Resource protected by organization SAML enforcement. You must grant your OAuth token \
                        access to this organization.";
            return Err(Refusal::forbidden(text).header("x-github-sso", &format!("required; url={url}")));
        }
        if org.restricts_apps {
            return Err(Refusal::forbidden(format!(
                "Although you appear to have the correct authorization credentials, the `{owner}` organization \
                 has enabled OAuth App access restrictions, meaning that data access to third-parties is limited."
            ))
            .documented("articles/restricting-access-to-your-organization-s-data/"));
        }
        Ok(())
    }
}
