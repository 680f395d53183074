use std::collections::BTreeSet;
use std::sync::Arc;

use super::acting::{Acting, Halt};
use super::effect::NewEffect;
use super::rule::{Emit, Recipient};
use super::trace::Deed;
use super::{Effect, EffectKey, Turn};
use crate::record::Record;
use crate::value::{Id, Value};

impl Acting<'_, '_> {
    /// Describes something that the host shall do, once for every recipient.
    pub(super) fn emit(&mut self, position: usize, emit: &Emit, record: &Arc<Record>) -> Result<(), Halt> {
        let mut to: Vec<String> = match &emit.to {
            Recipient::Role(role) => vec![format!("role:{role}")],
            Recipient::Program(program) => match self.value(program, record)? {
                None => {
                    self.leave_out(format!("no {}: nobody to send it to", emit.kind));
                    return Ok(());
                }
                Some(Value::List(items)) => items.iter().map(ToString::to_string).collect(),
                Some(value) => vec![value.to_string()],
            },
        };
        // Whoever is named twice is told once: the key of an effect is that of its recipient.
        let mut known = BTreeSet::new();
        to.retain(|to| known.insert(to.clone()));
        let slots: Vec<_> = emit.title.slots().into_iter().chain(emit.body.slots()).collect();
        let row = self.work.row_with(&slots, record)?;
        let (title, body) = (emit.title.render(&row), emit.body.render(&row));
        self.tally.check_effects(to.len())?;
        for to in to {
            self.did.push(Deed::Emitted { kind: emit.kind.clone(), to: to.clone() });
            let key = self.effect_key(position, record, &to);
            let parts = NewEffect {
                kind: emit.kind.clone(),
                to: to.into(),
                title: title.clone(),
                body: body.clone(),
                priority: emit.priority,
                rule: self.rule.key.clone(),
                object: record.object().name().clone(),
                record: record.id().clone(),
                at: self.work.now(),
                turn: Turn { revision: record.revision(), position: self.tally.emitted() },
            };
            self.tally.emit(Effect::new(key, parts));
        }
        Ok(())
    }

    fn effect_key(&self, position: usize, record: &Record, to: &str) -> EffectKey {
        // As wide on every machine: several may share one store.
        let position = u64::try_from(position).unwrap_or(u64::MAX);
        EffectKey::new(Id::of_parts(&[
            b"effect",
            self.cause,
            self.rule.key.as_str().as_bytes(),
            &position.to_be_bytes(),
            record.id().to_string().as_bytes(),
            to.as_bytes(),
        ]))
    }
}
