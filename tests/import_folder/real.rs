//! The data of a real sales team, where it is at hand: 85 accounts, 7 products, 35 agents, 8,800 deals.

use std::fs;
use std::path::Path;

use guanxi::MemoryStore;
use serde_json::{Value as Json, json};

use crate::folder::{BUNDLED, Folder, Told, import};
use crate::naive;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/analytics/maven");

/// The files, with those deals whose position passes.
fn folder(name: &str, keep: impl Fn(usize) -> bool) -> Option<Folder> {
    let data = Path::new(DATA);
    if !data.exists() {
        println!("the data of the sales team is not at hand: nothing was compared");
        return None;
    }
    let made = Folder::new(name);
    for file in ["accounts.csv", "products.csv", "sales_teams.csv", "expected.json"] {
        made.write(file, &fs::read(data.join(file)).unwrap());
    }
    made.write("mapping.json", &fs::read(Path::new(BUNDLED).join("mapping.json")).unwrap());
    let deals = fs::read_to_string(data.join("sales_pipeline.csv")).unwrap();
    let kept = deals.lines().enumerate().filter(|(position, _)| *position == 0 || keep(position - 1));
    let kept: String = kept.map(|(_, line)| line.to_owned() + "\n").collect();
    made.write("sales_pipeline.csv", kept.as_bytes());
    Some(made)
}

fn imported(folder: &Folder) -> (MemoryStore, Told) {
    let mut store = MemoryStore::new();
    let told = import(&mut store, &folder.wanted()).unwrap();
    (store, told)
}

#[test]
fn every_seventh_deal_gives_the_numbers_of_a_naive_count() {
    for first in [0, 3] {
        let Some(folder) = folder(&format!("seventh-{first}"), |position| position % 7 == first) else { return };
        let (_, told) = imported(&folder);
        assert_eq!(told.left, 0);
        assert_eq!(*told.report(), naive::report(&folder));
    }
}

#[test]
fn the_whole_set_gives_the_known_answers() {
    let Some(folder) = folder("whole", |_| true) else { return };
    let (mut store, told) = imported(&folder);
    let (report, expected): (_, Json) = (told.report(), serde_json::from_str(&folder.read("expected.json")).unwrap());
    assert_eq!(report["stages"], json!({"prospecting": 500, "engaging": 1589, "won": 4238, "lost": 2473}));
    assert_eq!(report["all"]["amount"], json!([{"amount": "10005534.00", "currency": "USD"}]));
    let rates: Vec<_> = ["2017Q1", "2017Q2", "2017Q3", "2017Q4"]
        .map(|one| &report["by_quarter"][one]["won_over_closed_percent"])
        .into();
    assert_eq!(rates, ["82.07", "61.71", "61.41", "60.25"]);
    for (ours, theirs) in [
        ("product", "by_product"),
        ("owner", "by_agent"),
        ("owner.manager", "by_manager"),
        ("owner.region", "by_region"),
    ] {
        let groups = expected[theirs].as_object().unwrap();
        assert_eq!(report["by"][ours].as_object().unwrap().len(), groups.len(), "{theirs}");
        for (name, group) in groups {
            let name = if name == "GTXPro" { "GTX Pro" } else { name };
            let told = &report["by"][ours][name];
            for key in ["won", "lost", "open"] {
                assert_eq!(told[key], group[key], "{theirs} {name} {key}");
            }
            let amount: f64 = told["amount"][0]["amount"].as_str().unwrap().parse().unwrap();
            assert_eq!(Some(amount), group["revenue"].as_f64(), "{theirs} {name}");
        }
    }
    assert_eq!(*report, naive::report(&folder));
    assert_eq!((told.left, &report["without"]["account"]), (0, &expected["dirty"]["missing_account"]));
    let folded = &told.imported("sales_pipeline.csv")["folded"];
    assert_eq!(*folded, json!([{"column": "product", "from": "GTXPro", "to": "GTX Pro", "cells": 1480}]));
    let counts = |told: &Told, file: &str| {
        let imported = told.imported(file);
        ["created", "updated", "unchanged", "refused", "further"].map(|key| imported[key].as_u64().unwrap())
    };
    assert_eq!(counts(&told, "sales_pipeline.csv"), [8_800, 0, 0, 0, 6_711]);
    assert_eq!(counts(&told, "accounts.csv"), [85, 0, 0, 0, 15]);
    let again = import(&mut store, &folder.wanted()).unwrap();
    assert_eq!(counts(&again, "sales_pipeline.csv"), [0, 0, 8_800, 0, 0]);
    assert_eq!(again.report(), told.report());
}
