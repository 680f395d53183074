//! A header says where the cells are, and nothing is guessed.

use serde_json::json;

use crate::fixture::{everything, import, run, world};

#[test]
fn columns_that_are_missing_unknown_nameless_or_there_twice_are_named() {
    let world = world();
    let mut def = everything(json!([{"field": "text", "column": "Customer"}, {"field": "integer", "column": "Seats"}]));
    def["ignore"] = json!(["Fax"]);
    let import = import(&world.crm, def);
    let problems = import.columns(&["no", "customer", "Fax", "Phone", "no", ""]).unwrap_err();
    let found: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "columns[4]: `no` is there twice: first as column 1",
            "columns[5]: has no name",
            "columns: has no `Customer`; is it `customer`?",
            "columns: has no `Seats`",
            "columns[3]: `Phone` is neither used nor ignored",
            "columns[1]: `customer` is neither used nor ignored",
        ]
    );
    // What is ignored need not be there.
    assert!(import.columns(&["Seats", "Customer", "no"]).is_ok());
    assert!(import.columns::<&str>(&[]).is_err());
}

#[test]
fn the_order_of_columns_and_a_byte_order_mark_do_not_matter() {
    let mut world = world();
    let ctx = world.system();
    let def = everything(json!([{"field": "text", "column": "Customer"}, {"field": "integer", "column": "Seats"}]));
    let ran = run(&mut world, &ctx, def, &["\u{feff}Seats; Customer ;no", "7;云舟;K-1"]);
    assert_eq!(ran.counts(), [1, 0, 0, 0]);
    assert_eq!(crate::fixture::titled(&mut world, "everything", "云舟", "integer").as_deref(), Some("7"));
}
