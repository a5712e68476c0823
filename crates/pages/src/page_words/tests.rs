//! Every message, in every language, with its arguments.

use std::collections::BTreeSet;

use valetkey_sdk::words::compare::{differences, messages};

use super::*;
use crate::view::When;

fn when() -> When {
    When { text: "in 12 days".into(), day: "30 June 2027".into(), exact: "2027-06-30T12:00:00Z".into() }
}

#[test]
fn every_language_has_every_message_with_the_same_arguments_and_can_show_it() {
    for lang in Lang::ALL {
        let tag = lang.as_str();
        assert_eq!(differences(source(Lang::En), source(lang)), Vec::<String>::new(), "{tag}");
        let words = Words::parse(tag, source(lang)).expect("readable");
        assert_eq!(words.unshowable(source(lang)), Vec::<String>::new(), "{tag}");
    }
}

#[test]
fn the_pages_know_each_message_of_the_files_and_no_other() {
    let known: BTreeSet<_> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    let written: BTreeSet<_> = messages(source(Lang::En)).into_keys().collect();
    let lost: Vec<_> = known.symmetric_difference(&written).collect();
    assert!(lost.is_empty(), "in one of the two only: {lost:?}");
}

#[test]
fn each_argument_of_a_message_is_one_that_the_pages_hand_over() {
    for (id, args) in SENTENCES {
        let handed: BTreeSet<_> = args.iter().map(|arg| (*arg).to_owned()).collect();
        assert_eq!(messages(source(Lang::En))[*id], handed, "{id}");
    }
}

#[test]
fn a_sentence_escapes_what_is_filled_in_and_nothing_of_its_own() {
    let filled = of(Lang::De).asks_until("<b>Bäckerei & Söhne", "Müller", 2_i64, &when()).to_string();
    assert_eq!(
        filled,
        "<bdi>&#60;b&#62;Bäckerei &#38; Söhne</bdi> bittet <bdi>Müller</bdi> um Zugriff auf 2 Konten bis zum \
         <time datetime=\"2027-06-30T12:00:00Z\" title=\"2027-06-30T12:00:00Z\">30 June 2027</time>."
    );
    let plain = of(Lang::De).asks_until("<b>Bäckerei & Söhne", "Müller", 2_i64, &when()).plain();
    assert_eq!(plain, "<b>Bäckerei & Söhne bittet Müller um Zugriff auf 2 Konten bis zum 30 June 2027.");
    // A name that looks like one of our marks is only a name.
    assert_eq!(
        of(Lang::En).has_access("\u{1}1\u{1} { $agency }").plain(),
        "\u{1}1\u{1} { $agency } has access"
    );
}

#[test]
fn counted_messages_have_their_form_for_every_count_kept_or_not() {
    let said = |lang, count: i64| of(lang).accounts(count).plain();
    assert_eq!((said(Lang::En, 1), said(Lang::En, 2)), ("1 account".to_owned(), "2 accounts".to_owned()));
    assert_eq!((said(Lang::De, 1), said(Lang::De, 0)), ("1 Konto".to_owned(), "0 Konten".to_owned()));
    assert_eq!((said(Lang::De, 20), said(Lang::De, 21)), ("20 Konten".to_owned(), "21 Konten".to_owned()));
    assert_eq!(said(Lang::De, 1_001), "1001 Konten");
    assert_eq!(of(Lang::De).asks("A", "B", 0_i64).plain(), "A bittet B um Zugriff auf Ihre Konten.");
}

#[test]
fn days_are_written_as_each_language_writes_them() {
    let day = jiff::civil::date(2027, 3, 1);
    assert_eq!(
        (of(Lang::En).day(day), of(Lang::De).day(day)),
        ("1 March 2027".into(), "1. März 2027".into())
    );
}
