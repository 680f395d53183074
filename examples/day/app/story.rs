//! The story: told from outcomes, timers, effects and answers, and from nothing else.

use guanxi::access::{PrincipalKind, View};
use guanxi::calendar::{Offset, Weekday, local_date};
use guanxi::crm::{Customer360View, Happened as What, Ticked, TimelineItem};
use guanxi::rules::{Deed, Effect, Verdict};
use guanxi::value::{Date, Id, Value};
use guanxi::{Command, Outcome};

use super::ask::{Answer, Ask};
use super::columns::{cut, padded, wrapped};
use super::fetches::Fetches;
use super::host::{Happened, Told};
use super::names::{Names, amount, weekday};
use super::prose;

/// Where the text starts, and where it ends.
const MARGIN: usize = 24;
const WIDTH: usize = 124;

/// Tells a story.
#[derive(Debug)]
pub struct Story {
    title: String,
    colours: bool,
    offset: Offset,
    day: Option<Date>,
    names: Names,
    /// Teams and people that were made one after the other, to be told together.
    roster: Vec<View>,
    done: usize,
    idle: usize,
    passed: usize,
    refused: usize,
    fired: usize,
    sent: usize,
}

impl Story {
    /// Returns a story of which nothing is told.
    pub fn new(title: &str, offset: Offset, colours: bool) -> Self {
        let names = Names::new(offset);
        let title = title.to_owned();
        Self {
            title,
            colours,
            offset,
            day: None,
            names,
            roster: Vec::new(),
            done: 0,
            idle: 0,
            passed: 0,
            refused: 0,
            fired: 0,
            sent: 0,
        }
    }

    /// Tells what came of a line.
    pub fn tell(&mut self, told: &Told) -> String {
        if let Happened::Done(_, outcome) = &told.what {
            outcome.record().into_iter().for_each(|view| self.names.learn(view));
        }
        let mut page = Page::default();
        if self.day.is_none() {
            page.heading(&self.title, '═', self.colours);
        }
        if let Some(view) = joins(told) {
            self.count(told);
            self.roster.push(view.clone());
            self.new_day(told, &mut page);
            return page.text;
        }
        self.tell_roster(&mut page);
        let mut body = Page::default();
        let who = match told.who.kind() {
            PrincipalKind::System => format!("[{}]", told.who.id()),
            _ => self.names.of(&told.who.id().to_string()),
        };
        match &told.what {
            Happened::Done(command, outcome) => {
                self.count(told);
                body.line("", &prose::done(&self.names, command, outcome));
                self.consequences(outcome, &mut body);
            }
            Happened::Refused(command, object, rejected) => {
                self.refused += 1;
                let kind = serde_json::to_value(rejected.kind()).unwrap_or_default();
                let kind = kind.as_str().unwrap_or("refused").to_uppercase();
                body.line("", &format!("{command} {object}: {kind}, {}", self.names.in_text(&rejected.to_string())));
            }
            Happened::Passed(why) => {
                self.passed += 1;
                body.line("", &format!("passed over: {why}"));
            }
            Happened::Ticked(all) => self.ticked(all, &mut body),
            Happened::Sent(effects) => self.sent(effects, &mut body),
            Happened::Answered(ask, answer) => self.answered(ask, answer, &mut body),
        }
        // A clock that strikes for nothing is no story.
        if !body.text.is_empty() {
            self.new_day(told, &mut page);
            let start = format!("{}  {}", self.names.time(told.at), padded(&who, MARGIN - 9));
            page.text.push_str(&bold(&start, self.colours));
            page.text.push_str("  ");
            page.text.push_str(body.text.trim_start());
        }
        page.text
    }

    /// Tells how it ends.
    pub fn end(&mut self, fetches: &Fetches) -> String {
        let mut page = Page::default();
        self.tell_roster(&mut page);
        page.heading("Figures", '─', self.colours);
        let mut commands = counted(self.done, "command") + " done";
        for (count, what) in [(self.idle, "that changed nothing"), (self.passed, "passed over")] {
            if count > 0 {
                commands.push_str(&format!(", {count} {what}"));
            }
        }
        let (fired, sent) = (counted(self.fired, "reminder"), counted(self.sent, "effect"));
        page.text.push_str(&format!("{commands}, {} refused; {fired} fired; {sent} sent\n", self.refused));
        let all = fetches.commands().max(1);
        for (rounds, commands) in fetches.rounds() {
            let count: u32 = commands.values().sum();
            let share = f64::from(fetches.at_most(rounds)) * 100.0 / f64::from(all);
            let unit = if rounds == 1 { "fetch  " } else { "fetches" };
            let what = if count == 1 { "command " } else { "commands" };
            page.text.push_str(&format!("{rounds} {unit} {count:>4} {what}, {share:5.1} % with at most as many"));
            if rounds > 2 {
                let which: Vec<_> = commands.iter().map(|(command, times)| format!("{command} ×{times}")).collect();
                page.text.push_str(&format!(": {}", which.join(", ")));
            }
            page.text.push('\n');
        }
        page.text
    }

    fn new_day(&mut self, told: &Told, page: &mut Page) {
        let date = local_date(told.at, self.offset);
        if self.day.replace(date) != Some(date) {
            let day = Weekday::of(date);
            page.heading(&format!("{date}  {}  {}", weekday(day), chinese(day)), '─', self.colours);
        }
    }

    fn tell_roster(&mut self, page: &mut Page) {
        let roster = std::mem::take(&mut self.roster);
        let text = |view: &View, key: &str| view.get(key).map_or_else(String::new, |value| self.names.value(value));
        let teams = roster.iter().filter(|view| view.object() == "team");
        if !roster.is_empty() {
            page.text.push_str("Who works here:\n");
        }
        for person in roster.iter().filter(|view| view.object() == "user") {
            let team = text(person, "team");
            let team = if team.is_empty() { text(person, "role") } else { team };
            let stands_for = [text(person, "region"), text(person, "industries"), text(person, "skills")];
            let stands_for: Vec<_> = stands_for.into_iter().filter(|part| !part.is_empty()).collect();
            page.text.push_str(&format!(
                "  {}  {}  {}  {}\n",
                padded(&person.title(), 14),
                padded(&person.id().to_string(), 18),
                padded(&team, 24),
                stands_for.join(": ")
            ));
        }
        if roster.iter().all(|view| view.object() == "team") {
            teams.for_each(|team| page.text.push_str(&format!("  {}\n", team.title())));
        }
        if !roster.is_empty() {
            page.text.push('\n');
        }
    }

    fn count(&mut self, told: &Told) {
        match &told.what {
            Happened::Done(command, outcome) if prose::is_idle(command, outcome) => self.idle += 1,
            _ => self.done += 1,
        }
    }

    /// Tells why rules fired, and what they changed besides.
    fn consequences(&mut self, outcome: &Outcome, body: &mut Page) {
        // Rules that did nothing but set fields, with the records that they set.
        let mut quiet: Vec<(&str, Vec<&Id>)> = Vec::new();
        for step in outcome.trace().fired() {
            let Verdict::Fired { because, did, .. } = &step.verdict else { continue };
            let (set, told): (Vec<_>, Vec<_>) = did.iter().partition(|deed| matches!(deed, Deed::Set { .. }));
            if told.is_empty() {
                let records = set.into_iter().filter_map(|deed| match deed {
                    Deed::Set { record, .. } => Some(record),
                    _ => None,
                });
                quiet.push((step.rule.as_str(), records.collect()));
                continue;
            }
            let because = if because.is_empty() { String::new() } else { format!(": {because}") };
            let told: Vec<String> = told.into_iter().map(ToString::to_string).collect();
            let line = format!("{}{because} → {}", step.rule, told.join("; "));
            body.lines("why", &self.names.in_text(&line).replace('`', ""));
        }
        for change in outcome.changes().iter().filter(|change| change.id() != outcome.id()) {
            let Some(mut told) = prose::besides(&self.names, change) else { continue };
            let is_by = |(_, records): &(&str, Vec<&Id>)| records.contains(&change.id());
            let by: Vec<&str> = quiet.iter().filter(|rule| is_by(rule)).map(|(rule, _)| *rule).collect();
            quiet.retain(|rule| !is_by(rule));
            if !by.is_empty() {
                told.push_str(&format!(" ({})", by.join(", ")));
            }
            body.lines("also", &told);
        }
        let others: Vec<&str> = quiet.into_iter().map(|(rule, _)| rule).collect();
        body.lines("by", &others.join(", "));
    }

    fn ticked(&mut self, all: &[Ticked], body: &mut Page) {
        for outcome in all.iter().flat_map(|ticked| &ticked.fired) {
            self.fired += 1;
            outcome.record().into_iter().for_each(|view| self.names.learn(view));
            body.line("", &format!("time for {} {}", outcome.object(), self.names.of(&outcome.id().to_string())));
            self.consequences(outcome, body);
        }
        for (timer, rejected) in all.iter().flat_map(|ticked| &ticked.failed) {
            body.line("", &format!("timer of {} failed: {rejected}", timer.rule()));
        }
    }

    fn sent(&mut self, effects: &[Effect], body: &mut Page) {
        if effects.is_empty() {
            return;
        }
        self.sent += effects.len();
        body.line("", &format!("{} waited, sent and settled:", counted(effects.len(), "effect")));
        for effect in effects {
            let to = self.names.of(effect.to());
            let (kind, title) = (effect.kind().as_str(), effect.title());
            body.item(&format!("{} → {}  {title}", padded(kind, 7), padded(&to, 22)));
        }
    }

    fn answered(&self, ask: &Ask, answer: &Answer, body: &mut Page) {
        let names = &self.names;
        match answer {
            Answer::List(page) => {
                let plural = if page.records.len() == 1 { "" } else { "s" };
                body.line("", &format!("looks at {} {}{plural}:", page.records.len(), ask.object()));
                for view in &page.records {
                    body.item(&format!("{}  {}", padded(&view.title(), 40), prose::details(names, view)));
                }
            }
            Answer::Get(view) => body.line("", &format!("looks at {} {}", view.object(), prose::record(names, view))),
            Answer::Board(columns) => {
                body.line("", &format!("looks at the board of {}s:", ask.object()));
                for column in columns {
                    let more = if column.more { "+" } else { "" };
                    let stage = column.stage.replace('_', " ");
                    let Some((first, others)) = column.cards.split_first() else {
                        body.item(&format!("{}  –", padded(&stage, 18)));
                        continue;
                    };
                    body.item(&format!("{}  {}{more}", padded(&stage, 18), card(names, first)));
                    for view in others {
                        body.item(&format!("{}  {}", padded("", 18), card(names, view)));
                    }
                }
            }
            Answer::Customer360(view) => self.customer(view, body),
            Answer::Timeline(items) => {
                body.line("", &format!("looks at what happened with the {}, the latest first:", ask.object()));
                items.iter().for_each(|item| self.happened(item, body));
            }
        }
    }

    fn customer(&self, view: &Customer360View, body: &mut Page) {
        let (names, record) = (&self.names, &view.record);
        body.line("", &format!("looks at everything about {}", prose::record(names, record)));
        let field =
            |key: &str| record.get(key).map(|value| format!("{} {}", key.replace('_', " "), names.value(value)));
        let known = ["phone", "need", "last_purchase_on", "last_touch_at", "payment_account", "satisfaction"];
        body.item(&known.into_iter().filter_map(field).collect::<Vec<_>>().join("; "));
        if let Some(quality) = &view.quality {
            let missing: Vec<_> = quality.missing.iter().map(ToString::to_string).collect();
            body.item(&format!("quality {} of 1000; missing: {}", quality.per_mille, missing.join(", ")));
        }
        for section in &view.sections {
            for collection in section.collections.iter().filter(|collection| !collection.records.is_empty()) {
                let mut heading = format!("{} / {}", section.key, collection.name);
                for view in &collection.records {
                    let told = format!("{}  {}", cut(&view.title(), 46), prose::details(names, view));
                    body.item(&format!("{}  {told}", padded(&heading, 24)));
                    heading.clear();
                }
            }
        }
    }

    fn happened(&self, item: &TimelineItem, body: &mut Page) {
        let names = &self.names;
        let what = match &item.what {
            What::Changed { by, command, fields, .. } => {
                let telling = fields.iter().filter(|change| !change.field().as_str().ends_with("_at"));
                let told: Vec<_> = telling
                    .filter_map(|change| Some(format!("{} {}", change.field(), names.value(change.after()?))))
                    .collect();
                let told = if fields.is_empty() { "the record".into() } else { told.join(", ") };
                if told.is_empty() {
                    return;
                }
                format!("{}: {} {told}", names.of(by), command.replace('_', " "))
            }
            What::Commented { by, text, .. } => format!("{}: “{text}”", names.of(by)),
            What::Related { collection, record, .. } => format!("{collection}: {}", prose::record(names, record)),
            _ => return,
        };
        body.item(&format!("{}  {what}", names.moment(item.at)));
    }
}

/// Returns the view of a team or a person that the host's own automation made.
fn joins(told: &Told) -> Option<&View> {
    match &told.what {
        Happened::Done(Command::Create(_), outcome) if told.who.kind() == PrincipalKind::System => {
            outcome.record().filter(|view| view.object() == "user" || view.object() == "team")
        }
        _ => None,
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn card(names: &Names, view: &View) -> String {
    let money = match view.get("amount") {
        Some(Value::Money(money)) => amount(*money),
        _ => String::new(),
    };
    let owner = view.get("owner").map_or_else(String::new, |owner| names.value(owner));
    format!("{}  {money:>14}  {owner}", padded(&view.title(), 40))
}

fn chinese(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

fn bold(text: &str, colours: bool) -> String {
    if colours { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

/// Lines of the story.
#[derive(Debug, Default)]
struct Page {
    text: String,
}

impl Page {
    fn heading(&mut self, text: &str, rule: char, colours: bool) {
        let filled = format!("{rule}{rule} {text} ");
        let width = super::columns::width(&filled);
        let line = filled + &rule.to_string().repeat(WIDTH.saturating_sub(width));
        self.text.push_str(&format!("\n{}\n", bold(&line, colours)));
    }

    /// What is done, broken into lines.
    fn line(&mut self, word: &str, text: &str) {
        for (position, part) in wrapped(text, WIDTH - MARGIN).iter().enumerate() {
            let word = if position == 0 { word } else { "" };
            self.text.push_str(&format!("{}{word}{part}\n", " ".repeat(MARGIN)));
        }
    }

    /// What follows from it.
    fn lines(&mut self, word: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        for (position, part) in wrapped(text, WIDTH - MARGIN).iter().enumerate() {
            let word = if position == 0 { word } else { "" };
            self.text.push_str(&format!("{}{word:>4}  {part}\n", " ".repeat(MARGIN - 6)));
        }
    }

    /// One of several, on one line.
    fn item(&mut self, text: &str) {
        self.text.push_str(&format!("{}{}\n", " ".repeat(MARGIN), cut(text.trim_end(), WIDTH - MARGIN)));
    }
}
