//! How many records were won and lost, and what for.

use std::collections::BTreeMap;

use guanxi::pipeline::StageKind;
use guanxi::value::{Currency, Money};
use serde_json::{Value as Json, json};

/// Counts of records, and the money of those that were won.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were won.
    pub won: u64,
    /// How many were lost.
    pub lost: u64,
    /// How many are worked on.
    pub open: u64,
    /// What the won ones brought, by currency.
    pub amounts: BTreeMap<Currency, Money>,
}

impl Tally {
    /// Counts a record.
    pub fn add(&mut self, kind: StageKind, amount: Option<Money>) -> Result<(), String> {
        match kind {
            StageKind::Won => self.won += 1,
            StageKind::Lost => self.lost += 1,
            StageKind::Open => self.open += 1,
        }
        if let Some(amount) = amount.filter(|_| kind == StageKind::Won) {
            let sum = self.amounts.entry(amount.currency()).or_insert(Money::from_minor(0, amount.currency()));
            *sum = sum.plus(amount).map_err(|error| format!("the sum of what was won: {error}"))?;
        }
        Ok(())
    }

    /// Returns how many are no longer worked on.
    pub fn closed(&self) -> u64 {
        self.won + self.lost
    }

    /// Returns the share of the won among the closed ones, in percent with two digits; none where nothing is closed.
    pub fn won_over_closed(&self) -> Option<String> {
        let closed = self.closed();
        // Half a hundredth is rounded up.
        let hundredths = (self.won * 20_000 + closed).checked_div(closed * 2)?;
        Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
    }

    /// Returns the counts as JSON.
    pub fn to_json(&self) -> Json {
        let amounts: Vec<_> = self.amounts.values().collect();
        let mut json = json!({
            "won": self.won, "lost": self.lost, "open": self.open, "closed": self.closed(), "amount": amounts
        });
        if let Some(rate) = self.won_over_closed() {
            json["won_over_closed_percent"] = json!(rate);
        }
        json
    }
}
