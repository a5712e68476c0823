//! Steps by hand, and codes to scan.

use askama::Template;
use valetkey_pages::steps::Steps;
use valetkey_pages::view::{Frame, GranteeMark, When};

/// Steps that a person does by hand at the platform.
#[derive(Template)]
#[template(path = "client/guide.html")]
pub struct Guide {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    pub grantee: GranteeMark,
    pub tasks: Vec<GuideTask>,
    /// From when on the steps hold.
    pub since: Option<String>,
    pub access_until: Option<When>,
    /// POST here with `terms` and one `which` for each task.
    pub action: String,
    pub terms: String,
    pub back: String,
    pub problem: Option<String>,
}

/// What the owner lets the agency into by scanning a code.
#[derive(Template)]
#[template(path = "client/scan.html")]
pub struct Scanned {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    pub grantee: GranteeMark,
    /// Names of those of the agency who are assigned afterwards.
    pub staff: Vec<String>,
    pub tasks: Vec<GuideTask>,
    pub since: Option<String>,
    pub access_until: Option<When>,
    /// The code as a picture and as an address; none before it was asked for.
    pub code: Option<ScanCode>,
    /// POST here for a new code.
    pub renew: String,
    /// GET here tells a script whether the platform shows it by now.
    pub there: String,
    /// POST here for the owner's own sign-in; none where the platform has none.
    pub sign_in: Option<String>,
    /// Who signed in in this way.
    pub owner: Option<String>,
    /// POST here with `terms` and one `which` for each task.
    pub action: String,
    pub terms: String,
    pub back: String,
    pub problem: Option<String>,
}

pub struct ScanCode {
    /// Drawn by us: nothing of it came from outside but the address that it holds.
    pub picture: String,
    pub address: String,
}

/// One account to be shared by hand.
pub struct GuideTask {
    pub asset: String,
    pub level: String,
    pub can: String,
    pub cannot: String,
    pub steps: Steps,
    /// Asks which account it was.
    pub question: String,
    /// The agency named the account.
    pub named: Option<String>,
    pub typed: String,
}
