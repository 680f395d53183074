use super::Type;
use super::check::Check;
use super::op::{Arithmetic, Find, Test};
use super::operator::Operator;
use super::problem::Mistake;
use super::typed::{Shape, Typed};

const MINUTE: u32 = 60_000;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

/// What each operator asks of its operands.
impl Check<'_> {
    pub(super) fn apply(&mut self, node: usize, operator: Operator, operands: Vec<Typed>) -> Typed {
        let mut given = operands.into_iter();
        let mut next = || given.next().unwrap_or_else(|| Typed::bad(node));
        match operator {
            Operator::All | Operator::Any => {
                let shape = if operator == Operator::All { Shape::All } else { Shape::Any };
                let operands = given.map(|operand| self.fit(operand, &Type::Bool)).collect();
                Typed::new(node, Type::Bool, shape, operands)
            }
            Operator::Not => {
                let operand = self.fit(next(), &Type::Bool);
                Typed::new(node, Type::Bool, Shape::Not, vec![operand])
            }
            Operator::Equal => self.relate(node, Test::Equal, next(), next()),
            Operator::NotEqual => self.relate(node, Test::NotEqual, next(), next()),
            Operator::Less => self.relate(node, Test::Less, next(), next()),
            Operator::AtMost => self.relate(node, Test::AtMost, next(), next()),
            Operator::Greater => self.relate(node, Test::Greater, next(), next()),
            Operator::AtLeast => self.relate(node, Test::AtLeast, next(), next()),
            Operator::In => self.is_in(node, next(), next()),
            Operator::Add => self.arithmetic(node, Arithmetic::Add, next(), next()),
            Operator::Subtract => self.arithmetic(node, Arithmetic::Subtract, next(), next()),
            Operator::Multiply => self.arithmetic(node, Arithmetic::Multiply, next(), next()),
            Operator::Divide => self.arithmetic(node, Arithmetic::Divide, next(), next()),
            Operator::Remainder => self.arithmetic(node, Arithmetic::Remainder, next(), next()),
            Operator::Negate => self.negate(node, next()),
            Operator::If => self.conditional(node, next(), next(), next()),
            Operator::Index => self.index(node, next(), next()),
            Operator::Has | Operator::Changed => self.about_field(node, operator, &next()),
            Operator::Newly => self.newly(node, next()),
            Operator::Now => Typed::new(node, Type::Instant, Shape::Now, Vec::new()),
            Operator::Today => Typed::new(node, Type::Date, Shape::Today, Vec::new()),
            Operator::Days => self.span(node, DAY, next()),
            Operator::Hours => self.span(node, HOUR, next()),
            Operator::Minutes => self.span(node, MINUTE, next()),
            Operator::DaysSince => {
                let operand = self.one_of(next(), "a date or an instant", &[Type::Instant, Type::Date]);
                Typed::new(node, Type::Integer, Shape::DaysSince { worked: false }, vec![operand])
            }
            Operator::BusinessDaysSince if !self.has_calendar() => {
                self.misplaced(node, "`business_days_since`", "where no calendar says which days are worked")
            }
            Operator::BusinessDaysSince => {
                let operand = self.one_of(next(), "a date or an instant", &[Type::Instant, Type::Date]);
                Typed::new(node, Type::Integer, Shape::DaysSince { worked: true }, vec![operand])
            }
            Operator::Within => {
                let at = self.fit(next(), &Type::Instant);
                let span = self.fit(next(), &Type::Duration);
                Typed::new(node, Type::Bool, Shape::Within, vec![at, span])
            }
            Operator::Contains => self.find(node, Find::Contains, next(), next()),
            Operator::StartsWith => self.find(node, Find::StartsWith, next(), next()),
            Operator::EndsWith => self.find(node, Find::EndsWith, next(), next()),
            Operator::Matches => self.matches(node, next(), next()),
            Operator::Rewrite(how) => self.rewrite(node, how, next()),
            Operator::Size => self.size(node, next()),
            Operator::Dyn => self.settle(next()),
            Operator::Convert(to) => self.convert(node, to, next()),
            Operator::Part(part) => self.part(node, part, next(), given.next()),
        }
    }

    fn relate(&mut self, node: usize, test: Test, left: Typed, right: Typed) -> Typed {
        let (left, right) = self.unify(left, right);
        if let Some(ty) = left.ty.as_ref().or(right.ty.as_ref()) {
            if !ty.is_ordered() && !matches!(test, Test::Equal | Test::NotEqual) {
                let expected = "something with an order: a number, money, a time or a text".into();
                let found = ty.to_string();
                self.mistake(node, Mistake::Type { expected, found });
            }
        }
        Typed::new(node, Type::Bool, Shape::Relate(test), vec![left, right])
    }

    /// Gives two parts that are compared one type.
    fn unify(&mut self, left: Typed, right: Typed) -> (Typed, Typed) {
        // An empty list holds what the other one does.
        let swaps = Self::is_empty_list(&left) && !Self::is_empty_list(&right);
        if swaps || (left.ty.is_none() && right.ty.is_some() && !Self::is_empty_list(&right)) {
            let (right, left) = self.unify(right, left);
            return (left, right);
        }
        let left = self.settle(left);
        let Some(ty) = left.ty.clone() else { return (left, self.settle(right)) };
        // A number literal beside a whole number may still be a decimal: `count > 2.5` makes sense.
        let closed_number = ty.is_number() && right.ty.as_ref().is_some_and(Type::is_number);
        let right = if closed_number { right } else { self.fit(right, &ty) };
        (left, right)
    }

    fn is_in(&mut self, node: usize, needle: Typed, within: Typed) -> Typed {
        let ty = Type::Bool;
        match (&within.shape, &within.ty) {
            (Shape::Bad, _) => Typed::new(node, ty, Shape::Bad, Vec::new()),
            (Shape::Literals(items), _) if items.is_empty() => {
                let needle = self.settle(needle);
                Typed::new(node, ty, Shape::In(Vec::new()), vec![needle])
            }
            (Shape::Literals(items), _) => {
                let needle = match (self.own_type(&within), needle.ty.is_none()) {
                    (Type::List(item), true) => self.fit(needle, &item),
                    _ => needle,
                };
                let Some(mut item) = needle.ty.clone() else { return Typed::new(node, ty, Shape::Bad, Vec::new()) };
                // A whole number may well be among decimal ones.
                let mut needle = needle;
                if item == Type::Integer && self.own_type(&within) == Type::List(Type::Decimal.into()) {
                    item = Type::Decimal;
                    needle = self.fit(needle, &item);
                }
                let mut set = self.constants(within.node, items, &item).unwrap_or_default();
                set.sort_unstable();
                set.dedup();
                Typed::new(node, ty, Shape::In(set), vec![needle])
            }
            (Shape::List, None) => {
                let needle = match (self.own_type(&within), needle.ty.is_none()) {
                    (Type::List(item), true) => self.fit(needle, &item),
                    _ => needle,
                };
                let Some(item) = needle.ty.clone() else { return Typed::new(node, ty, Shape::Bad, Vec::new()) };
                let mut operands = vec![needle];
                for operand in within.operands {
                    let number = item.is_number() && operand.ty.as_ref().is_some_and(Type::is_number);
                    let operand = if number { operand } else { self.fit(operand, &item) };
                    operands.push(operand);
                }
                Typed::new(node, ty, Shape::OneOf, operands)
            }
            (_, Some(Type::List(item))) => {
                let item = Type::clone(item);
                let needle = self.fit(needle, &item);
                Typed::new(node, ty, Shape::Holds, vec![needle, within])
            }
            (_, Some(Type::Tags)) => {
                let needle = self.fit(needle, &Type::Text);
                Typed::new(node, ty, Shape::Holds, vec![needle, within])
            }
            _ => {
                let found = self.describe(&within);
                self.mistake(within.node, Mistake::Type { expected: "a list or tags".into(), found });
                Typed::new(node, ty, Shape::Bad, Vec::new())
            }
        }
    }

    fn conditional(&mut self, node: usize, condition: Typed, then: Typed, otherwise: Typed) -> Typed {
        let condition = self.fit(condition, &Type::Bool);
        if then.is_open() && otherwise.is_open() {
            return Typed::open(node, Shape::If, vec![condition, then, otherwise]);
        }
        let (then, otherwise) = self.unify(then, otherwise);
        let ty = match (&then.ty, &otherwise.ty) {
            (Some(Type::Integer), Some(Type::Decimal)) | (Some(Type::Decimal), Some(Type::Integer)) => Type::Decimal,
            (Some(Type::Money(one)), Some(Type::Money(other))) if one != other => Type::Money(None),
            (Some(ty), _) | (None, Some(ty)) => ty.clone(),
            (None, None) => return Typed::bad(node),
        };
        let (then, otherwise) = (self.fit(then, &ty), self.fit(otherwise, &ty));
        Typed::new(node, ty, Shape::If, vec![condition, then, otherwise])
    }

    fn about_field(&mut self, node: usize, operator: Operator, operand: &Typed) -> Typed {
        let name = operator.symbol();
        let around = self.surroundings(node);
        if operator == Operator::Changed && (around.newly || around.aggregate.is_some()) {
            return self.misplaced(node, "`changed`", "within `newly` or an aggregate");
        }
        let shape = match (&operand.shape, operator) {
            (Shape::Bad, _) => Shape::Bad,
            (Shape::Field { slot, old }, Operator::Has) => Shape::Has { slot: *slot, old: *old },
            (Shape::Field { slot, old: false }, _) => Shape::Changed(*slot),
            (Shape::Field { .. }, _) => {
                return self.misplaced(node, "`old`", "within `changed`, which itself compares");
            }
            _ => {
                let expected = format!("a field as in `{name}(region)`");
                let found = self.describe(operand);
                self.mistake(operand.node, Mistake::Type { expected, found });
                Shape::Bad
            }
        };
        Typed::new(node, Type::Bool, shape, Vec::new())
    }

    fn newly(&mut self, node: usize, condition: Typed) -> Typed {
        let around = self.surroundings(node);
        if around.newly || around.aggregate.is_some() {
            return self.misplaced(node, "`newly`", "within another `newly` or an aggregate");
        }
        if around.each.is_some() {
            return self.misplaced(
                node,
                "`newly`",
                "within a condition on the items of a list; it is about the record",
            );
        }
        let condition = self.fit(condition, &Type::Bool);
        Typed::new(node, Type::Bool, Shape::Newly, vec![condition])
    }

    fn span(&mut self, node: usize, unit: u32, count: Typed) -> Typed {
        let count = self.fit(count, &Type::Integer);
        Typed::new(node, Type::Duration, Shape::Span(unit), vec![count])
    }

    fn find(&mut self, node: usize, find: Find, text: Typed, part: Typed) -> Typed {
        let (text, part) = (self.fit(text, &Type::Text), self.fit(part, &Type::Text));
        Typed::new(node, Type::Bool, Shape::Find(find), vec![text, part])
    }

    fn size(&mut self, node: usize, operand: Typed) -> Typed {
        let operand = self.settle(operand);
        if let Some(ty) = &operand.ty {
            if !matches!(ty, Type::Text | Type::List(_) | Type::Tags) {
                let found = self.describe(&operand);
                self.mistake(operand.node, Mistake::Type { expected: "a text, a list or tags".into(), found });
            }
        }
        Typed::new(node, Type::Integer, Shape::Size, vec![operand])
    }

    /// Returns the part as the first of the types that it can be.
    fn one_of(&mut self, operand: Typed, expected: &str, types: &[Type]) -> Typed {
        let before = self.problems.len();
        for ty in types {
            let fitted = self.fit(operand.clone(), ty);
            if self.problems.len() == before {
                return fitted;
            }
            self.problems.truncate(before);
        }
        let found = self.describe(&operand);
        self.mistake(operand.node, Mistake::Type { expected: expected.into(), found })
    }
}
