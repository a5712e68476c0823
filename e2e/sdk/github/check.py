"""Runs PyGithub, a widely used SDK of GitHub's REST API, against the simulated GitHub: check.py SIM_URL.

The SDK believes that it talks to api.github.com. Exit code 1 when anything fails.
"""

import re
import sys
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from github import Auth, BadCredentialsException, Github, GithubException, RateLimitExceededException
from github import UnknownObjectException

APP_ID, APP_SECRET = "Ov23liQ7hB2mZx9RdK4t", "5b0e7c2f91d84a36b7c05e1f2a3d4c5b6e7f8091"
CALLBACK = "http://localhost:9/callback/github"
BAKERY, RECIPES, BRAND = "harbour-bakery", "harbour-bakery/recipes", "harbour-bakery/brand-assets"
KIM, ELENA, NOAH = "kimpark-nw", "elenarossi", "noahbennett"

if len(sys.argv) != 2:
    sys.exit("usage: check.py SIM_URL, such as check.py http://127.0.0.1:7711")
SIM = sys.argv[1].rstrip("/")
passed = failed = 0

# Every request to api.github.com goes to the simulator, pages of lists included.
real_send = requests.adapters.HTTPAdapter.send


def send(self, request, **more):
    request.url = re.sub(r"^https://api\.github\.com(:443)?/", f"{SIM}/api.github.com/", request.url)
    return real_send(self, request, **more)


requests.adapters.HTTPAdapter.send = send


def check(name, actual, expected=True):
    """One line a check; the first difference tells what came instead."""
    global passed, failed
    if actual == expected:
        passed += 1
        print(f"ok - {name}")
    else:
        failed += 1
        print(f"NOT OK - {name}\n  expected {expected!r}\n  got      {actual!r}")


def refused(name, call, status, kind=GithubException):
    """The SDK itself must recognise the refusal, with GitHub's own body."""
    try:
        answer = call()
    except kind as error:
        told = bool(error.data.get("message")) and bool(error.data.get("documentation_url"))
        check(name, (error.status, told), (status, True))
    else:
        check(name, answer, f"status {status}")


def control(method, path, body=None):
    response = requests.request(method, f"{SIM}/_sim/{path}", json=body)
    response.raise_for_status()
    return response.json()


def act(person, do, **more):
    control("POST", "act", {"person": person, "platform": "github", "do": do, **more})


def ledger():
    rows = control("GET", "ledger")["data"]
    return [f"{r['operation']} {r['asset']['id']} {r['principal']['id']} {'+'.join(r['roles'])}" for r in rows]


def sign_in(person, scope):
    """A token, the way an app gets one: sign-in page, consent, exchange."""
    browser = requests.Session()
    query = {"client_id": APP_ID, "redirect_uri": CALLBACK, "scope": scope, "state": "s1"}
    page = browser.get(f"{SIM}/github.com/login/oauth/authorize", params=query)
    hidden = re.search(r'name="return_to" value="([^"]*)"', page.text)[1].replace("&amp;", "&")
    action = re.search(r'action="([^"]*)"', page.text)[1]
    page = browser.post(urljoin(page.url, action), data={"return_to": hidden, "person": person})
    action = re.search(r'action="([^"]*)"', page.text)[1].replace("&amp;", "&")
    back = browser.post(urljoin(page.url, action), data={"authorize": "1"}, allow_redirects=False)
    answer = parse_qs(urlsplit(back.headers["location"]).query)
    check(f"{person}: the state comes back", answer["state"], ["s1"])
    form = {"client_id": APP_ID, "client_secret": APP_SECRET, "code": answer["code"][0], "redirect_uri": CALLBACK}
    token_url = f"{SIM}/github.com/login/oauth/access_token"
    token = requests.post(token_url, data=form, headers={"accept": "application/json"}).json()["access_token"]
    again = requests.post(token_url, data=form).text
    check(f"{person}: a code works once", parse_qs(again)["error"], ["bad_verification_code"])
    return token


def client(token, per_page=30):
    return Github(auth=Auth.Token(token), per_page=per_page, retry=None)


def check_reading(olivia, token):
    me = olivia.get_user()
    check("who signed in", (me.login, me.name), ("olivia-reyes", "Olivia Reyes"))
    check("scopes are told, normalised", sorted(olivia.oauth_scopes), ["admin:org", "repo"])
    roles = [(m.organization.login, m.role, m.state) for m in me.get_organization_memberships()]
    check("her organizations", roles, [(BAKERY, "admin", "active")])
    org = olivia.get_organization(BAKERY)
    check("the organization", (org.name, org.plan.name), ("Harbour Bakery", "free"))
    check("its members", sorted(m.login for m in org.get_members()), [NOAH, "olivia-reyes"])
    check("its teams", [(t.slug, t.name) for t in org.get_teams()], [("web", "Web")])
    one_by_one = client(token, per_page=1).get_organization(BAKERY).get_repos()
    names = sorted(repo.full_name for repo in one_by_one)
    check("its repositories, one a page", names, [BRAND, RECIPES, "harbour-bakery/website"])
    check("the limit is told", olivia.rate_limiting[1], 5000)
    rights = olivia.get_repo(RECIPES).permissions
    check("she has admin rights", (rights.admin, rights.push, rights.pull), (True, True, True))


def check_repository(olivia, kim):
    repo = olivia.get_repo(RECIPES)
    invitation = repo.add_to_collaborators(KIM, permission="push")
    check("an invitation comes back", (invitation.invitee.login, invitation.permissions), (KIM, "write"))
    check("… and is listed", [i.id for i in repo.get_pending_invitations()], [invitation.id])
    check("she is no collaborator yet", repo.has_in_collaborators(KIM), False)
    again = repo.add_to_collaborators(KIM, permission="push")
    check("a repeat is the same invitation", again.id, invitation.id)
    waiting = list(kim.get_user().get_invitations())
    check("kim sees it", [(i.id, i.repository.full_name) for i in waiting], [(invitation.id, RECIPES)])
    kim.get_user().accept_invitation(waiting[0])
    check("she is in", repo.has_in_collaborators(KIM))
    check("with write access", repo.get_collaborator_permission(KIM), "write")
    check("among those added directly", [c.login for c in repo.get_collaborators(affiliation="direct")], [KIM])
    check("changing the role invites nobody", repo.add_to_collaborators(KIM, permission="admin"), None)
    repo.remove_from_collaborators(KIM)
    check("she is out", repo.has_in_collaborators(KIM), False)
    cancelled = repo.add_to_collaborators(ELENA, permission="pull")
    repo.remove_invitation(cancelled.id)
    check("an invitation is cancelled", repo.get_pending_invitations().totalCount, 0)
    check("a member is in at once", repo.add_to_collaborators(NOAH, permission="triage"), None)
    expected = [
        f"invite {RECIPES} {KIM} write", f"accept {RECIPES} {KIM} write", f"change {RECIPES} {KIM} admin",
        f"revoke {RECIPES} {KIM} admin", f"invite {RECIPES} {ELENA} read", f"withdraw {RECIPES} {ELENA} read",
        f"grant {RECIPES} {NOAH} triage",
    ]
    check("all of it is in the ledger", ledger(), expected)


def check_organization(olivia, kim):
    control("POST", "reset")
    org = olivia.get_organization(BAKERY)
    team = org.get_team_by_slug("web")
    org.invite_user(user=olivia.get_user(ELENA), role="direct_member", teams=[team])
    [invitation] = org.invitations()
    check("an invitation is listed", (invitation.login, invitation.role, invitation.team_count), (ELENA, "direct_member", 1))
    refused("… and not sent twice", lambda: org.invite_user(user=olivia.get_user(ELENA)), 422)
    check("it can be cancelled", org.cancel_invitation(invitation))
    check("… and is gone", list(org.invitations()), [])
    org.add_to_members(olivia.get_user(KIM), role="member")
    check("kim is no member yet", org.has_in_members(olivia.get_user(KIM)), False)
    waiting = kim.get_user().get_organization_membership(BAKERY)
    check("kim sees that it waits", (waiting.state, waiting.role), ("pending", "member"))
    act("kim", "accept", asset=BAKERY)
    check("now she is one", org.has_in_members(olivia.get_user(KIM)))
    team.add_membership(olivia.get_user(KIM), role="maintainer")
    check("a member joins a team at once", team.get_team_membership(KIM).state, "active")
    team.remove_membership(olivia.get_user(KIM))
    refused("… and leaves it", lambda: team.get_team_membership(KIM), 404, UnknownObjectException)
    org.remove_from_membership(olivia.get_user(KIM))
    check("kim is out", org.has_in_members(olivia.get_user(KIM)), False)
    refused("the last owner stays", lambda: org.remove_from_membership(olivia.get_user("olivia-reyes")), 403)


def check_time(olivia):
    control("POST", "reset")
    repo, org = olivia.get_repo(RECIPES), olivia.get_organization(BAKERY)
    repo.add_to_collaborators(KIM, permission="pull")
    org.add_to_members(olivia.get_user(ELENA))
    control("PUT", "clock", {"advance_s": 7 * 86400})
    _, listed = repo.requester.requestJsonAndCheck("GET", f"{repo.url}/invitations")
    check("a lapsed repository invitation is flagged", [i["expired"] for i in listed], [True])
    check("a lapsed organization invitation is gone", list(org.invitations()), [])
    _, failed_ones = org.requester.requestJsonAndCheck("GET", f"{org.url}/failed_invitations")
    check("… to the failed ones", [(i["login"], bool(i["failed_reason"])) for i in failed_ones], [(ELENA, True)])
    control("PUT", "clock", {"advance_s": -7 * 86400})


def check_refusals(olivia, liam, noah):
    refused("a strange token is 401", lambda: client("gho_nonsense").get_user().login, 401, BadCredentialsException)
    refused("what is not there is 404", lambda: olivia.get_repo("harbour-bakery/cellar"), 404, UnknownObjectException)
    refused("what is hidden is 404 too", lambda: olivia.get_repo("alder-hotels/booking"), 404, UnknownObjectException)
    refused("no admin, no invitation", lambda: noah.get_repo(RECIPES).add_to_collaborators(KIM), 403)
    refused("an unknown role is 422", lambda: olivia.get_repo(RECIPES).add_to_collaborators(KIM, "own"), 422)
    try:
        olivia.get_repo(RECIPES).add_to_collaborators(KIM, "own")
    except GithubException as error:
        [first] = error.data["errors"]
        check("… and says which field", (first["resource"], first["field"], first["code"]), ("Repository", "permission", "invalid"))
    try:
        liam.get_organization("alder-spa")
    except GithubException as error:
        sso = error.headers.get("x-github-sso", "")
        check("single sign-on is told in a header", sso.startswith("required; url=https://github.com/orgs/alder-spa/sso"))
    shown = [m.organization.login for m in liam.get_user().get_organization_memberships()]
    check("… and leaves the organization out of lists", "alder-spa" in shown, False)
    act("liam", "approve", asset="alder-spa")
    check("passed once, it opens", liam.get_organization("alder-spa").plan.name, "enterprise")
    plan = liam.get_organization("alder-hotels").plan
    check("owners see the seats", (plan.name, plan.raw_data["seats"], plan.raw_data["filled_seats"]), ("team", 12, 10))
    control("PUT", "faults", [{"host": "api.github.com", "path": "/user", "kind": "rate_limit", "retry_after_s": 7}])
    refused("a secondary limit is recognised", lambda: olivia.get_user().login, 403, RateLimitExceededException)
    control("PUT", "faults", [])
    act("olivia", "revoke_app")
    refused("a removed app is 401", lambda: olivia.get_user().login, 401, BadCredentialsException)


def main():
    control("POST", "reset")
    olivia_token = sign_in("olivia", "read:org admin:org repo")
    olivia, kim = client(olivia_token), client(sign_in("kim", "repo:invite write:org"))
    liam, noah = client(sign_in("liam", "admin:org repo")), client(sign_in("noah", "repo"))
    check_reading(olivia, olivia_token)
    check_repository(olivia, kim)
    check_organization(olivia, kim)
    check_time(olivia)
    check_refusals(olivia, liam, noah)
    control("POST", "reset")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
