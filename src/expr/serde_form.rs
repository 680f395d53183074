use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::json_limited::Limited;
use super::{Expr, json_read};

/// Writes the text form.
impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a text as the text form and an object as the tree.
impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Expr;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a condition as text such as \"region == 'east'\", or as a tree such as {\"eq\":[…]}")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Expr, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Expr, A::Error> {
                json_read::from_json(&Limited::tree().visit_map(map)?).map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_any(Either)
    }
}
