//! Names written with Chinese, Japanese or Korean characters.

use super::person::{NameOrder, Parts};
use super::person_title;
use super::script::{is_east_asian, is_kana};
use super::surname;

/// Takes apart a name that contains East Asian characters.
pub(super) fn split(name: &str) -> Parts {
    let dotted = name.contains(DOTS);
    let (titles, words): (Vec<&str>, Vec<&str>) = name
        .split(|c| c == ' ' || DOTS.contains(&c))
        .filter(|word| word.contains(char::is_alphabetic))
        .partition(|word| person_title::is_title(word));
    let parts = match words.split_last() {
        Some((last, others)) if dotted && !others.is_empty() && is_transliteration(&words) => {
            transliterated(others, last)
        }
        _ => native(&words),
    };
    let titles = titles.into_iter().map(str::to_owned).chain(parts.titles).collect();
    Parts { titles, ..parts }
}

/// The dots between the parts of a transliterated name.
const DOTS: [char; 4] = ['·', '•', '‧', '・'];

fn is_transliteration(words: &[&str]) -> bool {
    let pure = |word: &&str| word.chars().all(is_east_asian) || !word.contains(is_east_asian);
    words.iter().all(pure) && words.last().is_some_and(|last| last.contains(is_east_asian))
}

/// A foreign or Uyghur name in Chinese or Japanese spelling: 威廉·莎士比亚, ジョン・スミス.
fn transliterated(given: &[&str], last: &str) -> Parts {
    let (family, title) = person_title::split_han(last);
    let given: Vec<&str> = given.iter().map(|word| trim(word)).collect();
    Parts::new(family, &given.join("·"), [title], NameOrder::GivenFirst)
}

fn native(words: &[&str]) -> Parts {
    let (mut own, mut foreign, mut titles) = (Vec::new(), Vec::new(), Vec::new());
    for word in words {
        let (here, other): (String, String) = word.chars().partition(|&c| is_east_asian(c));
        if !here.is_empty() {
            own.push(here);
        }
        if person_title::is_title(&other) {
            titles.push(other);
        } else if other.contains(char::is_alphabetic) {
            foreign.push(trim(&other).to_owned());
        }
    }
    let whole = own.concat();
    let (bare, title) = person_title::split_han(&whole);
    let titles = titles.iter().map(String::as_str).chain([title]);
    // `Amy 林` goes by a foreign given name; in `林美 Amy` it is a mere nickname.
    if !foreign.is_empty() && surname::is_bare(bare) {
        return Parts::new(bare, &foreign.join(" "), titles, NameOrder::GivenFirst);
    }
    let at_space = match own.as_slice() {
        [first, _] if first.chars().count() <= LONGEST_SURNAME => {
            bare.split_at_checked(first.len()).filter(|(_, given)| !given.is_empty())
        }
        _ => None,
    };
    let (family, given) = at_space.unwrap_or_else(|| split_surname(bare));
    Parts::new(family, given, titles, NameOrder::FamilyFirst)
}

/// Japanese surnames of three characters are common (五十嵐), longer ones are not.
const LONGEST_SURNAME: usize = 3;

/// Splits by the surname lists. More characters than a Chinese or Korean name has, and names with
/// kana, are left whole, as the given name.
fn split_surname(name: &str) -> (&str, &str) {
    if name.contains(is_kana) {
        return ("", name);
    }
    if let Some(parts) = surname::split_compound(name).filter(|(_, given)| given.chars().count() <= 3) {
        return parts;
    }
    match name.char_indices().nth(1) {
        None => (name, ""),
        Some((end, _)) if name.chars().count() <= 4 => name.split_at_checked(end).unwrap_or(("", name)),
        Some(_) => ("", name),
    }
}

/// Drops punctuation around a word.
fn trim(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::super::PersonName;
    use super::super::person::tests::check;

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
        assert_eq!(PersonName::parse("威廉・莎士比亚").unwrap().to_string(), "威廉·莎士比亚");
    }

    #[test]
    fn mixed_names_keep_the_native_part() {
        check("Amy林", "林", "Amy", "");
        check("Amy 林", "林", "Amy", "");
        check("林美 Amy", "林", "美", "");
        check("杨晶1", "杨", "晶", "");
    }
}
