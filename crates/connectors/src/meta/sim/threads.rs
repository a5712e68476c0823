//! Threads accounts: which portfolio holds one (TH-2 to TH-5).

use jiff::civil::{Date, date};

use super::world::{Asset, AssetKind, World};

/// From this day on a Threads account is added to a portfolio by hand. What holds on the day itself is not
/// said (TH-5): it counts as after.
const BY_HAND_FROM: Date = date(2026, 1, 29);

impl World {
    /// The Instagram account that a Threads account is connected to, one at most (TH-23).
    pub fn instagram_of(&self, threads: &str) -> Option<&Asset> {
        self.assets.values().find(|asset| asset.threads_user_id.as_deref() == Some(threads))
    }

    /// The portfolio that holds an asset. An old Threads account with the name of its Instagram account is in
    /// that one's portfolio by itself (TH-3).
    pub fn holder(&self, id: &str) -> Option<&str> {
        let asset = self.assets.get(id)?;
        let follows = self.instagram_of(id).filter(|_| self.follows_instagram(id));
        asset.portfolio.as_deref().or_else(|| follows?.portfolio.as_deref())
    }

    /// People and what they may do are those of the Instagram account (TH-3).
    pub fn follows_instagram(&self, threads: &str) -> bool {
        let Some(asset) = self.assets.get(threads).filter(|asset| asset.kind == AssetKind::Threads) else {
            return false;
        };
        let is_old = asset.created.is_some_and(|day| day < BY_HAND_FROM);
        is_old && self.instagram_of(threads).is_some_and(|account| account.name == asset.name)
    }
}
