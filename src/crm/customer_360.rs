use serde::Serialize;

use super::decision::{Decision, Halt};
use super::get::answered;
use super::question::{Question, sealed::Sealed};
use super::{Context, Crm, Rejected, Step};
use crate::access::View;
use crate::record::{ProblemCode, QualityScore, quality_score};
use crate::store::Facts;
use crate::value::{Id, Name};

/// A record with everything related to it, by the sections of the definition; made by
/// [`Query::customer_360`](super::Query::customer_360).
#[derive(Debug, Clone)]
pub struct Customer360 {
    object: Name,
    id: Id,
    limit: u32,
}

/// Everything about a customer that the caller may see.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Customer360View {
    /// The customer.
    pub record: View,
    /// How complete and fresh the record is; only for callers who may see all that counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<QualityScore>,
    /// What is related to it.
    pub sections: Vec<Section360>,
}

/// One section: interaction, transaction, service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Section360 {
    /// The key of the section.
    pub key: Name,
    /// The related records by collection.
    pub collections: Vec<Collection360>,
}

/// The related records of one collection.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Collection360 {
    /// The name of the collection.
    pub name: Name,
    /// The records that the caller may see, the latest first.
    pub records: Vec<View>,
    /// Whether there are more that the caller may see, or may be behind the 20,000 that were looked at.
    pub more: bool,
}

impl Customer360 {
    pub(super) fn new(object: Name, id: Id) -> Self {
        Self { object, id, limit: 20 }
    }

    /// Sets how many records of a collection are shown; 20 unless set.
    #[must_use]
    pub fn limit(mut self, records: u32) -> Self {
        self.limit = records;
        self
    }
}

impl Sealed for Customer360 {}

impl Question for Customer360 {
    type Answer = Customer360View;

    fn answer(&self, crm: &Crm, ctx: &Context, facts: &Facts) -> Result<Step<Customer360View>, Rejected> {
        let mut decision = Decision::new(crm, ctx, facts)?;
        let view = decision.customer_360(self);
        answered(decision, view)
    }
}

impl Decision<'_> {
    fn customer_360(&mut self, wanted: &Customer360) -> Result<Customer360View, Halt> {
        let object = self.object(&wanted.object)?;
        let crm = self.crm;
        let Some(defined) = crm.customer_360.get(&object.number()) else {
            let message = format!("`{}` has no 360 view in the definition", object.name());
            return Err(Rejected::invalid("object", ProblemCode::Malformed, message).into());
        };
        let limit = wanted.limit.clamp(1, crm.schema.limits().page);
        let target = self.target(&object, &wanted.id);
        let mut asked = false;
        let mut sections = Vec::with_capacity(defined.len());
        for section in defined {
            let mut collections = Vec::with_capacity(section.collections.len());
            for (name, related) in &section.collections {
                match self.collection(*related, &wanted.id, limit) {
                    Ok(seen) => {
                        collections.push(Collection360 { name: name.clone(), records: seen.views, more: seen.more });
                    }
                    Err(Halt::Ask) => asked = true,
                    Err(halt) => return Err(halt),
                }
            }
            sections.push(Section360 { key: section.key.clone(), collections });
        }
        let record = target?;
        if asked {
            return Err(Halt::Ask);
        }
        let view = self.see(&record).ok_or_else(|| self.not_found(&object, &wanted.id))?;
        // The score tells whether hidden fields are filled.
        let counts = object.declared_fields().filter(|field| field.weight() > 0);
        let sees_all = counts.into_iter().all(|field| view.shows(field.key().as_str()));
        let quality = sees_all.then(|| quality_score(&record, self.ctx.now()));
        Ok(Customer360View { record: view, quality, sections })
    }
}
