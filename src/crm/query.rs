use super::{Board, Changes, Customer360, Get, List, Stages, Timeline};
use crate::value::{Id, Name};

/// The queries that a [`Crm`](super::Crm) answers.
///
/// # Example
/// ```
/// use guanxi::Query;
///
/// let mine = Query::list("lead".parse()?).filter("owner == 'li.na'").page_size(20);
/// # Ok::<(), guanxi::value::InvalidName>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Query;

impl Query {
    /// What changed in the tenant, the earliest first, a page at a time.
    pub fn changes() -> Changes {
        Changes::new()
    }

    /// One record.
    pub fn get(object: Name, id: Id) -> Get {
        Get { object, id }
    }

    /// The records of an object, a page at a time.
    pub fn list(object: Name) -> List {
        List::new(object)
    }

    /// Everything that happened with a record, the latest first.
    pub fn timeline(object: Name, id: Id) -> Timeline {
        Timeline::new(object, id)
    }

    /// The records of an object by stage.
    pub fn board(object: Name) -> Board {
        Board::new(object)
    }

    /// The stages through which a record went, the earliest first, and how long it was in each.
    pub fn stages(object: Name, id: Id) -> Stages {
        Stages::new(object, id)
    }

    /// A record with everything related to it, by section.
    pub fn customer_360(object: Name, id: Id) -> Customer360 {
        Customer360::new(object, id)
    }
}
