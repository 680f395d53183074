use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::{Currency, Money, MoneyError};

/// A sum of money kept apart by currency, so that nothing is converted by accident.
///
/// # Example: two currencies stay two
/// ```
/// use guanxi::value::MoneySum;
///
/// let mut won = MoneySum::default();
/// for amount in ["CNY 100.00", "USD 20.00", "CNY 50.00"] {
///     won.add(amount.parse()?)?;
/// }
/// assert_eq!(won.to_string(), "CNY 150.00 + USD 20.00");
/// # Ok::<(), guanxi::value::MoneyError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoneySum {
    minor: BTreeMap<Currency, i64>,
}

impl MoneySum {
    /// Adds an amount to the sum of its currency.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] when the sum would leave the range; the sum is then unchanged.
    pub fn add(&mut self, amount: Money) -> Result<(), MoneyError> {
        let minor = self.minor.entry(amount.currency()).or_insert(0);
        *minor = minor.checked_add(amount.minor()).ok_or(MoneyError::OutOfRange)?;
        Ok(())
    }

    /// Returns the sum in `currency`, or `None` when nothing was added in it.
    pub fn of(&self, currency: Currency) -> Option<Money> {
        self.minor.get(&currency).map(|&minor| Money::from_minor(minor, currency))
    }

    /// Returns the sums by currency code in alphabetic order.
    pub fn iter(&self) -> impl Iterator<Item = Money> + '_ {
        self.minor.iter().map(|(&currency, &minor)| Money::from_minor(minor, currency))
    }
}

impl fmt::Display for MoneySum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, amount) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(" + ")?;
            }
            write!(f, "{amount}")?;
        }
        Ok(())
    }
}

impl Serialize for MoneySum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
