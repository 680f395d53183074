//! Any bytes are an effect, a timer, an occasion, a rotation, an audit entry, a comment or an event, or corrupt; what was read is the same after
//! writing and reading it.

use guanxi::Query;
use guanxi::crm::{RejectedKind, RunError};
use guanxi::rules::{Cursor, Effect, EffectKey, Occasions, Timer};
use guanxi::store::{ChangeSet, Put, Store, Term};
use guanxi::value::{Id, Key, Revision, Value, ordered};

use crate::company::{self, Company, crm};

/// Checks the bytes of one thing of any kind.
pub fn check(data: &[u8]) {
    let id = Id::from_uuid_bytes([7; 16]);
    if let Ok(effect) = Effect::from_stored(EffectKey::new(id.clone()), data) {
        let again = Effect::from_stored(effect.key().clone(), &effect.to_stored());
        assert_eq!(again.as_ref(), Ok(&effect));
    }
    if let Ok(timer) = Timer::from_stored(data) {
        assert_eq!(Timer::from_stored(&timer.to_stored()).as_ref(), Ok(&timer));
    }
    if let Ok(occasions) = Occasions::from_stored(data) {
        assert_eq!(Occasions::from_stored(&occasions.to_stored()), Ok(occasions));
    }
    if let Ok(cursor) = Cursor::from_stored(id.clone(), data) {
        assert_eq!(Cursor::from_stored(id, &cursor.to_stored()).as_ref(), Ok(&cursor));
    }
    // The first byte tells the form, and there is one; what has another is refused at once.
    if data.first() != Some(&1) {
        return;
    }
    for kind in TOLD {
        is_told_as(kind, data);
    }
}

/// The kinds that only answers show.
pub const TOLD: [&str; 3] = ["audit", "comment", "event"];

/// Returns whether the timeline and the feed of changes can be read with the bytes in them as a thing of this kind.
pub fn is_told_as(kind: &str, data: &[u8]) -> bool {
    let index = if kind == "audit" { "audit.of" } else { "audit.said" };
    company::with(|company| in_timeline(company, kind, index, data))
}

/// Puts the bytes where the timeline of a user and the feed of changes find them; these show them or say that they are
/// corrupt. Returns whether they show them.
fn in_timeline(company: &mut Company, kind: &str, index: &str, data: &[u8]) -> bool {
    let user: Id = "li.na".parse().expect("an id");
    let mut place = ordered::encode(&Value::text("user"));
    ordered::push(&mut place, Some(&Value::Reference(user.clone())));
    place.push(0xff);
    let id = Id::from_uuid_bytes([9; 16]);
    let key = Key::new(company.ctx.tenant().clone(), kind.parse().expect("a name"), id);
    let term = Term::new(index.parse().expect("a name"), &place);
    let first = Term::new("audit.at".parse().expect("a name"), &[0]);
    let terms = [term].into_iter().chain((kind == "audit").then_some(first));
    let put = Put::new(key.clone(), Revision::FIRST, data, terms);
    company.store.commit(&ChangeSet::new().put(put)).expect("nothing guards it");
    let timeline = Query::timeline("user".parse().expect("a name"), user);
    let timeline = crm().ask(&mut company.store, &company.ctx, &timeline).map(|items| serde_json::to_string(&items));
    let feed = crm().ask(&mut company.store, &company.ctx, &Query::changes()).map(|page| serde_json::to_string(&page));
    let mut is_shown = true;
    for answer in [timeline, feed] {
        match answer {
            Ok(json) => assert!(json.is_ok()),
            Err(RunError::Rejected(rejected)) => {
                assert_eq!(rejected.kind(), RejectedKind::Corrupt, "{rejected}");
                is_shown = false;
            }
            Err(error) => panic!("{error}"),
        }
    }
    company.store.commit(&ChangeSet::new().delete(key)).expect("nothing guards it");
    is_shown
}
