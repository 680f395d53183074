//! Both written forms give back the tree, whether it makes sense or not.

use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::expr::Expr;
use crate::expr::builder::{Builder, nowhere};
use crate::expr::literal::{Literal, Named};
use crate::expr::node::{Node, Over};
use crate::expr::operator::Operator;
use crate::expr::over_list::{Each, OverList};
use crate::expr::row::Aggregation;

/// A step of a builder; one that lacks operands adds a field first.
#[derive(Debug, Clone)]
enum Step {
    Leaf(Node),
    Apply(Operator, usize),
    List(usize),
    Aggregate(Aggregation, bool),
    Each(OverList),
}

fn any_tree() -> impl Strategy<Value = Expr> {
    prop::collection::vec(any_step(), 1..60).prop_filter_map("too deep", |steps| build(&steps))
}

fn build(steps: &[Step]) -> Option<Expr> {
    let mut out = Builder::default();
    let mut ready = 0_usize;
    let field = || Node::Path(Arc::from("hot"));
    for step in steps {
        let needed = match step {
            Step::Leaf(_) => 0,
            Step::Apply(operator, more) => {
                if operator.is_variadic() {
                    *more
                } else {
                    operator.arity() + usize::from(operator.has_option()) * (more % 2)
                }
            }
            Step::List(count) => *count,
            Step::Each(over) => over.operands(),
            Step::Aggregate(aggregation, filter) => usize::from(aggregation.has_value()) + usize::from(*filter),
        };
        while ready < needed {
            out.leaf(field(), nowhere()).ok()?;
            ready += 1;
        }
        ready = ready - needed + 1;
        match step {
            Step::Leaf(node) => out.leaf(node.clone(), nowhere()).ok()?,
            Step::Apply(operator, _) => out.apply(*operator, needed, nowhere()).ok()?,
            Step::List(_) => out.list(needed, nowhere()).ok()?,
            Step::Each(over) => out.each(over.clone(), nowhere()).ok()?,
            Step::Aggregate(aggregation, has_filter) => {
                let item = if needed > 0 { "a" } else { "" };
                let over = Over {
                    aggregation: *aggregation,
                    collection: "activities".into(),
                    item: item.into(),
                    has_value: aggregation.has_value(),
                    has_filter: *has_filter,
                };
                out.aggregate(over, nowhere()).ok()?;
            }
        }
    }
    out.apply(Operator::All, ready, nowhere()).ok()?;
    out.finish().ok()
}

fn any_step() -> impl Strategy<Value = Step> {
    let operators: Vec<Operator> = Operator::all().collect();
    let paths = prop::sample::select(vec!["hot", "account.grade", "old.stage", "new.x.y", "a.at", "_x9"]);
    let literals = prop::collection::vec(any_literal(), 0..4).prop_map(|items| Node::Literals(items.into()));
    prop_oneof![
        3 => any_literal().prop_map(|literal| Step::Leaf(Node::Literal(literal))),
        3 => paths.prop_map(|path| Step::Leaf(Node::Path(path.into()))),
        1 => literals.prop_map(Step::Leaf),
        12 => (prop::sample::select(operators), 0..5_usize).prop_map(|(operator, count)| Step::Apply(operator, count)),
        1 => (0..4_usize).prop_map(Step::List),
        1 => any_each().prop_map(Step::Each),
        1 => (prop::sample::select(Aggregation::ALL.to_vec()), any::<bool>()).prop_map(|(a, filter)| Step::Aggregate(a, filter)),
    ]
}

fn any_each() -> impl Strategy<Value = OverList> {
    (prop::sample::select(Each::ALL.to_vec()), any::<bool>(), any::<bool>()).prop_map(|(what, position, filter)| {
        let position = if position && what.has_positions() { "i" } else { "" };
        OverList { what, item: "p".into(), position: position.into(), has_filter: filter || what.needs_filter() }
    })
}

fn any_literal() -> impl Strategy<Value = Literal> {
    let number = prop_oneof![any::<i64>(), -3..3_i64, Just(i64::MIN)];
    let text = prop_oneof![any::<String>(), "['\"\\\\\n a中]{0,4}"];
    prop_oneof![
        any::<bool>().prop_map(Literal::Bool),
        number.prop_map(Literal::Integer),
        (0..=i64::MAX).prop_map(Literal::Unsigned),
        (any::<i64>(), 0..=28_u32)
            .prop_map(|(digits, scale)| Literal::Decimal(Decimal::from_i128_with_scale(i128::from(digits), scale))),
        text.clone().prop_map(|text| Literal::Text(text.into())),
        (prop::sample::select(Named::ALL.to_vec()), text).prop_map(|(named, text)| Literal::Named(named, text.into())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn text_gives_back_the_tree(expr in any_tree()) {
        let text = expr.to_string();
        let read: Expr = text.parse().map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        prop_assert_eq!(read.to_string(), text);
        prop_assert_eq!(read, expr);
    }

    #[test]
    fn json_gives_back_the_tree(expr in any_tree()) {
        let json = expr.to_json();
        prop_assert_eq!(Expr::from_json(&json), Ok(expr.clone()));
        prop_assert_eq!(Expr::from_json_str(&json.to_string()), Ok(expr.clone()));
        if json.is_object() {
            prop_assert_eq!(serde_json::from_value::<Expr>(json).unwrap(), expr.clone());
        }
        let written = serde_json::to_string(&expr).unwrap();
        prop_assert_eq!(serde_json::from_str::<Expr>(&written).unwrap(), expr);
    }
}

#[test]
fn the_fewest_parentheses_are_printed() {
    for (read, printed) in [
        ("((a))", "a"),
        ("(a && b) && (c && d)", "a && b && c && d"),
        ("(a || b) && c", "(a || b) && c"),
        ("a || (b && c)", "a || b && c"),
        ("(a + b) - c", "a + b - c"),
        ("a - (b + c)", "a - (b + c)"),
        ("a * (b / c)", "a * (b / c)"),
        ("!(a && b)", "!(a && b)"),
        ("!(a)", "!a"),
        ("!(-a == b)", "!(-a == b)"),
        ("!(!a)", "!!a"),
        ("-(-5)", "5"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("a - -1", "a - -1"),
        ("(a == b) == c", "a == b == c"),
        ("a == (b == c)", "a == (b == c)"),
        ("a ? (b ? c : d) : (e ? f : g)", "a ? (b ? c : d) : e ? f : g"),
        ("(a ? b : c) ? d : e", "(a ? b : c) ? d : e"),
        ("(a + b).contains(c || d)", "(a + b).contains(c || d)"),
        ("a.size() == size('x')", "size(a) == size('x')"),
        ("\"it's\" == r'\\d' // why", "'it\\'s' == '\\\\d'"),
        ("'''two\nlines'''", "'two\\nlines'"),
        ("'\\u4e0a\\x41\\101'", "'上AA'"),
        ("1.50 == 2e3 && 0x1F == .5", "1.50 == 2000.0 && 31 == 0.5"),
        ("[1, -2, 'x'] == [a, 1]", "[1, -2, 'x'] == [a, 1]"),
        ("count( activities,a, a.is_touch&&a.at>now )", "count(activities, a, a.is_touch && a.at > now)"),
        ("exists(activities)", "exists(activities)"),
        ("sum(activities, a, a.cost, a.is_touch)", "sum(activities, a, a.cost, a.is_touch)"),
        ("a.b.c.startsWith(old.x)", "a.b.c.startsWith(old.x)"),
        ("(a + b)[ 1 ][0]", "(a + b)[1][0]"),
        ("-[1, 2][0]", "-[1, 2][0]"),
        ("phones.exists( p,p=='x' )", "phones.exists(p, p == 'x')"),
        (
            "phones.exists_one(p, hot) && phones.existsOne(i, p, i == 0)",
            "phones.exists_one(p, hot) && phones.existsOne(i, p, i == 0)",
        ),
        ("phones.existsOne(p, hot)", "phones.exists_one(p, hot)"),
        (
            "phones.filter(p, p.all(q, q == p)).map(p, hot, p + 'x')",
            "phones.filter(p, p.all(q, q == p)).map(p, hot, p + 'x')",
        ),
        ("phones.transformList(i, p, i)", "phones.transformList(i, p, i)"),
        ("timestamp('2026-03-02T09:00:00Z').getHours('UTC')", "timestamp('2026-03-02T09:00:00Z').getHours('UTC')"),
        ("(1).size() + 0x1fu", "size(1) + 31u"),
        ("matches(a, 'x')", "a.matches('x')"),
        ("duration('3h' + '') == duration(('3h'))", "duration('3h' + '') == duration('3h')"),
    ] {
        let expr: Expr = read.parse().unwrap_or_else(|e| panic!("{read}: {e}"));
        assert_eq!(expr.to_string(), printed);
    }
}

#[test]
fn the_json_form_is_canonical() {
    let read = |json: &str| Expr::from_json_str(json).unwrap_or_else(|e| panic!("{json}: {e}")).to_string();
    assert_eq!(read(r#"{"all":[]}"#), "true");
    assert_eq!(read(r#"{"any":[]}"#), "false");
    assert_eq!(read(r#"{"all":[{"field":"hot"}]}"#), "hot");
    assert_eq!(
        read(r#"{"all":[{"all":[true,{"field":"a"}]},{"any":[{"field":"b"},false]}]}"#),
        "true && a && (b || false)"
    );
    assert_eq!(
        read(r#"{"sum":{"where":{"field":"a.y"},"value":{"field":"a.x"},"as":"a","of":"c"}}"#),
        "sum(c, a, a.x, a.y)"
    );
    assert_eq!(read(r#"{"size":["a","b"]}"#), "size(['a', 'b'])");
    assert_eq!(read(r#"{"get_hours":{"now":[]}}"#), "now.getHours()");
    assert_eq!(read(r#"{"get_hours":[{"now":[]},"UTC"]}"#), "now.getHours('UTC')");
    assert_eq!(
        read(r#"{"map":{"in":{"field":"a"},"as":"x","index":"i","where":true,"value":{"field":"x"}}}"#),
        "a.transformList(i, x, true, x)"
    );
    assert_eq!(read(r#"{"every":{"in":{"field":"a"},"as":"x","where":{"field":"x"}}}"#), "a.all(x, x)");
    assert_eq!(read(r#"{"neg":{"decimal":"1.50"}}"#), "-1.50");
    assert_eq!(serde_json::from_str::<Expr>(r#""hot""#).unwrap().to_string(), "hot", "a text is the text form");
    assert_eq!(read(r#""hot""#), "'hot'", "and within a tree a text");
}

#[test]
fn every_operator_has_one_row_and_its_own_key() {
    let mut keys: Vec<&str> = Operator::all().map(Operator::key).collect();
    keys.extend(Named::ALL.map(Named::key));
    keys.extend(Aggregation::ALL.map(Aggregation::key));
    keys.extend(Each::ALL.map(Each::key));
    keys.extend(["field", "decimal", "unsigned"]);
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count);
    for operator in Operator::all() {
        assert_eq!(Operator::of_key(operator.key()), Some(operator));
    }
}

#[test]
fn the_table_has_a_row_for_every_operator() {
    use crate::expr::operator::{Part, Rewrite, To};
    for operator in [
        Operator::Rewrite(Rewrite::Upper),
        Operator::Convert(To::Instant),
        Operator::Part(Part::Milliseconds),
        Operator::BusinessDaysSince,
        Operator::Dyn,
        Operator::Index,
        Operator::Matches,
    ] {
        assert!(Operator::all().any(|known| known == operator), "{operator:?}");
    }
}
