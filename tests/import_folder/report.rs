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

#[test]
fn two_people_of_one_name_are_told_apart() {
    let folder = Folder::bundled("names");
    let mapping = folder.read("mapping.json").replacen(
        r#"{"field": "name", "column": "sales_agent"}"#,
        r#"{"field": "name", "column": "called"}"#,
        1,
    );
    folder.write("mapping.json", mapping.as_bytes());
    folder.write("sales_teams.csv", b"sales_agent,manager,regional_office,called\nTom Okafor,M,R,Tom\nTom 2,M,R,Tom\n");
    folder.write(
        "sales_pipeline.csv",
        b"opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n\
        A,Tom Okafor,GTX Pro,,Engaging,2017-01-01,,\nB,Tom 2,GTX Pro,,Won,2017-01-01,2017-01-02,5\n",
    );
    let told = import(&mut MemoryStore::new(), &folder.wanted()).unwrap();
    let report = told.report().clone();
    let owners: Vec<&str> = report["by"]["owner"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!((told.left, owners), (0, vec!["Tom (Tom 2)", "Tom (Tom Okafor)"]));
}
