//! Any bytes are values or corrupt; a value is the same after writing and reading it, its ordered bytes order like it,
//! and its JSON gives it back.

use guanxi::value::{Value, ValueType, ordered, stored};

/// Checks bytes that hold values one after the other.
pub fn check(data: &[u8]) {
    let mut reader = stored::Reader::new(data);
    let mut values = Vec::new();
    while let Ok(value) = reader.value() {
        values.push(value);
        if values.len() == 16 {
            break;
        }
    }
    for value in &values {
        let mut bytes = Vec::new();
        stored::write(&mut bytes, value);
        let mut again = stored::Reader::new(&bytes);
        assert_eq!(again.value().as_ref(), Ok(value));
        assert!(again.is_at_end());
        if is_uniform(value) {
            assert_eq!(Value::from_json(&value.to_json(), &value.value_type()).as_ref(), Ok(value));
            let written = serde_json::to_value(value).expect("a value can be written");
            assert_eq!(written, value.to_json());
        }
    }
    let bytes: Vec<_> = values.iter().map(ordered::encode).collect();
    for (a, a_bytes) in values.iter().zip(&bytes) {
        for (b, b_bytes) in values.iter().zip(&bytes) {
            assert_eq!(a_bytes.cmp(b_bytes), a.cmp(b), "{a:?} {b:?}");
        }
    }
}

/// A list of several types is no field's.
fn is_uniform(value: &Value) -> bool {
    match (value, value.value_type()) {
        (Value::List(items), ValueType::List(item)) => items.iter().all(|one| one.value_type() == *item),
        _ => true,
    }
}
