use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// The most places that are reported.
const MOST: usize = 100;

/// Returns the places at which an object has a key twice, such as `objects[0].fields[2].type`: readers would silently
/// take the last one. What is no JSON is for others to report.
pub(super) fn repeated_keys(json: &str) -> Vec<String> {
    let mut found = Vec::new();
    let walk = Walk { path: &mut String::new(), found: &mut found };
    // An error ends the walk early; whoever reads the text meets it too.
    let _ = walk.deserialize(&mut serde_json::Deserializer::from_str(json));
    found
}

struct Walk<'a> {
    path: &'a mut String,
    found: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { path, found } = self;
        let length = path.len();
        for position in 0_usize.. {
            path.push_str(&format!("[{position}]"));
            let item = items.next_element_seed(Walk { path, found })?;
            path.truncate(length);
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { path, found } = self;
        let length = path.len();
        let mut keys = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if length > 0 {
                path.push('.');
            }
            path.push_str(if key.is_empty() { "\"\"" } else { &key });
            if !keys.insert(key) && found.len() < MOST {
                found.push(path.clone());
            }
            map.next_value_seed(Walk { path, found })?;
            path.truncate(length);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_given_twice_is_found_wherever_it_is() {
        let json =
            r#"{"objects":[{"key":"a","fields":[]},{"key":"b","key":"c"}],"rules":[],"objects":[1,{"x":2,"x":2.5}]}"#;
        assert_eq!(repeated_keys(json), ["objects[1].key", "objects", "objects[1].x"]);
        assert_eq!(repeated_keys(r#"{"a":{"k":null},"b":{"k":true},"c":["k","k"]}"#), [""; 0]);
        assert_eq!(repeated_keys(r#"{"a":1,"a":["#), ["a"]);
    }

    #[test]
    fn a_flood_is_cut() {
        assert_eq!(repeated_keys(&format!("{{{}\"a\":1}}", "\"a\":1,".repeat(1_000))).len(), MOST);
        assert_eq!(repeated_keys(&"[".repeat(1_000_000)), [""; 0]);
    }
}
