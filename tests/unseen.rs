//! What no reader sees is not kept: NUL, control characters, what turns the direction of writing, zero-width characters.
//! Where they shape letters or emoji they are seen, and stay.

mod company;

use company::{World, id, name};
use guanxi::Query;
use guanxi::record::ProblemCode;
use guanxi::value::{Id, TenantId, Value};
use serde_json::json;

/// Every character that must be in nothing that is kept, wherever it came in.
const UNSEEN: [char; 14] = [
    '\0',
    '\u{1}',
    '\u{7f}',
    '\u{85}',
    '\u{9f}',
    '\u{ad}',
    '\u{200b}',
    '\u{200e}',
    '\u{202a}',
    '\u{202e}',
    '\u{2066}',
    '\u{2069}',
    '\u{feff}',
    '\u{e0041}',
];

#[test]
fn a_text_without_a_format_is_kept_without_what_nobody_sees() {
    let mut world = World::company();
    for unseen in UNSEEN {
        let deal =
            world.made("deal", json!({"name": format!("Cloud{unseen} boats\r\n\tnext line{unseen}"), "reason": "x"}));
        let kept = world.field("deal", &deal, "name").unwrap();
        let seen = if unseen == '\u{85}' { "Cloud\n boats\n\tnext line\n" } else { "Cloud boats\n\tnext line" };
        assert_eq!(kept, seen, "{unseen:?}");
        world.ok(json!({"update": {"object": "deal", "id": deal, "fields": {"reason": unseen.to_string()}}}));
        assert_eq!(world.field("deal", &deal, "reason"), None, "{unseen:?} alone is no text");
        let refused = world.refused(json!({"create": {"object": "deal", "fields": {"name": unseen.to_string()}}}));
        assert_eq!(refused.fields()[0].code(), ProblemCode::Required, "{unseen:?} alone is no name");
    }
    for (key, put) in &world.store.rows {
        if *key.object() == *"deal" {
            let body = String::from_utf8_lossy(put.body());
            assert!(
                !body.contains("\u{202e}") && !body.contains("\u{200b}"),
                "{key}: nor is the raw text kept with it"
            );
        }
    }
}

#[test]
fn what_is_typed_differently_for_the_eye_only_is_the_same_unique_code() {
    let mut world = World::company();
    world.made("account", json!({"name": "Yunzhou", "code": "A-1"}));
    for alike in ["A-\u{200b}1\u{202c}", "A-1\u{fe0f}", "A-1\u{fe00}", "A-1\u{e0100}", "A-1\u{200d}"] {
        let second = json!({"create": {"object": "account", "fields": {"name": "Other", "code": alike}}});
        assert_eq!(world.refused(second).fields()[0].code(), ProblemCode::Duplicate, "{alike:?}");
    }
}

#[test]
fn what_joiners_shape_stays_as_it_was_written() {
    let mut world = World::company();
    for text in
        ["👩\u{200d}💻 👨\u{200d}👩\u{200d}👧", "می\u{200c}خواهم", "क्\u{200d}ष", "ശ്രീലങ്ക ന്\u{200d}", "葛\u{e0100}城市"]
    {
        let deal = world.made("deal", json!({"name": text}));
        assert_eq!(world.field("deal", &deal, "name").as_deref(), Some(text));
    }
}

#[test]
fn tags_are_tidy_lines_and_no_two_look_alike() {
    let mut world = World::company();
    let tags = json!(["vip\u{200b}", "vip", " vip ", "v\0ip", "华\u{202e}东", "key\naccount", "\u{feff}", "  ", ""]);
    let deal = world.made("deal", json!({"name": "Cloud", "tags": tags}));
    let ctx = world.system();
    let view = world.ask(&ctx, &Query::get(name("deal"), id(&deal))).unwrap();
    let tidy = ["vip", "华东", "key account"].into_iter().collect();
    assert_eq!(view.get("tags"), Some(&Value::Tags(tidy)));
}

#[test]
fn a_comment_in_which_nothing_is_seen_is_none() {
    let mut world = World::company();
    let deal = world.made("deal", json!({"name": "Cloud"}));
    let say = |text: &str| json!({"comment": {"object": "deal", "id": deal, "text": text}});
    for nothing in ["", " \n", "\u{200b}\u{200c}\u{200d}", "\u{2066}\u{2069} \u{feff}", "\0", "\u{fe0f}\u{e0100}"] {
        let refused = world.refused(say(nothing));
        assert_eq!(
            (refused.fields()[0].field(), refused.fields()[0].code()),
            ("text", ProblemCode::Required),
            "{nothing:?}"
        );
    }
    world.ok(say("Called\0 him.\r\nInvoice \u{202e}fdp.exe 👩\u{200d}💻"));
    let ctx = world.system();
    let timeline = world.ask(&ctx, &Query::timeline(name("deal"), id(&deal))).unwrap();
    let shown = serde_json::to_string(&timeline).unwrap();
    assert!(shown.contains(r"Called him.\nInvoice fdp.exe 👩‍💻"), "{shown}");
}

#[test]
fn an_id_with_what_nobody_sees_is_refused_not_changed() {
    let mut world = World::company();
    let selectors = ['\u{fe0f}', '\u{e0100}', '\u{200d}'];
    for unseen in UNSEEN.into_iter().chain(selectors) {
        let odd = format!("k-{unseen}1");
        let upsert = json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": odd}, "fields": {"name": "Cloud"}}});
        let refused = world.refused(upsert);
        assert_eq!(
            (refused.fields()[0].field(), refused.fields()[0].code()),
            ("external", ProblemCode::Format),
            "{odd:?}"
        );
        assert!(odd.parse::<Id>().is_err() && odd.parse::<TenantId>().is_err(), "{odd:?}");
    }
    let blank =
        json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": " "}, "fields": {"name": "Cloud"}}});
    assert_eq!(world.refused(blank).fields()[0].code(), ProblemCode::Required);
    assert!(format!("li.na{}", '\u{202e}').parse::<Id>().is_err());
}

#[test]
fn the_name_of_a_system_is_kept_without_what_nobody_sees() {
    let mut world = World::company();
    let ctx = world.system().through("web\0-\u{202e}form");
    world.run(&ctx, json!({"create": {"object": "deal", "fields": {"name": "Cloud"}}})).unwrap();
    assert!(world.store.rows.values().any(|put| String::from_utf8_lossy(put.body()).contains("web-form")));
}
