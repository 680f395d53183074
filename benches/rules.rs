//! What one rule of four conditions costs: nanoseconds a record, on one core. Expected on a machine where 3 million additions
//! in Python take 0.13 s: 25 on a prepared record, three times that with a trace for explanations, 120 from JSON.
//!
//! Records and constants vary; the answers are compared with a check by hand first. `rules count CASE PASSES` only runs, for
//! callgrind: `rules.sh` counts instructions with it.

use std::cell::OnceCell;
use std::hint::black_box;
use std::time::Instant;

use guanxi::expr::{Env, Expr, Names, Program, Row, Scope, Slot, Trace, Type};
use guanxi::value::{Value, ValueType};
use serde_json::{Value as Json, json};

const FIELDS: [(&str, ValueType); 4] = [
    ("region", ValueType::Text),
    ("industry", ValueType::Text),
    ("amount", ValueType::Integer),
    ("source", ValueType::Text),
];

const RECORDS: usize = 10_000;
const RULES: usize = 16;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let setting = Setting::new();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["count", case, passes] => {
            for _ in 0..passes.parse().expect("a number of passes") {
                black_box(setting.pass(case));
            }
        }
        _ => {
            for case in ["all-hold", "mixed", "traced", "explained", "from-json"] {
                println!("{case:10} {:6.1} ns a record and rule", median(|| setting.pass(case)));
            }
        }
    }
}

struct Lead;

impl Names for Lead {
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
        let slot = FIELDS.iter().position(|(key, _)| path == [*key])?;
        let ty = if FIELDS[slot].1 == ValueType::Integer { Type::Integer } else { Type::Text };
        Some((Slot::new(u32::try_from(slot).expect("few")), ty))
    }
}

/// A rule's constants.
struct Rule {
    region: String,
    industries: [String; 2],
    amount: (i64, i64),
    source: String,
}

impl Rule {
    fn text(&self) -> String {
        let Self { region, industries: [a, b], amount: (low, high), source } = self;
        format!(
            "region == '{region}' && industry in ['{a}', '{b}'] && {low} <= amount && amount < {high} && source == '{source}'"
        )
    }

    fn holds(&self, json: &Json) -> bool {
        let amount = json["amount"].as_i64().expect("a number");
        json["region"] == self.region
            && self.industries.iter().any(|industry| json["industry"] == *industry)
            && (self.amount.0..self.amount.1).contains(&amount)
            && json["source"] == self.source
    }
}

struct Setting {
    rules: Vec<Program>,
    /// Records of any kind, and for every rule those for which it holds.
    mixed: Vec<[Option<Value>; 4]>,
    holding: Vec<Vec<[Option<Value>; 4]>>,
    jsons: Vec<Json>,
    env: Env,
}

impl Setting {
    fn new() -> Self {
        let mut dice = Dice(7);
        let rules: Vec<Rule> = (0..RULES).map(|_| rule(&mut dice)).collect();
        let jsons: Vec<Json> = (0..RECORDS).map(|_| record(&mut dice)).collect();
        let programs: Vec<Program> = rules
            .iter()
            .map(|rule| rule.text().parse::<Expr>().expect("an expression").condition(&Lead).expect("a condition"))
            .collect();
        let mixed: Vec<_> = jsons.iter().map(prepared).collect();
        let holding =
            rules.iter().map(|rule| (0..RECORDS / RULES).map(|n| prepared(&fitting(rule, n))).collect()).collect();
        let env = Env::new(guanxi::value::Instant::EPOCH);
        for (rule, program) in rules.iter().zip(&programs) {
            for (json, row) in jsons.iter().zip(&mixed) {
                let scope = Scope::new(&row[..], &env);
                assert_eq!(program.test(scope).is_true(), rule.holds(json));
                let lazy = Lazy::new(json);
                assert_eq!(program.test(Scope::new(&lazy, &env)).is_true(), rule.holds(json));
            }
        }
        Self { rules: programs, mixed, holding, jsons, env }
    }

    /// Asks every rule about every record of the case, and returns how many hold.
    fn pass(&self, case: &str) -> usize {
        let mixed = || self.mixed.iter().enumerate().map(|(n, row)| (&self.rules[n % RULES], row));
        let holding =
            || self.rules.iter().zip(&self.holding).flat_map(|(rule, rows)| rows.iter().map(move |row| (rule, row)));
        match case {
            "all-hold" => {
                holding().filter(|(rule, row)| rule.test(Scope::new(black_box(&row[..]), &self.env)).is_true()).count()
            }
            "mixed" => {
                mixed().filter(|(rule, row)| rule.test(Scope::new(black_box(&row[..]), &self.env)).is_true()).count()
            }
            "traced" => {
                let mut trace = Trace::default();
                holding()
                    .filter(|(rule, row)| rule.trace(Scope::new(black_box(&row[..]), &self.env), &mut trace).is_true())
                    .count()
            }
            "explained" => mixed().map(|(rule, row)| rule.explain(Scope::new(&row[..], &self.env)).clauses.len()).sum(),
            "from-json" => {
                let all = self.jsons.iter().enumerate().map(|(n, json)| (&self.rules[n % RULES], json));
                all.filter(|(rule, json)| rule.test(Scope::new(&Lazy::new(black_box(json)), &self.env)).is_true())
                    .count()
            }
            other => panic!("no case `{other}`"),
        }
    }
}

/// A record in JSON of which only what a rule looks at is read.
struct Lazy<'j> {
    json: &'j Json,
    values: [OnceCell<Option<Value>>; 4],
}

impl<'j> Lazy<'j> {
    fn new(json: &'j Json) -> Self {
        Self { json, values: Default::default() }
    }
}

impl Row for Lazy<'_> {
    fn get(&self, slot: Slot) -> Option<&Value> {
        let (key, ty) = FIELDS.get(slot.index())?;
        let read = || self.json.get(key).and_then(|json| Value::from_json(json, ty).ok());
        self.values[slot.index()].get_or_init(read).as_ref()
    }
}

fn prepared(json: &Json) -> [Option<Value>; 4] {
    FIELDS.each_ref().map(|(key, ty)| Value::from_json(&json[*key], ty).ok())
}

fn rule(dice: &mut Dice) -> Rule {
    let (low, first) = (dice.below(500_000), dice.below(20));
    Rule {
        region: format!("region-{}", dice.below(10)),
        industries: [format!("industry-{first}"), format!("industry-{}", (first + 1 + dice.below(19)) % 20)],
        amount: (low, low + 400_000),
        source: format!("source-{}", dice.below(10)),
    }
}

fn record(dice: &mut Dice) -> Json {
    json!({
        "region": format!("region-{}", dice.below(10)),
        "industry": format!("industry-{}", dice.below(20)),
        "amount": dice.below(1_000_000),
        "source": format!("source-{}", dice.below(10)),
    })
}

/// Returns the `n`-th record for which the rule holds.
fn fitting(rule: &Rule, n: usize) -> Json {
    let amount = rule.amount.0 + i64::try_from(n).expect("few");
    json!({"region": rule.region, "industry": rule.industries[n % 2], "amount": amount, "source": rule.source})
}

/// Returns the median time of a record in nanoseconds, of passes over all of them for about a second.
fn median(mut pass: impl FnMut() -> usize) -> f64 {
    black_box(pass());
    let begin = Instant::now();
    let mut times = Vec::new();
    while times.len() < 5 || begin.elapsed().as_millis() < 1_000 {
        let start = Instant::now();
        black_box(pass());
        times.push(start.elapsed().as_nanos());
    }
    times.sort_unstable();
    times[times.len() / 2] as f64 / RECORDS as f64
}

/// Numbers that look random and are the same every time (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((mixed ^ (mixed >> 31)) >> 1).expect("63 bits") % bound
    }
}
