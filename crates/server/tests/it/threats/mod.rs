//! One module an attack, named after its row in the threat model.

pub mod routes;
pub mod rows;
pub mod steps;
mod t01_link_guessing;
mod t02_forwarded_link;
mod t03_connection_fixation;
mod t04_late_claim;
mod t05_login_csrf;
mod t06_replay;
mod t10_referer;
mod t11_confused_grantee;
mod t12_asset_injection;
mod t13_names;
mod t14_qr;
mod t15_clickjacking;
mod t16_other_tenant;
mod t17_mass_assignment;
mod t18_stale_rights;
mod t21_login_fixation;
mod t24_stored_xss;
mod t30_csrf;
mod t33_ciphertext_swap;
mod t38_lookup;
mod t39_secrets_in_logs;
mod t40_first_run;
mod t41_gates;
pub mod t42_uploads;
