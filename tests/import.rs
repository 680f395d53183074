//! Rows of files become records: mappings that are checked, cells that are read to the letter, lookups, what comes back.

mod company;

#[path = "import/cells.rs"]
mod cells;
#[path = "import/csv.rs"]
mod csv;
#[path = "import/fixture.rs"]
mod fixture;
#[path = "import/headers.rs"]
mod headers;
#[path = "import/mappings.rs"]
mod mappings;
#[path = "import/references.rs"]
mod references;
#[path = "import/rows.rs"]
mod rows;
#[path = "import/way.rs"]
mod way;
