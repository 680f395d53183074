use std::sync::Arc;

use super::decision::Decision;
use crate::access::{Action, is_sealed};
use crate::expr::{Program, Slot};
use crate::record::Record;
use crate::schema::Hop;
use crate::value::Value;

/// Returns whether the caller may view everything that a condition reads of a record: only then may he see what it saw.
pub(super) fn sees_all(decision: &mut Decision<'_>, record: &Arc<Record>, condition: &Program) -> bool {
    if decision.caller.roles.is_system() {
        return true;
    }
    condition.aggregates().is_empty() && sees_slots(decision, record, condition.slots())
}

/// Returns whether the caller may view these fields of a record and of those that it refers to.
pub(super) fn sees_slots(decision: &mut Decision<'_>, record: &Arc<Record>, reads: &[Slot]) -> bool {
    let (crm, object) = (decision.crm, record.object());
    if decision.see(record).is_none() {
        return false;
    }
    let (roles, standing) = (decision.caller.roles, decision.caller.standing.clone());
    let classes = |record: &Record| {
        let relations = standing.relations_to(record);
        crm.access.classes(roles, record.object().number(), Action::View, relations, is_sealed(record))
    };
    let own = classes(record);
    reads.iter().all(|&slot| match Hop::of(slot) {
        None => u16::try_from(slot.number())
            .ok()
            .and_then(|slot| object.at(slot))
            .is_some_and(|field| own.contains(field.class())),
        Some(hop) => {
            let reference = object.at(hop.reference).filter(|field| own.contains(field.class()));
            let target = reference.and_then(|field| crm.schema.object(field.target()?.as_str()).map(Arc::clone));
            match (target, record.at(hop.reference)) {
                // It refers to nothing, so nothing of another record was read.
                (Some(_), None) => true,
                (Some(target), Some(Value::Reference(id))) => {
                    let field = target.at(hop.field).map(|field| field.class());
                    let there = decision.work.record(&target, id);
                    // Who stands how to the target is only known as far as the decision needed it: rather too little.
                    there.ok().flatten().is_some_and(|there| field.is_some_and(|class| classes(&there).contains(class)))
                }
                _ => false,
            }
        }
    })
}
