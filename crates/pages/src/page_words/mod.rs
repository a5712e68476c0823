//! The words of the client's pages, `locales/<tag>.ftl`, read once: a page looks nothing up while it is drawn.
//! The compiler knows every message by its name and its arguments. A test knows every language.

mod phrase;
mod sentence;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use sentence::{Kind, Sentence};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::words::Words;

pub use phrase::Phrase;
pub use sentence::{Filled, Value};

/// The words of this language.
pub fn of(lang: Lang) -> &'static PageWords {
    static ENGLISH: LazyLock<PageWords> = LazyLock::new(|| read(Lang::En));
    static GERMAN: LazyLock<PageWords> = LazyLock::new(|| read(Lang::De));
    match lang {
        Lang::En => &ENGLISH,
        Lang::De => &GERMAN,
    }
}

/// What the agency's pages are written in.
pub fn english() -> &'static PageWords {
    of(Lang::En)
}

fn source(lang: Lang) -> &'static str {
    match lang {
        Lang::En => include_str!("../../locales/en.ftl"),
        Lang::De => include_str!("../../locales/de.ftl"),
    }
}

fn read(lang: Lang) -> PageWords {
    let words = Words::parse(lang.as_str(), source(lang)).expect("a test reads it");
    // As long as the process: sentences of large counts are made when they are asked for.
    PageWords::read(lang, Box::leak(Box::new(words)))
}

/// `plain` messages are fields, each a [`Phrase`]. `filled` ones are methods with their arguments, each of a kind: `name` is
/// somebody's or something's own name, `code` is to be typed, `day` and `time` are marked up for machines, and by
/// `count` the message chooses its form.
macro_rules! page_words {
    (plain { $($plain:ident,)* } filled { $($id:ident($($arg:ident: $kind:ident),+),)* }) => {
        pub struct PageWords {
            pub lang: Lang,
            $(pub $plain: Phrase,)*
            sentences: Sentences,
        }

        struct Sentences {
            $($id: Sentence,)*
        }

        impl PageWords {
            fn read(lang: Lang, words: &'static Words) -> Self {
                Self {
                    lang,
                    $($plain: Phrase::new(words.text(stringify!($plain))),)*
                    sentences: Sentences {
                        $($id: Sentence::read(
                            words,
                            stringify!($id),
                            &[$((stringify!($arg), Kind::$kind)),+],
                        ),)*
                    },
                }
            }

            $(pub fn $id<'a>(&'a self, $($arg: impl Into<Value<'a>>),+) -> Filled<'a> {
                self.sentences.$id.fill(&[$($arg.into()),+])
            })*
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($plain),)* $(stringify!($id),)*];
        #[cfg(test)]
        const SENTENCES: &[(&str, &[&str])] = &[$((stringify!($id), &[$(stringify!($arg)),+]),)*];
    };
}

page_words! {
    plain {
        skip, simulation, simulated, verified, verified_in_demo, the_agency, what_is_valetkey, what_valetkey_does,
        change_colours, light_colours, dark_colours, named_there, what_to_do, on_a_phone, on_a_computer,
        who_can_help, open_on_platform, new_tab, what_does_this_mean, proven_badge, typed_badge, proven,
        typed, was_shared_before, copy, copied, allowed, not_allowed, optional, until, you_take_it_back,
        back_to_request, print, download, try_again, level_view, level_manage, level_full, means_view,
        means_manage, means_full, in_a_moment, just_now, month_1, month_2, month_3, month_4, month_5,
        month_6, month_7, month_8, month_9, month_10, month_11, month_12, passed_on_only, all_settled,
        receipt_lists, see_receipt, promise_password, promise_pick, promise_back, no_cards, what_it_allows,
        review_your_choice, choose_accounts, sign_in_again, see_how_it_goes, show_me_how, open_it_again,
        show_colleagues_link, i_have_none, i_need_help, i_rather_not, send_to_colleague, rather_by_hand,
        see_steps_to_print, not_you, search_hint, some_found, none_found, how_to_fix, some_chosen,
        not_shared_yet, review, change_choice, check_then_approve, nothing_shared_yet, who_gets_access,
        where_at, what_is_shared, may_cost, rest_needs_a_hand, takes_seconds, may_leave, accounts_set_up,
        i_have_done_this, title_receipt, see_or_revoke, lasts_until_taken, account, level, state,
        nothing_is_real, title_who_has_access, shares_nothing, shares_all_this, not_the_person,
        same_person_again, revoke_access, show_how_to_remove, revoke_everything, no_longer_shared,
        title_remove, i_have_removed_it, title_guide, you_do_every_step, download_pdf, who_asks, who_gives,
        access_goes_to, only_this_one, it_allows, it_does_not, note_went_with_it, what_is_in_the_way,
        optional_note, add_this_note, ask_for_help, asked_too_often, was_opened, link_for_colleague,
        own_link_keeps, state_after_the_share, state_waiting_to_start, state_ending, state_active,
        state_attested, state_said_removed, state_remove_by_hand, state_needs_action, state_unverifiable,
        state_lost, state_lowered, state_raised, state_moved, state_declined, state_lapsed, state_failed,
        state_revoked, state_expired, state_cancelled, state_waits_client, state_waits_second,
        state_waits_invitee, state_waits_agency, state_waits_platform, card_open, card_connected,
        card_chosen, card_approved, card_settled, card_skipped, card_no_account, card_said_done,
        card_passed_on, try_or_ask, details_for_support, see_who_has_access, to_the_start, link_dead,
        link_dead_text, link_over, link_over_text, wait_a_moment, sign_in_to_take_away,
        sign_in_to_take_away_text, other_browser, other_browser_text, sign_in_unusable,
        sign_in_unusable_plain, look_again, not_found, not_done, not_done_text, unusable_form,
        unusable_form_text, cross_site, cross_site_text, no_page, no_page_text, database_away,
        database_away_text, our_fault, our_fault_text, title_doctor, doctor_heading, doctor_lead,
        doctor_message, doctor_hint, platform, any_platform, explain_it, who_can_do_it, who_that_is,
        read_from, doctor_unknown, doctor_from_a_card, doctor_from_a_card_text, doctor_at_the_agency,
        erased_nothing, erased, to_be_erased, mail_greeting, show_code, scan_it_in_app, scan_in_app,
        open_in_app, code_ends, show_new_code, i_have_allowed_it, message_instead, or, another_message,
        list_again, title_code, code_heading, send_code, send_another_code, code_label, code_hint, enter_code,
        code_wrong, code_to_revoke, demo_mail, open_demo_mail,
    }
    filled {
        asks_on(host: Text),
        accounts(count: Count),
        calls_this(platform: Text),
        in_minutes(count: Count),
        minutes_ago(count: Count),
        in_hours(count: Count),
        hours_ago(count: Count),
        in_days(count: Count),
        days_ago(count: Count),
        date(day: Text, month: Text, year: Text),
        title_asks(agency: Name),
        passed_on_by(person: Name),
        asks(agency: Name, client: Name, count: Count),
        asks_until(agency: Name, client: Name, count: Count, until: Day),
        sent_by(person: Name),
        signed_in_as(person: Name),
        sign_in_with(platform: Text),
        sign_in_and_back(platform: Text),
        left_out(agency: Name),
        close_and_return(at: Time),
        by_hand(platform: Text),
        comes_after(first: Text),
        title_choose(platform: Text),
        which_accounts(agency: Name),
        signed_in_at(platform: Text, person: Strong),
        search_accounts(count: Count),
        has_already(agency: Name),
        changed_something(platform: Text),
        title_review(platform: Text),
        then_gives_it_to(grantee: Name),
        then_connects_it_to(grantee: Name),
        in_person(person: Name),
        accounts_are_shared(count: Count),
        kind_in(kind: Text, container: Name),
        held_already(agency: Name),
        has_more(agency: Name),
        lowers_by_gap(platform: Text),
        adds_by_itself(platform: Text),
        please_check(platform: Text),
        approve_for(agency: Name),
        take_back_later(platform: Text),
        title_access_at(platform: Text),
        is_set_up(platform: Text),
        was_read_back(platform: Text),
        some_set_up(done: Text, all: Text, platform: Text),
        setting_up(platform: Text),
        waits_for_limit(platform: Text, count: Count),
        written_down(platform: Text),
        sign_in_at_again(platform: Text),
        has_access(agency: Name),
        said_to_have_access(agency: Name),
        nothing_shared_with(agency: Name),
        answered_by(client: Name, at: Time),
        to_take_back(grantee: Name, platform: Text),
        receipt_for(agency: Name),
        answered_exactly(client: Name, exact: Text),
        lasts_until(until: Day),
        goes_to(grantee: Name, kind: Text, id: Text, proof: Text),
        made_by(made: Text, request: Text),
        can_reach(agency: Name, client: Name),
        checked_at(at: Time),
        said_at(at: Time),
        until_day(until: Day),
        loses_access(agency: Name, asset: Name),
        revoke_access_to(asset: Name),
        sign_in_to_revoke(platform: Text),
        loses_everything(agency: Name, count: Count),
        revoke_accounts(count: Count),
        keep_this_address(until: Day),
        keep_then_code(until: Day),
        code_lead(address: Name),
        code_is_sent(address: Name),
        code_wrong_five_times(count: Count),
        code_other_address(agency: Name),
        receipt_was_mailed(address: Name),
        receipt_will_be_mailed(address: Name),
        only_you_can_remove(asset: Name, platform: Text),
        written_down_only(platform: Text),
        title_how_to_share(platform: Text),
        share_it_yourself(platform: Text),
        nobody_does_it(platform: Text),
        quoted(message: Text),
        title_allow_at(platform: Text),
        allow_in_app(platform: Text),
        scan_and_say_yes(grantee: Name),
        code_for_app(platform: Text),
        only_what_shows(platform: Text),
        shows_now(platform: Text),
        or_say_which(account: Text),
        owner_signs_in(platform: Text),
        owner_is(name: Name),
        which_was_it(asset: Text),
        steps_as_of(since: Text),
        how_to_give(agency: Name),
        steps_at_as_of(platform: Text, since: Text, agency: Name),
        open_the_link_instead(platforms: Text, agency: Name),
        domain_verified(domain: Name),
        domain_verified_in_demo(domain: Name),
        page_of(page: Text, pages: Text),
        title_help(platform: Text),
        was_told(asker: Name),
        ask_asker(asker: Name),
        they_know(platform: Text, at: Time),
        note_too_long(why: Text),
        title_pass_on(platform: Text),
        send_card_to_colleague(platform: Text),
        opens_this_card(platform: Text, agency: Name),
        will_say_by_whom(person: Name),
        state_asking(platform: Text),
        state_answered(platform: Text),
        platform_refused(platform: Text, id: Text),
        time_was(time: Text),
        too_many_wrong_links(count: Count),
        sign_in_unusable_text(why: Text),
        look_again_text(thing: Text),
        not_found_text(thing: Text),
        read_on(day: Text),
        doctor_no_guess(code: Code),
        doctor_at_the_agency_text(code: Code),
        erased_nothing_text(platform: Text),
        erased_text(platform: Text),
        to_be_erased_text(platform: Text),
        confirmation_code(code: Text),
        mail_subject(agency: Text),
        mail_text(agency: Text),
    }
}

impl PageWords {
    /// "30 June 2027".
    pub fn day(&self, at: jiff::civil::Date) -> String {
        let months = [
            &self.month_1,
            &self.month_2,
            &self.month_3,
            &self.month_4,
            &self.month_5,
            &self.month_6,
            &self.month_7,
            &self.month_8,
            &self.month_9,
            &self.month_10,
            &self.month_11,
            &self.month_12,
        ];
        let month = months[usize::from(at.month().unsigned_abs()) - 1];
        self.date(i64::from(at.day()), month, i64::from(at.year())).plain()
    }
}
