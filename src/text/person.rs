//! Personal names.

use std::fmt;
use std::str::FromStr;

use super::clean::{self, clean, collapse_spaces};
use super::person_title;
use super::script::{is_han, is_hangul, is_kana};
use super::surname;
use super::unreadable::{MAX_BYTES, Unreadable};

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
    parts: Parts,
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
        let mut parts = if name.contains(is_east_asian) {
            east_asian(&name)
        } else {
            western(&name)
        };
        if !remark.is_empty() {
            parts.titles.push(remark);
        }
        Ok(Self {
            raw: text.to_owned(),
            parts,
        })
    }

    /// The text it was read from, untouched.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The family name (姓), with its particles: `van Beethoven`.
    pub fn family(&self) -> Option<&str> {
        Some(self.parts.family.as_str()).filter(|family| !family.is_empty())
    }

    /// The given names (名). A name that does not show its parts is all here.
    pub fn given(&self) -> Option<&str> {
        Some(self.parts.given.as_str()).filter(|given| !given.is_empty())
    }

    /// What stands around the name: `总`, `Dr.`, `Jr.`, a remark in brackets.
    pub fn title(&self) -> Option<String> {
        (!self.parts.titles.is_empty()).then(|| self.parts.titles.join(" "))
    }

    /// Which part comes first when the name is shown.
    pub fn order(&self) -> NameOrder {
        self.parts.order
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
        let Parts {
            family,
            given,
            order,
            ..
        } = &self.parts;
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

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Parts {
    family: String,
    given: String,
    titles: Vec<String>,
    order: NameOrder,
}

fn is_east_asian(c: char) -> bool {
    is_han(c) || is_kana(c) || is_hangul(c)
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
    let [name, remark] = [name, remark].map(|part| collapse_spaces(&part));
    if name.contains(char::is_alphabetic) {
        (name, remark)
    } else {
        (remark, name)
    }
}

fn east_asian(name: &str) -> Parts {
    if let Some(parts) = transliterated(name) {
        return parts;
    }
    let (mut words, mut titles, mut foreign) = (Vec::new(), Vec::new(), Vec::new());
    for word in name.split(NAME_BREAKS) {
        let (native, other): (String, String) = word.chars().partition(|&c| is_east_asian(c));
        if !native.is_empty() {
            words.push(native);
        }
        if is_title(&other) {
            titles.push(other);
        } else if other.contains(char::is_alphabetic) {
            foreign.push(trim(&other).to_owned());
        }
    }
    let whole = words.concat();
    let (bare, title) = person_title::split_han(&whole);
    if !title.is_empty() {
        titles.push(title.to_owned());
    }
    // `Amy 林` goes by a foreign given name; in `林美 Amy` it is a mere nickname.
    if !foreign.is_empty() && surname::is_bare(bare) {
        return Parts {
            family: bare.to_owned(),
            given: foreign.join(" "),
            titles,
            order: NameOrder::GivenFirst,
        };
    }
    let at_space = || match words.as_slice() {
        [first, _] => bare
            .strip_prefix(first.as_str())
            .map(|rest| (first.as_str(), rest)),
        _ => None,
    };
    let (family, given) = at_space()
        .filter(|(family, given)| family.chars().count() <= 3 && !given.is_empty())
        .unwrap_or_else(|| split_surname(bare));
    Parts {
        family: family.to_owned(),
        given: given.to_owned(),
        titles,
        order: NameOrder::FamilyFirst,
    }
}

/// A foreign or Uyghur name in Chinese or Japanese spelling: 威廉·莎士比亚, ジョン・スミス.
fn transliterated(name: &str) -> Option<Parts> {
    let mut words: Vec<&str> = name
        .split(DOTS)
        .map(trim)
        .filter(|word| word.contains(char::is_alphabetic) && !word.split(' ').all(is_title))
        .collect();
    let mixed = |word: &&str| word.contains(is_east_asian) && !word.chars().all(is_east_asian);
    if words.len() < 2 || words.iter().any(mixed) || !words.last()?.contains(is_east_asian) {
        return None;
    }
    let (family, title) = person_title::split_han(words.pop()?);
    Some(Parts {
        family: family.to_owned(),
        given: words.join("·"),
        titles: Some(title.to_owned())
            .filter(|title| !title.is_empty())
            .into_iter()
            .collect(),
        order: NameOrder::GivenFirst,
    })
}

/// The dots between the parts of a transliterated name.
const DOTS: [char; 4] = ['·', '•', '‧', '・'];

const NAME_BREAKS: [char; 5] = [' ', '·', '•', '‧', '・'];

/// Splits by the surname lists. More characters than a Chinese or Korean name has, and names with
/// kana, are left whole, as the given name.
fn split_surname(name: &str) -> (&str, &str) {
    if name.contains(is_kana) {
        return ("", name);
    }
    if let Some(parts) =
        surname::split_compound(name).filter(|(_, given)| given.chars().count() <= 3)
    {
        return parts;
    }
    match name.char_indices().nth(1) {
        None => (name, ""),
        Some((end, _)) if name.chars().count() <= 4 => {
            name.split_at_checked(end).unwrap_or(("", name))
        }
        Some(_) => ("", name),
    }
}

fn western(name: &str) -> Parts {
    let mut pieces = name.split(',').map(words).filter(|piece| !piece.is_empty());
    let mut family = pieces.next().unwrap_or_default();
    let mut spoken: Vec<&str> = pieces.flatten().collect();
    let mut behind = Vec::new();
    while spoken
        .last()
        .is_some_and(|word| person_title::is_suffix(word))
    {
        behind.extend(spoken.pop());
    }
    // Nothing but titles behind the comma: `Martin King, Jr.` is in spoken order already.
    let mut marked = (!spoken.is_empty()).then_some(family.len());
    spoken.append(&mut family);

    let mut before = Vec::new();
    let mut kept = spoken.as_slice();
    loop {
        match kept {
            [title, rest @ ..] if person_title::is_prefix(title) && says(rest) => {
                before.push(*title);
                kept = rest;
            }
            [rest @ .., title] if person_title::is_suffix(title) && says(rest) => {
                behind.push(title);
                marked = marked
                    .and_then(|count| count.checked_sub(1))
                    .filter(|&count| count > 0);
                kept = rest;
            }
            _ => break,
        }
    }
    let titled = !before.is_empty() || !behind.is_empty();
    let family = marked
        .unwrap_or_else(|| family_length(kept, titled))
        .min(kept.len());
    let (given, family) = kept
        .split_at_checked(kept.len() - family)
        .unwrap_or((kept, &[]));
    Parts {
        family: family.join(" "),
        given: given.join(" "),
        titles: before
            .into_iter()
            .chain(behind.into_iter().rev())
            .map(str::to_owned)
            .collect(),
        order: NameOrder::GivenFirst,
    }
}

fn is_title(word: &str) -> bool {
    person_title::is_prefix(word) || person_title::is_suffix(word)
}

/// Drops punctuation around a word.
fn trim(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn words(piece: &str) -> Vec<&str> {
    piece
        .split(' ')
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect()
}

fn says(words: &[&str]) -> bool {
    words.iter().any(|word| word.contains(char::is_alphabetic))
}

/// How many of the last words are the family name: one, or all from its first particle on. A lone
/// word is a family name only beside a title.
fn family_length(words: &[&str], titled: bool) -> usize {
    match words {
        [_] => usize::from(titled),
        [_, inner @ .., _] => {
            let particle = |word: &&str| {
                PARTICLES
                    .split_whitespace()
                    .any(|particle| particle == clean::fold_case(word))
            };
            inner
                .iter()
                .position(particle)
                .map_or(1, |at| inner.len() - at + 1)
        }
        [] => 0,
    }
}

/// Particles that open a family name in Dutch, German, French, Italian, Spanish, Portuguese, the
/// Scandinavian languages and Arabic.
const PARTICLES: &str = "van von vom zu zur de del della delle dello di da du des dos das den der la le \
    ter ten af av bin ibn al el st.";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn person(text: &str) -> PersonName {
        PersonName::parse(text).unwrap()
    }

    #[track_caller]
    fn check(text: &str, family: &str, given: &str, title: &str) {
        let name = person(text);
        let read = [name.family(), name.given(), name.title().as_deref()]
            .map(|part| part.unwrap_or_default().to_owned());
        assert_eq!(read, [family, given, title], "{text}");
    }

    #[test]
    fn chinese_names_split_by_surname() {
        check("张伟", "张", "伟", "");
        check("马化腾", "马", "化腾", "");
        check("司马相如", "司马", "相如", "");
        check("歐陽修", "歐陽", "修", "");
        check("诸葛", "诸葛", "", "");
        check("张　伟", "张", "伟", "");
        check("欧阳 娜娜", "欧阳", "娜娜", "");
        check("陈方安生", "陈", "方安生", "");
        check("阿卜杜热合曼", "", "阿卜杜热合曼", "");
    }

    #[test]
    fn chinese_titles_are_split_off() {
        check("张总", "张", "", "总");
        check("王女士", "王", "", "女士");
        check("李经理", "李", "", "经理");
        check("欧阳总经理", "欧阳", "", "总经理");
        check("王小明先生", "王", "小明", "先生");
        check("张 伟 经理", "张", "伟", "经理");
        check("周丽（财务）", "周", "丽", "财务");
        check("(张伟)", "张", "伟", "");
        check("Dr. 王小明", "王", "小明", "Dr.");
    }

    #[test]
    fn other_east_asian_names() {
        check("김민수", "김", "민수", "");
        check("남궁민", "남궁", "민", "");
        check("山田 太郎", "山田", "太郎", "");
        check("高橋 みなみ", "高橋", "みなみ", "");
        check("高橋みなみ", "", "高橋みなみ", "");
        check("ジョン・スミス", "スミス", "ジョン", "");
        check("威廉·莎士比亚先生", "莎士比亚", "威廉", "先生");
        assert_eq!(person("威廉・莎士比亚").to_string(), "威廉·莎士比亚");
    }

    #[test]
    fn mixed_names_keep_the_native_part() {
        check("Amy林", "林", "Amy", "");
        check("Amy 林", "林", "Amy", "");
        check("林美 Amy", "林", "美", "");
        check("杨晶1", "杨", "晶", "");
    }

    #[test]
    fn western_names_split_at_the_family_name() {
        check("Ada Lovelace", "Lovelace", "Ada", "");
        check("Lovelace, Ada", "Lovelace", "Ada", "");
        check("Mr Smith", "Smith", "", "Mr");
        check("Madonna", "", "Madonna", "");
        check(
            "Prof. Dr. Hans-Peter von der Heide",
            "von der Heide",
            "Hans-Peter",
            "Prof. Dr.",
        );
        check("Martin Luther King, Jr.", "King", "Martin Luther", "Jr.");
        check("King, Martin Luther, Jr.", "King", "Martin Luther", "Jr.");
        check("Smith, Ada, PhD, MBA", "Smith", "Ada", "PhD MBA");
        check("Smith, Mr", "Smith", "", "Mr");
        check("Juan de la Cruz", "de la Cruz", "Juan", "");
        check("Robert (Bob) Smith", "Smith", "Robert", "Bob");
        check("Jack Ma", "Ma", "Jack", "");
        check("Пётр Ильич Чайковский", "Чайковский", "Пётр Ильич", "");
        check("Dr", "", "Dr", "");
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
