//! A folder of CSV files into a store, by a mapping and a definition that are data, and what the store then says.
//!
//! [`run`] checks everything that can be checked before it writes: the mapping, the headers, and that every file can be read to
//! its end. [`mapping`] is what a mapping holds, [`source`] the files, [`numbers`] what is asked of the store afterwards,
//! [`telling`] how it is told.

pub mod bar;
pub mod batches;
pub mod mapping;
pub mod numbers;
pub mod refusals;
pub mod source;
pub mod tally;
pub mod telling;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use guanxi::crm::import::{Columns, ImportEvent, ImportOptions, ImportReport};
use guanxi::store::Overlay;
use guanxi::{Context, Crm};

use batches::Batches;
use mapping::Mapping;
use numbers::Numbers;
use refusals::Refusals;
use source::Source;
use telling::Telling;

/// What to import, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The folder with the files.
    pub folder: String,
    /// The mapping; `mapping.json` of the folder unless it is given.
    pub mapping: Option<String>,
    /// Whether nothing shall be written.
    pub dry_run: bool,
    /// Where rows go that were refused.
    pub refused: Option<String>,
    /// From which ids derive.
    pub seed: u64,
}

/// What came of one file.
#[derive(Debug)]
pub struct Imported {
    /// Its name.
    pub file: String,
    /// What became of its rows.
    pub report: ImportReport,
}

/// Imports the folder, asks the store for the numbers and tells all of it; returns how many rows were refused or stayed
/// incomplete.
pub fn run<S: Batches>(
    wanted: &Wanted,
    crm: &Crm,
    store: &mut S,
    telling: &mut Telling<impl Write>,
) -> Result<u64, String> {
    let folder = Path::new(&wanted.folder);
    let mapping = match &wanted.mapping {
        Some(path) => Mapping::read(Path::new(path))?,
        None => Mapping::read(&folder.join("mapping.json"))?,
    };
    let plan = Plan::new(crm, folder, &mapping)?;
    let ctx = mapping.context(wanted.seed)?;
    let mut refusals = Refusals::new(wanted.refused.as_deref())?;
    if wanted.dry_run {
        let mut overlay = Overlay::new(store);
        return plan.run(crm, &mut overlay, &ctx, telling, &mut refusals, true);
    }
    store.begin().map_err(|error| failed(&error))?;
    let done = plan.run(crm, store, &ctx, telling, &mut refusals, false);
    // Whatever has landed until then stays.
    store.end().map_err(|error| failed(&error))?;
    done
}

/// What is imported, checked.
struct Plan<'a> {
    mapping: &'a Mapping,
    files: Vec<Planned>,
}

struct Planned {
    source: Source,
    import: guanxi::crm::import::Import,
    header: Vec<String>,
    rows: u64,
    in_time_order: bool,
}

impl<'a> Plan<'a> {
    /// Checks everything that no record is needed for.
    fn new(crm: &Crm, folder: &Path, mapping: &'a Mapping) -> Result<Self, String> {
        let mut problems = Vec::new();
        let mut files = Vec::with_capacity(mapping.files.len());
        for (position, file) in mapping.files.iter().enumerate() {
            let source = Source::new(folder, &file.file, file.separator);
            let import = match crm.import(&file.import) {
                Ok(import) => import,
                Err(wrong) => {
                    problems.extend(wrong.iter().map(|problem| format!("files[{position}].import.{problem}")));
                    continue;
                }
            };
            let looked = source.look_through().and_then(|(header, rows)| match import.columns(&header) {
                Ok(_) => Ok((header, rows)),
                Err(wrong) => Err(wrong.iter().map(|problem| format!("{}: {problem}", file.file)).collect()),
            });
            match looked {
                Err(wrong) => problems.extend(wrong),
                Ok((header, rows)) => {
                    files.push(Planned { source, import, header, rows, in_time_order: file.in_time_order });
                }
            }
        }
        problems.extend(mapping.report.iter().flat_map(|report| numbers::check(crm, report)));
        match problems.len() {
            0 => Ok(Self { mapping, files }),
            1 => Err(format!("nothing was imported: {}", problems.concat())),
            many => Err(format!("nothing was imported, for {many} problems:\n  {}", problems.join("\n  "))),
        }
    }

    fn run<S: Batches>(
        &self,
        crm: &Crm,
        store: &mut S,
        ctx: &Context,
        telling: &mut Telling<impl Write>,
        refusals: &mut Refusals,
        is_dry: bool,
    ) -> Result<u64, String> {
        let mut left = 0;
        for planned in &self.files {
            let mut done = planned.run(crm, store, ctx, telling, refusals)?;
            // All files are imported into one overlay, of which the import of one file knows nothing.
            done.report.dry_run = is_dry;
            left += done.report.refused + done.report.incomplete;
            telling.imported(&done)?;
        }
        let numbers = match &self.mapping.report {
            None => None,
            Some(report) => Some(Numbers::ask(crm, store, ctx, report)?),
        };
        telling.end(numbers.as_ref(), is_dry)?;
        refusals.end()?;
        Ok(left)
    }
}

impl Planned {
    fn run<S: Batches>(
        &self,
        crm: &Crm,
        store: &mut S,
        ctx: &Context,
        telling: &mut Telling<impl Write>,
        refusals: &mut Refusals,
    ) -> Result<Imported, String> {
        let columns = self.import.columns(&self.header).map_err(|problems| problems.to_string())?;
        let rows = self.source.rows()?;
        let done = if self.in_time_order {
            let rows = columns.in_time_order(rows);
            let bar = telling.bar(&self.source.name, rows.len() as u64);
            self.import(crm, store, ctx, &columns, bar.wrap_iter(rows.into_iter()), telling, refusals)
        } else {
            let bar = telling.bar(&self.source.name, self.rows);
            self.import(crm, store, ctx, &columns, bar.wrap_iter(rows), telling, refusals)
        };
        Ok(Imported { file: self.source.name.clone(), report: done? })
    }

    #[expect(clippy::too_many_arguments, reason = "what an import needs, and where its refusals go")]
    fn import<S: Batches>(
        &self,
        crm: &Crm,
        store: &mut S,
        ctx: &Context,
        columns: &Columns<'_>,
        rows: impl Iterator<Item = Result<guanxi::crm::import::Row, guanxi::crm::import::RowError>>,
        telling: &mut Telling<impl Write>,
        refusals: &mut Refusals,
    ) -> Result<ImportReport, String> {
        let mut failure = None;
        let file = &self.source.name;
        let options = ImportOptions::new().progress_every(0);
        let report = crm.import_rows(store, ctx, columns, rows, &options, |event| {
            if let ImportEvent::Refused(row) = event {
                let told = telling.refused(file, &row).and_then(|()| refusals.add(file, &row));
                if let Err(problem) = told {
                    failure = Some(problem);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        match (report, failure) {
            (_, Some(problem)) => Err(problem),
            (Ok(report), None) => Ok(report),
            (Err(error), None) => {
                let place = match error.report().last_row {
                    0 => String::new(),
                    row => format!("after row {row} "),
                };
                let source = failed(&error.into_source());
                Err(format!("{file}: {place}{source}; the same import again goes on where this one broke off"))
            }
        }
    }
}

/// Tells why a store has failed.
pub fn failed(error: &dyn std::error::Error) -> String {
    format!("the store failed: {}", super::feed::causes(error))
}
