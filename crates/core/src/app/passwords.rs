//! Passwords: what may be one, and how it is kept.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use valetkey_sdk::random::Random;
use valetkey_sdk::secret::Secret;

use super::AppError;
use crate::desk::Desk;

pub const MIN_CHARACTERS: usize = 12;
const MAX_CHARACTERS: usize = 200;
/// Letters and digits that must be left when what everybody could guess is taken out.
const OWN_CHARACTERS: usize = 6;

/// Each hash needs 19 MiB and a core: no more at once than this.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// Argon2id with 19 MiB, 2 passes, 1 lane: the first choice of OWASP's password storage cheat sheet (2026-11).
static HASHER: LazyLock<Argon2<'static>> = LazyLock::new(|| {
    let params = Params::new(19 * 1024, 2, 1, None).expect("constants that fit");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
});

/// Nobody's password: checking against it costs what checking a real one does (T38).
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_with(&Random::system().token(), &[7; 16]).expect("constants that fit"));

/// Long enough, and still the first that anybody tries.
const COMMON: [&str; 24] = [
    "adminadminadmin",
    "administrator",
    "changemechangeme",
    "changemenow",
    "correcthorsebatterystaple",
    "iloveyou",
    "ilovemyfamily",
    "letmein",
    "letmeinletmein",
    "password",
    "passwordpassword",
    "passw0rd",
    "p4ssw0rd",
    "qazwsxedcrfv",
    "qwertyuiop",
    "qwertyuiopasdfghjkl",
    "qwerty",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "trustno1",
    "valetkey",
    "welcome",
    "zaq12wsx",
    "abc123",
];

/// Why this cannot be the password, in a sentence; nothing when it can. There are no rules about kinds of
/// characters.
pub fn problem(password: &Secret, email: &str, agency: &str) -> Option<String> {
    let text = password.expose();
    let count = text.chars().count();
    if count < MIN_CHARACTERS {
        return Some(format!(
            "Use at least {MIN_CHARACTERS} characters. Three or four words that do not belong together are good."
        ));
    }
    if count > MAX_CHARACTERS {
        return Some(format!("Use at most {MAX_CHARACTERS} characters."));
    }
    let plain = plain(text);
    let user = email.split('@').next().unwrap_or_default();
    for known in [email, user, agency] {
        if is_mostly(&plain, &self::plain(known)) {
            return Some(
                "Use something that is not your e-mail address, your name or the agency’s name.".into(),
            );
        }
    }
    let common = COMMON.iter().any(|c| is_mostly(&plain, c)) || is_pattern(&plain);
    common.then(|| "This is one of the first passwords that anybody tries. Use another.".into())
}

/// Letters and digits only, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Without the known part, too little is left.
fn is_mostly(plain: &str, known: &str) -> bool {
    known.chars().count() >= 4
        && plain.contains(known)
        && plain.replace(known, "").chars().count() < OWN_CHARACTERS
}

/// Few different characters, the same few again and again, or a row of the alphabet or of digits.
fn is_pattern(plain: &str) -> bool {
    let chars: Vec<char> = plain.chars().collect();
    let repeats = (1..=4).any(|n| chars.len() > n && chars.iter().zip(&chars[n..]).all(|(a, b)| a == b));
    let step = |pair: &[char]| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0]));
    let rows = chars.windows(2).filter(|pair| matches!(step(pair), 1 | -1 | -9 | 9)).count();
    chars.is_empty() || repeats || rows + 2 >= chars.len()
}

/// The password as it is kept.
pub async fn hash(desk: &Desk, password: &Secret) -> Result<String, AppError> {
    let (password, salt) = (password.clone(), desk.random.bytes::<16>());
    run(move || hash_with(&password, &salt)).await?.map_err(|e| AppError::Internal(anyhow::anyhow!("{e}")))
}

/// Whether this is the password that was kept. The same work is done when there is none.
pub async fn matches(password: &Secret, kept: Option<String>) -> Result<bool, AppError> {
    let password = password.clone();
    run(move || {
        let text = kept.as_deref().unwrap_or_else(|| NOBODY.as_str());
        let right = PasswordHash::new(text)
            .is_ok_and(|hash| HASHER.verify_password(password.expose().as_bytes(), &hash).is_ok());
        right && kept.is_some()
    })
    .await
}

fn hash_with(password: &Secret, salt: &[u8]) -> Result<String, argon2::password_hash::Error> {
    let hash: PasswordHash = HASHER.hash_password_with_salt(password.expose().as_bytes(), salt)?;
    Ok(hash.to_string())
}

/// Off the threads that answer everybody else.
async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    let slot = SLOTS.acquire().await.map_err(|e| AppError::Internal(e.into()))?;
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| AppError::Internal(e.into()));
    drop(slot);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_password_costs_what_a_real_one_costs() {
        let real = hash_with(&Secret::new("the tide takes the harbour wall"), &[1; 16]).expect("a hash");
        let costs = |text: &str| text.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(costs(&NOBODY), costs(&real));
        assert_eq!(costs(&real).as_deref(), Some("$argon2id$v=19$m=19456,t=2,p=1"));
    }

    #[test]
    fn what_anybody_would_guess_is_refused_and_a_sentence_is_not() {
        let refused = |text: &str| {
            problem(&Secret::new(text), "kim.park@northwind.example", "Northwind Growth").is_some()
        };
        let bad = [
            "short",
            "elevenchars",
            "kim.park@northwind.example",
            "Kim.Park@Northwind.Example!",
            "northwindgrowth",
            "Northwind Growth 1",
            "kimpark12345",
            "passwordpassword",
            "Password1234!",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "abcdefghijklm",
            "Qwertyuiop12",
            "------------",
        ];
        for text in bad {
            assert!(refused(text), "{text}");
        }
        let good = [
            "twelve chars",
            "the tide takes the harbour wall",
            "correct horse 71 anvil",
            "9f4k2-lq7zz-0pw8d",
        ];
        for text in good {
            assert!(!refused(text), "{text}");
        }
        assert!(refused(&"ab cd ".repeat(40)), "too long");
    }
}
