//! The condition language: syntax, types, compiled form, evaluation and explanation.
//!
//! **Lives here:** the tree of an expression and its two written forms ([`Expr`]), what it may name ([`Names`], [`Type`]),
//! the check that finds every mistake at once ([`Problems`]), the compiled form ([`Program`]) over any [`Row`], three-valued
//! [`Truth`], the [`Trace`] and the [`Explanation`] of an evaluation, decision tables ([`DecisionTable`]), and [`Template`]s.
//!
//! **Never here:** what a field means, where records come from, I/O, loops, floats.
//!
//! # Example: text, check, test, explain
//! ```
//! use guanxi::expr::{Env, Expr, Names, Scope, Slot, Truth, Type};
//! use guanxi::value::{Instant, Value};
//!
//! struct Lead;
//! impl Names for Lead {
//!     fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
//!         Some(match path {
//!             ["region"] => (Slot::new(0), Type::options(["east", "west"])),
//!             ["last_touch_at"] => (Slot::new(1), Type::Instant),
//!             _ => return None,
//!         })
//!     }
//!     fn known(&self) -> Vec<String> {
//!         vec!["region".into(), "last_touch_at".into()]
//!     }
//! }
//!
//! let idle = "region in ['east', 'west'] && now - last_touch_at > days(3)".parse::<Expr>()?.condition(&Lead)?;
//! let env = Env::new("2026-03-09T09:00:00Z".parse()?).with_offset(480);
//! let row = [Some(Value::option("east")), Some(Value::Instant("2026-03-02T09:00:00Z".parse()?))];
//! let why = idle.explain(Scope::new(&row[..], &env));
//! assert_eq!(why.truth, Truth::True);
//! assert_eq!(why.to_string(), "region is `east`, last_touch_at is `2026-03-02T09:00:00Z`");
//!
//! let mistakes = "regoin == 'north' && region == 'north'".parse::<Expr>()?.condition(&Lead).unwrap_err();
//! assert_eq!(
//!     mistakes.to_string(),
//!     "at 0..6: no field `regoin`, did you mean `region`?; \
//!      at 31..38: no option `north`, expected one of `east`, `west`"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The text form
//! Every text that is read here is an expression of [CEL](https://github.com/google/cel-spec), by this part of its grammar:
//! ```text
//! expr    = or ["?" or ":" expr]
//! or      = and {"||" and}
//! and     = rel {"&&" rel}
//! rel     = sum {("==" | "!=" | "<" | "<=" | ">" | ">=" | "in") sum}
//! sum     = product {("+" | "-") product}
//! product = unary {("*" | "/" | "%") unary}
//! unary   = {"!"} member | {"-"} member
//! member  = primary {"." name "(" [expr {"," expr}] ")" | "[" expr "]"}
//! primary = path | literal | list | name "(" args ")" | "(" expr ")"
//! path    = name {"." name}          literal = 12 | 12u | 12.5 | 'text' | true | false
//! list    = "[" [expr {"," expr}] "]"
//! ```
//! Texts have single or double quotes, three of them over several lines, an `r` before them for no escapes; `//` begins a
//! comment. There is no `null`: a field has a value or has none, and `has(x)` asks. Whole numbers are signed: `12u` is read,
//! and cannot be subtracted or negated, which in CEL would be an error.
//!
//! What is read here means what CEL says, as its conformance suite shows: of the 1,219 cases that need neither protocol
//! buffers nor extensions 708 are read, 688 with CEL's answer and 20 in which CEL's binary numbers are rounded and these are
//! exact. An error of CEL is unknown here.
//!
//! # The operators
//! In JSON an operator is an object with one key. One operand stands by itself, several stand in a list; a text, a number and
//! a bool are literals, a list is a list. The keys are a stable format.
//!
//! | text | JSON | on |
//! |---|---|---|
//! | `region`, `account.grade` | `{"field":"account.grade"}` | fields, one hop along references |
//! | `old.stage`, `new.stage` | `{"field":"old.stage"}` | the record before and after the change |
//! | `12.50`, `12u` | `{"decimal":"12.50"}`, `{"unsigned":12}` | exact decimals; whole numbers that CEL calls unsigned |
//! | `date('2026-03-02')`, `timestamp('…')` | `{"date":"2026-03-02"}`, `{"timestamp":"…"}` | |
//! | `duration('P3D')`, `duration('72h')`, `money('CNY 100.00')` | `{"duration":"P3D"}`, `{"money":"CNY 100.00"}` | |
//! | `a && b`, <code>a \|\| b</code>, `!a` | `{"all":[a,b]}`, `{"any":[a,b]}`, `{"not":a}` | bool; any number of operands |
//! | `a == b`, `a != b` | `{"eq":[a,b]}`, `{"ne":[a,b]}` | two of one type |
//! | `a < b`, `<=`, `>`, `>=` | `{"lt":[a,b]}`, `le`, `gt`, `ge` | numbers, money, times, bool, text by code point |
//! | `a in b` | `{"in":[a,b]}` | a list, tags |
//! | `a + b`, `-`, `*`, `/`, `%` | `{"add":[a,b]}`, `sub`, `mul`, `div`, `rem` | see below |
//! | `-a` | `{"neg":a}` | numbers, money, durations |
//! | `a[i]` | `{"index":[a,i]}` | lists: the item at a position from 0 |
//! | `c ? a : b` | `{"if":[c,a,b]}` | |
//! | `has(x)` | `{"has":{"field":"x"}}` | a field: it has a value |
//! | `changed(x)` | `{"changed":{"field":"x"}}` | a field: it differs from before; of a new record, it has a value |
//! | `newly(c)` | `{"newly":c}` | true now, and not true before or no record before |
//! | `now`, `today` | `{"now":[]}`, `{"today":[]}` | |
//! | `days(3)`, `hours(n)`, `minutes(n)` | `{"days":3}`, `hours`, `minutes` | integers |
//! | `days_since(x)` | `{"days_since":x}` | dates and instants: local calendar days, negative for the future |
//! | `business_days_since(x)` | `{"business_days_since":x}` | the same in days that the calendar of [`Env`] works |
//! | `within(x, days(30))` | `{"within":[x,{"days":30}]}` | instants: at most that far from now, before or after |
//! | `a.contains(b)`, `startsWith`, `endsWith` | `{"contains":[a,b]}`, `starts_with`, `ends_with` | text |
//! | `a.lowerAscii()`, `upperAscii`, `trim` | `{"lower_ascii":a}`, `upper_ascii`, `trim` | text |
//! | `a.matches('x+')` | `{"matches":[a,"x+"]}` | text: a regular expression is found in it (feature `regex`) |
//! | `x.getHours()`, `x.getHours('UTC')` | `{"get_hours":x}`, `{"get_hours":[x,"UTC"]}` | see below |
//! | `int(a)`, `double`, `string`, `bool` | `{"to_integer":a}`, `to_decimal`, `to_text`, `to_bool` | see below |
//! | `timestamp(a)`, `duration(a)` | `{"to_timestamp":a}`, `{"to_duration":a}` | texts, whole seconds since 1970 |
//! | `dyn(a)` | `{"dyn":a}` | anything: itself, and a literal keeps its own type |
//! | `a.all(x, c)`, `a.exists(x, c)` | `{"every":{"in":a,"as":"x","where":c}}`, `some` | lists, tags |
//! | `a.exists_one(x, c)`, `a.filter(x, c)` | `{"one":{"in":a,"as":"x","where":c}}`, `filter` | |
//! | `a.map(x, v)`, `a.map(x, c, v)` | `{"map":{"in":a,"as":"x","where":c,"value":v}}` | |
//! | `a.all(i, x, c)`, `existsOne`, `transformList` | `{"every":{"in":a,"as":"x","index":"i","where":c}}` | the position has a name too |
//! | `size(a)`, `a.size()` | `{"size":a}` | text (code points), lists, tags |
//! | `count(c)`, `count(c, a, f)`, `exists(…)` | `{"count":{"of":"c","as":"a","where":f}}`, `exists` | related records |
//! | `sum(c, a, a.x)`, `sum(c, a, a.x, f)`, `latest(…)` | `{"sum":{"of":"c","as":"a","value":{"field":"a.x"},"where":f}}` | |
//!
//! A literal takes the type of what it meets: `'2026-03-02'` beside a date is a date, `'A'` beside a field with options is an
//! option, `100` beside a decimal is a decimal.
//!
//! The parts of an instant are those in the tenant's zone, which for CEL is UTC; `'UTC'` or an offset such as `'+08:00'` names
//! another: `getFullYear`, `getMonth` (from 0), `getDate` (the day of the month from 1), `getDayOfMonth` (from 0),
//! `getDayOfWeek` (0 is Sunday), `getDayOfYear` (from 0), `getHours`, `getMinutes`, `getSeconds` and `getMilliseconds`. The
//! first six also of dates. The last four of a duration count the whole of it in these units, but for the milliseconds, which
//! are those beyond the seconds.
//!
//! `int` drops what is behind the point of a decimal number and gives the seconds of an instant since 1970; `double` is a
//! decimal number, exact as all of them; `string` writes what has one value. Texts are read by `int`, `double`, `bool`,
//! `timestamp` and `duration`; one that says nothing of the kind is unknown.
//!
//! What is asked of the items of a list is unknown as a whole when it is for one item and no other decides; `filter`, `map` and
//! `exists_one` need to know it of all. Such questions nest; together they take at most [`Expr::MAX_STEPS`] steps an evaluation.
//!
//! Texts and lists are joined by `+`. Whole numbers divide towards zero; a whole and a decimal number make a decimal one.
//! Money is added, subtracted, multiplied by whole numbers and divided by money. Times less times are durations; times and
//! durations are added and subtracted, dates by whole days of 24 hours; a computed span is at most 292 years, 2^63
//! nanoseconds. Overflow, division by zero, two currencies and missing values make the result unknown, with a reason;
//! [`Truth`] says how unknown combines.
//!
//! # Canonical form
//! `all` within `all` is one `all` and `any` within `any` one `any`; with one operand they are that operand, with none `true`
//! and `false`; a negated number is a number. So both forms give back the same tree, and equal trees print equal text.

mod aggregate_eval;
mod arithmetic;
mod builder;
mod check;
mod check_arithmetic;
mod check_definition;
mod check_each;
mod check_operators;
mod check_values;
mod comparison;
mod convert;
mod env;
mod eval;
mod eval_list;
mod eval_value;
mod explanation;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod expr;
mod fit;
mod json_limited;
mod json_read;
mod json_write;
mod layout;
mod lexer;
mod limits;
mod literal;
mod names;
pub(crate) mod nearest;
mod node;
mod op;
mod operator;
mod operator_table;
mod over_list;
mod parser;
mod parser_calls;
mod pattern;
mod place;
mod printer;
mod problem;
mod program;
mod read_time;
mod relate;
mod row;
mod scope;
mod serde_form;
mod string_literal;
mod syntax_error;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod time_part;
mod trace;
mod truth;
mod typed;
mod types;
mod unknown;

pub use comparison::{Comparison, Relation};
pub use env::Env;
pub use explanation::{Clause, Explanation, Group, Seen};
pub use expr::Expr;
pub use limits::Limit;
pub use names::{Collection, Names, Slot};
pub use place::{Place, Span};
pub use problem::{Mistake, Problem, Problems};
pub use program::Program;
pub use row::{Aggregate, Aggregation, Related, Row};
pub use scope::Scope;
pub use syntax_error::{SyntaxError, SyntaxFault};
pub use table::{Decision, DecisionExplanation, DecisionTable, DecisionTableDef, HitPolicy, OutputDef, RowExplanation};
pub use template::Template;
pub use trace::Trace;
pub use truth::Truth;
pub use types::Type;
pub use unknown::Unknown;
