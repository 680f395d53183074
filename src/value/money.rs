use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Currency;

/// An exact amount of one currency, in its minor units (fen, cents) as an `i64`.
///
/// Arithmetic is checked: mixing currencies or leaving the range is an error, never a wrapped or rounded amount. In
/// text `CNY 100.00`; in JSON `{"amount":"100.00","currency":"CNY"}`.
///
/// # Example: sums never mix currencies
/// ```
/// use guanxi::value::{Money, MoneyError};
///
/// let deposit: Money = "CNY 300.50".parse()?;
/// let rest: Money = "CNY 699.50".parse()?;
/// assert_eq!(deposit.plus(rest)?.to_string(), "CNY 1000.00");
/// assert!(matches!(deposit.plus("USD 1.00".parse()?), Err(MoneyError::MixedCurrencies { .. })));
/// # Ok::<(), MoneyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    currency: Currency,
    minor: i64,
}

impl Money {
    /// Returns `minor` minor units (fen, cents) of `currency`.
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { currency, minor }
    }

    /// Returns `amount` of `currency`.
    ///
    /// # Errors
    /// [`MoneyError::TooPrecise`] when `amount` has more decimal digits than the currency's minor unit,
    /// [`MoneyError::OutOfRange`] when it does not fit in an `i64` of minor units.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let amount = amount.normalize();
        let digits = u32::from(currency.minor_digits());
        let Some(missing) = digits.checked_sub(amount.scale()) else {
            return Err(MoneyError::TooPrecise { currency, digits: currency.minor_digits() });
        };
        let factor = 10_i128.checked_pow(missing);
        let minor = factor.and_then(|factor| amount.mantissa().checked_mul(factor)).and_then(|m| i64::try_from(m).ok());
        minor.map(|minor| Self { currency, minor }).ok_or(MoneyError::OutOfRange)
    }

    /// Returns the amount in minor units (fen, cents).
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// Returns the currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Returns the amount in major units (yuan, dollars), exactly.
    pub fn amount(self) -> Decimal {
        Decimal::new(self.minor, u32::from(self.currency.minor_digits()))
    }

    /// Returns the sum of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::MixedCurrencies`] or [`MoneyError::OutOfRange`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_add(other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::OutOfRange)
    }

    /// Returns the difference of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::MixedCurrencies`] or [`MoneyError::OutOfRange`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_sub(other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::OutOfRange)
    }

    /// Returns the amount multiplied by a count.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`].
    pub fn times(self, count: i64) -> Result<Self, MoneyError> {
        self.minor.checked_mul(count).map(|minor| Self { minor, ..self }).ok_or(MoneyError::OutOfRange)
    }

    /// Splits the amount by `weights` so that the parts sum to it exactly, in the order of the weights.
    ///
    /// Every part is the exact share rounded towards zero; what is left over goes one minor unit each to the parts with
    /// the largest remainders, the earlier first on a tie (largest-remainder or Hamilton method).
    ///
    /// # Errors
    /// [`MoneyError::NoWeights`] when all weights are zero or there are none.
    ///
    /// # Example: ten cents among three
    /// ```
    /// use guanxi::value::Money;
    ///
    /// let parts = "USD 0.10".parse::<Money>()?.allocate(&[1, 1, 1])?;
    /// assert_eq!(parts.iter().map(|p| p.minor()).collect::<Vec<_>>(), [4, 3, 3]);
    /// # Ok::<(), guanxi::value::MoneyError>(())
    /// ```
    pub fn allocate(self, weights: &[u32]) -> Result<Vec<Self>, MoneyError> {
        let total: i128 = weights.iter().fold(0_i128, |sum, &w| sum.saturating_add(i128::from(w)));
        let share_of = |weight: u32| i128::from(self.minor).checked_mul(i128::from(weight));
        let mut parts = Vec::with_capacity(weights.len());
        let mut remainders = Vec::with_capacity(weights.len());
        let mut left = i128::from(self.minor);
        for (position, &weight) in weights.iter().enumerate() {
            let exact = share_of(weight).ok_or(MoneyError::OutOfRange)?;
            let part = exact.checked_div(total).ok_or(MoneyError::NoWeights)?;
            let remainder = exact.checked_rem(total).ok_or(MoneyError::NoWeights)?;
            left = left.saturating_sub(part);
            parts.push(i64::try_from(part).map_err(|_| MoneyError::OutOfRange)?);
            remainders.push((std::cmp::Reverse(remainder.unsigned_abs()), position));
        }
        if parts.is_empty() {
            return Err(MoneyError::NoWeights);
        }
        remainders.sort_unstable();
        let step = i64::try_from(left.signum()).unwrap_or(0);
        let extra = usize::try_from(left.unsigned_abs()).map_err(|_| MoneyError::OutOfRange)?;
        for &(_, position) in remainders.iter().take(extra) {
            if let Some(part) = parts.get_mut(position) {
                *part = part.saturating_add(step);
            }
        }
        Ok(parts.into_iter().map(|minor| Self { minor, ..self }).collect())
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::MixedCurrencies { left: self.currency, right: other.currency })
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.amount())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `CNY 100.00`: the currency, one space, the amount without separators.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (currency, amount) = text.split_once(' ').ok_or(MoneyError::Unreadable)?;
        let currency = currency.parse().map_err(|_| MoneyError::Unreadable)?;
        Self::new(Decimal::from_str_exact(amount).map_err(|_| MoneyError::Unreadable)?, currency)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyJson {
    amount: String,
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        MoneyJson { amount: self.amount().to_string(), currency: self.currency }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let MoneyJson { amount, currency } = MoneyJson::deserialize(deserializer)?;
        let amount = Decimal::from_str_exact(&amount).map_err(|_| serde::de::Error::custom(MoneyError::Unreadable))?;
        Self::new(amount, currency).map_err(serde::de::Error::custom)
    }
}

/// Why an amount of money could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Two currencies met in one sum; guanxi never converts without an explicit rate.
    #[error("cannot add `{left}` and `{right}` without a rate")]
    #[non_exhaustive]
    MixedCurrencies {
        /// The currency on the left.
        left: Currency,
        /// The currency on the right.
        right: Currency,
    },
    /// There is no weight to share by.
    #[error("cannot allocate: expected at least one weight above zero")]
    NoWeights,
    /// The amount does not fit in an `i64` of minor units.
    #[error("amount out of range: expected at most 2^63 - 1 minor units")]
    OutOfRange,
    /// The amount has more decimal digits than the currency.
    #[error("too many decimal digits: `{currency}` has {digits}")]
    #[non_exhaustive]
    TooPrecise {
        /// The currency.
        currency: Currency,
        /// Its number of decimal digits.
        digits: u8,
    },
    /// The text is not of the form `CNY 100.00`.
    #[error("not money: expected a currency and an amount such as `CNY 100.00`")]
    Unreadable,
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "an i128 holds every product of a test")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cny(minor: i64) -> Money {
        Money::from_minor(minor, "CNY".parse().unwrap())
    }

    #[test]
    fn precision_beyond_the_minor_unit_is_refused_not_rounded() {
        let too_precise = Money::new("1.005".parse().unwrap(), "CNY".parse().unwrap());
        assert!(matches!(too_precise, Err(MoneyError::TooPrecise { digits: 2, .. })));
        assert_eq!(Money::new("1.500".parse().unwrap(), "CNY".parse().unwrap()), Ok(cny(150)));
        assert_eq!("JPY 500".parse::<Money>().map(Money::minor), Ok(500));
    }

    #[test]
    fn overflow_is_an_error() {
        assert_eq!(cny(i64::MAX).plus(cny(1)), Err(MoneyError::OutOfRange));
        assert_eq!(cny(i64::MIN).minus(cny(1)), Err(MoneyError::OutOfRange));
        assert_eq!(cny(i64::MAX).times(2), Err(MoneyError::OutOfRange));
        assert_eq!(cny(5).allocate(&[]), Err(MoneyError::NoWeights));
        assert_eq!(cny(5).allocate(&[0, 0]), Err(MoneyError::NoWeights));
    }

    proptest! {
        #[test]
        fn allocation_conserves_and_is_fair(minor in any::<i64>(), weights in prop::collection::vec(0..1000_u32, 1..20)) {
            prop_assume!(weights.iter().any(|&w| w > 0));
            let total: i128 = weights.iter().map(|&w| i128::from(w)).sum();
            let parts = cny(minor).allocate(&weights).unwrap();
            prop_assert_eq!(parts.iter().map(|p| i128::from(p.minor())).sum::<i128>(), i128::from(minor));
            for (part, &weight) in parts.iter().zip(&weights) {
                let off = i128::from(part.minor()) * total - i128::from(minor) * i128::from(weight);
                prop_assert!(off.abs() < total, "a part is within one minor unit of its exact share");
            }
        }

        #[test]
        fn text_and_json_round_trip(minor in any::<i64>(), code in prop::sample::select(vec!["CNY", "JPY", "KWD", "CLF"])) {
            let money = Money::from_minor(minor, code.parse().unwrap());
            prop_assert_eq!(money.to_string().parse(), Ok(money));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }
    }
}
