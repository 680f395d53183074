use crate::value::{Duration, Instant};

use super::arithmetic;

/// Reads an instant as RFC 3339; `None` also when it is finer than a millisecond, since nothing is rounded.
pub(super) fn instant(text: &str) -> Option<Instant> {
    let fraction = text.split_once('.').map(|(_, rest)| rest.bytes().take_while(u8::is_ascii_digit));
    if fraction.is_some_and(|mut digits| digits.by_ref().skip(3).any(|digit| digit != b'0')) {
        return None;
    }
    text.parse().ok()
}

/// Reads a duration as ISO 8601 (`P3D`, `PT48H`) or as CEL writes one (`48h`, `1h30m`, `-1.5s`).
///
/// `None` also when it is finer than a millisecond, or longer than a computed one can be.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let span = match text.parse::<Duration>() {
        Ok(span) => span,
        Err(_) => parts(text)?,
    };
    arithmetic::span(span.millis()).ok()
}

/// The units of CEL in nanoseconds, the longer names before their beginnings.
const UNITS: [(&str, i128); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

fn parts(text: &str) -> Option<Duration> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut nanos = 0_i128;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() && rest != "0" {
        let len = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let (number, behind) = rest.split_at_checked(len)?;
        let (unit, size) = UNITS.into_iter().find(|(unit, _)| behind.starts_with(unit))?;
        nanos = nanos.checked_add(scaled(number, size)?)?;
        rest = behind.get(unit.len()..)?;
    }
    let millis = i64::try_from(nanos / 1_000_000).ok()?;
    (nanos % 1_000_000 == 0).then_some(Duration::from_millis(sign * millis))
}

/// Returns so many units exactly.
fn scaled(number: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 18 || fraction.contains('.') {
        return None;
    }
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let nanos = digits.parse::<i128>().ok()?.checked_mul(unit)?;
    (nanos % scale == 0).then_some(nanos / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_a_span_are_read_and_nothing_is_rounded() {
        let millis = |text| duration(text).map(Duration::millis);
        assert_eq!(millis("P3D"), Some(259_200_000));
        assert_eq!(millis("48h"), millis("PT48H"));
        assert_eq!(millis("1h30m"), Some(5_400_000));
        assert_eq!(millis("-1.5s"), Some(-1_500));
        assert_eq!(millis("1000000us"), Some(1_000));
        assert_eq!(millis("0"), Some(0));
        for wrong in
            ["", "-", "3", "s", ".s", "1.2.3s", "1us", "1.0001s", "3 h", "320000000000s", "99999999999999999999h"]
        {
            assert_eq!(millis(wrong), None, "{wrong}");
        }
        assert_eq!(instant("2026-03-02T09:00:00.123Z").map(Instant::millis), Some(1_772_442_000_123));
        assert_eq!(instant("2026-03-02T09:00:00.1230Z"), instant("2026-03-02T09:00:00.123Z"));
        assert_eq!(instant("2026-03-02T09:00:00.1234Z"), None);
    }
}
