# Words for people about Klaviyo.

grantee-user = E-mail address

asset-account = Klaviyo account
asset-account-many = Klaviyo accounts
which-account = The account’s name, as it stands at the bottom left in Klaviyo

task-report-campaigns = Report on e-mail campaigns
task-send-campaigns = Send e-mail campaigns

account-view-can = See results: analytics, lists and segments, and campaigns that were sent.
account-view-cannot = Create, change or send anything, or add people.
account-manage-can = Create and send campaigns and flows, work with lists, and see results.
account-manage-cannot = Export e-mail addresses, add or remove people, or close the account.
account-full-can = Do everything in the account, adding and removing people included.
account-full-cannot = Close the account: only its owner can.

remedy-remove-by-hand = Klaviyo lets only you remove { $grantee } from this account.
    .do = Remove it at Klaviyo with the steps here, then tell us.
