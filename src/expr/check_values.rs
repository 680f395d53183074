use crate::calendar::Offset;

use super::Type;
use super::check::Check;
use super::literal::Literal;
use super::operator::{Part, Rewrite, To};
use super::pattern::Pattern;
use super::problem::Mistake;
use super::typed::{Shape, Typed};

/// The types of conversions, of the parts of times, and of what is done with texts and lists.
impl Check<'_> {
    pub(super) fn convert(&mut self, node: usize, to: To, operand: Typed) -> Typed {
        let operand = self.settle(operand);
        let Some(from) = operand.ty.clone() else { return Typed::bad(node) };
        let (ty, fits, expected) = match to {
            To::Bool => (Type::Bool, matches!(from, Type::Bool | Type::Text), "true or false, or a text"),
            To::Integer => (
                Type::Integer,
                matches!(from, Type::Integer | Type::Decimal | Type::Text | Type::Instant),
                "a number, a text or an instant",
            ),
            To::Decimal => {
                (Type::Decimal, matches!(from, Type::Integer | Type::Decimal | Type::Text), "a number or a text")
            }
            To::Text => (Type::Text, !matches!(from, Type::List(_) | Type::Tags), "a single value"),
            To::Duration => (Type::Duration, matches!(from, Type::Duration | Type::Text), "a duration or a text"),
            To::Instant => (
                Type::Instant,
                matches!(from, Type::Instant | Type::Integer | Type::Text),
                "an instant, a text or whole seconds since 1970",
            ),
        };
        if !fits {
            let found = self.describe(&operand);
            return self.mistake(operand.node, Mistake::Type { expected: expected.into(), found });
        }
        Typed::new(node, ty, Shape::Convert(to), vec![operand])
    }

    pub(super) fn part(&mut self, node: usize, part: Part, operand: Typed, zone: Option<Typed>) -> Typed {
        let operand = self.settle(operand);
        let zone = match zone {
            None => None,
            Some(zone) => match self.zone(&zone) {
                Some(minutes) => Some(minutes),
                None => return Typed::bad(node),
            },
        };
        let of_day = matches!(part, Part::Hours | Part::Minutes | Part::Seconds | Part::Milliseconds);
        let expected = match &operand.ty {
            None => return Typed::bad(node),
            Some(Type::Instant) => None,
            Some(Type::Date) if !of_day && zone.is_none() => None,
            Some(Type::Duration) if of_day && zone.is_none() => None,
            Some(_) if zone.is_some() => Some("an instant"),
            Some(_) if of_day => Some("an instant or a duration"),
            Some(_) => Some("an instant or a date"),
        };
        if let Some(expected) = expected {
            let found = self.describe(&operand);
            return self.mistake(operand.node, Mistake::Type { expected: expected.into(), found });
        }
        Typed::new(node, Type::Integer, Shape::Part(part, zone), vec![operand])
    }

    /// Returns the minutes east of UTC that a text says.
    fn zone(&mut self, zone: &Typed) -> Option<i32> {
        let minutes = match &zone.shape {
            Shape::Literal(Literal::Text(text)) if text.as_ref() == "UTC" => Some(0),
            Shape::Literal(Literal::Text(text)) => {
                // CEL leaves out the sign of what is east.
                let signed = if text.starts_with(['+', '-']) { text.to_string() } else { format!("+{text}") };
                signed.parse().ok().map(Offset::minutes)
            }
            Shape::Bad => return None,
            _ => None,
        };
        if minutes.is_none() {
            let found = self.describe(zone);
            let expected = "`UTC` or an offset such as '+08:00'".into();
            self.mistake(zone.node, Mistake::Type { expected, found });
        }
        minutes
    }

    pub(super) fn rewrite(&mut self, node: usize, how: Rewrite, text: Typed) -> Typed {
        let text = self.fit(text, &Type::Text);
        Typed::new(node, Type::Text, Shape::Rewrite(how), vec![text])
    }

    pub(super) fn matches(&mut self, node: usize, text: Typed, pattern: Typed) -> Typed {
        let text = self.fit(text, &Type::Text);
        let compiled = match &pattern.shape {
            Shape::Bad => return Typed::bad(node),
            Shape::Literal(Literal::Text(pattern)) => Pattern::new(pattern),
            _ => {
                let found = self.describe(&pattern);
                Err(Mistake::Type { expected: "the text of a pattern, which is compiled beforehand".into(), found })
            }
        };
        match compiled {
            Ok(compiled) => {
                let index = u32::try_from(self.patterns.len()).unwrap_or(u32::MAX);
                self.patterns.push(compiled);
                Typed::new(node, Type::Bool, Shape::Matches(index), vec![text])
            }
            Err(mistake) => self.mistake(pattern.node, mistake),
        }
    }

    pub(super) fn index(&mut self, node: usize, list: Typed, index: Typed) -> Typed {
        let list = self.settle(list);
        let index = self.settle(index);
        match (&list.ty, &index.ty) {
            (Some(Type::List(item)), Some(index_type)) if index_type.is_number() => {
                Typed::new(node, Type::clone(item), Shape::Index, vec![list, index])
            }
            (None, _) | (_, None) => Typed::bad(node),
            (Some(Type::List(_)), Some(_)) => {
                let found = self.describe(&index);
                self.mistake(index.node, Mistake::Type { expected: "a whole number".into(), found })
            }
            _ => {
                let found = self.describe(&list);
                self.mistake(list.node, Mistake::Type { expected: "a list".into(), found })
            }
        }
    }

    /// Returns whether something is a list that is written out as empty.
    pub(super) fn is_empty_list(typed: &Typed) -> bool {
        matches!(&typed.shape, Shape::Literals(items) if items.is_empty())
    }
}
