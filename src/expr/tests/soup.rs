//! Nothing panics, whatever is thrown at it.

use proptest::prelude::*;

use super::deal::{Deal, DealRow, monday};
use crate::expr::{Expr, Scope, Template};

fn run(expr: &Expr) -> Result<(), TestCaseError> {
    prop_assert_eq!(&expr.to_string().parse::<Expr>().unwrap(), expr);
    prop_assert_eq!(&Expr::from_json(&expr.to_json()).unwrap(), expr);
    if let Ok(program) = expr.compile(&Deal) {
        let (row, env) = (DealRow::default().with("hot", true).with("count", i64::MAX), monday());
        let scope = Scope::new(&row, &env).with_old(&row);
        let truth = program.test(scope);
        prop_assert_eq!(program.explain(scope).truth, truth);
        prop_assert!(program.value(scope).is_ok() || !truth.is_true());
        program.comparisons_at(&env);
    }
    Ok(())
}

fn tokens() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "hot",
        "count",
        "region",
        "'east'",
        "1",
        "-",
        "!",
        "(",
        ")",
        "[",
        "]",
        ",",
        "&&",
        "||",
        "==",
        "<",
        "in",
        "+",
        "%",
        "?",
        ":",
        ".",
        "size(",
        "has(",
        "newly(",
        "days(",
        "old.hot",
        "now",
        "today",
        "due_on",
        "date('2026-03-02')",
        "1.5",
        "count(activities, a, ",
        "phones.exists(p, ",
        "[1, 2].map(p, ",
        ".transformList(i, p, ",
        "p",
        "i",
        "12u",
        "string(",
        "timestamp(",
        "duration(",
        "'3h'",
        "dyn(",
        "int(",
        ".getHours('UTC')",
        ".getMonth()",
        ".trim()",
        "business_days_since(",
        ".matches('a+')",
        "a.is_touch",
        "true",
        ".contains(",
        "\\",
        "\"",
        "'",
        "9223372036854775808",
        "//",
        "中",
    ]);
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.join(" "))
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::{Value as Json, json};
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        "[a-z']{0,3}".prop_map(Json::from),
        prop::sample::select(vec!["hot", "count", "a.at", "old.hot", "1.5", ""])
            .prop_map(|path| json!({ "field": path })),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let keys = vec![
            "all",
            "any",
            "not",
            "eq",
            "in",
            "add",
            "if",
            "has",
            "newly",
            "days",
            "size",
            "now",
            "count",
            "sum",
            "some",
            "map",
            "filter",
            "index",
            "to_text",
            "get_hours",
            "matches",
            "unsigned",
            "dyn",
            "trim",
            "date",
            "money",
            "decimal",
            "field",
            "of",
            "as",
            "where",
            "value",
            "contains",
            "x",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::Array),
            prop::collection::btree_map(prop::sample::select(keys), inner, 0..4)
                .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn random_text(text in prop_oneof![any::<String>(), "[ -~]{0,300}", tokens()]) {
        if let Ok(expr) = text.parse::<Expr>() {
            run(&expr)?;
        }
        let _ = Expr::from_json_str(&text);
        if let Ok(template) = Template::new(&text, &Deal) {
            template.render(&DealRow::default());
        }
    }

    #[test]
    fn random_json(json in json()) {
        let tree = Expr::from_json(&json);
        prop_assert_eq!(&Expr::from_json_str(&json.to_string()).map_err(|_| ()), &tree.clone().map_err(|_| ()));
        if let Ok(expr) = tree {
            run(&expr)?;
        }
    }
}
