use super::reading::StepKind;
use super::{Columns, Row, RowError};
use crate::value::Instant;

impl Columns<'_> {
    /// Returns rows in the order of what they tell: every stage that a record came into at its moment, the earliest first;
    /// then what has no moment, in the order of the rows; then what is filled later. What has the same moment keeps the order
    /// of the rows.
    ///
    /// Give it to [`Crm::import_rows`](crate::Crm::import_rows) where the order counts between rows: a deal that was won on
    /// Monday is told before one that began on Tuesday, and what a row refers to may stand further on in the file. All rows
    /// are held in memory for it. To go on after a break, import all of them again in the same context: what was done is
    /// known, and is not done twice.
    ///
    /// # Example: the parent stands below
    /// ```
    /// use std::ops::ControlFlow;
    ///
    /// use guanxi::crm::import::{ImportDef, ImportOptions, Row};
    /// use guanxi::{Context, Definition, MemoryStore};
    ///
    /// let crm = Definition::from_json(r#"{"objects": [{"key": "account", "title": "name", "fields": [
    ///     {"key": "name", "type": "text"}, {"key": "parent", "type": "reference", "to": "account"}]}]}"#).compile()?;
    /// let accounts: ImportDef = serde_json::from_str(r#"{
    ///     "key": "erp-accounts", "object": "account", "external": {"system": "erp", "column": "No"}, "fields": [
    ///         {"field": "name", "column": "Customer"},
    ///         {"field": "parent", "column": "Part of", "lookup": {"external": "erp"}, "later": true}]
    /// }"#)?;
    /// let accounts = crm.import(&accounts)?;
    /// let columns = accounts.columns(&["No", "Customer", "Part of"])?;
    /// let rows = [Row::new(2, ["K-1", "云舟分公司", "K-2"]), Row::new(3, ["K-2", "云舟科技", ""])].map(Ok);
    ///
    /// let ctx = Context::system("acme".parse()?, "import", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
    /// let (rows, options) = (columns.in_time_order(rows), ImportOptions::new());
    /// let report = crm.import_rows(&mut MemoryStore::new(), &ctx, &columns, rows, &options, |_| ControlFlow::Continue(()))?;
    /// assert_eq!((report.created, report.further, report.refused), (2, 1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn in_time_order(&self, rows: impl IntoIterator<Item = Result<Row, RowError>>) -> Vec<Result<Row, RowError>> {
        let mut placed: Vec<(Place, Result<Row, RowError>)> = Vec::new();
        for row in rows {
            let steps = row.as_ref().ok().and_then(|row| self.said(row).steps.ok());
            match (row, steps) {
                (Ok(row), Some(steps)) => placed.extend(
                    steps.iter().enumerate().map(|(position, step)| (Place::of(step.kind), Ok(row.at_step(position)))),
                ),
                // What is wrong with it is told when it is imported.
                (row, _) => placed.push((Place::Undated, row)),
            }
        }
        // A stable sort: within a row, and at one moment, the order stays.
        placed.sort_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, row)| row).collect()
    }
}

/// Where a step stands, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    At(Instant),
    Undated,
    Later,
}

impl Place {
    fn of(kind: StepKind) -> Self {
        match kind {
            StepKind::Dated(_, at) => Self::At(at),
            StepKind::Undated => Self::Undated,
            StepKind::Later => Self::Later,
        }
    }
}
