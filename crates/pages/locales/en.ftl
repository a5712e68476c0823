# What stands on the client's pages. The names of the messages are those of `web/page_words.rs`.

## Around every page
skip = Skip to the content
simulation = Simulation
simulated = Simulated platforms: nothing here touches the real platforms.
verified = verified
verified_in_demo = verified in this demo
asks_on = asks on { $host }
the_agency = The agency
what_is_valetkey = What is Valetkey?
what_valetkey_does = Valetkey carries access from a business to its agency. You sign in at the platform itself, so your password never passes through here, and only the accounts you approve are shared.
change_colours = Change colours
light_colours = Light colours
dark_colours = Dark colours

## Pieces
accounts = { $count ->
    [one] { $count } account
   *[other] { $count } accounts
}
named_there = Named there:
what_to_do = What to do:
on_a_phone = On a phone:
on_a_computer = On a computer:
who_can_help = Who can help:
open_on_platform = Open it on the platform
new_tab = new tab
what_does_this_mean = What does this mean?
proven_badge = Proven
typed_badge = Typed, not proven
proven = proven
typed = typed, not proven
was_shared_before = It was shared before, so nothing was changed.
copy = Copy
copied = Copied
allowed = Allowed:
not_allowed = Not allowed:
calls_this = { $platform } calls this
optional = Optional
until = Until
you_take_it_back = You take it back
back_to_request = Back to the request
print = Print
download = Download
try_again = Try again

## Levels
level_view = View
level_manage = Manage
level_full = Full
means_view = can see results
means_manage = can create and change
means_full = can do everything except own it

## Times
in_a_moment = in a moment
just_now = just now
in_minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
minutes_ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
in_hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
hours_ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
in_days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
days_ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
date = { $day } { $month } { $year }
month_1 = January
month_2 = February
month_3 = March
month_4 = April
month_5 = May
month_6 = June
month_7 = July
month_8 = August
month_9 = September
month_10 = October
month_11 = November
month_12 = December

## The link
title_asks = { $agency } asks for access
passed_on_by = Passed on to you by { $person }
passed_on_only = This link opens one card of a request and nothing else.
asks = { $agency } asks { $client } for access to { $count ->
    [0] your accounts
    [one] { $count } account
   *[other] { $count } accounts
}.
asks_until = { $agency } asks { $client } for access to { $count ->
    [0] your accounts
    [one] { $count } account
   *[other] { $count } accounts
} until { $until }.
sent_by = Sent by { $person }
all_settled = Everything on this page is settled.
receipt_lists = The receipt lists what is shared, with whom and for how long.
see_receipt = See the receipt
promise_password = Your password stays with you
promise_pick = You pick each account yourself
promise_back = You can take it back whenever you like
no_cards = One card a platform comes here, as soon as something is asked for.
signed_in_as = Signed in as { $person }
what_it_allows = What this allows and what it does not
sign_in_with = Sign in with { $platform }
sign_in_and_back = You sign in at { $platform } and come straight back. Nothing is shared yet.
review_your_choice = Review your choice
choose_accounts = Choose accounts
sign_in_again = Sign in again
see_how_it_goes = See how it is going
show_me_how = Show me how
show_code = Show the code
scan_it_in_app = You scan it in the app and say yes there.
comes_after = This comes when the card above is done: { $first } first.
left_out = You left this out, and { $agency } was told.
open_it_again = Open it again
show_colleagues_link = Show the link for your colleague
i_have_none = I don’t have this account
i_need_help = I need help
i_rather_not = I’d rather not
send_to_colleague = Send to a colleague
rather_by_hand = Rather by hand, or on paper?
see_steps_to_print = See the steps to print
close_and_return = You can close this page and open the same link again. It expires { $at }.
by_hand = { $platform } lets nobody do this for you, so you do it there with our steps.

## Choosing
title_choose = Choose accounts at { $platform }
which_accounts = Which accounts may { $agency } work in?
signed_in_at = Signed in at { $platform } as { $person }
not_you = Not you?
search_accounts = { $count ->
    [one] Search { $count } account
   *[other] Search { $count } accounts
}
search_hint = Name or id
some_found = %n found
none_found = Nothing found. Try fewer letters.
has_already = { $agency } has this already
how_to_fix = How to fix this
changed_something = Did you change something at { $platform }?
list_again = Look again
some_chosen = %n chosen
not_shared_yet = Not shared yet
review = Review

## Review
title_review = Review access at { $platform }
change_choice = Change the choice
check_then_approve = Check it, then approve
nothing_shared_yet = Nothing has been shared yet. It happens when you approve, and not before.
who_gets_access = Who gets access
then_gives_it_to = { $grantee } then gives it to its own people:
then_connects_it_to = { $grantee } then connects it to its own account:
where_at = Where
in_person = signed in as { $person }
what_is_shared = What is shared
accounts_are_shared = { $count ->
    [one] { $count } account is shared
   *[other] { $count } accounts are shared
}
kind_in = { $kind } in { $container }
has_more = { $agency } has more than this now:
lowers_by_gap = { $platform } lowers nothing in place. Your approval removes it, then shares this; in between there is no access.
held_already = { $agency } has this already, and it was checked. Nothing changes.
adds_by_itself = { $platform } adds by itself:
please_check = { $platform } does not tell us, so please check:
may_cost = What it may cost:
approve_for = Approve access for { $agency }
take_back_later = You can take it back later, here or at { $platform }.

## Progress
title_access_at = Access at { $platform }
is_set_up = Access is set up at { $platform }
was_read_back = Each account was read back from { $platform } and checked.
some_set_up = { $done } of { $all } set up at { $platform }
rest_needs_a_hand = The rest needs a hand. What is set up stays set up.
setting_up = Setting up access at { $platform }
waits_for_limit = { $count ->
    [one] Waiting for { $platform }’s limit on calls. It goes on by itself in about { $count } minute.
   *[other] Waiting for { $platform }’s limit on calls. It goes on by itself in about { $count } minutes.
}
takes_seconds = This takes a few seconds.
may_leave = You can leave this page: it goes on without you.
accounts_set_up = Accounts set up
i_have_done_this = I have done this
written_down = We write down that you said so. { $platform } does not let us check it, so it is never shown as checked.
sign_in_at_again = Sign in at { $platform } again

## Receipt
title_receipt = Receipt
has_access = { $agency } has access
said_to_have_access = You said that { $agency } has access
nothing_shared_with = Nothing is shared with { $agency }
answered_by = Answered by { $client }. Completed { $at }.
to_take_back = To take it back, use “See or revoke access” below, or remove { $grantee } in your settings at { $platform }.
see_or_revoke = See or revoke access
receipt_for = Receipt: access for { $agency }
answered_exactly = Answered by { $client }. Completed { $exact }.
lasts_until = Access lasts until { $until }.
lasts_until_taken = Access lasts until you take it back.
goes_to = To { $grantee }, { $kind } { $id } ({ $proof })
account = Account
level = Level
state = State
made_by = Made { $made } by Valetkey. Request { $request }.
nothing_is_real = Simulated platforms: nothing here is real.

## Who has access
title_who_has_access = Who has access
can_reach = What { $agency } can reach at { $client }
shares_nothing = Nothing is shared now.
shares_all_this = Everything that was shared through this service, as it stands now.
not_the_person = That was not the person who gave the access, or the sign-in was not finished.
same_person_again = Sign in as the same person as before. Nothing was changed.
checked_at = checked { $at }
said_at = said { $at }
until_day = until { $until }
revoke_access = Revoke access
loses_access = { $agency } loses its access to { $asset }. To give it again you would have to approve again.
revoke_access_to = Revoke access to { $asset }
sign_in_to_revoke = Sign in at { $platform } to revoke
show_how_to_remove = Show how to remove it
revoke_everything = Revoke everything
loses_everything = { $agency } loses its access to all { $count } accounts that you shared in this browser.
revoke_accounts = Revoke access to { $count } accounts
no_longer_shared = No longer shared
keep_this_address = Keep this address. It shows this page until { $until }; after that a receipt leads here again.

## A code by mail
title_code = Code by mail
code_heading = Show that you read this mailbox
code_lead = We send six digits to { $address }. With them this page opens, and you can revoke access for an hour.
code_is_sent = A code was sent to { $address }. It works once, for 10 minutes.
send_code = Send the code
send_another_code = Send another code
code_label = Code
code_hint = Six digits, from the newest mail.
enter_code = Go on
code_wrong = That is not the newest code, or its 10 minutes are over. Look into your mail again, or send another code.
code_wrong_five_times = { $count ->
    [one] That was wrong five times. Wait { $count } minute, then try again.
   *[other] That was wrong five times. Wait { $count } minutes, then try again.
}
code_other_address = Not your address? Ask { $agency } to correct it.
code_to_revoke = Revoke with a code by mail
keep_then_code = Keep this address. It opens this page until { $until }, and after that with a code by mail.
demo_mail = This is a demo: nothing was sent. Its mail is shown in a mailbox of its own.
open_demo_mail = Open the demo’s mailbox
receipt_was_mailed = Sent to { $address }.
receipt_will_be_mailed = On its way to { $address }.

## Removing by hand
title_remove = Remove access
only_you_can_remove = Only you can remove it from { $asset }. { $platform } lets nobody do this for you.
i_have_removed_it = I have removed it
written_down_only = We write down that you said so. { $platform } does not let us check it.

## Steps by hand
title_how_to_share = How to share at { $platform }
share_it_yourself = Share it yourself at { $platform }
nobody_does_it = { $platform } lets nobody do this for you. Follow the steps there, then come back and tell us.
which_was_it = Which { $asset } was it?
steps_as_of = Steps as of { $since }. Menus move: if yours looks different, ask for help on the card.
message_instead = Does it show a message instead?
quoted = “{ $message }”
or = or
another_message = It shows another message

## A code to scan
title_allow_at = Allow it at { $platform }
allow_in_app = Allow it in the { $platform } app
scan_and_say_yes = You scan a code of { $grantee } and say yes in the app. You need not sign in here.
code_for_app = Code for the { $platform } app
scan_in_app = Scan it in the app. On the phone itself,
open_in_app = open it in the app
code_ends = A code ends after a while.
show_new_code = Show a new code
shows_now = { $platform } shows it now. Confirm it below.
or_say_which = Sign in with your { $account } instead of typing its name
owner_signs_in = { $platform } then tells us which account is yours. The sign-in shares nothing. If the agency has the account already, no code is needed.
owner_is = You signed in as { $name }.
i_have_allowed_it = I have allowed it
only_what_shows = We then look whether { $platform } shows it. Only what it shows counts.

## The guide to print
title_guide = Guide to print
how_to_give = How to give { $agency } access
you_do_every_step = You do every step at the platform itself, where you sign in as always. Your password stays with you, and you can take the access back at any time.
download_pdf = Download as PDF
who_asks = Who asks
who_gives = Who gives it
access_goes_to = Access goes to
only_this_one = Only this one
it_allows = It allows
it_does_not = It does not
steps_at_as_of = Steps at { $platform } as of { $since }. Menus move: if yours looks different, ask { $agency }.
open_the_link_instead = { $platforms }: open the link that { $agency } sent you, and sign in there.
domain_verified = { $domain }, verified
domain_verified_in_demo = { $domain }, verified in this demo
page_of = Page { $page } of { $pages }

## Help, and passing on
title_help = Help with { $platform }
was_told = { $asker } was told
ask_asker = Ask { $asker } for help
they_know = They know that you want help with { $platform }, what the card said and when: { $at }.
note_went_with_it = Your note went with it.
what_is_in_the_way = What is in the way?
optional_note = Optional, up to 500 characters
add_this_note = Add this note
ask_for_help = Ask for help
note_too_long = The note is too long: { $why }.
asked_too_often = They were told several times within the hour. Give them a moment to answer.
title_pass_on = Pass { $platform } on
send_card_to_colleague = Send { $platform } to a colleague
opens_this_card = This link opens the card for { $platform } and nothing else. { $agency } was told that it is passed on.
was_opened = The card was opened with this link or yours. You can still send it.
link_for_colleague = Link for your colleague
will_say_by_whom = It will say that it was passed on by { $person }.
own_link_keeps = Your own link keeps showing how far this card is.

## States
state_after_the_share = After the share
state_waiting_to_start = Waiting to start
state_asking = Asking { $platform }…
state_answered = { $platform } answered, checking…
state_ending = Ending…
state_active = Active, checked
state_attested = Said to be done by the client
state_said_removed = Said to be removed
state_remove_by_hand = To be removed by hand
state_needs_action = Needs attention
state_unverifiable = Cannot be checked
state_lost = Removed at the platform
state_lowered = Lowered at the platform
state_raised = Raised at the platform
state_moved = Moved at the platform
state_declined = Declined
state_lapsed = Invitation lapsed
state_failed = Failed
state_revoked = Revoked
state_expired = Expired
state_cancelled = Cancelled
state_waits_client = Waiting for the client to say yes
state_waits_second = Waiting for a second admin of the client
state_waits_invitee = Waiting for the person invited
state_waits_agency = Waiting for the agency
state_waits_platform = Waiting for the platform
card_open = Not started
card_connected = Signed in
card_chosen = Ready to review
card_approved = In progress
card_settled = Done
card_skipped = Skipped
card_no_account = No such account
card_said_done = Said to be done
card_passed_on = Passed on
platform_refused = { $platform } refused ({ $id }).
try_or_ask = Try again, or ask the agency for help.

## Trouble
details_for_support = Details for support
time_was = Time: { $time }
see_who_has_access = See who has access
to_the_start = To the start
link_dead = This link does not work
link_dead_text = It may have been mistyped or withdrawn. Ask the person who sent it for a new one.
link_over = This link has expired
link_over_text = Nothing more can be shared with it. Ask the person who sent it for a new one.
wait_a_moment = Wait a moment
too_many_wrong_links = { $count ->
    [one] Too many links that do not work were opened from your network. Open yours again in a second.
   *[other] Too many links that do not work were opened from your network. Open yours again in { $count } seconds.
}
sign_in_to_take_away = Sign in first to take access away
sign_in_to_take_away_text = It is taken away only in the browser that gave it, or after the same person has signed in again.
other_browser = Go on in the browser you started in
other_browser_text = Accounts are chosen and approved only in the browser that signed in. You can also sign in again here.
sign_in_unusable = This sign-in cannot be used
sign_in_unusable_text = Nothing was connected: { $why }. Open your link again and press the button on the card.
sign_in_unusable_plain = Nothing was connected. Open your link again and press the button on the card.
look_again = Look at this again
look_again_text = Meanwhile, { $thing } was changed. Nothing was done. Check the page and try once more.
not_found = Not found
not_found_text = We looked, but { $thing } is not here.
not_done = That could not be done
not_done_text = It does not fit how things are now. Open the page again and look how far it is.
unusable_form = This form cannot be used
unusable_form_text = It was not filled in as this page makes it. Open the page again and press its button.
cross_site = This came from another site
cross_site_text = Another page tried to do this in your name, so it was refused. Open the page here and try again.
no_page = There is no such page
no_page_text = The address may be mistyped.
database_away = One moment, please
database_away_text = Our database did not answer. It may already have what you sent: look at the page, and try again if not.
our_fault = This did not work
our_fault_text = The fault is on our side and was recorded. Nothing is lost: try again in a moment.

## What a message means
title_doctor = What a message means
doctor_heading = What does this message mean?
doctor_lead = Put in what a platform said, or its code. You get the cause, what to do, and who can do it.
doctor_message = The message or code
doctor_hint = Leave out names, e-mail addresses and anything secret: the code or the first sentence is enough.
platform = Platform
any_platform = Any
explain_it = Explain it
who_can_do_it = Who can do it:
who_that_is = Who that is:
read_from = From
read_on = read on { $day }
doctor_unknown = Nothing is known about this message
doctor_no_guess = We do not guess. Look whether a code came with it, such as { $code }, and put that in.
doctor_from_a_card = From a card of yours?
doctor_from_a_card_text = Press “I need help” on it: the agency then sees the card, what went wrong and when.
doctor_at_the_agency = At the agency?
doctor_at_the_agency_text = Send the whole message, its code, the { $code } or request number that came with it, and the time to whoever runs this server. They open an issue with it, or ask the platform’s support, who need the same.

## What a platform asked us to erase
erased_nothing = Nothing of yours is stored here
erased_nothing_text = Under this code we keep no sign-in of yours at { $platform }.
erased = Your sign-in was erased
erased_text = We dropped the key that { $platform } gave us, and your name. We keep the record of which access was given, with the number by which { $platform } calls you here. Access that was given to an agency is not ended by this: take it back in the settings there, or on your page “Who has access”.
to_be_erased = Your sign-in is about to be erased
to_be_erased_text = We are asking { $platform } whether it is over. As long as { $platform } says that it is in use, it is kept: remove the app in your settings there, and it is erased with the next look, within a day.
confirmation_code = confirmation code { $code }

## The mail that a member can send
mail_subject = { $agency } asks for access to your accounts
mail_greeting = Hello,
mail_text = please open this link to choose which accounts you share with { $agency }. No password is shared, and you can undo it at any time.
