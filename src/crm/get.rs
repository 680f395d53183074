use super::decision::{Decision, Halt};
use super::question::{Question, sealed::Sealed};
use super::{Context, Crm, Rejected, Step};
use crate::access::View;
use crate::store::{ChangeSet, Facts};
use crate::value::{Id, Name};

/// One record, as the caller may see it; made by [`Query::get`](super::Query::get).
#[derive(Debug, Clone)]
pub struct Get {
    pub(super) object: Name,
    pub(super) id: Id,
}

impl Sealed for Get {}

impl Question for Get {
    type Answer = View;

    fn answer(&self, crm: &Crm, ctx: &Context, facts: &Facts) -> Result<Step<View>, Rejected> {
        let mut decision = Decision::new(crm, ctx, facts)?;
        let view = decision.get(self);
        answered(decision, view)
    }
}

impl Decision<'_> {
    fn get(&mut self, get: &Get) -> Result<View, Halt> {
        let object = self.object(&get.object)?;
        let record = self.target(&object, &get.id)?;
        Ok(self.see(&record).ok_or_else(|| self.not_found(&object, &get.id))?)
    }
}

/// Turns what a query came to into a step: queries commit nothing.
pub(super) fn answered<T>(decision: Decision<'_>, answer: Result<T, Halt>) -> Result<Step<T>, Rejected> {
    match answer {
        Ok(answer) => Ok(Step::Done(ChangeSet::new(), answer)),
        Err(Halt::Ask) => Ok(Step::Ask(decision.work.into_reader().into_asks())),
        Err(Halt::Rejected(rejected)) => Err(rejected.told_to(decision.ctx)),
    }
}
