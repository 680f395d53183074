use crate::store::{Position, Put, Range, Term};
use crate::value::{Id, Key, Name, Revision, TenantId};

/// An expected entry: its bytes and the record as it was put.
pub(super) type Row<'a> = (&'a [u8], &'a Put);

/// Bytes that stores get wrong: nothing, zeros, the highest ones, neighbours that share a prefix, and no UTF-8.
/// In ascending order.
pub(super) const TRICKY: [&[u8]; 14] = [
    b"",
    b"\0",
    b"\0\0",
    b"\0\xff",
    b"\x01",
    b"A",
    b"a",
    b"a\0",
    b"a\0\0",
    b"aa",
    b"a\xff",
    b"b",
    b"\xff",
    b"\xff\xff",
];

/// Ids that stores get wrong, in ascending order: UUIDs before texts, texts by their bytes.
pub(super) fn tricky_ids() -> Vec<Id> {
    let uuids = [[0; 16], *b"abcdefghijklmnop", [0xff; 16]].map(Id::from_uuid_bytes);
    let texts = [
        "0195D9C0-5C00-7ABC-8DEF-0123456789AB",
        "10",
        "9",
        "Li.Na",
        "abcdefghijklmnop",
        "l'%_\\\"",
        "li.na",
        "li.na2",
        "li.na\u{301}",
        "ß",
        "李娜",
    ];
    uuids.into_iter().chain(texts.into_iter().map(id)).collect()
}

#[expect(clippy::expect_used, reason = "the suite's own literals are valid, as its tests show")]
pub(super) fn id(text: &'static str) -> Id {
    Id::new(text).expect("a valid id")
}

#[expect(clippy::expect_used, reason = "the suite's own literals are valid, as its tests show")]
pub(super) fn tenant(text: &'static str) -> TenantId {
    TenantId::new(text).expect("a valid tenant")
}

/// Returns the tenant that most checks work for.
pub(super) fn acme() -> TenantId {
    tenant("acme")
}

/// Returns the index that most checks work on.
pub(super) fn by_name() -> Name {
    Name::known("lead.name")
}

/// Returns the key of a lead of acme.
pub(super) fn lead(text: &'static str) -> Key {
    lead_of(acme(), id(text))
}

/// Returns the key of acme's lead with this number; the keys order like the numbers.
pub(super) fn numbered(number: u16) -> Key {
    let mut bytes = [0x20; 16];
    for (slot, byte) in bytes.iter_mut().zip(number.to_be_bytes()) {
        *slot = byte;
    }
    lead_of(acme(), Id::from_uuid_bytes(bytes))
}

/// Returns the key of a tenant's lead.
pub(super) fn lead_of(tenant: TenantId, id: Id) -> Key {
    Key::new(tenant, Name::known("lead"), id)
}

/// Returns a record with entries in the index that most checks work on.
pub(super) fn named(key: Key, revision: u64, names: &[&[u8]]) -> Put {
    put(key, revision, names.iter().map(|name| Term::new(by_name(), name)))
}

/// Returns a record whose body tells its key and revision.
pub(super) fn put(key: Key, revision: u64, terms: impl IntoIterator<Item = Term>) -> Put {
    let body = format!("{key} at {revision}").into_bytes();
    Put::new(key, Revision::new(revision), body, terms)
}

/// Returns the whole of the index that most checks work on.
pub(super) fn all_names() -> Range {
    Range::all(acme(), by_name())
}

/// Returns the place of a row.
pub(super) fn at(row: &Row<'_>) -> Position {
    Position { bytes: row.0.into(), key: row.1.key().clone() }
}
