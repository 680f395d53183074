use super::ImportReport;

/// An import that broke off because the store failed; the rows before have landed.
///
/// The row that was under way may have landed or not: it stands after [`last_row`](ImportReport::last_row), and running it
/// again does no harm.
#[derive(Debug, thiserror::Error)]
#[error("the store failed after row {}", report.last_row)]
pub struct ImportError<E> {
    report: Box<ImportReport>,
    #[source]
    source: E,
}

impl<E> ImportError<E> {
    pub(super) fn new(report: ImportReport, source: E) -> Self {
        Self { report: Box::new(report), source }
    }

    /// Returns what had become of the rows by then.
    pub fn report(&self) -> &ImportReport {
        &self.report
    }

    /// Returns the failure of the store.
    pub fn into_source(self) -> E {
        self.source
    }
}
