use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap;

use super::Rejected;
use super::decision::{Decision, Halt};
use super::sees::sees_all;
use crate::pipeline::Obstacle;
use crate::record::{FieldProblem, ProblemCode, Record};
use crate::rules::{Lack, StageVerdict};
use crate::value::{Name, Value};

/// Why a record does not enter a stage: everything at once, without values that the caller may not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pipeline: Name,
    version: u32,
    from: Option<Arc<str>>,
    to: Option<Arc<str>>,
    obstacles: Vec<Obstacle>,
    problems: Vec<FieldProblem>,
}

impl Blocked {
    /// Returns the pipeline.
    pub fn pipeline(&self) -> &Name {
        &self.pipeline
    }

    /// Returns the version of the pipeline through which the record goes.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Returns the stage that the record is in; none where it is new.
    pub fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// Returns the stage that it does not enter; none where its stage was to be taken away.
    pub fn to(&self) -> Option<&str> {
        self.to.as_deref()
    }

    /// Returns what is in the way, all of it: first the way itself, then the gates, then the loss.
    pub fn obstacles(&self) -> &[Obstacle] {
        &self.obstacles
    }

    /// Returns the same by field: what is missing at the field that lacks it, everything else at the stage.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.problems
    }

    pub(super) fn serialize_into<M: SerializeMap>(&self, json: &mut M) -> Result<(), M::Error> {
        json.serialize_entry("pipeline", &self.pipeline)?;
        json.serialize_entry("version", &self.version)?;
        json.serialize_entry("from", &self.from)?;
        json.serialize_entry("to", &self.to)?;
        json.serialize_entry("obstacles", &self.obstacles)?;
        json.serialize_entry("fields", &self.problems)
    }
}

/// Prints all reasons separated by `; `.
impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, obstacle) in self.obstacles.iter().enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            write!(f, "{separator}{obstacle}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Blocked {}

impl Decision<'_> {
    /// Checks that the pipeline of a record lets it be in its stage. Where its gates have to look at what is not known yet
    /// they are taken to be open until it is, so that it is asked for with everything else.
    pub(super) fn check_stage(&mut self, before: Option<&Record>, after: &Arc<Record>) -> Result<(), Halt> {
        match self.work.judge(before, after) {
            Ok(Some(verdict)) if !verdict.transition.is_allowed() => {
                Err(Rejected::Blocked(Box::new(self.blocked(before, after, &verdict))).into())
            }
            Ok(_) | Err(Lack::Asked) => Ok(()),
            Err(corrupt) => Err(corrupt.into()),
        }
    }

    fn blocked(&mut self, before: Option<&Record>, after: &Arc<Record>, verdict: &StageVerdict) -> Blocked {
        let StageVerdict { pipeline, transition } = verdict;
        let slot = after.object().stage();
        let stage = |record: &Record| match record.at(slot?) {
            Some(Value::Enum(stage)) => Some(Arc::clone(stage)),
            _ => None,
        };
        let field = slot.and_then(|slot| after.object().at(slot)).map_or("stage", |field| field.key().as_str());
        let mut obstacles = Vec::with_capacity(transition.reasons().len());
        for obstacle in transition.reasons() {
            let is_seen = match obstacle {
                Obstacle::GateClosed { stage, .. } => {
                    let condition = pipeline.stage(stage).and_then(|stage| stage.gate().condition());
                    condition.is_none_or(|condition| sees_all(self, after, condition))
                }
                Obstacle::LostReasonUnknown { .. } | Obstacle::LostNoteMissing { .. } => {
                    let view = self.see(after);
                    pipeline.lost_reason().is_none_or(|slot| view.is_some_and(|view| view.shows_slot(slot)))
                }
                _ => true,
            };
            obstacles.push(if is_seen { obstacle.clone() } else { obstacle.clone().without_values() });
        }
        let problems = obstacles.iter().flat_map(|obstacle| by_field(obstacle, field)).collect();
        let (from, to) = (before.and_then(stage), stage(after));
        Blocked { pipeline: pipeline.key().clone(), version: pipeline.version(), from, to, obstacles, problems }
    }
}

fn by_field(obstacle: &Obstacle, stage: &str) -> Vec<FieldProblem> {
    let code = match obstacle {
        Obstacle::LostReasonUnknown { .. } => ProblemCode::UnknownOption,
        _ => ProblemCode::Required,
    };
    let missing = |field: &Name| FieldProblem::new(field.as_str(), code, obstacle.to_string());
    match obstacle.fields() {
        [] => vec![FieldProblem::new(stage, ProblemCode::Blocked, obstacle.to_string())],
        fields => fields.iter().map(missing).collect(),
    }
}
