use super::rule::{Emit, Operation, Recipient, Source, Trigger};
use crate::expr::{Program, Slot};

/// Returns every program of a rule.
pub(super) fn programs<'a>(
    when: Option<&'a Program>,
    operations: &'a [Operation],
) -> impl Iterator<Item = &'a Program> {
    let of = |source: &'a Source| match source {
        Source::Program(program) => Some(program),
        Source::Clear | Source::Template(_) => None,
    };
    when.into_iter().chain(operations.iter().flat_map(move |operation| -> Vec<&'a Program> {
        match operation {
            Operation::Set { fields, .. } | Operation::Create { fields, .. } => {
                fields.iter().filter_map(|(_, source)| of(source)).collect()
            }
            Operation::Emit(Emit { to: Recipient::Program(to), .. }) => vec![to],
            Operation::Emit(_) => Vec::new(),
            Operation::Assign(assign) => assign.otherwise.iter().collect(),
        }
    }))
}

/// Returns every slot that a rule reads, each once and in order.
pub(super) fn reads(trigger: &Trigger, when: Option<&Program>, operations: &[Operation]) -> Vec<Slot> {
    let mut made: Vec<Slot> = when.into_iter().flat_map(Program::slots).copied().collect();
    match trigger {
        Trigger::Date { slot, .. } => made.push(Slot::new(u32::from(*slot))),
        Trigger::Inactive { since, .. } => made.extend(since.iter().map(|&slot| Slot::new(u32::from(slot)))),
        _ => {}
    }
    let add = |source: &Source, made: &mut Vec<Slot>| match source {
        Source::Clear => {}
        Source::Program(program) => made.extend(program.slots()),
        Source::Template(template) => made.extend(template.slots()),
    };
    for operation in operations {
        match operation {
            Operation::Set { fields, .. } | Operation::Create { fields, .. } => {
                fields.iter().for_each(|(_, source)| add(source, &mut made));
            }
            Operation::Emit(emit) => {
                made.extend(emit.title.slots().into_iter().chain(emit.body.slots()));
                if let Recipient::Program(to) = &emit.to {
                    made.extend(to.slots());
                }
            }
            Operation::Assign(assign) => {
                made.extend(assign.matching.iter().map(|(_, ours)| Slot::new(u32::from(*ours))));
                made.extend(assign.otherwise.iter().flat_map(Program::slots));
            }
        }
    }
    made.sort_unstable();
    made.dedup();
    made
}
