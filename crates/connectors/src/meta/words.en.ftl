# Words for people about Meta.

grantee-portfolio = Business portfolio

asset-portfolio = Business portfolio
asset-page = Facebook Page
asset-page-many = Facebook Pages
asset-ad_account = Ad account
asset-ad_account-many = Ad accounts
which-page = The Page’s ID, shown on the Page under About
which-ad_account = The ad account’s ID: act_ and its number
role-ADVERTISE = Ads
role-ANALYZE = Insights
role-CREATE_CONTENT = Content
role-MANAGE = Settings
role-MESSAGING = Messages
role-MODERATE = Community activity
outside-container = Not in a business portfolio

page-view-can = See the Page’s results and insights.
page-view-cannot = Post, reply, advertise, change settings, or give access to others.
page-manage-can = Post, reply to messages and comments, run ads, and see results.
page-manage-cannot = Change settings, remove you, delete the Page, or give access to others.
page-full-can = Everything above, plus change the Page’s settings.
page-full-cannot = Own or delete the Page, remove you, or give access to other businesses.

ad_account-view-can = See campaigns and their results.
ad_account-view-cannot = Create or change ads, see your card, or spend money.
ad_account-manage-can = Create and change ads, and see results.
ad_account-manage-cannot = Change payment details, remove you, or give access to others.
ad_account-full-can = Create and change ads, and change the account’s settings.
ad_account-full-cannot = Own or close the account, remove you, or give access to other businesses.

check-no-portfolio = This Meta profile does not belong to a business portfolio yet.

remedy-sign-in-refused = Meta did not accept this sign-in.
    .do = Start again from the card. The address Meta sent you back with works only once.
remedy-needs-full-control = Your role in the portfolio { $portfolio } is partial, and Meta lets only people with full control share it.
    .do = Ask someone with full control of { $portfolio } to open this link.
    .who = A person listed with “Full control” under Business settings, People.
remedy-role-too-small = Your role there is partial, and Meta lets only people with full control share it.
    .do = Ask someone with full control of the portfolio to open this link.
    .who = A person listed with “Full control” under Business settings, People.
remedy-not-owner = This portfolio only received it from another business; Meta lets only the owner share it.
    .do = Ask the business that owns it to share it with the agency.
remedy-not-in-portfolio = It belongs to a person and not to a business portfolio, so Meta cannot share it with a partner.
    .do = Add it to a business portfolio in Business settings, then sign in here again.
remedy-no-container = This Meta profile has no business portfolio.
    .do = Create one at business.facebook.com, add your account to it, then sign in here again.
remedy-no-asset = Nothing of this kind is in your portfolios.
    .do = Check that you signed in as the right person, or create it first.
remedy-no-page-task = You hold no role on this Page, so Meta gives no key to share it.
    .do = Give yourself access to the Page in Business settings, then try again.
remedy-account-closed = Meta has closed this ad account. Access could be given, but nobody could use it.
    .do = Choose another ad account.
remedy-agency-owns-it = The agency’s own portfolio already owns this.
    .do = Nothing needs to be shared. Tell the agency.
remedy-two-factor = The portfolio asks for two-factor sign-in, and this session had none.
    .do = Sign in at Meta with two-factor authentication, then try again.
remedy-permissions-missing = Meta was not allowed to give us everything that sharing needs ({ $missing }).
    .do = Sign in again and leave every permission ticked.
remedy-not-visible = Meta took the request but never showed the access.
    .do = Look under Business settings, Partners. If the agency is missing there, try again.
remedy-revoke-by-hand = Meta offers no way for us to remove this.
    .do = Remove the partner under Business settings, Partners.
remedy-blocked-by-meta = Meta has blocked this action for this profile.
    .do = Wait a day, then check Account quality in Business settings.
remedy-refused = Meta refused the call (code { $code }).
    .do = Try again. If it happens again, send us the time and this code.
