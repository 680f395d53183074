//! What people are told when they slip.

use serde_json::json;

use super::deal::Deal;
use crate::expr::Expr;

fn syntax(text: &str) -> String {
    text.parse::<Expr>().map(|expr| format!("read as {expr}")).unwrap_or_else(|error| error.to_string())
}

fn meaning(text: &str) -> String {
    let expr: Expr = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    expr.condition(&Deal).map(|program| format!("{program:?}")).unwrap_or_else(|problems| problems.to_string())
}

#[test]
fn slips_of_the_pen() {
    for (text, message) in [
        ("", "at 0..0: expected a field, a literal or `(`, found the end"),
        ("region = 'east'", "at 7..8: expected an operator; `==` compares, found `=`"),
        ("hot & region", "at 4..5: expected an operator; `&&` is and, found `&`"),
        ("hot | region", "at 4..5: expected an operator; `||` is or, found `|`"),
        ("region == 'east", "at 10..11: expected a closing `'`, found the end"),
        ("hot and region", "at 4..7: expected an operator; `&&` is and, found `and`"),
        ("(hot OR region)", "at 5..7: expected an operator; `||` is or, found `OR`"),
        ("hot region", "at 4..10: expected an operator or the end, found `region`"),
        ("(hot || hot", "at 11..11: expected an operator or `)`, found the end"),
        ("count in [1, 2", "at 14..14: expected an operator, `,` or `]`, found the end"),
        ("hot ? 1", "at 7..7: expected an operator or `:`, found the end"),
        ("hot ? hot ? 1 : 2 : 3", "at 10..11: expected parentheses around a `?` within a `?`, found `?`"),
        (
            "region == null",
            "at 10..14: expected a field or a literal; `has(x)` asks whether there is a value, found `null`",
        ),
        ("old == 1", "at 0..3: expected a field after it, such as `old.stage`, found `old`"),
        ("chnaged(region)", "at 0..7: no operator or function `chnaged`, did you mean `changed`?"),
        ("title.startswith('a')", "at 6..16: no operator or function `startswith`, did you mean `startsWith`?"),
        ("has(a, b)", "at 0..9: expected `has` with 1 argument, found 2"),
        ("within()", "at 0..6: expected `within` with 2 arguments, found 0"),
        ("date(due_on)", "at 5..11: expected a text as in `date('2026-03-02')`, found `due_on`"),
        ("sum(activities, a)", "at 17..18: expected `,`, found `)`"),
        (
            "exists(activities, a, hot, hot)",
            "at 0..31: expected `exists(collection)` or `exists(collection, item, condition)`, found 4 arguments",
        ),
        ("'\\q'", "at 1..2: expected an escape such as `\\n`, `\\'` or `\\u4e0a`, found `\\q`"),
        (
            "count > 9223372036854775808",
            "at 8..27: expected a whole number from -2^63 to 2^63 - 1, found `9223372036854775808`",
        ),
        ("!-hot", "at 1..2: expected parentheses between `!` and `-`, found `-`"),
        (
            "1u + 18446744073709551615u",
            "at 5..26: expected a whole number from 0u to 2^63 - 1, found `18446744073709551615u`",
        ),
        ("phones.exists(p)", "at 15..16: expected `,`, found `)`"),
        ("phones.filter(p, hot, hot)", "at 0..26: expected `filter(item, condition)`, found 2 behind the names"),
        (
            "phones.map(p, hot, p, p)",
            "at 0..24: expected `map(item, value)` or `map(item, condition, value)`, found 3 behind the names",
        ),
        ("phones.exist(p, hot)", "at 7..12: no operator or function `exist`, did you mean `exists`?"),
        ("phones[0", "at 8..8: expected an operator or `]`, found the end"),
        ("closed_at.getHours(1, 2)", "at 0..24: expected `getHours` with no argument or the zone, found 3"),
        ("title.trim(1)", "at 0..13: expected `trim` with no argument, found 2"),
        ("[1].x", "at 3..5: expected a field of a name only, such as `account.grade`, found `.x`"),
    ] {
        assert_eq!(syntax(text), message, "{text}");
    }
}

#[test]
fn slips_of_the_form() {
    for (json, message) in [
        (
            json!(null),
            "at /: expected a field or a literal; {\"has\":{\"field\":\"x\"}} asks whether there is a value, found `null`",
        ),
        (json!({}), "at /: expected an object with one operator, found an empty object"),
        (json!({"eq": [1, 2], "ne": [1, 2]}), "at /: expected an object with one operator, found `eq` and `ne`"),
        (json!({"all": [true, {"equals": [1, 2]}]}), "at /all/1/equals: no operator or function `equals`"),
        (
            json!({"eq": [{"field": "a b"}, 1]}),
            "at /eq/0/field: expected a field such as `region` or `account.grade`, found `a b`",
        ),
        (json!({"eq": [1]}), "at /eq: expected 2 operands of `eq`, found 1"),
        (
            json!({"gt": [{"field": "rate"}, 1.5]}),
            "at /gt/1: expected a whole number from -2^63 to 2^63 - 1, or a decimal number as {\"decimal\":\"12.50\"}, found `1.5`",
        ),
        (json!({"sum": {"of": "activities", "as": "a"}}), "at /sum: expected a `value` in `sum`, found no `value`"),
        (
            json!({"count": {"of": "activities", "where": true}}),
            "at /count: expected a name for the related record in `as`, found no `as`",
        ),
        (
            json!({"some": [1]}),
            "at /some: expected an object such as {\"in\":[…],\"as\":\"x\",\"where\":…}, found a list",
        ),
        (json!({"some": {"in": [1], "as": "x"}}), "at /some: expected a `where` in `some`, found no `where`"),
        (json!({"map": {"in": [1], "value": 1}}), "at /map: expected a name for the item in `as`, found no `as`"),
        (
            json!({"filter": {"in": [1], "as": "x", "index": "i", "where": true}}),
            "at /filter: expected no `index` in `filter`, found a `index`",
        ),
        (json!({"unsigned": -1}), "at /unsigned: expected a whole number from 0 to 2^63 - 1, found `-1`"),
        (json!({"get_hours": [1, 2, 3]}), "at /get_hours: expected 1 operands of `get_hours`, found 3"),
        (json!({"count": {"off": "activities"}}), "at /count: no operator or function `off`, did you mean `of`?"),
    ] {
        assert_eq!(Expr::from_json(&json).unwrap_err().to_string(), message, "{json}");
    }
    let not_json = Expr::from_json_str("{\"eq\":").unwrap_err();
    assert_eq!(not_json.to_string(), "at /: not JSON: EOF while parsing a value at line 1 column 6");
    let not_a_list = Expr::from_json(&json!({"eq": true})).unwrap_err();
    assert_eq!(not_a_list.to_string(), "at /eq: expected a list of the operands of `eq`, found `true`");
    let twice = Expr::from_json_str(r#"{"not":true,"not":false}"#).unwrap_err();
    assert_eq!(twice.to_string(), "at /: not JSON: expected every key once, found `not` twice at line 1 column 17");
}

#[test]
fn slips_of_meaning() {
    for (text, message) in [
        ("regoin == 'east'", "at 0..6: no field `regoin`, did you mean `region`?"),
        ("title == li.na", "at 9..14: no field `li.na`; a text has quotes: `'li.na'`"),
        ("region == regian", "at 10..16: no field `regian`; a text has quotes: `'regian'`; or did you mean `region`?"),
        (
            "region in [regian]",
            "at 11..17: no field `regian`; a text has quotes: `'regian'`; or did you mean `region`?",
        ),
        ("amount > amuont", "at 9..15: no field `amuont`, did you mean `amount`?"),
        ("title == old.zzz", "at 9..16: no field `zzz`"),
        ("region == 'south'", "at 10..17: no option `south`, expected one of `east`, `west`, `north`"),
        ("amount > 100", "at 9..12: expected money such as 'CNY 100.00', found the number `100`"),
        ("budget > 'USD 1.00'", "at 9..19: expected money in `CNY` such as 'CNY 100', found the text `USD 1.00`"),
        (
            "due_on == '2026-02-30'",
            "at 10..22: expected an existing date such as '2026-03-02', found the text `2026-02-30`",
        ),
        (
            "due_on > closed_at",
            "at 9..18: expected an existing date such as '2026-03-02', found `closed_at`, which is an instant",
        ),
        (
            "region > 'east'",
            "at 0..15: expected something with an order: a number, money, a time or a text, found one of `east`, `west`, `north`",
        ),
        ("count", "at 0..5: expected true or false, found `count`, which is an integer"),
        ("count in [1, 'two']", "at 9..19: expected a whole number, found the text `two`"),
        ("count in 5", "at 9..10: expected a list or tags, found the number `5`"),
        ("amount + count > amount", "at 0..14: expected two operands that `+` can join, found money and an integer"),
        ("delay > 'three days'", "at 8..20: expected a duration such as 'P3D' or 'PT48H', found the text `three days`"),
        ("changed(old.region)", "at 0..19: `old` cannot stand within `changed`, which itself compares"),
        ("newly(old.hot)", "at 6..13: `old.hot` cannot stand within `newly`, which itself compares before and now"),
        ("has(count + 1)", "at 4..13: expected a field as in `has(region)`, found an integer"),
        ("owner == title", "at 9..14: expected the id of a `user`, found `title`, which is a text"),
        ("count(activites) > 1", "at 0..5: no collection `activites`, did you mean `activities`?"),
        ("count(activities, a, a.is_tuch) > 1", "at 21..30: no field `is_tuch`, did you mean `is_touch`?"),
        (
            "exists(activities, a, hot)",
            "at 22..25: `hot` cannot stand within `exists`, which sees the fields of `a` only",
        ),
        (
            "latest(activities, a, a.minutes) > now",
            "at 22..31: expected a date or instant field of the related record, found `a.minutes`, which is an integer",
        ),
        ("exists(activities, a, exists(activities))", "at 22..28: `exists` cannot stand within another aggregate"),
        ("[1, 2.5, 'x'].exists(x, x > 1)", "at 0..13: expected a number, found the text `x`"),
        ("title.exists(p, p == 'x')", "at 0..5: expected a list or tags, found `title`, which is a text"),
        ("phones.exists(p, p > 1)", "at 21..22: expected a text, found the number `1`"),
        (
            "phones.exists(p, p.grade == 'A')",
            "at 17..24: `p.grade` cannot stand here: `p` is an item of a list, which has no fields",
        ),
        (
            "phones.exists(p, newly(hot))",
            "at 17..27: `newly` cannot stand within a condition on the items of a list; it is about the record",
        ),
        (
            "phones.exists(p, exists(activities))",
            "at 17..23: `exists` cannot stand within a condition on the items of a list, which would ask it for each of them",
        ),
        ("size(phones.map(p, phones)) > 1", "at 5..26: expected items that are no lists, found a list within a list"),
        ("size([[1], [2]]) > 1", "at 5..15: expected items that are no lists, found a list within a list"),
        ("title[0] == 'x'", "at 0..5: expected a list, found `title`, which is a text"),
        ("phones['x'] == 'x'", "at 7..10: expected a whole number, found a text"),
        ("due_on.getHours() > 1", "at 0..6: expected an instant or a duration, found `due_on`, which is a date"),
        ("delay.getMonth() > 1", "at 0..5: expected an instant or a date, found `delay`, which is a duration"),
        (
            "closed_at.getHours('Asia/Shanghai') > 8",
            "at 19..34: expected `UTC` or an offset such as '+08:00', found the text `Asia/Shanghai`",
        ),
        ("int(amount) > 5", "at 4..10: expected a number, a text or an instant, found `amount`, which is money"),
        ("duration('3us') < delay", "at 0..15: expected a duration such as 'P3D' or 'PT48H', found the duration `3us`"),
        ("rate % 2 == 0", "at 0..8: expected two operands that `%` can join, found a decimal and a decimal"),
        ("count - 1u > 0", "at 0..10: expected numbers without `u`, which can be negative, found an unsigned number"),
        (
            "title.matches(title)",
            "at 14..19: expected the text of a pattern, which is compiled beforehand, found `title`, which is a text",
        ),
        (
            "closed_at == date('2026-03-02')",
            "at 13..31: expected an instant such as '2026-03-02T09:00:00+08:00', found a date",
        ),
    ] {
        assert_eq!(meaning(text), message, "{text}");
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(
        meaning("regoin == 'x' || region == 'south' && amount > 1 || !count || account.grad in ['A']"),
        "at 0..6: no field `regoin`, did you mean `region`?; \
         at 27..34: no option `south`, expected one of `east`, `west`, `north`; \
         at 47..48: expected money such as 'CNY 100.00', found the number `1`; \
         at 53..58: expected true or false, found `count`, which is an integer; \
         at 62..74: no field `account.grad`, did you mean `account.grade`?"
    );
    let json = json!({"all": [{"all": [{"eq": [{"field": "regoin"}, 1]}]}, {"not": {"field": "count"}}]});
    assert_eq!(
        Expr::from_json(&json).unwrap().condition(&Deal).unwrap_err().to_string(),
        "at /all/0/all/0/eq/0/field: no field `regoin`, did you mean `region`?; \
         at /all/1/not/field: expected true or false, found `count`, which is an integer",
        "the path is the one that was written"
    );
}

#[test]
#[cfg(feature = "regex")]
fn patterns_are_compiled_when_a_condition_is() {
    assert_eq!(
        meaning("title.matches('(')"),
        "at 14..17: expected a regular expression (unclosed group), found the text `(`"
    );
    assert_eq!(
        meaning("title.matches('[a-z]{1000}{1000}')"),
        "at 14..33: expected a pattern that takes at most 65536 bytes when compiled, found the text `[a-z]{1000}{1000}`"
    );
    assert_eq!(
        meaning(r"title.matches(r'(a)\1')").split(", found").next(),
        Some("at 14..22: expected a regular expression (backreferences are not supported)")
    );
    let long = format!("title.matches('{}')", "a".repeat(1_001));
    assert!(meaning(&long).starts_with("at 14..1017: expected a pattern of at most 1000 bytes"), "{}", meaning(&long));
}

#[test]
#[cfg(not(feature = "regex"))]
fn patterns_are_refused_without_the_feature() {
    assert_eq!(
        meaning("title.matches('a+')"),
        "at 14..18: expected no pattern: the feature `regex` is not enabled, found the text `a+`"
    );
}
