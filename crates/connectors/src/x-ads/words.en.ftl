# Words for people about X Ads.

grantee-handle = X handle

asset-ad_account = X ads account
asset-ad_account-many = X ads accounts
which-ad_account = The account’s @handle, or the id in its address at ads.x.com

role-CAMPAIGN_ANALYST = Campaign analyst
role-AD_MANAGER = Ad manager
role-ACCOUNT_ADMIN = Account administrator

ad_account-view-can = See campaigns and their results.
ad_account-view-cannot = Create or change ads, spend money, or see who else has access.
ad_account-manage-can = Create and change campaigns, and see results.
ad_account-manage-cannot = Add or remove people, or change how you pay.
ad_account-full-can = Do everything in the account, adding people and settings included.
ad_account-full-cannot = Post as you on X, or change how you sign in.

remedy-remove-by-hand = X lets only you remove { $grantee } from this ads account.
    .do = Remove it at X with the steps here, then tell us.
