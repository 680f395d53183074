//! The week of the example `day`: it is the same for the same input, and a change in the input changes what follows from
//! it and nothing else.

#[path = "../examples/day/app/mod.rs"]
#[allow(dead_code, reason = "the program's own entrance is not used here")]
mod app;

use app::company::Company;
use app::feed::{self, Output, Teller};
use app::host::{Happened, Host};
use app::line::{Line, What};
use app::week::{in_order, week};
use guanxi::calendar::Offset;
use guanxi::{Crm, MemoryStore};

fn crm() -> Crm {
    guanxi::standard().compile().unwrap_or_else(|problems| panic!("{problems}"))
}

/// Returns what is told of numbered lines, and what is said of those that cannot be used.
fn told(crm: &Crm, lines: &[(usize, String)], mut teller: Teller) -> (String, Vec<String>) {
    let (mut text, mut bad) = (String::new(), Vec::new());
    let counted = feed::run(&mut Host::new(crm, 1), &mut MemoryStore::new(), lines, &mut teller, |output| {
        match output {
            Output::Told(told) => text.push_str(told),
            Output::Bad(problem) => bad.push(problem.to_owned()),
        }
        Ok(())
    });
    assert_eq!(counted.unwrap(), bad.len());
    (text, bad)
}

fn story() -> Teller {
    Teller::story("A week", Offset::from_minutes(480).unwrap(), false)
}

/// Returns the story of the week of seed 1 after `change`.
fn story_with(crm: &Crm, change: impl FnOnce(&mut Vec<Line>)) -> String {
    let mut lines = week(&Company::new(1));
    change(&mut lines);
    let (text, bad) = told(crm, &feed::from_lines(&in_order(lines)), story());
    assert_eq!(bad, [""; 0]);
    text
}

/// Returns the lines that one story has and the other has not, each with its day and time, so that a line that moved
/// counts too.
fn without(story: &str, other: &str) -> Vec<String> {
    let mut left = placed(other);
    let is_new = |line: &String| match left.iter().position(|known| known == line) {
        Some(position) => {
            left.swap_remove(position);
            false
        }
        None => true,
    };
    placed(story).into_iter().filter(is_new).collect()
}

fn placed(story: &str) -> Vec<String> {
    let (mut day, mut time) = (String::new(), String::new());
    let mut lines = Vec::new();
    // How often the store was asked is none of the story's business.
    let is_told = |line: &&str| !line.is_empty() && !line.contains("with at most as many");
    for line in story.lines().filter(is_told) {
        if let Some(heading) = line.strip_prefix("── ") {
            day = heading.split_whitespace().take(2).last().unwrap_or_default().chars().take(3).collect();
            time.clear();
        }
        let starts = line.as_bytes().get(2) == Some(&b':');
        if starts {
            time = line[..5].to_owned();
        }
        let text = if starts { &line[5..] } else { line };
        lines.push(format!("{day} {time} {}", text.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    lines
}

fn lead<'l>(lines: &'l mut [Line], name: &str) -> &'l mut Line {
    lines.iter_mut().find(|line| line.name.as_deref() == Some(name)).unwrap()
}

#[test]
fn another_region_of_one_lead_changes_what_follows_from_it_and_nothing_else() {
    let crm = crm();
    let before = story_with(&crm, |_| {});
    let after = story_with(&crm, |lines| {
        let What::Command(command) = &mut lead(lines, "lead-8").what else { panic!("a lead is created") };
        command["create"]["fields"]["region"] = "north".into();
    });
    let gone = [
        "Thu 15:10 [web-form] new lead: Alder Freight S.A. — Maria Carter, overseas, logistics, assigned, Oliver Rossi, “A trial",
        "Thu 15:10 at one site first”",
        "Thu 15:10 why lead-route: owner has no value, status is new → owner is now Oliver Rossi (turn 1 of 1 in rotation)",
        "Thu 15:10 why lead-assigned: owner is Oliver Rossi, status is new → mail to Oliver Rossi",
        "Thu 18:00 mail → Oliver Rossi New lead 新线索: Alder Freight S.A. Maria Carter",
        "Sun 17:30 [clock] time for lead Alder Freight S.A.",
        "Sun 17:30 why lead-second-reminder: status is assigned, owner is Oliver Rossi → mail to Oliver Rossi",
        "Sun 18:00 [outbox] 1 effect waited, sent and settled:",
        "Sun 18:00 mail → Oliver Rossi Second reminder 再次提醒: Alder Freight S.A. Maria Carter",
        "Sun 18:10 赵雨桐 looks at 5 tasks:",
        "───  63 commands done, 1 that changed nothing, 2 refused; 9 reminders fired; 35 effects sent",
    ];
    let new = [
        "Thu 15:10 [web-form] new lead: Alder Freight S.A. — Maria Carter, north, logistics, new, “A trial at one site first”",
        "Thu 15:10 why lead-route: owner has no value, status is new → left out: assigned to nobody: no candidate matches",
        "Thu 15:10 why lead-unmatched: routed_at is Thu 15:10, owner has no value, status is new → created a task; notify",
        "Thu 15:10 to role sales_manager",
        "Thu 15:10 also new task: Find an owner 指定负责人: Alder Freight S.A. Maria Carter",
        "Thu 18:00 notify → role sales_manager Lead without an owner 无人跟进的线索: Alder Freight S.A. Maria Ca…",
        "Sun 18:10 赵雨桐 looks at 6 tasks:",
        "Sun 18:10 Find an owner 指定负责人: Alder Freight… sales, due Fri 15:10",
        "───  63 commands done, 1 that changed nothing, 2 refused; 8 reminders fired; 34 effects sent",
    ];
    assert_eq!(without(&before, &after), gone);
    assert_eq!(without(&after, &before), new);
}

#[test]
fn a_follow_up_that_is_delayed_changes_what_follows_from_it_and_nothing_else() {
    let crm = crm();
    let before = story_with(&crm, |_| {});
    let after = story_with(&crm, |lines| {
        let follows = |line: &&mut Line| match &line.what {
            What::Command(command) => command["create"]["fields"]["lead"] == "$lead-4",
            _ => false,
        };
        let follow_up = lines.iter_mut().find(follows).unwrap();
        follow_up.at = "2026-03-06T09:45:00+08:00".parse().unwrap();
    });
    let gone = [
        "Wed 09:30 孙娟 new activity: 电话沟通,下周回访 Called, will call again next week — call, 广州启明科技有限公司",
        "Wed 09:30 also lead 广州启明科技有限公司: status assigned → contacted (touch-lead)",
        "Thu 18:00 [outbox] 1 effect waited, sent and settled:",
        "───  63 commands done, 1 that changed nothing, 2 refused; 9 reminders fired; 35 effects sent",
    ];
    let new = [
        "Thu 14:30 [clock] time for lead 广州启明科技有限公司",
        "Thu 14:30 why lead-second-reminder: status is assigned, owner is 孙娟 → mail to 孙娟",
        "Thu 18:00 [outbox] 2 effects waited, sent and settled:",
        "Thu 18:00 mail → 孙娟 Second reminder 再次提醒: 广州启明科技有限公司 孙秀英",
        "Fri 09:45 孙娟 new activity: 电话沟通,下周回访 Called, will call again next week — call, 广州启明科技有限公司",
        "Fri 09:45 also lead 广州启明科技有限公司: status assigned → contacted (touch-lead)",
        "───  63 commands done, 1 that changed nothing, 2 refused; 10 reminders fired; 36 effects sent",
    ];
    assert_eq!(without(&before, &after), gone);
    assert_eq!(without(&after, &before), new);
}

#[test]
fn every_seed_makes_a_week_in_which_nothing_else_is_refused_than_what_shall_be() {
    let crm = crm();
    let (mut commands, mut within_two, mut most) = (0, 0, 0);
    for seed in 0..200 {
        let (mut host, mut store) = (Host::new(&crm, seed), MemoryStore::new());
        let mut refused = Vec::new();
        let mut reminded = 0;
        for line in week(&Company::new(seed)) {
            let told = host.run(&mut store, &line).unwrap_or_else(|why| panic!("seed {seed}, {line:?}: {why:?}"));
            match told.what {
                Happened::Refused(kind, object, why) => refused.push(format!("{kind} {object}: {:?}", why.kind())),
                Happened::Ticked(all) => {
                    assert!(all.iter().all(|ticked| ticked.failed.is_empty()), "seed {seed}: {all:?}");
                    let fired = all.iter().flat_map(|ticked| &ticked.fired);
                    reminded += fired.filter(|outcome| outcome.why().contains("`lead-second-reminder`")).count();
                }
                _ => {}
            }
        }
        assert_eq!(refused, ["delete lead: Denied", "update deal: Conflict"], "seed {seed}");
        assert_eq!(reminded, 3, "seed {seed}");
        commands += host.fetches().commands();
        within_two += host.fetches().at_most(2);
        most = most.max(host.fetches().rounds().map(|(rounds, _)| rounds).max().unwrap_or_default());
    }
    println!("{within_two} of {commands} commands with at most 2 fetches, none with more than {most}");
    assert!(within_two * 100 >= commands * 95, "{within_two} of {commands}");
    assert!(most <= 4, "{most}");
}

#[test]
fn a_week_that_is_run_again_on_the_same_store_is_not_done_again() {
    let crm = crm();
    let mut store = MemoryStore::new();
    let lines = feed::from_lines(&week(&Company::new(1)));
    let mut run = |mut teller: Teller| {
        let mut text = String::new();
        let bad = feed::run(&mut Host::new(&crm, 1), &mut store, &lines, &mut teller, |output| {
            match output {
                Output::Told(told) => text.push_str(told),
                Output::Bad(problem) => panic!("{problem}"),
            }
            Ok(())
        });
        assert_eq!(bad.unwrap(), 0);
        text
    };
    let first = run(story());
    assert!(
        first.contains("63 commands done, 1 that changed nothing, 2 refused; 9 reminders fired; 35 effects sent"),
        "{first}"
    );
    let again = run(story());
    assert!(
        again.contains(
            "\n0 commands done, 63 that changed nothing, 1 passed over, 2 refused; 0 reminders fired; 0 effects sent"
        ),
        "{again}"
    );
    assert!(again.contains(": was done before"), "{again}");
    assert!(
        again.contains("passed over: `$won.deal-won` is told when `won` is done, and this time it changed nothing"),
        "{again}"
    );
    assert!(run(Teller::json()).contains(r#""done_before":true"#));
}

#[test]
fn the_printed_definition_is_read_back_as_it_was() {
    let text = app::definition_text(&guanxi::standard()).unwrap();
    let read = guanxi::Definition::from_json(&text);
    assert_eq!(read, guanxi::standard());
    assert_eq!(app::definition_text(&read).unwrap(), text);
    let args = |args: &[&str]| app::args::Args::read(args.iter().map(|&arg| arg.to_owned()));
    let Ok(app::args::Wanted::Run(wanted)) = args(&["--print-definition"]) else { panic!("an option") };
    assert!(wanted.print_definition && app::args::HELP.contains("--print-definition"));
    assert!(args(&["--print-definition=x"]).is_err());
}

#[test]
fn one_of_something_is_told_as_one() {
    let file = r#"
        {"at":"2026-03-02T09:00:00+08:00","as":{"system":"import"},"command":{"create":{"object":"user","id":"li.na","fields":{"name":"李娜","role":"sales","region":"east","industries":["software"]}}}}
        {"at":"2026-03-02T09:01:00+08:00","as":{"system":"form"},"command":{"create":{"object":"lead","fields":{"company":"云舟","region":"east","industry":"software"}}}}
        {"at":"2026-03-02T09:02:00+08:00","deliver":true}
        {"at":"2026-03-02T09:03:00+08:00","as":{"system":"form"},"command":{}}
    "#;
    let (text, bad) = told(&crm(), &feed::numbered(file), story());
    assert!(text.contains("2 commands done, 0 refused; 0 reminders fired; 1 effect sent"), "{text}");
    assert!(bad[0].contains("no kind of command: expected one of `comment`, `create`"), "{bad:?}");
}

#[test]
fn the_same_seed_tells_the_same_and_another_seed_something_else() {
    let crm = crm();
    for teller in [story, Teller::json] {
        let tell = |seed| told(&crm, &feed::from_lines(&week(&Company::new(seed))), teller()).0;
        assert!(tell(7) == tell(7), "the same seed tells something else");
        assert!(tell(7) != tell(8), "another seed tells the same");
    }
}

#[test]
fn lines_that_cannot_be_used_are_named_and_the_others_are_run() {
    let file = r#"
        # a comment
        {"at":"2026-03-02T09:00:00+08:00","as":{"system":"import"},"command":{"create":{"object":"user","id":"li.na","fields":{"name":"李娜"}}}}
        {"at":"Monday","as":{"system":"form"},"command":{}}
        {"at":"2026-03-02T09:01:00+08:00","command":{"create":{"object":"lead"}}}
        {"at":"2026-03-02T09:02:00+08:00","as":{"system":"form"},"command":{"craete":{"object":"lead"}}}
        {"at":"2026-03-02T09:03:00+08:00","as":{"user":"li.na"},"command":{"delete":{"object":"lead","id":"$nobody"}}}
        {"at":"2026-03-02T09:04:00+08:00","as":{"robot":"r"},"tick":true}
        {"at":"2026-03-02T08:00:00+08:00","tick":true}
        {"at":"2026-03-02T09:05:00+08:00","tick":false}
        not JSON
        {"at":"2026-03-02T09:06:00+08:00","as":{"system":"form"},"name":"yunzhou","command":{"create":{"object":"lead","fields":{"company":"云舟","owner":"li.na"}}}}
        {"at":"2026-03-02T09:07:00+08:00","as":{"user":"$yunzhou.owner","roles":["sales"]},"ask":{"get":{"object":"lead","id":"$yunzhou"}}}
        {"at":"2026-03-02T09:08:00+08:00","as":{"system":"form"},"command":{"update":{"object":"lead","id":"$yunzhou.x","fields":{}}}}
    "#;
    let (text, bad) = told(&crm(), &feed::numbered(file), story());
    let expected = [
        "line 4: `at` is not an instant: expected RFC 3339",
        "line 5: `as` is missing: expected {\"user\"",
        "line 6: `command`: unknown variant `craete`, expected one of `comment`, `create`",
        "line 7: `$nobody`: expected the name of a line above",
        "line 8: `as`: unknown field `robot`",
        "line 9: `at` is 2026-03-02T00:00:00Z: expected 2026-03-02T01:00:00Z or later",
        "line 10: `tick`: expected `true`",
        "line 11: not JSON: expected",
        "line 14: `$yunzhou.x` is not known: expected one of assigned_at, company",
    ];
    assert_eq!(bad.len(), expected.len(), "{bad:#?}");
    for (problem, expected) in bad.iter().zip(expected) {
        assert!(problem.starts_with(expected), "{problem}\n{expected}");
    }
    assert!(text.contains("new lead: 云舟 — assigned, 李娜"), "{text}");
    assert!(text.contains("looks at lead 云舟"), "{text}");
}

#[test]
fn an_object_may_take_several_lines() {
    let lines = week(&Company::new(3));
    let pretty: Vec<_> = lines.iter().map(|line| serde_json::to_string_pretty(&line.to_json()).unwrap()).collect();
    let read = feed::numbered(&pretty.join("\n# and then\n\n"));
    assert_eq!(read.iter().map(|(_, text)| Line::read(text).unwrap()).collect::<Vec<_>>(), lines);
    assert_eq!(read[1].0, pretty[0].lines().count() + 3);

    // What never ends, or is none, spoils nothing but itself.
    let tick = r#"{"at":"2026-03-02T09:00:00+08:00","tick":true}"#;
    let (whole, broken) = (pretty[0].as_str(), pretty[0].replacen(':', "", 1));
    let cut = &pretty[0][..pretty[0].len() - 1];
    for file in [
        format!("{cut}\n{tick}\n{whole}"),
        format!("{broken}\n{tick}\n{whole}"),
        format!("{{\n{tick}\n{whole}"),
        format!("{tick} {{\n{whole}\n{tick}").replacen(tick, "[", 1),
        format!("  {}\n  {tick}\n{whole}", &tick[..20]),
    ] {
        let read: Vec<_> = feed::numbered(&file).iter().map(|(_, text)| Line::read(text).is_ok()).collect();
        assert_eq!(read, [false, true, true], "{file}");
    }
    let flood = "[\n".repeat(100_000);
    assert!(feed::numbered(&flood).iter().all(|(_, text)| Line::read(text).is_err()));
}

#[test]
fn printed_commands_run_as_the_week_they_were_printed_from() {
    let lines = week(&Company::new(3));
    let printed: String = feed::from_lines(&lines).into_iter().map(|(_, text)| text + "\n").collect();
    let read: Vec<Line> = feed::numbered(&printed).iter().map(|(_, text)| Line::read(text).unwrap()).collect();
    assert_eq!(read, lines);
}
