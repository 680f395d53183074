//! What a store was given, as text: `put TENANT/OBJECT/ID REVISION`, `body HEX`, and a `term INDEX HEX` for each term.

use std::collections::BTreeMap;
use std::fmt::Write;

use guanxi::store::{Put, Term};
use guanxi::value::{Key, Revision};

/// The kinds of things that are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Audit,
    Comment,
    Cursor,
    Effect,
    Event,
    Occasion,
    Record,
    Timer,
}

pub(crate) const KINDS: [Kind; 8] =
    [Kind::Audit, Kind::Comment, Kind::Cursor, Kind::Effect, Kind::Event, Kind::Occasion, Kind::Record, Kind::Timer];

impl Kind {
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Comment => "comment",
            Self::Cursor => "cursor",
            Self::Effect => "effect",
            Self::Event => "event",
            Self::Occasion => "occasion",
            Self::Record => "record",
            Self::Timer => "timer",
        }
    }

    fn of(key: &Key) -> Self {
        let named = KINDS.into_iter().find(|kind| *kind != Self::Record && *key.object() == kind.file());
        named.unwrap_or(Self::Record)
    }
}

/// Returns the last writes of one kind, in the order of their keys.
pub(crate) fn text(written: &BTreeMap<Key, Put>, kind: Kind) -> String {
    let mut text = String::new();
    for put in written.values().filter(|put| Kind::of(put.key()) == kind) {
        writeln!(text, "put {} {}", put.key(), put.revision()).unwrap();
        writeln!(text, "body {}", hex(put.body())).unwrap();
        for term in put.terms().iter() {
            writeln!(text, "term {} {}", term.index(), hex(term.bytes())).unwrap();
        }
    }
    text
}

/// Returns the writes that `text` holds.
pub(crate) fn entries(text: &str) -> Vec<Put> {
    let mut entries: Vec<Put> = Vec::new();
    let mut words = text.lines().map(|line| line.split(' ').collect::<Vec<_>>()).peekable();
    while let Some(line) = words.next() {
        let ["put", key, revision] = line[..] else { panic!("{line:?}") };
        let [tenant, object, id] = key.splitn(3, '/').collect::<Vec<_>>()[..] else { panic!("{key}") };
        let key = Key::new(tenant.parse().unwrap(), object.parse().unwrap(), id.parse().unwrap());
        let body = words.next().unwrap();
        let ["body", body] = body[..] else { panic!("{body:?}") };
        let mut terms = Vec::new();
        while let Some(line) = words.next_if(|line| line[0] == "term") {
            let ["term", index, bytes] = line[..] else { panic!("{line:?}") };
            terms.push(Term::new(index.parse().unwrap(), &unhex(bytes)));
        }
        entries.push(Put::new(key, Revision::new(revision.parse().unwrap()), unhex(body), terms));
    }
    entries
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
