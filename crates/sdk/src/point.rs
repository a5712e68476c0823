//! Named points at which a process can die: before and after each commit and each platform call.
//!
//! A commit or a call takes its name as an argument that only [`point!`](crate::point) and
//! [`call!`](crate::call) make, so that none compiles without one. [`send!`](crate::send) does the same for what goes
//! to others, such as mail. All add it to the list that [`registered`] answers. A debug build can be told to die at one of them; a release build passes.

use std::fmt;

// The macros need it wherever they are used.
#[doc(hidden)]
pub use inventory;

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Commit,
    Call,
    /// To anybody but a platform.
    Send,
}

/// Before it: nothing of it happened outside. After it: all of it did, and nobody was told yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Before,
    After,
}

/// The name of one commit or one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    kind: Kind,
    module: &'static str,
    name: &'static str,
}

inventory::collect!(Point);

/// Names a commit.
#[macro_export]
macro_rules! point {
    ($name:literal) => {{
        const HERE: $crate::point::Point =
            $crate::point::Point::declare($crate::point::Kind::Commit, module_path!(), $name);
        $crate::point::inventory::submit! { HERE }
        HERE
    }};
}

/// Names a call to a platform, in the platform's words.
#[macro_export]
macro_rules! call {
    ($name:literal) => {{
        const HERE: $crate::point::Point =
            $crate::point::Point::declare($crate::point::Kind::Call, module_path!(), $name);
        $crate::point::inventory::submit! { HERE }
        HERE
    }};
}

/// Names a sending to somebody who is no platform, such as a mail server.
#[macro_export]
macro_rules! send {
    ($name:literal) => {{
        const HERE: $crate::point::Point =
            $crate::point::Point::declare($crate::point::Kind::Send, module_path!(), $name);
        $crate::point::inventory::submit! { HERE }
        HERE
    }};
}

impl Point {
    /// For the three macros only: a point made elsewhere is not in the list.
    #[doc(hidden)]
    pub const fn declare(kind: Kind, module: &'static str, name: &'static str) -> Self {
        Self { kind, module, name }
    }

    pub fn kind(self) -> Kind {
        self.kind
    }

    /// What the call is for; goes into traces and errors.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The platform's folder whose code makes the call; nothing for a call that all platforms share.
    pub fn platform(self) -> Option<&'static str> {
        self.module.strip_prefix("valetkey_connectors::")?.split("::").next()
    }

    /// The whole name of a commit, such as `commit:engine.look.intend`.
    pub fn of_commit(self) -> String {
        self.by_module("commit")
    }

    /// The whole name of a sending, such as `send:mail.mailer.hand over`.
    pub fn of_send(self) -> String {
        self.by_module("send")
    }

    fn by_module(self, what: &str) -> String {
        let module = self.module.split_once("::").map_or("", |(_, rest)| rest);
        format!("{what}:{}.{}", module.replace("::", "."), self.name)
    }

    /// The whole name of a call to this platform, such as `call:meta.share`.
    pub fn of_call(self, platform: &str) -> String {
        format!("call:{platform}.{}", self.name)
    }

    /// A commit is about to be made, or was; or something is about to be sent, or was.
    #[inline]
    pub fn pass(self, moment: Moment) {
        #[cfg(debug_assertions)]
        death::pass(moment, || match self.kind {
            Kind::Send => self.of_send(),
            Kind::Commit | Kind::Call => self.of_commit(),
        });
        #[cfg(not(debug_assertions))]
        let _ = moment;
    }

    /// A call to this platform is about to be sent, or was answered.
    #[inline]
    pub fn pass_at(self, platform: &str, moment: Moment) {
        #[cfg(debug_assertions)]
        death::pass(moment, || self.of_call(platform));
        #[cfg(not(debug_assertions))]
        let _ = (platform, moment);
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Every point that was compiled in, by module and name.
pub fn registered() -> Vec<Point> {
    let mut all: Vec<Point> = inventory::iter::<Point>.into_iter().copied().collect();
    all.sort_by_key(|p| (p.kind, p.module, p.name));
    all
}

#[cfg(debug_assertions)]
pub mod death {
    //! The switch, for tests only.

    use std::str::FromStr;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Moment;

    static ARMED: OnceLock<Armed> = OnceLock::new();

    struct Armed {
        plan: Plan,
        passed: AtomicU64,
        die: fn(),
    }

    /// Where a process dies: `POINT:before@N` or `POINT:after@N`, at the N-th pass. A point that ends with
    /// `*` stands for all that begin so; without a moment both count.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Plan {
        point: String,
        moment: Option<Moment>,
        nth: u64,
    }

    impl FromStr for Plan {
        type Err = String;

        fn from_str(text: &str) -> Result<Self, String> {
            let wrong = || format!("weaken:crash '{text}' is not POINT[:before|:after]@N");
            let (at, nth) = text.rsplit_once('@').ok_or_else(wrong)?;
            let nth = nth.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?;
            let (point, moment) = match at.rsplit_once(':') {
                Some((point, "before")) => (point, Some(Moment::Before)),
                Some((point, "after")) => (point, Some(Moment::After)),
                _ => (at, None),
            };
            Ok(Self { point: point.to_owned(), moment, nth })
        }
    }

    impl Plan {
        fn is_at(&self, name: &str, moment: Moment) -> bool {
            let here = match self.point.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == self.point,
            };
            here && self.moment.is_none_or(|m| m == moment)
        }
    }

    /// From now on `die` is called when the plan says so. Once a process.
    pub fn arm(plan: Plan, die: fn()) {
        // A second plan would be a mistake of the caller: the first one stays.
        let _ = ARMED.set(Armed { plan, passed: AtomicU64::new(0), die });
    }

    pub(super) fn pass(moment: Moment, name: impl FnOnce() -> String) {
        let Some(armed) = ARMED.get() else { return };
        let name = name();
        if armed.plan.is_at(&name, moment)
            && armed.passed.fetch_add(1, Ordering::SeqCst) + 1 == armed.plan.nth
        {
            let moment = if moment == Moment::Before { "before" } else { "after" };
            eprintln!("weaken:crash at {name}:{moment}");
            (armed.die)();
        }
    }

    #[cfg(test)]
    mod tests {
        use super::{Moment, Plan};

        #[test]
        fn a_plan_names_one_point_or_many() {
            let plan = |text: &str| text.parse::<Plan>().expect(text);
            let one = plan("call:meta.share:after@3");
            assert_eq!(one.nth, 3);
            assert!(one.is_at("call:meta.share", Moment::After));
            assert!(!one.is_at("call:meta.share", Moment::Before));
            assert!(!one.is_at("call:meta.shares", Moment::After));
            assert!(plan("call:*@1").is_at("call:meta.share", Moment::Before));
            assert!(!plan("call:*@1").is_at("commit:a.b", Moment::Before));
            for wrong in ["call:meta.share:after", "x@0", "x@y"] {
                assert!(wrong.parse::<Plan>().is_err(), "{wrong}");
            }
        }
    }
}
