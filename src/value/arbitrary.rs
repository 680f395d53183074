//! Values for property tests.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Currency, Date, Duration, Id, Instant, List, Money, Tags, Value};

/// Any value, lists included.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => any_scalar(),
        1 => prop::collection::vec(any_scalar(), 0..4).prop_map(|items| Value::List(List::new(items).unwrap())),
    ]
}

/// Any value that is not a list.
pub(crate) fn any_scalar() -> impl Strategy<Value = Value> {
    let text = prop_oneof![any::<String>(), "[ab\\x00]{0,3}", "[上海云舟科技]{0,3}"];
    let id =
        prop_oneof![any::<[u8; 16]>().prop_map(Id::from_uuid_bytes), "[a-c.]{1,3}".prop_map(|t| Id::new(&t).unwrap())];
    prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        near(any::<i64>()).prop_map(Value::Integer),
        any_decimal().prop_map(Value::Decimal),
        (near(any::<i64>()), prop::sample::select(vec!["CNY", "EUR", "JPY"]))
            .prop_map(|(minor, code)| Value::Money(Money::from_minor(minor, code.parse::<Currency>().unwrap()))),
        (Date::MIN.epoch_days()..=Date::MAX.epoch_days()).prop_map(|d| Value::Date(Date::from_epoch_days(d).unwrap())),
        near(Instant::MIN.millis()..=Instant::MAX.millis())
            .prop_map(|ms| Value::Instant(Instant::from_millis(ms).unwrap())),
        near(any::<i64>()).prop_map(|ms| Value::Duration(Duration::from_millis(ms))),
        text.clone().prop_map(|t| Value::text(&t)),
        "[a-c]{1,2}".prop_map(|key| Value::option(&key)),
        id.prop_map(Value::Reference),
        prop::collection::vec(text, 0..3)
            .prop_map(|tags| Value::Tags(tags.iter().map(String::as_str).collect::<Tags>())),
    ]
}

fn near(wide: impl Strategy<Value = i64>) -> impl Strategy<Value = i64> {
    prop_oneof![wide, -3..3_i64]
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        (any::<i64>(), 0..=28_u32)
            .prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(i128::from(mantissa), scale)),
        (-200..200_i64, 0..4_u32).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale)),
    ]
}
