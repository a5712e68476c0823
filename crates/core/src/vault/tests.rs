//! Sealed values stay where they were put, keys stay secret, and key files are what they say.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use valetkey_sdk::random::Random;

use super::*;

const PLACE: Place<'static> = Place { agency: "agy_1", table: "connection", column: "token", row: "con_1" };

fn ring(random: &Random, agency: &str) -> KeyRing {
    KeyRing::new(agency, 1, vec![DataKey::generate(random, agency, 1)]).unwrap()
}

fn sealed(ring: &KeyRing, random: &Random, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
    seal(ring.newest(), random, place, plain).unwrap()
}

#[test]
fn what_is_sealed_opens_in_its_place() {
    let random = Random::seeded(1);
    let ring = ring(&random, "agy_1");
    for plain in [&b""[..], b"EAAB", &[0; 5000]] {
        let value = sealed(&ring, &random, PLACE, plain);
        assert_eq!(open(&ring, PLACE, &value).unwrap().as_slice(), plain);
        assert_eq!(value.len(), 1 + 4 + 12 + plain.len() + 16);
        assert!(plain.is_empty() || !value.windows(plain.len()).any(|part| part == plain));
    }
}

#[test]
fn a_value_moved_to_any_other_place_does_not_open() {
    let random = Random::seeded(2);
    let rings = [ring(&random, "agy_1"), ring(&random, "agy_2")];
    let mut values = Vec::new();
    for ring in &rings {
        for table in ["connection", "link"] {
            for column in ["token", "refresh_token"] {
                for row in ["1", "2", "11"] {
                    let place = Place { agency: ring.agency(), table, column, row };
                    values.push((ring, place, sealed(ring, &random, place, row.as_bytes())));
                }
            }
        }
    }
    let mut swaps = 0;
    for (at, (ring, place, _)) in values.iter().enumerate() {
        for (from, (.., value)) in values.iter().enumerate() {
            let opened = open(ring, *place, value);
            assert_eq!(opened.is_ok(), at == from, "{place:?} from {from}");
            swaps += usize::from(at != from);
        }
    }
    assert_eq!(swaps, 24 * 23);
}

#[test]
fn letters_moved_between_the_parts_of_a_place_make_another_place() {
    let random = Random::seeded(3);
    let ring = ring(&random, "agy_1");
    let value = sealed(&ring, &random, Place { table: "ab", column: "c", ..PLACE }, b"x");
    assert!(matches!(
        open(&ring, Place { table: "a", column: "bc", ..PLACE }, &value),
        Err(VaultError::Refused)
    ));
}

#[test]
fn a_key_seals_and_opens_for_its_own_agency_only() {
    let random = Random::seeded(4);
    let (one, two) = (ring(&random, "agy_1"), ring(&random, "agy_2"));
    assert!(matches!(seal(two.newest(), &random, PLACE, b"x"), Err(VaultError::WrongAgency { .. })));
    let value = sealed(&one, &random, PLACE, b"x");
    assert!(matches!(open(&two, PLACE, &value), Err(VaultError::WrongAgency { .. })));
    let same_agency_other_key = ring(&random, "agy_1");
    assert!(matches!(open(&same_agency_other_key, PLACE, &value), Err(VaultError::Refused)));
}

#[test]
fn a_change_of_any_bit_or_length_is_refused() {
    let random = Random::seeded(5);
    let ring = ring(&random, "agy_1");
    let value = sealed(&ring, &random, PLACE, b"EAAB");
    for bit in 0..value.len() * 8 {
        let mut changed = value.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&ring, PLACE, &changed).is_err(), "bit {bit}");
    }
    for length in 0..value.len() {
        assert!(open(&ring, PLACE, &value[..length]).is_err(), "length {length}");
    }
    assert!(open(&ring, PLACE, &[value, vec![0]].concat()).is_err());
}

#[test]
fn an_old_version_number_is_refused_and_cannot_be_put_on_a_new_value() {
    let random = Random::seeded(6);
    let key = |version| DataKey::generate(&random, "agy_1", version);
    let (first, second) = (key(1), key(2));
    let old = seal(&first, &random, PLACE, b"old").unwrap();
    let mut posing = seal(&second, &random, PLACE, b"new").unwrap();

    let both = KeyRing::new("agy_1", 1, vec![second, first]).unwrap();
    assert_eq!(both.newest().version(), 2);
    assert_eq!(open(&both, PLACE, &old).unwrap().as_slice(), b"old");
    posing[4] = 1;
    assert_eq!(sealed_version(&posing).unwrap(), 1);
    assert!(matches!(open(&both, PLACE, &posing), Err(VaultError::Refused)));

    let raised = KeyRing::new("agy_1", 2, vec![key(1), key(2)]).unwrap();
    assert!(matches!(open(&raised, PLACE, &old), Err(VaultError::TooOld { found: 1, minimum: 2 })));
    posing[4] = 3;
    assert!(matches!(open(&raised, PLACE, &posing), Err(VaultError::UnknownVersion { found: 3 })));
    assert!(KeyRing::new("agy_1", 3, vec![key(1), key(2)]).is_err());
    assert!(KeyRing::new("agy_2", 1, vec![key(1)]).is_err());
}

#[test]
fn a_wrapped_key_comes_back_with_its_master_and_agency_only() {
    let random = Random::seeded(7);
    let (master, other) = (MasterKey::generate(&random), MasterKey::generate(&random));
    let key = DataKey::generate(&random, "agy_1", 3);
    let value = seal(&key, &random, PLACE, b"EAAB").unwrap();
    let wrapped = key.wrap(&master, &random);
    assert_eq!(DataKey::wrapped_by(&wrapped).unwrap(), master.id());

    let back = DataKey::from_wrapped(&master, "agy_1", &wrapped).unwrap();
    assert_eq!(back.version(), 3);
    let ring = KeyRing::new("agy_1", 1, vec![back]).unwrap();
    assert_eq!(open(&ring, PLACE, &value).unwrap().as_slice(), b"EAAB");

    let wrong_file = DataKey::from_wrapped(&other, "agy_1", &wrapped).unwrap_err();
    assert!(wrong_file.to_string().contains("use the right key file"), "{wrong_file}");
    assert!(matches!(DataKey::from_wrapped(&master, "agy_2", &wrapped), Err(VaultError::Refused)));
    for bit in 0..wrapped.len() * 8 {
        let mut changed = wrapped.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(DataKey::from_wrapped(&master, "agy_1", &changed).is_err(), "bit {bit}");
    }
}

#[test]
fn wrapping_anew_under_another_master_leaves_sealed_values_alone() {
    let random = Random::seeded(8);
    let (old, new) = (MasterKey::generate(&random), MasterKey::generate(&random));
    let key = DataKey::generate(&random, "agy_1", 1);
    let value = seal(&key, &random, PLACE, b"EAAB").unwrap();
    let wrapped = DataKey::from_wrapped(&old, "agy_1", &key.wrap(&old, &random)).unwrap().wrap(&new, &random);
    assert!(DataKey::from_wrapped(&old, "agy_1", &wrapped).is_err());
    let ring =
        KeyRing::new("agy_1", 1, vec![DataKey::from_wrapped(&new, "agy_1", &wrapped).unwrap()]).unwrap();
    assert_eq!(open(&ring, PLACE, &value).unwrap().as_slice(), b"EAAB");
}

#[test]
fn lookup_hashes_depend_on_master_purpose_and_text() {
    let random = Random::seeded(9);
    let master = MasterKey::generate(&random);
    let key = master.derive(Purpose::LinkLookup);
    let hash = key.hash("token");
    assert_eq!(hash.len(), 43);
    assert_eq!(master.derive(Purpose::LinkLookup).hash("token"), hash);
    assert!(key.matches("token", &hash) && !key.matches("Token", &hash) && !key.matches("token", &hash[1..]));
    let others = [
        key.hash("token2"),
        master.derive(Purpose::SessionLookup).hash("token"),
        master.derive(Purpose::Csrf).hash("token"),
        MasterKey::generate(&random).derive(Purpose::LinkLookup).hash("token"),
    ];
    assert!(others.iter().all(|other| *other != hash));
    assert_ne!(master.audit_head_seed(), MasterKey::generate(&random).audit_head_seed());
    assert_eq!(master.audit_head_seed(), master.audit_head_seed());
}

#[test]
fn no_key_shows_itself_when_printed() {
    let random = Random::seeded(10);
    let master = MasterKey::generate(&random);
    let ring = ring(&random, "agy_1");
    assert_eq!(format!("{master:?}"), "MasterKey(REDACTED)");
    assert_eq!(format!("{:?}", master.derive(Purpose::Csrf)), "LookupKey(REDACTED)");
    assert_eq!(format!("{:?}", ring.newest()), "DataKey(REDACTED)");
    assert!(format!("{ring:?}").contains("DataKey(REDACTED)"));
}

#[test]
fn a_key_file_comes_back_and_is_never_overwritten() {
    let file = KeyFile::new();
    let master = MasterKey::generate(&Random::seeded(11));
    master.write_new(&file.0).unwrap();
    let content = std::fs::read_to_string(&file.0).unwrap();
    assert_eq!(content, format!("valetkey-key-1 {}\n", STANDARD.encode(master.bytes())));
    assert_eq!(MasterKey::load(&file.0).unwrap().id(), master.id());

    let again = MasterKey::generate(&Random::seeded(12)).write_new(&file.0).unwrap_err();
    assert!(matches!(&again, VaultError::KeyFileExists { .. }), "{again}");
    assert_eq!(std::fs::read_to_string(&file.0).unwrap(), content);
}

#[cfg(unix)]
#[test]
fn a_new_key_file_is_readable_by_its_owner_only_and_a_loose_one_still_loads() {
    use std::os::unix::fs::PermissionsExt;
    let file = KeyFile::new();
    MasterKey::generate(&Random::seeded(13)).write_new(&file.0).unwrap();
    assert_eq!(std::fs::metadata(&file.0).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&file.0, PermissionsExt::from_mode(0o644)).unwrap();
    MasterKey::load(&file.0).unwrap();
}

#[test]
fn a_missing_short_or_sample_key_is_refused_with_what_to_do() {
    let file = KeyFile::new();
    let missing = MasterKey::load(&file.0).unwrap_err().to_string();
    assert!(missing.contains("valetkey key new"), "{missing}");

    let good = STANDARD.encode(MasterKey::generate(&Random::seeded(14)).bytes());
    let sequence: Vec<u8> = (0..32).collect();
    let key = |bytes: &[u8]| format!("valetkey-key-1 {}\n", STANDARD.encode(bytes));
    for (content, why) in [
        (String::new(), "it is empty"),
        ("valetkey-key-1\n".to_owned(), "the key itself is missing"),
        (format!("{good}\n"), "does not start with"),
        (format!("valetkey-key-2 {good}\n"), "does not start with"),
        (format!("valetkey-key-1 {good}\nvaletkey-key-1 {good}\n"), "more than one"),
        ("valetkey-key-1 not/base64!\n".to_owned(), "not base64"),
        (key(&sequence[..31]), "not 32 bytes"),
        (key(&[1; 33]), "not 32 bytes"),
        (key(&[0; 32]), "a sample"),
        (key(&sequence), "a sample"),
        (key(b"sample-key-never-use-it-for-real"), "a sample"),
        (" ".repeat(5000), "too long"),
    ] {
        std::fs::write(&file.0, &content).unwrap();
        let error = MasterKey::load(&file.0).unwrap_err().to_string();
        assert!(error.contains(why) && error.contains("valetkey key new"), "{content:?}: {error}");
        assert!(!error.contains(&good));
    }
    std::fs::write(&file.0, format!("\n valetkey-key-1 {good} \r\n")).unwrap();
    MasterKey::load(&file.0).unwrap();
}

/// A file name of its own, removed at the end.
struct KeyFile(PathBuf);

impl KeyFile {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("valetkey-key-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
