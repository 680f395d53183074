//! A folder of files into a store, as `day --import` does it: the numbers that the store then gives are those of the files,
//! and whatever is wrong with a file is told before anything is written.

#[path = "../examples/day/app/mod.rs"]
#[allow(dead_code, reason = "the program's own entrance is not used here")]
mod app;

#[path = "import_folder/bad_files.rs"]
mod bad_files;
#[path = "import_folder/bundled.rs"]
mod bundled;
#[path = "import_folder/folder.rs"]
mod folder;
#[path = "import_folder/naive.rs"]
mod naive;
#[path = "import_folder/real.rs"]
mod real;
#[path = "import_folder/report.rs"]
mod report;
