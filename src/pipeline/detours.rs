use serde::Serialize;

use super::{MoveKind, Pipeline, StageHistory};

/// How often a record left the regular way; made by [`Pipeline::detours`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Detours {
    /// Moves forward to a stage that does not regularly follow, a start in a later stage among them.
    pub skips: u32,
    /// Moves from an open stage to an earlier one.
    pub back: u32,
    /// Moves from a closed stage to an open one.
    pub reopenings: u32,
}

impl Pipeline {
    /// Counts the moves of a history that left the regular way, allowed or not; those from or to a stage that this version
    /// does not know are in no order and do not count.
    pub fn detours(&self, history: &StageHistory) -> Detours {
        let mut made = Detours::default();
        for change in history.changes() {
            let Some(to) = change.to.as_ref().and_then(|to| self.place(to)) else { continue };
            let from = change.from.as_ref().map(|from| self.place(from));
            if from == Some(None) {
                continue;
            }
            let counter = match self.kind_of(from.flatten(), to) {
                MoveKind::Skip => &mut made.skips,
                MoveKind::Back => &mut made.back,
                MoveKind::Reopen => &mut made.reopenings,
                MoveKind::Start | MoveKind::Next => continue,
            };
            *counter = counter.saturating_add(1);
        }
        made
    }
}
