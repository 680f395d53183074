use std::sync::Arc;

use super::fault::Fault;
use super::import::{Entered, Filling, How};
use super::reading::Reading;
use crate::record::ProblemCode;
use crate::value::{Instant, Name, Value};

/// A stage that a record came into.
pub(super) struct Came<'a> {
    pub(super) stage: Arc<str>,
    pub(super) at: Instant,
    pub(super) entered: &'a Entered,
}

impl<'a> Reading<'a> {
    /// Returns the stages that the record of a row came into, in their order, until the one in which it is now.
    pub(super) fn way(&mut self, now_in: Option<&str>) -> Vec<Came<'a>> {
        let import = self.import;
        let stage = import.stage.as_ref().map(Name::as_str);
        if stage.is_some() && self.problems.iter().any(|problem| problem.field() == stage) {
            // What stands beside a stage that cannot be read may well be right.
            return Vec::new();
        }
        let is_now = |entered: &Entered| entered.stages.iter().find(|stage| Some(&***stage) == now_in).map(Arc::clone);
        let reached = import.entered.iter().position(|entered| is_now(entered).is_some());
        let mut way: Vec<Came<'a>> = Vec::new();
        for (position, entered) in import.entered.iter().enumerate() {
            let text = self.cells.text(entered.column);
            if reached.is_none_or(|reached| position > reached) {
                self.nothing_of(entered, now_in);
                continue;
            }
            let stage = is_now(entered);
            if text.is_empty() {
                if let Some(stage) = stage {
                    let message = format!("is required: it is when the record came into `{stage}`");
                    self.wrong(entered.column, None, Fault::new(ProblemCode::Required, message));
                }
                continue;
            }
            let at = match entered.at.read(text, &self.cells) {
                Ok(Value::Instant(at)) => at,
                Ok(_) => continue,
                Err(fault) => {
                    self.wrong(entered.column, None, fault);
                    continue;
                }
            };
            if let Some(before) = way.last().filter(|before| at < before.at) {
                let message = format!("is before `{}`", import.column(before.entered.column).unwrap_or_default());
                self.wrong(entered.column, None, Fault::new(ProblemCode::OutOfRange, message));
            }
            let stage = stage.or_else(|| entered.stages.first().map(Arc::clone));
            way.extend(stage.map(|stage| Came { stage, at, entered }));
        }
        way
    }

    /// Tells cells that say what cannot have happened yet.
    fn nothing_of(&mut self, entered: &Entered, now_in: Option<&str>) {
        let of = |filling: &Filling| match filling.how {
            How::Constant(_) => Vec::new(),
            _ => filling.columns.clone(),
        };
        let mut columns: Vec<usize> = vec![entered.column];
        columns.extend(entered.fields.iter().flat_map(of));
        columns.sort_unstable();
        columns.dedup();
        // A column may also tell something else, of the row or of a stage before.
        let earlier = self.import.entered.iter().take_while(|one| !std::ptr::eq(*one, entered));
        let earlier: Vec<usize> = earlier.flat_map(|one| one.fields.iter().flat_map(of).chain([one.column])).collect();
        let of_row: Vec<usize> = self.import.fields.iter().flat_map(of).collect();
        for column in columns {
            if self.cells.text(column).is_empty() || earlier.contains(&column) || of_row.contains(&column) {
                continue;
            }
            let message = match now_in {
                Some(stage) => format!("is there, though the record is in `{stage}`: expected nothing"),
                None => "is there, though it is not said in which stage the record is".into(),
            };
            self.wrong(column, None, Fault::new(ProblemCode::Malformed, message));
        }
    }
}
