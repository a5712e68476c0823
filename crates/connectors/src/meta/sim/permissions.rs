//! The permissions an app can ask a person for.

/// Name and what the consent page says it allows.
pub const KNOWN: &[(&str, &str)] = &[
    ("public_profile", "Receive your name and picture"),
    ("email", "Receive your e-mail address"),
    ("business_management", "Manage your business portfolios"),
    ("pages_show_list", "See a list of the Pages you manage"),
    ("pages_manage_metadata", "Manage the settings of your Pages"),
    ("pages_read_engagement", "Read what is posted on your Pages"),
    ("pages_manage_ads", "Manage ads of your Pages"),
    ("ads_read", "See your ads and their results"),
    ("ads_management", "Manage your ads and ad accounts"),
    ("catalog_management", "Manage your catalogs"),
    ("instagram_basic", "See the profile of your Instagram accounts"),
    ("instagram_manage_insights", "See insights of your Instagram accounts"),
    ("leads_retrieval", "Receive leads from your ads"),
    ("read_insights", "See insights of your Pages"),
    ("whatsapp_business_management", "Manage your WhatsApp accounts"),
];

/// What a permission allows, in words; `None` when Meta has no such permission.
pub fn find(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, words)| *words)
}
