use super::eval::{Eval, Outcome, Silent, Tracer};
use super::explanation::{Clause, Explanation, Group, Seen};
use super::op::Op;
use super::{Program, Row, Scope, Slot, Truth};

/// Remembers what every instruction found.
struct Trace {
    found: Vec<Option<Outcome>>,
}

impl Tracer for &mut Trace {
    const THOROUGH: bool = true;

    #[inline]
    fn found(&mut self, op: u32, outcome: Outcome) {
        if let Some(place) = self.found.get_mut(op as usize) {
            *place = Some(outcome);
        }
    }
}

/// Evaluates the condition by the same code as ever, with a tracer that listens.
pub(super) fn explain<R: Row + ?Sized>(program: &Program, scope: Scope<'_, R>) -> Explanation {
    let mut trace = Trace { found: vec![None; program.ops().len()] };
    let truth = Eval::new(program, scope, &mut trace).truth(0).map_or(Truth::Unknown, Truth::from);
    let mut clauses = Vec::new();
    // The clauses still to tell, the next one last.
    let mut waiting = match program.ops().first() {
        Some(Op::All(operands)) => reversed(operands.first, operands.count, 0),
        _ => vec![(0, 0)],
    };
    while let Some((index, depth)) = waiting.pop() {
        let Some(&op) = program.ops().get(index as usize) else { continue };
        let group = match op {
            Op::All(operands) | Op::Any(operands) => {
                waiting.extend(reversed(operands.first, operands.count, depth + 1));
                Some(if matches!(op, Op::All(_)) { Group::All } else { Group::Any })
            }
            _ => None,
        };
        let outcome = trace.found.get(index as usize).copied().flatten().unwrap_or(Ok(false));
        clauses.push(Clause {
            text: program.text(index as usize),
            truth: outcome.map_or(Truth::Unknown, Truth::from),
            reason: outcome.err().map(|reason| reason.named(program)),
            seen: if group.is_none() { seen(program, scope, index) } else { Vec::new() },
            group,
            depth,
        });
    }
    Explanation { truth, clauses }
}

fn reversed(first: u32, count: u32, depth: usize) -> Vec<(u32, usize)> {
    (first..first.saturating_add(count)).rev().map(|index| (index, depth)).collect()
}

/// Returns the fields under an instruction with their values, and what was computed from the time or related records.
fn seen<R: Row + ?Sized>(program: &Program, scope: Scope<'_, R>, root: u32) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    let mut add = |field: String, value| {
        if all.iter().all(|seen| seen.field != field) {
            all.push(Seen { field, value });
        }
    };
    let mut waiting = vec![(root, false)];
    while let Some((index, newly)) = waiting.pop() {
        let Some(&op) = program.ops().get(index as usize) else { continue };
        let mut field = |slot: Slot, old: bool| match (old, scope.old) {
            (false, _) => add(program.path(slot).to_string(), scope.row.get(slot).cloned()),
            (true, Some(row)) => add(format!("old.{}", program.path(slot)), row.get(slot).cloned()),
            (true, None) => {}
        };
        for (slot, old) in op.reads() {
            field(slot, old);
            if newly {
                field(slot, true);
            }
        }
        if matches!(op, Op::Aggregate(_) | Op::DaysSince { .. }) {
            add(
                program.text(index as usize),
                Eval::new(program, scope, Silent).value(index).ok().map(|v| v.into_owned()),
            );
        }
        let newly = newly || matches!(op, Op::Newly { .. });
        let operands = op.operands();
        let below = operands.first..operands.first.saturating_add(operands.count);
        waiting.extend(below.rev().map(|index| (index, newly)));
    }
    all
}
