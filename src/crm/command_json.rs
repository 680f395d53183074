use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::Command;

/// Makes what has to know every kind of command, from one list: a kind that is not in it does not compile.
macro_rules! kinds {
    ($($kind:ident $key:literal),+ $(,)?) => {
        const KINDS: &[&str] = &[$($key),+];

        impl Command {
            /// Returns the kind of command, as in its JSON.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $key,)+
                }
            }

            /// Reads the command that stands under the key `kind`.
            fn read<'de, A: MapAccess<'de>>(kind: &str, map: &mut A) -> Result<Self, A::Error> {
                match kind {
                    $($key => map.next_value().map(Self::$kind),)+
                    other => Err(A::Error::unknown_variant(other, KINDS)),
                }
            }
        }
    };
}

kinds! {
    Comment "comment",
    Create "create",
    Delete "delete",
    Event "event",
    Link "link",
    Migrate "migrate",
    MoveStage "move_stage",
    Restore "restore",
    Update "update",
    Upsert "upsert",
}

/// Returns what stands in the place of a kind.
fn kinds() -> String {
    format!("expected one of `{}` as the key", KINDS.join("`, `"))
}

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
                let Some(kind) = map.next_key::<String>()? else {
                    return Err(A::Error::custom(format_args!("no kind of command: {}", kinds())));
                };
                let command = Command::read(&kind, &mut map)?;
                match map.next_key::<IgnoredAny>()? {
                    None => Ok(command),
                    Some(_) => {
                        Err(A::Error::custom(format_args!("several kinds of command: {}, and nothing else", kinds())))
                    }
                }
            }
        }
        deserializer.deserialize_map(OneKind)
    }
}
