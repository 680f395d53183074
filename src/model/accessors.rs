//! The macro that writes the typed draft and the typed view of an object, one line a field.
//!
//! A line says the kind of the field, its key and what it is: `date founded_on: "the day it was founded";`. Kinds: `text`,
//! `option` (an enum's key), `flag`, `integer`, `decimal`, `money`, `date`, `instant`, `host_id` and `host_ids` (users and
//! teams), `record` (any other reference) and `tags`. `tags skills + skill` names the setter, which adds one.
//! `instant last_touch_at (by rules)` has no setter, because only rules write there.

macro_rules! typed {
    (
        $(#[$about:meta])* $write:ident,
        $(#[$about_view:meta])* $view:ident,
        $object:literal;
        $( $kind:ident $field:ident $(+ $one:ident)? $((by $rules:ident))? : $what:literal; )*
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(transparent)]
        pub struct $write(crate::record::Draft);

        impl $write {
            fn empty() -> Self {
                Self(crate::record::Draft::new(crate::value::Name::known($object)))
            }

            $( $crate::model::accessors::typed!(@set [$($rules)?] $kind $field [$($one)?] $what); )*

            /// Sets any field, such as a custom one; what the field cannot hold is refused at entry.
            #[must_use]
            pub fn set(self, key: &str, value: impl Into<crate::value::Value>) -> Self {
                Self(self.0.set(key, value))
            }

            /// Returns what was set so far.
            pub fn draft(&self) -> &crate::record::Draft {
                &self.0
            }
        }

        impl crate::model::Typed for $write {
            const OBJECT: &'static str = $object;
            type View = $view;
        }

        impl From<$write> for crate::record::Draft {
            fn from(typed: $write) -> Self {
                typed.0
            }
        }

        impl TryFrom<crate::record::Draft> for $write {
            type Error = crate::model::WrongObject;

            fn try_from(draft: crate::record::Draft) -> Result<Self, Self::Error> {
                crate::model::WrongObject::check(&draft, $object)?;
                Ok(Self(draft))
            }
        }

        $(#[$about_view])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(transparent)]
        pub struct $view(crate::record::Draft);

        impl $view {
            /// Returns the id; `None` when the record does not exist yet.
            pub fn id(&self) -> Option<&crate::value::Id> {
                self.0.id()
            }

            $( $crate::model::accessors::typed!(@get $kind $field $what); )*

            /// Returns any field, such as a custom one.
            pub fn get(&self, key: &str) -> Option<&crate::value::Value> {
                self.0.fields().get(key)
            }

            /// Returns all fields, known and custom.
            pub fn fields(&self) -> &crate::record::Fields {
                self.0.fields()
            }
        }

        impl From<$view> for crate::record::Draft {
            fn from(view: $view) -> Self {
                view.0
            }
        }

        impl TryFrom<crate::record::Draft> for $view {
            type Error = crate::model::WrongObject;

            fn try_from(draft: crate::record::Draft) -> Result<Self, Self::Error> {
                crate::model::WrongObject::check(&draft, $object)?;
                let host_ids: Vec<&str> = [$( (stringify!($kind), stringify!($field)) ),*]
                    .into_iter()
                    .filter_map(|(kind, field)| matches!(kind, "host_id" | "host_ids").then_some(field))
                    .collect();
                Ok(Self(crate::model::reading::with_spelled_ids(draft, &host_ids)))
            }
        }

        #[cfg(test)]
        impl crate::model::objects::tests::Accessors for $write {
            const FIELDS: &'static [(&'static str, &'static str)] = &[$( (stringify!($kind), stringify!($field)) ),*];

            fn filled(object: &crate::schema::Object) -> Self {
                let made = Self::empty();
                $( let made = $crate::model::accessors::typed!(@fill [$($rules)?] $kind $field [$($one)?] made object); )*
                made
            }

            fn read(view: &$view) -> Vec<(&'static str, String)> {
                vec![$( (stringify!($field), format!("{:?}", view.$field())) ),*]
            }
        }
    };

    (@set [rules] $kind:ident $field:ident [] $what:literal) => {};
    (@set [] tags $field:ident [$one:ident] $what:literal) => {
        #[doc = concat!("Adds one to ", $what, ".")]
        #[must_use]
        pub fn $one(self, $one: &str) -> Self {
            Self(crate::model::reading::with_tag(self.0, stringify!($field), $one))
        }
    };
    (@set [] host_ids $field:ident [$one:ident] $what:literal) => {
        #[doc = concat!("Adds one to ", $what, ".")]
        #[must_use]
        pub fn $one(self, $one: &str) -> Self {
            Self(crate::model::reading::with_host_id(self.0, stringify!($field), $one))
        }
    };
    (@set [] $kind:ident $field:ident [] $what:literal) => {
        #[doc = concat!("Sets ", $what, ".")]
        #[must_use]
        pub fn $field(self, $field: $crate::model::accessors::typed!(@takes $kind)) -> Self {
            self.set(stringify!($field), $crate::model::accessors::typed!(@value $kind $field))
        }
    };
    (@get $kind:ident $field:ident $what:literal) => {
        #[doc = concat!("Returns ", $what, ".")]
        pub fn $field(&self) -> $crate::model::accessors::typed!(@gives $kind) {
            crate::model::reading::$kind(&self.0, stringify!($field))
        }
    };

    (@takes text) => { &str };
    (@takes option) => { &str };
    (@takes host_id) => { &str };
    (@takes record) => { &crate::value::Id };
    (@takes $kind:ident) => { $crate::model::accessors::typed!(@owned $kind) };

    (@value option $given:ident) => { crate::value::Value::option($given) };
    (@value record $given:ident) => { $given.clone() };
    (@value $kind:ident $given:ident) => { $given };

    (@gives text) => { Option<&str> };
    (@gives option) => { Option<&str> };
    (@gives host_id) => { Option<&str> };
    (@gives record) => { Option<crate::value::Id> };
    (@gives host_ids) => { Vec<&str> };
    (@gives tags) => { Vec<&str> };
    (@gives $kind:ident) => { Option<$crate::model::accessors::typed!(@owned $kind)> };

    (@owned flag) => { bool };
    (@owned integer) => { i64 };
    (@owned decimal) => { rust_decimal::Decimal };
    (@owned money) => { crate::value::Money };
    (@owned date) => { crate::value::Date };
    (@owned instant) => { crate::value::Instant };

    (@fill [rules] $kind:ident $field:ident [] $made:ident $object:ident) => { $made };
    (@fill [] $kind:ident $field:ident [] $made:ident $object:ident) => {
        $made.$field(crate::model::objects::tests::sample::$kind($object, stringify!($field)))
    };
    (@fill [] $kind:ident $field:ident [$one:ident] $made:ident $object:ident) => {
        $made.$one(crate::model::objects::tests::sample::$kind($object, stringify!($field)))
    };
}

pub(super) use typed;
