//! What members and keys do with clients, templates, grantees and keys.

use valetkey_core::app::domain_name::shown;

use super::Told;

impl Told<'_> {
    pub(super) fn about_agency(&self) -> String {
        let (actor, text) = (self.actor(), |at: &str| self.text(at).unwrap_or_default());
        if text("from") == text("to") {
            format!("{actor} changed the colour of the agency’s pages")
        } else {
            format!("{actor} renamed the agency from “{}” to “{}”", text("from"), text("to"))
        }
    }

    pub(super) fn about_brand(&self) -> Option<String> {
        let actor = self.actor();
        let domain = |at: &str| self.text(at).map(|d| shown(&d)).unwrap_or_default();
        Some(match self.record.action.as_str() {
            "agency.changed" => self.about_agency(),
            "agency.logo_changed" => format!("{actor} changed the agency’s logo"),
            "agency.logo_removed" => format!("{actor} removed the agency’s logo"),
            "agency.logo_restored" => format!("{actor} put the logo before back"),
            "agency.domain_claimed" => format!("{actor} named {} as the agency’s domain", domain("to")),
            "agency.domain_removed" => {
                format!("{actor} removed the agency’s domain {}", domain("from"))
            }
            "agency.domain_verified" => {
                format!("The record of {} was found: clients see the domain", domain("domain"))
            }
            "agency.domain_missing" => format!("The record of {} is gone", domain("domain")),
            "agency.domain_lost" if self.text("why").as_deref() == Some("unchecked") => format!(
                "{} could not be checked for three days: clients do not see it any more",
                domain("domain")
            ),
            "agency.domain_lost" => {
                format!(
                    "The record of {} stayed away: clients do not see the domain any more",
                    domain("domain")
                )
            }
            _ => return None,
        })
    }

    pub(super) fn about_settings(&self) -> Option<String> {
        let actor = self.actor();
        let named = |at: &str| self.text(at).map(|name| format!(" “{name}”")).unwrap_or_default();
        let (from, to) = (named("from"), named("to"));
        Some(match self.record.action.as_str() {
            "client.added" => format!("{actor} added the client{}", named("name")),
            "client.changed" if from != to => format!("{actor} renamed the client{from} to{to}"),
            "client.changed" => format!("{actor} changed the e-mail address of the client{to}"),
            "client.deleted" => format!("{actor} deleted a client with everything that was asked of it"),
            "client.offboarding_asked" => format!("{actor} asked to end all access to a client"),
            "template.added" => format!("{actor} made the template{}", named("name")),
            "template.changed" if from != to => format!("{actor} renamed the template{from} to{to}"),
            "template.changed" => format!("{actor} changed what the template{to} asks for"),
            "template.deleted" => format!("{actor} deleted the template{}", named("name")),
            "api_key.made" => format!("{actor} made an API key{}", named("label")),
            "api_key.ended" => format!("{actor} ended the API key{}", named("label")),
            "grantee.typed" => {
                let id = self.text("external_id").unwrap_or_default();
                format!("{actor} typed in who receives access at {}: {id}", self.platform())
            }
            "grantee.renamed" => format!("{actor} renamed who receives access from{from} to{to}"),
            "grantee.deleted" => {
                let id = self.text("external_id").unwrap_or_default();
                format!("{actor} removed {id} from those who receive access at {}", self.platform())
            }
            "agency.restored" => {
                "Restored from a backup: nothing that was not done yet is done before somebody decides again"
                    .into()
            }
            _ => return None,
        })
    }
}
