use std::sync::Arc;

use super::Rejected;
use super::command::Migrate;
use super::decision::{Decision, Halt};
use crate::pipeline::Migration;
use crate::record::{FieldProblem, ProblemCode};
use crate::rules::Event;
use crate::schema::Object;
use crate::value::Value;

impl Decision<'_> {
    /// Lets a record go on through another version of its pipeline; nothing happens to it that a rule would answer.
    pub(super) fn migrate(&mut self, object: &Arc<Object>, migrate: &Migrate) -> Result<Vec<Event>, Halt> {
        if !self.caller.roles.is_system() {
            return Err(Rejected::NotAutomation.into());
        }
        let before = self.target(object, &migrate.id)?;
        let pipelines = &self.crm.pipelines;
        let running = pipelines.running(object.number(), before.pipeline_version()).zip(object.stage());
        let Some((old, slot)) = running else {
            let message = format!("cannot be migrated: `{}` has no pipeline", object.name());
            return Err(Rejected::invalid("object", ProblemCode::Malformed, message).into());
        };
        let Some(new) = pipelines.get(old.key().as_str(), migrate.version) else {
            let message = format!("is {}: `{}` has no such version", migrate.version, old.key());
            return Err(Rejected::invalid("version", ProblemCode::UnknownOption, message).into());
        };
        if old.version() == new.version() {
            return Ok(Vec::new());
        }
        let plan = Migration::plan(old, new, &migrate.stages).map_err(|problems| {
            let problem = |one: &crate::schema::Problem| {
                let field = one.path().replacen("mapping", "stages", 1);
                FieldProblem::new(field, ProblemCode::UnknownOption, one.message())
            };
            Rejected::from(problems.iter().map(problem).collect::<Vec<_>>())
        })?;
        let mut after = self.work.next_state(&before);
        after.go_through(new.version());
        if let Some(Value::Enum(stage)) = before.at(slot) {
            // A stage that the old version does not know is one that the plan cannot speak of.
            let Some(to) = plan.stage(stage).or_else(|| new.stage(stage).map(|same| same.key())) else {
                let message = format!("`{stage}` is no stage of version {} or {}", old.version(), new.version());
                return Err(Rejected::invalid("stages", ProblemCode::UnknownOption, message).into());
            };
            if to != stage {
                after.set(slot, Some(Value::Enum(Arc::clone(to))));
                self.work.note_move(&before, &mut after);
            }
        }
        self.work.write(after);
        Ok(Vec::new())
    }
}
