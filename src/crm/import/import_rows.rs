use std::ops::ControlFlow;

use super::importing::{Importing, Next};
use super::{Columns, ImportError, ImportEvent, ImportOptions, ImportReport, Row, RowError};
use crate::crm::{Context, Crm};
use crate::store::{AsyncOverlay, AsyncStore, Overlay, Store};

impl Crm {
    /// Imports rows one after the other, each in a commit of its own: good ones land, bad ones are told to `watch` as they
    /// come, with row, column and reason. Nothing but counts is kept of them, however many there are.
    ///
    /// Every row is a command with a context of its own, which follows from `ctx`, the import, the header, the row's number
    /// and its cells. So the same rows again, in the same context, change nothing, whether all of them have landed or an import
    /// broke off among them. A row that was corrected is another command, and is done. In another context every row is
    /// looked at anew, and changes what is no longer as it says.
    ///
    /// `watch` is told of refused rows and of the progress, and ends the import with [`ControlFlow::Break`].
    ///
    /// # Errors
    /// [`ImportError`] when the store fails; the rows before have landed.
    pub fn import_rows<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        columns: &Columns<'_>,
        rows: impl IntoIterator<Item = Result<Row, RowError>>,
        options: &ImportOptions,
        watch: impl FnMut(ImportEvent<'_>) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError<S::Error>> {
        let importing = Importing::new(columns, ctx, options);
        if options.dry_run {
            self.each_row(&mut Overlay::new(store), importing, rows, watch)
        } else {
            self.each_row(store, importing, rows, watch)
        }
    }

    /// Imports rows into an asynchronous store, as [`Crm::import_rows`] does.
    ///
    /// # Errors
    /// The same as [`Crm::import_rows`].
    pub async fn import_rows_async<S: AsyncStore + Send>(
        &self,
        store: &mut S,
        ctx: &Context,
        columns: &Columns<'_>,
        rows: impl IntoIterator<Item = Result<Row, RowError>>,
        options: &ImportOptions,
        watch: impl FnMut(ImportEvent<'_>) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError<S::Error>> {
        let importing = Importing::new(columns, ctx, options);
        if options.dry_run {
            self.each_row_async(&mut AsyncOverlay::new(store), importing, rows, watch).await
        } else {
            self.each_row_async(store, importing, rows, watch).await
        }
    }

    fn each_row<S: Store + ?Sized>(
        &self,
        store: &mut S,
        mut importing: Importing<'_>,
        rows: impl IntoIterator<Item = Result<Row, RowError>>,
        mut watch: impl FnMut(ImportEvent<'_>) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError<S::Error>> {
        for row in rows {
            let refused = match importing.next(&row) {
                Next::Skip => continue,
                Next::Refuse(refused) => importing.refused(refused),
                Next::Run { row, turns } => {
                    let mut refused = None;
                    for turn in turns {
                        match importing.ran(row, &turn, self.run(store, &turn.ctx, &turn.command)) {
                            Ok(None) => {}
                            Ok(wrong) => {
                                refused = wrong;
                                break;
                            }
                            Err(error) => return Err(ImportError::new(importing.ended(), error)),
                        }
                    }
                    refused
                }
            };
            if importing.end_row(refused, &mut watch).is_break() {
                break;
            }
        }
        Ok(importing.ended())
    }

    async fn each_row_async<S: AsyncStore>(
        &self,
        store: &mut S,
        mut importing: Importing<'_>,
        rows: impl IntoIterator<Item = Result<Row, RowError>>,
        mut watch: impl FnMut(ImportEvent<'_>) -> ControlFlow<()>,
    ) -> Result<ImportReport, ImportError<S::Error>> {
        for row in rows {
            let refused = match importing.next(&row) {
                Next::Skip => continue,
                Next::Refuse(refused) => importing.refused(refused),
                Next::Run { row, turns } => {
                    let mut refused = None;
                    for turn in turns {
                        match importing.ran(row, &turn, self.run_async(store, &turn.ctx, &turn.command).await) {
                            Ok(None) => {}
                            Ok(wrong) => {
                                refused = wrong;
                                break;
                            }
                            Err(error) => return Err(ImportError::new(importing.ended(), error)),
                        }
                    }
                    refused
                }
            };
            if importing.end_row(refused, &mut watch).is_break() {
                break;
            }
        }
        Ok(importing.ended())
    }
}
