use rust_decimal::Decimal;

use crate::text::clean::fold_width;

/// How numbers are written: what stands before the fraction, and between groups of three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NumberForm {
    decimal: Option<char>,
    thousands: Option<char>,
}

impl NumberForm {
    /// Returns the form of whole numbers.
    pub(super) fn whole(thousands: Option<char>) -> Result<Self, String> {
        Self { decimal: None, thousands: thousands.map(plain) }.checked()
    }

    /// Returns the form of numbers with an optional fraction.
    pub(super) fn with_fraction(decimal: Option<char>, thousands: Option<char>) -> Result<Self, String> {
        Self { decimal: Some(plain(decimal.unwrap_or('.'))), thousands: thousands.map(plain) }.checked()
    }

    fn checked(self) -> Result<Self, String> {
        let both = [self.decimal, self.thousands];
        if self.decimal.is_some() && self.decimal == self.thousands {
            return Err("has the same sign before the fraction and between groups".into());
        }
        match both.into_iter().flatten().find(|c| c.is_alphanumeric() || matches!(c, '+' | '-')) {
            Some(odd) => Err(format!("has `{odd}` as a separator: expected a sign such as `.`, `,` or a space")),
            None => Ok(self),
        }
    }

    /// Returns the number that `text` spells.
    pub(super) fn read(self, text: &str) -> Result<Decimal, String> {
        let expected = || self.expected();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match self.decimal.and_then(|decimal| digits.split_once(decimal)) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        if self.decimal.is_some_and(|decimal| fraction.is_some_and(|fraction| fraction.contains(decimal))) {
            return Err(format!("two signs before a fraction: {}", expected()));
        }
        let mut plain = String::with_capacity(text.len() + 1);
        if negative {
            plain.push('-');
        }
        let groups: Vec<&str> = match self.thousands {
            Some(separator) => whole.split(separator).collect(),
            None => vec![whole],
        };
        let in_groups = groups.len() > 1;
        for (position, group) in groups.iter().enumerate() {
            let fits = match (in_groups, position) {
                (true, 0) => (1..=3).contains(&group.len()),
                (true, _) => group.len() == 3,
                (false, _) => !group.is_empty(),
            };
            if !fits || !is_digits(group) {
                return Err(expected());
            }
            plain.push_str(group);
        }
        if let Some(fraction) = fraction {
            if fraction.is_empty() || !is_digits(fraction) {
                return Err(expected());
            }
            plain.push('.');
            plain.push_str(fraction);
        }
        Decimal::from_str_exact(&plain).map_err(|_| "expected at most 28 digits".into())
    }

    fn expected(self) -> String {
        let kind = if self.decimal.is_some() { "a number" } else { "a whole number" };
        let mut parts = Vec::new();
        parts.extend(self.decimal.map(|sign| format!("`{sign}` before the fraction")));
        parts.extend(self.thousands.map(|sign| format!("`{sign}` between groups of three digits")));
        if parts.is_empty() {
            format!("expected {kind}")
        } else {
            format!("expected {kind} with {}", parts.join(" and "))
        }
    }
}

/// Returns a sign as it stands in a text that was cleaned.
fn plain(sign: char) -> char {
    if sign.is_whitespace() {
        return ' ';
    }
    let narrow = fold_width(sign.encode_utf8(&mut [0; 4])).chars().next();
    narrow.unwrap_or(sign)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(decimal: char, thousands: Option<char>, text: &str) -> Option<String> {
        NumberForm::with_fraction(Some(decimal), thousands).unwrap().read(text).ok().map(|number| number.to_string())
    }

    #[test]
    fn numbers_are_read_by_the_signs_that_are_declared() {
        assert_eq!(read('.', Some(','), "1,234,567.80").as_deref(), Some("1234567.80"));
        assert_eq!(read(',', Some('.'), "-1.234,5").as_deref(), Some("-1234.5"));
        assert_eq!(read(',', Some(' '), "12 345").as_deref(), Some("12345"));
        assert_eq!(read('.', Some(','), "1234").as_deref(), Some("1234"));
        assert_eq!(read('.', None, "+0.50").as_deref(), Some("0.50"));
    }

    #[test]
    fn what_could_mean_something_else_is_refused() {
        for text in [
            "",
            "-",
            "+-1",
            "1.2.3",
            "1,2",
            "1,23,456",
            ",123",
            "1,,234",
            "1234,567",
            "1.",
            ".5",
            "1e3",
            "1 234",
            "0x1",
            "1.5,0",
            "—1",
            "1,234.5.6",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(read('.', Some(','), text), None, "{text}");
        }
        let whole = NumberForm::whole(None).unwrap();
        assert_eq!(whole.read("1.0"), Err("expected a whole number".into()));
        assert!(read('.', None, "1.2.3").is_none());
    }

    #[test]
    fn separators_that_cannot_be_told_apart_are_refused() {
        assert!(NumberForm::with_fraction(None, Some('.')).is_err());
        assert!(NumberForm::with_fraction(Some('1'), None).is_err());
        assert!(NumberForm::whole(Some('-')).is_err());
    }

    proptest! {
        #[test]
        fn every_number_comes_back(mantissa: i64, scale in 0..18_u32) {
            let number = Decimal::new(mantissa, scale);
            let plain = NumberForm::with_fraction(None, None).unwrap();
            prop_assert_eq!(plain.read(&number.to_string()), Ok(number));
        }

        #[test]
        fn nothing_is_read_from_soup(text in "[-+0-9., eE]{0,12}") {
            if let Ok(number) = NumberForm::with_fraction(None, Some(',')).unwrap().read(&text) {
                let digits: String = text.chars().filter(|c| !matches!(c, '+' | ',')).collect();
                prop_assert_eq!(number, digits.parse::<Decimal>().unwrap());
            }
        }
    }
}
