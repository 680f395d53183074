//! Folding text to what a comparison looks at: case, accents, punctuation.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::value::is_invisible;

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
