/// The standard objects, each with the JSON of its [`ObjectDef`](crate::schema::ObjectDef).
///
/// # Example: all of them make one schema
/// ```
/// use guanxi::model::OBJECTS;
/// use guanxi::schema::{ObjectDef, Schema, Settings};
///
/// let objects: Vec<ObjectDef> = OBJECTS.iter().map(|(_, json)| serde_json::from_str(json)).collect::<Result<_, _>>()?;
/// let schema = Schema::compile(&objects, &Settings::default())?;
/// assert!(schema.object("lead").is_some_and(|lead| lead.field("region").is_some()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const OBJECTS: &[(&str, &str)] = &[
    ("user", include_str!("user.json")),
    ("team", include_str!("team.json")),
    ("account", include_str!("account.json")),
    ("contact", include_str!("contact.json")),
    ("lead", include_str!("lead.json")),
    ("deal", include_str!("deal.json")),
    ("activity", include_str!("activity.json")),
    ("task", include_str!("task.json")),
    ("ticket", include_str!("ticket.json")),
    ("order", include_str!("order.json")),
    ("payment", include_str!("payment.json")),
];

#[cfg(test)]
pub(super) mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::model::{
        Account, Activity, Contact, Deal, Lead, Order, Payment, Task, Team, Ticket, Typed, User, WrongObject,
    };
    use crate::record::{Draft, Origin, Record, entry};
    use crate::schema::{Field, IdSource, Object, ObjectDef, Schema, Settings};
    use crate::value::{Id, ValueType};

    /// What the macro that writes accessors tells about them.
    pub(in crate::model) trait Accessors: Typed + TryFrom<Draft, Error = WrongObject> {
        /// The kind and key of every line.
        const FIELDS: &'static [(&'static str, &'static str)];

        /// Calls every setter with a sample of its field.
        fn filled(object: &Object) -> Self;

        /// Calls every getter.
        fn read(view: &Self::View) -> Vec<(&'static str, String)>;
    }

    /// One value for every kind of field.
    pub(in crate::model) mod sample {
        use rust_decimal::Decimal;

        use crate::schema::{Format, Object};
        use crate::value::{Date, Id, Instant, Money};

        pub(in crate::model) fn text(object: &Object, key: &str) -> &'static str {
            match object.field(key).unwrap().format() {
                None => "Hangzhou 杭州",
                Some(Format::CompanyName) => "上海云舟科技有限公司",
                Some(Format::Email) => "wang.wei@example.com",
                Some(Format::PersonName) => "欧阳娜娜",
                Some(Format::Phone) => "021-6235 1234",
                Some(Format::Uscc) => "914403001922038216",
            }
        }

        pub(in crate::model) fn option<'a>(object: &'a Object, key: &str) -> &'a str {
            object.field(key).unwrap().options().last().unwrap()
        }

        pub(in crate::model) fn flag(_: &Object, _: &str) -> bool {
            true
        }

        pub(in crate::model) fn integer(_: &Object, _: &str) -> i64 {
            40
        }

        pub(in crate::model) fn decimal(_: &Object, _: &str) -> Decimal {
            Decimal::new(75, 2)
        }

        pub(in crate::model) fn money(_: &Object, _: &str) -> Money {
            "USD 1200.50".parse().unwrap()
        }

        pub(in crate::model) fn date(_: &Object, _: &str) -> Date {
            "2026-02-17".parse().unwrap()
        }

        pub(in crate::model) fn instant(_: &Object, _: &str) -> Instant {
            "2026-03-02T09:30:00+08:00".parse().unwrap()
        }

        /// Some hosts have UUIDs for their users, and they are read as text all the same.
        pub(in crate::model) fn host_id(_: &Object, _: &str) -> &'static str {
            "0195d9c0-5c00-7abc-8def-0123456789ab"
        }

        pub(in crate::model) fn host_ids(_: &Object, _: &str) -> &'static str {
            "wang.fang"
        }

        pub(in crate::model) fn record(_: &Object, key: &str) -> &'static Id {
            Box::leak(Box::new(Id::of_parts(&[key.as_bytes()])))
        }

        pub(in crate::model) fn tags(_: &Object, _: &str) -> &'static str {
            "software"
        }
    }

    fn defs() -> Vec<ObjectDef> {
        OBJECTS
            .iter()
            .map(|(name, json)| serde_json::from_str(json).unwrap_or_else(|e| panic!("{name}: {e}")))
            .collect()
    }

    fn schema() -> Schema {
        Schema::compile(&defs(), &Settings::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn json(name: &str) -> serde_json::Value {
        let (_, text) = OBJECTS.iter().find(|(known, _)| *known == name).unwrap();
        serde_json::from_str(text).unwrap()
    }

    fn kind_of(field: &Field) -> &'static str {
        match field.value_type() {
            ValueType::Text => "text",
            ValueType::Enum => "option",
            ValueType::Bool => "flag",
            ValueType::Integer => "integer",
            ValueType::Decimal => "decimal",
            ValueType::Money => "money",
            ValueType::Date => "date",
            ValueType::Instant => "instant",
            ValueType::Tags => "tags",
            ValueType::List(_) => "host_ids",
            ValueType::Reference if field.target().is_some_and(|to| to == "user" || to == "team") => "host_id",
            ValueType::Reference => "record",
            other => panic!("no accessor reads {other}"),
        }
    }

    fn each_has_its_accessor<T: Accessors>(schema: &Schema) -> &'static str {
        let object = schema.object(T::OBJECT).unwrap_or_else(|| panic!("no object {}", T::OBJECT));
        let declared: Vec<_> = object.declared_fields().map(|field| (kind_of(field), field.key().as_str())).collect();
        assert_eq!(declared, T::FIELDS, "{}", T::OBJECT);
        T::OBJECT
    }

    fn enter<T: Accessors>(schema: &Schema, typed: T) -> Record {
        let object = schema.object(T::OBJECT).unwrap();
        let origin = Origin::new("li.na", "test", sample::instant(object, ""));
        let id = Id::new("record-1").unwrap();
        entry::create(schema, object, id, typed.into().fields(), &origin, entry::Writer::Caller)
            .unwrap_or_else(|problems| panic!("{}: {problems:?}", T::OBJECT))
    }

    /// What is set can be entered, read back, and read back from JSON, field by field.
    fn what_is_set_is_read<T: Accessors + Clone>(schema: &Schema) {
        let object = schema.object(T::OBJECT).unwrap();
        let set = T::read(&T::View::try_from(T::filled(object).into()).unwrap());
        let record = enter(schema, T::filled(object));
        let fields = record.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
        let draft = Draft::new(object.name().clone()).with_fields(fields);
        let from_json: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
        let read = T::read(&T::View::try_from(draft).unwrap());
        assert_eq!(T::read(&T::View::try_from(from_json).unwrap()), read, "{}", T::OBJECT);
        for ((key, before), (_, value)) in set.iter().zip(&read) {
            let field = object.field(key).unwrap();
            assert_eq!(value == "None" || value == "[]", field.is_read_only(), "{}.{key} reads {value}", T::OBJECT);
            assert!(value == before || field.format().is_some(), "{}.{key}: {before} became {value}", T::OBJECT);
        }
    }

    #[test]
    fn every_field_has_its_accessor_of_the_right_type_and_every_accessor_its_field() {
        let schema = schema();
        let typed = [
            each_has_its_accessor::<User>(&schema),
            each_has_its_accessor::<Team>(&schema),
            each_has_its_accessor::<Account>(&schema),
            each_has_its_accessor::<Contact>(&schema),
            each_has_its_accessor::<Lead>(&schema),
            each_has_its_accessor::<Deal>(&schema),
            each_has_its_accessor::<Activity>(&schema),
            each_has_its_accessor::<Task>(&schema),
            each_has_its_accessor::<Ticket>(&schema),
            each_has_its_accessor::<Order>(&schema),
            each_has_its_accessor::<Payment>(&schema),
        ];
        assert_eq!(typed.to_vec(), OBJECTS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        assert_eq!(typed.to_vec(), schema.objects().iter().map(|object| object.name().as_str()).collect::<Vec<_>>());
    }

    #[test]
    fn what_setters_set_passes_entry_and_is_read_by_the_getters() {
        let schema = schema();
        what_is_set_is_read::<User>(&schema);
        what_is_set_is_read::<Team>(&schema);
        what_is_set_is_read::<Account>(&schema);
        what_is_set_is_read::<Contact>(&schema);
        what_is_set_is_read::<Lead>(&schema);
        what_is_set_is_read::<Deal>(&schema);
        what_is_set_is_read::<Activity>(&schema);
        what_is_set_is_read::<Task>(&schema);
        what_is_set_is_read::<Ticket>(&schema);
        what_is_set_is_read::<Order>(&schema);
        what_is_set_is_read::<Payment>(&schema);
    }

    #[test]
    fn what_new_asks_for_is_all_that_entry_demands() {
        let schema = schema();
        let (now, name) = ("2026-03-02T09:30:00+08:00".parse().unwrap(), "上海云舟科技有限公司");
        enter(&schema, User::new("li.na"));
        enter(&schema, Team::new("east"));
        enter(&schema, Account::new(name));
        enter(&schema, Contact::new("王伟"));
        assert_eq!(enter(&schema, Lead::new(name)).title(), name);
        enter(&schema, Lead::person("Ada Lovelace"));
        enter(&schema, Deal::new("Line 3"));
        enter(&schema, Activity::new("call", now));
        enter(&schema, Task::new("Call back"));
        enter(&schema, Ticket::new("Delivery is late"));
        enter(&schema, Order::new("SO-1"));
        enter(&schema, Payment::new("CNY 1.00".parse().unwrap()));
    }

    #[test]
    fn hosts_give_the_ids_of_people_and_their_teams_only() {
        let by_host: Vec<_> =
            schema().objects().iter().filter(|o| o.ids() == IdSource::Host).map(|o| o.name().to_string()).collect();
        assert_eq!(by_host, ["user", "team"]);
        assert_eq!(User::new("li.na").draft().id().and_then(Id::as_text), Some("li.na"));
        assert_eq!(User::new("").draft().id(), None);
    }

    #[test]
    fn everything_people_read_is_there_in_english_and_chinese() {
        let labelled = |json: &serde_json::Value, what: &str| {
            for language in ["en", "zh"] {
                let text = json["label"][language].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{what} has no label in `{language}`");
            }
            let chinese = json["label"]["zh"].as_str().unwrap();
            let letter_only = json["key"].as_str().is_some_and(|key| key.len() == 1);
            assert!(letter_only || !chinese.is_ascii(), "{what}: `{chinese}` is no Chinese");
        };
        for (name, _) in OBJECTS {
            let object = json(name);
            labelled(&object, name);
            for field in object["fields"].as_array().unwrap() {
                let what = format!("{name}.{}", field["key"]);
                labelled(field, &what);
                for option in field["options"].as_array().into_iter().flatten() {
                    labelled(option, &format!("{what}: {}", option["key"]));
                }
            }
        }
    }

    #[test]
    fn every_class_that_roles_speak_of_is_on_its_object() {
        let schema = schema();
        let classes = |name: &str| -> BTreeSet<String> {
            let fields = schema.object(name).unwrap().declared_fields();
            fields.map(|field| schema.classes().name(field.class()).to_owned()).collect()
        };
        for (object, expected) in [
            ("lead", &["marketing", "status", "sales", "contact", "sensitive"][..]),
            ("deal", &["sales", "status", "finance", "sensitive"]),
            ("ticket", &["service", "status", "sensitive"]),
            ("account", &["contact", "marketing", "sales", "service", "finance", "sensitive"]),
            ("contact", &["contact", "marketing", "sales", "service", "sensitive"]),
            ("payment", &["status", "finance"]),
        ] {
            for class in expected {
                assert!(classes(object).contains(*class), "{object} has no field of class `{class}`");
            }
        }
        for (name, _) in OBJECTS {
            for field in json(name)["fields"].as_array().unwrap() {
                assert!(field["class"].is_string(), "{name}.{} says no class", field["key"]);
            }
        }
    }

    #[test]
    fn every_reference_leads_an_index_so_that_what_points_at_a_record_is_found() {
        for object in schema().objects() {
            for field in object.declared_fields().filter(|field| field.target().is_some()) {
                assert!(object.index_on(field.slot()).is_some(), "{}.{}", object.name(), field.key());
            }
            let own = object.ownership();
            for slot in [own.owner, own.team, own.shared_with].into_iter().flatten() {
                assert!(object.index_on(slot).is_some(), "{}: ownership", object.name());
            }
        }
    }

    #[test]
    fn a_contact_costs_at_most_eight_terms() {
        let schema = schema();
        let contact = schema.object("contact").unwrap();
        let filled = enter(&schema, Contact::filled(contact));
        let terms =
            contact.indexes().iter().filter(|index| index.slots().iter().all(|&slot| filled.at(slot).is_some()));
        assert_eq!(terms.map(|index| index.name().as_str()).collect::<Vec<_>>().len(), 8);
    }

    #[test]
    fn a_field_that_several_objects_share_has_the_same_options_everywhere() {
        let mut known = BTreeMap::new();
        let schema = schema();
        for object in schema.objects() {
            for field in object.declared_fields() {
                let key = field.key().as_str();
                if !["lead_source", "size", "grade", "priority", "department", "payment_status"].contains(&key) {
                    continue;
                }
                let (there, options) = known.entry(key).or_insert((object.name(), field.options()));
                assert_eq!(*options, field.options(), "`{key}` of {there} and of {}", object.name());
            }
        }
        assert_eq!(known.len(), 6);
    }

    #[test]
    fn a_loss_needs_its_reason_and_the_reason_other_a_note() {
        let schema = schema();
        let deal = schema.object("deal").unwrap();
        let origin = Origin::new("li.na", "test", sample::instant(deal, ""));
        let wrong = |draft: Deal| -> Vec<String> {
            let id = Id::new("deal-1").unwrap();
            let made = entry::create(&schema, deal, id, draft.draft().fields(), &origin, entry::Writer::Caller);
            made.err().unwrap_or_default().iter().map(|problem| problem.field().to_owned()).collect()
        };
        assert_eq!(wrong(Deal::new("Line 3").stage("lost")), ["lost_reason"]);
        assert_eq!(wrong(Deal::new("Line 3").stage("lost").lost_reason("other")), ["lost_note"]);
        assert_eq!(wrong(Deal::new("Line 3").stage("lost").lost_reason("price")), [""; 0]);
        assert_eq!(wrong(Deal::new("Line 3").amount("CNY -1.00".parse().unwrap())), ["amount"]);
    }

    #[test]
    fn a_view_of_another_object_is_refused() {
        let error = <User as Typed>::View::try_from(Draft::from(Team::new("east"))).unwrap_err();
        assert_eq!((error.expected(), error.found().as_str()), ("user", "team"));
    }
}
