//! What the report says where the data is not as simple as in a school book.

use guanxi::{Definition, MemoryStore};
use serde_json::{Value as Json, json};

use crate::app::import::telling::{Form, Telling};
use crate::folder::{Folder, Told, import};

#[test]
fn quarters_are_those_of_the_clock_by_which_the_files_are_read() {
    let folder = Folder::bundled("zone");
    let mut definition: Json = serde_json::from_str(&folder.read("definition.json")).unwrap();
    definition["settings"] = json!({"zone": "Sydney"});
    definition["zones"] = json!([{"key": "Sydney", "utc_offset": "+11:00", "changes": []}]);
    let crm = Definition::from_json(&definition.to_string()).compile().unwrap();
    folder.add("sales_pipeline.csv", b"Z0000001,Tom Okafor,GTX Pro,,Won,2016-06-01,2016-07-01,5");
    let mut out = Vec::new();
    crate::app::import::run(
        &folder.wanted(),
        &crm,
        &mut MemoryStore::new(),
        &mut Telling::new(&mut out, Form::Json, false),
    )
    .unwrap();
    let out = String::from_utf8(out).unwrap();
    let told = Told { lines: out.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), left: 0 };
    assert_eq!(told.report()["by_quarter"]["2016Q3"]["won"], 1, "{}", told.report()["by_quarter"]);
    assert_eq!(*told.report(), crate::naive::report(&folder));
}

#[test]
fn a_dry_run_says_that_it_is_one() {
    let folder = Folder::bundled("says-dry");
    let mut wanted = folder.wanted();
    for is_dry in [true, false] {
        wanted.dry_run = is_dry;
        let told = import(&mut MemoryStore::new(), &wanted).unwrap();
        assert_eq!(told.imported("products.csv")["dry_run"], is_dry);
    }
}
