use super::{Asks, Facts, Found, Range, Stored};
use crate::value::Key;

/// Reads facts and notes every miss, so that one round asks for all that a phase still lacks.
///
/// A miss is not an unknown: it only means that the store was not asked yet.
///
/// # Example: what is not there yet is asked for
/// ```
/// use guanxi::store::{Facts, Reader};
/// use guanxi::value::Key;
///
/// let key = Key::new("acme".parse()?, "lead".parse()?, "l-1".parse()?);
/// let facts = Facts::new();
/// let mut reader = Reader::new(&facts);
/// assert_eq!(reader.record(&key), None);
/// assert!(reader.into_asks().records().contains(&key));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Reader<'a> {
    facts: &'a Facts,
    asks: Asks,
}

impl<'a> Reader<'a> {
    /// Returns a reader of `facts` that lacks nothing yet.
    pub fn new(facts: &'a Facts) -> Self {
        Self { facts, asks: Asks::new() }
    }

    /// Returns the record at `key`, or notes the miss: the outer `None` is a miss, the inner one an absent record.
    pub fn record(&mut self, key: &Key) -> Option<Option<&'a Stored>> {
        let answer = self.facts.record(key);
        if answer.is_none() {
            self.asks.want_record(key.clone());
        }
        answer
    }

    /// Returns what a range holds, or notes the miss.
    pub fn range(&mut self, range: &Range) -> Option<&'a Found> {
        let answer = self.facts.range(range);
        if answer.is_none() {
            self.asks.want_range(range.clone());
        }
        answer
    }

    /// Returns a counter, or notes the miss.
    pub fn counter(&mut self, key: &Key) -> Option<i64> {
        let answer = self.facts.counter(key);
        if answer.is_none() {
            self.asks.want_counter(key.clone());
        }
        answer
    }

    /// Returns whether anything was missed so far.
    pub fn lacks(&self) -> bool {
        !self.asks.is_empty()
    }

    /// Returns all that was missed.
    pub fn into_asks(self) -> Asks {
        self.asks
    }
}
