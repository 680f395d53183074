//! Personal names.

use std::fmt;
use std::str::FromStr;

use super::clean::{self, clean, collapse_spaces};
use super::script::is_east_asian;
use super::surname;
use super::unreadable::{MAX_BYTES, Unreadable};
use super::{person_eastern, person_western};

/// A person's name (姓名), taken apart into family name, given name and title as far as it shows them.
///
/// Chinese and Korean names are split by the lists of compound surnames, Japanese ones only at a
/// space. A name in Latin letters is read as given name first unless a comma says otherwise; pinyin
/// is no exception, because `Wang Yan` does not say which is the family name.
///
/// # Example: Chinese names (中文姓名)
/// ```
/// use guanxi::text::PersonName;
///
/// let name: PersonName = "欧阳娜娜".parse()?;
/// assert_eq!((name.family(), name.given()), (Some("欧阳"), Some("娜娜")));
///
/// let boss: PersonName = "张总".parse()?;
/// assert_eq!((boss.family(), boss.given(), boss.title()), (Some("张"), None, Some("总")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Example: Western names in either order
/// ```
/// use guanxi::text::PersonName;
///
/// let name: PersonName = "Dr. Ludwig van Beethoven".parse()?;
/// assert_eq!((name.given(), name.family()), (Some("Ludwig"), Some("van Beethoven")));
/// assert_eq!(name.key(), PersonName::parse("VAN BEETHOVEN, Ludwig")?.key());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonName {
    raw: String,
    family: String,
    given: String,
    title: String,
    order: NameOrder,
}

/// Which part of a name is spoken and written first. The two are all there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameOrder {
    /// 张伟: Chinese, Japanese, Korean.
    FamilyFirst,
    /// Ada Lovelace, 威廉·莎士比亚.
    GivenFirst,
}

/// Why text is not a [`PersonName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PersonProblem {
    /// More than [`MAX_BYTES`] bytes.
    #[error("{bytes} bytes, expected at most {MAX_BYTES}")]
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// No letter of any script.
    #[error("no letter of any script")]
    WithoutLetters,
}

impl PersonName {
    /// Takes a name apart.
    ///
    /// # Errors
    /// [`PersonProblem`].
    pub fn parse(text: &str) -> Result<Self, Unreadable<PersonProblem>> {
        let refuse = |problem| Unreadable::new(text, "a person's name", problem);
        if text.len() > MAX_BYTES {
            return Err(refuse(PersonProblem::TooLong { bytes: text.len() }));
        }
        let (name, remark) = split_remark(&clean(text));
        if !name.contains(char::is_alphabetic) {
            return Err(refuse(PersonProblem::WithoutLetters));
        }
        // A mere mark, such as the dots of a kana, is no part of a name.
        let eastern = name.contains(|c: char| is_east_asian(c) && c.is_alphabetic());
        let mut parts = if eastern { person_eastern::split(&name) } else { person_western::split(&name) };
        if !remark.is_empty() {
            parts.titles.push(remark);
        }
        Ok(Self {
            raw: text.to_owned(),
            family: parts.family,
            given: parts.given,
            title: parts.titles.join(" "),
            order: parts.order,
        })
    }

    /// The text it was read from, untouched.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The family name (姓), with its particles: `van Beethoven`.
    pub fn family(&self) -> Option<&str> {
        present(&self.family)
    }

    /// The given names (名). A name that does not show its parts is all here.
    pub fn given(&self) -> Option<&str> {
        present(&self.given)
    }

    /// What stands around the name: `总`, `Dr.`, `Jr.`, a remark in brackets.
    pub fn title(&self) -> Option<&str> {
        present(&self.title)
    }

    /// Which part comes first when the name is shown.
    pub fn order(&self) -> NameOrder {
        self.order
    }

    /// Both parts folded for comparing ([`clean::key`]), in the order of the name, without title;
    /// East Asian names without any space.
    ///
    /// # Example: what is the same, and what is not
    /// ```
    /// use guanxi::text::PersonName;
    ///
    /// assert_eq!(PersonName::parse("李　敏 女士")?.key(), PersonName::parse("李敏")?.key());
    /// assert_eq!(PersonName::parse("O’Brien, Séan")?.key(), "sean obrien");
    /// assert_ne!(PersonName::parse("张总")?.key(), PersonName::parse("张伟")?.key());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn key(&self) -> String {
        let mut key = clean::key(&self.to_string());
        if !key.contains(|c: char| c.is_alphabetic() && !is_east_asian(c)) {
            key.retain(|c| c != ' ');
        }
        key
    }
}

/// The name without title, in its own order: `欧阳娜娜`, `Ada Lovelace`.
impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { family, given, order, .. } = self;
        match order {
            NameOrder::FamilyFirst => write!(f, "{family}{given}"),
            NameOrder::GivenFirst if given.is_empty() || family.is_empty() => {
                write!(f, "{given}{family}")
            }
            NameOrder::GivenFirst => {
                // Only 威廉·莎士比亚 is dotted; `Ada Lovelace` and `Amy 林` are not.
                let native = |part: &str| part.contains(is_east_asian);
                let dotted = native(family) && (native(given) || !surname::is_bare(family));
                let gap = if dotted { '·' } else { ' ' };
                write!(f, "{given}{gap}{family}")
            }
        }
    }
}

impl FromStr for PersonName {
    type Err = Unreadable<PersonProblem>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// A name taken apart; a part that is not there is empty.
pub(super) struct Parts {
    pub(super) family: String,
    pub(super) given: String,
    pub(super) titles: Vec<String>,
    pub(super) order: NameOrder,
}

impl Parts {
    pub(super) fn new<'a>(
        family: &str,
        given: &str,
        titles: impl IntoIterator<Item = &'a str>,
        order: NameOrder,
    ) -> Self {
        let titles = titles.into_iter().filter(|title| !title.is_empty());
        Self { family: family.to_owned(), given: given.to_owned(), titles: titles.map(str::to_owned).collect(), order }
    }
}

fn present(part: &str) -> Option<&str> {
    Some(part).filter(|part| !part.is_empty())
}

/// Separates what stands in brackets. A name that is all in brackets only loses them.
fn split_remark(text: &str) -> (String, String) {
    let (mut name, mut remark) = (String::new(), String::new());
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => {
                name.push(c);
                continue;
            }
            _ => {
                remark.push(c);
                continue;
            }
        }
        name.push(' ');
        remark.push(' ');
    }
    let [name, remark] = [name, remark].map(|part| collapse_spaces(&part).into_owned());
    if name.contains(char::is_alphabetic) { (name, remark) } else { (remark, name) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    pub(in crate::text) fn check(text: &str, family: &str, given: &str, title: &str) {
        let name = PersonName::parse(text).unwrap();
        let read = [name.family(), name.given(), name.title()];
        let expected = [family, given, title].map(|part| Some(part).filter(|part| !part.is_empty()));
        assert_eq!(read, expected, "{text}");
    }

    fn person(text: &str) -> PersonName {
        PersonName::parse(text).unwrap()
    }

    #[test]
    fn keys_join_what_is_the_same() {
        for (a, b) in [
            ("李　敏", "李敏"),
            ("王小明先生", "王小明"),
            ("Müller, Jörg", "jorg MULLER"),
            ("Dr. Ada Lovelace", "LOVELACE, ADA"),
            ("Jean-Luc Picard", "Jean Luc Picard"),
            ("Пётр", "петр"),
        ] {
            assert_eq!(person(a).key(), person(b).key(), "{a} {b}");
        }
    }

    #[test]
    fn the_fault_is_named() {
        for text in ["", "123", "---", "()"] {
            let error = PersonName::parse(text).unwrap_err();
            assert_eq!(error.problem(), &PersonProblem::WithoutLetters, "{text}");
        }
        let error = PersonName::parse(&"a".repeat(1 << 20)).unwrap_err();
        assert_eq!(error.problem(), &PersonProblem::TooLong { bytes: 1 << 20 });
    }

    #[test]
    fn a_stray_kana_mark_does_not_swallow_the_name() {
        for (text, family) in [("Dr ゛", "Dr"), ("ㅆ ゛", "ㅆ"), ("Ada ゛", "Ada")] {
            let name = person(text);
            assert_eq!(name.family().or(name.given()), Some(family), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_the_raw_text_stays(text: String) {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert_eq!(name.raw(), &text);
                prop_assert!(name.family().or(name.given()).is_some());
            }
        }

        #[test]
        fn the_shown_name_is_final(
            text in "((张|欧阳|小明|总|经理|先生|山田|김|ア|·|Mr\\.|Jr|de|Ada|King|O'Neil|1|,|\\(|\\)|-| ){1,2} ?){1,6}"
        ) {
            if let Ok(name) = PersonName::parse(&text) {
                let again = person(&name.to_string());
                prop_assert_eq!(again.key(), name.key());
                prop_assert_eq!(again.to_string(), name.to_string());
            }
        }
    }
}
