use std::sync::Arc;

use serde::Serialize;

use super::decision::{Decision, Halt};
use super::get::answered;
use super::list::MAX_LOOKED_AT;
use super::list_plan::Plan;
use super::question::{Question, sealed::Sealed};
use super::{Context, Crm, Rejected, Step};
use crate::access::{Rows, View};
use crate::record::ProblemCode;
use crate::schema::{Field, Object};
use crate::store::{Facts, Range};
use crate::value::{Name, Value, ordered};

/// The records of an object by stage; made by [`Query::board`](super::Query::board).
#[derive(Debug, Clone)]
pub struct Board {
    object: Name,
    cards: u32,
}

/// The records in one stage.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BoardColumn {
    /// The key of the stage.
    pub stage: Arc<str>,
    /// The records that the caller may see, in the order of their creation.
    pub cards: Vec<View>,
    /// Whether the stage holds more records that the caller may see, or may do so behind the 20,000 that were looked at.
    pub more: bool,
}

impl Board {
    pub(super) fn new(object: Name) -> Self {
        Self { object, cards: 100 }
    }

    /// Sets how many records of a stage are shown; 100 unless set.
    #[must_use]
    pub fn cards(mut self, records: u32) -> Self {
        self.cards = records;
        self
    }
}

impl Sealed for Board {}

impl Question for Board {
    type Answer = Vec<BoardColumn>;

    fn answer(&self, crm: &Crm, ctx: &Context, facts: &Facts) -> Result<Step<Vec<BoardColumn>>, Rejected> {
        let mut decision = Decision::new(crm, ctx, facts)?;
        let columns = decision.board(self);
        answered(decision, columns)
    }
}

impl Decision<'_> {
    fn board(&mut self, board: &Board) -> Result<Vec<BoardColumn>, Halt> {
        let object = self.object(&board.object)?;
        let indexed = object.stage().and_then(|slot| Some((object.at(slot)?, object.index_on(slot)?)));
        let Some((stage, index)) = indexed else {
            let message = format!("`{}` has no stage that is indexed", object.name());
            return Err(Rejected::invalid("object", ProblemCode::Malformed, message).into());
        };
        let slot = stage.slot();
        self.crm.access.may_read_fields(self.caller.roles, &object, &[slot]).map_err(Rejected::from)?;
        let limit = board.cards.clamp(1, self.crm.schema.limits().page);
        let range_of = |key: &Arc<str>| {
            let prefix = ordered::encode(&Value::Enum(Arc::clone(key)));
            let range = Range::prefix(self.ctx.tenant().clone(), index.name().clone(), &prefix);
            range.limit(limit.saturating_add(1))
        };
        let ranges: Vec<_> = stage.options().iter().map(|key| (Arc::clone(key), range_of(key))).collect();
        // Who he is and, where he sees all, how every stage begins is asked for in one round.
        let standing = self.caller.load(self.crm, &object, &mut self.work);
        if self.visible(&object) == Rows::All {
            for (_, range) in &ranges {
                drop(self.work.found(range));
            }
        }
        standing?;
        let visible = self.visible(&object);
        if visible == Rows::None {
            return Ok(board_of(stage, [], limit));
        }
        if let Some(held) = Plan::by_ownership(&object, &visible) {
            // Who sees little does not look for it among what others hold.
            if self.size(&held)? <= MAX_LOOKED_AT {
                let held = self.all_of(&object, &held)?;
                let live = held.values().filter(|record| !record.is_deleted());
                return Ok(board_of(stage, live.filter_map(|record| self.see(record)), limit));
            }
        }
        let mut asked = false;
        let mut columns = Vec::with_capacity(ranges.len());
        for (stage, range) in ranges {
            match self.seen_in(&object, slot, range, limit) {
                Ok(seen) => {
                    columns.push(BoardColumn { stage, cards: seen.views, more: seen.more });
                }
                Err(Halt::Ask) => asked = true,
                Err(halt) => return Err(halt),
            }
        }
        if asked { Err(Halt::Ask) } else { Ok(columns) }
    }

    fn visible(&self, object: &Object) -> Rows {
        self.crm.access.visible(self.caller.roles, object, &self.caller.standing)
    }
}

/// Sorts records into the stages.
fn board_of(stage: &Field, records: impl IntoIterator<Item = View>, limit: u32) -> Vec<BoardColumn> {
    let column = |key: &Arc<str>| BoardColumn { stage: Arc::clone(key), cards: Vec::new(), more: false };
    let mut columns: Vec<_> = stage.options().iter().map(column).collect();
    for view in records {
        let Some(Value::Enum(key)) = view.at(stage.slot()) else { continue };
        let Some(column) = columns.iter_mut().find(|column| column.stage == *key) else { continue };
        if column.cards.len() == limit as usize {
            column.more = true;
        } else {
            column.cards.push(view);
        }
    }
    columns
}
