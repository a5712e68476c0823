//! Thirty-two secret bytes, wiped when dropped.

use zeroize::Zeroizing;

/// On the heap, so that moving it leaves no copies behind.
pub(super) struct KeyBytes(Box<Zeroizing<[u8; 32]>>);

impl KeyBytes {
    /// Bytes that `fill` puts in place.
    pub(super) fn filled(fill: impl FnOnce(&mut [u8; 32])) -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        fill(&mut bytes);
        Self(bytes)
    }

    pub(super) fn copied(from: &[u8; 32]) -> Self {
        Self::filled(|bytes| bytes.copy_from_slice(from))
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A `Debug` that tells the type and nothing else.
macro_rules! redacted {
    ($type:ident) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(REDACTED)"))
            }
        }
    };
}

pub(super) use redacted;
