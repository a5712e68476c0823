# Words for people about GitHub.

grantee-user = GitHub account

asset-user = GitHub account
asset-organization = Organization
asset-organization-many = Organizations
asset-team = Team
asset-team-many = Teams
asset-repository = Repository
asset-repository-many = Repositories
outside-container = Your own account

task-read-code = Read code and follow issues
task-change-code = Change code
task-repository-settings = Change a repository’s settings
task-team-work = Work in one of the client’s teams
besides-billing-manager = The role Billing manager of the organization. An owner gives it in the organization’s settings; being an owner yourself would be far more than you need.

organization-view-can = Be a member: see its people, and use the repositories that every member may use.
organization-view-cannot = Invite others, change settings, or see what you pay.
organization-full-can = Own the organization together with you: everything, settings and billing included.
organization-full-cannot = Nothing is closed to an owner. Owners can remove other owners.
team-view-can = Join the organization and this team, and use what the team may use.
team-view-cannot = Add people to the team, or change the organization’s settings.
team-manage-can = Everything above, plus add people to the team and change its name.
team-manage-cannot = Invite people to the organization, or change its settings.
repository-view-can = Read the code, issues and pull requests.
repository-view-cannot = Change code or settings, or invite others.
repository-manage-can = Read and change the code, and work on issues and pull requests.
repository-manage-cannot = Change settings, delete the repository, or invite others.
repository-full-can = Everything in this repository: settings, who has access, and deleting it.
repository-full-cannot = Reach your other repositories.

cost-seat = One more paid seat, if the organization is on a paid plan. Public repositories take no seat. The person gets an invitation and has seven days to accept it.
cost-organization = Membership of the organization stays when only the team is taken back. It is ended on the organization’s own card, or in its settings.

remedy-sign-in-refused = GitHub did not accept this sign-in.
    .do = Start again from the card. The address GitHub sent you back with works only once.
remedy-needs-owner = You are a member of { $organization }, and only its owners can invite people.
    .do = Ask an owner of { $organization } to open this link.
    .who = A person listed as “Owner” under People in the organization.
remedy-needs-admin = You have no admin rights there, and GitHub lets only admins invite people.
    .do = Ask an owner of the organization, or an admin of the repository, to open this link.
    .who = A person listed as “Owner” under People in the organization.
remedy-single-sign-on = { $organization } is protected by single sign-on, and this sign-in was not made through it.
    .do = Open the organization’s single sign-on at GitHub, then sign in here again.
remedy-app-restricted = The organization lets only apps in that its owners have approved.
    .do = Approve this app in the organization’s settings under “Third-party access”, then try again.
    .who = An owner of the organization.
remedy-no-container = You belong to no GitHub organization.
    .do = Check that you signed in as the right person, or ask somebody who owns the organization.
remedy-no-asset = Nothing of this kind was found at GitHub.
    .do = Check that you signed in as the right person.
remedy-not-there = GitHub does not find { $asset }, or nobody there is called { $login }.
    .do = Check the login with the agency, and whether { $asset } still exists.
remedy-moved = It was renamed or moved at GitHub.
    .do = Sign in again to see what it is called now.
remedy-one-level-only = In a repository of your own account GitHub knows only one kind of collaborator, who may also write.
    .do = Ask the agency to ask for “manage”, or move the repository into an organization.
remedy-members-only = The organization does not let people from outside into its repositories.
    .do = Invite the agency’s person to the organization first, or change the rule under “Member privileges”.
    .who = An owner of the organization.
remedy-no-seat = The organization has no free seat left.
    .do = Add a seat in the organization’s billing settings, then try again.
    .who = An owner of the organization.
remedy-blocked-user = The organization has blocked this person.
    .do = Unblock them in the organization’s settings under “Moderation”, then try again.
remedy-other-person = The agency is signed in at GitHub as somebody else than the person invited.
    .do = The invited person can accept with the link in GitHub’s e-mail.
remedy-not-visible = GitHub took the invitation but never showed it.
    .do = Look under People or Collaborators. If nobody waits there, try again.
remedy-refused = GitHub refused: { $message }
    .do = If that does not help, send us the time and this sentence.

error-sign-in-over = The sign-in at GitHub is not valid any more: it ended, or somebody revoked the app.
    .do = Have the person who signed in do so again from the link. What was shared before stays shared.
error-rate-limit = GitHub’s limit for calls of this person or app is reached.
    .do = Nothing: work goes on by itself at the time that GitHub names.
error-hidden = GitHub does not know this, or hides it from whoever signed in: what is private looks missing.
    .do = Check the name for typing mistakes. If it is right, sign in as somebody who can see it at GitHub.
