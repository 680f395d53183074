//! Character-level normalising: spaces, width, invisible characters, case and accents.
//!
//! [`clean`] is for values that are stored and shown on one line; [`key`] is for values that are
//! only compared. The single steps are public so that an entry standard can choose among them. Each
//! step is idempotent, and text that a step leaves as it is is not copied.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Makes one tidy line: invisible characters dropped, width folded, spaces collapsed.
///
/// Use it on every short field at entry: names, titles, codes. It is not for prose: line breaks
/// become spaces, and an emoji joined from several falls apart into them.
///
/// # Example: a name pasted from a chat
/// ```
/// use guanxi::text::clean::clean;
///
/// assert_eq!(clean("\u{feff} ＡＣＭＥ\u{200b}　 Ltd.\n"), "ACME Ltd.");
/// assert_eq!(clean("李　　敏 "), "李 敏");
/// ```
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return collapse_spaces(text);
    }
    Cow::Owned(collapse_spaces(&fold_width(&drop_invisible(text))).into_owned())
}

/// Folds text to what matters in a comparison: words of small, unaccented letters and digits.
///
/// Applies Unicode compatibility normalisation (NFKC, UAX #15), [`fold_case`] and [`strip_marks`];
/// apostrophes and dots vanish inside a word, all other punctuation separates words, and one space
/// stands between words.
///
/// # Example: three spellings of one name
/// ```
/// use guanxi::text::clean::key;
///
/// assert_eq!(key("Café  O’Brien-Groß"), "cafe obrien gross");
/// assert_eq!(key("ＣＡＦＥ obrien GROSS"), "cafe obrien gross");
/// assert_eq!(key("云舟，科技"), "云舟 科技");
/// ```
pub fn key(text: &str) -> String {
    let dropped = |c| is_invisible(c) || is_mark(c) || matches!(c, '\'' | '’' | '‘' | '`' | '.');
    let mut letters = String::with_capacity(text.len());
    for c in text.nfkd().filter(|&c| !dropped(c)) {
        push_unmarked(c, |plain| push_lower(plain, &mut letters));
    }
    let mut out = String::with_capacity(letters.len());
    let mut gap = false;
    for c in letters.nfc() {
        if c.is_alphanumeric() || is_combining_mark(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else {
            gap = true;
        }
    }
    out
}

/// Trims, and turns every run of white space, line breaks included, into one space.
pub fn collapse_spaces(text: &str) -> Cow<'_, str> {
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
    if text.chars().all(is_plain) {
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

/// Drops what no reader sees: byte order marks, zero-width and control characters.
///
/// These are the code points that Unicode calls default-ignorable, together with the control
/// characters that are not white space.
pub fn drop_invisible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| is_plain(c) || !is_invisible(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|&c| !is_invisible(c)).collect())
}

/// Lower case for comparing: also `ß` becomes `ss` and the final sigma `ς` becomes `σ`.
///
/// # Example: German and Greek
/// ```
/// use guanxi::text::clean::fold_case;
///
/// assert_eq!(fold_case("STRASSE"), fold_case("Straße"));
/// assert_eq!(fold_case("ΣΊΣΥΦΟΣ"), fold_case("Σίσυφος"));
/// ```
pub fn fold_case(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_lower(c, &mut out);
    }
    out
}

/// Removes accents from Latin, Greek and Cyrillic letters, and spells `ø`, `ł`, `æ` and their kin
/// with plain letters.
///
/// Only marks that are accents go. Vowel signs of Indic scripts and the voicing marks of kana are
/// part of the spelling and stay.
///
/// # Example: accents go, voicing stays
/// ```
/// use guanxi::text::clean::strip_marks;
///
/// assert_eq!(strip_marks("Søren Müller-Łódź"), "Soren Muller-Lodz");
/// assert_eq!(strip_marks("がくや"), "がくや");
/// ```
pub fn strip_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd().filter(|&c| !is_mark(c)) {
        push_unmarked(c, |plain| out.push(plain));
    }
    out.nfc().collect()
}

fn push_lower(c: char, out: &mut String) {
    match c {
        'ß' | 'ẞ' => out.push_str("ss"),
        'ς' => out.push('σ'),
        _ => out.extend(c.to_lowercase()),
    }
}

/// The letters with a stroke or a ligature that Unicode does not decompose.
fn push_unmarked(c: char, push: impl FnMut(char)) {
    let plain = match c {
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ħ' => "h",
        'Ħ' => "H",
        'ı' => "i",
        'æ' => "ae",
        'Æ' => "AE",
        'œ' => "oe",
        'Œ' => "OE",
        'þ' => "th",
        'Þ' => "TH",
        _ => return std::iter::once(c).for_each(push),
    };
    plain.chars().for_each(push);
}

/// The blocks of combining marks that carry accents.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{0300}'..='\u{036F}'
            | '\u{1AB0}'..='\u{1AFF}'
            | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}'
            | '\u{FE20}'..='\u{FE2F}'
    )
}

/// The characters that most text is made of, in a form that needs neither dropping nor folding to one width: printable
/// ASCII and the ideographs in common use.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{4E00}'..='\u{9FFF}')
}

/// Control characters, and `Default_Ignorable_Code_Point` of the Unicode Character Database.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(
            c,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    const STEPS: [fn(&str) -> String; 7] = [
        |text| clean(text).into_owned(),
        |text| collapse_spaces(text).into_owned(),
        |text| fold_width(text).into_owned(),
        |text| drop_invisible(text).into_owned(),
        key,
        fold_case,
        strip_marks,
    ];

    #[test]
    fn what_is_plain_is_what_no_step_changes() {
        for c in ('\0'..=char::MAX).filter(|&c| is_plain(c)) {
            let text = c.to_string();
            let folded: String = c.nfc().collect();
            assert_eq!((folded.as_str(), is_invisible(c)), (text.as_str(), false));
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
        fn a_key_does_not_depend_on_cleaning_first(text: String) {
            prop_assert_eq!(key(&clean(&text)), key(&text));
        }
    }
}
