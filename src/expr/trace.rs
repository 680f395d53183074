use super::eval::{Eval, Outcome, Silent, Tracer};
use super::explanation::{Clause, Explanation, Group, Seen};
use super::op::Op;
use super::{Program, Row, Scope, Slot, Truth};

/// What every part of a condition yielded in one evaluation, from which an [`Explanation`] can be made later.
///
/// Use it where many conditions are tested and few are asked about: recording is cheap, explaining writes text. One trace
/// can be used again and again.
///
/// # Example: record now, explain later
/// ```
/// use guanxi::expr::{Env, Expr, Names, Scope, Slot, Trace, Truth, Type};
/// use guanxi::value::Instant;
///
/// struct Lead;
/// impl Names for Lead {
///     fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
///         (path == ["score"]).then_some((Slot::new(0), Type::Integer))
///     }
/// }
///
/// let hot = "score >= 80".parse::<Expr>()?.condition(&Lead)?;
/// let (row, env) = ([Some(70.into())], Env::new(Instant::EPOCH));
/// let mut trace = Trace::default();
/// assert_eq!(hot.trace(Scope::new(&row[..], &env), &mut trace), Truth::False);
/// assert_eq!(trace.explain(&hot, Scope::new(&row[..], &env)).to_string(), "`score >= 80` is false: score is `70`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Trace {
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

impl Trace {
    /// Evaluates every clause of the condition by the same code as ever, and remembers.
    pub(super) fn record<R: Row + ?Sized>(&mut self, program: &Program, scope: Scope<'_, R>) -> Truth {
        self.found.clear();
        self.found.resize(program.ops().len(), None);
        Eval::new(program, scope, &mut *self).truth(0).map_or(Truth::Unknown, Truth::from)
    }

    /// Returns how many of the outermost clauses do not hold.
    pub(super) fn missed(&self, program: &Program) -> usize {
        let clauses = match program.ops().first() {
            Some(Op::All(operands)) => operands.first..operands.first.saturating_add(operands.count),
            _ => 0..1,
        };
        clauses.filter(|&clause| self.found.get(clause as usize).copied().flatten() != Some(Ok(true))).count()
    }

    /// Says clause by clause what was found; `program` and `scope` must be those that were traced.
    pub fn explain<R: Row + ?Sized>(&self, program: &Program, scope: Scope<'_, R>) -> Explanation {
        explain(program, scope, self)
    }
}

fn explain<R: Row + ?Sized>(program: &Program, scope: Scope<'_, R>, trace: &Trace) -> Explanation {
    let truth = match trace.found.first().copied().flatten() {
        Some(Ok(truth)) => Truth::from(truth),
        _ => Truth::Unknown,
    };
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
    let mut waiting = vec![(root, false, false)];
    while let Some((index, newly, repeated)) = waiting.pop() {
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
        if is_told(op) && !repeated {
            add(
                program.text(index as usize),
                Eval::new(program, scope, Silent).value(index).ok().map(|v| v.into_owned()),
            );
        }
        let newly = newly || matches!(op, Op::Newly { .. });
        let operands = op.operands();
        let below = operands.first..operands.first.saturating_add(operands.count);
        let list = if matches!(op, Op::Each { .. }) { Some(operands.first) } else { None };
        let inside = |index| repeated || list.is_some_and(|list| index != list);
        waiting.extend(below.rev().map(|index| (index, newly, inside(index))));
    }
    all
}

/// Returns whether what an instruction computes is worth telling beside the fields that it reads.
fn is_told(op: Op) -> bool {
    matches!(op, Op::Aggregate(_) | Op::DaysSince { .. } | Op::Part { .. } | Op::Convert { .. } | Op::Rewrite { .. })
}
