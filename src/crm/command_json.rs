use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::Command;

/// The kinds of commands, as in their JSON.
#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Comment,
    Create,
    Delete,
    Event,
    Link,
    Migrate,
    MoveStage,
    Restore,
    Update,
    Upsert,
}

/// What stands in the place of a kind.
const KINDS: &str = "expected one of `comment`, `create`, `delete`, `event`, `link`, `migrate`, `move_stage`, `restore`, \
                     `update`, `upsert` as the key";

/// Written by hand because whoever sends `{}` shall be told what he might have sent.
impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneKind;

        impl<'de> Visitor<'de> for OneKind {
            type Value = Command;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a command such as {\"create\":{…}}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Command, A::Error> {
                let Some(kind) = map.next_key()? else {
                    return Err(A::Error::custom(format_args!("no kind of command: {KINDS}")));
                };
                let command = match kind {
                    Kind::Comment => Command::Comment(map.next_value()?),
                    Kind::Create => Command::Create(map.next_value()?),
                    Kind::Delete => Command::Delete(map.next_value()?),
                    Kind::Event => Command::Event(map.next_value()?),
                    Kind::Link => Command::Link(map.next_value()?),
                    Kind::Migrate => Command::Migrate(map.next_value()?),
                    Kind::MoveStage => Command::MoveStage(map.next_value()?),
                    Kind::Restore => Command::Restore(map.next_value()?),
                    Kind::Update => Command::Update(map.next_value()?),
                    Kind::Upsert => Command::Upsert(map.next_value()?),
                };
                match map.next_key::<IgnoredAny>()? {
                    None => Ok(command),
                    Some(_) => {
                        Err(A::Error::custom(format_args!("several kinds of command: {KINDS}, and nothing else")))
                    }
                }
            }
        }
        deserializer.deserialize_map(OneKind)
    }
}
