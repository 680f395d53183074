//! Nesting is refused beyond 64 levels, and no nesting overflows a small stack.

use super::deal::{Deal, DealRow, monday};
use crate::expr::{Expr, Limit, Scope, SyntaxError, SyntaxFault, Truth};

/// Runs on a thread with a stack of 256 KiB.
fn on_small_stack(run: fn()) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

fn limit(error: &SyntaxError) -> Option<Limit> {
    match error.fault() {
        SyntaxFault::Limit(limit) => Some(*limit),
        _ => None,
    }
}

/// Conditions of this many levels, nested in every way there is.
fn nested(levels: usize) -> [String; 8] {
    let n = levels - 1;
    [
        format!("{}hot", "!".repeat(n)),
        format!("{}hot{}", "hot && (hot || (".repeat(n / 2), "))".repeat(n / 2))
            + if n % 2 == 1 { " == true" } else { "" },
        // A literal and a comparison are two levels.
        format!("count{} == 1", " + 1".repeat(n - 1)),
        format!("{}hot", "hot ? hot : ".repeat(n)),
        format!("hot{}", " == hot".repeat(n)),
        format!("{}hot{} in tags", "[".repeat(n - 1), "]".repeat(n - 1)),
        format!("{}hot{}", "[true].exists(p, ".repeat(n), ")".repeat(n)),
        // The literals of a list are one level with it.
        format!("hot in {}true{}", "[".repeat(n), "]".repeat(n)),
    ]
}

#[test]
fn sixty_four_levels_are_read_printed_compiled_and_tested() {
    on_small_stack(|| {
        for levels in [63, 64] {
            for text in nested(levels) {
                let expr: Expr = text.parse().unwrap_or_else(|e| panic!("{levels} levels of {text}: {e}"));
                assert_eq!(expr.to_string().parse(), Ok(expr.clone()));
                assert_eq!(Expr::from_json(&expr.to_json()), Ok(expr.clone()));
                assert_eq!(Expr::from_json_str(&expr.to_json().to_string()), Ok(expr.clone()));
                assert_eq!(serde_json::from_str::<Expr>(&serde_json::to_string(&expr).unwrap()).unwrap(), expr);
                if let Ok(program) = expr.condition(&Deal) {
                    let row = DealRow::default().with("hot", true).with("count", 1);
                    let env = monday();
                    let truth = program.test(Scope::new(&row, &env).with_old(&row));
                    assert_ne!(truth, Truth::Unknown);
                    assert_eq!(program.explain(Scope::new(&row, &env)).truth, truth);
                }
            }
        }
    });
}

#[test]
fn sixty_five_levels_are_refused() {
    on_small_stack(|| {
        for text in nested(65) {
            let error = text.parse::<Expr>().map(|e| e.to_string()).unwrap_err();
            assert_eq!(limit(&error), Some(Limit::Depth), "{text}: {error}");
        }
        let json = format!("{}true{}", "{\"not\":".repeat(64), "}".repeat(64));
        assert_eq!(limit(&Expr::from_json_str(&json).unwrap_err()), Some(Limit::Depth));
        assert_eq!(limit(&Expr::from_json(&serde_json::from_str(&json).unwrap()).unwrap_err()), Some(Limit::Depth));
    });
}

#[test]
fn a_million_levels_are_refused() {
    on_small_stack(|| {
        const MANY: usize = 1_000_000;
        for (open, close) in [("!", ""), ("(", ")"), ("[", "]"), ("-", ""), ("size(", ")"), ("hot ? hot : ", "")] {
            for levels in [MANY, 30_000] {
                let text = format!("{}hot{}", open.repeat(levels), close.repeat(levels));
                assert!(limit(&text.parse::<Expr>().unwrap_err()).is_some(), "{open}");
            }
        }
        for (open, close) in
            [("{\"not\":", "}"), ("[", "]"), ("{\"all\":[true,", "]}"), ("{\"count\":{\"where\":", "}}")]
        {
            let json = format!("{}true{}", open.repeat(MANY), close.repeat(MANY));
            assert_eq!(limit(&Expr::from_json_str(&json).unwrap_err()), Some(Limit::Depth), "{open}");
            assert!(serde_json::from_str::<Expr>(&json).is_err());
        }
    });
}

#[test]
fn sizes_are_limited() {
    let error = |text: String| limit(&text.parse::<Expr>().unwrap_err());
    let list = |items: usize| format!("count in [{}]", vec!["1"; items].join(","));
    assert!(list(Expr::MAX_LIST).parse::<Expr>().is_ok());
    assert_eq!(error(list(Expr::MAX_LIST + 1)), Some(Limit::List));
    let clauses = |count: usize| vec!["hot"; count].join(" || ");
    assert!(clauses(Expr::MAX_NODES - 1).parse::<Expr>().is_ok());
    assert_eq!(error(clauses(Expr::MAX_NODES)), Some(Limit::Nodes));
    assert_eq!(error(" ".repeat(Expr::MAX_TEXT + 1)), Some(Limit::Text));
    let long = serde_json::json!({"eq": [{"field": "title"}, "'".repeat(40_000)]});
    assert_eq!(limit(&Expr::from_json(&long).unwrap_err()), Some(Limit::Text), "its text form could not be read again");
    let many = serde_json::json!({"in": [{"field": "count"}, vec![1; Expr::MAX_LIST + 1]]});
    assert_eq!(limit(&Expr::from_json(&many).unwrap_err()), Some(Limit::List));
}
