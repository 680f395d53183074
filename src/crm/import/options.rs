/// How rows are imported.
///
/// # Example: what would happen to the rows after the 5,000th
/// ```
/// use guanxi::crm::import::ImportOptions;
///
/// let options = ImportOptions::new().after_row(5_000).dry_run();
/// assert_ne!(options, ImportOptions::new());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    pub(super) after_row: u64,
    pub(super) dry_run: bool,
    pub(super) progress_every: u64,
}

impl ImportOptions {
    /// Returns the options of an import of all rows, which tells its progress every 1,000 rows.
    pub fn new() -> Self {
        Self { after_row: 0, dry_run: false, progress_every: 1_000 }
    }

    /// Leaves alone the rows up to and with this number: goes on where an import broke off, after its
    /// [`last_row`](super::ImportReport::last_row).
    #[must_use]
    pub fn after_row(mut self, number: u64) -> Self {
        self.after_row = number;
        self
    }

    /// Tells what would happen, and writes nothing. What would be written is kept in memory meanwhile, since later rows
    /// see it.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// Tells the progress every so many rows; 0 never.
    #[must_use]
    pub fn progress_every(mut self, rows: u64) -> Self {
        self.progress_every = rows;
        self
    }
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self::new()
    }
}
