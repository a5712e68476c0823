//! The decision as a table: wish × known × seen → step.

use super::*;
use crate::access::{AssetRef, AssetType, Level, Principal, Why, roles};

const MANIFEST: &str = r#"
id = "example"
name = "Example"
category = "ads"
hosts = ["api.example.com"]
[[sources]]
what = "made for this test"
url = "https://example.com/docs"
read = "2026-11-22"
[[sign_in]]
id = "example"
kind = "oauth2"
authorize = "https://api.example.com/authorize"
token = "https://api.example.com/token"
[[asset]]
type = "page"
sign_in = "example"
id = { refuse = '\w+' }
strip_prefix = "PLUS_"
implies = { MANAGE = ["LEADS"] }
settle_s = 60
[asset.level.view]
roles = ["ANALYZE"]
method = "share"
verify = ["client"]
revoke = ["client"]
[asset.level.manage]
roles = ["ADVERTISE"]
method = "guided"
"#;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("in range")
}

fn on() -> AssetRef {
    AssetRef::known(&AssetType::new("page"), "1", Some("biz"))
}

fn agency() -> Principal {
    Principal::new("portfolio", "9")
}

fn held(level: Level, want: &[&str]) -> Wish {
    Wish {
        on: on(),
        who: agency(),
        level,
        want: Want::Held { roles: roles(want.iter().copied()), until: None },
    }
}

fn gone() -> Wish {
    Wish { want: Want::Gone { why: Why::Revoked }, ..held(Level::View, &[]) }
}

fn row(has: &[&str], state: EntitlementState) -> Entitlement {
    Entitlement {
        on: on(),
        who: agency(),
        name: None,
        roles: roles(has.iter().copied()),
        state,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    }
}

fn active(has: &[&str]) -> Vec<Entitlement> {
    vec![row(has, EntitlementState::Active)]
}

fn pending(by: Party, expires_s: i64) -> Vec<Entitlement> {
    vec![row(&["ANALYZE"], EntitlementState::Pending { by, expires_at: Some(at(expires_s)) })]
}

fn blind() -> Sight {
    Sight::Partial("the reader lost its rights".into())
}

fn intent(act: Act, second: i64, tries: u32) -> Known {
    Known { intent: Some(Intent { act, at: at(second), tries, answer: Answer::Taken }), ..Known::default() }
}

fn refused(act: Act) -> Known {
    Known { intent: Some(Intent { act, at: at(0), tries: 1, answer: Answer::Refused }), ..Known::default() }
}

fn spent(baseline: &[&str]) -> Known {
    Known { authority: Authority::Spent, baseline: Some(roles(baseline.iter().copied())), ..Known::default() }
}

fn invited(expires_s: i64) -> Known {
    Known { invited: Some(Invitation { expires_at: Some(at(expires_s)) }), ..intent(Act::Grant, 0, 1) }
}

fn suspended() -> Known {
    Known { authority: Authority::Suspended, ..Known::default() }
}

fn decide_at(second: i64, wish: &Wish, known: &Known, rows: Vec<Entitlement>, sight: Sight) -> Step {
    decide_by(MANIFEST, second, wish, known, rows, sight)
}

fn decide_by(
    manifest: &str,
    second: i64,
    wish: &Wish,
    known: &Known,
    rows: Vec<Entitlement>,
    sight: Sight,
) -> Step {
    let manifest = crate::manifest::parse(manifest).expect("valid");
    let asset = manifest.asset(&AssetType::new("page")).expect("there");
    let facts = Facts { asset, level: &asset.levels[&wish.level], accepts: &[Party::AgencyAdmin] };
    reconcile(wish, known, &Seen { rows, sight }, facts, at(second))
}

/// Decides at second 30, within the minute in which an accepted change may still be hidden.
fn decide(wish: &Wish, known: &Known, rows: Vec<Entitlement>, sight: Sight) -> Step {
    decide_at(30, wish, known, rows, sight)
}

fn wait(second: i64) -> Step {
    Step::Wait { by: Party::Platform, until: Some(at(second)) }
}

fn cannot_tell() -> Step {
    Step::CannotTell("the reader lost its rights".into())
}

/// TT-30: only where the client was told, and only while that approval is not used up.
#[test]
fn more_than_was_approved_is_taken_away_and_given_again_only_when_that_was_told() {
    let w = held(Level::View, &["ANALYZE"]);
    let more = || active(&["ANALYZE", "ADVERTISE"]);
    let told = Known { lower: true, ..Known::default() };
    assert_eq!(decide(&w, &Known::default(), more(), Sight::Full), Step::Settled(Standing::Active));
    assert_eq!(decide(&w, &told, more(), Sight::Full), Step::Act(Act::Revoke));
    assert_eq!(decide(&w, &told, active(&["ANALYZE"]), Sight::Full), Step::Settled(Standing::Active));
    let on_its_way = Known { lower: true, ..intent(Act::Revoke, 0, 1) };
    assert_eq!(decide(&w, &on_its_way, more(), Sight::Full), wait(60), "it may still show");
    assert_eq!(decide(&w, &on_its_way, vec![], Sight::Full), Step::Act(Act::Grant));
    let used_up = Known { lower: true, ..spent(&["ANALYZE", "ADVERTISE"]) };
    assert_eq!(decide(&w, &used_up, more(), Sight::Full), Step::Settled(Standing::Active));
}

#[test]
fn an_unspent_approval_acts_once_and_then_reads() {
    let w = held(Level::View, &["ANALYZE"]);
    let full = Sight::Full;
    assert_eq!(decide(&w, &Known::default(), vec![], full.clone()), Step::Act(Act::Grant));
    assert_eq!(
        decide(&w, &Known::default(), vec![], blind()),
        Step::Act(Act::Grant),
        "nothing was tried yet"
    );
    assert_eq!(decide(&w, &intent(Act::Grant, 0, 1), vec![], full.clone()), wait(60), "it may still show");
    assert_eq!(decide_at(60, &w, &intent(Act::Grant, 0, 1), vec![], full.clone()), Step::Act(Act::Grant));
    assert_eq!(
        decide_at(60, &w, &intent(Act::Grant, 0, 1), vec![], blind()),
        cannot_tell(),
        "never repeated blindly"
    );
    let thrice = decide_at(60, &w, &intent(Act::Grant, 0, 3), vec![], full.clone());
    assert_eq!(thrice, Step::Ask(Remedy::new("not-visible")));
    assert_eq!(
        decide(&w, &refused(Act::Grant), vec![], full),
        Step::Act(Act::Grant),
        "nothing happened there"
    );
}

#[test]
fn what_was_seen_before_is_not_given_again_where_little_is_seen() {
    let w = held(Level::View, &["ANALYZE"]);
    for known in [Known::default(), refused(Act::Grant)] {
        let again = Known { was_there: true, ..known };
        assert_eq!(decide(&w, &again, vec![], blind()), cannot_tell());
        assert_eq!(decide(&w, &again, vec![], Sight::Full), Step::Act(Act::Grant));
    }
}

#[test]
fn an_unknown_outcome_waits_shorter_where_the_platform_refuses_repeats() {
    let w = held(Level::View, &["ANALYZE"]);
    let unknown = Known {
        intent: Some(Intent { act: Act::Grant, at: at(0), tries: 1, answer: Answer::Unknown }),
        ..Known::default()
    };
    let strict = |second| decide_at(second, &w, &unknown, vec![], Sight::Full);
    assert_eq!((strict(1), strict(59), strict(60)), (wait(60), wait(60), Step::Act(Act::Grant)));
    let text = MANIFEST.replace("settle_s = 60", "settle_s = 60\nrefuses_repeats = true");
    let lenient = |second, sight| decide_by(&text, second, &w, &unknown, vec![], sight);
    assert_eq!(lenient(1, Sight::Full), wait(2));
    assert_eq!(lenient(2, Sight::Full), Step::Act(Act::Grant));
    assert_eq!(lenient(2, blind()), cannot_tell(), "never repeated blindly");
}

#[test]
fn satisfied_means_seen_holds_at_least_the_wish() {
    let w = held(Level::View, &["ANALYZE"]);
    let known = intent(Act::Grant, 0, 1);
    for has in [&["ANALYZE"][..], &["PLUS_ANALYZE"], &["PLUS_ANALYZE", "PLUS_MANAGE"]] {
        assert_eq!(decide(&w, &known, active(has), Sight::Full), Step::Settled(Standing::Active));
        assert_eq!(
            decide(&w, &known, active(has), blind()),
            Step::Settled(Standing::Active),
            "a row is a row"
        );
    }
    let leads = held(Level::View, &["LEADS"]);
    assert_eq!(
        decide(&leads, &known, active(&["PLUS_MANAGE"]), Sight::Full),
        Step::Settled(Standing::Active)
    );
}

#[test]
fn too_little_access_is_changed_while_the_approval_is_unspent() {
    let w = held(Level::View, &["ANALYZE"]);
    assert_eq!(decide(&w, &Known::default(), active(&["OTHER"]), Sight::Full), Step::Act(Act::Grant));
    assert_eq!(decide(&w, &suspended(), active(&["OTHER"]), Sight::Full), Step::Drifted(Drift::Lowered));
}

#[test]
fn what_the_client_removed_stays_removed() {
    let w = held(Level::View, &["ANALYZE"]);
    assert_eq!(decide(&w, &spent(&["ANALYZE"]), vec![], Sight::Full), Step::Drifted(Drift::Lost));
    assert_eq!(decide(&w, &spent(&["ANALYZE"]), vec![], blind()), cannot_tell());
    let known = Known { authority: Authority::Spent, ..Known::default() };
    assert_eq!(decide(&w, &known, vec![], Sight::Full), Step::Drifted(Drift::Lost));
}

#[test]
fn drift_is_measured_against_the_baseline() {
    let w = held(Level::View, &["ANALYZE"]);
    let table = [
        (&["ANALYZE", "X"][..], &["ANALYZE", "X"][..], Step::Settled(Standing::Active)),
        (&["ANALYZE", "X"], &["ANALYZE"], Step::Drifted(Drift::Lowered)),
        (&["ANALYZE"], &["ANALYZE", "X"], Step::Drifted(Drift::Raised)),
        (&["ANALYZE"], &["X"], Step::Drifted(Drift::Lowered)),
    ];
    for (baseline, has, step) in table {
        assert_eq!(decide(&w, &spent(baseline), active(has), Sight::Full), step, "{baseline:?} → {has:?}");
    }
    let mut moved = active(&["ANALYZE"]);
    moved[0].on = AssetRef::known(&AssetType::new("page"), "1", Some("other"));
    assert_eq!(decide(&w, &spent(&["ANALYZE"]), moved, Sight::Full), Step::Drifted(Drift::Moved));
}

#[test]
fn an_invitation_waits_is_accepted_by_us_or_ends() {
    let w = held(Level::View, &["ANALYZE"]);
    let (full, known) = (Sight::Full, intent(Act::Grant, 0, 1));
    let waiting = Step::Wait { by: Party::Invitee, until: Some(at(900)) };
    assert_eq!(decide(&w, &known, pending(Party::Invitee, 900), full.clone()), waiting);
    assert_eq!(decide(&w, &known, pending(Party::AgencyAdmin, 900), full.clone()), Step::Act(Act::Accept));
    // Told by the answer: it may not show before second 60, and is over when it does not show then.
    let told = invited(900);
    let unseen = Step::Wait { by: Party::Platform, until: Some(at(60)) };
    assert_eq!(decide(&w, &told, vec![], full.clone()), unseen);
    assert_eq!(decide_at(60, &w, &told, vec![], full.clone()), Step::Settled(Standing::Declined));
    let seen = Known { intent: None, ..told };
    assert_eq!(decide(&w, &seen, vec![], full.clone()), Step::Settled(Standing::Declined));
    assert_eq!(decide_at(901, &w, &invited(900), vec![], full), Step::Settled(Standing::Lapsed));
    assert_eq!(decide_at(901, &w, &invited(900), vec![], blind()), cannot_tell());
}

/// Some platforms list an invitation on after its time is up.
#[test]
fn a_lapsed_invitation_that_is_still_listed_counts_as_absent() {
    let w = held(Level::View, &["ANALYZE"]);
    let old = || pending(Party::Invitee, 20);
    assert_eq!(decide(&w, &invited(20), old(), Sight::Full), Step::Settled(Standing::Lapsed));
    assert_eq!(decide(&w, &invited(20), old(), blind()), cannot_tell());
    assert_eq!(decide(&w, &Known::default(), old(), Sight::Full), Step::Act(Act::Grant), "a new approval");
    assert_eq!(decide(&gone(), &Known::default(), old(), Sight::Full), Step::Settled(Standing::Gone));
}

#[test]
fn after_our_yes_the_invitation_may_be_gone_before_the_access_shows() {
    let w = held(Level::View, &["ANALYZE"]);
    let accepted = Known { invited: Some(Invitation { expires_at: None }), ..intent(Act::Accept, 0, 1) };
    assert_eq!(decide(&w, &accepted, vec![], Sight::Full), wait(60));
    assert_eq!(decide(&w, &accepted, pending(Party::AgencyAdmin, 900), Sight::Full), wait(60));
    let later = decide_at(60, &w, &accepted, vec![], Sight::Full);
    assert_eq!(later, Step::Settled(Standing::Declined), "not invited a second time");
}

#[test]
fn a_restored_backup_reads_before_it_acts() {
    let w = held(Level::View, &["ANALYZE"]);
    assert!(matches!(decide(&w, &suspended(), vec![], Sight::Full), Step::CannotTell(_)));
    let there = decide(&gone(), &suspended(), active(&["ANALYZE"]), Sight::Full);
    assert!(matches!(there, Step::CannotTell(_)), "the client may have given it again since: {there:?}");
    assert_eq!(decide(&w, &suspended(), active(&["ANALYZE"]), Sight::Full), Step::Settled(Standing::Active));
}

#[test]
fn gone_is_concluded_only_from_full_sight() {
    let full = Sight::Full;
    assert_eq!(decide(&gone(), &Known::default(), vec![], full.clone()), Step::Settled(Standing::Gone));
    assert_eq!(decide(&gone(), &Known::default(), vec![], blind()), cannot_tell());
    assert_eq!(
        decide(&gone(), &Known::default(), active(&["ANALYZE"]), full.clone()),
        Step::Act(Act::Revoke)
    );
    assert_eq!(
        decide(&gone(), &Known::default(), pending(Party::Invitee, 900), full.clone()),
        Step::Act(Act::Revoke)
    );
    assert_eq!(decide(&gone(), &intent(Act::Revoke, 0, 1), active(&["ANALYZE"]), full.clone()), wait(60));
    let again = decide_at(60, &gone(), &intent(Act::Revoke, 0, 1), active(&["ANALYZE"]), full.clone());
    assert_eq!(again, Step::Act(Act::Revoke));
    assert_eq!(
        decide(&gone(), &intent(Act::Grant, 0, 1), vec![], full.clone()),
        wait(60),
        "a late grant may show"
    );
    assert_eq!(decide(&gone(), &refused(Act::Grant), vec![], full), Step::Settled(Standing::Gone));
}

#[test]
fn access_that_came_back_after_removal_is_a_finding_not_an_order() {
    let known = Known { authority: Authority::Spent, ..Known::default() };
    assert_eq!(decide(&gone(), &known, active(&["ANALYZE"]), Sight::Full), Step::Drifted(Drift::Raised));
}

#[test]
fn a_guided_level_asks_a_person() {
    let w = held(Level::Manage, &["ADVERTISE"]);
    assert_eq!(decide(&w, &Known::default(), vec![], Sight::Full), Step::Ask(Remedy::new("guided")));
    assert_eq!(
        decide(&w, &Known::default(), active(&["ADVERTISE"]), blind()),
        Step::Settled(Standing::Active)
    );
    let by_hand = Wish { level: Level::Manage, ..gone() };
    let step = decide(&by_hand, &Known::default(), active(&["ADVERTISE"]), Sight::Full);
    assert_eq!(step, Step::Ask(Remedy::new("revoke-by-hand")));
}

#[test]
fn inherited_access_neither_satisfies_nor_is_removed() {
    let mut inherited = active(&["ANALYZE"]);
    inherited[0].path = Path::Inherited(on());
    let w = held(Level::View, &["ANALYZE"]);
    assert_eq!(decide(&w, &Known::default(), inherited.clone(), Sight::Full), Step::Act(Act::Grant));
    assert_eq!(decide(&gone(), &Known::default(), inherited, Sight::Full), Step::Settled(Standing::Gone));
}

#[test]
fn an_unknown_outcome_is_tried_again_for_about_a_minute_and_then_asks() {
    let text = MANIFEST.replace("settle_s = 60", "settle_s = 60\nrefuses_repeats = true");
    let w = held(Level::View, &["ANALYZE"]);
    let after = |tries, second| {
        let intent = Intent { act: Act::Grant, at: at(0), tries, answer: Answer::Unknown };
        let known = Known { intent: Some(intent), ..Known::default() };
        decide_by(&text, second, &w, &known, vec![], Sight::Full)
    };
    for (tries, pause) in [(1, 2), (2, 4), (3, 8), (4, 16), (5, 32)] {
        assert_eq!(after(tries, pause - 1), wait(pause), "try {tries}");
        assert_eq!(after(tries, pause), Step::Act(Act::Grant), "try {tries}");
    }
    assert_eq!(after(6, 64), Step::Ask(Remedy::new("no-answer")));
}

#[test]
fn an_earlier_act_that_may_still_show_is_waited_for_before_its_opposite_is_concluded() {
    let text = MANIFEST.replace("settle_s = 60", "settle_s = 60\nrefuses_repeats = true");
    let known =
        |act, answer| Known { intent: Some(Intent { act, at: at(0), tries: 1, answer }), ..Known::default() };
    let held = held(Level::View, &["ANALYZE"]);
    for answer in [Answer::Unknown, Answer::Taken] {
        let ends =
            |second| decide_by(&text, second, &gone(), &known(Act::Grant, answer), vec![], Sight::Full);
        assert_eq!((ends(30), ends(60)), (wait(60), Step::Settled(Standing::Gone)), "{answer:?}");
        let rows = || active(&["ANALYZE"]);
        let stays =
            |second| decide_by(&text, second, &held, &known(Act::Revoke, answer), rows(), Sight::Full);
        assert_eq!((stays(30), stays(60)), (wait(60), Step::Settled(Standing::Active)), "{answer:?}");
    }
    let refused = decide_by(&text, 1, &held, &refused(Act::Revoke), active(&["ANALYZE"]), Sight::Full);
    assert_eq!(refused, Step::Settled(Standing::Active));
}
