//! What clients do on a card beside signing in, and what people do by hand at a platform.

use super::Told;

impl Told<'_> {
    pub(super) fn about_cards(&self) -> Option<String> {
        let (actor, platform) = (self.actor(), self.platform());
        Some(match self.record.action.as_str() {
            "item.attested" => format!("{actor} said that the steps at {platform} were done"),
            "item.code_shown" => format!("{actor} was shown a code to scan at {platform}"),
            "item.scanned" => format!("{actor} scanned a code at {platform} and let the agency in there"),
            "item.asking" => {
                let asset = self.text("asset/id").unwrap_or_else(|| "an account".into());
                format!("{actor} asked for {asset} at {platform} from the agency’s own side")
            }
            "item.asked" => match self.text("answer").as_deref() {
                Some("waits") => {
                    format!("{platform} took the request, and the client has to approve it there")
                }
                Some("there") => format!("{platform} says that the agency has it"),
                Some("refused") => format!("{platform} refused the request"),
                _ => format!("{platform} did not say what became of the request"),
            },
            "item.looked_again" => format!("{actor} had the accounts at {platform} listed again"),
            "item.skipped" => match self.text("how").as_deref() {
                Some("skipped_declined") => format!("{actor} left {platform} out and does not share it"),
                Some("skipped_not_have") => format!("{actor} left {platform} out: there is no such account"),
                _ => format!("{actor} left {platform} out"),
            },
            "item.reopened" => format!("{actor} opened {platform} again"),
            "item.handed_over" => format!("{actor} passed {platform} on to somebody else"),
            "item.help_wanted" => format!("{actor} asked for help with {platform}"),
            "item.help_dealt_with" => format!("{actor} saw to the help that was asked for with {platform}"),
            "access.link_made" if self.record.actor == "engine" => {
                "The link to “who has access” was made for the client’s receipt".into()
            }
            "access.link_made" => format!("{actor} opened the page that says who has access"),
            _ => return None,
        })
    }

    pub(super) fn about_hands(&self) -> Option<String> {
        let (actor, platform) = (self.actor(), self.platform());
        let asset = self.text("asset/name").unwrap_or_else(|| "an account".into());
        Some(match self.record.action.as_str() {
            "access.read" => format!("{actor} read who has access to {asset} at {platform}"),
            "access.unreadable" => {
                format!("{actor} asked who has access to {asset}, and {platform} could not be read")
            }
            "grant.attested" => {
                format!("{actor} said that access to {asset} was given by hand at {platform}")
            }
            "grant.removal_attested" => {
                format!("{actor} said that the access to {asset} was removed by hand at {platform}")
            }
            "grant.ended" => {
                format!("The access to {asset} has ended: somebody has to remove it by hand at {platform}")
            }
            "grant.followed" => match self.text("to").as_deref() {
                Some("queued" | "working") => {
                    format!("The share of {asset} stands, so what was to follow it begins")
                }
                Some("revoked" | "expired" | "cancelled") => {
                    format!("With the share of {asset}, what was assigned behind it is over")
                }
                _ => format!("What is assigned behind the share of {asset} followed it"),
            },
            _ => return None,
        })
    }
}
