//! Character-level normalising: spaces, width, invisible characters, case and accents.
//!
//! [`clean`] is for values that are stored and shown on one line, [`prose`] for longer ones; [`key`]
//! is for values that are only compared. The single steps are public so that an entry standard can
//! choose among them. Each step is idempotent, and text that a step leaves as it is is not copied.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

pub use super::folded::{fold_case, key, strip_marks};
pub use super::unseen::{drop_invisible, prose};
use super::unseen::{is_ascii_line, is_plain};

/// Makes one tidy line: invisible characters dropped, width folded, spaces collapsed.
///
/// Use it on every short field at entry: names, titles, codes. It is not for prose, where [`prose`] keeps the lines.
///
/// # Example: a name pasted from a chat
/// ```
/// use guanxi::text::clean::clean;
///
/// assert_eq!(clean("\u{feff} ＡＣＭＥ\u{200b}　 Ltd.\n"), "ACME Ltd.");
/// assert_eq!(clean("李　　敏 "), "李 敏");
/// ```
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_ascii_line(text) || text.chars().all(is_plain) {
        return collapse_spaces(text);
    }
    Cow::Owned(collapse_spaces(&fold_width(&drop_invisible(text))).into_owned())
}

/// Trims, and turns every run of white space, line breaks included, into one space.
pub fn collapse_spaces(text: &str) -> Cow<'_, str> {
    if !text.as_bytes().contains(&b' ') && is_ascii_line(text) {
        return Cow::Borrowed(text);
    }
    let mut before = ' ';
    let is_single = |c: char| {
        let follows = std::mem::replace(&mut before, c);
        !c.is_whitespace() || (c == ' ' && follows != ' ')
    };
    if text.chars().all(is_single) && !text.ends_with(' ') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}

/// Makes full-width Latin narrow and half-width kana wide, as they are normally written.
///
/// Compatibility decomposition (UAX #15) of the block *Halfwidth and Fullwidth Forms* and of the
/// ideographic space alone, then composition (NFC). Unlike NFKC it leaves `x²` and `①` as they are.
///
/// # Example: both directions
/// ```
/// use guanxi::text::clean::fold_width;
///
/// assert_eq!(fold_width("Ｔｅｌ：０２１（上海）"), "Tel:021(上海)");
/// assert_eq!(fold_width("ｶﾞｽ"), "ガス");
/// assert_eq!(fold_width("x²"), "x²");
/// ```
pub fn fold_width(text: &str) -> Cow<'_, str> {
    if is_ascii_line(text) || text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\u{3000}' | '\u{FF00}'..='\u{FFEF}') {
            decompose_compatible(c, |narrow| out.push(narrow));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out.nfc().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::is_invisible;

    #[test]
    fn empty_and_invisible_text_cleans_to_nothing() {
        assert_eq!(clean(""), "");
        assert_eq!(clean("\u{feff}\u{200b}\u{0} \u{3000}\u{ffa0}"), "");
        assert_eq!(key("--- ’ ---"), "");
    }

    #[test]
    fn a_control_character_between_words_does_not_glue_a_line_break() {
        assert_eq!(clean("one\r\ntwo\tthree\u{7}four"), "one two threefour");
    }

    #[test]
    fn compatibility_forms_fold_in_keys_only() {
        assert_eq!(clean("№ ①"), "№ ①");
        assert_eq!(key("№ ①"), "no 1");
        assert_eq!(key("ﬁn"), "fin");
    }

    #[test]
    fn a_megabyte_is_read_to_its_end() {
        let marks = format!("e{}x", "\u{301}".repeat(500_000));
        assert_eq!(strip_marks(&marks), "ex");
        assert_eq!(key(&marks), "ex");
        assert_eq!(clean(&"　a".repeat(300_000)).len(), 599_999);
    }

    const STEPS: [fn(&str) -> String; 8] = [
        |text| clean(text).into_owned(),
        |text| collapse_spaces(text).into_owned(),
        |text| fold_width(text).into_owned(),
        |text| drop_invisible(text).into_owned(),
        |text| prose(text).into_owned(),
        key,
        fold_case,
        strip_marks,
    ];

    #[test]
    fn what_is_plain_is_what_no_step_changes() {
        for c in ('\0'..=char::MAX).filter(|&c| is_plain(c)) {
            let text = c.to_string();
            let folded: String = c.nfc().collect();
            assert_eq!(folded, text);
            assert!(!matches!(c, '\u{3000}' | '\u{FF00}'..='\u{FFEF}'));
        }
    }

    #[test]
    fn tidy_text_is_not_copied() {
        for text in ["", "Acme Ltd. 12", "上海云舟科技有限公司", "a b c"] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text), "{text}");
        }
        for text in [" a", "a ", "a  b", "a\tb", "a\nb", "\u{200b}a", "ａ", "e\u{301}"] {
            assert!(matches!(clean(text), Cow::Owned(_)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_quick_look_decides_as_the_steps_do(text in "[ a-c\t\n\u{4e00}\u{9fff}\u{3000}ａ\u{301}\u{200b}]{0,8}") {
            let slow: String = text.chars().filter(|&c| !is_invisible(c)).collect();
            prop_assert_eq!(drop_invisible(&text), slow.as_str());
            let words: Vec<_> = text.split_whitespace().collect();
            prop_assert_eq!(collapse_spaces(&text), words.join(" "));
        }

        #[test]
        fn every_step_is_idempotent(text: String) {
            for step in STEPS {
                let once = step(&text);
                prop_assert_eq!(step(&once), once);
            }
        }

        #[test]
        fn every_step_is_idempotent_around_the_tricky_blocks(
            text in "[a-zA-Zß \u{300}-\u{36f}\u{ff00}-\u{ffef}\u{1100}-\u{11ff}\u{200b}-\u{200f}İſΣς\u{a8}\u{b4}\u{1f80}-\u{1fff}]{0,24}"
        ) {
            for step in STEPS {
                let once = step(&text);
                prop_assert_eq!(step(&once), once);
            }
        }

        #[test]
        fn every_step_is_idempotent_where_joiners_stay(
            text in "[ a1Ａ１ｶﾞ\u{2329}\u{212a}>\u{338}\u{301}\u{64b}\u{5b0}\u{200b}-\u{200f}\u{fe0e}\u{fe0f}\u{180b}\u{e0100}می\u{653}ر\u{9cd}য\u{93c}\u{94d}ᠠ👩❤李\u{f900}]{0,16}"
        ) {
            for step in STEPS {
                let once = step(&text);
                prop_assert_eq!(step(&once), once);
            }
            prop_assert_eq!(key(&clean(&text)), key(&text));
        }

        #[test]
        fn a_key_does_not_depend_on_cleaning_first(text: String) {
            prop_assert_eq!(key(&clean(&text)), key(&text));
        }
    }
}
