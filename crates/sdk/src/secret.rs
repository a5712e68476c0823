//! A value that cannot be printed, serialised or compared with `==`, and is wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A token, code, verifier, key or password.
///
/// ```compile_fail
/// let s = valetkey_sdk::secret::Secret::new("EAAB");
/// println!("{s}");
/// ```
/// ```compile_fail
/// let s = valetkey_sdk::secret::Secret::new("EAAB");
/// serde_json::to_string(&s).unwrap();
/// ```
/// ```compile_fail
/// let (a, b) = (valetkey_sdk::secret::Secret::new("a"), valetkey_sdk::secret::Secret::new("b"));
/// let _ = a == b;
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    /// The value itself, at the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Equal, in time that depends on the lengths only.
    pub fn matches(&self, other: &str) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(self.0.as_bytes(), other.as_bytes()).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(REDACTED)")
    }
}
