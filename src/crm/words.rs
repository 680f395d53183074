use std::collections::BTreeMap;

use super::command::{Comment, ExternalId, Happening, Link, Migrate, StageMove, Target, Update, Upsert};
use super::{Command, Lookup, Reference};
use crate::record::{Draft, Fields};
use crate::value::stored::{write_count, write_id, write_signed, write_text};
use crate::value::{Id, Instant, Name, Revision, Value};

/// Returns what a command says, as bytes that no command with another JSON has.
///
/// They never change, so that a host may run a command again after it was upgraded. Where JSON has text for a value they
/// have the same text: the command may have been read from there since.
pub(super) fn words(command: &Command) -> Vec<u8> {
    let mut words = Words { bytes: Vec::with_capacity(512) };
    words.text(command.kind());
    match command {
        Command::Comment(Comment { object, id, text, mentions }) => {
            words.record(object, id);
            words.text(text);
            words.count(mentions.len());
            mentions.iter().for_each(|mention| words.id(mention));
        }
        Command::Create(draft) => words.draft(draft),
        Command::Delete(target) | Command::Restore(target) => {
            let Target { object, id, if_revision } = target;
            words.record(object, id);
            words.revision(*if_revision);
        }
        Command::Event(Happening { object, id, name }) => {
            words.record(object, id);
            words.text(name.as_str());
        }
        Command::Link(Link { object, id, field, to }) => {
            words.record(object, id);
            words.text(field.as_str());
            words.id(to);
        }
        Command::Migrate(Migrate { object, id, version, stages }) => {
            words.record(object, id);
            words.number(i64::from(*version));
            words.stages(stages);
        }
        Command::MoveStage(StageMove { object, id, to, if_revision, fields, at }) => {
            words.record(object, id);
            words.text(to);
            words.revision(*if_revision);
            words.fields(fields);
            words.instant(*at);
        }
        Command::Update(Update { object, id, if_revision, fields }) => {
            words.record(object, id);
            words.revision(*if_revision);
            words.fields(fields);
        }
        Command::Upsert(Upsert { object, external, id, fields, at, references }) => {
            words.text(object.as_str());
            words.external(external);
            words.optional(id.as_ref(), Words::id);
            words.fields(fields);
            words.instant(*at);
            words.count(references.len());
            references.iter().for_each(|reference| words.reference(reference));
        }
    }
    words.bytes
}

struct Words {
    bytes: Vec<u8>,
}

impl Words {
    fn text(&mut self, text: &str) {
        write_text(&mut self.bytes, text);
    }

    fn number(&mut self, number: i64) {
        write_signed(&mut self.bytes, number);
    }

    fn count(&mut self, count: usize) {
        write_count(&mut self.bytes, count);
    }

    fn optional<T>(&mut self, said: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.bytes.push(u8::from(said.is_some()));
        if let Some(said) = said {
            write(self, said);
        }
    }

    fn id(&mut self, id: &Id) {
        write_id(&mut self.bytes, id);
    }

    fn record(&mut self, object: &Name, id: &Id) {
        self.text(object.as_str());
        self.id(id);
    }

    fn revision(&mut self, revision: Option<Revision>) {
        self.optional(revision, |words, revision| words.bytes.extend(revision.number().to_be_bytes()));
    }

    fn instant(&mut self, at: Option<Instant>) {
        self.optional(at, |words, at| words.number(at.millis()));
    }

    fn external(&mut self, ExternalId { system, id }: &ExternalId) {
        self.text(system.as_str());
        self.text(id);
    }

    fn draft(&mut self, draft: &Draft) {
        self.text(draft.object().as_str());
        self.optional(draft.id(), Self::id);
        self.fields(draft.fields());
        self.instant(draft.entered_at());
    }

    fn stages(&mut self, stages: &BTreeMap<String, String>) {
        self.count(stages.len());
        for (from, to) in stages {
            self.text(from);
            self.text(to);
        }
    }

    fn reference(&mut self, Reference { field, to, or_create }: &Reference) {
        self.text(field.as_str());
        match to {
            Lookup::External(external) => {
                self.bytes.push(0);
                self.external(external);
            }
            Lookup::Having(fields) => {
                self.bytes.push(1);
                self.fields(fields);
            }
        }
        self.optional(or_create.as_ref(), |words, new| {
            words.optional(new.id.as_ref(), Self::id);
            words.fields(&new.fields);
        });
    }

    fn fields(&mut self, fields: &Fields) {
        self.count(fields.len());
        for (key, value) in fields.iter() {
            self.text(key.as_str());
            self.optional(value, Self::value);
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Bool(flag) => self.bytes.extend([0, u8::from(*flag)]),
            Value::Integer(number) => {
                self.bytes.push(1);
                self.number(*number);
            }
            Value::Money(money) => {
                self.bytes.push(2);
                self.text(money.currency().code());
                self.number(money.minor());
            }
            Value::List(items) => {
                self.bytes.push(3);
                self.count(items.len());
                items.iter().for_each(|item| self.value(item));
            }
            Value::Tags(tags) => {
                self.bytes.push(3);
                self.count(tags.len());
                tags.iter().for_each(|tag| self.value_text(tag));
            }
            Value::Text(text) | Value::Enum(text) => self.value_text(text),
            other => self.value_text(&other.to_string()),
        }
    }

    fn value_text(&mut self, text: &str) {
        self.bytes.push(4);
        self.text(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::arbitrary::any_value;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn commands_say_the_same_where_their_json_is_the_same(a in any_value(), b in any_value()) {
            let command = |value: &Value| {
                Command::create(Draft::new(Name::known("lead")).set("need", value.clone()))
            };
            let (a, b) = (command(&a), command(&b));
            let json = |command| serde_json::to_string(command).unwrap();
            prop_assert_eq!(words(&a) == words(&b), json(&a) == json(&b));
            // What JSON cannot tell apart is read back as text.
            if let Ok(read) = serde_json::from_str::<Command>(&json(&a)) {
                prop_assert_eq!(words(&read), words(&a));
            }
        }
    }

    #[test]
    fn whatever_a_command_says_tells_it_from_others() {
        let said = [
            r#"{"create":{"object":"lead","fields":{"need":"x"}}}"#,
            r#"{"create":{"object":"deal","fields":{"need":"x"}}}"#,
            r#"{"create":{"object":"lead","fields":{"need":null}}}"#,
            r#"{"create":{"object":"lead","fields":{"need":["x"]}}}"#,
            r#"{"create":{"object":"lead","fields":{"need":1}}}"#,
            r#"{"create":{"object":"lead","fields":{"need":true}}}"#,
            r#"{"create":{"object":"lead","id":"x"}}"#,
            r#"{"create":{"object":"lead","at":"2026-03-02T09:00:00Z"}}"#,
            r#"{"delete":{"object":"lead","id":"l-1"}}"#,
            r#"{"restore":{"object":"lead","id":"l-1"}}"#,
            r#"{"delete":{"object":"lead","id":"l-1","if_revision":1}}"#,
            r#"{"comment":{"object":"lead","id":"l-1","text":"x"}}"#,
            r#"{"comment":{"object":"lead","id":"l-1","text":"x","mentions":["y"]}}"#,
            r#"{"event":{"object":"lead","id":"l-1","name":"x"}}"#,
            r#"{"link":{"object":"lead","id":"l-1","field":"x","to":"y"}}"#,
            r#"{"link":{"object":"lead","id":"l-1","field":"y","to":"x"}}"#,
            r#"{"migrate":{"object":"lead","id":"l-1","version":2}}"#,
            r#"{"migrate":{"object":"lead","id":"l-1","version":2,"stages":{"x":"y"}}}"#,
            r#"{"move_stage":{"object":"lead","id":"l-1","to":"x"}}"#,
            r#"{"move_stage":{"object":"lead","id":"l-1","to":"x","fields":{"need":"x"}}}"#,
            r#"{"move_stage":{"object":"lead","id":"l-1","to":"x","if_revision":1}}"#,
            r#"{"move_stage":{"object":"lead","id":"l-1","to":"x","at":"2026-03-02T09:00:00Z"}}"#,
            r#"{"update":{"object":"lead","id":"l-1","fields":{"need":"x"}}}"#,
            r#"{"update":{"object":"lead","id":"l-1","fields":{"needs":"x"}}}"#,
            r#"{"update":{"object":"lead","id":"l-1","if_revision":1,"fields":{"need":"x"}}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"erp","id":"x"},"fields":{}}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"crm","id":"x"},"fields":{}}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"erp","id":"y"},"fields":{}}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"erp","id":"x"},"id":"x","fields":{}}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"erp","id":"x"},"fields":{},"at":"2026-03-02T09:00:00Z"}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"erp","id":"x"},"fields":{},"references":[
                {"field":"owner","to":{"external":{"system":"erp","id":"x"}}}]}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"erp","id":"x"},"fields":{},"references":[
                {"field":"owner","to":{"having":{"erp":"x"}}}]}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"erp","id":"x"},"fields":{},"references":[
                {"field":"owner","to":{"having":{"erp":"x"}},"or_create":{}}]}}"#,
            r#"{"upsert":{"object":"lead","external":{"system":"erp","id":"x"},"fields":{},"references":[
                {"field":"owner","to":{"having":{"erp":"x"}},"or_create":{"id":"x"}}]}}"#,
        ];
        let words: Vec<_> = said.iter().map(|json| words(&serde_json::from_str(json).unwrap())).collect();
        for (position, one) in words.iter().enumerate() {
            assert!(!words[..position].contains(one), "{}", said[position]);
        }
    }
}
