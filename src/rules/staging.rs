use std::sync::Arc;

use super::{Lack, Workset};
use crate::pipeline::{InvalidChange, Obstacle, Pipeline, Transition, Trust};
use crate::record::{Origin, Record};
use crate::value::{Instant, Value};

/// What the pipeline of a record says to the stage in which it would be.
#[derive(Debug)]
#[non_exhaustive]
pub struct StageVerdict {
    /// The pipeline, in the version through which the record goes.
    pub pipeline: Arc<Pipeline>,
    /// What becomes of the move.
    pub transition: Transition,
}

impl Workset<'_> {
    /// Judges the stage in which a record would be, with what the gates look at around it; `None` where the stage stays as
    /// it was `before`, or the object has no pipeline. A new record has no `before`.
    ///
    /// What the gates saw of other records is noted as relied on.
    ///
    /// # Errors
    /// [`Lack`] when something has to be asked for or cannot be read.
    pub fn judge(&mut self, before: Option<&Record>, next: &Record) -> Result<Option<StageVerdict>, Lack> {
        let (Some(slot), Some(pipelines)) = (next.object().stage(), self.pipelines()) else { return Ok(None) };
        let was = before.and_then(|before| before.at(slot));
        if before.is_some() && was == next.at(slot) {
            return Ok(None);
        }
        let Some(pipeline) = pipelines.running(next.object().number(), next.pipeline_version()) else {
            return Ok(None);
        };
        let (was, is) = (was.and_then(Value::as_str), next.at(slot).and_then(Value::as_str));
        let transition = match is {
            None => Transition::Blocked { reasons: vec![Obstacle::NoStage { pipeline: pipeline.key().clone() }] },
            Some(is) => {
                let gates: Vec<_> = pipeline.gated(was, is).filter_map(|stage| stage.gate().condition()).collect();
                let row = self.row_of(&gates, &Arc::new(next.clone()))?;
                self.rely_on_row(&row);
                let env = self.schema().env(self.now());
                pipeline.decide(was, is, &row, &env)
            }
        };
        Ok(Some(StageVerdict { pipeline: Arc::clone(pipeline), transition }))
    }

    /// Lets a new record go through the latest version of the pipeline of its object.
    pub fn note_start(&self, record: &mut Record) {
        let pipeline = self.pipelines().and_then(|pipelines| pipelines.of_object(record.object().number()).next());
        if let Some(pipeline) = pipeline {
            record.go_through(pipeline.version());
        }
    }

    /// Notes since when a record is in the stage that it enters now. Where clocks differ, no move comes before the one
    /// before it.
    pub fn note_move(&self, before: &Record, next: &mut Record) {
        // An ordinary date is always fine.
        let _ = self.date_move(Some(before), next, None, Trust::Ordinary);
    }

    /// Notes since when a record is in its stage: `at`, which may be told by whom `trust` lets tell it; otherwise now. A
    /// stage that stays keeps its date, also where it was given again.
    ///
    /// # Errors
    /// [`InvalidChange`] when the date may not be told, or comes before that of the last move.
    pub fn date_move(
        &self,
        before: Option<&Record>,
        next: &mut Record,
        at: Option<Instant>,
        trust: Trust,
    ) -> Result<(), InvalidChange> {
        let Some(slot) = next.object().stage() else { return Ok(()) };
        let now = self.now();
        at.map_or(Ok(()), |at| trust.admits(at, now))?;
        let of_last = before.and_then(|before| before.origin(slot));
        if before.is_some_and(|before| before.at(slot) == next.at(slot)) {
            if let Some(origin) = of_last.filter(|origin| next.origin(slot) != Some(origin)) {
                next.set_as_of(slot, next.at(slot).cloned(), origin.clone());
            }
            return Ok(());
        }
        let last = before.map(|before| of_last.map_or(before.updated_at(), Origin::at));
        let at = match (last, at) {
            (Some(last), Some(at)) if at < last => return Err(InvalidChange::OutOfOrder { at, last }),
            (Some(last), None) => last.max(now),
            (_, at) => at.unwrap_or(now),
        };
        if at != now {
            next.set_as_of(slot, next.at(slot).cloned(), self.origin().as_of(at));
        }
        Ok(())
    }
}
