//! The suite that every connector passes against its simulator. Cases are chosen by the manifest, and the
//! manifest's claims are checked on the way: what it says can be verified or revoked from a side is.

mod access;
mod guided;
mod invitations;
pub mod owner;
mod reading;
mod scanned;
mod staff;
mod subject;
mod trouble;
mod usage;

pub use subject::Subject;

/// A claim that does not hold, in a sentence.
pub type Outcome = Result<(), String>;

/// Fails with a sentence unless the claim holds.
macro_rules! ensure {
    ($claim:expr, $($why:tt)*) => {
        if !$claim {
            return Err(format!($($why)*));
        }
    };
}
pub(crate) use ensure;

/// Runs everything; every failure is named by its case.
pub async fn run(subject: &Subject<'_>) -> Vec<String> {
    let mut failures = Vec::new();
    let mut note = |case: String, outcome: Outcome| {
        if let Err(why) = outcome {
            failures.push(format!("{case}: {why}"));
        }
    };
    note("both sides are identified".into(), reading::both_sides_are_identified(subject).await);
    note("an owner says which one is theirs".into(), owner::is_told(subject).await);
    note("a dead credential asks to sign in again".into(), trouble::a_dead_credential(subject).await);
    let manifest = subject.manifest();
    note("used limits are told".into(), usage::is_told(subject, manifest).await);
    for facts in &manifest.assets {
        let of = &facts.of;
        note(format!("{of} is listed"), reading::is_listed(subject, facts).await);
        for (level, wanted) in &facts.levels {
            let case = format!("{of} {}", level.as_str());
            note(
                format!("{case}: given, read back, taken away"),
                access::comes_and_goes(subject, facts, *level).await,
            );
            for who in manifest.grantees.iter().filter(|g| g.after.is_some() && g.takes_at(of, *level)) {
                note(
                    format!("{case}: a {} is assigned after the share", who.kind),
                    staff::comes_after(subject, facts, *level, who).await,
                );
            }
            note(
                format!("{case}: an invitation comes to every end"),
                invitations::come_to_every_end(subject, facts, *level).await,
            );
            note(
                format!("{case}: done by hand, read back"),
                guided::is_read_back(subject, facts, *level).await,
            );
            note(
                format!("{case}: scanned by its owner, read back"),
                scanned::is_read_back(subject, facts, *level).await,
            );
            let others = manifest.grantees.iter().filter(|g| g.takes(of)).skip(1);
            for who in others.filter(|g| g.after.is_none() && g.given.is_some()) {
                note(
                    format!("{case}: an invitation of a {} comes to every end", who.kind),
                    invitations::come_to_every_end_for(subject, facts, *level, who).await,
                );
            }
            if !wanted.verify.is_empty() {
                note(
                    format!("{case}: trouble is understood"),
                    trouble::is_understood(subject, facts, *level).await,
                );
            }
        }
    }
    failures
}
