use super::timers::{TIMER, TIMER_PARKED, timer_put};
use super::waiting::Waiting;
use super::{Context, Crm, Rejected, Step};
use crate::rules::Timer;
use crate::store::{ChangeSet, Facts, Range, Reader};
use crate::value::{Id, Key, Name};

impl Crm {
    /// Decides which timers of the context's tenant were parked, the longest parked first.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host.
    pub fn decide_parked(&self, ctx: &Context, limit: u32, facts: &Facts) -> Result<Step<Waiting<Timer>>, Rejected> {
        self.check_automation(ctx)?;
        let page = self.schema.limits().page;
        let range = Range::all(ctx.tenant().clone(), Name::known(TIMER_PARKED));
        let mut reader = Reader::new(facts);
        let parked = Waiting::read(TIMER, [range], limit, page, &mut reader, |_, key, stored| {
            Timer::from_stored(&stored.body).map(Some).map_err(|_| Rejected::corrupt(key.clone()))
        });
        Ok(match parked {
            None => Step::Ask(reader.into_asks()),
            Some(parked) => Step::Done(ChangeSet::new(), parked),
        })
    }

    /// Decides that a parked timer is tried again with the next tick, as if it had never failed. One that is not parked
    /// stays as it is.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host, or there is no such timer: its record changed, or
    /// somebody else revived it and it has fired.
    pub fn decide_revive(&self, ctx: &Context, timer: &Id, facts: &Facts) -> Result<Step<()>, Rejected> {
        self.check_automation(ctx)?;
        let key = Key::new(ctx.tenant().clone(), Name::known(TIMER), timer.clone());
        let mut reader = Reader::new(facts);
        let Some(stored) = reader.record(&key) else { return Ok(Step::Ask(reader.into_asks())) };
        let Some(stored) = stored else {
            return Err(Rejected::NotFound { object: Name::known(TIMER), id: timer.clone() });
        };
        let timer = Timer::from_stored(&stored.body).map_err(|_| Rejected::corrupt(key.clone()))?;
        if timer.parked().is_none() {
            return Ok(Step::Done(ChangeSet::new(), ()));
        }
        let put = timer_put(ctx.tenant(), &timer.revived(), stored.revision.next());
        Ok(Step::Done(ChangeSet::new().version(key, stored.revision).put(put), ()))
    }
}
