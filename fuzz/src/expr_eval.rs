//! An expression of the right types is read and compiles, and its parts together mean what they mean alone: three-valued
//! logic, explanations, and that nothing is read but what a program says it reads.

use guanxi::expr::{Env, Expr, Names, Program, Row, Scope, Slot, Truth, Type, Unknown};
use guanxi::value::{List, Tags, Value};

/// Checks two conditions on one record, all of which the bytes decide.
pub fn check(data: &[u8]) {
    let mut dice = Bytes { data, at: 0 };
    let (row, old) = (record(&mut dice), record(&mut dice));
    let (one, other) = (condition(&mut dice, 4), condition(&mut dice, 3));
    let env = Env::new("2026-03-02T01:00:00Z".parse().expect("a moment")).with_offset(480);
    let scope = Scope::new(&row[..], &env).with_old(&old[..]);
    let truth = |text: &str| compiled(text).test(scope);
    let (a, b) = (truth(&one), truth(&other));
    assert_eq!(truth(&format!("!({one})")), !a, "{one}");
    assert_eq!(truth(&format!("({one}) && ({other})")), a & b, "{one} and {other}");
    assert_eq!(truth(&format!("({one}) || ({other})")), a | b, "{one} or {other}");
    assert_eq!(truth(&format!("[1].exists(n, {one})")), a, "{one}");
    assert_eq!(truth(&format!("[1, 2].all(n, n == 1 ? ({one}) : ({other}))")), a & b, "{one} and {other}");
    let chosen = if a == Truth::Unknown {
        Truth::Unknown
    } else if a.is_true() {
        b
    } else {
        a
    };
    assert_eq!(truth(&format!("({one}) ? ({other}) : false")), chosen, "{one} then {other}");
    let program = compiled(&one);
    let why = program.explain(scope);
    assert_eq!((why.truth, why.first_failure().is_none()), (a, a.is_true()), "{one}");
    match program.value(scope) {
        Ok(value) => assert_eq!(value, Value::Bool(a.is_true()), "{one}"),
        Err(Unknown::WrongType { field, .. }) => panic!("{one}: {field} was checked"),
        Err(_) => assert_eq!(a, Truth::Unknown, "{one}"),
    }
    let only: Vec<Option<Value>> = (0..row.len())
        .map(|slot| Slot::new(u32::try_from(slot).expect("few")))
        .map(|slot| program.slots().contains(&slot).then(|| Row::get(&row[..], slot).cloned()).flatten())
        .collect();
    assert_eq!(program.test(Scope::new(&only[..], &env).with_old(&old[..])), a, "{one}");
    if !program.reads_old() {
        assert_eq!(program.test(Scope::new(&row[..], &env)), a, "{one}");
    }
}

fn compiled(text: &str) -> Program {
    let expr: Expr = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    expr.condition(&Deal).unwrap_or_else(|problems| panic!("{text}: {problems}"))
}

struct Deal;

const FIELDS: [&str; 8] = ["hot", "count", "rate", "title", "region", "closed_at", "phones", "tags"];

impl Names for Deal {
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
        let slot = FIELDS.iter().position(|field| path == [*field])?;
        let ty = match FIELDS[slot] {
            "hot" => Type::Bool,
            "count" => Type::Integer,
            "rate" => Type::Decimal,
            "title" => Type::Text,
            "region" => Type::options(["east", "west"]),
            "closed_at" => Type::Instant,
            "phones" => Type::List(Type::Text.into()),
            _ => Type::Tags,
        };
        Some((Slot::new(u32::try_from(slot).expect("few")), ty))
    }
}

/// What decides, byte by byte; after the last one always 0.
struct Bytes<'d> {
    data: &'d [u8],
    at: usize,
}

impl Bytes<'_> {
    fn below(&mut self, bound: usize) -> usize {
        let byte = self.data.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        usize::from(byte) % bound
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

fn record(dice: &mut Bytes<'_>) -> Vec<Option<Value>> {
    let texts =
        |dice: &mut Bytes<'_>| -> Vec<&'static str> { (0..dice.below(3)).map(|_| dice.one_of(&WORDS)).collect() };
    FIELDS
        .iter()
        .map(|field| {
            if dice.below(4) == 0 {
                return None;
            }
            Some(match *field {
                "hot" => Value::Bool(dice.below(2) == 1),
                "count" => Value::Integer(dice.one_of(&[-1, 0, 1, 7, i64::MAX, i64::MIN])),
                "rate" => Value::Decimal(
                    dice.one_of(&["0", "-1.5", "2", "79228162514264337593543950335"]).parse().expect("a number"),
                ),
                "title" => Value::text(dice.one_of(&WORDS)),
                "region" => Value::option(dice.one_of(&["east", "west"])),
                "closed_at" => Value::Instant(dice.one_of(&MOMENTS).parse().expect("a moment")),
                "phones" => Value::List(List::new(texts(dice).into_iter().map(Value::text)).expect("no lists")),
                _ => Value::Tags(texts(dice).into_iter().collect::<Tags>()),
            })
        })
        .collect()
}

const WORDS: [&str; 5] = ["", "a", "ab", "1", "云舟"];
const MOMENTS: [&str; 4] =
    ["2026-03-01T23:05:06.789Z", "2026-03-02T01:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];

fn condition(dice: &mut Bytes<'_>, depth: usize) -> String {
    if depth == 0 {
        return dice
            .one_of(&["hot", "true", "has(title)", "changed(count)", "old.hot", "'a' in tags", "false"])
            .to_owned();
    }
    let below = depth - 1;
    let test = dice.one_of(&["==", "!=", "<", "<=", ">", ">="]);
    match dice.below(12) {
        0 => format!("({}) && ({})", condition(dice, below), condition(dice, below)),
        1 => format!("({}) || ({})", condition(dice, below), condition(dice, below)),
        2 => format!("!({})", condition(dice, below)),
        3 => format!("({}) {test} ({})", number(dice, below), number(dice, below)),
        4 => format!("({}) {test} ({})", text(dice, below), text(dice, below)),
        5 => format!("({}) {test} ({})", moment(dice, below), moment(dice, below)),
        6 => format!("region == '{}'", dice.one_of(&["east", "west"])),
        7 => format!(
            "({}).{}({})",
            text(dice, below),
            dice.one_of(&["contains", "startsWith", "endsWith"]),
            text(dice, below)
        ),
        8 => format!("({}) in phones", text(dice, below)),
        9 => format!("({}) in [{}, {}]", number(dice, below), number(dice, 0), number(dice, 0)),
        10 => format!("phones.{}(p, p {test} ({}))", dice.one_of(&["all", "exists", "exists_one"]), text(dice, below)),
        _ => format!("({}).matches('{}')", text(dice, below), dice.one_of(&["^a", "b$", "[0-9]", "^$"])),
    }
}

fn number(dice: &mut Bytes<'_>, depth: usize) -> String {
    if depth == 0 {
        return dice.one_of(&["count", "0", "1", "-3", "9223372036854775807"]).to_owned();
    }
    let below = depth - 1;
    match dice.below(8) {
        0 => format!("({}) {} ({})", number(dice, below), dice.one_of(&["+", "-", "*", "/", "%"]), number(dice, below)),
        1 => format!("size({})", text(dice, below)),
        2 => format!("int(rate {} {})", dice.one_of(&["+", "-", "*", "/"]), number(dice, 0)),
        3 => format!(
            "({}).{}()",
            moment(dice, below),
            dice.one_of(&["getHours", "getMonth", "getDayOfYear", "getSeconds"])
        ),
        4 => format!("days_since({})", moment(dice, below)),
        5 => format!("int({})", text(dice, below)),
        6 => format!("size(phones.filter(p, p != ({})))", text(dice, below)),
        _ => format!("({}) ? ({}) : ({})", condition(dice, below), number(dice, below), number(dice, below)),
    }
}

fn text(dice: &mut Bytes<'_>, depth: usize) -> String {
    if depth == 0 {
        return dice.one_of(&["title", "'a'", "''", "'云舟'"]).to_owned();
    }
    let below = depth - 1;
    match dice.below(6) {
        0 => format!("({}) + ({})", text(dice, below), text(dice, below)),
        1 => format!("({}).{}()", text(dice, below), dice.one_of(&["lowerAscii", "upperAscii", "trim"])),
        2 => format!("string({})", number(dice, below)),
        3 => format!("phones[{}]", number(dice, below)),
        4 => format!("string({})", moment(dice, below)),
        _ => format!("({}) ? ({}) : ({})", condition(dice, below), text(dice, below), text(dice, below)),
    }
}

fn moment(dice: &mut Bytes<'_>, depth: usize) -> String {
    if depth == 0 {
        return dice.one_of(&["closed_at", "now", "timestamp('2026-03-02T09:00:00+08:00')"]).to_owned();
    }
    let below = depth - 1;
    match dice.below(3) {
        0 => format!("({}) {} hours({})", moment(dice, below), dice.one_of(&["+", "-"]), number(dice, below)),
        1 => format!("timestamp({})", number(dice, below)),
        _ => format!("({}) - duration('{}')", moment(dice, below), dice.one_of(&["P3D", "1h30m", "-1.5s"])),
    }
}
