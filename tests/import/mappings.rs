//! A mapping that cannot work is refused before a row is read, with everything that is wrong.

use guanxi::crm::import::ImportDef;
use serde_json::{Value as Json, json};

use crate::fixture::{everything, import, world};

fn problems(def: Json) -> Vec<String> {
    let def: ImportDef = serde_json::from_value(def).unwrap();
    world().crm.import(&def).map_or_else(|problems| problems.iter().map(ToString::to_string).collect(), |_| Vec::new())
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_path() {
    let found = problems(json!({
        "key": "all", "object": "everything", "external": {"system": "erp", "column": []}, "id": "no",
        "fields": [
            {"field": "txet", "column": "a"},
            {"field": "created_at", "column": "b"},
            {"field": "by_rules", "column": "c"},
            {"field": "text", "column": "d", "constant": "x"},
            {"field": "text"},
            {"field": "integer", "column": "e", "as": "date"},
            {"field": "decimal", "column": "f", "as": {"type": "decimal", "thousands": "."}},
            {"field": "money", "column": "g"},
            {"field": "date", "column": "h", "as": {"type": "date", "patterns": ["YYYY-MM-DD", "MM/DD/YY", "YYYY-MM-DD HH:mm"]}},
            {"field": "enum", "column": "i", "as": {"type": "enum", "words": {"Gewonnen": "win"}}},
            {"field": "bool", "column": "j", "as": {"type": "bool", "true": ["yes", "x"], "false": ["x"]}},
            {"field": "user", "column": "k", "lookup": {"external": "hr", "field": "name"}},
            {"field": "instant", "column": "l", "lookup": {"external": "hr"}},
            {"field": "product", "column": "m", "lookup": {"field": "price"}},
            {"field": "series", "column": "n", "lookup": {"field": "colour"}},
            {"field": "tags", "column": "o", "as": {"type": "tags", "separator": ""}},
            {"field": "duration", "column": ["p", "q"]},
            {"field": "itself", "constant": "  "}
        ],
        "fold": {"zzz": {"x": "y"}, "d": {"a": "b", "b": "c"}},
        "ignore": ["a", "other", "other"]
    }));
    let expected = [
        "external.column: is empty",
        "id: must not be given",
        "fields[0].field: `txet` is no field of `everything`; did you mean `text`?",
        "fields[1].field: `created_at` is kept by guanxi itself",
        "fields[2].field: `by_rules` is written by rules only",
        "fields[3]: has a column and a constant",
        "fields[4].field: `text` is filled twice",
        "fields[4]: has neither a column nor a constant",
        "fields[5].as: does not make what `integer` holds: integer",
        "fields[6].as: has the same sign before the fraction and between groups",
        "fields[7].as: `money` is money: expected `money` with its `currency` or `currency_column`",
        "fields[8].as.patterns[1]: `YY` stands for nothing",
        "fields[9].as.words.Gewonnen: `win` is no option: expected one of `won`, `lost`",
        "fields[10].as: `x` says both `true` and `false`",
        "fields[11].lookup: expected either `external` or `field`",
        "fields[12].lookup: `instant` is instant: a lookup finds a reference",
        "fields[13].lookup.field: `price` finds nothing",
        "fields[14].lookup.field: `colour` is no field of `product`",
        "fields[15].as.separator: is empty",
        "fields[16].column: several columns make an external id only",
        "fields[17].constant: ",
        "fold.d: `b` is a right spelling and a wrong one",
        "fold.zzz: is no column that is used",
        "ignore[0]: `a` is used",
        "ignore[2]: `other` is there twice",
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}\nbut expected\n{expected}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn a_record_that_a_lookup_makes_is_checked_like_the_row() {
    let found = problems(everything(json!([
        {"field": "product", "column": "p", "lookup": {"field": "name", "or_create": {"fields": [
            {"field": "name", "column": "p"}, {"field": "prise", "column": "q"}]}}},
        {"field": "user", "column": "u", "lookup": {"external": "hr", "or_create": {"fields": [
            {"field": "team", "column": "t", "lookup": {"external": "hr"}}]}}}
    ])));
    assert_eq!(
        found,
        [
            "fields[0].lookup.or_create.fields[1].field: `prise` is no field of `product`; did you mean `price`?",
            "fields[0].lookup.or_create.fields[0].field: `name` is what was looked for, and is filled with it",
            "fields[1].lookup.or_create.id: is required: the host gives the ids of `user`",
            "fields[1].lookup.or_create.fields[0].lookup: a record that a lookup makes cannot look up others",
        ]
    );
}

#[test]
fn the_time_of_the_day_is_not_dropped_from_a_date() {
    let found = problems(everything(
        json!([{"field": "date", "column": "d", "as": {"type": "date", "patterns": ["YYYY-MM-DD HH:mm"]}}]),
    ));
    assert_eq!(found, ["fields[0].as.patterns[0]: tells the time of the day, which a date has not"]);
}

#[test]
fn unknown_keys_are_refused_in_every_part() {
    let whole = json!({
        "key": "all", "object": "everything", "external": {"system": "erp", "column": "no"},
        "fields": [
            {"field": "money", "column": "m", "as": {"type": "money", "currency": "CNY"}},
            {"field": "text", "column": "t", "as": {"type": "text"}},
            {"field": "product", "column": "p", "lookup": {"external": "erp", "or_create": {"fields": [{"field": "name", "column": "p"}]}}}
        ]
    });
    assert!(serde_json::from_value::<ImportDef>(whole.clone()).is_ok());
    for path in
        ["", "/external", "/fields/0", "/fields/0/as", "/fields/1/as", "/fields/2/lookup", "/fields/2/lookup/or_create"]
    {
        let mut odd = whole.clone();
        odd.pointer_mut(path).unwrap().as_object_mut().unwrap().insert("surprise".into(), json!(1));
        assert!(serde_json::from_value::<ImportDef>(odd).is_err(), "a surprise in `{path}` was accepted");
    }
}

#[test]
fn a_mapping_is_written_as_it_is_read() {
    let whole = json!({
        "key": "all", "object": "everything", "external": {"system": "erp", "column": ["country", "no"]}, "empty": "clear",
        "fields": [
            {"field": "money", "column": "m", "as": {"type": "money", "currency_column": "c", "thousands": ","}},
            {"field": "bool", "column": "b", "as": {"type": "bool", "true": ["是"], "false": ["否"]}},
            {"field": "days", "column": "d", "as": {"type": "list", "separator": "/", "of": {"type": "date", "patterns": ["YYYY年M月D日"]}}},
            {"field": "instant", "column": "i", "as": {"type": "instant", "patterns": ["YYYY-MM-DD HH:mm"], "offset": "+01:00"}, "empty": "leave"},
            {"field": "product", "column": "p", "lookup": {"field": "name", "or_create": {"fields": [{"field": "series", "constant": "X"}]}}},
            {"field": "text", "constant": "from a file"}
        ],
        "fold": {"p": {"GTXPro": "GTX Pro"}},
        "ignore": ["Fax"]
    });
    let read: ImportDef = serde_json::from_value(whole.clone()).unwrap();
    // What is the same unless it says otherwise is left out.
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(serde_json::from_value::<ImportDef>(written.clone()).unwrap(), read);
    assert_eq!(written, whole);
    import(&world().crm, whole);
}

#[test]
fn a_word_that_stands_for_two_options_is_refused() {
    let words = json!({"type": "enum", "words": {"Closed Won": "won", "Closed  Won": "lost", "Ｗ": "won", "W": "won"}});
    let found = problems(everything(json!([{"field": "enum", "column": "s", "as": words}])));
    assert_eq!(found, ["fields[0].as.words.Closed Won: reads like another word, which stands for `lost`"]);
}

#[test]
fn a_column_is_folded_by_one_list() {
    let mut def = everything(json!([{"field": "text", "column": "product"}]));
    def["fold"] = json!({"product": {"A": "B"}, "product ": {"C": "D"}});
    assert_eq!(problems(def), ["fold.product : is there twice"]);
}
