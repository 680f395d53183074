//! What a reader of the room page expects, case by case.

use serde_json::json;

use super::deal::{Deal, DealRow, condition, monday};
use crate::expr::{Aggregation, Env, Expr, Relation, Scope, Slot, Template, Truth, Type, Unknown};
use crate::value::{List, Tags, Value};

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
fn items_of_lists_are_asked_one_after_the_other() {
    let phones = |phones: &[&str]| Value::List(List::new(phones.iter().map(|text| Value::text(text))).unwrap());
    let row = DealRow::default()
        .with("phones", phones(&["+86 21", "+1 202", ""]))
        .with("tags", ["vip", "new"].into_iter().collect::<Tags>());
    for text in [
        "phones.exists(p, p.startsWith('+86')) && !phones.all(p, p.startsWith('+'))",
        "phones.exists_one(p, p == '') && phones.existsOne(i, p, i == 1)",
        "phones.filter(p, p != '') == ['+86 21', '+1 202']",
        "phones.map(p, size(p)) == [6, 6, 0] && phones.transformList(i, p, p != '', i) == [0, 1]",
        "tags.exists(t, t == 'vip') && tags.filter(t, t != 'vip') == ['new']",
        "phones.exists(p, tags.exists(t, p.contains('21') && t == 'new'))",
        "phones[0] == '+86 21' && phones[size(phones) - 1] == '' && (phones + ['x'])[3] == 'x'",
        "phones.exists(p, p.trim() in ['', 'x']) && 'x' + 'y' == 'xy' && 'VIP'.lowerAscii() in tags",
        // Unknown for one item does not matter when another one decides.
        "phones.exists(p, p == '' || p == title) && !phones.all(p, p != '' && p != title)",
        "[].all(x, x > 1) && ![].exists(x, x > 1) && [].filter(x, x > 1) == [] && [] + [1] == [1]",
    ] {
        assert_eq!(truth(text, &row, None), Truth::True, "{text}");
    }
    for (text, why) in [
        ("phones.exists(p, p == title)", "`title` has no value"),
        ("phones.exists_one(p, p == '' || p == title)", "`title` has no value"),
        ("phones.filter(p, p == title)", "`title` has no value"),
        ("phones[3]", "the list has no item at this position"),
        ("phones[-1]", "the list has no item at this position"),
        ("int(phones[0])", "the text is no whole number such as `12`"),
        ("rate in [1.5].map(x, x / 0)", "`rate` has no value"),
    ] {
        assert_eq!(value(text, &row).unwrap_err().to_string(), why, "{text}");
    }
    let why = condition("phones.exists(p, p == 'x' && days_since(due_on) > 1)").explain(Scope::new(&row, &monday()));
    assert_eq!(
        why.to_string(),
        "`phones.exists(p, p == 'x' && days_since(due_on) > 1)` is false: phones is `+86 21, +1 202, `, due_on has no value"
    );
}

#[test]
fn names_stand_for_expressions() {
    let east = DealRow::default().with("region", Value::option("east"));
    let west = DealRow::default().with("region", Value::option("west"));
    assert_eq!(truth("is_eastern && rank == 1 && newly(is_eastern)", &east, Some(&west)), Truth::True);
    assert_eq!(truth("old.is_eastern || old.rank == 1", &east, Some(&west)), Truth::False);
    assert_eq!(truth("is_eastern", &DealRow::default(), None), Truth::Unknown);
    let program = condition("is_eastern && rank + 1 > 2");
    assert_eq!((program.slots(), program.comparisons()[0].relation), (&[Slot::new(0)][..], Relation::In));
    let why = program.explain(Scope::new(&west, &monday()));
    assert_eq!(why.to_string(), "`is_eastern` is false: region is `west`");
    let activity = |minutes| vec![None, None, Some(Value::Integer(minutes)), None];
    let row = DealRow { values: Vec::new(), activities: vec![activity(90), activity(5)] };
    assert_eq!(truth("count(activities, a, a.is_long) == 1", &row, None), Truth::True);
    let circle = "circle".parse::<Expr>().unwrap().compile(&Deal).unwrap_err();
    assert_eq!(circle.to_string(), "at 0..6: no field `circle`; a text has quotes: `'circle'`");
}

#[test]
fn work_over_items_is_bounded() {
    let many = Value::List(List::new((0..10_000).map(|_| Value::text("x"))).unwrap());
    let row = DealRow::default().with("phones", many).with("title", "x".repeat(1_000).as_str());
    for text in [
        "phones.all(p, phones.all(q, p == q))",
        "phones.all(p, p in phones)",
        "size(phones.map(p, title + title + title + title)) > 0",
        "phones.all(p, phones == phones)",
    ] {
        assert_eq!(truth(text, &row, None), Truth::Unknown, "{text}");
        assert_eq!(value(text, &row), Err(Unknown::TooManySteps), "{text}");
    }
    assert_eq!(truth("phones.all(p, p == 'x' && p != 'y')", &row, None), Truth::True);
    assert_eq!(value("phones + ['y']", &row), Err(Unknown::Overflow));
    let doubled = "title + title + title + title + title + title + title + title";
    assert_eq!(value(&format!("size(({doubled}))"), &row), Ok(Value::Integer(8_000)));
    assert_eq!(
        value(&format!("size({})", [format!("({doubled})").as_str(); 9].join(" + ")), &row),
        Err(Unknown::Overflow)
    );
}

#[test]
fn times_have_parts_in_the_zone_of_the_tenant() {
    // Seven in the morning of Monday in China is eleven at night of Sunday in UTC.
    let row = DealRow::default()
        .with("closed_at", Value::Instant("2026-03-01T23:05:06.789Z".parse().unwrap()))
        .with("due_on", Value::Date("2024-12-31".parse().unwrap()))
        .with("delay", Value::Duration("P1DT2H3M4.005S".parse().unwrap()));
    for text in [
        "closed_at.getHours() == 7 && closed_at.getHours('UTC') == 23 && closed_at.getHours('-02:30') == 20",
        "closed_at.getDayOfWeek() == 1 && closed_at.getDayOfWeek('UTC') == 0 && closed_at.getDate('UTC') == 1",
        "closed_at.getMinutes() == 5 && closed_at.getSeconds() == 6 && closed_at.getMilliseconds() == 789",
        "due_on.getFullYear() == 2024 && due_on.getMonth() == 11 && due_on.getDate() == 31",
        "due_on.getDayOfMonth() == 30 && due_on.getDayOfYear() == 365 && due_on.getDayOfWeek() == 2",
        "delay.getHours() == 26 && delay.getMinutes() == 1563 && delay.getMilliseconds() == 5",
        "delay == duration('26h3m4.005s') && string(delay) == '93784.005s' && duration(string(delay)) == delay",
        "timestamp(int(closed_at)) == '2026-03-01T23:05:06Z' && string(due_on) == '2024-12-31'",
    ] {
        assert_eq!(truth(text, &row, None), Truth::True, "{text}");
    }
    // From Friday 27 February to Monday 2 March.
    assert_eq!(value("business_days_since(date('2026-02-27'))", &row), Ok(Value::Integer(1)));
    assert_eq!(value("business_days_since(closed_at)", &row), Ok(Value::Integer(0)));
    assert_eq!(value("business_days_since(date('2026-03-09'))", &row), Ok(Value::Integer(-5)));
    let since = condition("business_days_since(closed_at) > 1");
    assert!(since.reads_time());
    let env = Env::new(monday().now());
    assert_eq!(since.value(Scope::new(&row, &env)), Err(Unknown::NoCalendar));
    let why = since.explain(Scope::new(&row, &monday()));
    assert_eq!(
        why.to_string(),
        "`business_days_since(closed_at) > 1` is false: business_days_since(closed_at) is `0`, \
         closed_at is `2026-03-01T23:05:06.789Z`"
    );
}

#[test]
#[cfg(feature = "regex")]
fn patterns_are_searched_for() {
    let row = DealRow::default().with("title", "上海云舟 CRM-42");
    assert_eq!(truth("title.matches('CRM-[0-9]+$') && matches(title, '^\\\\p{Han}+ ')", &row, None), Truth::True);
    assert_eq!(truth("title.matches('^CRM')", &row, None), Truth::False);
    assert_eq!(truth("title.matches('x')", &DealRow::default(), None), Truth::Unknown);
    let sum = "exists(activities, a, string(a.minutes).matches('^4.$')) && !title.matches('zzz')";
    let activities = vec![vec![None, None, Some(Value::Integer(45)), None]];
    assert_eq!(truth(sum, &DealRow { activities, ..row }, None), Truth::True);
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
