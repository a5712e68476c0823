//! What only a debug build can be told: where to die, which defence to go without, whose clock to follow.

use valetkey_sdk::clock::Clock;

/// Nothing in a release build.
#[derive(clap::Args)]
pub struct Trial {
    #[cfg(debug_assertions)]
    #[command(flatten)]
    told: told::Told,
}

impl Trial {
    /// Arms what was asked for; answers the clock to go by.
    #[cfg(debug_assertions)]
    pub fn begin(self) -> std::io::Result<Clock> {
        self.told.begin()
    }

    /// The machine's clock.
    #[cfg(not(debug_assertions))]
    pub fn begin(self) -> std::io::Result<Clock> {
        Ok(Clock::system())
    }
}

#[cfg(debug_assertions)]
mod told {
    use std::path::PathBuf;

    use rustix::process::{Signal, getpid, kill_process};
    use valetkey_sdk::clock::Clock;
    use valetkey_sdk::point::death::{Plan, arm};

    use crate::defence::weaken;

    #[derive(clap::Args)]
    pub struct Told {
        /// Die at this point, such as `commit:engine.look.intend:after@3`.
        #[arg(long, hide = true, value_name = "POINT")]
        crash: Option<Plan>,
        /// Go without this defence.
        #[arg(long, hide = true, value_name = "NAME")]
        without: Option<String>,
        /// Milliseconds by which this machine's clock is wrong, in a file that several processes follow.
        #[arg(long, hide = true, value_name = "FILE")]
        clock: Option<PathBuf>,
    }

    impl Told {
        pub fn begin(self) -> std::io::Result<Clock> {
            if let Some(plan) = self.crash {
                arm(plan, die);
            }
            if let Some(defence) = self.without {
                weaken::for_good(&defence);
            }
            self.clock.as_deref().map_or_else(|| Ok(Clock::system()), Clock::shared)
        }
    }

    /// As a power cut would end it.
    fn die() {
        // It cannot fail for a process of one's own; where it did, the trial would see a live process.
        let _ = kill_process(getpid(), Signal::KILL);
    }
}
