use super::{Context, Crm, Rejected, Step};
use crate::store::Facts;

/// A query: what [`Crm::ask`] answers. Made by [`Query`](super::Query); only guanxi implements it.
pub trait Question: sealed::Sealed {
    /// What the answer looks like.
    type Answer;

    /// Answers from what is known so far, or says what has to be asked.
    ///
    /// # Errors
    /// [`Rejected`] when the query is refused.
    fn answer(&self, crm: &Crm, ctx: &Context, facts: &Facts) -> Result<Step<Self::Answer>, Rejected>;
}

pub(super) mod sealed {
    #[expect(unnameable_types, reason = "nobody outside shall implement a question")]
    pub trait Sealed {}
}
