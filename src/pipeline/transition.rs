use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::pipeline::Lost;
use super::{MoveKind, Obstacle, Pipeline, Stage, StageKind};
use crate::expr::{Env, Explanation, Row, Scope, Slot};
use crate::value::Value;

/// What becomes of a move between two stages, and why.
///
/// It shows values of the record: whoever passes it on removes what the reader may not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Transition {
    /// The record may move.
    #[non_exhaustive]
    Allowed {
        /// How the move stands to the order of the stages.
        kind: MoveKind,
        /// The stages that it passes over.
        skipped: Vec<Arc<str>>,
        /// The conditions of the gates that it went through, and by what they held.
        gates: Vec<GateSeen>,
    },
    /// The record may not move, for all these reasons.
    #[non_exhaustive]
    Blocked {
        /// The reasons, at least one: first the way itself, then the gates, then the loss.
        reasons: Vec<Obstacle>,
    },
}

/// A gate that held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GateSeen {
    /// The stage whose gate it is.
    pub stage: Arc<str>,
    /// The condition, clause by clause, with what was seen.
    pub seen: Explanation,
}

impl Transition {
    /// Returns whether the record may move.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    /// Returns the reasons by which the move is blocked; none when it is allowed.
    pub fn reasons(&self) -> &[Obstacle] {
        match self {
            Self::Allowed { .. } => &[],
            Self::Blocked { reasons } => reasons,
        }
    }
}

/// Prints `allowed`, or all reasons separated by `; `.
impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Blocked { reasons } = self else { return f.write_str("allowed") };
        for (position, reason) in reasons.iter().enumerate() {
            let separator = if position > 0 { "; " } else { "" };
            write!(f, "{separator}{reason}")?;
        }
        Ok(())
    }
}

impl Pipeline {
    /// Judges the move of a record from a stage (none when it is new) to another, at the moment of `env`.
    ///
    /// `record` is the record as it would be after the move, with whatever is entered along with it. A gate may look at
    /// records around it where the row has them; [`StageGate::condition`](super::StageGate::condition) tells what it reads.
    ///
    /// Whoever skips stages must meet their gates as well: a gate that can be walked around is none. To go back asks for
    /// nothing, to reopen for the gate of the stage that is entered.
    ///
    /// # Example: what is missing is said at once
    /// ```
    /// use guanxi::expr::Env;
    /// use guanxi::pipeline::compile;
    /// use guanxi::schema::{ObjectDef, Schema, Settings};
    /// use guanxi::value::{Instant, Value};
    ///
    /// let deal: ObjectDef = serde_json::from_str(r#"{"key": "deal", "stage": "stage", "fields": [
    ///     {"key": "stage", "type": "enum", "options": ["talking", "won", "lost"]},
    ///     {"key": "amount", "type": "integer"}, {"key": "contract", "type": "text"}]}"#)?;
    /// let schema = Schema::compile(&[deal], &Settings::default())?;
    /// let sales = serde_json::from_str(r#"{"key": "sales", "object": "deal", "version": 1, "stages": [
    ///     {"key": "talking", "kind": "open"},
    ///     {"key": "won", "kind": "won", "gate": {"when": "amount >= 100", "required": ["contract"]}},
    ///     {"key": "lost", "kind": "lost"}]}"#)?;
    /// let pipelines = compile(&[sales], &schema)?;
    /// let sales = pipelines.latest("sales").ok_or("no pipeline")?;
    ///
    /// let slot = schema.object("deal").and_then(|deal| deal.field("amount")).ok_or("no field")?.slot();
    /// let mut record = vec![None; usize::from(slot) + 2];
    /// record[usize::from(slot)] = Some(Value::Integer(40));
    /// let blocked = sales.decide(Some("talking"), "won", &record, &Env::new(Instant::EPOCH));
    /// assert_eq!(
    ///     blocked.to_string(),
    ///     "the gate of `won` needs `contract`; the gate of `won` is closed: `amount >= 100` is false: amount is `40`"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide<R: Row + ?Sized>(&self, from: Option<&str>, to: &str, record: &R, env: &Env) -> Transition {
        let unknown = |key: &&str| self.place(key).is_none();
        let (from_key, from) = (from, from.and_then(|from| self.place(from)));
        let target = self.place(to).and_then(|place| Some((place, self.stages.get(place)?)));
        let (Some((to, target)), None) = (target, from_key.filter(unknown)) else {
            let keys = from_key.into_iter().chain([to]).filter(unknown);
            return blocked(keys.map(|key| self.unknown(key)).collect());
        };
        if from == Some(to) {
            return blocked(vec![Obstacle::SameStage { stage: Arc::clone(&target.key) }]);
        }
        let kind = self.kind_of(from, to);
        let is_possible = self.has_move(from, to, kind);
        let skipped: Vec<_> = match kind {
            MoveKind::Skip => self.skipped(from, to).filter_map(|place| self.stages.get(place)).collect(),
            _ => Vec::new(),
        };
        let mut reasons = Vec::new();
        if !is_possible {
            reasons.extend(self.barred(kind, from, target, &skipped));
        }
        let mut gates = Vec::new();
        // The gates of stages that may not be passed over anyway would only be noise.
        let passed = skipped.iter().copied().filter(|_| is_possible);
        for stage in passed.chain([target]).filter(|_| kind != MoveKind::Back) {
            through(stage, record, env, &mut gates, &mut reasons);
        }
        if let Some(lost) = self.lost.as_ref().filter(|_| target.kind == StageKind::Lost) {
            reasons.extend(unsaid(lost, record));
        }
        if !reasons.is_empty() {
            return blocked(reasons);
        }
        Transition::Allowed { kind, skipped: keys(&skipped), gates }
    }

    /// Returns the stages whose gates a move goes through, in their order: those that it passes over, then the one that it
    /// enters. What the conditions of these gates read is what has to be known to judge the move.
    pub fn gated<'a>(&'a self, from: Option<&str>, to: &str) -> impl Iterator<Item = &'a Stage> + use<'a> {
        let (from, to) = (from.and_then(|from| self.place(from)), self.place(to));
        let kind = to.map(|to| self.kind_of(from, to));
        let passed = to.filter(|_| kind == Some(MoveKind::Skip)).map(|to| self.skipped(from, to));
        let entered = to.filter(|_| kind != Some(MoveKind::Back));
        passed.into_iter().flatten().chain(entered).filter_map(|place| self.stages.get(place))
    }

    fn barred(&self, kind: MoveKind, from: Option<usize>, to: &Stage, skipped: &[&Stage]) -> Option<Obstacle> {
        let from = from.and_then(|from| self.stages.get(from)).map(|stage| Arc::clone(&stage.key));
        let to = Arc::clone(&to.key);
        Some(match kind {
            MoveKind::Skip if from.is_none() || !skipped.is_empty() => {
                Obstacle::SkipNotAllowed { from, to, skipped: keys(skipped) }
            }
            MoveKind::Skip | MoveKind::Start | MoveKind::Next => Obstacle::NotNext { from: from?, to },
            MoveKind::Back => Obstacle::BackNotAllowed { from: from?, to },
            MoveKind::Reopen => Obstacle::ReopenNotAllowed { from: from?, to },
        })
    }

    fn unknown(&self, key: &str) -> Obstacle {
        let stage: String = key.chars().take(64).collect();
        Obstacle::UnknownStage { stage: stage.into(), pipeline: self.key.clone(), version: self.version }
    }
}

fn through<R: Row + ?Sized>(
    stage: &Stage,
    record: &R,
    env: &Env,
    gates: &mut Vec<GateSeen>,
    reasons: &mut Vec<Obstacle>,
) {
    let is_missing = |slot: u16| record.get(Slot::new(u32::from(slot))).is_none();
    let fields: Vec<_> = stage.gate.required.iter().filter(|(slot, _)| is_missing(*slot)).collect();
    if !fields.is_empty() {
        let fields = fields.into_iter().map(|(_, key)| key.clone()).collect();
        reasons.push(Obstacle::FieldsMissing { stage: Arc::clone(&stage.key), fields });
    }
    if let Some(when) = &stage.gate.when {
        let (stage, seen) = (Arc::clone(&stage.key), when.explain(Scope::new(record, env)));
        match seen.truth.is_true() {
            true => gates.push(GateSeen { stage, seen }),
            false => reasons.push(Obstacle::GateClosed { stage, seen: Some(seen) }),
        }
    }
}

/// Returns what is not said of a loss.
fn unsaid<R: Row + ?Sized>(lost: &Lost, record: &R) -> Option<Obstacle> {
    let at = |slot: u16| record.get(Slot::new(u32::from(slot)));
    let (slot, field) = &lost.reason;
    let Some(Value::Enum(reason)) = at(*slot) else {
        return Some(Obstacle::LostReasonMissing { field: field.clone() });
    };
    if !lost.reasons.contains(reason) {
        let (field, reason, known) = (field.clone(), Some(Arc::clone(reason)), lost.reasons.clone());
        return Some(Obstacle::LostReasonUnknown { field, reason, known });
    }
    let (slot, field) = lost.note.as_ref().filter(|_| lost.note_for.contains(reason))?;
    match at(*slot) {
        Some(_) => None,
        None => Some(Obstacle::LostNoteMissing { field: field.clone(), reason: Some(Arc::clone(reason)) }),
    }
}

fn blocked(reasons: Vec<Obstacle>) -> Transition {
    Transition::Blocked { reasons }
}

fn keys(stages: &[&Stage]) -> Vec<Arc<str>> {
    stages.iter().map(|stage| Arc::clone(&stage.key)).collect()
}
