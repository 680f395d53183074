//! Any text is a page cursor or is refused; a cursor prints as it was read, and any cursor may be handed to any query.

use guanxi::crm::{PageCursor, RunError};
use guanxi::{Query, crm::List};

use crate::company::{self, crm};

/// Checks one text.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(cursor) = text.parse::<PageCursor>() else { return };
    assert_eq!(cursor.to_string().parse().as_ref(), Ok(&cursor));
    let json = serde_json::to_string(&cursor).expect("a cursor can be written");
    assert_eq!(serde_json::from_str::<PageCursor>(&json).expect("and read"), cursor);
    let leads = || Query::list("lead".parse().expect("a name")).after(cursor.clone());
    let sorted: fn(List) -> List = |list| list.sort("region".parse().expect("a name"));
    company::with(|company| {
        for list in [leads(), leads().descending(), sorted(leads()), sorted(leads()).descending()] {
            match crm().ask(&mut company.store, &company.ctx, &list) {
                Ok(page) => assert!(page.records.len() <= 2, "more leads than there are"),
                Err(RunError::Rejected(rejected)) => assert!(!rejected.to_string().is_empty()),
                Err(error) => panic!("{error}"),
            }
        }
    });
}
