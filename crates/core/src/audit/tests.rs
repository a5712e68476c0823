//! Every way of tampering that we could think of, and the record that verification names.

use serde_json::json;

use super::*;

const AGENCY: &str = "agy_1";
const LENGTH: i64 = 12;

fn entry(number: i64) -> Entry {
    Entry {
        at_ms: 1_700_000_000_000 + number,
        actor: format!("member:mem_{number}"),
        action: "grant.verified".to_owned(),
        subject: format!("grt_{number}"),
        data: Data::new(&json!({ "level": "manage", "number": number, "ä": [true, null] })).unwrap(),
    }
}

fn chain() -> Vec<Record> {
    let mut head = Head::genesis(AGENCY);
    (1..=LENGTH)
        .map(|number| {
            let record = Record::after(&head, entry(number));
            head = Head::of(&record);
            record
        })
        .collect()
}

fn check(records: Vec<Record>, outside: &[Head]) -> Result<Head, FirstBad> {
    verify(AGENCY, records, outside)
}

fn first_bad(records: Vec<Record>) -> i64 {
    check(records, &[]).unwrap_err().seq
}

/// The chain from `index` on with every hash made anew, as somebody who can write to the database would.
fn forged(mut records: Vec<Record>, index: usize) -> Vec<Record> {
    for at in index..records.len() {
        if at > 0 {
            records[at].prev = records[at - 1].hash;
        }
        records[at].hash = records[at].computed_hash();
    }
    records
}

#[test]
fn an_untouched_chain_verifies_to_its_last_record() {
    let records = chain();
    let last = Head::of(records.last().unwrap());
    assert_eq!(check(records, std::slice::from_ref(&last)), Ok(last));
    assert_eq!(check(vec![], &[]), Ok(Head::genesis(AGENCY)));
}

#[test]
fn a_change_of_any_byte_of_any_field_names_the_record() {
    fn text(field: impl Fn(&mut Record) -> &mut String, record: &Record) -> Vec<Record> {
        let length = field(&mut record.clone()).chars().count();
        let at = |position: usize| {
            let mut changed = record.clone();
            let field = field(&mut changed);
            *field =
                field.chars().enumerate().map(|(i, c)| if i == position { other(c) } else { c }).collect();
            changed
        };
        (0..length).map(at).collect()
    }
    fn other(letter: char) -> char {
        if letter == 'x' { 'y' } else { 'x' }
    }
    fn bits(length: usize, change: impl Fn(&mut Record, usize, u8), record: &Record) -> Vec<Record> {
        let at = |position: usize| {
            let mut changed = record.clone();
            change(&mut changed, position / 8, 1 << (position % 8));
            changed
        };
        (0..length * 8).map(at).collect()
    }

    let mut tried = 0;
    for (index, record) in chain().iter().enumerate() {
        let mut changed = bits(32, |r, byte, bit| r.prev[byte] ^= bit, record);
        changed.extend(bits(32, |r, byte, bit| r.hash[byte] ^= bit, record));
        changed.extend(bits(8, |r, byte, bit| r.at_ms ^= i64::from(bit) << (byte * 8), record));
        changed.extend(text(|r| &mut r.actor, record));
        changed.extend(text(|r| &mut r.action, record));
        changed.extend(text(|r| &mut r.subject, record));
        changed.extend(text(|r| &mut r.agency_id, record));
        for position in 0..record.data.as_str().chars().count() {
            let letters = record.data.as_str().chars().enumerate();
            let data = letters.map(|(i, c)| if i == position { other(c) } else { c }).collect::<String>();
            changed.push(Record { data: Data::stored(data), ..record.clone() });
        }
        for bad in changed {
            let mut records = chain();
            records[index] = bad;
            assert_eq!(first_bad(records), record.seq);
            tried += 1;
        }
    }
    assert!(tried > 6_000, "{tried}");
}

#[test]
fn a_changed_number_is_named_as_the_gap_or_the_repetition_it_makes() {
    let mut up = chain();
    up[4].seq = 9;
    assert_eq!(check(up, &[]), Err(FirstBad { seq: 5, why: Why::Gap { next: 9 } }));
    let mut down = chain();
    down[4].seq = 2;
    assert_eq!(check(down, &[]), Err(FirstBad { seq: 2, why: Why::OutOfOrder { after: 4 } }));
}

#[test]
fn white_space_put_into_the_data_is_a_change() {
    let mut records = chain();
    records[3].data = Data::stored(records[3].data.as_str().replace(':', ": "));
    assert_eq!(check(records, &[]), Err(FirstBad { seq: 4, why: Why::Changed }));
}

#[test]
fn text_moved_from_one_field_to_the_next_is_a_change() {
    let mut records = chain();
    let first = records[2].subject.remove(0);
    records[2].action.push(first);
    assert_eq!(check(records, &[]), Err(FirstBad { seq: 3, why: Why::Changed }));
}

#[test]
fn a_record_whose_hash_was_made_anew_gives_itself_away_at_the_next() {
    let mut records = chain();
    records[5].actor = "member:mem_other".to_owned();
    records[5].hash = records[5].computed_hash();
    assert_eq!(check(records, &[]), Err(FirstBad { seq: 7, why: Why::Unlinked }));
}

#[test]
fn every_deletion_but_the_last_is_a_gap() {
    for index in 0..(LENGTH as usize - 1) {
        let mut records = chain();
        let gone = records.remove(index).seq;
        assert_eq!(check(records, &[]), Err(FirstBad { seq: gone, why: Why::Gap { next: gone + 1 } }));
    }
}

#[test]
fn every_swap_and_every_repetition_is_found() {
    for a in 0..LENGTH as usize {
        for b in (a + 1)..LENGTH as usize {
            let mut records = chain();
            records.swap(a, b);
            assert_eq!(first_bad(records), a as i64 + 1);
        }
        let mut records = chain();
        records.insert(a + 1, records[a].clone());
        let why = Why::OutOfOrder { after: a as i64 + 1 };
        assert_eq!(check(records, &[]), Err(FirstBad { seq: a as i64 + 1, why }));
    }
}

#[test]
fn records_swapped_together_with_their_numbers_are_changed_records() {
    let mut records = chain();
    records.swap(3, 7);
    records[3].seq = 4;
    records[7].seq = 8;
    assert_eq!(check(records, &[]), Err(FirstBad { seq: 4, why: Why::Changed }));
}

#[test]
fn a_cut_end_is_found_against_a_head_from_outside_only() {
    let head = Head::of(chain().last().unwrap());
    for kept in 0..LENGTH as usize {
        let mut records = chain();
        records.truncate(kept);
        assert!(check(records.clone(), &[]).is_ok());
        let expected = FirstBad { seq: kept as i64 + 1, why: Why::Truncated { head: LENGTH } };
        assert_eq!(check(records, std::slice::from_ref(&head)), Err(expected));
    }
}

#[test]
fn two_records_in_one_place_are_a_fork() {
    let mut records = chain();
    let other = Record::after(&Head::of(&records[3]), entry(99));
    records.insert(5, other);
    assert_eq!(check(records, &[]), Err(FirstBad { seq: 5, why: Why::Fork }));
}

#[test]
fn a_chain_written_anew_is_found_against_the_first_outside_head_after_it() {
    let original = chain();
    let heads: Vec<Head> = [8, 4, 12].iter().map(|seq| Head::of(&original[seq - 1])).collect();
    let mut records = original;
    records[5].subject = "grt_other".to_owned();
    let records = forged(records, 5);
    assert!(check(records.clone(), &[]).is_ok());
    assert_eq!(check(records, &heads), Err(FirstBad { seq: 8, why: Why::Rewritten }));
}

#[test]
fn a_chain_of_one_agency_is_not_that_of_another() {
    assert_eq!(verify("agy_2", chain(), &[]).unwrap_err().seq, 1);
    let renamed: Vec<Record> =
        forged(chain().into_iter().map(|r| Record { agency_id: "agy_2".to_owned(), ..r }).collect(), 0);
    assert_eq!(verify("agy_2", renamed, &[]), Err(FirstBad { seq: 1, why: Why::Unlinked }));
}

#[test]
fn verification_can_go_on_after_a_trusted_head() {
    let records = chain();
    let trusted = Head::of(&records[6]);
    let mut verifier = Verifier::after(trusted, &[]);
    records[7..].iter().for_each(|record| verifier.push(record).unwrap());
    assert_eq!(verifier.finish().unwrap().seq, LENGTH);
    let mut verifier = Verifier::after(Head { hash: [7; 32], ..Head::of(&records[6]) }, &[]);
    assert_eq!(verifier.push(&records[7]), Err(FirstBad { seq: 8, why: Why::Unlinked }));
}

#[test]
fn extreme_numbers_do_not_overflow() {
    let mut records = chain();
    records[0].seq = i64::MAX;
    records[1].seq = i64::MIN;
    assert_eq!(check(records.clone(), &[]), Err(FirstBad { seq: 1, why: Why::Gap { next: i64::MAX } }));
    records.remove(0);
    assert_eq!(first_bad(records), i64::MIN);
}

#[test]
fn a_stored_hash_of_the_wrong_length_is_a_changed_record() {
    let mut records = chain();
    records[2].hash = hash_from_stored(&records[2].hash[..31]);
    assert_eq!(check(records, &[]), Err(FirstBad { seq: 3, why: Why::Changed }));
}

#[test]
fn data_has_one_form_whatever_the_order_of_its_keys() {
    let a: serde_json::Value =
        serde_json::from_str(r#"{"b": [1, {"z": 1, "y": "ü\n"}], "a": null}"#).unwrap();
    let b: serde_json::Value =
        serde_json::from_str(r#"{"a":null,"b":[1,{"y":"\u00fc\u000a","z":1}]}"#).unwrap();
    let data = Data::new(&a).unwrap();
    assert_eq!(data, Data::new(&b).unwrap());
    assert_eq!(data.as_str(), r#"{"a":null,"b":[1,{"y":"ü\n","z":1}]}"#);
    assert_eq!(data.value(), a);
    assert!(Data::new(&json!({ "share": 0.5 })).unwrap_err().to_string().contains("0.5"));
}

#[test]
fn the_hash_of_a_known_record_never_changes() {
    let hash = |bytes: Hash| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(
        hash(Head::genesis(AGENCY).hash),
        "3c1c7af2da79ad830abee62d73ec7a64162ea6eca7dfc3649fe8c9b19cd05627"
    );
    assert_eq!(hash(chain()[0].hash), "c8ac3892cd10526511c0a37423f772312fc462a700433352b0d08b7931135915");
}

#[test]
fn a_signed_head_survives_its_file_and_verifies() {
    let key = HeadKey::from_seed(&[7; 32]);
    let head = Head::of(&chain()[4]);
    let file = serde_json::to_string_pretty(&sign_head(&key, &head, 5)).unwrap();
    let read: SignedHead = serde_json::from_str(&file).unwrap();
    assert_eq!(verify_head(&key.public_key(), &read), Ok(head));
    let more = file.replacen('{', "{\"note\":1,", 1);
    assert!(serde_json::from_str::<SignedHead>(&more).is_err());
}

#[test]
fn a_head_that_was_changed_or_signed_with_another_key_is_refused() {
    let (key, other) = (HeadKey::from_seed(&[7; 32]), HeadKey::from_seed(&[8; 32]));
    let good = sign_head(&key, &Head::of(&chain()[4]), 5);
    let changed: [fn(&mut SignedHead); 6] = [
        |head| head.format = "valetkey-audit-head-2".to_owned(),
        |head| head.agency_id = "agy_2".to_owned(),
        |head| head.seq += 1,
        |head| head.at_ms += 1,
        |head| head.hash = head.signature[..44].to_owned(),
        |head| head.signature = head.signature.replace(|c: char| c.is_ascii_lowercase(), "A"),
    ];
    for change in changed {
        let mut bad = good.clone();
        change(&mut bad);
        assert!(verify_head(&key.public_key(), &bad).is_err(), "{bad:?}");
    }
    assert_eq!(verify_head(&other.public_key(), &good), Err(BadHead::OtherKey));
    let posing = SignedHead { public_key: other.public_key(), ..good };
    assert_eq!(verify_head(&other.public_key(), &posing), Err(BadHead::Signature));
    assert_eq!(format!("{key:?}"), "HeadKey(REDACTED)");
}
