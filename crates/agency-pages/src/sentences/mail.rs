//! What was mailed, and the codes that were.

use super::Told;

impl Told<'_> {
    pub(super) fn about_mail(&self) -> Option<String> {
        let actor = self.actor();
        let what = match self.text("kind").as_deref() {
            Some("receipt") => "The receipt",
            Some("request") => "The link",
            Some("code") => "A code for “who has access”",
            _ => "A mail",
        };
        let why = self.text("why").map(|why| format!(": {why}")).unwrap_or_default();
        Some(match self.record.action.as_str() {
            "mail.sent" => format!("{what} was mailed to the client"),
            "mail.failed" if self.text("to").as_deref() == Some("refused") => {
                format!("{what} was refused by the mail server{why}")
            }
            "mail.failed" => format!("{what} could not be mailed{why}"),
            "mail.repeated" => format!("{actor} had a mail tried again"),
            "access.code_asked" => {
                "Somebody with the link to “who has access” asked for a code by mail".into()
            }
            "access.code_used" => "The code that was mailed opened “who has access”".into(),
            "access.tries_used" => "Somebody used up the tries at the code for “who has access”".into(),
            _ => return None,
        })
    }
}
