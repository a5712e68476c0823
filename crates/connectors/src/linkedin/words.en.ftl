# Words for people about LinkedIn.

grantee-member = LinkedIn member

asset-member = LinkedIn member
asset-ad_account = Ad account
asset-ad_account-many = Ad accounts
role-VIEWER = Viewer
role-CREATIVE_MANAGER = Creative manager
role-CAMPAIGN_MANAGER = Campaign manager
role-ACCOUNT_MANAGER = Account manager
role-ACCOUNT_BILLING_ADMIN = Billing admin

task-ad-account-settings = Change an ad account’s settings and people
besides-page-role = A role on your client’s LinkedIn Page that lets you publish ads in its name, such as Sponsored content poster. Your client gives it on the Page itself.
besides-billing-admin = The role Billing admin, which one person of each ad account holds. Your client keeps it: nothing that you ask for here includes it.

ad_account-view-can = See campaigns and their reports.
ad_account-view-cannot = Create or change campaigns or ads, or spend money.
ad_account-manage-can = Create and change campaigns and ads, and see reports.
ad_account-manage-cannot = Change the account’s settings, add or remove people, or see how you pay.
ad_account-full-can = Everything above, plus change the account’s settings and who has access to it.
ad_account-full-cannot = Change how you pay: that stays with the billing admin.

remedy-sign-in-refused = LinkedIn did not accept this sign-in.
    .do = Start again from the card. The address LinkedIn sent you back with works only once.
remedy-role-too-small = Your role in this ad account lets you work in it, not decide who else may.
    .do = Ask an account manager of this ad account to open this link.
    .who = A person with the role “Account manager” or “Billing admin” under Manage access in Campaign Manager.
remedy-account-closed = LinkedIn lists this ad account as closed or on hold ({ $status }).
    .do = Choose another ad account, or open this one again in Campaign Manager.
remedy-no-asset = You have no role in any LinkedIn ad account.
    .do = Check that you signed in as the right person, or ask somebody who runs your ads.
remedy-not-there = LinkedIn does not find ad account { $asset }, or no member { $member } for this app.
    .do = Check whether the account still exists. If it does, ask the agency to sign in at LinkedIn again.
remedy-may-not = LinkedIn says that you may not change who has access to ad account { $asset }.
    .do = Ask an account manager of this ad account to open this link. If a Business Manager owns it, share it there.
    .who = A person with the role “Account manager” or “Billing admin” under Manage access in Campaign Manager.
remedy-not-visible = LinkedIn took the change but never showed it.
    .do = Look under Manage access in Campaign Manager. If the agency’s person is not there, try again.
remedy-refused = LinkedIn refused: { $message }
    .do = If that does not help, send us the time and this sentence.

error-sign-in-over = The sign-in at LinkedIn is not valid any more. It ends after 60 days, or when the app is taken back.
    .do = Have the person who signed in do so again from the link. What was shared before stays shared.
error-access-denied = The person, the app or the sign-in’s scopes are not allowed to do this.
    .do = Check that the person is an account manager, and that the app has LinkedIn’s Advertising API.
error-old-version = The version of LinkedIn’s API that this program speaks is not served any more.
    .do = Install a newer version of this program.
error-rate-limit = LinkedIn’s limit of calls is reached. Limits are by day, and begin anew at midnight UTC.
    .do = Nothing: work goes on by itself.
