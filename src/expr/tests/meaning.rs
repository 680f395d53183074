//! What a reader of the room page expects, case by case.

use serde_json::json;

use super::deal::{Deal, DealRow, condition, monday};
use crate::expr::{Aggregation, Expr, Relation, Scope, Slot, Template, Truth, Type, Unknown};
use crate::value::{Tags, Value};

fn truth(text: &str, row: &DealRow, old: Option<&DealRow>) -> Truth {
    let env = monday();
    let scope = Scope::new(row, &env);
    condition(text).test(old.map_or(scope, |old| scope.with_old(old)))
}

fn value(text: &str, row: &DealRow) -> Result<Value, Unknown> {
    let program = text.parse::<Expr>().unwrap().compile(&Deal).unwrap_or_else(|e| panic!("{text}: {e}"));
    program.value(Scope::new(row, &monday()))
}

#[test]
fn newly_and_changed_compare_with_before() {
    let hot = DealRow::default().with("hot", true);
    let cold = DealRow::default().with("hot", false);
    let unset = DealRow::default();
    for (now, before, newly, changed) in [
        (&hot, None, Truth::True, Truth::True),
        (&cold, None, Truth::False, Truth::True),
        (&unset, None, Truth::Unknown, Truth::False),
        (&hot, Some(&hot), Truth::False, Truth::False),
        (&hot, Some(&cold), Truth::True, Truth::True),
        (&hot, Some(&unset), Truth::True, Truth::True),
        (&cold, Some(&unset), Truth::False, Truth::True),
        (&unset, Some(&hot), Truth::False, Truth::True),
        (&unset, Some(&cold), Truth::Unknown, Truth::True),
    ] {
        assert_eq!(truth("newly(hot)", now, before), newly, "{now:?} after {before:?}");
        assert_eq!(truth("changed(hot)", now, before), changed, "{now:?} after {before:?}");
    }
}

#[test]
fn days_are_local_and_within_counts_instants() {
    // 09:00 on Monday in China; 23:30 on Sunday there is 15:30 on Sunday in UTC.
    let row = DealRow::default().with("closed_at", Value::Instant("2026-03-01T15:30:00Z".parse().unwrap()));
    assert_eq!(value("days_since(closed_at)", &row), Ok(Value::Integer(1)));
    assert_eq!(truth("within(closed_at, hours(10))", &row, None), Truth::True);
    assert_eq!(truth("within(closed_at, 'PT9H')", &row, None), Truth::False);
    let ahead = DealRow::default().with("closed_at", Value::Instant("2026-03-02T15:30:00Z".parse().unwrap()));
    assert_eq!(truth("within(closed_at, days(1))", &ahead, None), Truth::True);
    assert_eq!(value("days_since(date('2026-03-05'))", &row), Ok(Value::Integer(-3)));
    assert_eq!(value("today + days(1)", &row), Ok(Value::Date("2026-03-03".parse().unwrap())));
}

#[test]
fn a_value_that_is_not_there_says_why() {
    let row = DealRow::default()
        .with("count", i64::MAX)
        .with("amount", Value::Money("JPY 5".parse().unwrap()))
        .with("budget", Value::Money("CNY 5.00".parse().unwrap()))
        .with("hot", Value::Integer(1))
        .with("due_on", Value::Date("2026-03-02".parse().unwrap()));
    for (text, why) in [
        ("rate + 1", "`rate` has no value"),
        ("old.count", "there is no record before the change"),
        ("count + 1", "the result is out of range"),
        ("count / 0", "division by zero"),
        ("amount + budget", "amounts of different currencies"),
        ("amount < budget", "amounts of different currencies"),
        ("due_on + hours(5)", "a date moves by whole days only"),
        ("!hot", "`hot` holds a value of another type than declared"),
        ("latest(activities, a, a.at)", "no related record in `activities`"),
        ("rate > 1 ? 1 : 2", "`rate` has no value"),
    ] {
        assert_eq!(value(text, &row).unwrap_err().to_string(), why, "{text}");
    }
    let missing = value("rate", &row).unwrap_err();
    assert_eq!(serde_json::to_value(&missing).unwrap(), json!({"why": "missing", "field": "rate"}));
}

#[test]
fn literals_take_the_type_of_what_they_meet() {
    let row = DealRow::default()
        .with("rate", Value::Decimal("2.50".parse().unwrap()))
        .with("count", 2)
        .with("region", Value::option("east"))
        .with("account.grade", Value::option("A"))
        .with("owner", Value::Reference("li.na".parse().unwrap()))
        .with("tags", ["vip"].into_iter().collect::<Tags>())
        .with("due_on", Value::Date("2026-03-02".parse().unwrap()));
    for text in [
        "rate > 2 && 3 > rate && rate == '2.5'",
        "count < 2.5 && count in [1, 2]",
        "rate in [1, 2.5]",
        "region == (count == 2 ? 'east' : 'west')",
        "'A' == account.grade",
        "owner in ['li.na', 'wang']",
        "'vip' in tags && tags == ['vip']",
        "due_on - '2026-03-01' == 'P1D' && due_on - 'P1D' == '2026-03-01'",
        "due_on in ['2026-03-02'] && due_on in [date('2026-03-02')] && due_on in [today]",
        "'P1D' + due_on == date('2026-03-03')",
        "(hot ? 1 : 2.5) == 2.5 || true",
        "1 == 1.0 && 'a' < 'b' && [1, 2] == [1, 2]",
    ] {
        assert_eq!(truth(text, &row, None), Truth::True, "{text}");
    }
    let price = "5".parse::<Expr>().unwrap().compile_as(&Deal, &Type::Decimal).unwrap();
    assert_eq!(price.value(Scope::new(&row, &monday())), Ok(Value::Decimal(5.into())));
}

#[test]
fn an_aggregate_tells_what_it_needs() {
    let text = "count(activities, a, a.is_touch && a.at > now - days(30)) >= 2 && sum(activities, x, x.minutes) < 90";
    let program = condition(text);
    let [touches, minutes] = program.aggregates() else { panic!("two aggregates") };
    assert_eq!((touches.collection(), touches.aggregation(), touches.field()), (3, Aggregation::Count, None));
    assert_eq!((minutes.aggregation(), minutes.field()), (Aggregation::Sum, Some(Slot::new(2))));
    assert!(minutes.filter().is_none() && program.reads_time() && !program.reads_old() && program.slots().is_empty());
    let filter = touches.filter().unwrap();
    assert_eq!(filter.slots(), [Slot::new(0), Slot::new(1)]);
    assert_eq!(filter.comparisons().len(), 1);
    let found = filter.comparisons_at(&monday());
    assert_eq!(found[1].relation, Relation::Greater);
    assert_eq!(found[1].values, [Value::Instant("2026-01-31T01:00:00Z".parse().unwrap())]);

    let touch =
        |minutes| vec![Some(Value::Bool(true)), Some(Value::Instant(monday().now())), Some(Value::Integer(minutes))];
    let row = DealRow { values: Vec::new(), activities: vec![touch(30), touch(45), vec![None, None, None]] };
    assert_eq!(truth(text, &row, None), Truth::True);
    assert_eq!(truth("newly(exists(activities))", &row, Some(&DealRow::default())), Truth::True);
    assert!(condition("newly(exists(activities))").aggregates()[0].reads_old());
}

#[test]
fn comparisons_are_what_an_index_can_answer() {
    let program = condition(
        "region == 'east' && 10 <= count && has(title) && 'vip' in tags && hot && owner in ['b', 'a'] && amount != budget \
         && (rate > 1 || rate < 0) && within(closed_at, days(1))",
    );
    let relations = |found: Vec<crate::expr::Comparison>| found.iter().map(|c| c.relation).collect::<Vec<_>>();
    use Relation::{AtLeast, AtMost, Equal, Has, Holds, In};
    assert_eq!(relations(program.comparisons()), [Equal, AtLeast, Has, Holds, Equal, In]);
    assert_eq!(relations(program.comparisons_at(&monday())), [Equal, AtLeast, Has, Holds, Equal, In, AtLeast, AtMost]);
    let owners = &program.comparisons()[5].values;
    assert_eq!(owners.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn explanations_say_what_was_seen() {
    let text = "region == 'east' && (count > 5 || hot) && newly(rate >= 2) && days_since(due_on) > 3";
    let row = DealRow::default()
        .with("region", Value::option("east"))
        .with("count", 3)
        .with("hot", true)
        .with("rate", Value::Decimal(2.into()))
        .with("due_on", Value::Date("2026-02-20".parse().unwrap()));
    let old = row.clone().with("rate", Value::Decimal(1.into()));
    let (program, env) = (condition(text), monday());
    let held = program.explain(Scope::new(&row, &env).with_old(&old));
    assert_eq!(
        held.to_string(),
        "region is `east`, hot is `true`, rate is `2`, old.rate is `1`, days_since(due_on) is `10`, due_on is `2026-02-20`"
    );
    let again = program.explain(Scope::new(&row, &env).with_old(&row));
    assert_eq!(again.first_failure().map(|clause| clause.text.as_str()), Some("newly(rate >= 2)"));
    assert_eq!(again.to_string(), "`newly(rate >= 2)` is false: rate is `2`, old.rate is `2`");
    let cold = program.explain(Scope::new(&row.clone().with("hot", false), &env));
    assert_eq!(cold.to_string(), "`count > 5 || hot` is false: count is `3`, hot is `false`");
    let empty = DealRow::default();
    let unknown = program.explain(Scope::new(&empty, &env));
    assert_eq!(unknown.to_string(), "`region == 'east'` is unknown: `region` has no value");
    assert_eq!(unknown.truth, Truth::Unknown);
    let data = serde_json::to_value(&cold.clauses[..3]).unwrap();
    assert_eq!(
        data,
        json!([
            {"text": "region == 'east'", "truth": "true", "seen": [{"field": "region", "value": "east"}], "depth": 0},
            {"text": "count > 5 || hot", "truth": "false", "seen": [], "group": "any", "depth": 0},
            {"text": "count > 5", "truth": "false", "seen": [{"field": "count", "value": 3}], "depth": 1},
        ])
    );
}

#[test]
fn templates_are_checked_and_filled() {
    let row = DealRow::default().with("title", "云舟").with("account.grade", Value::option("A"));
    let template = Template::new("{title}: {{{account.grade}} {due_on|no date}{count}", &Deal).unwrap();
    assert_eq!(template.render(&row), "云舟: {A} no date");
    assert_eq!(template.slots(), [Slot::new(1), Slot::new(4), Slot::new(6), Slot::new(13)]);
    let problems = Template::new("{titel} and {old.title} and {", &Deal).unwrap_err();
    assert_eq!(
        problems.to_string(),
        "at 0..7: no field `titel`, did you mean `title`?; at 12..23: no field `old.title`; \
         at 28..29: expected a field in braces, or `{{` for a brace, found a `{` without its `}`"
    );
}
