//! The defences that a test can take away one at a time, to prove that its attack test would notice.
//!
//! Only under `debug_assertions`: in a release build every defence is a constant `true`.

macro_rules! defences {
    ($($(#[$meta:meta])* $name:ident;)*) => {
        $($(#[$meta])*
        #[inline]
        pub fn $name() -> bool {
            #[cfg(debug_assertions)]
            return !weaken::is_off(concat!("weaken:", stringify!($name)));
            #[cfg(not(debug_assertions))]
            true
        })*
    };
}

defences! {
    /// T01: who opens too many links that are none has to wait.
    miss_budget;
    /// T02: nothing is taken after a link's time.
    link_expiry;
    /// T03: a callback is taken only from the browser that pressed Connect.
    browser_binding;
    /// T11: the approval is refused when the grantee is not what the page showed.
    frozen_grantee;
    /// T12: only indexes into this card's own listing are taken.
    own_listing;
    /// T14: a QR code holds a link of ours.
    own_qr;
    /// T16: another agency's rows are not found.
    agency_scope;
    /// T13: names are what they look like.
    honest_names;
    /// T18: what a member may do is read with every use, and what they held ends with it.
    fresh_rights;
    /// F10: nothing is called that a platform said it would soon refuse.
    told_limits;
    /// F10: what one node was told about a limit, the others know.
    shared_limits;
    /// R8: one agency's many jobs do not keep another one's waiting.
    fair_turns;
    /// What a platform must not have changed in parallel is changed by one node at a time.
    turns;
    /// R5: an act is recorded before it is tried.
    intent_first;
    /// R2: what an act came to is read before it is tried again.
    observe_before_retry;
    /// R2: whose lease went to another node writes nothing more.
    epoch;
    /// R2: a node that stood still sends no call that another one may have made meanwhile.
    late_calls;
    /// R1: what follows from a change is written with it.
    one_transaction;
    /// R3: a row is written only as it was read.
    compare_and_set;
    /// An approval is permission for one arrival.
    spent_authority;
    /// T24: a browser runs no script and loads nothing that is not ours.
    content_policy;
    /// T24, T42: of a picture that was sent, nothing is kept but what was drawn anew.
    logo_redrawn;
    /// T41: who guesses at a code that was mailed has five tries.
    code_tries;
    /// T30: what another site's page sends changes nothing.
    same_site;
}

#[cfg(debug_assertions)]
pub mod weaken {
    //! The switch, for tests only.

    use std::cell::RefCell;
    use std::collections::BTreeSet;
    use std::sync::OnceLock;

    /// Taken away for as long as the process lives, on all threads.
    static GONE: OnceLock<String> = OnceLock::new();

    thread_local! {
        static OFF: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    }

    /// Takes a defence away on this thread until the guard is dropped.
    #[must_use]
    pub fn without(defence: &str) -> Weakened {
        let name = format!("weaken:{defence}");
        OFF.with_borrow_mut(|off| off.insert(name.clone()));
        Weakened(name)
    }

    /// Takes one defence away from this whole process, for trials that start one.
    pub fn for_good(defence: &str) {
        // A second one would be a mistake of the caller: the first one stays.
        let _ = GONE.set(format!("weaken:{defence}"));
    }

    pub(super) fn is_off(defence: &str) -> bool {
        GONE.get().is_some_and(|gone| gone == defence) || OFF.with_borrow(|off| off.contains(defence))
    }

    pub struct Weakened(String);

    impl Drop for Weakened {
        fn drop(&mut self) {
            OFF.with_borrow_mut(|off| off.remove(&self.0));
        }
    }
}
