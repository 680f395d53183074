//! What a table decides is what its cells say, row by row; what is wrong in it is told at once.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{DecisionTable, DecisionTableDef, HitPolicy};
use crate::expr::{Env, Names, Scope, Slot, Truth, Type};
use crate::value::{Instant, Value};

struct Deal;

impl Names for Deal {
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
        Some(match path {
            ["region"] => (Slot::new(0), Type::options(["east", "west", "north"])),
            ["amount"] => (Slot::new(1), Type::Integer),
            ["title"] => (Slot::new(2), Type::Text),
            _ => return None,
        })
    }

    fn known(&self) -> Vec<String> {
        ["region", "amount", "title"].map(Into::into).into()
    }
}

type Fields = [Option<Value>; 3];

fn fields(region: Option<&str>, amount: Option<i64>, title: Option<&str>) -> Fields {
    [region.map(Value::option), amount.map(Value::Integer), title.map(Value::text)]
}

fn def(json: Json) -> DecisionTableDef {
    serde_json::from_value(json).unwrap()
}

fn table(policy: &str, rows: Json) -> DecisionTable {
    let outputs = json!([{"key": "team", "type": "enum", "options": ["a", "b"]}, {"key": "share", "type": "decimal"}]);
    let json = json!({"policy": policy, "inputs": ["region", "amount"], "outputs": outputs, "rows": rows});
    def(json).compile(&Deal).unwrap_or_else(|problems| panic!("{problems}"))
}

fn env() -> Env {
    Env::new(Instant::EPOCH)
}

fn rows() -> Json {
    json!([
        {"when": [["east", "west"], {"ge": 10, "lt": 20}], "then": {"team": "a", "share": "0.5"}, "priority": 5},
        {"when": ["east", "-"], "then": {"team": "b", "share": {"div": [{"field": "amount"}, 4]}}, "priority": 1},
        {"when": [{"not": ["east", "north"]}, {"when": "amount % 2 == 0"}], "then": {"team": "b"}, "priority": 5},
    ])
}

#[test]
fn each_policy_counts_its_rows() {
    let env = env();
    let mut without = rows();
    without.as_array_mut().unwrap().iter_mut().for_each(|row| drop(row.as_object_mut().unwrap().remove("priority")));
    let decide = |policy: &str, row: &Fields| {
        let rows = if policy == "priority" { rows() } else { without.clone() };
        let decision = table(policy, rows).decide(Scope::new(&row[..], &env));
        (decision.rows().to_vec(), decision.conflict().map(<[usize]>::to_vec))
    };
    let east = fields(Some("east"), Some(14), None);
    assert_eq!(decide("first", &east), (vec![0], None));
    assert_eq!(decide("collect", &east), (vec![0, 1], None));
    assert_eq!(decide("priority", &east), (vec![1], None));
    assert_eq!(decide("unique", &east), (vec![], Some(vec![0, 1])));
    let west = fields(Some("west"), Some(15), None);
    assert_eq!(decide("unique", &west), (vec![0], None));
    assert_eq!(decide("priority", &fields(Some("west"), Some(14), None)), (vec![0], None), "of equal ones the first");
    assert_eq!(decide("collect", &fields(Some("north"), Some(1), None)), (vec![], None));
}

#[test]
fn outputs_are_values_or_expressions() {
    let (table, env) = (
        table("collect", {
            let mut rows = rows();
            rows.as_array_mut()
                .unwrap()
                .iter_mut()
                .for_each(|row| drop(row.as_object_mut().unwrap().remove("priority")));
            rows
        }),
        env(),
    );
    let east = fields(Some("east"), Some(14), None);
    let scope = Scope::new(&east[..], &env);
    assert_eq!(table.value(0, "share", scope), Some(Ok(Value::Decimal("0.5".parse().unwrap()))));
    assert_eq!(table.value(1, "share", scope), Some(Ok(Value::Decimal(3.into()))), "whole numbers divide towards zero");
    assert_eq!(table.value(1, "team", scope), Some(Ok(Value::option("b"))));
    assert_eq!(
        (table.value(2, "share", scope), table.value(0, "tema", scope), table.value(9, "team", scope)),
        (None, None, None)
    );
    let nothing = fields(None, None, None);
    assert!(table.value(1, "share", Scope::new(&nothing[..], &env)).unwrap().is_err());
    assert_eq!(
        (table.outputs().collect::<Vec<_>>(), table.rows().len(), table.programs().count()),
        (vec!["team", "share"], 3, 8)
    );
}

#[test]
fn explanations_tell_hits_what_was_unknown_and_what_came_nearest() {
    let env = env();
    let rows = json!([
        {"when": ["east", {"ge": 10}], "then": {"team": "a"}},
        {"when": ["east"], "then": {"team": "b"}},
    ]);
    let table = table("first", rows);
    let said = |row: Fields| table.explain(Scope::new(&row[..], &env)).to_string();
    assert_eq!(said(fields(Some("east"), Some(12), None)), "row 0: region is `east`, amount is `12`");
    assert_eq!(
        said(fields(Some("east"), None, None)),
        "row 1: region is `east`; not row 0: `amount >= 10` is unknown: `amount` has no value"
    );
    assert_eq!(
        said(fields(Some("west"), Some(12), None)),
        "no row holds, the nearest is row 0: `region == 'east'` is false: region is `west`"
    );
    let always = super::tests::table("unique", json!([{}, {"when": ["-", null]}]));
    let nothing = fields(None, None, None);
    assert_eq!(
        always.explain(Scope::new(&nothing[..], &env)).to_string(),
        "only one row may hold: row 0 holds always; row 1 holds always"
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_place() {
    let wrong = def(json!({
        "inputs": ["regoin", "amount", "title"],
        "outputs": [{"key": "team", "type": "enum"}, {"key": "share", "type": "decimal"}, {"key": "share", "type": "text"}],
        "rows": [
            {"when": ["east", {"ge": "ten"}, {"when": "size(title"}], "then": {"share": "much", "tema": 1}},
            {"when": ["-", {"ge": 1, "below": 2}, {"not": {"not": "x"}}, 4], "priority": 3},
            {"when": [null, 1, [1, 2]], "then": {"share": {"field": "titel"}}},
        ]
    }));
    let problems = wrong.compile(&Deal).unwrap_err();
    assert_eq!(
        problems.iter().map(|problem| problem.place().to_string()).collect::<Vec<_>>(),
        [
            "at /inputs/0",
            "at /outputs/0",
            "at /outputs/2/key",
            "at /rows/0/when/2",
            "at /rows/0/when/1",
            "at /rows/0/then/tema",
            "at /rows/0/then/share",
            "at /rows/1/priority",
            "at /rows/1/when",
            "at /rows/1/when/1",
            "at /rows/1/when/2",
            "at /rows/2/when/2",
            "at /rows/2/when/2",
            "at /rows/2/then/share",
            "at /rows/2/then/share",
        ]
    );
    let flood = json!({"inputs": ["amount"], "outputs": [], "rows": vec![json!({"when": ["x"]}); 9_999]});
    assert_eq!(def(flood).compile(&Deal).unwrap_err().iter().len(), 1_000);
    let many = json!({"inputs": ["amount"], "outputs": [], "rows": vec![json!({}); 10_001]});
    assert_eq!(def(many).compile(&Deal).unwrap_err().to_string(), "at /rows: expected at most 10000, found 10001");
}

#[test]
fn a_table_is_data() {
    let json = json!({
        "policy": "collect", "inputs": ["region"], "outputs": [{"key": "team", "type": "text"}],
        "rows": [{"when": ["east"], "then": {"team": "a"}}, {}],
    });
    assert_eq!(serde_json::to_value(def(json.clone())).unwrap(), json);
    assert!(
        serde_json::from_value::<DecisionTableDef>(json!({"inputs": [], "outputs": [], "rows": [], "hits": 1}))
            .is_err()
    );
}

/// A cell and what it says of an amount.
#[derive(Debug, Clone)]
enum Cell {
    Any,
    Is(i64),
    OneOf(Vec<i64>),
    Range(i64, i64),
    Not(Vec<i64>),
}

impl Cell {
    fn json(&self) -> Json {
        match self {
            Self::Any => json!("-"),
            Self::Is(number) => json!(number),
            Self::OneOf(numbers) => json!(numbers),
            Self::Range(from, to) => json!({"ge": from, "lt": to}),
            Self::Not(numbers) => json!({ "not": numbers }),
        }
    }

    fn holds(&self, amount: Option<i64>) -> Truth {
        let Some(amount) = amount else {
            return if matches!(self, Self::Any) { Truth::True } else { Truth::Unknown };
        };
        Truth::from(match self {
            Self::Any => true,
            Self::Is(number) => amount == *number,
            Self::OneOf(numbers) => numbers.contains(&amount),
            Self::Range(from, to) => (*from..*to).contains(&amount),
            Self::Not(numbers) => !numbers.contains(&amount),
        })
    }
}

fn cell() -> impl Strategy<Value = Cell> {
    let number = || -3..6_i64;
    prop_oneof![
        Just(Cell::Any),
        number().prop_map(Cell::Is),
        prop::collection::vec(number(), 1..4).prop_map(Cell::OneOf),
        (number(), number()).prop_map(|(from, to)| Cell::Range(from, to)),
        prop::collection::vec(number(), 1..4).prop_map(Cell::Not),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_table_decides_what_its_cells_say(
        cells in prop::collection::vec((cell(), cell(), 0..3_i32), 0..12),
        policy in prop::sample::select(vec![HitPolicy::First, HitPolicy::Collect, HitPolicy::Priority, HitPolicy::Unique]),
        amounts in (prop::option::of(-3..6_i64), prop::option::of(-3..6_i64)),
    ) {
        let priority = |priority: i32| if policy == HitPolicy::Priority { priority } else { 0 };
        let rows: Vec<Json> =
            cells.iter().map(|(a, b, p)| json!({"when": [a.json(), b.json()], "priority": priority(*p)})).collect();
        let def = def(json!({"policy": policy, "inputs": ["amount", "size(title)"], "outputs": [], "rows": rows}));
        let table = def.compile(&Deal).unwrap();
        let title = amounts.1.filter(|length| *length >= 0).map(|length| "x".repeat(usize::try_from(length).unwrap()));
        let length = title.as_ref().map(|title| i64::try_from(title.len()).unwrap());
        let (row, env) = (fields(None, amounts.0, title.as_deref()), env());
        let holding: Vec<usize> = cells.iter().enumerate()
            .filter(|(_, (a, b, _))| (a.holds(amounts.0) & b.holds(length)).is_true())
            .map(|(number, _)| number)
            .collect();
        let decision = table.decide(Scope::new(&row[..], &env));
        let expected = match policy {
            HitPolicy::First => holding.iter().copied().take(1).collect(),
            HitPolicy::Priority => holding.iter().copied().min_by_key(|row| (cells[*row].2, *row)).into_iter().collect(),
            HitPolicy::Unique if holding.len() > 1 => Vec::new(),
            _ => holding.clone(),
        };
        prop_assert_eq!(decision.rows(), expected);
        prop_assert_eq!(decision.conflict().is_some(), policy == HitPolicy::Unique && holding.len() > 1);
        let why = table.explain(Scope::new(&row[..], &env));
        prop_assert_eq!(why.hits.is_empty(), holding.is_empty());
        prop_assert_eq!(why.nearest.is_some(), holding.is_empty() && !cells.is_empty());
        prop_assert!(!why.to_string().is_empty());
        prop_assert_eq!(table.decide_among(holding, Scope::new(&row[..], &env)), decision);
    }
}
