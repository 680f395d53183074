//! Files that are wrong: what is wrong with one of them stops the import before anything is written; what is wrong with a row
//! comes back with file, row and column, and the others land.

use guanxi::MemoryStore;
use guanxi::store::{Asks, Range, Store};
use serde_json::{Value as Json, json};

use crate::folder::{Folder, import};

/// What is said of a folder that is not imported; nothing of it may be there.
fn refused(folder: &Folder) -> String {
    let mut store = MemoryStore::new();
    let said = import(&mut store, &folder.wanted()).unwrap_err();
    let all = Range::prefix("day".parse().unwrap(), "audit.at".parse().unwrap(), &[]).limit(1);
    let found = store.fetch(&Asks::new().range(all.clone())).unwrap();
    assert_eq!(found.range(&all).unwrap().len(), 0, "something was written");
    said
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_stops_everything() {
    let pipeline = "sales_pipeline.csv";
    let folder = Folder::bundled("unreadable");
    let good = folder.read(pipeline);
    std::fs::remove_file(folder.path().join(pipeline)).unwrap();
    assert!(refused(&folder).starts_with("nothing was imported: sales_pipeline.csv cannot be read: "));
    folder.write(pipeline, b"");
    assert_eq!(refused(&folder), "nothing was imported: sales_pipeline.csv: the file is empty: expected a header");
    folder.write(pipeline, format!("{good}B1,Tom Okafor,\"MG Mini,,Engaging,2017-01-01,,\nB2,x\n").as_bytes());
    assert_eq!(
        refused(&folder),
        "nothing was imported: sales_pipeline.csv: row 12, column `product`: begins with a quote that is never closed"
    );
    folder.write(pipeline, &vec![b'x'; 1 << 24]);
    assert_eq!(
        refused(&folder),
        "nothing was imported: sales_pipeline.csv: row 1, column `1`: has more than 65536 bytes"
    );
    folder.write(pipeline, &vec![b','; 1 << 20]);
    assert_eq!(
        refused(&folder),
        "nothing was imported: sales_pipeline.csv: row 1: has 1048577 columns: expected at most 16384"
    );
    folder.write(pipeline, &good.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    assert_eq!(
        refused(&folder),
        "nothing was imported: sales_pipeline.csv: row 1, column `1`: is not in the encoding that was declared"
    );
}

#[test]
fn columns_that_do_not_fit_the_mapping_stop_everything_and_are_all_told() {
    let folder = Folder::bundled("columns");
    folder.write("products.csv", folder.read("products.csv").replace("series", "sereis").as_bytes());
    folder.write("sales_teams.csv", folder.read("sales_teams.csv").replace("manager,", "sales_agent,").as_bytes());
    let said = refused(&folder);
    for told in [
        "nothing was imported, for 4 problems:",
        "\n  products.csv: columns: has no `series`; is it `sereis`?",
        "\n  products.csv: columns[1]: `sereis` is neither used nor ignored",
        "\n  sales_teams.csv: columns[1]: `sales_agent` is there twice: first as column 1",
        "\n  sales_teams.csv: columns: has no `manager`",
    ] {
        assert!(said.contains(told), "{told}\nis not in\n{said}");
    }
}

#[test]
fn a_mapping_that_cannot_work_stops_everything() {
    let folder = Folder::bundled("mapping");
    let good: Json = serde_json::from_str(&folder.read("mapping.json")).unwrap();
    let with = |change: &dyn Fn(&mut Json)| {
        let mut mapping = good.clone();
        change(&mut mapping);
        folder.write("mapping.json", mapping.to_string().as_bytes());
        refused(&folder)
    };
    let said = with(&|mapping| mapping["files"][0]["import"]["fields"][0]["field"] = json!("nmae"));
    assert!(
        said.starts_with("nothing was imported: files[0].import.fields[0].field: `nmae` is no field of `product`"),
        "{said}"
    );
    let said = with(&|mapping| mapping["report"]["by"][2] = json!("owner.boss"));
    assert_eq!(said, "nothing was imported: report.by[2]: `owner.boss` leads nowhere");
    let said = with(&|mapping| mapping["report"]["amount"] = json!("number"));
    assert_eq!(said, "nothing was imported: report.amount: `number` is no field of `deal` that holds money");
    let said = with(&|mapping| mapping["report"]["object"] = json!("account"));
    assert!(said.contains("report.object: `account` has no pipeline"), "{said}");
    let said = with(&|mapping| mapping["files"][0]["separator"] = json!("\u{ff0c}"));
    assert!(said.contains("cannot separate the cells of products.csv"), "{said}");
    let said = with(&|mapping| mapping["fils"] = json!([]));
    assert!(said.contains("mapping.json` is no mapping: unknown field `fils`"), "{said}");
    folder.write("mapping.json", b"{");
    assert!(refused(&folder).contains("is no mapping: EOF"));
    std::fs::remove_file(folder.path().join("mapping.json")).unwrap();
    assert!(refused(&folder).contains("mapping.json` cannot be read: "));
}

#[test]
fn rows_that_are_wrong_come_back_with_row_and_column_and_the_others_land() {
    let folder = Folder::bundled("rows");
    let pipeline = "sales_pipeline.csv";
    for line in [
        &b"B0000001,Tom Okafor,MG Mini,,Won,2017-02-30,2017-03-01,5"[..],
        b"B0000002,Tom Okafor,MG Mini,,Won,2017-02-20,2017-03-01,5.0.0",
        b"B0000003,Tom Okafor,MG Mini",
        b"B0000004,Tom Okafor,MG Mini,Kestr\xe9l,Engaging,2017-02-20,,",
        b"B0000005,Tom Okafor,MG Midi,,Engaging,2017-02-20,,",
        b"B0000006,Tom \"Okafor,MG Mini,,Engaging,2017-02-20,,",
        b"B0000007,Tom Okafor,MG Mini,,Won,2017-02-20,2017-02-19,5",
        b"B0000008,Tom Okafor,MG Mini,,Won,2017-02-20,2018-02-19,5",
        b"B0000009,Tom Okafor,MG Mini,,Sold,2017-02-20,2017-02-21,5",
        &[b"B0000010,Tom Okafor,", &[b'M'; 100_000][..], b",,Engaging,2017-02-20,,"].concat(),
        b"B0000011,Tom Okafor,MG Mini,,Won,2017-02-20,2017-02-21,",
        b"=1+1,Tom Okafor,MG Mini,,Engaging,2017-02-20,,",
    ] {
        folder.add(pipeline, line);
    }
    let path = folder.path().join("refused.csv");
    let mut wanted = folder.wanted();
    wanted.refused = Some(path.to_str().unwrap().into());
    let told = import(&mut MemoryStore::new(), &wanted).unwrap();
    let expected = [
        "19 close_date: the move is dated `2018-02-19T00:00:00Z`, but it is only `2018-01-01T00:00:00Z`",
        "22 close_value: the gate of `won` needs `amount`",
        "12 engage_date: is `2017-02-30`: written as `YYYY-MM-DD`, which no calendar or clock shows",
        "13 close_value: is `5.0.0`: two signs before a fraction",
        "14 -: has 3 cells: expected 8, as many as the header",
        "15 account: is not in the encoding that was declared",
        "16 product: refers to the product that `maven` knows as `MG Midi`, which does not exist",
        "17 sales_agent: has text outside its quotes, or a quote that is not doubled",
        "18 close_date: is before `engage_date`",
        "20 deal_stage: is `Sold`: expected one of ",
        "21 product: has more than 65536 bytes",
    ];
    let mut refused = told.refused();
    refused.sort();
    let mut expected: Vec<String> = expected.iter().map(|line| format!("{pipeline} {line}")).collect();
    expected.sort();
    assert_eq!(refused.len(), expected.len(), "{refused:#?}");
    for (refused, expected) in refused.iter().zip(&expected) {
        assert!(refused.starts_with(expected.as_str()), "{refused}\n{expected}");
    }
    let deals = told.imported(pipeline);
    assert_eq!(["rows", "created", "refused", "incomplete"].map(|key| deals[key].as_u64().unwrap()), [22, 13, 9, 2]);
    assert_eq!(told.left, 11);
    // Those that came into a stage and no further are there, where they were last.
    assert_eq!(told.report()["stages"]["engaging"], 4);
    let lines = std::fs::read_to_string(path).unwrap();
    assert!(lines.starts_with("\"file\",\"row\",\"column\",\"code\",\"problem\"\r\n"), "{lines}");
    assert!(lines.contains("\"sales_pipeline.csv\",\"13\",\"close_value\",\"malformed\",\"is `5.0.0`: "), "{lines}");
}

#[test]
fn a_lookup_that_finds_two_is_told_and_takes_neither() {
    let folder = Folder::bundled("two");
    let mut mapping: Json = serde_json::from_str(&folder.read("mapping.json")).unwrap();
    // By the region, of which there are several users.
    mapping["files"][3]["import"]["fields"][1]["lookup"] = json!({"field": "region"});
    folder.write("mapping.json", mapping.to_string().as_bytes());
    folder.write("sales_pipeline.csv", b"opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\nC1,East,MG Mini,,Prospecting,,,\n");
    let told = import(&mut MemoryStore::new(), &folder.wanted()).unwrap();
    assert_eq!(
        told.refused(),
        ["sales_pipeline.csv 2 sales_agent: refers to the user whose `region` is `East`, of which there are several"]
    );
    assert_eq!(told.report()["all"]["open"], 0);
}
