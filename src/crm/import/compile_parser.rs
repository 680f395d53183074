use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ParserDef;
use super::compile::Compiling;
use super::number::NumberForm;
use super::parser::{CurrencySource, Parser};
use super::pattern::Pattern;
use crate::calendar::Zone;
use crate::schema::Field;
use crate::text::clean::clean;
use crate::value::ValueType;

impl Compiling<'_> {
    /// Returns what reads values of this type for a field, if what is declared does.
    pub(super) fn parser(
        &mut self,
        field: &Field,
        holds: &ValueType,
        def: Option<&ParserDef>,
        path: &str,
    ) -> Option<Parser> {
        let fits = match (def, holds) {
            (None, _)
            | (Some(ParserDef::Bool { .. }), ValueType::Bool)
            | (Some(ParserDef::Date { .. }), ValueType::Date)
            | (Some(ParserDef::Decimal { .. }), ValueType::Decimal)
            | (Some(ParserDef::Duration {}), ValueType::Duration)
            | (Some(ParserDef::Enum { .. }), ValueType::Enum)
            | (Some(ParserDef::Id {}), ValueType::Reference)
            | (Some(ParserDef::Instant { .. }), ValueType::Instant)
            | (Some(ParserDef::Integer { .. }), ValueType::Integer | ValueType::Decimal)
            | (Some(ParserDef::List { .. }), ValueType::List(_))
            | (Some(ParserDef::Money { .. }), ValueType::Money)
            | (Some(ParserDef::Tags { .. }), ValueType::Tags)
            | (Some(ParserDef::Text {}), ValueType::Text) => true,
            (Some(_), _) => false,
        };
        if !fits {
            self.add(path, format_args!("does not make what `{}` holds: {holds}", field.key()));
            return None;
        }
        match (def, holds) {
            (None, ValueType::Money) => self.needed(path, field, "`money` with its `currency` or `currency_column`"),
            (None, ValueType::List(_)) => self.needed(path, field, "`list` with its `separator`"),
            (None, ValueType::Tags) => self.needed(path, field, "`tags` with their `separator`"),
            (None, ValueType::Bool) => Some(words(&["true".into()], &["false".into()])),
            (Some(ParserDef::Bool { yes, no }), _) => self.bool(yes, no, path),
            (Some(ParserDef::Date { patterns }), _) if !patterns.is_empty() => {
                let made = self.patterns(patterns, path)?;
                for (position, _) in made.iter().enumerate().filter(|(_, pattern)| pattern.has_time()) {
                    let message = "tells the time of the day, which a date has not";
                    self.add(&format!("{path}.patterns[{position}]"), message);
                }
                Some(Parser::Date { patterns: made })
            }
            (_, ValueType::Date) => Some(Parser::iso_date()),
            (Some(ParserDef::Instant { patterns, offset }), _) => {
                let zone = offset.map_or_else(|| self.schema.zone().clone(), Zone::from);
                Some(Parser::Instant { patterns: self.patterns(patterns, path)?, zone })
            }
            (_, ValueType::Instant) => Some(Parser::Instant { patterns: Vec::new(), zone: self.schema.zone().clone() }),
            (Some(ParserDef::Integer { thousands }), _) => {
                self.form(NumberForm::whole(*thousands), path).map(Parser::Integer)
            }
            (_, ValueType::Integer) => self.form(NumberForm::whole(None), path).map(Parser::Integer),
            (Some(ParserDef::Decimal { decimal, thousands }), _) => {
                self.form(NumberForm::with_fraction(*decimal, *thousands), path).map(Parser::Decimal)
            }
            (_, ValueType::Decimal) => self.form(NumberForm::with_fraction(None, None), path).map(Parser::Decimal),
            (Some(ParserDef::Money { currency, currency_column, decimal, thousands }), _) => {
                let form = self.form(NumberForm::with_fraction(*decimal, *thousands), path);
                let currency = match (currency, currency_column) {
                    (Some(currency), None) => CurrencySource::Constant(*currency),
                    (None, Some(column)) => {
                        CurrencySource::Column(self.column(column, &format!("{path}.currency_column")))
                    }
                    _ => return self.needed(path, field, "either a `currency` or a `currency_column`"),
                };
                Some(Parser::Money { form: form?, currency })
            }
            (Some(ParserDef::Enum { words }), _) => self.options(field, words, path),
            (_, ValueType::Enum) => self.options(field, &BTreeMap::new(), path),
            (Some(ParserDef::List { separator, of }), ValueType::List(item)) => {
                let of = self.parser(field, item, of.as_deref(), &format!("{path}.of"));
                let separator = self.separator(separator, path);
                Some(Parser::List { separator: separator?, of: Box::new(of?) })
            }
            (Some(ParserDef::Tags { separator }), _) => {
                self.separator(separator, path).map(|separator| Parser::Tags { separator })
            }
            (_, ValueType::Duration) => Some(Parser::Duration),
            (_, ValueType::Reference) => Some(Parser::Id),
            _ => Some(Parser::Text),
        }
    }

    fn needed(&mut self, path: &str, field: &Field, what: &str) -> Option<Parser> {
        self.add(path, format_args!("`{}` is {}: expected {what}", field.key(), field.value_type()));
        None
    }

    fn form(&mut self, form: Result<NumberForm, String>, path: &str) -> Option<NumberForm> {
        form.map_err(|message| self.add(path, message)).ok()
    }

    fn separator(&mut self, separator: &str, path: &str) -> Option<String> {
        if separator.is_empty() {
            self.add(&format!("{path}.separator"), "is empty: expected what stands between the items");
            return None;
        }
        Some(separator.to_owned())
    }

    fn patterns(&mut self, texts: &[String], path: &str) -> Option<Vec<Pattern>> {
        let read: Vec<_> = texts.iter().map(|text| Pattern::new(text)).collect();
        let mut made = Vec::with_capacity(read.len());
        for (position, pattern) in read.into_iter().enumerate() {
            match pattern {
                Ok(pattern) => made.push(pattern),
                Err(message) => self.add(&format!("{path}.patterns[{position}]"), message),
            }
        }
        (made.len() == texts.len()).then_some(made)
    }

    fn bool(&mut self, yes: &[String], no: &[String], path: &str) -> Option<Parser> {
        for (key, list) in [("true", yes), ("false", no)] {
            if list.is_empty() {
                self.add(&format!("{path}.{key}"), "is empty: expected at least one word");
            }
        }
        let both: BTreeSet<_> = yes.iter().map(|word| clean(word)).collect();
        if let Some(word) = no.iter().find(|word| both.contains(&clean(word))) {
            self.add(path, format_args!("`{word}` says both `true` and `false`"));
            return None;
        }
        Some(words(yes, no))
    }

    fn options(&mut self, field: &Field, words: &BTreeMap<String, String>, path: &str) -> Option<Parser> {
        let mut made: BTreeMap<String, Arc<str>> = BTreeMap::new();
        for (word, key) in words {
            match field.options().iter().find(|option| ***option == **key) {
                Some(option) => {
                    let before = made.insert(clean(word).into_owned(), Arc::clone(option));
                    if let Some(other) = before.filter(|other| other != option) {
                        let message = format_args!("reads like another word, which stands for `{other}`");
                        self.add(&format!("{path}.words.{word}"), message);
                    }
                }
                None => {
                    let known: Vec<_> = field.options().iter().map(|option| format!("`{option}`")).collect();
                    let message = format_args!("`{key}` is no option: expected one of {}", known.join(", "));
                    self.add(&format!("{path}.words.{word}"), message);
                }
            }
        }
        for option in field.options().iter() {
            made.entry(option.to_string()).or_insert_with(|| Arc::clone(option));
        }
        Some(Parser::Enum { words: made })
    }
}

fn words(yes: &[String], no: &[String]) -> Parser {
    let words = yes.iter().map(|word| (word, true)).chain(no.iter().map(|word| (word, false)));
    Parser::Bool { words: words.map(|(word, flag)| (clean(word).into_owned(), flag)).collect() }
}
