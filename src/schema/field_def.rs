use serde::{Deserialize, Serialize};

use super::{Freshness, Label};
use crate::expr::Expr;
use crate::value::{Name, ValueType};

/// A field of an object, as a definition declares it.
///
/// # In a definition
/// | key | what it says |
/// |---|---|
/// | `key` | the name of the field, without `.` and `-` |
/// | `type` | what it holds, as [`ValueType`]: `"text"`, `"money"`, `{"list":"text"}` |
/// | `label` | what people read, by language: `{"en":"Hall","zh":"展馆"}` |
/// | `class` | by what access is granted: `status`, `contact`, `marketing`, `sales`, `service`, `finance`, `sensitive`, `custom`, or one of `settings.classes`; `custom` unless it says otherwise |
/// | `format` | how text is normalised and checked, as [`Format`]: `"phone"` |
/// | `options` | what an enum may be, as [`OptionDef`]: `["open","won"]` |
/// | `to` | the object that a reference points to |
/// | `collection` | the name by which the record referred to knows all that refer to it; the reference must be indexed |
/// | `required`, `required_if` | `true`, or a condition on the record: `"status == 'lost'"` |
/// | `read_only` | `true`: only rules write it |
/// | `unique` | `true`: no two records of the tenant hold the same value |
/// | `index` | `true`: lists can be filtered and ordered by it without looking at every record |
/// | `default`, `min`, `max` | values of the field's type: `"new"`, `1`, `"CNY 100.00"` |
/// | `freshness` | how old it may be, as [`Freshness`]: `{"within":"P90D"}` |
/// | `weight` | how much it counts in the quality of a record; unless it says otherwise 1 where it is required or is a name, a phone number or an e-mail address, else 0 |
///
/// Only `key` and `type` must be there.
///
/// # Example: the same field in Rust and as data
/// ```
/// use guanxi::schema::{FieldDef, Format};
/// use guanxi::value::ValueType;
///
/// let built = FieldDef::new("phone".parse()?, ValueType::Text).format(Format::Phone).class("contact".parse()?);
/// let read: FieldDef = serde_json::from_str(r#"{"key":"phone","type":"text","format":"phone","class":"contact"}"#)?;
/// assert_eq!(built, read);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDef {
    pub(super) key: Name,
    #[serde(rename = "type")]
    pub(super) value_type: ValueType,
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub(super) label: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) class: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<Format>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) options: Vec<OptionDef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) collection: Option<Name>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) required_if: Option<Expr>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) read_only: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) unique: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) index: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) default: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) freshness: Option<Freshness>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) weight: Option<u32>,
}

/// One option of an enum field: its key, which is stored and compared, and what people read.
///
/// In a definition: `"won"` or `{"key":"won","label":{"zh":"赢单"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OptionJson", into = "OptionJson")]
pub struct OptionDef {
    /// The key: 1 to 64 bytes.
    pub key: String,
    /// What people read, by language.
    pub label: Label,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected an option: its key, or {\"key\":\"won\",\"label\":{\"zh\":\"赢单\"}}")]
enum OptionJson {
    Key(String),
    Labelled(LabelledOption),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelledOption {
    key: String,
    label: Label,
}

impl From<OptionJson> for OptionDef {
    fn from(json: OptionJson) -> Self {
        match json {
            OptionJson::Key(key) => Self { key, label: Label::default() },
            OptionJson::Labelled(LabelledOption { key, label }) => Self { key, label },
        }
    }
}

impl From<OptionDef> for OptionJson {
    fn from(OptionDef { key, label }: OptionDef) -> Self {
        if label.is_empty() { Self::Key(key) } else { Self::Labelled(LabelledOption { key, label }) }
    }
}

/// How a text field is normalised and checked when it is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// A company's name.
    CompanyName,
    /// An e-mail address.
    Email,
    /// A person's name.
    PersonName,
    /// A phone number.
    Phone,
    /// A unified social credit code (统一社会信用代码, GB 32100-2015).
    Uscc,
}

impl FieldDef {
    /// Returns an optional field of this type in class `custom`.
    pub fn new(key: Name, value_type: ValueType) -> Self {
        Self {
            key,
            value_type,
            label: Label::default(),
            class: None,
            format: None,
            options: Vec::new(),
            to: None,
            collection: None,
            required: false,
            required_if: None,
            read_only: false,
            unique: false,
            index: false,
            default: None,
            min: None,
            max: None,
            freshness: None,
            weight: None,
        }
    }

    /// Returns the key.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Sets the class that access is granted by.
    #[must_use]
    pub fn class(mut self, class: Name) -> Self {
        self.class = Some(class);
        self
    }

    /// Sets how the text is normalised and checked.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Sets the options of an enum, by their keys.
    #[must_use]
    pub fn options(mut self, keys: &[&str]) -> Self {
        self.options = keys.iter().map(|&key| OptionDef { key: key.to_owned(), label: Label::default() }).collect();
        self
    }

    /// Sets the object that a reference points to.
    #[must_use]
    pub fn to(mut self, object: Name) -> Self {
        self.to = Some(object);
        self
    }

    /// Sets the name by which the record referred to knows all records that refer to it through this field.
    #[must_use]
    pub fn collection(mut self, name: Name) -> Self {
        self.collection = Some(name);
        self
    }

    /// Makes the field mandatory.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Makes the field mandatory where `condition` is true of the record.
    #[must_use]
    pub fn required_if(mut self, condition: Expr) -> Self {
        self.required_if = Some(condition);
        self
    }

    /// Allows only rules to write the field.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Lets no two records of the tenant hold the same value.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Makes the field a way to find and order records.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        self.index = true;
        self
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
